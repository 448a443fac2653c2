"""The demo's strategies: in every state, labelled, made once."""

import random

import pytest
from django.core.management import call_command
from django.urls import reverse

from cities.models import City, User
from icc_index import demo as network_demo
from strategy.demo import build, strategies
from strategy.models import CityStrategy
from strategy.plan import queries
from tests.icc_index.pages import texts
from tests.rows import all_rows


@pytest.fixture
def made(edition, settings, monkeypatch) -> None:
    """The demo without answers: strategies need assessments, not their results."""
    settings.EPI_DEMO_PASSWORD = "a password for the demo"
    call_command("load_cities", verbosity=0)
    monkeypatch.setattr(network_demo, "STEPS", dict.fromkeys(network_demo.STEPS, ("answer",)))
    network_demo.build()


def test_strategies_are_in_every_state(made):
    found = queries.with_facts(CityStrategy.objects.open().select_related("city"))
    steps = {one.city.slug: "public" if one.is_published else queries.next_step(one) for one in found}
    assert set(steps) == set(strategies.PLANS)
    assert "dietzenbach" not in steps
    assert (steps["lublin"], steps["cartagena"]) == ("public", "public")
    assert (steps["riga"], steps["ravenna"]) == ("incomplete", "vision")
    assert CityStrategy.objects.filter(closed_at__isnull=False).get().city.slug == "cartagena"
    told = CityStrategy.objects.get(city__slug="lublin").narratives.values_list("language", flat=True)
    assert list(told) == ["en", "pl"]


def test_every_strategy_has_objectives_for_the_parts_that_follow(made):
    for slug, plan in strategies.PLANS.items():
        city = City.objects.get(slug=slug)
        assert [one.title for one in strategies.objectives_of(city)] == [goal.title for goal in plan.goals]
    assert strategies.objectives_of(City.objects.get(slug="dietzenbach")) == []


def test_strategies_are_made_once(made):
    before = all_rows()
    build(random.Random(1))
    assert all_rows() == before


def test_every_page_says_that_it_is_sample_data(made, sign_in):
    browser = sign_in(User.objects.get(email="coordinator@lublin.example"))
    strategy = CityStrategy.objects.get(city__slug="lublin")
    objective = strategy.objectives.all()[0]
    addresses = [
        *(reverse(name, args=["lublin"]) for name in ("strategy", "strategy_features", "strategy_public")),
        *(reverse(name, args=["lublin", strategy.pk]) for name in ("strategy_edit",)),
        *(reverse(name, args=["lublin", objective.pk]) for name in ("objective", "objective_edit", "gap_add")),
        reverse("narrative", args=["lublin", strategy.pk, "pl"]),
        f"{reverse('objective_add', args=['lublin'])}?subject=education",
    ]
    for address in addresses:
        page = browser.get(address)
        assert (page.status_code, len(texts(page, ".sample"))) == (200, 1), address
