"""Mail about launch events: one function a message, in the reader's language, in the time of the city.

Nobody learns from a mail who else comes. Each mail to somebody registered has a fresh link; the one before is dead.
"""

from collections.abc import Iterable
from typing import Any

from django.conf import settings
from django.urls import reverse

from epi import mail
from strategy.calendar import Method
from strategy.events.enums import Standing
from strategy.launch.calendar import attachment
from strategy.launch.models import Launch, LaunchInvitation, Registration
from strategy.stakeholders.models import Contact


def registered(registration: Registration) -> None:
    """That they have a place, or wait for one."""
    _to_registered("registered", registration, method=_request_if_coming(registration))


def registered_already(registration: Registration) -> None:
    """To an address that registers once more: only its reader learns that it is known."""
    _to_registered("registered_already", registration, method=_request_if_coming(registration))


def moved_up(registration: Registration) -> None:
    """To somebody who waited and now has a place."""
    _to_registered("moved_up", registration, method="REQUEST")


def registration_cancelled(registration: Registration) -> None:
    """The way out of the calendar, too; without a link, for there is nothing left to open but the public page."""
    person = registration.attendee
    if person.email:
        _send("registration_cancelled", registration.launch, person.email, person.language, "CANCEL", name=person.name)


def changed(launch: Launch, registrations: Iterable[Registration], invitations: Iterable[LaunchInvitation]) -> int:
    """To those who come, and to those invited whose calendar has the entry. Returns how many."""
    written = {_to_registered("changed", one, method="REQUEST") for one in registrations}
    return len(written - {""}) + _to_invited("changed_for_invited", launch, invitations, written, "REQUEST")


def cancelled(launch: Launch, registrations: Iterable[Registration], invitations: Iterable[LaunchInvitation]) -> int:
    """To all who come or wait, and to those invited. Returns how many."""
    written = set()
    for one in registrations:
        person = one.attendee
        if person.email:
            _send("cancelled", launch, person.email, person.language, "CANCEL", name=person.name)
            written.add(person.email.lower())
    return len(written) + _to_invited("cancelled", launch, invitations, written, "CANCEL")


def invited(launch: Launch, contact: Contact, token: str) -> None:
    _send(
        "invitation",
        launch,
        contact.email,
        language_for(contact, launch),
        "REQUEST",
        name=contact.name,
        way_out=settings.SITE_URL + reverse("consent_withdraw", args=[token]),
    )


def language_for(contact: Contact, launch: Launch) -> str:
    """The person's language if the platform speaks it, else the city's."""
    return contact.language if contact.language in dict(settings.LANGUAGES) else launch.city.language_of_mail


def _to_invited(
    message: str, launch: Launch, invitations: Iterable[LaunchInvitation], written: set[str], method: Method
) -> int:
    """One mail for each address that had none yet."""
    count = 0
    for invitation in invitations:
        contact = invitation.contact
        if contact.email.lower() not in written:
            _send(message, launch, contact.email, language_for(contact, launch), method, name=contact.name)
            written.add(contact.email.lower())
            count += 1
    return count


def _request_if_coming(registration: Registration) -> Method | None:
    return "REQUEST" if registration.attendee.standing == Standing.COMING else None


def _to_registered(message: str, registration: Registration, *, method: Method | None) -> str:
    """Returns the address; nothing for somebody without one, who was added by hand."""
    person = registration.attendee
    if not person.email:
        return ""
    url = settings.SITE_URL + reverse("registration", args=[registration.renew()])
    facts = {"name": person.name, "waits": person.standing == Standing.WAITING, "url": url}
    _send(message, registration.launch, person.email, person.language, method, **facts)
    return person.email.lower()


def _send(message: str, launch: Launch, to: str, language: str, method: Method | None, **facts: Any) -> None:
    mail.send(
        f"strategy/launch/mail/{message}",
        to=to,
        language=language,
        attachments=[attachment(launch, method, to)] if method else [],
        launch=launch,
        event=launch.event,
        city=launch.city,
        public_url=settings.SITE_URL + launch.get_absolute_url(),
        **facts,
    )
