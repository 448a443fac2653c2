"""A city's engagement at a glance."""

from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.views.decorators.http import require_GET

from icc_index.instrument import instrument_for
from icc_index.models import Assessment
from strategy.access import city_or_404
from strategy.findings.models import ChosenArea
from strategy.overview import queries
from strategy.views import page


@require_GET
def engagement(request: HttpRequest, slug: str) -> HttpResponse:
    """What is on: sessions to come, minutes to finish, what was found, what to do next."""
    city = city_or_404(request, slug)
    assessment = city.assessments.select_related("edition").order_by("-year", "-pk").first()
    work = queries.unfinished([city])
    context = {
        "assessment": assessment,
        "work": work,
        "next": next((one for one in work if one.is_waiting_for_us), None),
        "register": queries.register_of(city),
        "found": queries.found_in(city),
        "chosen": _chosen(assessment),
        "sample_data": any(one.session.is_sample for one in work) or bool(assessment and assessment.is_sample),
    }
    with timezone.override(city.zone):
        return page(request, "strategy/engagement.html", city, **context)


def _chosen(assessment: Assessment | None) -> list[str]:
    """The names of the areas that the city has chosen for its strategy."""
    if assessment is None:
        return []
    instrument = instrument_for(assessment.edition)
    chosen = ChosenArea.objects.filter(assessment=assessment).values_list("subject", flat=True)
    return [instrument.subject_name(subject) for subject in chosen]
