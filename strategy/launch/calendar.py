"""A launch event as an entry in calendars: of those who come, and of whoever takes it from the public page."""

from django.conf import settings

from epi.mail import Attachment
from strategy import calendar
from strategy.calendar import Entry, Method
from strategy.launch.models import Launch


def attachment(launch: Launch, method: Method, address: str) -> Attachment:
    """The file for one reader."""
    return calendar.attachment(_entry_of(launch), method, address)


def file(launch: Launch) -> bytes:
    """For everybody."""
    return calendar.file(_entry_of(launch), "PUBLISH").to_ical()


def _entry_of(launch: Launch) -> Entry:
    """On several days, an entry of each: the hours are those of every day."""
    event = launch.event
    return Entry(
        uid=calendar.uid("launch", launch.pk),
        sequence=launch.calendar_sequence,
        title=event.title,
        starts_at=launch.starts_at,
        ends_at=launch.first_ends_at,
        zone=launch.zone,
        organizer=launch.city.name,
        place=event.place,
        description=event.summary,
        days=len(event.days),
        address=settings.SITE_URL + launch.get_absolute_url(),
    )
