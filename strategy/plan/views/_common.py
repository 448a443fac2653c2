"""What the pages about a strategy share."""

from functools import partial
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404

from strategy.plan.models import CityStrategy
from strategy.plan.rules import can_change, can_decide, check_can_change
from strategy.views import strategy_page


def strategy_or_404(request: HttpRequest, slug: str, pk: int) -> CityStrategy:
    """The strategy with that number, open or closed, if this person may read it."""
    return get_object_or_404(CityStrategy.objects.visible_to(request.user).for_page(), pk=pk, city__slug=slug)


def strategy_to_change(request: HttpRequest, slug: str, pk: int) -> CityStrategy:
    """The strategy for a page of those who write it: others who may see it get the reason why not this page."""
    strategy = strategy_or_404(request, slug, pk)
    check_can_change(request.user, strategy)
    return strategy


def plan_page(
    request: HttpRequest, template: str, strategy: CityStrategy, status: int = 200, **context: Any
) -> HttpResponse:
    """A page about one strategy, with what its buttons need."""
    context = {
        "strategy": strategy,
        "can_change": can_change(request.user, strategy),
        "can_publish": can_decide(request.user, strategy),
        "sample_data": strategy.is_sample,
        **context,
    }
    return strategy_page(request, template, strategy.city, status=status, **context)


def form_page(request: HttpRequest, strategy: CityStrategy, **context: Any) -> partial[HttpResponse]:
    """Makes the page of strategy.asking.answer_form, about one strategy."""
    return partial(plan_page, request, "strategy/plan/form.html", strategy, **context)
