"""A published strategy as everybody may read it."""

from django.contrib.auth.decorators import login_not_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils.translation import get_language
from django.views.decorators.http import require_safe

from cities.models import City
from strategy.plan import public
from strategy.plan.models import Narrative
from strategy.plan.queries import language_name, public_strategy_of
from strategy.views import SAMPLE_NOTE


@require_safe
@login_not_required
def strategy_public(request: HttpRequest, slug: str) -> HttpResponse:
    """The narrative in the reader's language or in that of `?language=`, the objectives, and what is agreed."""
    city = get_object_or_404(City, slug=slug)
    strategy = public_strategy_of(city)
    if strategy is None:
        raise Http404("No public strategy")
    narratives = list(strategy.narratives.all())
    shown = _shown(narratives, [request.GET.get("language"), get_language(), city.language])
    context = {
        "city": city,
        "strategy": strategy,
        "narrative": shown,
        "narratives": [(one, language_name(one.language)) for one in narratives],
        "areas": public.areas_of(strategy),
        "sample_data": strategy.is_sample or city.is_sample,
        "sample_note": SAMPLE_NOTE,
    }
    return render(request, "strategy/plan/public.html", context)


def _shown(narratives: list[Narrative], wanted: list[str | None]) -> Narrative | None:
    """The first of the languages wanted in which there is a text, or any."""
    by_language = {one.language: one for one in narratives}
    found = (by_language[one] for one in wanted if one in by_language)
    return next(found, narratives[0] if narratives else None)
