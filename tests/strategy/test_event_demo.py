"""The demo's events: real cities and partners, made-up people, marked as sample data, safe to make again."""

import random

import pytest
from django.core.management import call_command
from django.urls import reverse

from cities.models import Organisation, User
from epi.models import Job
from icc_index import demo as network_demo
from icc_index.models import Edition
from strategy.demo import launches
from strategy.events import demo
from strategy.events.enums import Capacity
from strategy.models import Attendee, CityTask, Conclusion, Feedback, FeedbackAnswer, ProgrammeEvent
from tests.icc_index.pages import texts
from tests.rows import all_rows


@pytest.fixture
def built(edition: Edition, monkeypatch) -> list[ProgrammeEvent]:
    """The demo's events, with the network's accounts; without assessments, which take long, and launch events."""
    monkeypatch.setattr(network_demo._Story, "tell", lambda story: None)
    monkeypatch.setattr(launches, "build", lambda chance: None)
    call_command("load_cities", verbosity=0)
    network_demo.build()
    demo.build(random.Random(1))
    return list(ProgrammeEvent.objects.order_by("starts_on"))


def test_workshop_is_the_one_of_february_2020(built):
    workshop = built[0]
    assert (str(workshop.starts_on), str(workshop.ends_on), workshop.place) == (
        "2020-02-04",
        "2020-02-06",
        "Cluj-Napoca",
    )
    assert workshop.agenda.count() == len(demo.AGENDA)
    assert workshop.attendees.values("city").exclude(city=None).distinct().count() == 7
    assert workshop.attendees.values("organisation").exclude(organisation=None).distinct().count() == 6
    assert workshop.attendees.filter(capacity=Capacity.TRAINER).count() == 2
    assert workshop.attendees.filter(attended=False).count() == 2
    assert workshop.materials.values("language").distinct().count() == 8


def test_every_city_took_tasks_home_and_some_are_done(built):
    rows = CityTask.objects.all()
    assert rows.count() == 7 * len(demo.TASKS)
    assert 0 < rows.exclude(done_at=None).count() < rows.count()


def test_feedback_is_closed_with_figures(built):
    feedback = Feedback.objects.get()
    assert feedback.figures["answers"] == 21
    assert not FeedbackAnswer.objects.exists()


def test_meeting_of_july_has_experts_and_conclusions(built):
    meeting = built[1]
    assert (meeting.starts_on.year, meeting.starts_on.month, meeting.is_exchange_meeting) == (2020, 7, True)
    accounts = set(meeting.attendees.filter(capacity=Capacity.EXPERT).values_list("account__email", flat=True))
    assert accounts == set(network_demo.EXPERTS)
    assert Conclusion.objects.count() == len(demo.CONCLUSIONS)
    assert [one.named_cities for one in Conclusion.objects.order_by("pk")][2]


def test_all_of_it_is_sample_data_and_says_so_on_every_page(built, sign_in):
    assert all(event.is_sample for event in built)
    browser = sign_in(User.objects.get(email="lead@lublin.example"))
    for event in built:
        names = ("event", "event_people", "event_tasks", "event_feedback")
        pages = [reverse(name, args=[event.programme.slug, event.pk]) for name in names]
        for page in [*pages, reverse("events", args=[event.programme.slug])]:
            assert len(texts(browser.get(page), ".sample")) == 1


def test_names_are_made_up_and_addresses_lead_nowhere(built):
    assert {attendee.email.rpartition(".")[2] for attendee in Attendee.objects.all()} == {"example"}
    assert len({(one.event_id, one.name) for one in Attendee.objects.all()}) == Attendee.objects.count()
    assert {one.organisation.name for one in Attendee.objects.exclude(organisation=None)} == set(
        Organisation.objects.values_list("name", flat=True)
    )


def test_making_it_again_changes_nothing_and_mails_nobody(built):
    before = all_rows()
    demo.build(random.Random(2))
    assert all_rows() == before
    assert list(Job.objects.values_list("kind", "payload")) == []
