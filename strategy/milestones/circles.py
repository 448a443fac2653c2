"""Finding what would wait for itself. Plain values in, plain values out."""

from collections.abc import Collection, Hashable, Mapping
from typing import TypeVar

Thing = TypeVar("Thing", bound=Hashable)


def circle_through(start: Thing, needs: Mapping[Thing, Collection[Thing]]) -> list[Thing]:
    """A shortest way from `start` over what each needs back to `start`, both ends included; empty if there is none."""
    came_from: dict[Thing, Thing] = {}
    edge = [start]
    while edge:
        found = []
        for here in edge:
            for there in needs.get(here, ()):
                if there == start:
                    return _way_back(here, start, came_from)
                if there not in came_from:
                    came_from[there] = here
                    found.append(there)
        edge = found
    return []


def _way_back(last: Thing, start: Thing, came_from: Mapping[Thing, Thing]) -> list[Thing]:
    way = [last]
    while way[-1] != start:
        way.append(came_from[way[-1]])
    return [*reversed(way), start]
