"""The demo's milestones: the template over seven cities, every light somewhere, marked as sample data, repeatable."""

import random
from collections import Counter

import pytest
from django.core.management import call_command
from django.urls import reverse

from cities.models import User
from epi.models import Job
from icc_index import demo as network_demo
from icc_index.models import Edition
from strategy.demo import milestones as demo
from strategy.milestones import queries
from strategy.milestones.enums import Light, MilestoneState
from strategy.models import Milestone, MilestoneTemplate
from tests.rows import all_rows


@pytest.fixture
def built(edition: Edition, monkeypatch) -> list[queries.Judged]:
    """The demo's milestones with the network's accounts, without its assessments, which take long."""
    monkeypatch.setattr(network_demo._Story, "tell", lambda story: None)
    call_command("load_cities", verbosity=0)
    network_demo.build()
    demo.build(random.Random(1))
    return queries.judged(Milestone.objects.all())


def test_every_city_has_all_of_the_template_marked_as_sample_data(built):
    by_city = Counter(row.milestone.city_id for row in built if row.milestone.template_id)
    assert set(by_city.values()) == {MilestoneTemplate.objects.count()}
    assert len(by_city) == 7
    assert all(row.milestone.is_sample for row in built)


def test_every_light_is_somewhere_and_one_was_dropped(built):
    assert {row.light for row in built} == set(Light)
    assert [row.milestone.city.slug for row in built if row.milestone.state == MilestoneState.DROPPED] == ["linkoping"]


def test_dates_moved_up_to_three_times_with_a_reason_each(built):
    assert max(row.moved for row in built) == 3
    for row in built:
        reasons = list(row.milestone.promises.values_list("reason", flat=True))
        assert reasons[0] == ""
        assert all(reasons[1:])


def test_reached_ones_have_their_proof_and_were_reached_near_the_promised_day(built):
    reached = [row.milestone for row in built if row.milestone.state == MilestoneState.REACHED]
    assert all(one.proof and abs((one.reached_on - one.due_on).days) <= 6 for one in reached)
    assert all(one.moves.get().at.date() == one.reached_on for one in reached if one.template_id)


def test_promises_of_the_template_were_given_in_2021(built):
    first = {row.milestone.promises.all()[0].at.date() for row in built if row.milestone.template_id}
    assert first == {demo.LAID_OUT}


def test_building_again_changes_nothing_and_nobody_gets_mail(built):
    before = all_rows()
    demo.build(random.Random(1))
    assert all_rows() == before
    assert not Job.objects.filter(kind="mail").exists()


def test_pages_of_the_demo_say_that_it_is_sample_data(built, sign_in):
    coordinator = User.objects.get(email="coordinator@lublin.example")
    for name in ("milestones", "timeline"):
        assert sign_in(coordinator).get(reverse(name, args=["lublin"])).context["sample_data"]
