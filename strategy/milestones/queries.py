"""Milestones with what the rule says of them, read in a number of queries that does not grow."""

from collections.abc import Callable, Hashable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import TypeVar

from django.db.models import QuerySet
from django.urls import NoReverseMatch, reverse
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from cities.models import City, Programme, User
from strategy.milestones import words
from strategy.milestones.enums import Light, MilestoneState, Process, Reason
from strategy.milestones.models import Dependency, Milestone, Promise
from strategy.milestones.status import Before, Sum, reason_of, slippage, sum_of
from strategy.pact.models import Pact
from strategy.plan.models import PilotAction

Key = TypeVar("Key", bound=Hashable)


@dataclass(frozen=True)
class Judged:
    """A milestone, its light today in its city, every date promised (the first one first), and what it comes after."""

    milestone: Milestone
    light: Light
    promised: tuple[date, ...]
    needs: tuple[int, ...]
    reason: Reason  # the line of the rule that decided on the light

    @property
    def slipped(self) -> int:
        """Days between the date promised first and the one that holds: the day it was reached, or the last promise."""
        last = self.milestone.reached_on or self.milestone.due_on
        return slippage(self.promised[0], last) if self.promised else 0

    @property
    def moved(self) -> int:
        """How often the promised date moved."""
        return max(len(self.promised) - 1, 0)

    @property
    def slippage(self) -> str:
        """How the date stands to the one promised first, in words. Of a dropped one nothing is told: no date holds."""
        return "" if self.light == Light.NONE else words.slippage(self.slipped, self.moved)

    @property
    def says(self) -> str:
        """The light in words, with how many days a red one is overdue; of a dropped one its state."""
        if self.light == Light.NONE:
            return str(self.milestone.get_state_display())
        if self.light == Light.RED:
            return words.overdue((self.milestone.today - self.milestone.due_on).days)
        return str(self.light.label)

    @property
    def owner(self) -> str:
        """By name and function; nothing if nobody owns it."""
        return words.in_office(self.milestone.owner) if self.milestone.owner else ""


def judged(milestones: QuerySet[Milestone]) -> list[Judged]:
    """These milestones in their own order. Three queries, however many: themselves, promises, dependencies."""
    return judge(list(milestones.for_list()))  # type: ignore[attr-defined]


def judge(rows: list[Milestone]) -> list[Judged]:
    """The same of milestones that are read already, each with its city. Two queries."""
    promised = _promised(rows)
    before = _before(rows)
    days: dict[str, date] = {}
    return [
        _judged(row, tuple(promised.get(row.pk, ())), before.get(row.pk, {}), _today(row.city, days)) for row in rows
    ]


def added_up(rows: Iterable[Judged], key: Callable[[Judged], Key]) -> Mapping[Key, Sum]:
    """The sums of these milestones, by whatever `key` says (an action, a process, a city)."""
    lights: dict[Key, list[Light]] = {}
    for row in rows:
        lights.setdefault(key(row), []).append(row.light)
    return {name: sum_of(found) for name, found in lights.items()}


def _judged(row: Milestone, promised: tuple[date, ...], before: Mapping[int, Before], today: date) -> Judged:
    reason = reason_of(
        MilestoneState(row.state), due_on=row.due_on, starts_on=row.starts_on, before=before.values(), today=today
    )
    return Judged(row, reason.light, promised, tuple(before), reason)


def _today(city: City, days: dict[str, date]) -> date:
    """Which day it is in a city. `days` remembers it by time zone: there are few, and many milestones."""
    zone = city.zone
    return days.setdefault(zone.key, timezone.localdate(timezone=zone))


def _promised(rows: list[Milestone]) -> dict[int, list[date]]:
    found: dict[int, list[date]] = {}
    promises = Promise.objects.filter(milestone__in=[row.pk for row in rows]).order_by("pk")
    for milestone_id, due_on in promises.values_list("milestone_id", "due_on"):
        found.setdefault(milestone_id, []).append(due_on)
    return found


def _before(rows: list[Milestone]) -> dict[int, dict[int, Before]]:
    found: dict[int, dict[int, Before]] = {}
    links = Dependency.objects.filter(milestone__in=[row.pk for row in rows])
    for milestone_id, needs_id, state, due_on in links.values_list(
        "milestone_id", "needs_id", "needs__state", "needs__due_on"
    ):
        found.setdefault(milestone_id, {})[needs_id] = Before(MilestoneState(state), due_on)
    return found


# A city's milestones, as its pages show them -------------------------------------------------------------------------
@dataclass(frozen=True)
class Listed:
    """A milestone in a list: with those of the list that it comes after, and how many more its reader may not see."""

    row: Judged
    waits: Sequence[Milestone]
    hidden: int


def listed(rows: Iterable[Judged]) -> list[Listed]:
    rows = list(rows)
    known = {row.milestone.pk: row.milestone for row in rows}
    return [
        Listed(row, [known[pk] for pk in row.needs if pk in known], sum(pk not in known for pk in row.needs))
        for row in rows
    ]


@dataclass(frozen=True)
class Group:
    """Milestones on the way to one thing: a process, or one pilot action of it. `sum` is of all, `rows` are shown."""

    title: str
    sum: Sum
    rows: Sequence[Listed]
    url: str = ""


@dataclass(frozen=True)
class Section:
    """All on the way to one process. Pilot actions have a group each, the others one group."""

    process: Process
    sum: Sum
    groups: Sequence[Group]


def sections(rows: Sequence[Judged], shown: Callable[[Judged], bool] = lambda row: True) -> list[Section]:
    """What a city has, by process and action. Sums are of everything; only what is `shown` has a row."""
    sums = added_up(rows, lambda row: row.milestone.process)
    found, every = [], listed(rows)
    for process in Process:
        ours = [one for one in every if one.row.milestone.process == process]
        groups = [group for group in _groups(ours, shown) if group.rows]
        if groups:
            found.append(Section(process, sums[process.value], groups))
    return found


def _groups(rows: Sequence[Listed], shown: Callable[[Judged], bool]) -> Iterator[Group]:
    sums = added_up((one.row for one in rows), lambda row: row.milestone.action_id)
    for action_id, total in sums.items():
        ours = [one for one in rows if one.row.milestone.action_id == action_id]
        first = ours[0].row.milestone
        yield Group(
            title=str(first.action) if first.action else "",
            sum=total,
            rows=[one for one in ours if shown(one.row)],
            url=address_or_nothing("action", first.city.slug, action_id) if first.action else "",
        )


def address_or_nothing(name: str, *parts: object) -> str:
    """An address of another part of the strategy, or nothing while there is no such page."""
    try:
        return reverse(name, args=parts)
    except NoReverseMatch:
        return ""


def whole(rows: Iterable[Judged]) -> Sum:
    """All of these milestones added up."""
    return sum_of(row.light for row in rows)


# Roll-up: milestone, action, pact, process, city, programme ----------------------------------------------------------
def of_pact(pact: Pact, rows: Iterable[Judged]) -> Sum:
    """What stands under a pact, of its city's milestones: the way to it, and the actions that it commits to.

    One query. A milestone counts once, however many commitments name its action.
    """
    actions = set(pact_actions(pact))
    return whole(
        row
        for row in rows
        if row.milestone.city_id == pact.city_id
        and (row.milestone.process == Process.PACT or row.milestone.action_id in actions)
    )


def pact_actions(pact: Pact) -> list[int]:
    """The pilot actions that the pact's commitments name."""
    found = PilotAction.objects.filter(commitments__article__pact=pact).distinct()
    return list(found.values_list("pk", flat=True))


def of_programme(programme: Programme) -> Mapping[int, Sum]:
    """The sum of each city of a programme by its primary key: empty where nothing is planned. Four queries."""
    sums = added_up(judged(Milestone.objects.filter(programme=programme)), lambda row: row.milestone.city_id)
    return {pk: sums.get(pk, Sum()) for pk in programme.cities.values_list("pk", flat=True)}


# One milestone -------------------------------------------------------------------------------------------------------
@dataclass(frozen=True)
class Told:
    """One line of a milestone's history: what happened, who did it and why."""

    at: datetime
    by: User
    words: str
    reason: str


def history(milestone: Milestone) -> list[Told]:
    """What happened to a milestone, the latest first. Two queries."""
    told = [
        Told(promise.at, promise.by, _promised_words(number, promise), promise.reason)
        for number, promise in enumerate(milestone.promises.select_related("by"))
    ]
    told += [
        Told(move.at, move.by, _moved_words(move.source, move.target), move.reason)
        for move in milestone.moves.select_related("by")
    ]
    told.reverse()  # of one moment, the last written first
    return sorted(told, key=lambda one: one.at, reverse=True)


def _promised_words(number: int, promise: Promise) -> str:
    day = {"day": date_format(promise.due_on, "j E Y")}
    return _("Promised another date: %(day)s") % day if number else _("Promised first for %(day)s") % day


def _moved_words(source: str, target: str) -> str:
    if target == MilestoneState.REACHED:
        return _("Said that it is reached")
    if target == MilestoneState.DROPPED:
        return _("Dropped it")
    if source in {MilestoneState.REACHED, MilestoneState.DROPPED}:
        return _("Opened it again")
    return _("Began it")
