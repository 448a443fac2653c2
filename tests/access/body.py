"""The table's part on a coordinating body: the city's people read, its coordinator and partner run it.

`expert` is a member of the body without a role in the city: reads it, and ticks off the task that is theirs.
"""

from collections.abc import Callable, Mapping
from datetime import UTC, datetime, timedelta
from typing import Any

from django.utils import timezone

from strategy.body.enums import MeetingState, MemberKind, Presence
from tests.access.world import Part, World
from tests.factories import make_body, make_body_task, make_meeting, make_member

LINES = """
address                method when  nobody lead contrib peer coord viewer partner expert expert2 network admin outsider
body                   GET    any   in     200  200     200  200   200    200     200    404     404     404   404
body_decisions         GET    any   in     200  200     200  200   200    200     200    404     404     404   404
body_export            GET    any   in     200  200     200  200   200    200     200    404     404     404   404
body_meetings          GET    any   in     200  200     200  200   200    200     200    404     404     404   404
body_meeting           GET    any   in     200  200     200  200   200    200     200    404     404     404   404
body_tasks             GET    any   in     200  200     200  200   200    200     200    404     404     404   404
body_task              GET    any   in     200  200     200  200   200    200     200    404     404     404   404
body_set_up            GET    any   in     403  403     403  200   403    200     404    404     404     404   404
body_set_up            POST   any   in     403  403     403  422   403    422     404    404     404     404   404
body_edit              GET    any   in     403  403     403  200   403    200     403    404     404     404   404
body_edit              POST   any   in     403  403     403  302   403    302     403    404     404     404   404
member_add             GET    any   in     403  403     403  200   403    200     403    404     404     404   404
member_add             POST   any   in     403  403     403  302   403    302     403    404     404     404   404
member_edit            GET    any   in     403  403     403  200   403    200     403    404     404     404   404
member_edit            POST   any   in     403  403     403  302   403    302     403    404     404     404   404
member_leave           GET    any   in     403  403     403  200   403    200     403    404     404     404   404
member_leave           POST   any   in     403  403     403  302   403    302     403    404     404     404   404
body_meeting_plan      GET    any   in     403  403     403  200   403    200     403    404     404     404   404
body_meeting_plan      POST   any   in     403  403     403  302   403    302     403    404     404     404   404
body_meeting_edit      GET    any   in     403  403     403  200   403    200     403    404     404     404   404
body_meeting_edit      POST   any   in     403  403     403  302   403    302     403    404     404     404   404
body_meeting_cancel    GET    any   in     403  403     403  200   403    200     403    404     404     404   404
body_meeting_cancel    POST   any   in     403  403     403  302   403    302     403    404     404     404   404
body_item_add          GET    any   in     403  403     403  200   403    200     403    404     404     404   404
body_item_add          POST   any   in     403  403     403  302   403    302     403    404     404     404   404
body_item_edit         GET    any   in     403  403     403  200   403    200     403    404     404     404   404
body_item_edit         POST   any   in     403  403     403  302   403    302     403    404     404     404   404
body_attendance        GET    any   in     403  403     403  200   403    200     403    404     404     404   404
body_attendance        POST   any   in     403  403     403  302   403    302     403    404     404     404   404
body_decision_add      GET    any   in     403  403     403  200   403    200     403    404     404     404   404
body_decision_add      POST   any   in     403  403     403  302   403    302     403    404     404     404   404
body_decision_edit     GET    any   in     403  403     403  200   403    200     403    404     404     404   404
body_decision_edit     POST   any   in     403  403     403  302   403    302     403    404     404     404   404
body_minutes           GET    any   in     403  403     403  200   403    200     403    404     404     404   404
body_minutes           POST   any   in     403  403     403  302   403    302     403    404     404     404   404
body_task_add          GET    any   in     403  403     403  200   403    200     403    404     404     404   404
body_task_add          POST   any   in     403  403     403  302   403    302     403    404     404     404   404
body_meeting_task_add  GET    any   in     403  403     403  200   403    200     403    404     404     404   404
body_meeting_task_add  POST   any   in     403  403     403  302   403    302     403    404     404     404   404
body_task_edit         GET    any   in     403  403     403  200   403    200     403    404     404     404   404
body_task_edit         POST   any   in     403  403     403  302   403    302     403    404     404     404   404
member_chair           POST   any   in     403  403     403  302   403    302     403    404     404     404   404
body_meeting_invite    POST   any   in     403  403     403  302   403    302     403    404     404     404   404
body_meeting_hold      POST   any   in     403  403     403  302   403    302     403    404     404     404   404
body_item_move         POST   any   in     403  403     403  302   403    302     403    404     404     404   404
body_item_remove       POST   any   in     403  403     403  302   403    302     403    404     404     404   404
body_decision_remove   POST   any   in     403  403     403  302   403    302     403    404     404     404   404
body_minutes_final     POST   any   in     403  403     403  302   403    302     403    404     404     404   404
body_task_remove       POST   any   in     403  403     403  302   403    302     403    404     404     404   404
body_task              POST   any   in     403  403     403  302   403    302     302    404     404     404   404
body_task_reopen       POST   any   in     403  403     403  302   403    302     302    404     404     404   404
"""
NAMES = [line.split()[0] for line in LINES.strip().splitlines()[1:]]
COMING = datetime(2099, 5, 4, 12, tzinfo=UTC)
OF_THE_MEETING_TO_COME = {"body_meeting_invite", "body_meeting_cancel", "body_meeting_edit"}


def build(world: World) -> None:
    """A body with one of everything: a meeting that has begun, one to come, and a task that is the expert's."""
    coord = world.cast["coord"]
    body = make_body(world.assessment.city, coord)
    chair = make_member(body, "Coord", account=coord, email=coord.email, is_chair=True)
    expert = make_member(body, "Expert", account=world.cast["expert"], kind=MemberKind.EXPERT)
    helper = make_member(body, "Ewa Muster")
    meeting = make_meeting(body)
    world.things |= {
        "chair": chair,
        "member": helper,
        "meeting": meeting,
        "meeting_to_come": make_meeting(body, "Next meeting", starts_at=COMING, ends_at=COMING + timedelta(hours=1)),
        "body_item": meeting.items.create(position=1, title="Mandate"),
        "decision": meeting.decisions.create(number=1, text="We begin.", by=coord),
        "body_task": make_body_task(expert),
    }


def keys(world: World) -> Mapping[str, dict[str, Any]]:
    things, of_city = world.things, {"slug": "testville"}
    given = dict.fromkeys(NAMES, of_city)
    for name in NAMES:
        if name in ABOUT_A_MEETING:
            meeting = things["meeting_to_come" if name in OF_THE_MEETING_TO_COME else "meeting"]
            given[name] = of_city | {"pk": meeting.pk}
        for prefix, (thing, key) in PARTS_OF_A_BODY.items():
            if f"{name}_".startswith(prefix) and not name.endswith("_add"):
                given[name] = given[name] | {key: things[thing].pk}
    return given


ABOUT_A_MEETING = {
    name
    for name in NAMES
    if name.startswith(("body_meeting", "body_item", "body_decision", "body_attendance", "body_minutes"))
    and name not in {"body_meetings", "body_meeting_plan", "body_decisions"}
}
PARTS_OF_A_BODY = {
    "member_": ("member", "member_pk"),
    "body_item_": ("body_item", "item_pk"),
    "body_decision_": ("decision", "decision_pk"),
    "body_task_": ("body_task", "task_pk"),
}


def bodies(world: World) -> Mapping[str, dict[str, Any]]:
    things = world.things
    facts = {"name": "Body", "mandate": "Leads.", "set_up_on": "2021-06-01", "version": 0}
    person = {"kind": "expert", "name": "Jan Muster", "email": "jan@example.org", "since": "2021-06-01", "version": 0}
    times = {"title": "Meeting", "starts_at": "2099-06-01T10:00", "ends_at": "2099-06-01T11:00", "version": 0}
    item, decision = {"title": "Money", "version": 0}, {"text": "We go on.", "version": 0}
    task = {"title": "Ask", "owner": things["chair"].pk, "due_on": "2021-09-01", "version": 0}
    return {
        "body_set_up": facts,
        "body_edit": facts,
        "member_add": person,
        "member_edit": person,
        "member_leave": {"left_on": "2021-09-01"},
        "member_chair": {"instead_of": things["chair"].pk},
        "body_meeting_plan": times,
        "body_meeting_edit": times,
        "body_meeting_cancel": {"reason": "Nobody can come."},
        "body_item_add": item,
        "body_item_edit": item,
        "body_item_move": {"direction": "up"},
        "body_attendance": {str(things["member"].pk): "present"},
        "body_decision_add": decision,
        "body_decision_edit": decision,
        "body_minutes": {"text": "Much was said.", "version": 0},
        "body_task": {"note": "Done."},
        "body_task_add": task,
        "body_meeting_task_add": task,
        "body_task_edit": task,
    }


def steps(world: World) -> Mapping[str, Callable[[], Any]]:
    meeting, task = world.things["meeting"], world.things["body_task"]

    def write_minutes() -> None:
        meeting.presences.create(member=world.things["member"], presence=Presence.PRESENT)
        meeting.state, meeting.minutes = MeetingState.HELD, "Much was said."
        meeting.save()

    def tick_off() -> None:
        task.done_at, task.done_by = timezone.now(), world.cast["coord"]
        task.save()

    return {"body_minutes_final": write_minutes, "body_task_reopen": tick_off}


PART = Part(lines=LINES, keys=keys, bodies=bodies, steps=steps, build=build)
