"""The table's part on a city's engagement: its own people and its partner; others find nothing of it."""

from collections.abc import Mapping
from typing import Any

from tests.access.world import Part, World

LINES = """
address              method when  nobody lead contrib peer coord viewer partner expert expert2 network admin outsider
engagement           GET    any   in     200  200     200  200   200    200     404    404     404     404   404
stakeholders         GET    any   in     200  200     200  200   200    200     404    404     404     404   404
sessions             GET    any   in     200  200     200  200   200    200     404    404     404     404   404
priorities           GET    any   in     200  200     200  200   200    200     404    404     404     404   404
"""


def keys(world: World) -> Mapping[str, dict[str, Any]]:
    return {name: {"slug": "testville"} for name in ("engagement", "stakeholders", "sessions", "priorities")}


PART = Part(lines=LINES, keys=keys)
