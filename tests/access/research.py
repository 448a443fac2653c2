"""The register of policies and data sources, and the four voices on one line."""

from collections.abc import Mapping
from typing import Any

from icc_index.actions import research
from icc_index.actions.research import Entry
from tests.access.world import AREA, Part, World

LINES = """
address         method when  nobody lead contrib peer coord viewer partner expert expert2 network admin outsider
voices          GET    d     in     200  200     200  200   200    200     404    404     404     200   404
voices          GET    srcvp in     200  200     200  200   200    200     200    404     404     200   404
research        GET    d     in     200  200     200  200   200    200     404    404     404     200   404
research        GET    srcvp in     200  200     200  200   200    200     200    404     404     200   404
research_export GET    d     in     200  200     200  200   200    200     404    404     404     200   404
research_export GET    srcvp in     200  200     200  200   200    200     200    404     404     200   404
research_add    GET    d     in     200  200     200  200   403    200     404    404     404     403   404
research_add    GET    srcvp in     200  200     200  200   403    200     403    404     404     403   404
research_add    POST   d     in     302  302     302  302   403    302     404    404     404     403   404
research_add    POST   srcvp in     302  302     302  302   403    302     403    404     404     403   404
research_edit   GET    d     in     200  200     200  200   403    200     404    404     404     403   404
research_edit   GET    srcvp in     200  200     200  200   403    200     403    404     404     403   404
research_edit   POST   d     in     302  302     302  302   403    302     404    404     404     403   404
research_edit   POST   srcvp in     302  302     302  302   403    302     403    404     404     403   404
research_remove POST   d     in     302  302     302  302   403    302     404    404     404     403   404
research_remove POST   srcvp in     302  302     302  302   403    302     403    404     404     403   404
"""
ENTRY = {"kind": "policy", "level": "local", "title": "Integration strategy", "year": 2019}


def build(world: World) -> None:
    entry = Entry(**ENTRY, indicators=[AREA])
    city, lead = world.assessment.city, world.cast["lead"]
    assert lead is not None
    world.things["source"] = research.add(city=city, entry=entry, by=lead)


def keys(world: World) -> Mapping[str, dict[str, Any]]:
    here = {"slug": "testville"}
    one = here | {"pk": world.things["source"].pk}
    return {
        "research": here,
        "research_export": here,
        "research_add": here,
        "research_edit": one,
        "research_remove": one,
    }


def bodies(world: World) -> Mapping[str, dict[str, Any]]:
    return {
        "research_add": {**ENTRY, "title": "Law on foreigners", "level": "national", "version": 0},
        "research_edit": {**ENTRY, "title": "Integration strategy, amended", "version": 1},
    }


PART = Part(
    lines=LINES,
    keys=keys,
    bodies=bodies,
    build=build,
    by_status=frozenset({"research", "research_export", "research_add", "research_edit", "research_remove"}),
)
