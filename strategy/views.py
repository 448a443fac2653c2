"""A city's engagement at a glance, and what its pages share."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from cities.models import City
from strategy import rules
from strategy.access import city_or_404


def page(request: HttpRequest, template: str, city: City, status: int = 200, **context: Any) -> HttpResponse:
    """A page of a city's engagement, with what its tabs and buttons need."""
    context = {
        "city": city,
        "can_run": rules.can_run_engagement(request.user, city),
        "can_see_contacts": rules.can_see_contacts(request.user, city),
        **context,
    }
    return render(request, template, context, status=status)


@require_GET
def engagement(request: HttpRequest, slug: str) -> HttpResponse:
    """What is on: sessions to come, minutes to finish, what was found, what to do next."""
    return page(request, "strategy/engagement.html", city_or_404(request, slug))
