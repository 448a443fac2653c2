"""Using what was delivered as evidence for an answer of the next round, or setting it aside.

Rights and turn are those of the answer (icc_index.rules): whoever may answer an area decides what speaks for it. The
assessment is locked first, so that two people at one proposal make one piece of evidence.
"""

from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from cities.models import User
from epi import audit
from epi.errors import CannotBeDone
from icc_index import rules as index_rules
from icc_index.actions import answering
from icc_index.instrument import InstrumentIndicator, InstrumentQuestion
from icc_index.models import Answer, Assessment
from strategy.whatnext.delivered import Delivered
from strategy.whatnext.models import Carried


@transaction.atomic
def use(
    *,
    assessment: Assessment,
    thing: Delivered,
    indicator: InstrumentIndicator,
    question: InstrumentQuestion,
    by: User,
    **facts: Any,
) -> Carried:
    """Make something delivered evidence for one question; `facts` are what the evidence says (title, url, page, quote).

    Raises NotAllowed without the right, out of turn or for an answer not open; CannotBeDone when it is its evidence
    already. Once that evidence is removed from the answer, it may be used again.
    """
    assessment, is_assigned = _lock(assessment, indicator, by)
    row = _row(assessment, question.code, thing)
    if row and row.evidence_id:
        raise CannotBeDone(
            _("“%(title)s” is evidence for %(question)s already.") % {"title": thing.title, "question": question.code}
        )
    answer = Answer.objects.select_related("assessment").get(assessment=assessment, question_id=question.pk)
    evidence = answering.add_evidence(answer=answer, by=by, is_assigned=is_assigned, **facts)
    row = row or _new(assessment, question.code, thing)
    row.evidence, row.by, row.at = evidence, by, timezone.now()
    row.save()
    audit.record("delivered.used", row, by=by, assessment=assessment.pk, question=question.code, thing=thing.key)
    return row


@transaction.atomic
def set_aside(*, assessment: Assessment, thing: Delivered, indicator: InstrumentIndicator, by: User) -> None:
    """Say that something delivered is no evidence for this area. Safe to repeat. Raises NotAllowed."""
    assessment, _is_assigned = _lock(assessment, indicator, by)
    if _row(assessment, indicator.code, thing):
        return
    row = _new(assessment, indicator.code, thing)
    row.is_set_aside, row.by = True, by
    row.save()
    audit.record("delivered.set_aside", row, by=by, assessment=assessment.pk, about=indicator.code, thing=thing.key)


@transaction.atomic
def bring_back(*, assessment: Assessment, thing: Delivered, indicator: InstrumentIndicator, by: User) -> None:
    """Propose again what was set aside for this area. Safe to repeat. Raises NotAllowed."""
    assessment, _is_assigned = _lock(assessment, indicator, by)
    row = _row(assessment, indicator.code, thing)
    if row:
        audit.record("delivered.brought_back", row, by=by, assessment=assessment.pk, about=indicator.code)
        row.delete()


def _lock(assessment: Assessment, indicator: InstrumentIndicator, by: User) -> tuple[Assessment, bool]:
    """The assessment as it is now, locked, and whether the area is assigned to this person, who may answer it."""
    locked = Assessment.objects.locked().get(pk=assessment.pk)
    is_assigned = locked.indicator_assignments.filter(user=by, indicator_id=indicator.pk).exists()
    index_rules.check_can_answer(by, locked, is_assigned=is_assigned)
    return locked, is_assigned


def _row(assessment: Assessment, subject: str, thing: Delivered) -> Carried | None:
    rows = Carried.objects.filter(assessment=assessment, subject=subject)
    return rows.filter(milestone=thing.milestone, reading=thing.reading).first()


def _new(assessment: Assessment, subject: str, thing: Delivered) -> Carried:
    return Carried(assessment=assessment, subject=subject, milestone=thing.milestone, reading=thing.reading)
