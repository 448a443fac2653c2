"""Did it move? Rounds compared, actions beside them, and nothing claimed; and what next at a glance."""

from datetime import date
from fractions import Fraction

import pytest
from django.urls import reverse
from hypothesis import given
from hypothesis import strategies as st

from cities.enums import Permission
from icc_index import scoring
from icc_index.enums import Layer, Status
from icc_index.instrument import instrument_for
from icc_index.models import Assessment, Result
from strategy.milestones.enums import Process
from strategy.models import CityStrategy
from strategy.plan.enums import ActionState
from strategy.whatnext.delivered import Outcome
from strategy.whatnext.moving import moved, signed
from strategy.whatnext.queries import next_round, strategy_to_follow
from tests.factories import (
    best_values,
    make_action,
    make_city,
    make_gap,
    make_milestone,
    make_objective,
    make_reached,
    make_reading,
    make_result,
    make_strategy,
    start,
    worst_values,
)
from tests.icc_index.pages import text


@pytest.fixture
def add_round(city, edition, lead, instrument):
    """`add_round(2024, SPA2="yes")`: a validated round; the worst answers, but for those named."""

    def add(year: int, *, is_sample: bool = False, status: Status = Status.VALIDATED, **values: str) -> Result:
        given = worst_values(instrument) | values
        return make_result(city, edition, lead, given, year=year, status=status, is_sample=is_sample)

    return add


@pytest.fixture
def base(add_round) -> Result:
    return add_round(2021)


@pytest.fixture
def strategy(city, coordinator, base) -> CityStrategy:
    """It starts from 2021 and rests on public space."""
    strategy = make_strategy(city, coordinator, assessment=base.assessment)
    make_gap(make_objective(strategy), "public_space")
    return strategy


@pytest.fixture
def action(strategy):
    return make_action(strategy.objectives.get(), starts_on=date(2022, 1, 1), ends_on=date(2023, 6, 30))


@pytest.fixture
def better(instrument):
    """The best answers on public space and, at which nothing aims, on language."""
    best = best_values(instrument)
    codes = [one.code for area in ("public_space", "language") for one in instrument.by_code[area].questions]
    return {code: best[code] for code in codes}


def area(found, code):
    (one,) = [one for one in [*found.aimed_at, *found.others] if one.indicator.code == code]
    return one


def here(name="moved"):
    return reverse(name, args=["testville"])


# Figures --------------------------------------------------------------------------------------------------------------


def test_area_is_compared_from_the_round_of_the_strategy_to_the_last_one(strategy, action, add_round, better):
    add_round(2018, **better)
    add_round(2024)
    add_round(2027, **better)
    found = moved(strategy)
    assert [one.year for one in found.rounds] == [2018, 2021, 2024, 2027]
    assert (found.pair[0].year, found.pair[1].year, found.is_since) == (2021, 2027, True)
    one = area(found, "public_space")
    assert (one.whole[0], one.whole[1], one.whole[3]) == ("100", "0", "100")
    assert (one.difference, one.moved, one.direction) == (Fraction(100), "+100", "up")


def test_difference_is_the_exact_one_of_stored_scores(strategy, base, add_round):
    later = add_round(2024, SPA1="libraries|museums")
    exact = {
        result.pk: Fraction(result.scores.get(layer=Layer.VALIDATED, subject="public_space").exact)
        for result in (base, later)
    }
    one = area(moved(strategy), "public_space")
    assert one.difference == exact[later.pk] - exact[base.pk]
    assert one.difference.denominator != 1
    assert one.moved == f"+{scoring.rounded(one.difference, 0)}"


@given(st.fractions(-100, 100))
def test_signed_difference_says_direction_and_never_hides_a_small_one(difference):
    words = signed(difference)
    assert words[0] == ("+" if difference > 0 else "−" if difference < 0 else "0")
    assert ("." in words) == (0 < abs(difference) < 1)
    assert abs(Fraction(words.strip("+−")) - abs(difference)) <= Fraction(1, 2)


@pytest.mark.parametrize(
    ("difference", "words"),
    [(None, "–"), (Fraction(0), "0"), (Fraction(5, 2), "+3"), (Fraction(-7, 3), "−2"), (Fraction(-1, 3), "−0.3")],
)
def test_signed_difference(difference, words):
    assert signed(difference) == words


def test_answers_that_are_others_are_listed(strategy, add_round, instrument):
    best = best_values(instrument)
    add_round(2024, SPA1=best["SPA1"], LAN1=best["LAN1"])
    question = instrument.questions["SPA1"]
    changed = [(one.question.code, one.before, one.after) for one in area(moved(strategy), "public_space").changed]
    worst = worst_values(instrument)["SPA1"]
    assert changed == [("SPA1", question.label(worst), question.label(best["SPA1"]))]


def test_areas_at_which_nothing_aimed_stand_apart_to_compare(strategy, action, add_round, better):
    add_round(2024, **better)
    found = moved(strategy)
    assert [one.indicator.code for one in found.aimed_at] == ["public_space"]
    assert area(found, "language") in found.others
    assert len(found.others) == 16
    assert found.mean_of_aimed_at == "+100"
    assert found.mean_of_others == signed(Fraction(100, 16))


def test_measure_that_bears_on_another_indicator_brings_it_among_the_areas(strategy, action, coordinator):
    make_reading(action, coordinator, subject="language")
    found = moved(strategy)
    assert {one.indicator.code for one in found.aimed_at} == {"public_space", "language"}
    assert [one.action for one in area(found, "language").aimed] == [action]


def test_action_stands_beside_with_its_milestones_and_readings(strategy, action, city, coordinator):
    make_reached(city, coordinator, action=action, process=Process.ACTION)
    make_milestone(city, coordinator, action=action, process=Process.ACTION)
    reading = make_reading(action, coordinator)
    (aimed,) = area(moved(strategy), "public_space").aimed
    assert (aimed.action, aimed.reached, aimed.milestones, aimed.is_later) == (action, 1, 2, False)
    assert [one.latest for one in aimed.outcomes] == [reading]


def test_action_that_began_after_the_last_round_is_marked(strategy, add_round):
    make_action(strategy.objectives.get(), starts_on=date(2025, 1, 1))
    add_round(2024)
    (aimed,) = area(moved(strategy), "public_space").aimed
    assert aimed.is_later


def test_before_a_later_result_the_round_before_stands_beside(strategy, add_round):
    add_round(2018)
    found = moved(strategy)
    assert (found.pair[0].year, found.pair[1].year, found.is_since) == (2018, 2021, False)


def test_one_result_alone_is_compared_with_nothing(strategy, action):
    found = moved(strategy)
    assert (found.pair, found.chart) == (None, None)
    assert area(found, "public_space").moved == "–"


def test_made_up_rounds_and_unvalidated_ones_are_left_out(strategy, base, add_round, city, edition, lead):
    add_round(2024, is_sample=True)
    reopened = add_round(2025)
    Assessment.objects.filter(pk=reopened.assessment_id).update(
        status=Status.IN_REVIEW, validated_at=None, validated_by=None
    )
    start(city, edition, lead, 2026)
    make_result(make_city("far"), edition, lead, {}, year=2023)
    assert [one.result for one in moved(strategy).rounds] == [base]


def test_superseded_result_is_not_read(strategy, base, add_round):
    later = add_round(2024)
    later.superseded_at = later.frozen_at
    later.save()
    assert [one.year for one in moved(strategy).rounds] == [2021]


def test_strategy_without_a_result_has_no_rounds(city, coordinator, assessment):
    on_draft = make_strategy(city, coordinator, assessment=assessment)
    found = moved(on_draft)
    assert (found.base, found.rounds, found.aimed_at) == (None, [], [])


# The page -------------------------------------------------------------------------------------------------------------

CLAIMS = ["because of", "thanks to", "due to", "caused", "led to", "effect of", "resulted"]


def test_page_never_says_that_an_action_did_it(strategy, action, add_round, better, viewer, sign_in):
    add_round(2024, **better)
    page = sign_in(viewer).get(here())
    words = text(page).lower()
    assert [claim for claim in CLAIMS if claim in words] == []
    assert "it cannot be said that an action did it." in words
    assert "compared: 2021, from which the strategy started, with 2024." in words


def test_page_shows_scores_difference_and_actions(strategy, action, add_round, better, viewer, sign_in):
    add_round(2024, **better)
    page = sign_in(viewer).get(here())
    words = text(page, "#public_space")
    assert "It rose: +100 points." in words
    assert "Open the courtyards Proposed · January 2022 – June 2023" in words
    assert "SPA1:" in words
    assert "2021 2024 2021 to 2024" in text(page, "#aimed")
    assert 'id="moved-title"' in page.content.decode()


def test_page_before_a_second_result_says_so_and_what_will_stand_there(strategy, action, viewer, sign_in):
    words = text(sign_in(viewer).get(here()), ".turn")
    assert "There is no result after that of 2021 yet" in words
    assert "its scores stand beside these" in words


def test_page_with_a_round_before_says_that_it_tells_nothing_of_the_strategy(strategy, add_round, viewer, sign_in):
    add_round(2018)
    words = text(sign_in(viewer).get(here()), ".turn")
    assert "what moved between these two came before the strategy, and tells nothing of it." in words


def test_page_of_a_city_without_strategy_or_result_starts_the_work(city, viewer, coordinator, assessment, sign_in):
    browser = sign_in(viewer)
    assert "There is no strategy yet" in text(browser.get(here()))
    make_strategy(city, coordinator, assessment=assessment)
    assert "There is no result to start from" in text(browser.get(here()))


def test_people_without_a_part_in_the_strategy_find_nothing(strategy, admin, network, outsider, other_expert, sign_in):
    for user in (admin, network, outsider, other_expert):
        assert [sign_in(user).get(here(name)).status_code for name in ("moved", "whatnext")] == [404, 404]
    assert not admin.may(Permission.READ_STRATEGY, strategy.city_id)


@pytest.mark.parametrize("rows", [1, 3])
def test_page_costs_the_same_for_any_number_of_actions_and_rounds(
    rows, strategy, add_round, city, coordinator, viewer, sign_in, django_assert_num_queries
):
    for number in range(rows):
        action = make_action(strategy.objectives.get(), f"Action {number}", state=ActionState.RUNNING)
        make_reached(city, coordinator, action=action, process=Process.ACTION)
        make_reading(action, coordinator)
        add_round(2024 + number)
    browser = sign_in(viewer)
    instrument_for(strategy.assessment.edition, "en")
    with django_assert_num_queries(16):
        page = browser.get(here())
    assert len(page.context["moved"].rounds) == rows + 1


# What next ------------------------------------------------------------------------------------------------------------


def test_overview_shows_milestones_and_readings_against_targets(strategy, action, city, coordinator, viewer, sign_in):
    make_reached(city, coordinator, action=action, process=Process.ACTION)
    make_reached(city, coordinator, "Mandate given")
    make_reading(action, coordinator)
    page = sign_in(viewer).get(here("whatnext"))
    assert "Courtyards open" in text(page, "#milestones")
    assert "Mandate given" in text(page, "#milestones")
    assert "Visitors (a day) Open the courtyards 100 1 June 2021 250 31 March 2023 300" in text(page, "#outcomes")
    assert "Not yet reached" in text(page, "#outcomes")


def test_overview_leads_to_the_open_round_or_says_when_it_is_due(strategy, city, edition, lead, sign_in):
    browser = sign_in(lead)
    words = text(browser.get(here("whatnext")), ".turn")
    assert "The last round of the index was in 2021. Three years later, in 2024" in words
    assert "Start the next round" in words
    draft = start(city, edition, lead, 2024)
    page = browser.get(here("whatnext"))
    assert "Testville, ICC Index 2024 is being answered" in text(page, ".turn")
    assert reverse("delivered", args=["testville", draft.pk]) in page.content.decode()


def test_only_the_lead_is_offered_to_start_a_round(strategy, viewer, sign_in):
    assert "Start the next round" not in sign_in(viewer).get(here("whatnext")).content.decode()


def test_empty_overview_leads_on(city, assessment, viewer, sign_in):
    page = sign_in(viewer).get(here("whatnext"))
    assert "Nothing to look back on yet" in text(page, ".empty")


def test_next_round_is_later_than_that_of_the_strategy_and_of_its_kind(strategy, city, edition, lead):
    draft = start(city, edition, lead, 2020)
    assert next_round(city, strategy).open is None
    Assessment.objects.filter(pk=draft.pk).update(year=2024, is_sample=True)
    assert next_round(city, strategy).open is None
    Assessment.objects.filter(pk=draft.pk).update(is_sample=False)
    assert next_round(city, strategy).open == draft


def test_strategy_to_follow_is_the_open_one_else_the_last_closed(city, coordinator):
    assert strategy_to_follow(city) is None
    closed = {"closed_by": coordinator}
    make_strategy(city, coordinator, "First", closed_at="2022-01-01T00:00Z", **closed)
    second = make_strategy(city, coordinator, "Second", closed_at="2023-01-01T00:00Z", **closed)
    assert strategy_to_follow(city) == second
    third = make_strategy(city, coordinator, "Third")
    assert strategy_to_follow(city) == third


@pytest.mark.parametrize(
    ("baseline", "target", "value", "is_reached"),
    [
        (100, 300, 300, True),
        (100, 300, 299, False),
        (50, 10, 10, True),
        (50, 10, 11, False),
        (None, 5, 6, True),
        (1, None, 2, None),
    ],
)
def test_target_is_reached_in_the_direction_that_leads_to_it(action, coordinator, baseline, target, value, is_reached):
    reading = make_reading(action, coordinator, value=value)
    reading.measure.baseline, reading.measure.target = baseline, target
    assert Outcome(reading.measure, [reading]).is_reached is is_reached


@pytest.mark.parametrize("rows", [1, 3])
def test_overview_costs_the_same_for_any_number(
    rows, strategy, city, programme, coordinator, viewer, sign_in, django_assert_num_queries
):
    for number in range(rows):
        action = make_action(strategy.objectives.get(), f"Action {number}")
        make_reached(city, coordinator, f"Reached {number}", action=action, process=Process.ACTION)
        make_reading(action, coordinator)
    browser = sign_in(viewer)
    with django_assert_num_queries(16):
        page = browser.get(here("whatnext"))
    assert (len(page.context["milestones"]), len(page.context["outcomes"])) == (rows, rows)
