"""The demo's part of what next: in an open round something is used, something set aside, and something waits."""

import pytest

from cities.enums import Role
from icc_index.models import Assessment, Evidence
from strategy.demo import whatnext
from strategy.models import Carried
from strategy.whatnext.proposals import proposals_for
from tests.factories import make_city, make_reached, make_user, start


@pytest.fixture
def ravenna(edition, coordinator) -> Assessment:
    """A demo city's open round, and three milestones that it reached."""
    city = make_city("ravenna")
    assessment = start(city, edition, make_user("ravenna", Role.LEAD, city))
    Assessment.objects.filter(pk=assessment.pk).update(is_sample=True)
    for title in ("Mandate given", "Members named", "Launch held"):
        make_reached(city, coordinator, title, is_sample=True)
    assessment.refresh_from_db()
    return assessment


def test_something_is_used_something_set_aside_and_something_waits(ravenna):
    whatnext.build()
    found, _without = proposals_for(ravenna)
    states = sorted("used" if one.used else "aside" if one.is_set_aside else "waits" for one in found)
    assert states == ["aside", "used", "waits"]
    assert Evidence.objects.get().answer.assessment == ravenna


def test_second_run_changes_nothing(ravenna):
    whatnext.build()
    before = list(Carried.objects.values())
    whatnext.build()
    assert list(Carried.objects.values()) == before


def test_without_anything_delivered_nothing_is_carried(assessment):
    whatnext.build()
    assert not Carried.objects.exists()
