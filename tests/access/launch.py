"""The table's part on a city's launch event: the city runs it, lead and coordinator decide, everybody registers."""

from collections.abc import Callable, Mapping
from typing import Any
from uuid import uuid4

from django.utils import timezone

from epi import links
from strategy.events.actions import materials
from strategy.events.enums import Standing
from strategy.models import Launch, Registration
from strategy.stakeholders.enums import Purpose
from tests.access.world import Part, World
from tests.factories import make_contact, make_file, make_launch, make_registration, make_stakeholder

LINES = """
address              method when  nobody lead contrib peer coord viewer partner expert expert2 network admin outsider
launch               GET    any   in     200  200     200  200   200    200     404    404     404     404   404
launch_start         GET    any   in     403  403     403  200   403    200     404    404     404     404   404
launch_start         POST   any   in     403  403     403  302   403    302     404    404     404     404   404
launch_event         GET    any   in     200  200     200  200   200    200     404    404     404     404   404
launch_edit          GET    any   in     403  403     403  200   403    200     404    404     404     404   404
launch_edit          POST   any   in     403  403     403  302   403    302     404    404     404     404   404
launch_publish       POST   any   in     302  403     403  302   403    403     404    404     404     404   404
launch_cancel        POST   any   in     302  403     403  302   403    403     404    404     404     404   404
launch_invite        GET    any   in     200  403     403  200   403    200     404    404     404     404   404
launch_invite        POST   any   in     403  403     403  302   403    302     404    404     404     404   404
registrations        GET    any   in     200  403     403  200   403    200     404    404     404     404   404
registrations_export GET    any   in     200  403     403  200   403    200     404    404     404     404   404
registration_add     GET    any   in     403  403     403  200   403    200     404    404     404     404   404
registration_add     POST   any   in     403  403     403  302   403    302     404    404     404     404   404
registration_place   POST   any   in     403  403     403  302   403    302     404    404     404     404   404
registration_cancel  POST   any   in     403  403     403  302   403    302     404    404     404     404   404
registration_delete  POST   any   in     403  403     403  302   403    302     404    404     404     404   404
launch_public        GET    any   200    200  200     200  200   200    200     200    200     200     200   200
launch_public        POST   any   302    302  302     302  302   302    302     302    302     302     302   302
launch_calendar      GET    any   200    200  200     200  200   200    200     200    200     200     200   200
launch_material      GET    any   200    200  200     200  200   200    200     200    200     200     200   200
registration         GET    any   200    200  200     200  200   200    200     200    200     200     200   200
registration         POST   any   302    302  302     302  302   302    302     302    302     302     302   302
"""
TOKEN = "the-token-of-a-registration"
OF_THE_CITY = ("launch", "launch_start", "launch_public", "launch_calendar")
OF_ONE_EVENT = ("launch_event", "launch_edit", "launch_publish", "launch_cancel", "launch_invite")
OF_ITS_PEOPLE = ("registrations", "registrations_export", "registration_add")


def build(world: World) -> None:
    """A published launch event of the test city: one has the only place, one waits, one can be invited."""
    city, coordinator = world.assessment.city, world.cast["coord"]
    launch = make_launch(city.programmes.get(), city, coordinator, places=1)
    coming = make_registration(launch, "Jan Muster")
    Registration.objects.filter(pk=coming.pk).update(token_hash=links.hash_of(TOKEN))
    guests = make_stakeholder(city, coordinator, "Guests of the open day")
    world.things |= {
        "launch": launch,
        "on_the_list": make_registration(launch, "Eva Muster", standing=Standing.WAITING),
        "guest": make_contact(guests, "Ida Muster", purpose=Purpose.SESSIONS_AND_NEWS),
        "shown": materials.add_material(
            event=launch.event, title="Slides", language="en", url="", upload=make_file(), by=coordinator
        ),
    }


def keys(world: World) -> Mapping[str, dict[str, Any]]:
    city = {"slug": "testville"}
    one = city | {"pk": world.things["launch"].event.pk}
    waiting = one | {"number": world.things["on_the_list"].pk}
    changes = ("registration_place", "registration_cancel", "registration_delete")
    return {
        **dict.fromkeys(OF_THE_CITY, city),
        **dict.fromkeys((*OF_ONE_EVENT, *OF_ITS_PEOPLE), one),
        **dict.fromkeys(changes, waiting),
        "launch_material": city | {"pk": world.things["shown"].pk},
        "registration": {"token": TOKEN},
    }


def bodies(world: World) -> Mapping[str, dict[str, Any]]:
    launch = world.things["launch"]
    day = launch.event.starts_on.isoformat()
    plan = {
        "programme": launch.event.programme.pk,
        "title": "Open evening",
        "starts_on": day,
        "ends_on": day,
        "begins": "18:00",
        "ends": "21:00",
        "register_until": day,
        "version": 0,
    }
    person = {"key": str(uuid4()), "name": "Ola Muster", "email": "ola@example.org", "language": "pl"}
    return {
        "launch_start": plan,
        "launch_edit": plan,
        "launch_cancel": {"reason": "The hall is closed."},
        "launch_invite": {"contacts": [world.things["guest"].pk]},
        "registration_add": person,
        "launch_public": person,
    }


def steps(world: World) -> Mapping[str, Callable[[], Any]]:
    launch = world.things["launch"]

    def cancel() -> None:
        event = launch.event
        event.cancelled_at, event.cancelled_by, event.cancel_reason = timezone.now(), world.cast["coord"], "Ill."
        event.save()

    def hide() -> None:
        Launch.objects.filter(pk=launch.pk).update(published_at=None, published_by=None)

    return {"launch_start": cancel, "launch_publish": hide}


PART = Part(
    lines=LINES,
    keys=keys,
    bodies=bodies,
    steps=steps,
    build=build,
    public=frozenset({"launch_public", "launch_calendar", "launch_material", "registration"}),
)
