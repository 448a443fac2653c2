"""The table's part on what follows a strategy: the city's people read; who may answer an area uses what was delivered;
the network's coordinator replicates a programme."""

from collections.abc import Callable, Mapping
from typing import Any

from strategy.models import Carried, MilestoneTemplate
from tests.access.world import AREA, QUESTION, Part, World
from tests.factories import make_city, make_reached

LINES = """
address              method when  nobody lead contrib peer coord viewer partner expert expert2 network admin outsider
whatnext             GET    any   in     200  200     200  200   200    200     404    404     404     404   404
moved                GET    any   in     200  200     200  200   200    200     404    404     404     404   404
delivered            GET    any   in     200  200     200  200   200    200     404    404     404     404   404
carry                GET    dc    in     200  200     403  403   403    403     404    404     404     404   404
carry                POST   dc    in     302  302     403  403   403    403     404    404     404     404   404
carry                GET    srvp  in     403  403     403  403   403    403     404    404     404     404   404
carry                POST   srvp  in     403  403     403  403   403    403     404    404     404     404   404
set_aside            POST   dc    in     302  302     403  403   403    403     404    404     404     404   404
set_aside            POST   srvp  in     403  403     403  403   403    403     404    404     404     404   404
bring_back           POST   dc    in     302  302     403  403   403    403     404    404     404     404   404
bring_back           POST   srvp  in     403  403     403  403   403    403     404    404     404     404   404
replicate            GET    any   in     404  404     404  404   404    404     404    404     200     403   404
replicate            POST   any   in     404  404     404  404   404    404     404    404     302     403   404
programme_city_add   GET    any   in     404  404     404  404   404    404     404    404     200     403   404
programme_city_add   POST   any   in     404  404     404  404   404    404     404    404     302     403   404
"""
BY_STATUS = frozenset({"carry", "set_aside", "bring_back"})


def build(world: World) -> None:
    """A milestone of the city's body that was reached, and a template and a city for the programme."""
    city, network = world.assessment.city, world.cast["network"]
    programme = city.programmes.get()
    MilestoneTemplate.objects.create(
        programme=programme, code="mandate", process="body", title="Mandate given", due_on="2021-06-30"
    )
    world.things |= {"reached": make_reached(city, network, "Mandate given"), "joining": make_city("joining")}


def _thing(world: World) -> str:
    return f"milestone-{world.things['reached'].pk}"


def keys(world: World) -> Mapping[str, dict[str, Any]]:
    city = {"slug": world.assessment.city.slug}
    of_round = city | {"pk": world.assessment.pk}
    of_proposal = of_round | {"code": AREA, "thing": _thing(world)}
    programme = {"slug": world.assessment.city.programmes.get().slug}
    return {
        "whatnext": city,
        "moved": city,
        "delivered": of_round,
        "carry": of_proposal,
        "set_aside": of_proposal,
        "bring_back": of_proposal,
        "replicate": programme,
        "programme_city_add": programme,
    }


def bodies(world: World) -> Mapping[str, dict[str, Any]]:
    joining = world.things["joining"]
    evidence = {"question": QUESTION, "title": "Mandate", "url": "https://example.org/mandate"}
    second = {"name": "Second", "slug": "second", "starts_on": "2023-01-02", "cities": [joining.pk]}
    return {
        "carry": evidence,
        "replicate": second,
        "programme_city_add": {"city": joining.pk, "starts_on": "2023-01-02"},
    }


def steps(world: World) -> Mapping[str, Callable[[], Any]]:
    def put_aside() -> None:
        Carried.objects.create(
            assessment=world.assessment,
            subject=AREA,
            milestone=world.things["reached"],
            is_set_aside=True,
            by=world.cast["lead"],
        )

    return {"bring_back": put_aside}


PART = Part(
    lines=LINES,
    keys=keys,
    bodies=bodies,
    steps=steps,
    build=build,
    by_status=BY_STATUS,
    open_to=frozenset({("network", "replicate"), ("network", "programme_city_add")}),
)
