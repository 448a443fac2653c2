"""The five key features: each rule at its boundaries, from no action at all to all of them stopped."""

from datetime import date
from decimal import Decimal

import pytest
import time_machine
from django.utils import timezone
from hypothesis import given
from hypothesis import strategies as some

from strategy.enums import Sector
from strategy.models import CityStrategy, Objective, PilotAction
from strategy.plan import features
from strategy.plan.enums import FeatureState, KeyFeature
from strategy.plan.features import ActionFacts, Feature, features_of
from tests.factories import make_action, make_objective, make_stakeholder, make_strategy
from tests.icc_index.pages import text, texts, tree

MET, PARTLY, NOT_YET = FeatureState.MET, FeatureState.PARTLY, FeatureState.NOT_YET
DECIDED = {"decision": "City council", "decided_on": date(2021, 5, 27)}
HERE = "/strategy/testville/features/"


@pytest.fixture
def strategy(city, coordinator) -> CityStrategy:
    return make_strategy(city, coordinator)


@pytest.fixture
def objective(strategy) -> Objective:
    return make_objective(strategy)


def found(strategy, feature) -> Feature:
    strategy = CityStrategy.objects.for_page().get(pk=strategy.pk)
    return {one.feature: one for one in features_of(strategy)}[feature]


def state(strategy, feature) -> FeatureState:
    return found(strategy, feature).state


# Political commitment -------------------------------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("facts", "expected", "lacking"),
    [
        ({}, NOT_YET, 3),
        ({"leader": "The mayor"}, PARTLY, 2),
        (DECIDED, PARTLY, 2),
        ({"decision": "City council"}, NOT_YET, 3),
        ({"budget": Decimal(0)}, NOT_YET, 3),
        ({"budget": Decimal("0.01")}, PARTLY, 2),
        (DECIDED | {"leader": "The mayor"}, PARTLY, 1),
        (DECIDED | {"leader": "The mayor", "budget": Decimal(1)}, MET, 0),
        (DECIDED | {"leader": "The mayor", "resources": "Two posts."}, MET, 0),
    ],
)
def test_commitment_is_decision_leader_and_resources(facts, expected, lacking, strategy):
    CityStrategy.objects.update(**facts)
    feature = found(strategy, KeyFeature.COMMITMENT)
    assert (feature.state, len(feature.missing), len(feature.evidence)) == (expected, lacking, 3 - lacking)


def test_decision_of_tomorrow_is_none_yet_in_the_citys_own_calendar(strategy):
    strategy.city.time_zone = "Europe/Riga"
    strategy.city.save()
    CityStrategy.objects.update(**DECIDED)
    with time_machine.travel("2021-05-26T20:59:00Z", tick=False):
        assert state(strategy, KeyFeature.COMMITMENT) == NOT_YET
    with time_machine.travel("2021-05-26T21:01:00Z", tick=False):  # past midnight in Riga, not in Brussels
        assert state(strategy, KeyFeature.COMMITMENT) == PARTLY


# Participation --------------------------------------------------------------------------------------------------------
def design(action, coordinator, *, staff=0, residents=0, sectors=()) -> None:
    made = action.codesigns.create(
        held_on=date(2021, 7, 1), form="workshop", staff=staff, residents=residents, outcome="A plan.", by=coordinator
    )
    for sector in sectors:
        made.stakeholders.add(
            make_stakeholder(action.objective.strategy.city, coordinator, f"A {sector}", sector=sector)
        )


@pytest.mark.parametrize(
    ("who", "expected"),
    [
        ({"staff": 1}, NOT_YET),
        ({"residents": 1}, NOT_YET),
        ({"sectors": [Sector.MEDIA]}, NOT_YET),
        ({"staff": 1, "sectors": [Sector.CITY]}, NOT_YET),
        ({"staff": 1, "residents": 1}, MET),
        ({"staff": 1, "sectors": [Sector.MEDIA]}, MET),
        ({"staff": 1, "sectors": [Sector.CITY, Sector.MEDIA]}, MET),
    ],
)
def test_action_is_designed_together_by_staff_and_others_at_once(who, expected, objective, coordinator):
    design(make_action(objective), coordinator, **who)
    assert state(objective.strategy, KeyFeature.PARTICIPATION) == expected


def test_staff_and_residents_who_never_met_designed_nothing_together(objective, coordinator):
    action = make_action(objective)
    design(action, coordinator, staff=3)
    design(action, coordinator, residents=9)
    assert state(objective.strategy, KeyFeature.PARTICIPATION) == NOT_YET


def test_participation_is_the_share_of_actions_that_are_alive(objective, coordinator):
    together, alone, stopped = (make_action(objective, name) for name in ("Together", "Alone", "Stopped"))
    design(together, coordinator, staff=1, residents=1)
    stop(stopped)
    feature = found(objective.strategy, KeyFeature.PARTICIPATION)
    assert (feature.state, feature.summary) == (PARTLY, "1 of 2 actions")
    assert [(point.action, point.page) for point in feature.missing] == [(alone.pk, "action")]
    assert [point.action for point in feature.evidence] == [together.pk]
    stop(alone)
    assert found(objective.strategy, KeyFeature.PARTICIPATION).summary == "1 of 1 action"
    assert state(objective.strategy, KeyFeature.PARTICIPATION) == MET


def stop(action) -> None:
    PilotAction.objects.filter(pk=action.pk).update(state="stopped", learnt="Too early.")


OF_ACTIONS = [KeyFeature.PARTICIPATION, KeyFeature.EVALUATION, KeyFeature.SUSTAINABILITY]


@pytest.mark.parametrize("feature", OF_ACTIONS)
def test_without_actions_no_share_is_praised(feature, strategy):
    one = found(strategy, feature)
    assert (one.state, one.summary) == (NOT_YET, "There is no pilot action yet.")
    assert [point.page for point in one.missing] == ["actions"]


@pytest.mark.parametrize("feature", OF_ACTIONS)
def test_with_all_actions_stopped_nothing_is_left_to_praise(feature, objective, coordinator):
    action = make_action(objective, after_owner="The library", after_budget=1)
    design(action, coordinator, staff=1, residents=1)
    measure(action, read=True)
    assert state(objective.strategy, feature) == MET
    stop(action)
    one = found(objective.strategy, feature)
    assert (one.state, one.summary) == (NOT_YET, "Every pilot action is stopped.")


# Narrative ------------------------------------------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("languages", "is_public", "expected", "lacking"),
    [
        ((), False, NOT_YET, ["narrative"]),
        (("en",), False, PARTLY, ["narrative", "strategy"]),
        (("pl",), False, PARTLY, ["strategy"]),
        (("en",), True, PARTLY, ["narrative"]),
        (("pl",), True, MET, []),
        (("pl", "en"), True, MET, []),
    ],
)
def test_narrative_is_a_public_text_in_the_citys_main_language(
    languages, is_public, expected, lacking, strategy, coordinator
):
    for language in languages:
        strategy.narratives.create(language=language, text="Razem.", by=coordinator)
    if is_public:
        CityStrategy.objects.update(published_at=timezone.now(), published_by=coordinator)
    feature = found(strategy, KeyFeature.NARRATIVE)
    assert (feature.state, [point.page for point in feature.missing]) == (expected, lacking)


# Evaluation -----------------------------------------------------------------------------------------------------------
def measure(action, *, baseline=True, read=False) -> None:
    start = {"baseline": 10, "baseline_on": date(2021, 6, 1)} if baseline else {}
    made = action.measures.create(name="Visitors", **start)
    if read:
        made.readings.create(read_on=date(2021, 9, 1), value=12, by=action.created_by)


@pytest.mark.parametrize(
    ("measures", "expected", "summary"),
    [
        ([], NOT_YET, "0 of 1 action"),
        ([{"baseline": False}], NOT_YET, "0 of 1 action"),
        ([{"baseline": False, "read": True}], NOT_YET, "0 of 1 action"),
        ([{}], PARTLY, "0 of 1 action; 1 more has a baseline only"),
        ([{}, {"baseline": False, "read": True}], PARTLY, "0 of 1 action; 1 more has a baseline only"),
        ([{"read": True}], MET, "1 of 1 action"),
        ([{"read": True}, {}], MET, "1 of 1 action"),
    ],
)
def test_action_is_evaluated_by_a_measure_with_baseline_and_reading(measures, expected, summary, objective):
    action = make_action(objective)
    for one in measures:
        measure(action, **one)
    feature = found(objective.strategy, KeyFeature.EVALUATION)
    assert (feature.state, feature.summary) == (expected, summary)


def test_those_with_a_baseline_only_are_counted_apart(objective):
    for number, read in enumerate((True, False, False)):
        measure(make_action(objective, f"Action {number}"), read=read)
    make_action(objective, "Without")
    feature = found(objective.strategy, KeyFeature.EVALUATION)
    assert (feature.state, feature.summary) == (PARTLY, "1 of 4 actions; 2 more have a baseline only")


# Sustainability -------------------------------------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("facts", "expected"),
    [
        ({}, NOT_YET),
        ({"after_owner": "The library"}, PARTLY),
        ({"after_source": "City budget"}, PARTLY),
        ({"after_budget": 100}, PARTLY),
        ({"after_owner": "The library", "after_source": "City budget"}, MET),
        ({"after_owner": "The library", "after_budget": 100}, MET),
        ({"after_owner": "The library", "after_budget": 0}, MET),  # it costs nothing, and somebody said so
    ],
)
def test_action_lasts_with_an_owner_and_funds_after_the_project(facts, expected, objective):
    make_action(objective, **facts)
    assert state(objective.strategy, KeyFeature.SUSTAINABILITY) == expected


# The rules together ---------------------------------------------------------------------------------------------------
facts_of_actions = some.lists(
    some.builds(
        ActionFacts,
        pk=some.integers(1, 99),
        title=some.just("Action"),
        is_designed_together=some.booleans(),
        has_baseline=some.booleans(),
        is_evaluated=some.booleans(),
        has_successor=some.booleans(),
        has_funds=some.booleans(),
    )
)
RULES = [features.participation, features.evaluation, features.sustainability]


@given(facts_of_actions)
def test_share_is_met_exactly_when_nothing_is_missing(alive):
    for rule in RULES:
        feature = rule(alive, 0)
        assert (feature.state == MET) == (not feature.missing)
        assert len(feature.evidence) + len(feature.missing) == max(len(alive), 1)
        if feature.evidence:
            assert feature.state in {MET, PARTLY}


@given(facts_of_actions.filter(bool))
def test_order_of_actions_changes_no_state(alive):
    for rule in RULES:
        assert rule(alive, 0).state == rule(alive[::-1], 0).state
        assert rule(alive, 0).summary == rule(alive[::-1], 0).summary


# The page -------------------------------------------------------------------------------------------------------------
def test_page_shows_state_evidence_and_what_is_missing(strategy, coordinator, viewer, sign_in):
    CityStrategy.objects.update(leader="The mayor")
    edit = f"/strategy/testville/{strategy.pk}/edit/"
    page = sign_in(coordinator).get(HERE)
    assert texts(page, "h2") == [feature.label for feature in KeyFeature]
    assert tree(page).xpath("//section[@id='commitment']//li/a/@href") == [edit] * 3
    assert "Who decided on the strategy, and when." in text(page, "#commitment")
    assert tree(sign_in(viewer).get(HERE)).xpath(f"//a[@href='{edit}']") == []


def test_page_without_a_strategy_leads_to_where_one_begins(city, viewer, sign_in):
    assert sign_in(viewer).get(HERE).url == "/strategy/testville/"


@pytest.mark.parametrize("rows", [1, 3])
def test_features_cost_the_same(rows, objective, coordinator, django_assert_num_queries):
    for number in range(rows):
        action = make_action(objective, f"Action {number}")
        design(action, coordinator, staff=1, residents=1)
        measure(action, read=True)
    strategy = CityStrategy.objects.for_page().get(pk=objective.strategy_id)
    with django_assert_num_queries(2):
        assert len(features_of(strategy)[1].evidence) == rows
