"""The one rule of red, amber and green, and how the lights of several milestones add up. docs/milestones.md tells it.

Plain values in, plain values out: no database, no clock. Days are those of the city's own calendar.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta

from strategy.milestones.enums import Light, MilestoneState, Reason

SOON = timedelta(days=14)  # so near, something that nobody has begun is at risk


@dataclass(frozen=True)
class Before:
    """A milestone that another comes after: where it stands, and when it is promised."""

    state: MilestoneState
    due_on: date


def light_of(
    state: MilestoneState, *, due_on: date, starts_on: date | None, before: Iterable[Before], today: date
) -> Light:
    """The light of one milestone on the city's day `today`. A dropped one has none."""
    return reason_of(state, due_on=due_on, starts_on=starts_on, before=before, today=today).light


def reason_of(
    state: MilestoneState, *, due_on: date, starts_on: date | None, before: Iterable[Before], today: date
) -> Reason:
    """The line of the rule that decides on the light of one milestone: the first one that holds.

    Red: its day has passed. Amber: nobody has begun it, although it should have, or it is due within SOON; or it comes
    after one that is open and overdue, or promised for later than itself. A dropped one holds nothing up.
    """
    if state == MilestoneState.DROPPED:
        return Reason.DROPPED
    if state == MilestoneState.REACHED:
        return Reason.REACHED
    if due_on < today:
        return Reason.OVERDUE
    if state == MilestoneState.PLANNED and due_on - today <= SOON:
        return Reason.DUE_SOON
    if state == MilestoneState.PLANNED and starts_on is not None and starts_on < today:
        return Reason.NOT_BEGUN
    if any(_holds_up(one, due_on, today) for one in before):
        return Reason.HELD_UP
    return Reason.ON_TRACK


def _holds_up(one: Before, due_on: date, today: date) -> bool:
    is_open = one.state in {MilestoneState.PLANNED, MilestoneState.UNDER_WAY}
    return is_open and (one.due_on < today or one.due_on > due_on)


@dataclass(frozen=True)
class Sum:
    """What stands under one roof: an action, a pact, a city, a programme. Dropped milestones count nowhere.

    Sums add up: the sum of sums is the sum of everything below, in whatever order and however grouped.
    """

    reached: int = 0
    green: int = 0
    amber: int = 0
    red: int = 0

    def __add__(self, other: "Sum") -> "Sum":
        return Sum(
            self.reached + other.reached, self.green + other.green, self.amber + other.amber, self.red + other.red
        )

    @property
    def open(self) -> int:
        return self.green + self.amber + self.red

    @property
    def total(self) -> int:
        return self.open + self.reached

    @property
    def progress(self) -> float | None:
        """Reached over all that were not dropped, 0 to 1; None when nothing is planned."""
        return self.reached / self.total if self.total else None

    @property
    def light(self) -> Light:
        """The worst of what is open; reached when all is; none when nothing is planned."""
        if self.red:
            return Light.RED
        if self.amber:
            return Light.AMBER
        if self.green:
            return Light.GREEN
        return Light.REACHED if self.reached else Light.NONE


def sum_of(lights: Iterable[Light]) -> Sum:
    """The lights of milestones, added up. Light.NONE, of a dropped one, counts nowhere."""
    found = list(lights)
    return Sum(
        reached=found.count(Light.REACHED),
        green=found.count(Light.GREEN),
        amber=found.count(Light.AMBER),
        red=found.count(Light.RED),
    )


def slippage(first: date, last: date) -> int:
    """By how many days a date has moved since it was promised first: more than 0 is later."""
    return (last - first).days
