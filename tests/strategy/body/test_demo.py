"""The demo's bodies: in every state, labelled, safe to build again, without mail."""

import pytest
from django.core.management import call_command
from django.utils import timezone

from cities.models import City
from epi.models import Job
from icc_index import demo as network_demo
from strategy.body.enums import MeetingState
from strategy.demo import bodies
from strategy.models import BodyMeeting, BodyTask, CoordinatingBody, Member
from tests.rows import all_rows


@pytest.fixture
def told(edition, settings) -> None:
    """The demo's cities and people with nothing but their bodies."""
    settings.EPI_DEMO_PASSWORD = "a password for the demo"
    settings.EPI_DEMO_PARTS = []
    call_command("load_cities", verbosity=0)
    network_demo.build()
    for city in City.objects.filter(slug__in=[*bodies.BODIES, "dietzenbach"]):
        bodies.tell(city)


def test_six_cities_have_a_body_in_every_state(told):
    assert set(CoordinatingBody.objects.values_list("city__slug", flat=True)) == set(bodies.BODIES)
    assert set(BodyMeeting.objects.values_list("state", flat=True)) == set(MeetingState.values)
    assert BodyMeeting.objects.filter(minutes_final_at__isnull=False).count() == 4
    states = {task.state[0] for task in BodyTask.objects.for_list()}
    assert states == {"done", "late", "wait"}
    assert BodyMeeting.objects.filter(state=MeetingState.PLANNED, starts_at__gt=timezone.now()).count() == 3
    assert Member.objects.filter(account__memberships__role="expert", account__isnull=False).exists()
    assert Member.objects.exclude(left_on=None).count() == 1


def test_all_of_it_is_labelled_as_sample(told):
    assert not CoordinatingBody.objects.filter(is_sample=False).exists()
    assert all("sample" in body.mandate.lower() or "przykład" in body.mandate.lower() for body in _bodies())


def _bodies():
    return CoordinatingBody.objects.all()


def test_telling_it_again_changes_nothing(told):
    before = all_rows()
    for city in City.objects.filter(slug__in=bodies.BODIES):
        bodies.tell(city)
    assert all_rows() == before


def test_no_mail_waits_for_members(told):
    addresses = {member.address for member in Member.objects.select_related("account")}
    assert not Job.objects.filter(payload__to__in=addresses).exists()
