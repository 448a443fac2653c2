"""What an exchange meeting leaves: notes, and the conclusions that experts draw."""

from collections.abc import Collection

from django.db import transaction
from django.utils.translation import gettext as _

from cities.models import City, User
from epi import audit
from epi.errors import CannotBeDone, Conflict
from strategy.access import still_there
from strategy.events import rules
from strategy.events.actions._common import change, lock
from strategy.events.models import Conclusion, ProgrammeEvent
from strategy.events.queries import instrument_of


@transaction.atomic
def take_notes(*, event: ProgrammeEvent, text: str, base_version: int, by: User) -> None:
    """Save the meeting's notes. Raises Conflict when somebody saved others in between."""
    event = lock(event)
    rules.check_can_take_notes(by, event)
    if event.notes_version != base_version:
        raise Conflict(event)
    event.notes, event.notes_version = text.strip(), event.notes_version + 1
    event.save(update_fields=["notes", "notes_version"])
    audit.record("programme_event.notes_saved", event, by=by, version=event.notes_version)


@transaction.atomic
def conclude(*, event: ProgrammeEvent, subject: str, text: str, cities: Collection[City], by: User) -> Conclusion:
    """Draw a conclusion on an indicator, or (`subject=""`) on the whole; for `cities`, or without any for all."""
    event = lock(event)
    rules.check_can_conclude(by, event)
    _check(event, subject, text, cities)
    conclusion = Conclusion.objects.create(event=event, subject=subject, text=text.strip(), by=by)
    conclusion.cities.set(cities)
    audit.record("conclusion.added", conclusion, by=by, event=event.pk, about=subject)
    return conclusion


@transaction.atomic
def change_conclusion(
    *, conclusion: Conclusion, subject: str, text: str, cities: Collection[City], base_version: int, by: User
) -> None:
    """Put a conclusion in other words, whoever drew it. Raises Conflict. The record keeps what stood there before."""
    event = lock(conclusion.event)
    rules.check_can_conclude(by, event)
    _check(event, subject, text, cities)
    conclusion = still_there(event.conclusions.all(), conclusion.pk)
    before = conclusion.text
    change(conclusion, base_version=base_version, subject=subject, text=text.strip(), by=by)
    conclusion.cities.set(cities)
    audit.record("conclusion.changed", conclusion, by=by, event=event.pk, about=subject, before=before)


@transaction.atomic
def withdraw_conclusion(*, conclusion: Conclusion, by: User) -> None:
    """Take a conclusion back; the record keeps what it said."""
    event = lock(conclusion.event)
    rules.check_can_conclude(by, event)
    audit.record("conclusion.withdrawn", conclusion, by=by, event=event.pk, before=conclusion.text)
    event.conclusions.filter(pk=conclusion.pk).delete()


def _check(event: ProgrammeEvent, subject: str, text: str, cities: Collection[City]) -> None:
    if not text.strip():
        raise CannotBeDone(_("Write what you conclude."))
    instrument = instrument_of(event.programme)
    if subject and (instrument is None or subject not in instrument.by_code):
        raise CannotBeDone(_("There is no such indicator."))
    if event.programme.cities.filter(pk__in=[city.pk for city in cities]).count() != len(cities):
        raise CannotBeDone(_("This city does not take part in the programme."))
