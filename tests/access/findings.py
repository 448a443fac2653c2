"""The table's part on findings, ratings and the choice of areas: the city's people and its partner; and the ballot."""

from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from typing import Any

from epi import links
from strategy.findings import actions, rating
from strategy.findings.models import Ballot
from strategy.sessions.models import Participant
from tests.access.strategy import session_of
from tests.access.world import AREA, QUESTION, Part, World
from tests.factories import make_contact, make_stakeholder

LINES = """
address               method when  nobody lead contrib peer coord viewer partner expert expert2 network admin outsider
session_findings      GET    any   in     200  200     200  200   200    200     404    404     404     404   404
session_findings      POST   any   in     403  403     403  302   403    302     404    404     404     404   404
finding               GET    any   in     403  403     403  200   403    200     404    404     404     404   404
finding               POST   any   in     403  403     403  302   403    302     404    404     404     404   404
finding_delete        POST   any   in     403  403     403  302   403    302     404    404     404     404   404
findings              GET    any   in     200  200     200  200   200    200     404    404     404     404   404
findings_export       GET    any   in     200  200     200  200   200    200     404    404     404     404   404
session_ratings       GET    any   in     200  200     200  200   200    200     404    404     404     404   404
session_ratings       POST   any   in     403  403     403  302   403    302     404    404     404     404   404
ballots               POST   any   in     403  403     403  200   403    200     404    404     404     404   404
ballots_mail          POST   any   in     403  403     403  302   403    302     404    404     404     404   404
ballots_revoke        POST   any   in     403  403     403  302   403    302     404    404     404     404   404
round_close           GET    any   in     403  403     403  200   403    200     404    404     404     404   404
round_close           POST   any   in     403  403     403  302   403    302     404    404     404     404   404
ratings_export        GET    any   in     200  200     200  200   200    200     404    404     404     404   404
priorities            GET    any   in     200  200     200  200   200    200     404    404     404     404   404
priorities            POST   any   in     302  403     403  302   403    403     404    404     404     404   404
chosen_area           GET    any   in     200  403     403  200   403    403     404    404     404     404   404
chosen_area           POST   any   in     302  403     403  302   403    403     404    404     404     404   404
chosen_area_take_back POST   any   in     302  403     403  302   403    403     404    404     404     404   404
rate                  GET    any   200    200  200     200  200   200    200     200    200     200     200   200
rate                  POST   any   200    200  200     200  200   200    200     200    200     200     200   200
"""
TOKEN = "the-token-of-a-ballot"
LATER = datetime(2100, 1, 1, tzinfo=UTC)


def build(world: World) -> None:
    """In the city's session: a finding, a round with a ballot; and an area that was chosen."""
    session, coord = session_of(world), world.cast["coord"]
    world.things["finding"] = actions.write_finding(
        session=session, subject=QUESTION, kind="confirms", sector="residents", text="So it is.", by=coord
    )
    opened = rating.open_round(session=session, areas=[AREA], closes_at=LATER, by=coord)
    rating.make_ballots(round=opened, sectors=["media"], count=1, by=coord)
    Ballot.objects.filter(round=opened).update(token_hash=links.hash_of(TOKEN))
    world.things["round"] = opened
    world.things["area"] = actions.choose_area(
        assessment=world.assessment, subject="education", reason="It matters.", by=coord
    )


def keys(world: World) -> Mapping[str, dict[str, Any]]:
    city = {"slug": "testville"}
    session = city | {"pk": session_of(world).pk}
    finding = session | {"number": world.things["finding"].pk}
    round = session | {"number": world.things["round"].pk}
    area = city | {"number": world.things["area"].pk}
    return {
        "session_findings": session,
        "finding": finding,
        "finding_delete": finding,
        "findings": city,
        "findings_export": city,
        "ratings_export": city,
        "session_ratings": session,
        "ballots": round,
        "ballots_mail": round,
        "ballots_revoke": round,
        "round_close": round,
        "priorities": city,
        "chosen_area": area,
        "chosen_area_take_back": area,
        "rate": {"token": TOKEN},
    }


def bodies(world: World) -> Mapping[str, dict[str, Any]]:
    finding = {"subject": QUESTION, "kind": "contradicts", "sector": "media", "text": "It is not so.", "version": 0}
    return {
        "session_findings": finding,
        "finding": finding,
        "session_ratings": {"areas": [AREA], "until": LATER.date()},
        "ballots": {"sectors": ["media"], "count": 2},
        "ballots_revoke": {"sector": ""},
        "priorities": {"subject": AREA, "reason": "It matters, too."},
        "chosen_area": {"reason": "It matters more.", "version": 0},
        "rate": {f"{AREA}-practice": "2", f"{AREA}-importance": "none"},
    }


def steps(world: World) -> Mapping[str, Callable[[], Any]]:
    coord = world.cast["coord"]
    return {
        "session_ratings": lambda: rating.close_round(round=world.things["round"], by=coord),
        "ballots_mail": lambda: Participant.objects.create(
            session=session_of(world),
            contact=make_contact(make_stakeholder(session_of(world).city, coord, "Ballot House")),
        ),
    }


PART = Part(lines=LINES, keys=keys, bodies=bodies, steps=steps, build=build, public=frozenset({"rate"}))
