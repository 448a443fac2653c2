"""The calendar file: what a mail program makes of it, over the change to summer time too."""

from datetime import UTC, datetime, timedelta
from email import message_from_bytes, policy

import icalendar
import pytest
from django.core import mail as outbox

from cities.models import City
from epi import jobs
from epi.models import Job
from strategy.models import EngagementSession
from strategy.sessions.actions import inviting
from strategy.sessions.calendar import attachment, uid_of
from tests.factories import make_contact


def event_in(text):
    calendar = icalendar.Calendar.from_ical(text)
    (event,) = calendar.walk("VEVENT")
    return calendar, event


def at(session, begins, hours=2, zone=""):
    EngagementSession.objects.filter(pk=session.pk).update(starts_at=begins, ends_at=begins + timedelta(hours=hours))
    City.objects.filter(pk=session.city_id).update(time_zone=zone)
    return EngagementSession.objects.for_list().get(pk=session.pk)


def test_file_says_what_when_and_where_and_names_nobody_else(coming):
    name, text, kind = attachment(coming, "REQUEST", "anna@example.org")
    calendar, event = event_in(text)
    assert (name, kind) == ("invitation.ics", "text/calendar; method=REQUEST")
    assert (calendar["METHOD"], event["STATUS"], event["SEQUENCE"]) == ("REQUEST", "CONFIRMED", 0)
    assert (event["SUMMARY"], event["LOCATION"], event["UID"]) == ("To come", "Town hall", uid_of(coming))
    assert event["ATTENDEE"] == "mailto:anna@example.org"
    assert event["ORGANIZER"] == "mailto:no-reply@localhost"
    assert "http" not in text


@pytest.mark.parametrize(
    ("begins", "zone", "local", "offset"),
    [
        # The clocks went forward in the night to 28 March 2021, and back in that to 31 October.
        (datetime(2021, 3, 27, 14, tzinfo=UTC), "", "2021-03-27 15:00", 1),
        (datetime(2021, 3, 28, 13, tzinfo=UTC), "", "2021-03-28 15:00", 2),
        (datetime(2021, 10, 30, 13, tzinfo=UTC), "", "2021-10-30 15:00", 2),
        (datetime(2021, 10, 31, 14, tzinfo=UTC), "", "2021-10-31 15:00", 1),
        (datetime(2021, 3, 28, 12, tzinfo=UTC), "Europe/Riga", "2021-03-28 15:00", 3),
        (datetime(2090, 7, 1, 13, tzinfo=UTC), "", "2090-07-01 15:00", 2),
    ],
)
def test_time_is_right_on_both_sides_of_the_change_to_summer_time(begins, zone, local, offset, coming):
    session = at(coming, begins, zone=zone)
    calendar, event = event_in(attachment(session, "REQUEST", "anna@example.org")[1])
    start = event["DTSTART"].dt
    assert start.strftime("%Y-%m-%d %H:%M") == local
    assert (start, event["DTEND"].dt) == (session.starts_at, session.ends_at)
    assert event["DTSTART"].params["TZID"] == (zone or "Europe/Brussels")
    (rules,) = calendar.walk("VTIMEZONE")
    assert rules.to_tz().utcoffset(start.replace(tzinfo=None)) == timedelta(hours=offset)


def test_open_day_over_the_change_ends_when_it_says(coming):
    session = at(coming, datetime(2021, 3, 27, 9, tzinfo=UTC), hours=31)
    _calendar, event = event_in(attachment(session, "REQUEST", "anna@example.org")[1])
    assert event["DTEND"].dt.strftime("%Y-%m-%d %H:%M") == "2021-03-28 18:00"


def test_cancellation_is_about_the_same_entry(coming):
    coming.calendar_sequence = 3
    calendar, event = event_in(attachment(coming, "CANCEL", "anna@example.org")[1])
    assert (calendar["METHOD"], event["STATUS"], event["SEQUENCE"]) == ("CANCEL", "CANCELLED", 3)
    assert event["UID"] == uid_of(coming)


def test_letters_of_every_language_survive(coming):
    coming.title, coming.place = "Zażółć; gęślą, jaźń", "Sala 1\nParter"
    _calendar, event = event_in(attachment(coming, "REQUEST", "anna@example.org")[1])
    assert (event["SUMMARY"], event["LOCATION"]) == ("Zażółć; gęślą, jaźń", "Sala 1\nParter")


def test_mail_carries_the_file_so_that_mail_programs_offer_to_accept(coming, stakeholder, coordinator):
    contact = make_contact(stakeholder, "Anna Nowak")
    inviting.add_participants(session=coming, contacts=[contact], by=coordinator)
    inviting.invite(session=coming, by=coordinator)
    jobs.run(Job.objects.get().pk)
    (message,) = outbox.outbox
    parsed = message_from_bytes(message.message().as_bytes(), policy=policy.default)
    (part,) = [one for one in parsed.walk() if one.get_content_type() == "text/calendar"]
    assert (part.get_param("method"), part.get_filename()) == ("REQUEST", "invitation.ics")
    _calendar, event = event_in(part.get_content())
    assert event["UID"] == uid_of(coming)
