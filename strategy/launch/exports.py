"""Who registered, as a table for the day of the event."""

from collections.abc import Iterable, Iterator

from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from epi import spreadsheets
from strategy.launch.models import Launch, Registration


def table(launch: Launch, registrations: Iterable[Registration], kind: str) -> bytes:
    """A file of `kind` ("csv" or "xlsx"): one row a person, whose data may still be kept."""
    return spreadsheets.write(_rows(launch, registrations), kind)


def _rows(launch: Launch, registrations: Iterable[Registration]) -> Iterator[list[str]]:
    yield [
        pgettext("of a person", "Name"),
        _("Comes for"),
        _("E-mail address"),
        _("Language"),
        _("State"),
        _("Registered"),
        _("Was there"),
    ]
    for one in registrations:
        person = one.attendee
        at = date_format(timezone.localtime(one.at, launch.zone), "Y-m-d H:i")
        known = [person.represents, person.email, person.language_wanted] if person.is_known else [""] * 3
        there = pgettext("was there", "yes") if person.attended else ""
        yield [str(person), *known, person.get_standing_display(), at, there]
