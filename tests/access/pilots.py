"""The table's part on pilot actions: a city's people and its partner read them, coordinator and partner run them."""

from collections.abc import Callable, Mapping
from datetime import date
from typing import Any

from strategy.models import CoordinatingBody, Responsibility
from strategy.plan.enums import Duty
from tests.access.world import Part, World
from tests.factories import make_action, make_member, make_objective

LINES = """
address              method when  nobody lead contrib peer coord viewer partner expert expert2 network admin outsider
actions              GET    any   in     200  200     200  200   200    200     404    404     404     404   404
actions_export       GET    any   in     200  200     200  200   200    200     404    404     404     404   404
action_add           GET    any   in     403  403     403  200   403    200     404    404     404     404   404
action_add           POST   any   in     403  403     403  302   403    302     404    404     404     404   404
action               GET    any   in     200  200     200  200   200    200     404    404     404     404   404
action_edit          GET    any   in     403  403     403  200   403    200     404    404     404     404   404
action_edit          POST   any   in     403  403     403  302   403    302     404    404     404     404   404
action_remove        POST   any   in     403  403     403  302   403    302     404    404     404     404   404
action_move          GET    any   in     403  403     403  200   403    200     404    404     404     404   404
action_move          POST   any   in     403  403     403  302   403    302     404    404     404     404   404
action_learnt        GET    any   in     403  403     403  200   403    200     404    404     404     404   404
action_learnt        POST   any   in     403  403     403  302   403    302     404    404     404     404   404
action_duties        GET    any   in     403  403     403  200   403    200     404    404     404     404   404
action_duties        POST   any   in     403  403     403  302   403    302     404    404     404     404   404
codesign_add         GET    any   in     403  403     403  200   403    200     404    404     404     404   404
codesign_add         POST   any   in     403  403     403  302   403    302     404    404     404     404   404
codesign_edit        GET    any   in     403  403     403  200   403    200     404    404     404     404   404
codesign_edit        POST   any   in     403  403     403  302   403    302     404    404     404     404   404
codesign_remove      POST   any   in     403  403     403  302   403    302     404    404     404     404   404
measure_add          GET    any   in     403  403     403  200   403    200     404    404     404     404   404
measure_add          POST   any   in     403  403     403  302   403    302     404    404     404     404   404
measure_edit         GET    any   in     403  403     403  200   403    200     404    404     404     404   404
measure_edit         POST   any   in     403  403     403  302   403    302     404    404     404     404   404
measure_remove       POST   any   in     403  403     403  302   403    302     404    404     404     404   404
reading_add          GET    any   in     403  403     403  200   403    200     404    404     404     404   404
reading_add          POST   any   in     403  403     403  302   403    302     404    404     404     404   404
reading_edit         GET    any   in     403  403     403  200   403    200     404    404     404     404   404
reading_edit         POST   any   in     403  403     403  302   403    302     404    404     404     404   404
reading_remove       POST   any   in     403  403     403  302   403    302     404    404     404     404   404
responsibilities     GET    any   in     200  200     200  200   200    200     404    404     404     404   404
"""
NAMES = [line.split()[0] for line in LINES.strip().splitlines()[1:]]
OF_THE_CITY = ("actions", "actions_export", "action_add", "responsibilities")


def build(world: World) -> None:
    """An action of the test city's strategy with an owner, co-design, and a measure that was read; another proposal."""
    strategy, coord = world.things["strategy"], world.cast["coord"]
    objective = make_objective(strategy, "Homes", position=9)
    days = {"starts_on": date(2021, 7, 1), "ends_on": date(2022, 6, 30)}
    action = make_action(objective, **days)
    mandate = {"name": "Coordinating body", "mandate": "Leads.", "created_by": coord}
    body, _is_new = CoordinatingBody.objects.get_or_create(city=strategy.city, defaults=mandate)
    member = make_member(body, "Olga Muster")
    Responsibility.objects.create(action=action, member=member, duty=Duty.ACCOUNTABLE)
    measure = action.measures.create(name="People")
    world.things |= {
        "action": action,
        "idea": make_action(objective, "A title"),
        "duty_of": member,
        "codesign": action.codesigns.create(
            held_on=date(2021, 4, 1), form="workshop", staff=1, outcome="Later.", by=coord
        ),
        "measure": measure,
        "reading": measure.readings.create(read_on=date(2021, 9, 1), value=3, by=coord),
    }


def keys(world: World) -> Mapping[str, dict[str, Any]]:
    things, city = world.things, {"slug": "testville"}
    one = city | {"pk": things["action"].pk}
    codesign = one | {"codesign_pk": things["codesign"].pk}
    measure = one | {"measure_pk": things["measure"].pk}
    reading = measure | {"reading_pk": things["reading"].pk}
    return {
        **dict.fromkeys(NAMES, one),
        **dict.fromkeys(OF_THE_CITY, city),
        **dict.fromkeys(("codesign_edit", "codesign_remove"), codesign),
        **dict.fromkeys(("measure_edit", "measure_remove", "reading_add"), measure),
        **dict.fromkeys(("reading_edit", "reading_remove"), reading),
        "action_move": one | {"state": "agreed"},
        "action_remove": city | {"pk": things["idea"].pk},
    }


def bodies(world: World) -> Mapping[str, dict[str, Any]]:
    objective = world.things["action"].objective_id
    plan = {"objective": objective, "title": "Open the courtyards", "version": 0}
    codesign = {
        "held_on": "2021-04-02",
        "form": "meeting",
        "staff": 2,
        "residents": 0,
        "outcome": "Open.",
        "version": 0,
    }
    measure = {"name": "People who come", "version": 0}
    reading = {"read_on": "2021-10-01", "value": "4", "version": 0}
    return {
        "action_add": plan,
        "action_edit": plan,
        "action_move": {"version": 0},
        "action_learnt": {"learnt": "Benches matter.", "version": 0},
        "action_duties": {"accountable": world.things["duty_of"].pk, "version": 0},
        "codesign_add": codesign,
        "codesign_edit": codesign,
        "measure_add": measure,
        "measure_edit": measure,
        "reading_add": reading,
        "reading_edit": reading,
    }


def steps(world: World) -> Mapping[str, Callable[[], Any]]:
    readings = world.things["measure"].readings
    return {"measure_remove": lambda: readings.all().delete()}


PART = Part(lines=LINES, keys=keys, bodies=bodies, steps=steps, build=build)
