"""What the pages of a city's engagement and of its strategy share."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext_lazy as _

from cities.models import City
from strategy import rules

SAMPLE_NOTE = _("Sample data: the people on this page, and what they did and said, are made up.")


def page(request: HttpRequest, template: str, city: City, status: int = 200, **context: Any) -> HttpResponse:
    """A page of a city's engagement, with what its tabs and buttons need."""
    context = {
        "city": city,
        "can_run": rules.can_run_engagement(request.user, city),
        "can_see_contacts": rules.can_see_contacts(request.user, city),
        "sample_note": SAMPLE_NOTE,
        **context,
    }
    return render(request, template, context, status=status)


def strategy_page(request: HttpRequest, template: str, city: City, status: int = 200, **context: Any) -> HttpResponse:
    """A page of a city's strategy, body, launch event, pact or milestones, with what its tabs and buttons need.

    Pass `sample_data=True` when what it shows is made up.
    """
    context = {
        "city": city,
        "can_run": rules.can_run_strategy(request.user, city),
        "can_decide": rules.can_decide_strategy(request.user, city),
        "sample_note": SAMPLE_NOTE,
        **context,
    }
    return render(request, template, context, status=status)
