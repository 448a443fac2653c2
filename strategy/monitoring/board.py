"""The network board: the cities of a programme by the steps of its way, with what the rule says of each.

All cities are read in a number of queries that does not grow, then filtered and sorted in memory. Not in the database,
since the light of a milestone is a rule over the day in its own city and over what comes before it: it is written once
(strategy/milestones/status.py), and a second time in SQL it would sooner or later say something else. A page shows 50.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import reduce
from typing import Any

from django.conf import settings
from django.db.models import Count, OuterRef, QuerySet, Subquery
from django.utils import timezone
from django.utils.translation import gettext_lazy

from cities.models import City, Programme
from icc_index.enums import Status
from icc_index.models import Assessment
from icc_index.queries import Line, lines
from strategy.milestones.enums import Light, Process
from strategy.milestones.models import Milestone
from strategy.milestones.queries import Judged, judge
from strategy.milestones.status import Sum, sum_of
from strategy.monitoring.models import Nudge
from strategy.monitoring.silence import last_changes
from strategy.plan.enums import ActionState
from strategy.plan.models import CityStrategy, PilotAction

STEPS = tuple(Process)
NOTHING = Sum()


@dataclass(frozen=True)
class Cell:
    """What a city has on one step: its milestones added up, and the open one that is due first."""

    step: Process
    sum: Sum
    next: Judged | None
    late: int  # days that the one due first is over its day, or 0

    @property
    def due_on(self) -> date | None:
        return self.next.milestone.due_on if self.next else None

    @property
    def promised_first(self) -> date | None:
        """The day promised first for the one that is due next, where it is another one by now."""
        if self.next is None or not self.next.slipped:
            return None
        return self.next.promised[0]


@dataclass(frozen=True)
class CityRow:
    """One city on the board. `changed_on` is None while it has not changed anything yet."""

    city: City
    today: date
    index: Line | None
    cells: tuple[Cell, ...]
    milestones: tuple[Judged, ...]
    sum: Sum
    actions: int
    slipped: int  # the most days by which a milestone of the city slipped
    changed_on: date | None
    nudged_on: date | None

    @property
    def silent_days(self) -> int | None:
        return None if self.changed_on is None else (self.today - self.changed_on).days

    @property
    def is_silent(self) -> bool:
        return self.silent_days is None or self.silent_days >= settings.EPI_SILENT_AFTER_DAYS

    @property
    def is_nudged_today(self) -> bool:
        return self.nudged_on == self.today

    @property
    def due_on(self) -> date | None:
        """The first day that is still to be kept, or was missed."""
        return min((cell.due_on for cell in self.cells if cell.due_on), default=None)

    def cell(self, step: str) -> Cell:
        return self.cells[STEPS.index(Process(step))]


def board(programme: Programme) -> list[CityRow]:
    """Every city of the programme, in the order of the alphabet. Seven queries, however many cities and milestones."""
    cities = list(_cities(programme))
    milestones = _judged(programme, cities)
    index = _index(programme)
    changes = last_changes(programme.cities.all())
    return [_row(city, milestones.get(city.pk, ()), index.get(city.pk), changes.get(city.pk)) for city in cities]


def _cities(programme: Programme) -> QuerySet[City]:
    """With the day of the last reminder, and the number of pilot actions that the city has made public."""
    nudges = Nudge.objects.filter(programme=programme, city=OuterRef("pk")).order_by("-on")
    public = PilotAction.objects.alive().exclude(state=ActionState.PROPOSED)
    public = public.filter(objective__strategy__in=CityStrategy.objects.open().published())
    of_city = public.filter(objective__strategy__city=OuterRef("pk")).order_by().values("objective__strategy__city")
    numbers = of_city.annotate(number=Count("pk")).values("number")
    return programme.cities.annotate(nudged_on=Subquery(nudges.values("on")[:1]), public_actions=Subquery(numbers))


def _judged(programme: Programme, cities: Iterable[City]) -> Mapping[int, Sequence[Judged]]:
    """By city; without what a board does not show, which makes hundreds of cities several times as fast."""
    known = {city.pk: city for city in cities}
    shown = ("city", "process", "title", "state", "starts_on", "due_on", "reached_on", "is_sample")
    rows = list(Milestone.objects.filter(programme=programme, city__in=programme.cities.all()).only(*shown))
    for row in rows:
        row.city = known[row.city_id]
    found: dict[int, list[Judged]] = {}
    for one in judge(rows):
        found.setdefault(one.milestone.city_id, []).append(one)
    return found


def _index(programme: Programme) -> Mapping[int, Line]:
    """The newest assessment of each city."""
    assessments = Assessment.objects.filter(city__in=programme.cities.all()).order_by("year", "pk")
    return {line.assessment.city_id: line for line in lines(assessments)}


def _row(city: Any, milestones: Sequence[Judged], index: Line | None, changed: Any) -> CityRow:
    today = timezone.localdate(timezone=city.zone)
    moments = [moment for moment in (changed, index.saved if index else None) if moment]
    return CityRow(
        city=city,
        today=today,
        index=index,
        cells=tuple(_cell(step, [one for one in milestones if one.milestone.process == step], today) for step in STEPS),
        milestones=tuple(milestones),
        sum=sum_of(one.light for one in milestones),
        actions=city.public_actions or 0,
        slipped=max((one.slipped for one in milestones if one.light != Light.NONE), default=0),
        changed_on=timezone.localdate(max(moments), city.zone) if moments else None,
        nudged_on=city.nudged_on,
    )


def _cell(step: Process, milestones: Sequence[Judged], today: date) -> Cell:
    open_ones = [one for one in milestones if one.milestone.is_open]
    first = min(open_ones, key=lambda one: (one.milestone.due_on, one.milestone.pk), default=None)
    late = max((today - first.milestone.due_on).days, 0) if first else 0
    return Cell(step, sum_of(one.light for one in milestones), first, late)


# The whole programme --------------------------------------------------------------------------------------------------
@dataclass(frozen=True)
class RollUp:
    """All cities of a programme together: in all, and on each step."""

    sum: Sum
    steps: tuple[tuple[Process, Sum], ...]
    late_cities: int
    silent_cities: int


def roll_up(rows: Sequence[CityRow]) -> RollUp:
    def total(sums: Iterable[Sum]) -> Sum:
        return reduce(Sum.__add__, sums, NOTHING)

    return RollUp(
        sum=total(row.sum for row in rows),
        steps=tuple((step, total(row.cell(step).sum for row in rows)) for step in STEPS),
        late_cities=sum(row.sum.red > 0 for row in rows),
        silent_cities=sum(row.is_silent for row in rows),
    )


# What of it is shown, and in which order ------------------------------------------------------------------------------
ONLY = {
    "overdue": gettext_lazy("Something overdue"),
    "at_risk": gettext_lazy("Something at risk"),
    "silent": gettext_lazy("Silent for long"),
}


def chosen(rows: Sequence[CityRow], *, q: str = "", only: str = "", step: str = "", sort: str = "") -> list[CityRow]:
    """The rows that the filter leaves, sorted.

    `step` narrows what "overdue" and "at risk" look at; alone, it leaves cities with something open on that step.
    `sort` is a key of SORTS, with a minus before it for the other way round; what has no value stands last.
    """
    found = [row for row in rows if q.strip().casefold() in row.city.name.casefold() and _passes(row, only, step)]
    return _sorted(found, sort)


def _passes(row: CityRow, only: str, step: str) -> bool:
    looked_at = row.cell(step).sum if step else row.sum
    if only == "overdue":
        return looked_at.red > 0
    if only == "at_risk":
        return looked_at.amber > 0
    if only == "silent" and not row.is_silent:
        return False
    return not step or looked_at.open > 0


_GRAVITY = [Light.RED, Light.AMBER, Light.GREEN, Light.REACHED, Light.NONE]
_PROGRESS = list(Status)


def _by_step(step: Process) -> Callable[[CityRow], Any]:
    """The worst first, then what is due first."""
    return lambda row: (_GRAVITY.index(row.cell(step).sum.light), row.cell(step).due_on or date.max)


SORTS: dict[str, Callable[[CityRow], Any]] = {
    "city": lambda row: row.city.name.casefold(),
    "index": lambda row: _PROGRESS.index(Status(row.index.assessment.status)) if row.index else None,
    **{step.value: _by_step(step) for step in STEPS},
    "due": lambda row: row.due_on,
    "overdue": lambda row: row.sum.red,
    "at_risk": lambda row: row.sum.amber,
    "slipped": lambda row: row.slipped,
    "changed": lambda row: row.changed_on or date.min,  # who never changed anything is silent the longest
    "nudged": lambda row: row.nudged_on,
}


def _sorted(rows: list[CityRow], sort: str) -> list[CityRow]:
    key = SORTS.get(sort.removeprefix("-"))
    if key is None:
        return rows
    known = [row for row in rows if key(row) is not None]
    unknown = [row for row in rows if key(row) is None]
    return sorted(known, key=key, reverse=sort.startswith("-")) + unknown
