"""Registrations: by the public, by hand, and what becomes of them. Places are given under the event's lock."""

from dataclasses import dataclass
from uuid import UUID

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from cities.models import User
from epi import audit
from epi.errors import CannotBeDone
from epi.links import hash_of, new_token
from strategy.access import still_there
from strategy.events.actions.people import drop_mail
from strategy.events.enums import Standing
from strategy.events.models import Attendee
from strategy.launch import emails, queries, rules
from strategy.launch.actions._common import lock, move_up, stand
from strategy.launch.models import Launch, Registration


@dataclass(frozen=True)
class Person:
    """What somebody says of themselves. `email` may be empty for those whom the city adds by hand."""

    name: str
    email: str
    represents: str
    language: str

    @property
    def facts(self) -> dict[str, str]:
        return {
            "name": self.name,
            "email": self.email.lower(),
            "represents": self.represents,
            "language_wanted": self.language,
        }


@transaction.atomic
def register(*, launch: Launch, key: UUID, person: Person) -> bool:
    """Take a registration from the public page. Returns whether all places were taken: then it waits.

    The answer to an address that is registered is the same: only its mail says so. The same `key` again changes
    nothing. Raises CannotBeDone when registration is closed.
    """
    launch = lock(launch)
    again = Registration.objects.for_list().filter(key=key).first()
    if again:
        return again.attendee.standing == Standing.WAITING
    rules.check_takes_registrations(launch)
    was_full = queries.is_full(launch)
    known = _known(launch, person.email)
    if known and known.attendee.standing != Standing.CANCELLED:
        emails.registered_already(known)
        audit.record("launch.registered_again", launch, by=None, attendee=known.attendee_id)
    else:
        emails.registered(_enter(launch, key, person, known, by=None))
    return was_full


def _known(launch: Launch, email: str) -> Registration | None:
    found = launch.registrations.for_list().filter(attendee__email__iexact=email).first() if email else None
    if found:
        found.launch = launch
    return found


def _enter(launch: Launch, key: UUID, person: Person, before: Registration | None, *, by: User | None) -> Registration:
    """A place, or else the end of the waiting list; also for somebody who had cancelled before."""
    standing = Standing.WAITING if queries.is_full(launch) else Standing.COMING
    facts = {**person.facts, "standing": standing, "keep_until": launch.keeps_until}
    if before:
        Attendee.objects.filter(pk=before.attendee_id).update(**facts)
        launch.registrations.filter(pk=before.pk).update(key=key, at=timezone.now())
        registration = launch.registrations.for_list().get(pk=before.pk)
    else:
        registration = Registration.objects.create(
            launch=launch,
            attendee=Attendee.objects.create(event=launch.event, **facts),
            key=key,
            token_hash=hash_of(new_token()),  # a token that nobody has, until the mail takes another one along
            expires_at=launch.links_work_until,
        )
    registration.launch = launch
    audit.record("launch.registered", launch, by=by, attendee=registration.attendee_id, standing=str(standing))
    return registration


@transaction.atomic
def add_by_hand(*, launch: Launch, key: UUID, person: Person, by: User) -> Standing:
    """Register somebody who called or wrote, also after registration closed. Returns whether they have a place.

    The same `key` again changes nothing. Raises CannotBeDone for an address that is registered.
    """
    launch = lock(launch)
    rules.check_can_run_people(by, launch)
    again = Registration.objects.for_list().filter(key=key).first()
    if again:
        return Standing(again.attendee.standing)
    known = _known(launch, person.email)
    if known and known.attendee.standing != Standing.CANCELLED:
        raise CannotBeDone(_("Somebody with this e-mail address is registered already."))
    registration = _enter(launch, key, person, known, by=by)
    if not launch.is_over:
        emails.registered(registration)
    return Standing(registration.attendee.standing)


@transaction.atomic
def give_place(*, registration: Registration, by: User) -> None:
    """Let somebody in who waits, out of turn; also beyond the limit, for the city knows its room."""
    launch, registration = _open(registration, by)
    if registration.attendee.standing != Standing.WAITING:
        raise CannotBeDone(_("This person is not on the waiting list."))
    stand(registration, Standing.COMING)
    audit.record("launch.place_given", launch, by=by, attendee=registration.attendee_id)
    emails.moved_up(registration)


@transaction.atomic
def cancel(*, registration: Registration, by: User) -> int:
    """Cancel somebody's registration for them, and tell them. Returns how many move up."""
    launch, registration = _open(registration, by)
    return _cancel(launch, registration, by=by)


@transaction.atomic
def cancel_own(*, registration: Registration) -> int:
    """What the personal link does. Doing it again changes nothing. Raises CannotBeDone once the event has begun."""
    launch, registration = _as_it_is_now(registration)
    rules.check_has_not_begun(launch)
    return _cancel(launch, registration, by=None)


def _cancel(launch: Launch, registration: Registration, *, by: User | None) -> int:
    if registration.attendee.standing == Standing.CANCELLED:
        return 0
    stand(registration, Standing.CANCELLED)
    audit.record("launch.registration_cancelled", launch, by=by, attendee=registration.attendee_id)
    emails.registration_cancelled(registration)
    return move_up(launch)


@transaction.atomic
def delete(*, registration: Registration, by: User | None) -> int:
    """Delete all that is kept of somebody, who may want so at any time. `by` is None when they did it by their link.

    Whoever was there is still counted. Returns how many move up.
    """
    launch, registration = _as_it_is_now(registration)
    if by is not None:
        rules.check_can_run_people(by, launch)
    attendee = registration.attendee
    drop_mail(attendee.email)
    audit.record("launch.registration_deleted", launch, by=by, attendee=attendee.pk)
    if attendee.attended:
        _empty(registration)
    else:
        attendee.delete()
    return move_up(launch)


def _empty(registration: Registration) -> None:
    nothing = {"name": "", "email": "", "function": "", "represents": "", "account": None}
    Attendee.objects.filter(pk=registration.attendee_id).update(**nothing, forgotten_at=timezone.now())
    Registration.objects.filter(pk=registration.pk).revoke()


def _open(registration: Registration, by: User) -> tuple[Launch, Registration]:
    launch, registration = _as_it_is_now(registration)
    rules.check_can_run_people(by, launch)
    rules.check_has_not_begun(launch)
    return launch, registration


def _as_it_is_now(registration: Registration) -> tuple[Launch, Registration]:
    launch = lock(registration.launch)
    registration = still_there(launch.registrations.for_list(), registration.pk)
    registration.launch = launch
    return launch, registration
