"""Figures of ratings: plain values in, plain values out. No database, no request, no clock.

A cell is what one group said of one indicator in one round. Its figure exists only when at least FEWEST votes say
something on that very question, and whatever is added up adds only cells whose own figures exist. So the difference
between two figures, whichever filters made them, is made of cells that are shown by themselves and never tells of fewer
than FEWEST people. Give it cells of closed rounds only, which no longer change: then two moments tell nothing either.
"""

from collections.abc import Callable, Hashable, Iterable, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import TypeVar

from icc_index.scoring import rounded

FEWEST = 5
Key = TypeVar("Key", bound=Hashable)
Counts = Sequence[int]  # how many votes said 1, 2, 3 and 4


@dataclass(frozen=True)
class Cell:
    """What one group said of one indicator in one round, as counts of votes."""

    round: int
    group: str
    subject: str
    practice: Counts
    importance: Counts


@dataclass(frozen=True)
class Figure:
    """`value` is 0..100, exact, of so many votes: never of fewer than FEWEST."""

    votes: int
    value: Fraction

    @property
    def whole(self) -> str:
        """As people read it: rounded half up, once."""
        return rounded(self.value, 0) or ""


@dataclass(frozen=True)
class Line:
    """The two figures of something; None where there are too few votes."""

    practice: Figure | None
    importance: Figure | None

    @property
    def is_shown(self) -> bool:
        return self.practice is not None or self.importance is not None


HIDDEN = Line(None, None)


def shown(count: int) -> bool:
    """True if so many people may be told of."""
    return count >= FEWEST


def figure(counts: Counts) -> Figure | None:
    """The mean of votes from 1 to 4 as 0..100: (mean - 1) / 3 * 100; None for fewer than FEWEST votes."""
    votes = sum(counts)
    if not shown(votes):
        return None
    total = sum(step * count for step, count in enumerate(counts, start=1))
    return Figure(votes, Fraction(total - votes, votes) * 100 / (len(counts) - 1))


def added(several: Iterable[Counts]) -> Figure | None:
    """The figure of several cells together, of those alone that have a figure of their own."""
    whole = [counts for counts in several if figure(counts)]
    return figure([sum(column) for column in zip(*whole, strict=True)]) if whole else None


def lines(cells: Iterable[Cell], of: Callable[[Cell], Key]) -> dict[Key, Line]:
    """Figures of cells put together by `of`, such as the indicator, in the order in which they come."""
    together: dict[Key, list[Cell]] = {}
    for cell in cells:
        together.setdefault(of(cell), []).append(cell)
    return {
        key: Line(added(cell.practice for cell in some), added(cell.importance for cell in some))
        for key, some in together.items()
    }


def need(score: Fraction | None, importance: Fraction | None) -> Fraction | None:
    """How much an area needs to be worked on, 0..100: the mean of how much it matters and of what its score lacks."""
    if score is None or importance is None:
        return None
    return (importance + 100 - score) / 2
