"""The table's part on a city's engagement: its own people and its partner; others find nothing of it."""

from collections.abc import Mapping
from typing import Any

from strategy.models import EngagementSession
from tests.access.world import Part, World
from tests.factories import make_session

LINES = """
address              method when  nobody lead contrib peer coord viewer partner expert expert2 network admin outsider
engagement           GET    any   in     200  200     200  200   200    200     404    404     404     404   404
"""


def build(world: World) -> None:
    """One session of the test city, for all parts about engagement."""
    world.things["session"] = make_session(world.assessment, world.cast["coord"])


def session_of(world: World) -> EngagementSession:
    return world.things["session"]


def keys(world: World) -> Mapping[str, dict[str, Any]]:
    city = {"slug": "testville"}
    return {
        "engagement": city,
    }


PART = Part(lines=LINES, keys=keys, build=build)
