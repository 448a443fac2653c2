"""The table's part on engagement sessions: the city's people read, its coordinator and its partner write.

A personal link needs no account, and opens whoever follows it.
"""

import uuid
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import Any

from epi.links import hash_of
from strategy.models import ParticipantLink
from strategy.sessions.actions import guiding, inviting, minutes, recording
from strategy.sessions.enums import SessionState, TopicReason
from tests.access.world import AREA, QUESTION, Part, World
from tests.factories import make_contact, make_session, make_stakeholder

LINES = """
address              method when  nobody lead contrib peer coord viewer partner expert expert2 network admin outsider
sessions             GET    any   in     200  200     200  200   200    200     404    404     404     404   404
session_plan         GET    any   in     403  403     403  200   403    200     404    404     404     404   404
session_plan         POST   any   in     403  403     403  302   403    302     404    404     404     404   404
session              GET    any   in     200  200     200  200   200    200     404    404     404     404   404
session_edit         GET    any   in     403  403     403  200   403    200     404    404     404     404   404
session_edit         POST   any   in     403  403     403  302   403    302     404    404     404     404   404
session_hold         POST   any   in     403  403     403  302   403    302     404    404     404     404   404
session_cancel       GET    any   in     403  403     403  200   403    200     404    404     404     404   404
session_cancel       POST   any   in     403  403     403  302   403    302     404    404     404     404   404
session_delete       POST   any   in     403  403     403  302   403    302     404    404     404     404   404
session_guide        GET    any   in     200  200     200  200   200    200     404    404     404     404   404
session_guide        POST   any   in     403  403     403  302   403    302     404    404     404     404   404
guide_print          GET    any   in     200  200     200  200   200    200     404    404     404     404   404
guide_facilitator    GET    any   in     200  200     200  200   200    200     404    404     404     404   404
session_topic        GET    any   in     403  403     403  200   403    200     404    404     404     404   404
session_topic        POST   any   in     403  403     403  302   403    302     404    404     404     404   404
session_topic_move   POST   any   in     403  403     403  302   403    302     404    404     404     404   404
session_people       GET    any   in     200  200     200  200   200    200     404    404     404     404   404
session_people       POST   any   in     403  403     403  302   403    302     404    404     404     404   404
session_invite       POST   any   in     403  403     403  302   403    302     404    404     404     404   404
session_remind       POST   any   in     403  403     403  302   403    302     404    404     404     404   404
participant_remove   POST   any   in     403  403     403  302   403    302     404    404     404     404   404
session_attendance   GET    any   in     200  200     200  200   200    200     404    404     404     404   404
session_attendance   POST   any   in     403  403     403  302   403    302     404    404     404     404   404
session_notes        GET    any   in     200  200     200  200   200    200     404    404     404     404   404
session_notes        POST   any   in     403  403     403  302   403    302     404    404     404     404   404
session_note         GET    any   in     403  403     403  200   403    403     404    404     404     404   404
session_note         POST   any   in     403  403     403  302   403    403     404    404     404     404   404
note_delete          POST   any   in     403  403     403  302   403    403     404    404     404     404   404
session_minutes      GET    any   in     200  200     200  200   200    200     404    404     404     404   404
minutes_edit         GET    any   in     403  403     403  200   403    200     404    404     404     404   404
minutes_edit         POST   any   in     403  403     403  302   403    302     404    404     404     404   404
minutes_circulate    POST   any   in     403  403     403  302   403    302     404    404     404     404   404
minutes_take_back    GET    any   in     403  403     403  200   403    200     404    404     404     404   404
minutes_take_back    POST   any   in     403  403     403  302   403    302     404    404     404     404   404
minutes_final        POST   any   in     403  403     403  302   403    302     404    404     404     404   404
minutes_version      GET    any   in     200  200     200  200   200    200     404    404     404     404   404
amendment_decide     GET    any   in     403  403     403  200   403    200     404    404     404     404   404
amendment_decide     POST   any   in     403  403     403  302   403    302     404    404     404     404   404
invited              GET    any   200    200  200     200  200   200    200     200    200     200     200   200
invited              POST   any   302    302  302     302  302   302    302     302    302     302     302   302
"""

TOKEN = "the-token-of-somebody-invited"
LATER = datetime(2090, 4, 14, 15, tzinfo=UTC)


def build(world: World) -> None:
    """Sessions at every point of the way, with the people and texts that hang on them; `things["session"]` is there."""
    coord, things = world.cast["coord"], world.things
    stakeholder = make_stakeholder(world.assessment.city, coord, "Sessions House")
    things["free"] = make_contact(stakeholder, "Free Person")
    coming = make_session(world.assessment, coord, "To come", starts_at=LATER, ends_at=LATER + timedelta(hours=2))
    things["coming"] = coming
    things["bare"] = make_session(world.assessment, coord, "Planned by mistake")
    invited, waiting = (make_contact(stakeholder, f"{name} Person") for name in ("Invited", "Waiting"))
    inviting.add_participants(session=coming, contacts=[invited], by=coord)
    inviting.invite(session=coming, by=coord)
    inviting.add_participants(session=coming, contacts=[waiting], by=coord)
    things["waiting"] = coming.participants.get(contact=waiting)
    ParticipantLink(
        participant=coming.participants.get(contact=invited), expires_at=LATER, token_hash=hash_of(TOKEN)
    ).save()
    wanted = {AREA: TopicReason.CHOSEN, QUESTION: TopicReason.UNSURE}
    things["topic"] = guiding.add_topics(session=coming, wanted=wanted, by=coord)[0]
    things["note"] = recording.add_note(
        session=coming, key=uuid.uuid4(), subject=AREA, sector="", text="It is slow.", by=coord
    )
    things["held"], things["circulated"], things["amended"] = (
        make_session(world.assessment, coord, title, state=SessionState.HELD, minutes="What was said.")
        for title in ("Held", "Circulated", "Amended")
    )
    minutes.circulate(session=things["circulated"], by=coord)
    _amend(world, make_contact(stakeholder, "Present Person"))


def _amend(world: World, contact: Any) -> None:
    session = world.things["amended"]
    participant = session.participants.create(contact=contact, attended=True)
    minutes.circulate(session=session, by=world.cast["coord"])
    link, _token = ParticipantLink.issue(expires_at=LATER, participant=participant)
    world.things["amendment"] = minutes.amend(link=link, text="It was Tuesday.")


def keys(world: World) -> Mapping[str, dict[str, Any]]:
    things, city = world.things, {"slug": "testville"}

    def of(name: str) -> dict[str, Any]:
        return city | {"pk": things[name].pk}

    plain = ("session", "session_edit", "session_hold", "session_cancel", "minutes_edit")
    coming = ("session_guide", "guide_print", "guide_facilitator", "session_people", "session_invite")
    coming += ("session_remind", "session_attendance", "session_notes")
    held = {"session_minutes": "circulated", "minutes_circulate": "held"}
    held |= dict.fromkeys(("minutes_take_back", "minutes_final"), "circulated")
    return {
        "sessions": city,
        "session_plan": city,
        **{name: of("session") for name in plain},
        **{name: of("coming") for name in coming},
        "session_delete": of("bare"),
        **{name: of(which) for name, which in held.items()},
        "session_topic": of("coming") | {"topic": things["topic"].pk},
        "session_topic_move": of("coming") | {"topic": things["topic"].pk},
        "participant_remove": of("coming") | {"participant": things["waiting"].pk},
        "session_note": of("coming") | {"note": things["note"].pk},
        "note_delete": of("coming") | {"note": things["note"].pk},
        "minutes_version": of("circulated") | {"number": 1},
        "amendment_decide": of("amended") | {"amendment": things["amendment"].pk},
        "invited": {"token": TOKEN},
    }


def bodies(world: World) -> Mapping[str, dict[str, Any]]:
    plan = {
        "kind": "interview",
        "title": "An interview",
        "language": "en",
        "starts_at": "2021-05-03T10:00",
        "ends_at": "2021-05-03T11:00",
        "assessment": world.assessment.pk,
        "version": 0,
    }
    return {
        "session_plan": plan,
        "session_edit": plan,
        "session_cancel": {"comment": "The room is gone."},
        "session_guide": {"own": "education"},
        "session_topic": {"prompt": "And how is it for you?", "version": 0},
        "session_topic_move": {"down": "1"},
        "session_people": {"contacts": [world.things["free"].pk]},
        "session_attendance": {"more-residents": 3},
        "session_notes": {"key": str(uuid.uuid4()), "subject": AREA, "text": "It takes long."},
        "session_note": {"key": str(uuid.uuid4()), "subject": AREA, "text": "It is very slow."},
        "minutes_edit": {"text": "What was said.", "revision": 0},
        "minutes_take_back": {"comment": "A page is missing."},
        "amendment_decide": {"decision": "declined", "reason": "It was Monday."},
        "invited": {"reply": "yes"},
    }


PART = Part(lines=LINES, keys=keys, bodies=bodies, build=build, public=frozenset({"invited"}))
