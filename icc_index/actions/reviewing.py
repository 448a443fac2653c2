"""What the experts do: judge answers, ask the city, comment, validate."""

from datetime import date

from django.db import transaction
from django.db.models import Count, QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from cities.models import User
from epi import audit
from epi.errors import CannotBeDone, Conflict
from icc_index import emails, rules, scoring
from icc_index.actions._common import lock, move
from icc_index.actions.results import freeze
from icc_index.enums import Ruling, Status
from icc_index.instrument import InstrumentIndicator, InstrumentQuestion, instrument_for
from icc_index.models import Answer, Assessment, Clarification, Commentary, Result, Verdict


@transaction.atomic
def start_review(*, assessment: Assessment, by: User) -> None:
    """Take a submitted assessment up."""
    move(lock(assessment, at=Status.SUBMITTED), Status.IN_REVIEW, by=by)


@transaction.atomic
def confirm(*, assessment: Assessment, question: InstrumentQuestion, seen_version: int, by: User) -> Verdict:
    """Say that the city's answer stands."""
    answer = _open_for_judging(assessment, question, seen_version, by)
    return _judge(answer, by, ruling=Ruling.CONFIRMED)


@transaction.atomic
def adjust(
    *, assessment: Assessment, question: InstrumentQuestion, seen_version: int, value: str, reason: str, by: User
) -> Verdict:
    """Set another value beside the city's answer, with the reason. The city's answer itself is not touched.

    Raises CannotBeDone for a value that is no answer, one that equals the city's, or a missing reason.
    """
    answer = _open_for_judging(assessment, question, seen_version, by)
    if not value or scoring.fault_of(question.rule, value):
        raise CannotBeDone(_("This is not an answer to the question. Choose one of its options."))
    if value == answer.value:
        raise CannotBeDone(_("This is what the city says already. Confirm the answer instead."))
    if not reason.strip():
        raise CannotBeDone(_("Give the reason: the city and the report need it."))
    return _judge(answer, by, ruling=Ruling.ADJUSTED, value=value, reason=reason.strip())


@transaction.atomic
def ask(*, assessment: Assessment, question: InstrumentQuestion, seen_version: int, text: str, by: User) -> Verdict:
    """Note something to ask the city about an answer; `send_questions` sends all of them together."""
    answer = _open_for_judging(assessment, question, seen_version, by)
    if not text.strip():
        raise CannotBeDone(_("Write what you want to know."))
    _close_clarifications(answer.clarifications.all())
    Clarification.objects.create(answer=answer, question=text.strip(), asked_by=by)
    return _judge(answer, by, ruling=Ruling.ASKED, closes=False)


@transaction.atomic
def confirm_rest(*, assessment: Assessment, indicator: InstrumentIndicator, by: User) -> int:
    """Confirm every answer of an indicator that has no valid verdict yet. Returns how many. One recorded action."""
    assessment = lock(assessment)
    rules.check_can_judge(by, assessment)
    instrument = instrument_for(assessment.edition)
    answers = list(Answer.objects.filter(assessment=assessment).select_related("verdict"))
    values = {instrument.codes[answer.question_id]: answer.value for answer in answers}
    ours = {question.pk: question for question in indicator.questions}
    rest = [
        answer
        for answer in answers
        if answer.question_id in ours and scoring.is_asked(ours[answer.question_id].rule, values) and not stands(answer)
    ]
    _close_clarifications(Clarification.objects.filter(answer__in=rest))
    Verdict.objects.filter(answer__in=rest).delete()
    Verdict.objects.bulk_create(
        [Verdict(answer=answer, ruling=Ruling.CONFIRMED, answer_version=answer.version, by=by) for answer in rest]
    )
    codes = [ours[answer.question_id].code for answer in rest]
    audit.record("verdict.rest_confirmed", assessment, by=by, indicator=indicator.code, questions=codes)
    return len(rest)


def stands(answer: Answer) -> bool:
    """True if the answer has a verdict, of any kind, on its present version."""
    verdict = getattr(answer, "verdict", None)
    return verdict is not None and verdict.answer_version == answer.version


def is_settled(answer: Answer) -> bool:
    """True if the answer is confirmed or adjusted as it stands now."""
    return stands(answer) and answer.verdict.ruling != Ruling.ASKED


def _open_for_judging(assessment: Assessment, question: InstrumentQuestion, seen_version: int, by: User) -> Answer:
    assessment = lock(assessment)
    rules.check_can_judge(by, assessment)
    answer = Answer.objects.select_related("assessment", "verdict").get(assessment=assessment, question_id=question.pk)
    if answer.version != seen_version:
        raise Conflict(answer)
    return answer


def _judge(
    answer: Answer, by: User, *, ruling: Ruling, value: str = "", reason: str = "", closes: bool = True
) -> Verdict:
    if closes:
        _close_clarifications(answer.clarifications.all())
    verdict, _created = Verdict.objects.update_or_create(
        answer=answer,
        defaults={
            "ruling": ruling,
            "value": value,
            "reason": reason,
            "answer_version": answer.version,
            "by": by,
        },
    )
    audit.record(f"verdict.{ruling}", answer, by=by, comment=reason, value=value, version=answer.version)
    return verdict


def _close_clarifications(clarifications: QuerySet[Clarification]) -> None:
    """A verdict ends what was asked; what was never sent to the city goes."""
    clarifications.filter(closed_at=None, sent_at=None).delete()
    clarifications.filter(closed_at=None).update(closed_at=timezone.now())


@transaction.atomic
def send_questions(*, assessment: Assessment, clarify_by: date, by: User) -> int:
    """Send everything asked to the city, which may then change those answers only. Returns how many.

    Raises CannotBeDone when nothing is asked or the date is not in the future.
    """
    assessment = lock(assessment)
    rules.check_can_move(by, assessment, Status.CLARIFICATION)
    if clarify_by <= timezone.localdate():
        raise CannotBeDone(_("Give the city time: choose a date after today."))
    unsent = Clarification.objects.filter(answer__assessment=assessment, closed_at=None, sent_at=None)
    count = unsent.update(sent_at=timezone.now())
    if not count:
        raise CannotBeDone(_("There is nothing to send: ask about an answer first."))
    move(assessment, Status.CLARIFICATION, by=by, clarify_by=clarify_by)
    emails.clarification_asked(assessment, count)
    return count


@transaction.atomic
def send_back(*, assessment: Assessment, comment: str, by: User) -> None:
    """Give the whole questionnaire back to the city, saying why. Verdicts stay with the versions they judged."""
    assessment = lock(assessment)
    move(assessment, Status.DRAFT, by=by, comment=comment)
    emails.sent_back(assessment, comment)


@transaction.atomic
def comment(
    *,
    assessment: Assessment,
    indicator: InstrumentIndicator | None,
    text: str,
    recommendation: str,
    base_version: int,
    by: User,
) -> Commentary:
    """Write the report's comment on an indicator, or on the whole (`indicator=None`). May raise Conflict."""
    assessment = lock(assessment)
    rules.check_can_judge(by, assessment)
    commentary = Commentary.objects.filter(
        assessment=assessment, indicator_id=indicator.pk if indicator else None
    ).first() or Commentary(assessment=assessment, indicator_id=indicator.pk if indicator else None)
    if commentary.version != base_version:
        raise Conflict(commentary)
    commentary.text, commentary.recommendation, commentary.by = text.strip(), recommendation.strip(), by
    commentary.version += 1
    commentary.save()
    return commentary


@transaction.atomic
def validate(*, assessment: Assessment, by: User) -> Result:
    """End the review: freeze the result. Raises CannotBeDone while an answer that is asked has no settled verdict."""
    assessment = lock(assessment, at=Status.IN_REVIEW)
    rules.check_can_move(by, assessment, Status.VALIDATED)
    instrument = instrument_for(assessment.edition)
    judged = Answer.objects.filter(assessment=assessment).select_related("verdict").annotate(links=Count("evidence"))
    answers = list(judged)
    values = {instrument.codes[answer.question_id]: answer.value for answer in answers}
    open_count = sum(
        not is_settled(answer)
        for answer in answers
        if scoring.is_asked(instrument.rules.questions[instrument.codes[answer.question_id]], values)
    )
    if open_count:
        raise CannotBeDone(
            ngettext("%(count)d answer has no verdict yet.", "%(count)d answers have no verdict yet.", open_count)
            % {"count": open_count}
        )
    move(assessment, Status.VALIDATED, by=by, validated_at=timezone.now(), validated_by=by)
    result = freeze(assessment=assessment, answers=answers, by=by)
    emails.validated(assessment)
    return result


@transaction.atomic
def reopen(*, assessment: Assessment, reason: str, by: User) -> None:
    """Take a validated assessment up again, saying why. The earlier result is kept."""
    assessment = lock(assessment, at=Status.VALIDATED)
    move(assessment, Status.IN_REVIEW, by=by, comment=reason, validated_at=None, validated_by=None)
    emails.reopened(assessment, reason)
