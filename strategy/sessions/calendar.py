"""The calendar file of an invitation (RFC 5545 and 5546), which a mail program puts into the reader's calendar.

It holds no link: calendars are shared with colleagues and telephones, and a link is its own key.
"""

from datetime import UTC, date, datetime
from email.utils import parseaddr
from typing import Literal
from urllib.parse import urlsplit

from django.conf import settings
from django.utils import timezone
from icalendar import Calendar, Event, vCalAddress, vText

from epi.mail import Attachment
from strategy.sessions.models import EngagementSession

Method = Literal["REQUEST", "CANCEL"]
NAME = "invitation.ics"


def attachment(session: EngagementSession, method: Method, address: str) -> Attachment:
    """The file for one reader: REQUEST invites or tells what changed, CANCEL takes the entry away again."""
    return NAME, calendar(session, method, address).to_ical().decode(), f"text/calendar; method={method}"


def calendar(session: EngagementSession, method: Method, address: str) -> Calendar:
    """One event in the city's own time zone, which comes with its rules for summer time."""
    file = Calendar()
    file.add("prodid", "-//EPI//Engagement sessions//EN")
    file.add("version", "2.0")
    file.add("method", method)
    file.add_component(_event(session, method, address))
    file.add_missing_timezones(
        first_date=date(session.starts_at.year - 1, 1, 1), last_date=date(session.ends_at.year + 1, 12, 31)
    )
    return file


def uid_of(session: EngagementSession) -> str:
    """The name by which calendars know the session, whatever changes."""
    return f"session-{session.pk}@{urlsplit(settings.SITE_URL).hostname}"


def _event(session: EngagementSession, method: Method, address: str) -> Event:
    event = Event()
    event.add("uid", uid_of(session))
    event.add("sequence", session.calendar_sequence)
    event.add("dtstamp", timezone.now().astimezone(UTC))
    event.add("summary", session.title)
    event.add("dtstart", _in_zone(session.starts_at, session))
    event.add("dtend", _in_zone(session.ends_at, session))
    event.add("status", "CANCELLED" if method == "CANCEL" else "CONFIRMED")
    if session.place:
        event.add("location", session.place)
    if session.purpose:
        event.add("description", session.purpose)
    event.add("organizer", _organizer(session))
    event.add("attendee", _attendee(address))
    return event


def _in_zone(moment: datetime, session: EngagementSession) -> datetime:
    return moment.astimezone(session.zone)


def _organizer(session: EngagementSession) -> vCalAddress:
    """Replies go through the link in the mail, so that the address is the platform's own."""
    organizer = vCalAddress(f"mailto:{parseaddr(settings.DEFAULT_FROM_EMAIL)[1]}")
    organizer.params["CN"] = vText(session.city.name)
    return organizer


def _attendee(address: str) -> vCalAddress:
    """The reader alone: who else is invited is nobody's business."""
    attendee = vCalAddress(f"mailto:{address}")
    attendee.params["RSVP"] = vText("FALSE")
    return attendee
