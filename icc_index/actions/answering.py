"""What the city does: answer, give evidence, submit, reply to the experts."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from cities.models import User
from epi import audit
from epi.errors import CannotBeDone, NotAllowed
from icc_index import emails, rules
from icc_index.actions._common import lock, move
from icc_index.enums import Status
from icc_index.instrument import InstrumentQuestion
from icc_index.models import Answer, AnswerRevision, Assessment, Clarification, Evidence


@dataclass(frozen=True)
class Draft:
    """What somebody wants to save for one question, and the version that they had before them."""

    question: InstrumentQuestion
    value: str
    explanation: str
    base_version: int


@dataclass
class Saved:
    """What became of drafts, by question code: the new version, or the stored answer that is in the way."""

    versions: dict[str, int] = field(default_factory=dict)
    conflicts: dict[str, Answer] = field(default_factory=dict)


def save_answers(*, assessment: Assessment, drafts: Sequence[Draft], by: User) -> Saved:
    """Save `drafts` of a locked assessment, each only if nobody saved that answer since its base version.

    The caller holds the lock (`Assessment.objects.locked()` in a transaction) and has checked who may answer the
    indicator. A draft that says what is stored already is no conflict. Raises NotAllowed when an answer is not open.
    """
    saved = Saved()
    revisions = []
    for draft in drafts:
        revision = AnswerRevision(
            assessment=assessment,
            question_id=draft.question.pk,
            version=draft.base_version + 1,
            value=draft.value,
            explanation=draft.explanation,
            by=by,
            at=timezone.now(),
        )
        if _store(assessment, revision):
            saved.versions[draft.question.code] = revision.version
            revisions.append(revision)
        else:
            _explain_refusal(assessment, draft, saved)
    AnswerRevision.objects.bulk_create(revisions)
    return saved


def _store(assessment: Assessment, revision: AnswerRevision) -> bool:
    """Bring the answer to this revision if it is open, at the version before, and says something else."""
    said = {"value": revision.value, "explanation": revision.explanation}
    before = open_answers(assessment).filter(question_id=revision.question_id, version=revision.version - 1)
    return bool(
        before.exclude(**said).update(**said, version=revision.version, saved_at=revision.at, saved_by=revision.by)
    )


def open_answers(assessment: Assessment) -> QuerySet[Answer]:
    """The answers that the city may change now: all of a draft, or those that the experts asked about."""
    answers = Answer.objects.filter(assessment=assessment)
    if assessment.status == Status.DRAFT:
        return answers
    if assessment.status == Status.CLARIFICATION:
        asked = Clarification.objects.filter(closed_at=None, sent_at__isnull=False)
        return answers.filter(pk__in=asked.values("answer_id"))
    return answers.none()


def _explain_refusal(assessment: Assessment, draft: Draft, saved: Saved) -> None:
    stored = Answer.objects.select_related("saved_by").get(assessment=assessment, question_id=draft.question.pk)
    if (stored.value, stored.explanation) == (draft.value, draft.explanation):
        saved.versions[draft.question.code] = stored.version
    elif not open_answers(assessment).filter(pk=stored.pk).exists():
        raise NotAllowed(_("The experts did not ask about this answer, so it can no longer be changed."))
    else:
        saved.conflicts[draft.question.code] = stored


@transaction.atomic
def add_evidence(
    *, answer: Answer, title: str, url: str, page: int | None, quote: str, by: User, is_assigned: bool
) -> Evidence:
    """Put a link beside an answer. Raises NotAllowed without the right, out of turn, or for an answer not open."""
    _check_open(answer, by, is_assigned)
    evidence = Evidence.objects.create(answer=answer, title=title, url=url, page=page, quote=quote, added_by=by)
    audit.record("evidence.added", answer, by=by, url=url)
    return evidence


@transaction.atomic
def remove_evidence(*, evidence: Evidence, by: User, is_assigned: bool) -> None:
    """Take a link away. The event keeps what it was."""
    _check_open(evidence.answer, by, is_assigned)
    audit.record("evidence.removed", evidence.answer, by=by, url=evidence.url, title=evidence.title)
    evidence.delete()


def _check_open(answer: Answer, by: User, is_assigned: bool) -> None:
    assessment = lock(answer.assessment)
    rules.check_can_answer(by, assessment, is_assigned=is_assigned)
    if not open_answers(assessment).filter(pk=answer.pk).exists():
        raise NotAllowed(_("The experts did not ask about this answer, so it can no longer be changed."))


@transaction.atomic
def submit(*, assessment: Assessment, by: User) -> None:
    """Send the answers to the experts. Raises NotAllowed for another role or turn."""
    assessment = lock(assessment)
    move(assessment, Status.SUBMITTED, by=by, submitted_at=timezone.now(), submitted_by=by)
    emails.submitted(assessment)


@transaction.atomic
def reply(*, clarification: Clarification, text: str, by: User, is_assigned: bool) -> None:
    """Reply to what an expert asked; it may be changed until it is sent back. An empty text takes the reply away."""
    _check_open(clarification.answer, by, is_assigned)
    if clarification.sent_at is None or clarification.closed_at is not None:
        raise NotAllowed(_("The experts did not ask about this answer, so it can no longer be changed."))
    _write_reply(clarification, text.strip(), by)


def save_replies(*, assessment: Assessment, texts: Mapping[int, str], by: User) -> None:
    """Save what was typed as replies, by primary key of the question; only what says something new.

    As with `save_answers`, the caller holds the lock and has checked who may answer. One query, and one a new reply.
    """
    waiting = Clarification.objects.filter(
        answer__assessment=assessment, answer__question__in=texts, closed_at=None, sent_at__isnull=False
    ).select_related("answer")
    for clarification in waiting:
        text = texts[clarification.answer.question_id].strip()
        if text != clarification.reply:
            _write_reply(clarification, text, by)


def _write_reply(clarification: Clarification, text: str, by: User) -> None:
    clarification.reply = text
    clarification.replied_by = by if text else None
    clarification.replied_at = timezone.now() if text else None
    clarification.save(update_fields=["reply", "replied_by", "replied_at"])


@transaction.atomic
def send_replies(*, assessment: Assessment, by: User) -> None:
    """Hand the clarified answers back to the experts. Raises CannotBeDone while a question has no reply."""
    assessment = lock(assessment, at=Status.CLARIFICATION)
    rules.check_can_move(by, assessment, Status.IN_REVIEW)
    missing = Clarification.objects.filter(answer__assessment=assessment, closed_at=None, reply="").count()
    if missing:
        raise CannotBeDone(
            ngettext(
                "%(count)d question of the experts has no reply yet.",
                "%(count)d questions of the experts have no reply yet.",
                missing,
            )
            % {"count": missing}
        )
    move(assessment, Status.IN_REVIEW, by=by, clarify_by=None)
    emails.clarified(assessment)
