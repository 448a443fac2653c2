"""How well those present mirror the city: plain values in, plain values out; no database, no request, no clock.

A share of those present stands beside the city's own figure of the same kind. What is compared is the share of one
whole, the residents: a figure of which the whole is another (students) has no place here.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from fractions import Fraction

FEWEST = 5  # of those present: below, one person more or less turns the picture
ABOUT_THE_SAME = 5  # percentage points, either way


class Outcome(StrEnum):
    """What can be said of one figure."""

    NOBODY = "nobody"  # nobody was present
    TOO_FEW = "too_few"  # fewer than FEWEST were
    NOT_COUNTED = "not_counted"  # nobody counted how many of those present it is
    NO_FIGURE = "no_figure"  # the city's own share is not known
    MORE = "more"
    FEWER = "fewer"
    ABOUT = "about"


@dataclass(frozen=True)
class CityShare:
    """What a figure of the city says: a share in per cent, with where it comes from."""

    kind: str
    per_cent: Fraction
    year: int | None
    definition: str
    source: str
    is_approximate: bool = False


@dataclass(frozen=True)
class Line:
    """One figure: how many of those present it is, the city's share, and what follows.

    `per_cent` and `points` (those present minus the city, in percentage points) are exact; None where not compared.
    """

    kind: str
    outcome: Outcome
    count: int | None
    present: int
    city: CityShare | None
    per_cent: Fraction | None = None
    points: Fraction | None = None

    @property
    def is_compared(self) -> bool:
        return self.points is not None

    @property
    def whole_per_cent(self) -> int | None:
        return None if self.per_cent is None else _rounded(self.per_cent)

    @property
    def whole_points(self) -> int | None:
        """The difference without its sign: the outcome says which way."""
        return None if self.points is None else _rounded(abs(self.points))


def mirror(present: int, tallies: Mapping[str, int], shares: Iterable[CityShare]) -> list[Line]:
    """One line for each figure that the city has or that was counted, in the order of `shares`, then of `tallies`.

    `present` is the number of all who came, `tallies` how many of them are what a figure counts, by kind. Raises
    ValueError when more are counted than came.
    """
    if any(count > present for count in tallies.values()):
        raise ValueError("More are counted than were present.")
    known = {share.kind: share for share in shares}
    kinds = [*known, *(kind for kind in tallies if kind not in known)]
    return [_line(kind, present, tallies.get(kind), known.get(kind)) for kind in kinds]


def _line(kind: str, present: int, count: int | None, city: CityShare | None) -> Line:
    why_not = _why_not(present, count, city)
    if why_not or count is None or city is None:
        return Line(kind, why_not or Outcome.NOT_COUNTED, count, present, city)
    per_cent = Fraction(100 * count, present)
    points = per_cent - city.per_cent
    return Line(kind, _outcome(points), count, present, city, per_cent, points)


def _why_not(present: int, count: int | None, city: CityShare | None) -> Outcome | None:
    if not present:
        return Outcome.NOBODY
    if count is None:
        return Outcome.NOT_COUNTED
    if city is None:
        return Outcome.NO_FIGURE
    return Outcome.TOO_FEW if present < FEWEST else None


def _outcome(points: Fraction) -> Outcome:
    if abs(points) < ABOUT_THE_SAME:
        return Outcome.ABOUT
    return Outcome.MORE if points > 0 else Outcome.FEWER


def _rounded(value: Fraction) -> int:
    """Half up, once, at display."""
    return int(value + Fraction(1, 2))
