"""Who takes part in an event, who was there, and the end of what is kept about them."""

from collections.abc import Collection
from datetime import date
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from cities.enums import Role
from cities.models import City, Organisation, User
from epi import audit, mail
from epi.errors import CannotBeDone
from strategy.access import still_there
from strategy.events import emails, rules
from strategy.events.actions import names
from strategy.events.actions._common import change, lock
from strategy.events.enums import Capacity
from strategy.events.models import Attendee, FeedbackLink, ProgrammeEvent


@transaction.atomic
def add_attendee(
    *,
    event: ProgrammeEvent,
    name: str,
    function: str,
    email: str,
    capacity: Capacity | str,
    city: City | None,
    organisation: Organisation | None,
    keep_until: date,
    by: User,
) -> Attendee:
    """Name a person at the event. An expert's own address opens the event for the expert's account, and tells them."""
    event = lock(event)
    rules.check_can_change_here(by, event)
    attendee = Attendee(
        event=event,
        name=name,
        function=function,
        email=email.lower(),
        capacity=capacity,
        city=city,
        organisation=organisation,
        keep_until=keep_until,
        account=_expert_with(email),
    )
    _check(attendee)
    attendee.save()
    audit.record("programme_event.attendee_added", event, by=by, attendee=attendee.pk)
    if attendee.account:
        emails.expert_named(attendee)
    return attendee


@transaction.atomic
def change_attendee(*, attendee: Attendee, base_version: int, by: User, **facts: Any) -> None:
    event = lock(attendee.event)
    rules.check_can_change_here(by, event)
    attendee = still_there(event.attendees.known(), attendee.pk)
    was = attendee.account_id, attendee.email
    facts["email"] = facts["email"].lower()
    account = _expert_with(facts["email"])
    _check(Attendee(pk=attendee.pk, event=event, **facts))
    change(attendee, base_version=base_version, account=account, **facts)
    if was[1] != attendee.email:
        attendee.links.filter(is_used=False).revoke()
    audit.record("programme_event.attendee_changed", event, by=by, attendee=attendee.pk)
    if account and account.pk != was[0]:
        emails.expert_named(attendee)


def _expert_with(email: str) -> User | None:
    experts = User.objects.filter(is_active=True, memberships__role=Role.EXPERT)
    return experts.filter(email=email.lower()).first() if email else None


def _check(attendee: Attendee) -> None:
    event = attendee.event
    if attendee.keep_until < max(event.ends_on, event.today):
        raise CannotBeDone(_("Keep the person's data until the event is over at least, and not in the past."))
    if attendee.keep_until > event.keeps_until_at_most:
        raise CannotBeDone(
            _("A person's data are kept for five years at most, here until %(day)s.")
            % {"day": date_format(event.keeps_until_at_most, "j E Y")}
        )
    if attendee.city_id and not event.programme.cities.filter(pk=attendee.city_id).exists():
        raise CannotBeDone(_("This city does not take part in the programme."))
    if attendee.organisation_id and not event.programme.partners.filter(pk=attendee.organisation_id).exists():
        raise CannotBeDone(_("This organisation is no partner of the programme."))
    others = event.attendees.exclude(pk=attendee.pk)
    if attendee.email and others.filter(email__iexact=attendee.email).exists():
        raise CannotBeDone(_("Somebody with this e-mail address takes part already."))


@transaction.atomic
def remove_attendee(*, attendee: Attendee, by: User) -> None:
    """Take a person off the list, with all that is kept of them."""
    event = lock(attendee.event)
    rules.check_can_change_here(by, event)
    drop_mail(attendee.email)
    event.attendees.filter(pk=attendee.pk).delete()
    audit.record("programme_event.attendee_removed", event, by=by, attendee=attendee.pk)


@transaction.atomic
def mark_attendance(*, event: ProgrammeEvent, present: Collection[Attendee], by: User) -> int:
    """Say who was there; the others were not. Returns how many were."""
    event = lock(event)
    rules.check_can_change(by, event)
    if event.starts_on > event.today:
        raise CannotBeDone(_("The event has not begun yet."))
    there = [attendee.pk for attendee in present]
    event.attendees.exclude(pk__in=there).update(attended=False)
    count = event.attendees.coming().filter(pk__in=there).update(attended=True)
    audit.record("programme_event.attendance_marked", event, by=by, present=count)
    return count


@transaction.atomic
def forget_expired(*, by: User | None = None) -> int:
    """Empty the rows of all people whose time is over. Returns how many. Doing it again changes nothing."""
    expired = list(Attendee.objects.to_forget().select_for_update(of=("self",)).select_related("event__city"))
    numbers = [attendee.pk for attendee in expired]
    for attendee in expired:
        drop_mail(attendee.email)
    FeedbackLink.objects.filter(attendee__in=numbers, is_used=False).revoke()
    Attendee.objects.filter(pk__in=numbers).update(
        name="", function="", email="", represents="", account=None, forgotten_at=timezone.now()
    )
    for event in {attendee.event for attendee in expired}:
        ours = [attendee for attendee in expired if attendee.event_id == event.pk]
        names.take_out(lock(event), ours)
        keys = [attendee.pk for attendee in ours]
        audit.record("programme_event.attendees_forgotten", event, by=by, attendees=keys)
    return len(expired)


def drop_mail(address: str) -> None:
    """Mail that still waits holds the address, too. People with an account get other mail at theirs, which stays."""
    if address and not User.objects.filter(email=address.lower()).exists():
        mail.forget(address)
