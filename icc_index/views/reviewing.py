"""What the experts see and do: the queue, the state of a review, one indicator's answers, verdicts, validation."""

from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from cities.models import User
from epi import typed_text
from epi.errors import CannotBeDone, Conflict, NotAllowed
from icc_index import queries, rules
from icc_index.actions import assessments, reviewing
from icc_index.enums import Ruling, Status
from icc_index.forms import AdjustForm, AskForm, CommentaryForm, ExpertForm, ReasonForm, SendQuestionsForm
from icc_index.instrument import InstrumentIndicator, InstrumentQuestion, instrument_for
from icc_index.models import Assessment, Commentary
from icc_index.views._common import assessment_for, indicator_or_404, number_in, page, question_or_404, refuse

SAY_WHY = gettext_lazy("Say why: the others need to know what to do.")


@require_GET
def review_queue(request: HttpRequest) -> HttpResponse:
    """What is assigned to this expert, most urgent first."""
    if not request.user.is_expert:
        raise NotAllowed(_("This page is for the experts of the Council of Europe."))
    queue = queries.review_queue(request.user)
    return render(
        request,
        "icc_index/review_queue.html",
        {"queue": queue, "sample_data": any(line.assessment.is_sample for line in queue)},
    )


@require_GET
def review(request: HttpRequest, pk: int) -> HttpResponse:
    """How far the review of one assessment is, by indicator, and the next move."""
    assessment = _for_expert(request, pk)
    rows = queries.judged(assessment, instrument_for(assessment.edition))
    typed = typed_text.take_back(request)
    context = {
        "rows": rows,
        "asked": sum(row.asked for row in rows),
        "settled": sum(row.settled for row in rows),
        "questioned": sum(row.questioned for row in rows),
        "stale": sum(row.stale for row in rows),
        "next_row": queries.next_to_judge(rows),
        "contradicted": queries.told_contradictions(assessment, rows),
        "questions_form": SendQuestionsForm(),
        "reason_form": ReasonForm(),
        "commentary_form": CommentaryForm(typed) if typed else _commentary_form(assessment, None),
        "restored": typed is not None,
        "typed_by": typed_text.mark(request.user.pk),
        "can_judge": assessment.status == Status.IN_REVIEW,
        "can_start": assessment.status == Status.SUBMITTED,
        "can_reopen": assessment.status == Status.VALIDATED,
        "can_send_back": assessment.status in (Status.SUBMITTED, Status.IN_REVIEW),
    }
    return page(request, "icc_index/review.html", assessment, **context)


def _for_expert(request: HttpRequest, pk: int) -> Assessment:
    """The assessment for a page of the experts: others who may see it get the reason why not this page."""
    assessment = assessment_for(request, pk)
    if not (request.user.is_superuser or rules.is_assigned_expert(request.user, assessment)):
        raise NotAllowed(_("This page is for the experts assigned to this assessment."))
    return assessment


def _is_expert_of(user: User, assessment: Assessment) -> bool:
    """True if this person, who has passed `_for_expert`, judges the assessment. Only an administrator may not."""
    return not user.is_superuser or rules.is_assigned_expert(user, assessment)


def _commentary_form(assessment: Assessment, area: InstrumentIndicator | None) -> CommentaryForm:
    stored = Commentary.objects.filter(assessment=assessment, indicator_id=area.pk if area else None).first()
    stored = stored or Commentary(assessment=assessment)
    return CommentaryForm(initial=forms.model_to_dict(stored, ["text", "recommendation", "version"]))


@require_http_methods(["GET", "POST"])
def review_indicator(request: HttpRequest, pk: int, code: str) -> HttpResponse:
    """The answers of one indicator beside their evidence and voices. A POST gives one verdict."""
    assessment = _for_expert(request, pk)
    area = indicator_or_404(instrument_for(assessment.edition), code)
    if request.method == "POST":
        return _give_verdict(request, assessment, area)
    typed = typed_text.take_back(request)
    return _review_page(request, assessment, area, restored=typed is not None, **_typed_forms(area, typed))


def _typed_forms(area: InstrumentIndicator, typed: QueryDict | None) -> dict[str, Any]:
    """What an expert typed before the sign-in ran out, in the form that it was typed into."""
    if typed is None:
        return {}
    if "ruling" not in typed:
        return {"commentary_form": CommentaryForm(typed)}
    question = question_or_404(area, typed.get("question", ""))
    return {"bound": _verdict_form(question, typed)}


def _verdict_form(question: InstrumentQuestion, posted: QueryDict) -> dict[str, Any]:
    """The posted form of one verdict by its name on the page; nothing for a confirmation, which has no form."""
    if posted.get("ruling") == Ruling.ADJUSTED:
        return {f"adjust-{question.code}": AdjustForm(question, posted)}
    if posted.get("ruling") == Ruling.ASKED:
        return {f"ask-{question.code}": AskForm(posted, prefix=question.code)}
    return {}


def _review_page(
    request: HttpRequest,
    assessment: Assessment,
    area: InstrumentIndicator,
    *,
    bound: dict[str, Any] | None = None,
    commentary_form: CommentaryForm | None = None,
    theirs: Commentary | None = None,
    restored: bool = False,
    status: int = 200,
) -> HttpResponse:
    instrument = instrument_for(assessment.edition)
    opened = queries.cards(assessment, area, instrument)
    cards = [card for card in opened.cards if card.is_asked]
    for card in cards:
        card.shows_verdict = True
    can_judge = assessment.status == Status.IN_REVIEW and _is_expert_of(request.user, assessment)
    desks = [_desk(card, bound or {}) for card in cards]
    context = {
        "indicator": area,
        "desks": desks,
        "line": opened.line(with_experts=True),
        "sources": queries.sources_on(assessment, area.code),
        "can_edit_research": False,
        "can_judge": can_judge,
        "left": sum(not card.is_settled for card in cards),
        "unjudged": sum(not reviewing.stands(card.answer) for card in cards),
        "why_not": "" if can_judge else rules.not_your_turn(assessment),
        "commentary_form": commentary_form or _commentary_form(assessment, area),
        "theirs": theirs,
        "restored": restored,
        "typed_by": typed_text.mark(request.user.pk),
        "next_indicator": instrument.after(area),
        "number_of_indicators": len(instrument.indicators),
    }
    return page(request, "icc_index/review_indicator.html", assessment, status=status, **context)


def _desk(card: queries.Card, bound: dict[str, Any]) -> dict[str, Any]:
    """One question on the expert's desk: the card with its two forms, the posted one bound."""
    verdict = card.verdict
    value = verdict.value if verdict and verdict.ruling == Ruling.ADJUSTED else card.answer.value
    reason = verdict.reason if verdict else ""
    noted = card.noted_question
    return {
        "card": card,
        "adjust_form": bound.get(f"adjust-{card.code}")
        or AdjustForm(card.question, value=value, initial={"reason": reason}),
        "ask_form": bound.get(f"ask-{card.code}")
        or AskForm(prefix=card.code, initial={"text": noted.question if noted else ""}),
        "opened": next((name for name in ("adjust", "ask") if f"{name}-{card.code}" in bound), ""),
    }


def _give_verdict(request: HttpRequest, assessment: Assessment, area: InstrumentIndicator) -> HttpResponse:
    question = question_or_404(area, request.POST.get("question", ""))
    here = redirect("review_indicator", assessment.pk, area.code)
    here["Location"] += f"#{question.code}"
    ruling = request.POST.get("ruling")
    bound = _verdict_form(question, request.POST)
    form: Any = next(iter(bound.values()), None)
    if form is not None and not form.is_valid():
        rules.check_can_judge(request.user, assessment)
        return _review_page(request, assessment, area, bound=bound, status=422)
    try:
        _judge(assessment, question, ruling, form, number_in(request.POST, "seen_version"), request.user)
    except CannotBeDone as error:
        if form is None:
            return refuse(request, error, here["Location"])
        form.add_error("text" if ruling == Ruling.ASKED else "value", str(error))
        return _review_page(request, assessment, area, bound=bound, status=422)
    except Conflict:
        messages.error(request, _("The city's answer changed since you opened the page. Read it again, then judge."))
        return _review_page(request, assessment, area, bound=bound, status=409)
    return here


def _judge(
    assessment: Assessment, question: InstrumentQuestion, ruling: str | None, form: Any, seen_version: int, by: User
) -> None:
    given: dict[str, Any] = {"assessment": assessment, "question": question, "seen_version": seen_version, "by": by}
    if ruling == Ruling.CONFIRMED:
        reviewing.confirm(**given)
    elif ruling == Ruling.ADJUSTED:
        reviewing.adjust(**given, **form.cleaned_data)
    elif ruling == Ruling.ASKED:
        reviewing.ask(**given, **form.cleaned_data)
    else:
        raise CannotBeDone(_("Choose a verdict: confirm, adjust or ask."))


@require_POST
def confirm_rest(request: HttpRequest, pk: int, code: str) -> HttpResponse:
    assessment = _for_expert(request, pk)
    area = indicator_or_404(instrument_for(assessment.edition), code)
    count = reviewing.confirm_rest(assessment=assessment, indicator=area, by=request.user)
    messages.success(
        request,
        ngettext("%(count)d answer is confirmed.", "%(count)d answers are confirmed.", count) % {"count": count},
    )
    following = instrument_for(assessment.edition).after(area)
    if following:
        return redirect("review_indicator", assessment.pk, following.code)
    return redirect("review", assessment.pk)


@require_POST
def commentary(request: HttpRequest, pk: int, code: str = "") -> HttpResponse:
    """Save the experts' comment on an indicator, or (without code) on the whole."""
    assessment = _for_expert(request, pk)
    area = indicator_or_404(instrument_for(assessment.edition), code) if code else None
    form = CommentaryForm(request.POST)
    if form.is_valid():
        data = form.cleaned_data
        try:
            reviewing.comment(
                assessment=assessment,
                indicator=area,
                text=data["text"],
                recommendation=data["recommendation"],
                base_version=data["version"],
                by=request.user,
            )
        except Conflict as conflict:
            return _merge_commentary(request, assessment, area, form, conflict)
        messages.success(request, _("Your comment is saved."))
        return redirect("review_indicator", assessment.pk, code) if area else redirect("review", assessment.pk)
    if area:
        return _review_page(request, assessment, area, commentary_form=form, status=422)
    return page(request, "icc_index/commentary.html", assessment, status=422, form=form, theirs=None)


def _merge_commentary(
    request: HttpRequest,
    assessment: Assessment,
    area: InstrumentIndicator | None,
    form: CommentaryForm,
    conflict: Conflict,
) -> HttpResponse:
    """Both texts on one page: theirs to read, mine in the form, whose next save rests on theirs."""
    assert isinstance(conflict.theirs, Commentary)
    mine = CommentaryForm(initial={**form.cleaned_data, "version": conflict.theirs.version})
    return page(
        request,
        "icc_index/commentary.html",
        assessment,
        status=409,
        form=mine,
        theirs=conflict.theirs,
        indicator=area,
    )


@require_POST
def review_start(request: HttpRequest, pk: int) -> HttpResponse:
    assessment = _for_expert(request, pk)
    reviewing.start_review(assessment=assessment, by=request.user)
    return redirect("review", assessment.pk)


@require_POST
def review_questions(request: HttpRequest, pk: int) -> HttpResponse:
    """Send what is asked to the city."""
    assessment = _for_expert(request, pk)
    form = SendQuestionsForm(request.POST)
    if not form.is_valid():
        return refuse(request, CannotBeDone(" ".join(form.errors["clarify_by"])), review_address(assessment))
    try:
        count = reviewing.send_questions(assessment=assessment, by=request.user, **form.cleaned_data)
    except CannotBeDone as error:
        return refuse(request, error, review_address(assessment))
    messages.success(
        request,
        ngettext("%(count)d question is with the city.", "%(count)d questions are with the city.", count)
        % {"count": count},
    )
    return redirect("review", assessment.pk)


def review_address(assessment: Assessment) -> str:
    return f"{assessment.get_absolute_url()}review/"


@require_POST
def review_send_back(request: HttpRequest, pk: int) -> HttpResponse:
    assessment = _for_expert(request, pk)
    form = ReasonForm(request.POST)
    if not form.is_valid():
        return refuse(request, CannotBeDone(str(SAY_WHY)), review_address(assessment))
    reviewing.send_back(assessment=assessment, by=request.user, **form.cleaned_data)
    messages.success(request, _("The questionnaire is with the city again."))
    return redirect("review_queue")


@require_POST
def review_validate(request: HttpRequest, pk: int) -> HttpResponse:
    assessment = _for_expert(request, pk)
    try:
        reviewing.validate(assessment=assessment, by=request.user)
    except CannotBeDone as error:
        return refuse(request, error, review_address(assessment))
    messages.success(request, _("The result is validated."))
    return redirect("result", assessment.pk)


@require_POST
def review_reopen(request: HttpRequest, pk: int) -> HttpResponse:
    assessment = _for_expert(request, pk)
    form = ReasonForm(request.POST)
    if not form.is_valid():
        return refuse(request, CannotBeDone(str(SAY_WHY)), review_address(assessment))
    reviewing.reopen(assessment=assessment, reason=form.cleaned_data["comment"], by=request.user)
    return redirect("review", assessment.pk)


@require_http_methods(["GET", "POST"])
def experts(request: HttpRequest, pk: int) -> HttpResponse:
    """Who validates this assessment (administrators)."""
    assessment = get_object_or_404(Assessment.objects.visible_to(request.user).for_list(), pk=pk)
    rules.check_can_assign_experts(request.user)
    form = ExpertForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        expert = form.cleaned_data["expert"]
        try:
            if "remove" in request.POST:
                assessments.remove_expert(assessment=assessment, expert=expert, by=request.user)
            else:
                assessments.assign_expert(assessment=assessment, expert=expert, by=request.user)
        except CannotBeDone as error:
            form.add_error("expert", str(error))
        else:
            return redirect("assessment_experts", assessment.pk)
    assigned = assessment.expert_assignments.select_related("expert")
    return page(request, "icc_index/experts.html", assessment, form=form, assigned=assigned)
