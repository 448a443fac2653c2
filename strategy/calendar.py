"""Calendar files (RFC 5545 and 5546), which a mail program puts into the reader's calendar.

They hold no secret link: calendars are shared with colleagues and telephones, and such a link is its own key.
"""

from dataclasses import dataclass
from datetime import UTC, date, datetime
from email.utils import parseaddr
from typing import Literal
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo

from django.conf import settings
from django.utils import timezone
from icalendar import Calendar, Event, vCalAddress, vText

from epi.mail import Attachment

# REQUEST invites or tells what changed, CANCEL takes the entry away again, PUBLISH is for whoever wants it.
Method = Literal["REQUEST", "CANCEL", "PUBLISH"]
NAME = "invitation.ics"


@dataclass(frozen=True)
class Entry:
    """What stands in a calendar. Times are aware; on several `days` they are those of each, `starts_at` on the first.

    `uid` is the name by which calendars know the entry, whatever changes; `sequence` grows with each change.
    """

    uid: str
    sequence: int
    title: str
    starts_at: datetime
    ends_at: datetime
    zone: ZoneInfo
    organizer: str
    place: str = ""
    description: str = ""
    days: int = 1
    address: str = ""  # a public page


def uid(kind: str, number: int) -> str:
    return f"{kind}-{number}@{urlsplit(settings.SITE_URL).hostname}"


def attachment(entry: Entry, method: Method, reader: str) -> Attachment:
    """The file for one reader, whose address it holds."""
    return NAME, file(entry, method, reader).to_ical().decode(), f"text/calendar; method={method}"


def file(entry: Entry, method: Method, reader: str = "") -> Calendar:
    """One entry in the city's own time zone, which comes with its rules for summer time."""
    calendar = Calendar()
    calendar.add("prodid", "-//EPI//EN")
    calendar.add("version", "2.0")
    calendar.add("method", method)
    calendar.add_component(_event(entry, method, reader))
    calendar.add_missing_timezones(
        first_date=date(entry.starts_at.year - 1, 1, 1), last_date=date(entry.ends_at.year + 1, 12, 31)
    )
    return calendar


def _event(entry: Entry, method: Method, reader: str) -> Event:
    event = Event()
    event.add("uid", entry.uid)
    event.add("sequence", entry.sequence)
    event.add("dtstamp", timezone.now().astimezone(UTC))
    event.add("summary", entry.title)
    event.add("dtstart", entry.starts_at.astimezone(entry.zone))
    event.add("dtend", entry.ends_at.astimezone(entry.zone))
    if entry.days > 1:
        event.add("rrule", {"freq": "daily", "count": entry.days})
    event.add("status", "CANCELLED" if method == "CANCEL" else "CONFIRMED")
    for name, text in (("location", entry.place), ("description", entry.description), ("url", entry.address)):
        if text:
            event.add(name, text)
    event.add("organizer", _organizer(entry))
    if reader:
        event.add("attendee", _attendee(reader))
    return event


def _organizer(entry: Entry) -> vCalAddress:
    """Replies go through the link in the mail, so that the address is the platform's own."""
    organizer = vCalAddress(f"mailto:{parseaddr(settings.DEFAULT_FROM_EMAIL)[1]}")
    organizer.params["CN"] = vText(entry.organizer)
    return organizer


def _attendee(address: str) -> vCalAddress:
    """The reader alone: who else is invited is nobody's business."""
    attendee = vCalAddress(f"mailto:{address}")
    attendee.params["RSVP"] = vText("FALSE")
    return attendee
