"""The table's part on a city's strategy: its people and its partner read it, coordinator and partner write it, lead and
coordinator decide what is public; everybody reads what is."""

from collections.abc import Callable, Mapping
from typing import Any

from django.utils import timezone

from strategy.models import CityStrategy, Gap
from strategy.plan.enums import Area, GapKind
from tests.access.world import AREA, Part, World
from tests.factories import make_objective, make_strategy

LINES = """
address              method when  nobody lead contrib peer coord viewer partner expert expert2 network admin outsider
strategy             GET    any   in     200  200     200  200   200    200     404    404     404     404   404
strategy_begin       GET    any   in     403  403     403  200   403    200     404    404     404     404   404
strategy_begin       POST   any   in     403  403     403  302   403    302     404    404     404     404   404
strategy_features    GET    any   in     200  200     200  200   200    200     404    404     404     404   404
strategy_earlier     GET    any   in     200  200     200  200   200    200     404    404     404     404   404
strategy_edit        GET    any   in     403  403     403  200   403    200     404    404     404     404   404
strategy_edit        POST   any   in     403  403     403  302   403    302     404    404     404     404   404
strategy_publish     POST   any   in     302  403     403  302   403    403     404    404     404     404   404
strategy_withdraw    POST   any   in     302  403     403  302   403    403     404    404     404     404   404
strategy_close       POST   any   in     302  403     403  302   403    403     404    404     404     404   404
narrative            GET    any   in     403  403     403  200   403    200     404    404     404     404   404
narrative            POST   any   in     403  403     403  302   403    302     404    404     404     404   404
narrative_remove     POST   any   in     403  403     403  302   403    302     404    404     404     404   404
objective            GET    any   in     200  200     200  200   200    200     404    404     404     404   404
objective_add        GET    any   in     403  403     403  200   403    200     404    404     404     404   404
objective_add        POST   any   in     403  403     403  302   403    302     404    404     404     404   404
objective_edit       GET    any   in     403  403     403  200   403    200     404    404     404     404   404
objective_edit       POST   any   in     403  403     403  302   403    302     404    404     404     404   404
objective_remove     POST   any   in     403  403     403  302   403    302     404    404     404     404   404
objective_up         POST   any   in     403  403     403  302   403    302     404    404     404     404   404
objective_down       POST   any   in     403  403     403  302   403    302     404    404     404     404   404
gap_add              GET    any   in     403  403     403  200   403    200     404    404     404     404   404
gap_add              POST   any   in     403  403     403  302   403    302     404    404     404     404   404
gap_remove           POST   any   in     403  403     403  302   403    302     404    404     404     404   404
strategy_public      GET    any   200    200  200     200  200   200    200     200    200     200     200   200
"""
ABOUT_ONE = ("strategy_edit", "strategy_publish", "strategy_withdraw", "strategy_close")
ABOUT_AN_OBJECTIVE = ("objective", "objective_edit", "objective_remove", "objective_up", "objective_down", "gap_add")


def build(world: World) -> None:
    """An open strategy with three objectives, a gap and a text; and an earlier one that is closed and public."""
    city, coord = world.assessment.city, world.cast["coord"]
    now = timezone.now()
    closed = {"closed_at": now, "closed_by": coord, "published_at": now, "published_by": coord}
    earlier = make_strategy(city, coord, "Before", starts_on="2017-01-01", ends_on="2020-12-31", **closed)
    strategy = make_strategy(city, coord, assessment=world.assessment)
    strategy.narratives.create(language="pl", text="Razem.", version=1, by=coord)
    places = [make_objective(strategy, f"Objective {place}", position=place) for place in (1, 2, 3)]
    gap = Gap.objects.create(objective=places[1], kind=GapKind.INDICATOR, subject=AREA, words="Commitment: 10 of 100")
    world.things |= {"strategy": strategy, "earlier": earlier, "objective": places[1], "gap": gap}


def keys(world: World) -> Mapping[str, dict[str, Any]]:
    city = {"slug": "testville"}
    one = city | {"pk": world.things["strategy"].pk}
    objective = city | {"pk": world.things["objective"].pk}
    told = one | {"language": "pl"}
    return {
        **dict.fromkeys(("strategy", "strategy_begin", "strategy_features", "objective_add", "strategy_public"), city),
        **dict.fromkeys(ABOUT_ONE, one),
        **dict.fromkeys(ABOUT_AN_OBJECTIVE, objective),
        "strategy_earlier": city | {"pk": world.things["earlier"].pk},
        "narrative": told,
        "narrative_remove": told,
        "gap_remove": objective | {"gap_pk": world.things["gap"].pk},
    }


def bodies(world: World) -> Mapping[str, dict[str, Any]]:
    facts = {"title": "Together", "language": "pl", "starts_on": "2021-06-01", "ends_on": "2024-12-31"}
    objective = {"area": Area.GOVERNANCE, "title": "One desk for all", "version": 0}
    return {
        "strategy_begin": facts,
        "strategy_edit": facts | {"version": 0},
        "narrative": {"text": "Wszyscy razem.", "version": 1},
        "objective_add": objective,
        "objective_edit": objective,
        "gap_add": {"gaps": ["education"]},
    }


def steps(world: World) -> Mapping[str, Callable[[], Any]]:
    strategies = CityStrategy.objects.filter(pk=world.things["strategy"].pk)
    now, coord = timezone.now(), world.cast["coord"]
    return {
        "strategy_begin": lambda: strategies.update(closed_at=now, closed_by=coord),
        "strategy_withdraw": lambda: strategies.update(published_at=now, published_by=coord),
    }


PART = Part(lines=LINES, keys=keys, bodies=bodies, steps=steps, build=build, public=frozenset({"strategy_public"}))
