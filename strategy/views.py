"""What the pages of a city's engagement share."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from cities.models import City
from strategy import rules


def page(request: HttpRequest, template: str, city: City, status: int = 200, **context: Any) -> HttpResponse:
    """A page of a city's engagement, with what its tabs and buttons need."""
    context = {
        "city": city,
        "can_run": rules.can_run_engagement(request.user, city),
        "can_see_contacts": rules.can_see_contacts(request.user, city),
        **context,
    }
    return render(request, template, context, status=status)
