"""Milestones with what the rule says of them, read in a number of queries that does not grow."""

from collections.abc import Callable, Hashable, Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import TypeVar

from django.db.models import QuerySet
from django.utils import timezone

from strategy.milestones.enums import Light, MilestoneState
from strategy.milestones.models import Dependency, Milestone, Promise
from strategy.milestones.status import Before, Sum, light_of, slippage, sum_of

Key = TypeVar("Key", bound=Hashable)


@dataclass(frozen=True)
class Judged:
    """A milestone, its light today in its city, every date promised (the first one first), and what it comes after."""

    milestone: Milestone
    light: Light
    promised: tuple[date, ...]
    needs: tuple[int, ...]

    @property
    def slipped(self) -> int:
        """Days between the date promised first and the one that holds: the day it was reached, or the last promise."""
        last = self.milestone.reached_on or self.milestone.due_on
        return slippage(self.promised[0], last) if self.promised else 0


def judged(milestones: QuerySet[Milestone]) -> list[Judged]:
    """These milestones in their own order. Three queries, however many: themselves, promises, dependencies."""
    return judge(list(milestones.for_list()))  # type: ignore[attr-defined]


def judge(rows: list[Milestone]) -> list[Judged]:
    """The same of milestones that are read already, each with its city. Two queries."""
    promised = _promised(rows)
    before = _before(rows)
    days: dict[str, date] = {}
    return [
        Judged(
            row,
            _light(row, before.get(row.pk, {}).values(), days),
            tuple(promised.get(row.pk, ())),
            tuple(before.get(row.pk, {})),
        )
        for row in rows
    ]


def added_up(rows: Iterable[Judged], key: Callable[[Judged], Key]) -> Mapping[Key, Sum]:
    """The sums of these milestones, by whatever `key` says (an action, a process, a city)."""
    lights: dict[Key, list[Light]] = {}
    for row in rows:
        lights.setdefault(key(row), []).append(row.light)
    return {name: sum_of(found) for name, found in lights.items()}


def _light(row: Milestone, before: Iterable[Before], days: dict[str, date]) -> Light:
    """`days` remembers which day it is in which time zone: there are few, and many milestones."""
    zone = row.city.zone
    today = days.setdefault(zone.key, timezone.localdate(timezone=zone))
    return light_of(MilestoneState(row.state), due_on=row.due_on, starts_on=row.starts_on, before=before, today=today)


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
