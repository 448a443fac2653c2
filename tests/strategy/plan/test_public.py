"""A published strategy as everybody reads it: what is there, what is not, and in which language."""

import pytest
from django.utils import timezone

from strategy.models import CityStrategy
from strategy.plan.actions import strategy as actions
from strategy.plan.enums import ActionState
from tests.factories import make_action, make_objective, make_strategy
from tests.icc_index.pages import text, tree

HERE = "/cities/testville/strategy/"


@pytest.fixture
def strategy(city, coordinator) -> CityStrategy:
    strategy = make_strategy(city, coordinator, vision="Everybody knows where to ask.", leader="Mayor Ewa Wzór")
    strategy.narratives.create(language="pl", text="Razem w Testville.", by=coordinator)
    return strategy


@pytest.fixture
def public(strategy, lead) -> CityStrategy:
    actions.publish(strategy=strategy, by=lead)
    return strategy


def test_nothing_is_there_before_it_is_published_and_after_it_is_withdrawn(strategy, lead, sign_in):
    found = []
    for act in (lambda **_: None, actions.publish, actions.withdraw):
        act(strategy=strategy, by=lead)
        found.append(sign_in(None).get(HERE).status_code)
    assert found == [404, 200, 404]
    assert sign_in(lead).get(HERE).status_code == 404


def test_everybody_reads_what_the_city_wants_and_what_is_agreed(public, sign_in):
    objective = make_objective(public, description="Neighbours meet.")
    make_action(objective, "Open the courtyards", state=ActionState.RUNNING, description="Three of them.")
    page = sign_in(None).get(HERE)
    shown = text(page, "main")
    for said in ("Razem w Testville.", "Everybody knows where to ask.", objective.title, "Neighbours meet."):
        assert said in shown
    assert "Open the courtyards Running Three of them." in shown


@pytest.mark.parametrize("state", ActionState)
def test_action_is_shown_once_it_is_agreed_and_not_when_it_is_stopped(state, public, sign_in):
    make_action(make_objective(public), "Open the courtyards", state=state, learnt="Much.")
    is_shown = state in {ActionState.AGREED, ActionState.RUNNING, ActionState.COMPLETED}
    assert ("Open the courtyards" in text(sign_in(None).get(HERE), "main")) == is_shown


def test_no_root_cause_no_gap_and_nobodys_name_is_shown(public, coordinator, lead, sign_in):
    objective = make_objective(public, root_cause="Offices do not talk.")
    objective.gaps.create(kind="indicator", subject="education", words="Education: 10 of 100")
    shown = sign_in(None).get(HERE).content.decode()
    hidden = ["Offices do not talk.", "Education: 10 of 100", "Ewa Wzór", coordinator.name, lead.name, lead.email]
    assert [word for word in hidden if word in shown] == []
    internal = sign_in(coordinator).get(objective.get_absolute_url()).content.decode()
    assert "Offices do not talk." in internal
    assert "Education: 10 of 100" in internal


# Languages ------------------------------------------------------------------------------------------------------------
@pytest.fixture
def in_two(public, coordinator) -> CityStrategy:
    public.narratives.create(language="en", text="Together in Testville.", by=coordinator)
    return public


def told(page) -> list[tuple[str, str]]:
    sections = tree(page).xpath("//section[@lang]")
    return [(one.get("lang"), one.text_content().strip()) for one in sections]


@pytest.mark.parametrize(
    ("asked", "reader", "shown"),
    [
        ("", "en", ("en", "Together in Testville.")),
        ("", "pl", ("pl", "Razem w Testville.")),
        ("?language=pl", "en", ("pl", "Razem w Testville.")),
        ("?language=de", "en", ("en", "Together in Testville.")),
        ("?language=%00", "en", ("en", "Together in Testville.")),
    ],
)
def test_text_is_in_the_readers_language_or_in_the_one_asked_for(asked, reader, shown, in_two, sign_in):
    page = sign_in(None).get(HERE + asked, headers={"Accept-Language": reader})
    assert told(page) == [shown]
    switch = tree(page).xpath("//main//nav/a[@hreflang]")
    assert [(one.get("hreflang"), one.get("aria-current")) for one in switch] == [
        ("en", "page" if shown[0] == "en" else None),
        ("pl", "page" if shown[0] == "pl" else None),
    ]


def test_text_is_in_the_citys_language_where_the_readers_is_missing(public, coordinator, sign_in):
    public.narratives.create(language="es", text="Juntos.", by=coordinator)
    assert told(sign_in(None).get(HERE, headers={"Accept-Language": "en"})) == [("pl", "Razem w Testville.")]


def test_titles_carry_the_language_in_which_they_are_written(public, sign_in):
    make_objective(public)
    assert set(tree(sign_in(None).get(HERE)).xpath("//h1/@lang | //h3/@lang")) == {"pl"}
    CityStrategy.objects.update(language="en")
    assert set(tree(sign_in(None).get(HERE)).xpath("//h1/@lang | //h3/@lang")) == {"en"}


# Which one, and where it is found -------------------------------------------------------------------------------------
def test_earlier_public_one_stays_public_until_the_next_is(public, city, coordinator, lead, sign_in):
    actions.close(strategy=public, by=lead)
    later = make_strategy(city, coordinator, "Next", starts_on="2025-01-01", ends_on="2028-12-31")
    assert text(sign_in(None).get(HERE), "h1") == "Living together"
    actions.write_narrative(strategy=later, language="pl", text="Dalej.", base_version=0, by=coordinator)
    actions.publish(strategy=later, by=lead)
    assert text(sign_in(None).get(HERE), "h1") == "Next"


def test_page_of_the_city_leads_to_it_once_it_is_public(strategy, lead, sign_in):
    browser = sign_in(None)
    assert HERE not in browser.get("/cities/testville/").content.decode()
    actions.publish(strategy=strategy, by=lead)
    links = tree(browser.get("/cities/testville/")).xpath(f"//a[@href='{HERE}']/text()")
    assert links == ["City Integration Strategy: Living together"]


def test_made_up_strategy_says_so(public, sign_in):
    assert tree(sign_in(None).get(HERE)).xpath("//aside[@class='sample']") == []
    CityStrategy.objects.update(is_sample=True)
    assert len(tree(sign_in(None).get(HERE)).xpath("//aside[@class='sample']")) == 1


def test_public_row_without_a_text_is_still_a_page(city, coordinator, sign_in):
    make_strategy(city, coordinator, published_at=timezone.now(), published_by=coordinator)
    assert sign_in(None).get(HERE).status_code == 200


@pytest.mark.parametrize("rows", [1, 3])
def test_page_costs_the_same(rows, public, sign_in, django_assert_num_queries):
    for number in range(rows):
        make_action(make_objective(public, f"Objective {number}"), state=ActionState.AGREED)
    browser = sign_in(None)
    browser.get(HERE)
    with django_assert_num_queries(5):
        browser.get(HERE)
