"""Reads that several pages use: progress, question cards, the desk, the queue. Constant numbers of queries."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.conf import settings
from django.db.models import Count, Exists, F, Max, OuterRef, Prefetch, Q, QuerySet
from django.utils.module_loading import import_string

from cities.enums import Permission
from cities.models import City, Programme, User
from icc_index import rules, scoring
from icc_index.actions.reviewing import is_settled, stands
from icc_index.enums import Ruling, Status, Turn
from icc_index.forms import AnswerForm
from icc_index.instrument import Instrument, InstrumentIndicator, InstrumentQuestion, instrument_for
from icc_index.models import Answer, Assessment, Clarification, Evidence, ExpertAssignment, Verdict


@dataclass(frozen=True)
class Progress:
    """How far one indicator is. `asked` leaves out questions whose condition is not met."""

    indicator: InstrumentIndicator
    asked: int
    answered: int
    to_clarify: int = 0
    people: tuple[str, ...] = ()

    @property
    def left(self) -> int:
        return self.asked - self.answered

    @property
    def kind(self) -> str:
        """The state's kind, as templates/_state.html names them."""
        if self.to_clarify:
            return "wait"
        if not self.answered:
            return "none"
        return "part" if self.left else "done"


def values_of(assessment: Assessment, instrument: Instrument) -> dict[str, str]:
    """Question code to value, of all answers. One query."""
    rows = Answer.objects.filter(assessment=assessment).values_list("question_id", "value")
    return {instrument.codes[pk]: value for pk, value in rows}


def progress_of(
    instrument: Instrument,
    values: Mapping[str, str],
    *,
    to_clarify: Iterable[str] = (),
    people: Mapping[str, tuple[str, ...]] | None = None,
) -> list[Progress]:
    """Progress of every indicator. `to_clarify` holds the codes of questions that the experts ask about."""
    open_codes = set(to_clarify)
    rows = []
    for indicator in instrument.indicators:
        asked = [q.code for q in indicator.questions if scoring.is_asked(q.rule, values)]
        rows.append(
            Progress(
                indicator=indicator,
                asked=len(asked),
                answered=sum(bool(values.get(code)) for code in asked),
                to_clarify=len(open_codes.intersection(q.code for q in indicator.questions)),
                people=(people or {}).get(indicator.code, ()),
            )
        )
    return rows


@dataclass(frozen=True)
class Totals:
    asked: int
    answered: int
    to_clarify: int

    @property
    def left(self) -> int:
        return self.asked - self.answered


def totals(rows: Iterable[Progress]) -> Totals:
    rows = list(rows)
    return Totals(
        sum(row.asked for row in rows), sum(row.answered for row in rows), sum(row.to_clarify for row in rows)
    )


def open_clarification_codes(assessment: Assessment, instrument: Instrument) -> list[str]:
    """Codes of the questions that wait for the city's reply or change. One query."""
    pks = Clarification.objects.filter(
        answer__assessment=assessment, closed_at=None, sent_at__isnull=False
    ).values_list("answer__question_id", flat=True)
    return [instrument.codes[pk] for pk in pks]


def people_by_indicator(assessment: Assessment) -> dict[str, tuple[str, ...]]:
    """Names of those who answer each indicator, by its code; not of those who have left. One query."""
    rows = (
        assessment.indicator_assignments.filter(user__in=rules.who_may_answer(assessment.city))
        .select_related("user", "indicator")
        .order_by("user__name")
    )
    names: dict[str, tuple[str, ...]] = {}
    for row in rows:
        names[row.indicator.code] = (*names.get(row.indicator.code, ()), row.user.display_name)
    return names


def last_saved(assessment: Assessment) -> datetime | None:
    return Answer.objects.filter(assessment=assessment).aggregate(at=Max("saved_at"))["at"]


@dataclass
class Card:
    """One question as a page shows it, with everything that stands beside it."""

    question: InstrumentQuestion
    answer: Answer
    is_asked: bool
    is_open: bool = False
    form: AnswerForm | None = None
    evidence: list[Evidence] = field(default_factory=list)
    clarifications: list[Clarification] = field(default_factory=list)
    voices: list[Any] = field(default_factory=list)
    conflict: Answer | None = None

    @property
    def code(self) -> str:
        return self.question.code

    @property
    def said(self) -> list[str]:
        return self.question.labels(self.answer.value)

    @property
    def conflict_said(self) -> str:
        return self.question.label(self.conflict.value) if self.conflict else ""

    @property
    def verdict(self) -> Verdict | None:
        return getattr(self.answer, "verdict", None)

    @property
    def adjusted(self) -> str:
        """The expert's value in words, if the verdict is an adjustment."""
        verdict = self.verdict
        return self.question.label(verdict.value) if verdict and verdict.ruling == Ruling.ADJUSTED else ""

    @property
    def is_stale(self) -> bool:
        """True if the city changed the answer after the verdict."""
        return self.verdict is not None and not stands(self.answer)

    @property
    def is_settled(self) -> bool:
        return is_settled(self.answer)

    @property
    def open_clarification(self) -> Clarification | None:
        """What was sent to the city and is not closed."""
        return next((one for one in self.clarifications if one.sent_at and not one.closed_at), None)

    @property
    def noted_question(self) -> Clarification | None:
        """What an expert noted to ask and has not sent yet."""
        return next((one for one in self.clarifications if not one.sent_at and not one.closed_at), None)


def cards(assessment: Assessment, indicator: InstrumentIndicator, instrument: Instrument) -> list[Card]:
    """The questions of an indicator with all that stands beside them. Four queries, and one a voice."""
    values = values_of(assessment, instrument)
    answers = {
        answer.question_id: answer
        for answer in Answer.objects.filter(
            assessment=assessment, question__in=[question.pk for question in indicator.questions]
        )
        .select_related("verdict__by", "saved_by")
        .prefetch_related(
            "evidence", Prefetch("clarifications", Clarification.objects.select_related("asked_by", "replied_by"))
        )
    }
    voices = voices_on(assessment, indicator)
    return [
        Card(
            question=question,
            answer=answers[question.pk],
            is_asked=scoring.is_asked(question.rule, values),
            evidence=list(answers[question.pk].evidence.all()),
            clarifications=list(answers[question.pk].clarifications.all()),
            voices=voices.get(question.code, []),
        )
        for question in indicator.questions
    ]


def voices_on(assessment: Assessment, indicator: InstrumentIndicator) -> dict[str, list[Any]]:
    """What other apps' voices (settings.EPI_VOICES) say beside the questions, by question code."""
    said: dict[str, list[Any]] = {}
    for path in settings.EPI_VOICES:
        for code, voice in import_string(path)(assessment, [question.code for question in indicator.questions]).items():
            said.setdefault(code, []).append(voice)
    return said


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


@dataclass(frozen=True)
class Line:
    """An assessment in a list, with how far it is: by the same rule as the task list, whatever the number of lines."""

    assessment: Assessment
    asked: int
    answered: int
    settled: int = 0
    saved: datetime | None = None


def lines(assessments: QuerySet[Assessment]) -> list[Line]:
    """Assessments with their counts. Two queries: one counts all rows, one reads what conditions rest on."""
    counted = list(
        assessments.select_related("city", "edition").annotate(
            questions=Count("answers"),
            given=Count("answers", filter=~Q(answers__value="")),
            judged=Count("answers", filter=_SETTLED),
            saved=Max("answers__saved_at"),
        )
    )
    instruments = {one.pk: instrument_for(one.edition) for one in counted}
    conditional = {
        question.code
        for instrument in set(instruments.values())
        for question in instrument.questions.values()
        if question.rule.condition
    }
    values = _values_around(counted, instruments, conditional)
    return [_line(one, instruments[one.pk], values[one.pk]) for one in counted]


_SETTLED = Q(
    answers__verdict__ruling__in=[Ruling.CONFIRMED, Ruling.ADJUSTED],
    answers__verdict__answer_version=F("answers__version"),
)


def _values_around(
    assessments: Sequence[Assessment], instruments: Mapping[int, Instrument], conditional: set[str]
) -> dict[int, dict[str, str]]:
    """The values of conditional questions and of those that their conditions rest on, by assessment."""
    pks = set()
    for instrument in set(instruments.values()):
        for code in conditional.intersection(instrument.questions):
            condition = instrument.questions[code].rule.condition
            assert condition is not None
            pks |= {instrument.questions[code].pk, instrument.questions[condition.question].pk}
    values: dict[int, dict[str, str]] = {one.pk: {} for one in assessments}
    rows = Answer.objects.filter(assessment__in=list(values), question__in=pks)
    for assessment_id, question_id, value in rows.values_list("assessment_id", "question_id", "value"):
        values[assessment_id][instruments[assessment_id].codes[question_id]] = value
    return values


def _line(counted: Any, instrument: Instrument, values: Mapping[str, str]) -> Line:
    """What is not asked counts neither as asked nor as answered."""
    passed_over = [code for code in values if not scoring.is_asked(instrument.rules.questions[code], values)]
    return Line(
        assessment=counted,
        asked=counted.questions - len(passed_over),
        answered=counted.given - sum(bool(values[code]) for code in passed_over),
        settled=counted.judged,
        saved=counted.saved,
    )


def review_queue(user: User) -> list[Line]:
    """What is assigned to this expert, most urgent first: their turn, then longest waiting."""
    urgent = [Status.IN_REVIEW, Status.SUBMITTED, Status.CLARIFICATION, Status.VALIDATED, Status.PUBLISHED]
    mine = ExpertAssignment.objects.filter(assessment=OuterRef("pk"), expert=user)
    assigned = lines(Assessment.objects.filter(Exists(mine)).exclude(status=Status.DRAFT))
    return sorted(assigned, key=lambda one: (urgent.index(Status(one.assessment.status)), one.assessment.status_since))


def board(programme: Programme) -> list[tuple[City, Line | None]]:
    """Each city of a programme with its newest assessment: progress only, nothing of the answers. Three queries."""
    cities = Assessment.objects.filter(city__in=programme.cities.all()).order_by("year", "pk")
    newest = {line.assessment.city_id: line for line in lines(cities)}
    return [(city, newest.get(city.pk)) for city in programme.cities.all()]


@dataclass(frozen=True)
class CheckRow:
    """One answer on the check-answers page. `problem` is empty, `unanswered` or `unsupported`."""

    question: InstrumentQuestion
    answer: Answer
    said: str
    evidence: int
    problem: str


@dataclass(frozen=True)
class CheckSection:
    indicator: InstrumentIndicator
    rows: list[CheckRow]


def check_sections(assessment: Assessment, instrument: Instrument) -> list[CheckSection]:
    """Every asked question with its answer and what is missing. One query."""
    answers = {
        instrument.codes[answer.question_id]: answer
        for answer in Answer.objects.filter(assessment=assessment).annotate(links=Count("evidence"))
    }
    values = {code: answer.value for code, answer in answers.items()}
    return [
        CheckSection(
            indicator,
            [_check_row(q, answers[q.code]) for q in indicator.questions if scoring.is_asked(q.rule, values)],
        )
        for indicator in instrument.indicators
    ]


def _check_row(question: InstrumentQuestion, answer: Any) -> CheckRow:
    problem = ""
    if not answer.value:
        problem = "unanswered"
    elif _earns(question, answer.value) and not (answer.links or answer.explanation.strip()):
        problem = "unsupported"
    return CheckRow(question, answer, question.label(answer.value), answer.links, problem)


def _earns(question: InstrumentQuestion, value: str) -> bool:
    if value in scoring.ASIDES:
        return False
    return any(question.rule.points[code] > 0 for code in value.split(scoring.SEPARATOR))


@dataclass(frozen=True)
class OnDesk:
    """An assessment on a person's desk, with what it asks of them now."""

    line: Line
    is_my_turn: bool
    unreplied: int

    @property
    def assessment(self) -> Assessment:
        return self.line.assessment


def desk(user: User) -> list[OnDesk]:
    """The assessments of this person's cities, newest first. Three queries."""
    found = lines(Assessment.objects.filter(city__in=[city.pk for city in user.cities]).order_by("-year", "city__name"))
    waiting = Clarification.objects.filter(
        answer__assessment__in=[line.assessment.pk for line in found], closed_at=None, sent_at__isnull=False, reply=""
    )
    unreplied = dict(waiting.values_list("answer__assessment").annotate(Count("pk")))
    return [OnDesk(line, _is_turn_of(user, line.assessment), unreplied.get(line.assessment.pk, 0)) for line in found]


def _is_turn_of(user: User, assessment: Assessment) -> bool:
    """True if the city's turn is this person's: those who answer, or who may publish what is validated."""
    needed = [Permission.ANSWER_ALL, Permission.ANSWER_ASSIGNED]
    if assessment.status == Status.VALIDATED:
        needed = [Permission.PUBLISH]
    return assessment.turn == Turn.CITY and any(user.may(one, assessment.city_id) for one in needed)
