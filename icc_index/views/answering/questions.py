"""One indicator with its questions: showing it, saving answers, the history of one."""

from collections.abc import Sequence
from typing import Any

from django.contrib import messages
from django.db import transaction
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods
from django.views.decorators.vary import vary_on_headers

from cities.models import User
from epi import typed_text
from epi.errors import NotAllowed
from icc_index import queries, rules
from icc_index.actions import answering
from icc_index.enums import Status
from icc_index.forms import AnswerForm
from icc_index.instrument import InstrumentIndicator, InstrumentQuestion, instrument_for
from icc_index.models import Answer, AnswerRevision, Assessment
from icc_index.views._common import assessment_for, indicator_or_404, number_in, page, question_or_404
from icc_index.views.answering.links import evidence_remove


@require_http_methods(["GET", "POST"])
@vary_on_headers("HX-Request")
def indicator(request: HttpRequest, pk: int, code: str) -> HttpResponse:
    """One indicator with all its questions. A POST saves one answer (htmx, `only`) or all of the page."""
    if request.method == "POST":
        return _save(request, pk, code)
    assessment = assessment_for(request, pk, answering=code)
    area = indicator_or_404(instrument_for(assessment.edition), code)
    typed = typed_text.take_back(request)
    return _indicator_page(request, assessment, area, typed=typed, restored=typed is not None)


def _indicator_page(
    request: HttpRequest,
    assessment: Assessment,
    area: InstrumentIndicator,
    *,
    typed: QueryDict | None = None,
    conflicts: dict[str, Answer] | None = None,
    restored: bool = False,
    status: int = 200,
) -> HttpResponse:
    instrument = instrument_for(assessment.edition)
    opened = queries.cards(assessment, area, instrument)
    can_answer = rules.can_answer(request.user, assessment, is_assigned=assessment.is_assigned)
    for card in opened.cards:
        card.shows_verdict = assessment.has_result and card.is_asked
        card.conflict = (conflicts or {}).get(card.code)
        card.is_open = can_answer and (assessment.status == Status.DRAFT or card.open_clarification is not None)
        if card.is_open:
            card.form = _form(card, typed)
    context = {
        "indicator": area,
        "cards": opened.cards,
        "sources": queries.sources_on(assessment, area.code),
        "can_edit_research": rules.can_edit_research(request.user, assessment.city),
        "line": opened.line(with_experts=assessment.has_result),
        "can_save": any(card.is_open for card in opened.cards),
        "why_not": "" if can_answer else _why_not(request.user, assessment),
        "restored": restored,
        "faulty": [card for card in opened.cards if card.form and card.form.is_bound and not card.form.is_valid()],
        "conflicting": [card for card in opened.cards if card.conflict],
        "next_indicator": instrument.after(area),
        "number_of_indicators": len(instrument.indicators),
        "typed_by": typed_text.mark(request.user.pk),
        "words": _words(),
    }
    return page(request, "icc_index/indicator.html", assessment, status=status, **context)


def _form(card: queries.Card, typed: QueryDict | None) -> AnswerForm:
    clarification = card.open_clarification
    initial = {
        "explanation": card.answer.explanation,
        "version": card.answer.version,
        "reply": clarification.reply if clarification else "",
    }
    bound = typed if typed and _is_posted(typed, card.question) else None
    return AnswerForm(card.question, bound, value=card.answer.value, initial=initial)


def _words() -> dict[str, str]:
    """What the script says while it saves, in the reader's language."""
    return {
        "unsaved": _("Not saved yet"),
        "saving": _("Saving…"),
        "failed": _("Not saved: no connection. Your text is kept here and is sent again."),
        "signedOut": _("Not saved: you are signed out. Your text is kept; sign in in another tab or reload this page."),
        "evidenceFailed": _("Not added: no connection. What you typed stays here; press the button again."),
        "evidenceSignedOut": _("Not added: you are signed out. Sign in in another tab, then press the button again."),
        "refused": _("Not saved: this answer is no longer open. Your text is kept in this browser."),
        "restored": _("Restored what you typed before. Saving…"),
    }


def _why_not(user: User, assessment: Assessment) -> str:
    try:
        rules.check_can_answer(user, assessment, is_assigned=assessment.is_assigned)
    except NotAllowed as error:
        return str(error)
    return ""


def _save(request: HttpRequest, pk: int, code: str) -> HttpResponse:
    """Save what is valid, give back what is not, and show both texts where somebody saved in between."""
    with transaction.atomic():
        visible = Assessment.objects.visible_to(request.user).for_answering(request.user, code)
        assessment = get_object_or_404(visible.locked(), pk=pk)
        area = indicator_or_404(instrument_for(assessment.edition), code)
        rules.check_can_answer(request.user, assessment, is_assigned=assessment.is_assigned)
        forms = _posted_forms(request.POST, area)
        valid = [form for form in forms if form.is_valid()]
        saved = answering.save_answers(assessment=assessment, drafts=[form.draft() for form in valid], by=request.user)
        if assessment.status == Status.CLARIFICATION:
            replies = {form.question.pk: form.cleaned_data["reply"] for form in valid}
            answering.save_replies(assessment=assessment, texts=replies, by=request.user)
    if request.htmx and forms:
        return _answer_state(request, forms[0], saved)
    if saved.conflicts or len(valid) < len(forms):
        return _indicator_page(
            request,
            assessment,
            area,
            typed=_with_versions(request.POST, saved.versions),
            conflicts=saved.conflicts,
            status=409 if saved.conflicts else 422,
        )
    return _after_saving(request, assessment, area)


def _after_saving(request: HttpRequest, assessment: Assessment, area: InstrumentIndicator) -> HttpResponse:
    """Where a whole page's Save leads: on, back, or to the evidence that was asked for."""
    if "add_evidence" in request.POST:
        return redirect("evidence", assessment.pk, area.code, question_or_404(area, request.POST["add_evidence"]).code)
    if "remove_evidence" in request.POST:
        return evidence_remove(request, number_in(request.POST, "remove_evidence"))
    messages.success(request, _("Your answers are saved."))
    following = instrument_for(assessment.edition).after(area)
    target = following if following and "and_next" in request.POST else area
    return redirect("indicator", assessment.pk, target.code)


def _posted_forms(posted: QueryDict, area: InstrumentIndicator) -> list[AnswerForm]:
    """A form for each question that was posted; with `only`, for that question alone."""
    only = posted.get("only")
    questions: Sequence[InstrumentQuestion] = [question_or_404(area, only)] if only else area.questions
    return [AnswerForm(question, posted) for question in questions if only or _is_posted(posted, question)]


def _is_posted(posted: QueryDict, question: InstrumentQuestion) -> bool:
    return any(f"{question.code}-{name}" in posted for name in ("value", *AnswerForm.base_fields))


def _with_versions(posted: QueryDict, versions: dict[str, int]) -> QueryDict:
    """What was posted, with the versions that were just saved, so that a second save does not meet itself."""
    posted = posted.copy()
    for code, version in versions.items():
        posted[f"{code}-version"] = str(version)
    return posted


def _answer_state(request: HttpRequest, form: AnswerForm, saved: answering.Saved) -> HttpResponse:
    """The fragment beside one question after an htmx save: saved, not valid, or in conflict."""
    code = form.question.code
    conflict = saved.conflicts.get(code)
    context: dict[str, Any] = {"code": code, "form": form, "conflict": conflict}
    if conflict:
        context |= {"conflict_said": form.question.label(conflict.value), "version": form.cleaned_data["version"]}
    elif code in saved.versions:
        context["version"] = saved.versions[code]
        context["just_saved"] = True
    else:
        context["version"] = form.data.get(f"{code}-version", "")
    status = 409 if conflict else 200 if code in saved.versions else 422
    return render(request, "icc_index/_answer_state.html", context, status=status)


@require_GET
def history(request: HttpRequest, pk: int, code: str, question: str) -> HttpResponse:
    """Who wrote what, when, for one answer; and what the experts said of it."""
    assessment = assessment_for(request, pk)
    area = indicator_or_404(instrument_for(assessment.edition), code)
    asked = question_or_404(area, question)
    revisions = AnswerRevision.objects.filter(assessment=assessment, question_id=asked.pk).select_related("by")
    context = {
        "indicator": area,
        "question": asked,
        "revisions": [(revision, asked.label(revision.value)) for revision in revisions],
    }
    return page(request, "icc_index/history.html", assessment, **context)
