"""What next at a glance, and whether the areas of the index moved."""

from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.views.decorators.http import require_GET

from cities.enums import Permission
from cities.models import City, Programme
from icc_index.models import Assessment
from strategy.access import strategy_city_or_404
from strategy.views import strategy_page
from strategy.whatnext import moving, rules
from strategy.whatnext.delivered import delivered, outcomes
from strategy.whatnext.queries import next_round, strategy_to_follow


@require_GET
def whatnext(request: HttpRequest, slug: str) -> HttpResponse:
    """What was delivered since the strategy began, the next round, whether it moved, and other cities."""
    city = strategy_city_or_404(request, slug)
    strategy = strategy_to_follow(city)
    ours = [strategy] if strategy else []
    things = delivered(city, ours, since=None, is_sample=bool(strategy and strategy.is_sample))
    coming = next_round(city, strategy)
    context = {
        "strategy": strategy,
        "milestones": [thing for thing in things if thing.milestone],
        "outcomes": outcomes(ours) if ours else [],
        "coming": coming,
        "can_start": request.user.may(Permission.START_ASSESSMENT, city.pk),
        "is_due": coming.due is not None and coming.due <= timezone.localdate(timezone=city.zone).year,
        "programmes": _programmes(request, city),
        "sample_data": bool(strategy and strategy.is_sample) or any(thing.is_sample for thing in things),
    }
    return strategy_page(request, "strategy/whatnext/whatnext.html", city, **context)


def _programmes(request: HttpRequest, city: City) -> list[tuple[Programme, bool]]:
    """The city's programmes, and whether this person may make others from them."""
    return [(one, rules.can_replicate(request.user, one)) for one in city.programmes.order_by("-starts_on")]


@require_GET
def moved(request: HttpRequest, slug: str) -> HttpResponse:
    """Indicators from the round that the strategy started from to a later one, beside the actions on them."""
    city = strategy_city_or_404(request, slug)
    strategy = strategy_to_follow(city)
    found = moving.moved(strategy) if strategy else None
    context = {
        "strategy": strategy,
        "moved": found,
        "coming": next_round(city, strategy),
        "sample_data": bool(strategy and (strategy.is_sample or _is_sample(strategy.assessment))),
    }
    return strategy_page(request, "strategy/whatnext/moved.html", city, **context)


def _is_sample(assessment: Assessment | None) -> bool:
    return bool(assessment and assessment.is_sample)
