"""How far the experts are: by indicator, in the queue, and with what is contradicted."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass, replace

from django.db.models import Exists, OuterRef

from cities.models import User
from icc_index import scoring
from icc_index.actions.reviewing import is_settled, stands
from icc_index.enums import Ruling, Status, Turn
from icc_index.instrument import Instrument, InstrumentIndicator, InstrumentQuestion
from icc_index.models import Answer, Assessment, ExpertAssignment
from icc_index.queries.lists import Line, lines
from icc_index.queries.voices import contradictions, open_contradictions, voices_on
from icc_index.voices import Voice


@dataclass(frozen=True)
class Contradicted:
    """A question, or (without one) an indicator, in which somebody contradicts the city and no verdict settles it."""

    indicator: InstrumentIndicator
    question: InstrumentQuestion | None = None
    is_questioned: bool = False  # the experts have asked, so that it waits for the city

    @property
    def subject(self) -> str:
        return self.question.code if self.question else self.indicator.code


@dataclass(frozen=True)
class Judged:
    """How far the review of one indicator is."""

    indicator: InstrumentIndicator
    asked: int
    settled: int
    questioned: int
    stale: int
    contradicted: tuple[Contradicted, ...] = ()

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

    @property
    def is_to_judge(self) -> bool:
        """True if an answer waits for the experts themselves."""
        return self.left > self.questioned

    @property
    def first_contradicted(self) -> str:
        """The code of the first contradicted question that nobody has looked at, or nothing."""
        found = (one.question.code for one in self.contradicted if one.question and not one.is_questioned)
        return next(found, "")


def judged(assessment: Assessment, instrument: Instrument) -> list[Judged]:
    """How far the experts are, by indicator. One query, and one a source of contradictions."""
    answers = {
        instrument.codes[answer.question_id]: answer
        for answer in Answer.objects.filter(assessment=assessment).select_related("verdict").defer("explanation")
    }
    values = {code: answer.value for code, answer in answers.items()}
    contradicted = contradictions([assessment]).get(assessment.pk, set())
    rows = []
    for indicator in instrument.indicators:
        questions = [q for q in indicator.questions if scoring.is_asked(q.rule, values)]
        asked = [answers[question.code] for question in questions]
        rows.append(
            Judged(
                indicator=indicator,
                asked=len(asked),
                settled=sum(is_settled(answer) for answer in asked),
                questioned=sum(map(_is_questioned, asked)),
                stale=sum(hasattr(a, "verdict") and not stands(a) for a in asked),
                contradicted=_open_in(indicator, zip(questions, asked, strict=True), contradicted),
            )
        )
    return rows


def _is_questioned(answer: Answer) -> bool:
    return stands(answer) and answer.verdict.ruling == Ruling.ASKED


def _open_in(
    indicator: InstrumentIndicator,
    asked: Iterable[tuple[InstrumentQuestion, Answer]],
    contradicted: Collection[str],
) -> tuple[Contradicted, ...]:
    """What is contradicted in one indicator and not settled: the indicator itself, then its questions."""
    unsettled = [(question, answer) for question, answer in asked if not is_settled(answer)]
    itself = [Contradicted(indicator)] if unsettled and indicator.code in contradicted else []
    questions = [
        Contradicted(indicator, question, _is_questioned(answer))
        for question, answer in unsettled
        if question.code in contradicted
    ]
    return (*itself, *questions)


def next_to_judge(rows: Iterable[Judged]) -> Judged | None:
    """Where the experts go on: where a contradiction waits for them, else where an answer does."""
    waiting = [row for row in rows if row.is_to_judge]
    contradicted = (row for row in waiting if any(not one.is_questioned for one in row.contradicted))
    return next(contradicted, waiting[0] if waiting else None)


def told_contradictions(assessment: Assessment, rows: Iterable[Judged]) -> list[tuple[Contradicted, list[Voice]]]:
    """What is contradicted and not settled, with who says so and what. The queries of the voices."""
    found = [one for row in rows for one in row.contradicted]
    said = voices_on(assessment, [one.subject for one in found])
    return [(one, [voice for voice in said.get(one.subject, []) if voice.is_contradiction]) for one in found]


_TURNS = [Turn.EXPERTS, Turn.CITY, Turn.NOBODY]
_URGENT = [Status.IN_REVIEW, Status.SUBMITTED, Status.CLARIFICATION, Status.VALIDATED, Status.PUBLISHED]


def review_queue(user: User) -> list[Line]:
    """What is assigned to this expert, most urgent first: their turn, then what is contradicted, then longest waiting.

    As many queries for one line as for many.
    """
    mine = ExpertAssignment.objects.filter(assessment=OuterRef("pk"), expert=user)
    assigned = lines(Assessment.objects.filter(Exists(mine)).exclude(status=Status.DRAFT))
    contradicted = open_contradictions([line.assessment for line in assigned])
    return sorted(
        (replace(line, contradicted=contradicted.get(line.assessment.pk, 0)) for line in assigned), key=_urgency
    )


def _urgency(line: Line) -> tuple:
    one = line.assessment
    return _TURNS.index(one.turn), not line.contradicted, _URGENT.index(Status(one.status)), one.status_since
