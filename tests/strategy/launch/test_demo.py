"""The demo's launch events: six held, one cancelled, one to come with a waiting list; made up, and safe to repeat."""

import random

import pytest

from cities.enums import Role
from cities.models import Programme
from epi.models import Job
from icc_index.demo import PROGRAMME
from strategy.demo import launches
from strategy.models import Attendee, Feedback, Launch
from tests.factories import make_city, make_user
from tests.rows import all_rows

pytestmark = pytest.mark.django_db
COUNTRIES = dict(zip(launches.LAUNCHES, ("ES", "RO", "DE", "SE", "PL", "IT", "LV"), strict=True))


@pytest.fixture
def told() -> dict[str, list[Launch]]:
    programme = Programme.objects.create(name="EPI", slug=PROGRAMME, starts_on="2020-01-01", ends_on="2022-06-30")
    for slug, country in COUNTRIES.items():
        city = make_city(slug)
        city.country = country
        city.save()
        programme.cities.add(city)
        for role in (Role.LEAD, Role.COORDINATOR):
            make_user(f"{role}-{slug}", role, city)
    launches.build(random.Random(1))
    found: dict[str, list[Launch]] = {}
    for launch in Launch.objects.for_page().in_order():
        found.setdefault(launch.city.slug, []).append(launch)
    return found


def test_six_cities_held_theirs_in_the_summer_of_2021(told):
    held = {slug: one.event for slug, (one, *_others) in told.items() if one.event.is_over}
    assert set(held) == set(COUNTRIES) - {"dietzenbach"}
    assert {(event.starts_on.year, event.starts_on.month) for event in held.values()} == {(2021, 7), (2021, 8)}
    assert all(event.attendees.filter(attended=True).count() > 5 for event in held.values())
    assert Feedback.objects.filter(figures__answers=launches.ANSWERS, closed_at__isnull=False).count() == 6


def test_one_was_cancelled_and_held_later(told):
    held, cancelled = told["ravenna"]
    assert (held.event.is_cancelled, cancelled.event.is_cancelled) == (False, True)


def test_last_one_is_to_come_and_has_a_waiting_list(told):
    (launch,) = told["dietzenbach"]
    assert launch.takes_registrations
    counts = [
        launch.event.attendees.filter(standing=standing).count() for standing in ("coming", "waiting", "cancelled")
    ]
    assert counts == [8, 2, 1]


def test_all_is_sample_data_and_nobody_gets_mail(told):
    assert {launch.event.is_sample for found in told.values() for launch in found} == {True}
    assert {attendee.email.rpartition(".")[2] for attendee in Attendee.objects.all()} == {"example"}
    assert not Job.objects.exists()


def test_making_them_again_changes_nothing(told):
    before = all_rows()
    launches.build(random.Random(2))
    assert all_rows() == before
