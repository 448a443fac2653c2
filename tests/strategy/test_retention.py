"""Persons whose time is over, and mail that failed long ago, are forgotten by a task that is safe to repeat."""

from datetime import timedelta

import pytest
from celery import current_app
from django.conf import settings
from django.utils import timezone

from cities.enums import Role
from epi import mail
from epi.models import Event, Job, JobState
from strategy import tasks
from strategy.consent import actions
from strategy.models import Contact, EngagementSession, Participant, ParticipantLink, Withdrawal
from strategy.stakeholders.enums import ForgottenBecause
from tests.factories import make_city, make_contact, make_stakeholder, make_user
from tests.rows import all_rows

TODAY = timezone.localdate()
YESTERDAY = TODAY - timedelta(days=1)


@pytest.fixture
def expired(stakeholder):
    return make_contact(stakeholder, "Anna Nowak", keep_until=YESTERDAY)


def test_person_whose_time_is_over_is_forgotten_with_links_mail_and_name(expired, session):
    place = Participant.objects.create(session=session, contact=expired, attended=True)
    ParticipantLink.issue(participant=place, expires_at=timezone.now() + timedelta(days=1))
    EngagementSession.objects.update(minutes="Anna Nowak spoke.")
    Job.objects.create(kind=mail.DELIVERY, payload={"to": expired.email})
    tasks.forget_persons()
    expired.refresh_from_db()
    assert (expired.name, expired.email, expired.forgotten_because) == ("", "", ForgottenBecause.RETENTION)
    assert EngagementSession.objects.get().minutes == "[name removed] spoke."
    assert ParticipantLink.objects.working().count() == 0
    assert Job.objects.count() == 0
    assert Participant.objects.get().attended


def test_last_day_is_still_theirs(stakeholder):
    make_contact(stakeholder, keep_until=TODAY)
    before = all_rows()
    assert actions.forget_expired() == 0
    assert all_rows() == before


def test_one_event_a_city_tells_how_many(stakeholder, expired):
    other = make_contact(stakeholder, "Jan Lis", keep_until=YESTERDAY)
    elsewhere = make_city("elsewhere")
    neighbour = make_user("neighbour", Role.COORDINATOR, elsewhere)
    third = make_contact(make_stakeholder(elsewhere, neighbour), "Ewa Kos", keep_until=YESTERDAY)
    assert actions.forget_expired() == 3
    events = Event.objects.filter(kind="contacts.forgotten").order_by("pk")
    assert [(event.by, event.subject_label, event.detail) for event in events] == [
        (None, "Testville", {"number": 2, "contacts": [expired.pk, other.pk], "reason": "retention"}),
        (None, "Elsewhere", {"number": 1, "contacts": [third.pk], "reason": "retention"}),
    ]


def test_second_run_changes_nothing(expired, session):
    EngagementSession.objects.update(minutes="Anna Nowak spoke.")
    tasks.forget_persons()
    before = all_rows()
    tasks.forget_persons()
    assert all_rows() == before


def test_who_ran_out_of_time_may_come_back_without_more_ado(expired):
    tasks.forget_persons()
    assert Withdrawal.objects.count() == 0


def test_who_agreed_for_longer_elsewhere_in_the_city_keeps_name_and_mail(expired, city, coordinator, session):
    make_contact(make_stakeholder(city, coordinator, "Chamber"), "Anna Nowak", email=expired.email.upper())
    EngagementSession.objects.update(minutes="Anna Nowak spoke.")
    Job.objects.create(kind=mail.DELIVERY, payload={"to": expired.email})
    tasks.forget_persons()
    assert [contact.stakeholder.name for contact in Contact.objects.known()] == ["Chamber"]
    assert EngagementSession.objects.get().minutes == "Anna Nowak spoke."
    assert Job.objects.count() == 1


@pytest.mark.parametrize("people", [1, 30])
def test_cost_does_not_grow_with_the_number_of_people(people, stakeholder, session, django_assert_max_num_queries):
    for number in range(people):
        make_contact(stakeholder, f"Anna Nowak{number}", keep_until=YESTERDAY)
    EngagementSession.objects.update(minutes="Anna Nowak0 spoke.")
    with django_assert_max_num_queries(46):
        assert actions.forget_expired() == people
    assert EngagementSession.objects.get().minutes == "[name removed] spoke."


def test_mail_that_failed_long_ago_is_emptied_and_other_mail_is_not(db):
    long_ago, lately = (timezone.now() - timedelta(days=days) for days in (31, 29))
    payload = {"to": "anna@example.org", "text": "Dear Anna"}
    given = {"kind": mail.DELIVERY, "payload": payload, "state": JobState.FAILED, "error": "anna@example.org refused"}
    old, new, report = (
        Job.objects.create(**{**given, "finished_at": at, "kind": kind})
        for at, kind in ((long_ago, mail.DELIVERY), (lately, mail.DELIVERY), (long_ago, "icc_index.reports.render"))
    )
    waiting = Job.objects.create(kind=mail.DELIVERY, payload=payload)
    tasks.forget_persons()
    left = {job.pk: (job.payload, job.error) for job in Job.objects.all()}
    kept = (payload, "anna@example.org refused")
    assert left == {old.pk: ({}, ""), new.pk: kept, report.pk: kept, waiting.pk: (payload, "")}


def test_task_is_scheduled_every_hour():
    entry = settings.CELERY_BEAT_SCHEDULE["forget-persons"]
    current_app.loader.import_default_modules()
    assert entry == {"task": tasks.forget_persons.name, "schedule": 3600.0}
    assert entry["task"] in current_app.tasks
