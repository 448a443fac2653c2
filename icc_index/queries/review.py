"""How far the experts are: by indicator, and in the queue."""

from dataclasses import dataclass

from django.db.models import Exists, OuterRef

from cities.models import User
from icc_index import scoring
from icc_index.actions.reviewing import is_settled, stands
from icc_index.enums import Ruling, Status
from icc_index.instrument import Instrument, InstrumentIndicator
from icc_index.models import Answer, Assessment, ExpertAssignment
from icc_index.queries.lists import Line, lines


@dataclass(frozen=True)
class Judged:
    """How far the review of one indicator is."""

    indicator: InstrumentIndicator
    asked: int
    settled: int
    questioned: int
    stale: int

    @property
    def left(self) -> int:
        return self.asked - self.settled

    @property
    def kind(self) -> str:
        if self.questioned:
            return "wait"
        if not self.settled:
            return "none"
        return "part" if self.left else "done"


def judged(assessment: Assessment, instrument: Instrument) -> list[Judged]:
    """How far the experts are, by indicator. One query."""
    answers = {
        instrument.codes[answer.question_id]: answer
        for answer in Answer.objects.filter(assessment=assessment).select_related("verdict").defer("explanation")
    }
    values = {code: answer.value for code, answer in answers.items()}
    rows = []
    for indicator in instrument.indicators:
        asked = [answers[q.code] for q in indicator.questions if scoring.is_asked(q.rule, values)]
        rows.append(
            Judged(
                indicator=indicator,
                asked=len(asked),
                settled=sum(is_settled(answer) for answer in asked),
                questioned=sum(stands(a) and a.verdict.ruling == Ruling.ASKED for a in asked),
                stale=sum(hasattr(a, "verdict") and not stands(a) for a in asked),
            )
        )
    return rows


def review_queue(user: User) -> list[Line]:
    """What is assigned to this expert, most urgent first: their turn, then longest waiting."""
    urgent = [Status.IN_REVIEW, Status.SUBMITTED, Status.CLARIFICATION, Status.VALIDATED, Status.PUBLISHED]
    mine = ExpertAssignment.objects.filter(assessment=OuterRef("pk"), expert=user)
    assigned = lines(Assessment.objects.filter(Exists(mine)).exclude(status=Status.DRAFT))
    return sorted(assigned, key=lambda one: (urgent.index(Status(one.assessment.status)), one.assessment.status_since))
