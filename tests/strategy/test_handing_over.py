"""What points to an entry of the register follows it into another one, whatever the relation is called."""

from datetime import date, time

import pytest
from django.utils import timezone

from epi.errors import CannotBeDone
from strategy.events.enums import EventKind
from strategy.launch.models import Launch, LaunchInvitation
from strategy.models import CoDesign
from strategy.stakeholders.actions import register
from tests.factories import make_action, make_contact, make_event, make_objective, make_stakeholder, make_strategy


@pytest.fixture
def twin(city, coordinator):
    return make_stakeholder(city, coordinator, "Open House e. V.")


@pytest.fixture
def action(city, coordinator):
    return make_action(make_objective(make_strategy(city, coordinator)))


@pytest.fixture
def codesign(action, coordinator):
    facts = {"held_on": date(2021, 9, 1), "form": "workshop", "outcome": "Later opening hours."}
    return CoDesign.objects.create(action=action, by=coordinator, **facts)


def test_merged_organisation_stays_co_designer_and_in_the_records(action, codesign, stakeholder, twin, coordinator):
    other = make_stakeholder(action.strategy.city, coordinator, "Sports club")
    action.designers.set([stakeholder, other])
    codesign.stakeholders.set([stakeholder, other])
    register.merge(stakeholder=stakeholder, into=twin, by=coordinator)
    assert set(action.designers.all()) == {twin, other}
    assert set(codesign.stakeholders.all()) == {twin, other}


def test_two_that_designed_together_are_one_co_designer(action, codesign, stakeholder, twin, coordinator):
    action.designers.set([stakeholder, twin])
    codesign.stakeholders.set([stakeholder, twin])
    register.merge(stakeholder=stakeholder, into=twin, by=coordinator)
    assert (list(action.designers.all()), list(codesign.stakeholders.all())) == ([twin], [twin])


def test_organisation_that_took_part_in_co_design_is_not_removed(codesign, stakeholder, coordinator):
    codesign.stakeholders.add(stakeholder)
    with pytest.raises(CannotBeDone, match="Other entries of the city rest on it"):
        register.remove(stakeholder=stakeholder, by=coordinator)


def test_person_invited_twice_to_a_launch_event_is_invited_once(stakeholder, twin, programme, network, coordinator):
    event = make_event(programme, network, city=stakeholder.city, kind=EventKind.LAUNCH)
    day = date(2021, 7, 1)
    launch = Launch.objects.create(event=event, begins=time(10), ends=time(12), register_until=day)
    for organisation in (stakeholder, twin):
        contact = make_contact(organisation, email="anna@example.org")
        LaunchInvitation.issue(launch=launch, contact=contact, expires_at=timezone.now())
    register.merge(stakeholder=stakeholder, into=twin, by=coordinator)
    assert [row.contact for row in LaunchInvitation.objects.all()] == [twin.contacts.get()]
