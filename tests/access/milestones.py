"""The table's part on milestones: a city's people read, who runs its strategy writes, the network follows its own.

The milestone is one of the programme; nobody of the cast owns it (tests/strategy/test_milestones.py has owners).
"""

from collections.abc import Callable, Mapping
from datetime import date
from typing import Any

from strategy.milestones.enums import MilestoneState
from strategy.models import MilestoneTemplate
from tests.access.world import Part, World
from tests.factories import make_milestone

LINES = """
address              method when  nobody lead contrib peer coord viewer partner expert expert2 network admin outsider
milestones           GET    any   in     200  200     200  200   200    200     404    404     200     404   404
milestones_export    GET    any   in     200  200     200  200   200    200     404    404     200     404   404
timeline             GET    any   in     200  200     200  200   200    200     404    404     200     404   404
milestone            GET    any   in     200  200     200  200   200    200     404    404     200     404   404
milestone_add        GET    any   in     403  403     403  200   403    200     404    404     403     404   404
milestone_add        POST   any   in     403  403     403  302   403    302     404    404     403     404   404
milestone_edit       GET    any   in     403  403     403  200   403    200     404    404     403     404   404
milestone_edit       POST   any   in     403  403     403  302   403    302     404    404     403     404   404
milestone_date       GET    any   in     403  403     403  200   403    200     404    404     403     404   404
milestone_date       POST   any   in     403  403     403  302   403    302     404    404     403     404   404
milestone_delete     POST   any   in     403  403     403  302   403    302     404    404     403     404   404
milestone_begin      POST   any   in     403  403     403  302   403    302     404    404     403     404   404
milestone_reach      GET    any   in     403  403     403  200   403    200     404    404     403     404   404
milestone_reach      POST   any   in     403  403     403  302   403    302     404    404     403     404   404
milestone_proof      GET    any   in     403  403     403  200   403    200     404    404     403     404   404
milestone_proof      POST   any   in     403  403     403  302   403    302     404    404     403     404   404
milestone_drop       GET    any   in     403  403     403  200   403    200     404    404     403     404   404
milestone_drop       POST   any   in     403  403     403  302   403    302     404    404     403     404   404
milestone_reopen     GET    any   in     403  403     403  200   403    200     404    404     403     404   404
milestone_reopen     POST   any   in     403  403     403  302   403    302     404    404     403     404   404
milestone_templates  GET    any   in     404  404     404  404   404    404     404    404     200     200   404
template_add         GET    any   in     404  404     404  404   404    404     404    404     200     200   404
template_add         POST   any   in     404  404     404  404   404    404     404    404     302     302   404
templates_lay_out    POST   any   in     404  404     404  404   404    404     404    404     302     302   404
template_edit        GET    any   in     404  404     404  404   404    404     404    404     200     200   404
template_edit        POST   any   in     404  404     404  404   404    404     404    404     302     302   404
template_apply       GET    any   in     404  404     404  404   404    404     404    404     200     200   404
template_apply       POST   any   in     404  404     404  404   404    404     404    404     302     302   404
template_order       POST   any   in     404  404     404  404   404    404     404    404     302     302   404
template_remove      POST   any   in     404  404     404  404   404    404     404    404     302     302   404
"""
NAMES = list(dict.fromkeys(line.split()[0] for line in LINES.strip().splitlines()[1:]))
REACHED = {"state": MilestoneState.REACHED, "proof": "Minutes.", "reached_on": date(2021, 6, 30)}


def build(world: World) -> None:
    """A milestone of the programme in the test city, not of a template; and a template that the city has otherwise."""
    city, by = world.assessment.city, world.cast["coord"]
    programme = city.programmes.get()
    template = MilestoneTemplate.objects.create(
        programme=programme, code="members", process="body", title="Members named", due_on=date(2021, 7, 31)
    )
    MilestoneTemplate.objects.create(
        programme=programme, code="meeting", process="body", title="First meeting", due_on=date(2021, 9, 30), position=1
    )
    world.things |= {
        "milestone": make_milestone(city, by, programme=programme),
        "otherwise": make_milestone(city, by, "Members named", programme=programme, template=template),
        "template": template,
    }


def keys(world: World) -> Mapping[str, dict[str, Any]]:
    things = world.things
    city, programme = {"slug": "testville"}, {"slug": things["template"].programme.slug}
    given = {name: city | {"pk": things["milestone"].pk} for name in NAMES}
    given |= dict.fromkeys(("milestones", "milestones_export", "milestone_add", "timeline"), city)
    for name in NAMES:
        if name.startswith("template_"):
            given[name] = programme | {"pk": things["template"].pk}
    return given | dict.fromkeys(("milestone_templates", "template_add", "templates_lay_out"), programme)


def bodies(world: World) -> Mapping[str, dict[str, Any]]:
    otherwise = world.things["otherwise"]
    milestone = {"title": "Members named", "place": "body", "version": 0}
    proven = {"reached_on": "2021-06-30", "proof": "Minutes of June.", "version": 0}
    template = {"title": "Mandate", "process": "body", "due_on": "2021-06-30", "version": 0}
    reason = {"reason": "The council decided so.", "version": 0}
    return {
        "milestone_add": milestone | {"due_on": "2021-07-31"},
        "milestone_edit": milestone,
        "milestone_date": reason | {"due_on": "2099-07-31"},
        "milestone_reach": proven,
        "milestone_proof": proven,
        "milestone_drop": reason,
        "milestone_reopen": reason,
        "template_add": template,
        "template_edit": template,
        "template_apply": {"chosen": [f"{otherwise.pk}-{otherwise.version}"], "reason": "All cities agreed."},
        "template_order": {"down": "1"},
    }


def steps(world: World) -> Mapping[str, Callable[[], Any]]:
    milestone = world.things["milestone"]

    def reach() -> None:
        for name, value in REACHED.items():
            setattr(milestone, name, value)
        milestone.save()

    return {"milestone_proof": reach, "milestone_reopen": reach}


PART = Part(
    lines=LINES,
    keys=keys,
    bodies=bodies,
    steps=steps,
    build=build,
    open_to=frozenset(("network", name) for name in NAMES),
)
