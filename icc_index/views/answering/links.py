"""Evidence of one answer: links, added and removed on a page of their own or inside the question."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.views.decorators.http import require_http_methods, require_POST
from django.views.decorators.vary import vary_on_headers
from django_htmx.http import reswap, retarget

from epi import typed_text
from icc_index import proposals, queries, rules
from icc_index.actions import answering
from icc_index.forms import EvidenceForm
from icc_index.instrument import InstrumentIndicator, InstrumentQuestion, instrument_for
from icc_index.models import Answer, Assessment, Evidence
from icc_index.views._common import assessment_for, indicator_or_404, page, question_or_404, works_on


@require_http_methods(["GET", "POST"])
@vary_on_headers("HX-Request")
def evidence(request: HttpRequest, pk: int, code: str, question: str) -> HttpResponse:
    """Add a link to the evidence of one answer: a page of its own, or a fragment inside the question."""
    assessment = assessment_for(request, pk)
    area = indicator_or_404(instrument_for(assessment.edition), code)
    asked = question_or_404(area, question)
    answer = get_object_or_404(Answer.objects.select_related("assessment"), assessment=assessment, question_id=asked.pk)
    is_assigned = works_on(request.user, assessment, area)
    rules.check_can_answer(request.user, assessment, is_assigned=is_assigned)
    form = EvidenceForm(request.POST or typed_text.take_back(request), prefix=question)
    if request.method == "POST" and form.is_valid():
        answering.add_evidence(answer=answer, by=request.user, is_assigned=is_assigned, **form.cleaned_data)
        if request.htmx:
            return _evidence_list(request, assessment, area, asked, answer)
        return redirect(f"{assessment.get_absolute_url()}{code}/#{question}")
    context = {
        "indicator": area,
        "question": asked,
        "form": form,
        "typed_by": typed_text.mark(request.user.pk),
        "offers": proposals.offers_for(request.user, assessment, question),
    }
    status = 422 if request.method == "POST" else 200
    if not request.htmx:
        return page(request, "icc_index/evidence.html", assessment, status=status, **context)
    response = page(request, "icc_index/_evidence_form.html", assessment, status=status, **context)
    # A form that did not pass takes its own place again, not that of the list that it is sent to.
    return reswap(retarget(response, f"#{question}-evidence-form"), "innerHTML")


def _evidence_list(
    request: HttpRequest,
    assessment: Assessment,
    area: InstrumentIndicator,
    question: InstrumentQuestion,
    answer: Answer,
) -> HttpResponse:
    card = queries.Card(question, answer, is_asked=True, is_open=True, evidence=list(answer.evidence.all()))
    return page(request, "icc_index/_evidence.html", assessment, indicator=area, card=card)


@require_POST
def evidence_remove(request: HttpRequest, pk: int) -> HttpResponse:
    evidence = get_object_or_404(
        Evidence.objects.select_related("answer__assessment__edition", "answer__assessment__city"),
        pk=pk,
        answer__assessment__in=Assessment.objects.visible_to(request.user),
    )
    assessment = evidence.answer.assessment
    instrument = instrument_for(assessment.edition)
    code = instrument.codes[evidence.answer.question_id]
    area = instrument.indicator_of[code]
    answering.remove_evidence(evidence=evidence, by=request.user, is_assigned=works_on(request.user, assessment, area))
    if request.htmx:
        return _evidence_list(request, assessment, area, instrument.questions[code], evidence.answer)
    return redirect(f"{assessment.get_absolute_url()}{area.code}/#{code}")
