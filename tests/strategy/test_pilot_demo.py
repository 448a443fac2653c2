"""The demo's pilot actions: every state somewhere, made through the actions, once, with and without a body."""

import pytest

from cities.enums import Role
from cities.models import City
from strategy.demo import pilots
from strategy.models import CoDesign, Measure, PilotAction, Reading, Responsibility
from strategy.plan.enums import ActionState
from strategy.plan.pilot_queries import actions_of, matrix_of
from tests.factories import (
    make_body,
    make_city,
    make_member,
    make_objective,
    make_stakeholder,
    make_strategy,
    make_user,
)

SLUGS = sorted(pilots.TRIED)


@pytest.fixture
def cities(db) -> list[City]:
    """The demo's cities with a coordinator, a register, and a sample strategy of as many objectives as are told."""
    made = []
    for slug in SLUGS:
        city = make_city(slug)
        by = make_user(f"coordinator-of-{slug}", Role.COORDINATOR, city)
        strategy = make_strategy(city, by, is_sample=True)
        for place, _actions in enumerate(pilots.TRIED[slug]):
            make_objective(strategy, f"Objective {place}", position=place)
        for number in range(5):
            make_stakeholder(city, by, f"Sample {number}")
        made.append(city)
    return made


def with_members(cities: list[City]) -> None:
    for city in cities:
        body = make_body(city, city.strategies.get().created_by)
        for name in ("Anna", "Bernd", "Carla", "Dora", "Emil", "Franz"):
            make_member(body, f"{name} Muster")


def states() -> set[str]:
    return set(PilotAction.objects.values_list("state", flat=True))


def test_demo_has_actions_in_every_state_with_all_that_belongs_to_them(cities):
    with_members(cities)
    for city in cities:
        pilots.tell(city)
    assert states() == set(ActionState.values)
    assert all(model.objects.exists() for model in (CoDesign, Measure, Reading))
    assert Measure.objects.filter(readings=None).exists()
    assert set(Responsibility.objects.values_list("duty", flat=True)) == {
        "accountable",
        "responsible",
        "consulted",
        "informed",
    }


def test_demo_told_twice_is_the_same(cities):
    with_members(cities)
    for city in [*cities, *cities]:
        pilots.tell(city)
    told = [one for goals in pilots.TRIED.values() for actions in goals for one in actions]
    assert PilotAction.objects.count() == len(told)


def test_without_a_body_nothing_is_agreed_and_what_failed_is_still_stopped(cities):
    for city in cities:
        pilots.tell(city)
    assert states() == {ActionState.PROPOSED, ActionState.STOPPED}
    assert not Responsibility.objects.exists()


def test_city_without_a_sample_strategy_has_no_actions(cities):
    lublin = next(city for city in cities if city.slug == "lublin")
    lublin.strategies.update(is_sample=False)
    pilots.tell(lublin)
    pilots.tell(make_city("dietzenbach"))
    assert not PilotAction.objects.exists()


def test_demo_says_that_it_is_one(cities):
    """Every description, and the words that others may take for facts, hold the word for a sample."""
    for city in cities:
        pilots.tell(city)
    words = ("ample", "rzykład")
    for action in PilotAction.objects.all():
        assert any(word in action.description for word in words)
        assert all(not text or any(word in text for word in words) for text in (action.outputs, action.learnt))
    for outcome in CoDesign.objects.values_list("outcome", flat=True):
        assert any(word in outcome for word in words)


def test_demo_costs_little(cities, django_assert_max_num_queries):
    with_members(cities)
    lublin = next(city for city in cities if city.slug == "lublin")
    with django_assert_max_num_queries(400):
        pilots.tell(lublin)
    strategy = lublin.strategies.get()
    assert (len(actions_of(strategy)), len(matrix_of(strategy).rows)) == (6, 5)
