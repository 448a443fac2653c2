"""What several actions share: locking an event, changing a row of it; for launch events too (strategy/launch)."""

from datetime import date

from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from cities.models import User
from epi import audit
from epi.errors import CannotBeDone
from strategy.events.models import ProgrammeEvent
from strategy.versions import change

__all__ = ["call_off", "change", "check_days", "lock"]


def lock(event: ProgrammeEvent) -> ProgrammeEvent:
    """The event as it is now, locked until the transaction ends."""
    return ProgrammeEvent.objects.locked().get(pk=event.pk)


def check_days(event: ProgrammeEvent | None, first: date, last: date) -> None:
    """Raise CannotBeDone for days in the wrong order, and for those that leave something of the agenda behind."""
    if last < first:
        raise CannotBeDone(_("The last day is before the first."))
    outside = event.agenda.exclude(day__range=(first, last)).first() if event else None
    if outside:
        raise CannotBeDone(
            _("“%(title)s” is on the agenda of %(day)s. Move it first.")
            % {"title": outside.title, "day": date_format(outside.day, "j E Y")}
        )


def call_off(event: ProgrammeEvent, reason: str, by: User) -> None:
    """Cancel a locked event, for good."""
    if not reason.strip():
        raise CannotBeDone(_("Say why: the others need to know what to do."))
    event.cancelled_at, event.cancelled_by, event.cancel_reason = timezone.now(), by, reason.strip()
    event.save()
    audit.record("programme_event.cancelled", event, by=by, comment=event.cancel_reason)
