"""What the pages share: fetching the launch event, and showing it in the city's time."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils import timezone

from strategy.access import strategy_city_or_404
from strategy.events.rules import can_see_people
from strategy.launch import rules
from strategy.launch.models import Launch
from strategy.views import strategy_page


def launch_or_404(request: HttpRequest, slug: str, pk: int) -> Launch:
    """The launch event (by its event's number) if this person reads the city's strategy, else 404."""
    city = strategy_city_or_404(request, slug)
    return get_object_or_404(Launch.objects.for_page(), event__pk=pk, event__city=city)


def launch_page(request: HttpRequest, template: str, launch: Launch, status: int = 200, **context: Any) -> HttpResponse:
    context = {
        "launch": launch,
        "event": launch.event,
        "programme": launch.event.programme,
        "launch_city": launch.city,
        "can_see_people": can_see_people(request.user, launch.event),
        "can_write": rules.can_write(request.user, launch),
        "can_decide_now": rules.can_decide(request.user, launch),
        "sample_data": launch.event.is_sample,
        **context,
    }
    with timezone.override(launch.zone):
        return strategy_page(request, template, launch.city, status=status, **context)


def address(name: str, launch: Launch, *more: Any) -> str:
    return reverse(name, args=[launch.city.slug, launch.event.pk, *more])
