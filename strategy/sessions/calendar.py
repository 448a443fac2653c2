"""A session as an entry in the calendars of those invited."""

from epi.mail import Attachment
from strategy import calendar
from strategy.calendar import Entry, Method
from strategy.sessions.models import EngagementSession


def attachment(session: EngagementSession, method: Method, address: str) -> Attachment:
    """The file for one reader."""
    return calendar.attachment(_entry_of(session), method, address)


def uid_of(session: EngagementSession) -> str:
    return calendar.uid("session", session.pk)


def _entry_of(session: EngagementSession) -> Entry:
    return Entry(
        uid=uid_of(session),
        sequence=session.calendar_sequence,
        title=session.title,
        starts_at=session.starts_at,
        ends_at=session.ends_at,
        zone=session.zone,
        organizer=session.city.name,
        place=session.place,
        description=session.purpose,
    )
