"""Moving the dates of a plan as one: plain values in, plain values out, no database and no clock.

All dates move by the same number of days, so that the days between any two of them stay as they were, over ends of
months, leap days and years. A weekday stays only where that number is a whole number of weeks; what falls on a Saturday
or Sunday then is for people to see (`is_weekend`), since moving one date alone would break its distance to the others.
"""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date, timedelta

SATURDAY = 5


@dataclass(frozen=True)
class Span:
    """A step or a milestone of a plan: its days, `begins` empty where it is a single day. `key` is the caller's."""

    key: str
    name: str
    begins: date | None
    ends: date
    kind: str = ""

    @property
    def first(self) -> date:
        return self.begins or self.ends

    @property
    def is_weekend(self) -> bool:
        """Whether its last day, the one that is promised, is a Saturday or a Sunday."""
        return self.ends.weekday() >= SATURDAY


def days_between(old: date, new: date) -> int:
    """By how many days `old` moves to become `new`; less than 0 is earlier."""
    return (new - old).days


def moved(day: date, days: int) -> date:
    """Raises OverflowError beyond the calendar."""
    return day + timedelta(days=days)


def shifted(spans: Iterable[Span], days: int) -> list[Span]:
    """The same plan, all of it `days` later. Raises OverflowError beyond the calendar."""
    return [
        replace(span, begins=None if span.begins is None else moved(span.begins, days), ends=moved(span.ends, days))
        for span in spans
    ]


def first_day(spans: Iterable[Span]) -> date | None:
    """The earliest day of a plan; None of an empty one."""
    return min((span.first for span in spans), default=None)
