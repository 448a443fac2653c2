"""Making the demo of engagement: repeatable, a chance of its own for each part, all or nothing."""

import random

import pytest
from django.core.management import call_command
from django.test import Client

from cities.models import User
from icc_index import demo as network_demo
from icc_index.models import Assessment
from strategy.models import (
    ChosenArea,
    Contact,
    EngagementSession,
    Note,
    Rating,
    RatingRound,
    Stakeholder,
    Withdrawal,
)
from tests.icc_index.pages import texts


@pytest.fixture
def loaded(edition, settings) -> None:
    settings.EPI_DEMO_PASSWORD = "a password for the demo"
    call_command("load_cities", verbosity=0)


@pytest.fixture
def answered(loaded, monkeypatch) -> None:
    """The demo with answers, but without the experts' work on them, which takes long."""
    monkeypatch.setattr(network_demo, "STEPS", dict.fromkeys(network_demo.STEPS, ("answer",)))
    network_demo.build()


def test_same_seed_makes_the_same_and_another_seed_something_else(answered):
    def made_up() -> list[list[tuple]]:
        return [
            list(Contact.objects.order_by("pk").values_list("name", "email", "language", "keep_until")),
            list(Note.objects.order_by("pk").values_list("text", "key")),
            list(Rating.objects.order_by("pk").values_list("subject", "sector", "practice", "importance")),
        ]

    def anew(seed: int) -> list[list[tuple]]:
        for model in (RatingRound, ChosenArea, EngagementSession, Stakeholder, Withdrawal):
            model.objects.all().delete()
        network_demo.build(seed=seed)
        return made_up()

    first = made_up()
    assert anew(1) == first
    assert anew(2) != first


def test_without_assessments_there_are_stakeholders_and_no_sessions(loaded, monkeypatch):
    monkeypatch.setattr(network_demo._Story, "tell", lambda story: None)
    network_demo.build()
    assert Stakeholder.objects.exists()
    assert not EngagementSession.objects.exists()


def test_parts_of_the_demo_get_a_chance_of_their_own_by_the_seed(loaded, settings, monkeypatch):
    drawn = []
    monkeypatch.setattr(network_demo._Story, "tell", lambda story: None)
    monkeypatch.setattr("strategy.demo.build", lambda chance: drawn.append(chance.random()))
    for seed in (1, 1, 2):
        network_demo.build(seed=seed)
    assert drawn[0] == drawn[1] != drawn[2]
    settings.EPI_DEMO_PARTS = []
    network_demo.build()
    assert len(drawn) == 3


def test_faulty_part_leaves_nothing(loaded, monkeypatch):
    def faulty(chance: random.Random) -> None:
        raise RuntimeError("faulty")

    monkeypatch.setattr(network_demo._Story, "tell", lambda story: None)
    monkeypatch.setattr("strategy.demo.build", faulty)
    with pytest.raises(RuntimeError):
        network_demo.build()
    assert not User.objects.exists()


def assert_labelled(browser: Client, address: str) -> None:
    page = browser.get(address, headers={"Accept-Language": "en"})
    assert page.status_code == 200, address
    assert len(texts(page, ".sample")) == 1, address


def test_expert_meets_the_contradiction_in_the_queue_and_on_the_desk(loaded, sign_in):
    """With the experts' work, which takes long: all that needs it in one test."""
    network_demo.build()
    assessment = Assessment.objects.get(city__slug="cartagena", year=network_demo.YEAR)
    browser = sign_in(User.objects.get(email="expert@coe.example"))
    queue = browser.get("/review/", headers={"Accept-Language": "en"})
    (line,) = [line for line in queue.context["queue"] if line.assessment == assessment]
    assert line.contradicted == 2
    for address in (
        "/review/",
        f"/assessments/{assessment.pk}/review/",
        f"/assessments/{assessment.pk}/review/area/mediation_conflict_resolution/",
        f"/assessments/{assessment.pk}/voices/",
    ):
        assert_labelled(browser, address)
    assert "met once, two years ago" in browser.get(address).content.decode()
    for programme in ("", f"?programme={network_demo.PROGRAMME}"):
        assert_labelled(sign_in(User.objects.get(email="network@epi.example")), f"/trends/{programme}")
