"""The table's part on the network board, reminders, calendar feeds and the weekly digest."""

from collections.abc import Mapping
from datetime import timedelta
from typing import Any

from django.utils import timezone

from epi import links
from strategy.models import CalendarFeed, Nudge
from strategy.monitoring.actions.digesting import token_of
from tests.access.world import Part, World
from tests.factories import make_milestone

LINES = """
address              method when  nobody lead contrib peer coord viewer partner expert expert2 network admin outsider
board                GET    any   in     404  404     404  404   404    404     404    404     200     200   404
board_sheet          GET    any   in     404  404     404  404   404    404     404    404     200     200   404
board_city           GET    any   in     404  404     404  404   404    404     404    404     200     200   404
nudge                GET    any   in     404  404     404  404   404    404     404    404     200     403   404
nudge                POST   any   in     404  404     404  404   404    404     404    404     302     403   404
nudges               GET    any   in     200  200     200  200   200    200     404    404     404     404   404
feeds                GET    any   in     200  200     200  200   200    200     200    200     200     200   200
feeds                POST   any   in     200  200     200  200   200    200     422    422     422     422   422
feed_revoke          POST   any   in     302  404     404  404   404    404     404    404     404     404   404
feed                 GET    any   200    200  200     200  200   200    200     200    200     200     200   200
digest_choice        GET    any   in     200  200     200  200   200    200     200    200     200     200   200
digest_choice        POST   any   in     302  302     302  302   302    302     302    302     302     302   302
digest_off           GET    any   200    200  200     200  200   200    200     200    200     200     200   200
digest_off           POST   any   200    200  200     200  200   200    200     200    200     200     200   200
"""
TOKEN = "the-token-of-a-calendar-feed"


def build(world: World) -> None:
    """A milestone of the test city's programme, an earlier reminder of it, and a feed of the lead's."""
    city, network, lead = world.assessment.city, world.cast["network"], world.cast["lead"]
    assert network
    assert lead
    programme = city.programmes.get()
    make_milestone(city, world.cast["coord"], "Mandate given, said the board", programme=programme)
    long_ago = timezone.localdate() - timedelta(days=40)
    Nudge.objects.create(programme=programme, city=city, text="How does it go?", by=network, on=long_ago)
    until = timezone.now() + timedelta(days=7)
    world.things["calendar_feed"] = CalendarFeed.objects.create(
        user=lead, city=city, token_hash=links.hash_of(TOKEN), expires_at=until
    )


def keys(world: World) -> Mapping[str, dict[str, Any]]:
    programme, city = {"slug": "test-programme"}, {"slug": "testville"}
    return {
        "board": programme,
        "board_sheet": programme,
        "board_city": programme | {"city": "testville"},
        "nudge": programme,
        "nudges": city,
        "feeds": {},
        "feed_revoke": {"pk": world.things["calendar_feed"].pk},
        "feed": {"token": TOKEN},
        "digest_choice": {},
        "digest_off": {"token": token_of(world.cast["lead"])},
    }


def bodies(world: World) -> Mapping[str, dict[str, Any]]:
    return {
        "nudge": {"cities": ["testville"], "text": "How does it go?"},
        "feeds": {"what": "city-testville"},
    }


PART = Part(
    lines=LINES,
    keys=keys,
    bodies=bodies,
    build=build,
    public=frozenset({"feed", "digest_off"}),
    open_to=frozenset(("network", name) for name in ("board", "board_sheet", "board_city", "nudge")),
)
