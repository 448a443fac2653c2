"""Events and their agenda."""

from datetime import date, time
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from cities.models import Programme, User
from epi import audit
from epi.errors import CannotBeDone
from strategy.access import still_there
from strategy.events import emails, rules
from strategy.events.actions._common import call_off, change, check_days, lock
from strategy.events.enums import EventKind
from strategy.events.models import AgendaItem, ProgrammeEvent


@transaction.atomic
def add_event(
    *,
    programme: Programme,
    kind: EventKind | str,
    title: str,
    starts_on: date,
    ends_on: date,
    place: str,
    summary: str,
    by: User,
    is_sample: bool = False,
) -> ProgrammeEvent:
    rules.check_can_run(by, programme)
    _check_kind(kind)
    check_days(None, starts_on, ends_on)
    event = ProgrammeEvent.objects.create(
        programme=programme,
        kind=kind,
        title=title,
        starts_on=starts_on,
        ends_on=ends_on,
        place=place,
        summary=summary,
        is_sample=is_sample,
        created_by=by,
    )
    audit.record("programme_event.added", event, by=by, programme=programme.slug)
    return event


@transaction.atomic
def change_event(*, event: ProgrammeEvent, base_version: int, by: User, **facts: Any) -> ProgrammeEvent:
    """Change what `add_event` set. Raises Conflict, and CannotBeDone while the agenda has other days."""
    event = lock(event)
    rules.check_can_change_here(by, event)
    _check_kind(facts["kind"])
    check_days(event, facts["starts_on"], facts["ends_on"])
    if facts["kind"] != EventKind.EXCHANGE_MEETING and (event.notes or event.conclusions.exists()):
        raise CannotBeDone(_("The meeting has notes or conclusions, so it stays an exchange meeting."))
    change(event, base_version=base_version, **facts)
    audit.record("programme_event.changed", event, by=by, version=event.version)
    return event


def _check_kind(kind: EventKind | str) -> None:
    if kind == EventKind.LAUNCH:
        raise CannotBeDone(_("A launch event is a city's own: its coordinator plans it with the city's strategy."))


@transaction.atomic
def cancel_event(*, event: ProgrammeEvent, reason: str, by: User) -> int:
    """Say that the event does not take place, and why. For good: nothing of it changes any more.

    While it is still to come, those who take part are told by mail. Returns how many.
    """
    event = lock(event)
    rules.check_can_change_here(by, event)
    call_off(event, reason, by)
    return 0 if event.is_over else emails.cancelled(event)


# Agenda ---------------------------------------------------------------------------------------------------------------
@transaction.atomic
def add_item(
    *, event: ProgrammeEvent, day: date, begins: time, ends: time, title: str, speaker: str, by: User
) -> AgendaItem:
    event = lock(event)
    rules.check_can_change(by, event)
    _check_times(event, day, begins, ends)
    item = AgendaItem.objects.create(event=event, day=day, begins=begins, ends=ends, title=title, speaker=speaker)
    audit.record("programme_event.agenda_changed", event, by=by, added=item.pk)
    return item


@transaction.atomic
def change_item(*, item: AgendaItem, base_version: int, by: User, **facts: Any) -> None:
    event = lock(item.event)
    rules.check_can_change(by, event)
    _check_times(event, facts["day"], facts["begins"], facts["ends"])
    change(still_there(event.agenda.all(), item.pk), base_version=base_version, **facts)
    audit.record("programme_event.agenda_changed", event, by=by, changed=item.pk)


@transaction.atomic
def remove_item(*, item: AgendaItem, by: User) -> None:
    event = lock(item.event)
    rules.check_can_change(by, event)
    event.agenda.filter(pk=item.pk).delete()
    audit.record("programme_event.agenda_changed", event, by=by, removed=item.pk)


def _check_times(event: ProgrammeEvent, day: date, begins: time, ends: time) -> None:
    if not event.starts_on <= day <= event.ends_on:
        raise CannotBeDone(_("This day is not one of the event's days."))
    if ends <= begins:
        raise CannotBeDone(_("The end must be after the begin."))
