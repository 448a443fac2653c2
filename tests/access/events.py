"""The table's part on a programme's events: cities, partners, experts see them, the network's coordinator runs them."""

from collections.abc import Callable, Mapping
from datetime import timedelta
from typing import Any

from django.utils import timezone

from epi import links
from strategy.events.actions import materials
from strategy.events.enums import EventKind, FeedbackQuestion
from strategy.models import Feedback, FeedbackLink
from tests.access.world import Part, World
from tests.factories import A_YEAR_ON, FAR_AWAY, make_attendee, make_event, make_file, make_task

LINES = """
address              method when  nobody lead contrib peer coord viewer partner expert expert2 network admin outsider
events               GET    any   in     200  200     200  200   200    200     200    404     200     200   404
event_add            GET    any   in     403  403     403  403   403    403     403    404     200     200   404
event_add            POST   any   in     403  403     403  403   403    403     403    404     302     302   404
event                GET    any   in     200  200     200  200   200    200     200    404     200     200   404
event_edit           GET    any   in     403  403     403  403   403    403     403    404     200     200   404
event_edit           POST   any   in     403  403     403  403   403    403     403    404     302     302   404
event_cancel         POST   any   in     403  403     403  403   403    403     403    404     302     302   404
agenda_add           GET    any   in     403  403     403  403   403    403     403    404     200     200   404
agenda_add           POST   any   in     403  403     403  403   403    403     403    404     302     302   404
agenda_edit          GET    any   in     403  403     403  403   403    403     403    404     200     200   404
agenda_edit          POST   any   in     403  403     403  403   403    403     403    404     302     302   404
agenda_remove        POST   any   in     403  403     403  403   403    403     403    404     302     302   404
material_add         GET    any   in     403  403     403  403   403    403     403    404     200     200   404
material_add         POST   any   in     403  403     403  403   403    403     403    404     302     302   404
material_download    GET    any   in     200  200     200  200   200    200     200    404     200     200   404
material_remove      POST   any   in     403  403     403  403   403    403     403    404     302     302   404
event_people         GET    any   in     200  200     200  200   200    200     200    404     200     200   404
attendee_add         GET    any   in     403  403     403  403   403    403     403    404     200     200   404
attendee_add         POST   any   in     403  403     403  403   403    403     403    404     302     302   404
attendee_edit        GET    any   in     403  403     403  403   403    403     403    404     200     200   404
attendee_edit        POST   any   in     403  403     403  403   403    403     403    404     302     302   404
attendee_remove      POST   any   in     403  403     403  403   403    403     403    404     302     302   404
attendance           POST   any   in     403  403     403  403   403    403     403    404     302     302   404
event_tasks          GET    any   in     200  200     200  200   200    200     200    404     200     200   404
task_add             GET    any   in     403  403     403  403   403    403     403    404     200     200   404
task_add             POST   any   in     403  403     403  403   403    403     403    404     302     302   404
task_edit            GET    any   in     403  403     403  403   403    403     403    404     200     200   404
task_edit            POST   any   in     403  403     403  403   403    403     403    404     302     302   404
task_remove          POST   any   in     403  403     403  403   403    403     403    404     302     302   404
city_task            GET    any   in     200  200     200  200   200    200     404    404     200     200   404
city_task            POST   any   in     302  403     403  302   403    403     404    404     403     403   404
city_task_reopen     POST   any   in     302  403     403  302   403    403     404    404     403     403   404
event_feedback       GET    any   in     200  200     200  200   200    200     200    404     200     200   404
event_feedback       POST   any   in     403  403     403  403   403    403     403    404     302     302   404
feedback_again       POST   any   in     403  403     403  403   403    403     403    404     302     302   404
feedback_close       POST   any   in     403  403     403  403   403    403     403    404     302     302   404
event_notes          GET    any   in     403  403     403  403   403    403     200    404     200     200   404
event_notes          POST   any   in     403  403     403  403   403    403     302    404     302     302   404
conclusion_add       GET    any   in     403  403     403  403   403    403     200    404     403     403   404
conclusion_add       POST   any   in     403  403     403  403   403    403     302    404     403     403   404
conclusion_edit      GET    any   in     403  403     403  403   403    403     200    404     403     403   404
conclusion_edit      POST   any   in     403  403     403  403   403    403     302    404     403     403   404
conclusion_withdraw  POST   any   in     403  403     403  403   403    403     302    404     403     403   404
feedback_give        GET    any   200    200  200     200  200   200    200     200    200     200     200   200
feedback_give        POST   any   200    200  200     200  200   200    200     200    200     200     200   200
"""
NAMES = [line.split()[0] for line in LINES.strip().splitlines()[1:]]
TOKEN = "the-token-of-a-feedback-link"


def build(world: World) -> None:
    """One exchange meeting of the test city's programme with one of everything, and feedback open at another event."""
    city, network = world.assessment.city, world.cast["network"]
    programme = city.programmes.get()
    event = make_event(programme, network, "Exchange meeting", kind=EventKind.EXCHANGE_MEETING)
    item = event.agenda.create(day=event.starts_on, begins="09:00", ends="10:00", title="Opening")
    material = materials.add_material(
        event=event, title="Slides", language="en", url="", upload=make_file(), by=network
    )
    task = make_task(event, city)
    asked = make_event(programme, network, "Workshop")
    make_attendee(asked)
    closes_at = timezone.now() + timedelta(days=7)
    feedback = Feedback.objects.create(event=asked, closes_at=closes_at, opened_by=network)
    FeedbackLink.objects.create(
        feedback=feedback,
        attendee=make_attendee(asked, "Jan Muster"),
        token_hash=links.hash_of(TOKEN),
        expires_at=closes_at,
    )
    world.things |= {
        "event": event,
        "item": item,
        "attendee": make_attendee(event),
        "material": material,
        "task": task,
        "row": task.rows.get(),
        "conclusion": event.conclusions.create(text="They share much.", by=world.cast["expert"]),
        "asked": asked,
    }


def keys(world: World) -> Mapping[str, dict[str, Any]]:
    things, event = world.things, world.things["event"]
    of_programme = {"slug": event.programme.slug}
    of_event = of_programme | {"pk": event.pk}
    asked = of_programme | {"pk": things["asked"].pk}
    given = dict.fromkeys(NAMES, of_event)
    given |= {"events": of_programme, "event_add": of_programme, "feedback_give": {"token": TOKEN}}
    given |= {"feedback_again": asked, "feedback_close": asked}
    for name in NAMES:
        for prefix, key in PARTS_OF_AN_EVENT.items():
            if name.startswith(prefix) and not name.endswith("_add"):
                given[name] = of_event | {f"{key}_pk": things[key].pk}
    return given


PARTS_OF_AN_EVENT = {
    "agenda_": "item",
    "material_": "material",
    "attendee_": "attendee",
    "task_": "task",
    "city_task": "row",
    "conclusion_": "conclusion",
}


def bodies(world: World) -> Mapping[str, dict[str, Any]]:
    city, event = world.assessment.city, world.things["event"]
    facts = {"kind": event.kind, "title": "Meeting", "starts_on": "2020-02-04", "ends_on": "2020-02-06", "version": 0}
    item = {"day": "2020-02-05", "begins": "10:00", "ends": "11:00", "title": "Coffee", "version": 0}
    person = {"name": "Jan Muster", "capacity": "trainer", "keep_until": A_YEAR_ON.isoformat(), "version": 0}
    task = {"title": "Write a plan", "due_on": "2020-04-01", "cities": [city.pk], "version": 0}
    conclusion = {"subject": "commitment", "text": "They share much.", "version": 0}
    return {
        "event_add": facts,
        "event_edit": facts,
        "event_cancel": {"reason": "Nobody can travel."},
        "agenda_add": item,
        "agenda_edit": item,
        "material_add": {"title": "Plan", "language": "pl", "url": "https://example.org/plan"},
        "attendee_add": person,
        "attendee_edit": person,
        "attendance": {"present": []},
        "task_add": task,
        "task_edit": task,
        "city_task": {"note": "Done in March."},
        "event_feedback": {"closes_on": FAR_AWAY.isoformat()},
        "event_notes": {"text": "Much was said.", "version": 0},
        "conclusion_add": conclusion,
        "conclusion_edit": conclusion,
        "feedback_give": dict.fromkeys(FeedbackQuestion.values, 3),
    }


def steps(world: World) -> Mapping[str, Callable[[], Any]]:
    row = world.things["row"]

    def tick_off() -> None:
        row.done_at, row.done_by = timezone.now(), world.cast["lead"]
        row.save()

    return {"city_task_reopen": tick_off}


PART = Part(
    lines=LINES,
    keys=keys,
    bodies=bodies,
    steps=steps,
    build=build,
    public=frozenset({"feedback_give"}),
    open_to=frozenset(("network", name) for name in NAMES),
)
