"""Four voices on one line: the city, the experts, the last round and the stakeholders, over a whole assessment."""

from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_GET

from icc_index import queries, rules
from icc_index.instrument import instrument_for
from icc_index.views._common import assessment_for, page


@require_GET
def voices(request: HttpRequest, pk: int) -> HttpResponse:
    """Every indicator and question with all who speak about it; `?only=differing` leaves out what all agree on."""
    assessment = assessment_for(request, pk)
    with_experts = rules.can_see_verdicts(request.user, assessment)
    sections = queries.voice_sections(assessment, instrument_for(assessment.edition), with_experts=with_experts)
    only_differing = request.GET.get("only") == "differing"
    context = {
        "table": queries.voice_table(sections, only_differing=only_differing),
        "only_differing": only_differing,
        "differing": sum(len(section.differing) for section in sections),
        "asked": sum(len(section.questions) for section in sections),
        "is_review": request.user.is_superuser or rules.is_assigned_expert(request.user, assessment),
    }
    return page(request, "icc_index/voices.html", assessment, **context)
