"""Assessments in lists: the desk, the network board. The same counts as the task list, whatever the length."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import Count, Exists, F, Max, OuterRef, Q, QuerySet

from cities.enums import Permission, Role
from cities.models import City, Membership, Programme, User
from icc_index import scoring
from icc_index.enums import Ruling, Status, Turn
from icc_index.instrument import Instrument, instrument_for
from icc_index.models import Answer, Assessment, Clarification, ExpertAssignment


@dataclass(frozen=True)
class Line:
    """An assessment in a list, with how far it is: by the same rule as the task list, whatever the number of lines."""

    assessment: Assessment
    asked: int
    answered: int
    settled: int = 0
    saved: datetime | None = None
    contradicted: int = 0  # what waits for the experts' verdict, where the list is theirs


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


def board(programme: Programme) -> list[tuple[City, Line | None]]:
    """Each city of a programme with its newest assessment: progress only, nothing of the answers. Three queries."""
    cities = Assessment.objects.filter(city__in=programme.cities.all()).order_by("year", "pk")
    newest = {line.assessment.city_id: line for line in lines(cities)}
    return [(city, newest.get(city.pk)) for city in programme.cities.all()]


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


def programmes_of(user: User) -> QuerySet[Programme]:
    """Programmes in which this person takes part; an administrator takes part in all.

    For the programme itself, for one of its cities or partners, or as an expert assigned to one of its assessments.
    """
    if user.is_superuser:
        return Programme.objects.all()
    mine = Membership.objects.filter(user=user)
    assigned = ExpertAssignment.objects.filter(expert=user, expert__memberships__role=Role.EXPERT)
    return Programme.objects.filter(
        Exists(mine.filter(programme=OuterRef("pk")))
        | Exists(mine.filter(city__programmes=OuterRef("pk")))
        | Exists(mine.filter(organisation__programmes=OuterRef("pk")))
        | Exists(assigned.filter(assessment__city__programmes=OuterRef("pk")))
    )
