"""A meeting as an entry in the members' calendars."""

from epi.mail import Attachment
from strategy import calendar
from strategy.body.models import BodyMeeting
from strategy.calendar import Entry, Method


def attachment(meeting: BodyMeeting, method: Method, address: str) -> Attachment:
    """The file for one reader."""
    return calendar.attachment(_entry_of(meeting), method, address)


def uid_of(meeting: BodyMeeting) -> str:
    return calendar.uid("body-meeting", meeting.pk)


def _entry_of(meeting: BodyMeeting) -> Entry:
    return Entry(
        uid=uid_of(meeting),
        sequence=meeting.calendar_sequence,
        title=f"{meeting.body}: {meeting}",
        starts_at=meeting.starts_at,
        ends_at=meeting.ends_at,
        zone=meeting.zone,
        organizer=meeting.body.city.name,
        place=meeting.place,
        description="\n".join(f"{number}. {item}" for number, item in enumerate(meeting.items.all(), 1)),
    )
