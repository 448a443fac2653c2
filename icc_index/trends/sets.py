"""Which cities are put together, and which sets may be told of: plain values in, plain values out.

The second privacy rule (docs/adr/0011-common-trends.md): nothing is told of fewer than five cities, neither by one set
nor by comparing two, unless all of them are of one programme that agreed to it and that the reader belongs to.
"""

from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from decimal import Decimal
from enum import StrEnum
from functools import cached_property
from typing import Any

from icc_index.enums import ForeignGroup, SizeGroup

FEWEST_CITIES = 5
FEWEST_SHARED = 2  # of one programme that agreed: one city alone has nothing in common with others

_SIZES = ((100_000, SizeGroup.SMALL), (200_000, SizeGroup.MEDIUM), (500_000, SizeGroup.LARGE))
_SHARES = ((10, ForeignGroup.LOW), (15, ForeignGroup.MEDIUM), (20, ForeignGroup.HIGH))


def size_group(population: Decimal | None) -> SizeGroup:
    if population is None:
        return SizeGroup.UNKNOWN
    return next((group for limit, group in _SIZES if population < limit), SizeGroup.VERY_LARGE)


def foreign_group(share: Decimal | None) -> ForeignGroup:
    """`share` in per cent."""
    if share is None:
        return ForeignGroup.UNKNOWN
    return next((group for limit, group in _SHARES if share < limit), ForeignGroup.VERY_HIGH)


class Verdict(StrEnum):
    """Whether the figures of a set may be told, and if not, why."""

    SHOWN = "shown"
    NO_CITY = "no_city"
    FEW = "few"
    TELLING = "telling"  # beside another set that is shown, it would tell of fewer than five cities


@dataclass(frozen=True)
class Facts:
    """What one city can be chosen by."""

    programmes: frozenset[int] = frozenset()
    size: str = SizeGroup.UNKNOWN.value
    foreign: str = ForeignGroup.UNKNOWN.value

    @property
    def values(self) -> list[tuple[str, int | str]]:
        """Each filter with each value by which the city is chosen."""
        programmes: list[tuple[str, int | str]] = [("programme", programme) for programme in self.programmes]
        return [*programmes, ("size", self.size), ("foreign", self.foreign)]


@dataclass(frozen=True)
class Choice:
    """Which cities are put together; a filter that is None leaves all in."""

    programme: int | None = None
    size: str | None = None
    foreign: str | None = None

    @property
    def filters(self) -> dict[str, int | str]:
        """The filters that are set, by name."""
        values = {"programme": self.programme, "size": self.size, "foreign": self.foreign}
        return {name: value for name, value in values.items() if value is not None}

    def without(self, name: str) -> "Choice":
        return replace(self, **{name: None})  # type: ignore[arg-type]

    def of(self, cities: Mapping[int, Facts]) -> list[int]:
        """Those of the cities that are chosen, in their order."""
        chosen = list(cities)
        if self.programme is not None:
            chosen = [city for city in chosen if self.programme in cities[city].programmes]
        if self.size is not None:
            chosen = [city for city in chosen if self.size == cities[city].size]
        if self.foreign is not None:
            chosen = [city for city in chosen if self.foreign == cities[city].foreign]
        return chosen


@dataclass(frozen=True)
class Judgement:
    """A verdict, and for TELLING the choice that the set must not be compared with."""

    verdict: Verdict
    beside: Choice | None = None


SHOWN = Judgement(Verdict.SHOWN)


def judge(choice: Choice, cities: Mapping[int, Facts], shared: Collection[int]) -> Judgement:
    """Whether figures over those of `cities` that `choice` holds may be told.

    `cities` are all that the reader may see and that have the figure in question; `shared` the programmes that agreed
    to share and that the reader belongs to. Sets have an order: those of a shared programme come first, then those with
    fewer filters; of equally many, by programme, size, share. A set is shown if it is large enough (five cities, or two
    of one shared programme) and if it differs from each set shown before it by nothing, by five cities, or by cities of
    one shared programme; nor may it, with others of its kind, leave a rest of which that is not true.
    """
    for earlier, judgement in _Family(cities, shared).judged():
        if earlier == choice:
            return judgement
    return Judgement(Verdict.NO_CITY)


@dataclass(frozen=True)
class _Family:
    """Every set that can be chosen, as bits: the city at place n is the bit of value 2 ** n."""

    cities: Mapping[int, Facts]
    shared: Collection[int]

    @cached_property
    def _groups(self) -> dict[str, dict[Any, int]]:
        """For each filter the bits of each of its values, in the order of the values."""
        places: dict[int, tuple[Facts, list[int]]] = {}  # by identity, which is quick; what is equal may stand twice
        for place, facts in enumerate(self.cities.values()):
            places.setdefault(id(facts), (facts, []))[1].append(place)
        found: dict[str, dict[Any, int]] = {"programme": {}, "size": {}, "foreign": {}}
        for facts, their_places in places.values():
            bits = _bits(their_places, len(self.cities))
            for name, value in facts.values:
                found[name][value] = found[name].get(value, 0) | bits
        order = {"programme": sorted(found["programme"]), "size": SizeGroup.values, "foreign": ForeignGroup.values}
        return {name: {one: bits[one] for one in order[name] if one in bits} for name, bits in found.items()}

    @cached_property
    def _agreed(self) -> list[int]:
        return [bits for programme, bits in self._groups["programme"].items() if programme in self.shared]

    def _bits(self, choice: Choice) -> int:
        bits = (1 << len(self.cities)) - 1
        for name, value in choice.filters.items():
            bits &= self._groups[name].get(value, 0)
        return bits

    def _choices(self) -> list[Choice]:
        """Every choice, in the order in which they are judged."""
        choices = [
            Choice(programme, size, foreign)
            for programme in [*self._groups["programme"], None]
            for size in [*self._groups["size"], None]
            for foreign in [*self._groups["foreign"], None]
        ]
        return sorted(choices, key=lambda choice: (choice.programme not in self.shared, len(choice.filters)))

    def judged(self) -> Iterator[tuple[Choice, Judgement]]:
        shown: dict[Choice, int] = {}
        for choice in self._choices():
            bits = self._bits(choice)
            judgement = self._judge(choice, bits, shown)
            if judgement.verdict is Verdict.SHOWN:
                shown[choice] = bits
            yield choice, judgement

    def _judge(self, choice: Choice, bits: int, shown: Mapping[Choice, int]) -> Judgement:
        if not bits:
            return Judgement(Verdict.NO_CITY)
        if not self._is_enough(bits):
            return Judgement(Verdict.FEW)
        for other, others in shown.items():
            if not self._tells_enough(bits ^ others):
                return Judgement(Verdict.TELLING, other)
        for name in choice.filters:
            base = choice.without(name)
            if base in shown and not self._tells_enough(self._rest(choice, name, bits, shown)):
                return Judgement(Verdict.TELLING, base)
        return SHOWN

    def _rest(self, choice: Choice, name: str, bits: int, shown: Mapping[Choice, int]) -> int:
        """What is left of the set without the filter `name` when all that are shown by that filter are taken out."""
        base = choice.without(name)
        for other, others in shown.items():
            if name in other.filters and other.without(name) == base:
                bits |= others
        return shown[base] & ~bits

    def _is_enough(self, bits: int) -> bool:
        """Five cities, or two or more that are all of one shared programme."""
        number = bits.bit_count()
        return number >= FEWEST_CITIES or (number >= FEWEST_SHARED and self._is_shared(bits))

    def _tells_enough(self, bits: int) -> bool:
        """A difference between two sets: none, or of five cities, or of any that are all of one shared programme."""
        return not bits or bits.bit_count() >= FEWEST_CITIES or self._is_shared(bits)

    def _is_shared(self, bits: int) -> bool:
        return any(not bits & ~agreed for agreed in self._agreed)


def _bits(places: Iterable[int], number: int) -> int:
    """A number of so many bits with those at `places` set."""
    cells = bytearray(number // 8 + 1)
    for place in places:
        cells[place >> 3] |= 1 << (place & 7)
    return int.from_bytes(cells, "little")
