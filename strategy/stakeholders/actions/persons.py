"""Changes to the contact persons of a stakeholder. Forgetting them is in strategy/consent/actions.py."""

from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from cities.models import User
from epi import mail
from epi.errors import CannotBeDone, Conflict
from strategy.stakeholders.actions._common import give, open_register, record
from strategy.stakeholders.models import CONSENT, Contact, Stakeholder, Withdrawal, hashes_of


class InTheWay(CannotBeDone):
    """A person cannot be written as they are; `fact` names what is in the way."""

    def __init__(self, fact: str, message: str) -> None:
        super().__init__(message)
        self.fact = fact


@transaction.atomic
def add(*, stakeholder: Stakeholder, by: User, agreed_anew: bool = False, **facts: Any) -> Contact:
    """Put a person into the register by their consent.

    Raises InTheWay for somebody who withdrew, unless they `agreed_anew` since, and for an address in use.
    A row of the same address whose time is over is taken again: the person agreed before it was emptied.
    """
    city = stakeholder.city
    open_register(city, by)
    _check_withdrawal(stakeholder, facts, agreed_anew)
    earlier = _with_address(stakeholder, facts["email"])
    if earlier and earlier.is_known:
        raise InTheWay("email", _("A person with this address is in the register already."))
    contact = earlier or Contact(stakeholder=stakeholder)
    before = contact.traces
    give(contact, facts)
    if earlier:
        contact.remember(before)
    contact.consent_recorded_by = by
    contact.version += 1 if earlier else 0
    contact.save()
    record("contact.added", city, by=by, stakeholder=stakeholder.pk, contact=contact.pk)
    return contact


@transaction.atomic
def change(*, contact: Contact, base_version: int, by: User, agreed_anew: bool = False, **facts: Any) -> Contact:
    """Write what is new about a person or their consent.

    Raises Conflict when somebody saved since `base_version`, CannotBeDone when the data are gone, InTheWay as `add`.
    """
    stakeholder = contact.stakeholder
    open_register(stakeholder.city, by)
    stored = Contact.objects.known().locked().filter(pk=contact.pk).first()
    if stored is None:
        raise CannotBeDone(_("This person's data were deleted in the meantime."))
    if stored.version != base_version:
        raise Conflict(stored)
    if facts["email"].lower() != stored.email.lower():
        _take_address(stored, facts, agreed_anew)
    _write(stored, facts, by)
    return stored


def _take_address(contact: Contact, facts: dict[str, Any], agreed_anew: bool) -> None:
    """Let a person have another address, if nobody has it; mail that waits for the old one is not sent."""
    _check_withdrawal(contact.stakeholder, facts, agreed_anew)
    if _with_address(contact.stakeholder, facts["email"]):
        raise InTheWay("email", _("A person with this address is in the register already."))
    if contact.email:
        mail.forget(contact.email)


def _write(contact: Contact, facts: dict[str, Any], by: User) -> None:
    before = contact.traces
    changed = give(contact, facts)
    if not changed:
        return
    contact.remember(before)
    if set(changed) & set(CONSENT):
        contact.consent_recorded_by = by
    contact.version += 1
    contact.save()
    stakeholder = contact.stakeholder
    record("contact.changed", stakeholder.city, by=by, stakeholder=stakeholder.pk, contact=contact.pk, fields=changed)


def _with_address(stakeholder: Stakeholder, email: str) -> Contact | None:
    return stakeholder.contacts.filter(email__iexact=email, forgotten_at=None).first() if email else None


def _check_withdrawal(stakeholder: Stakeholder, facts: dict[str, Any], agreed_anew: bool) -> None:
    hashes = hashes_of(stakeholder.city_id, organisation=stakeholder.name, name=facts["name"], email=facts["email"])
    withdrawals = Withdrawal.objects.filter(city=stakeholder.city_id, person_hash__in=hashes)
    last = max((withdrawal.on for withdrawal in withdrawals), default=None)
    if last is None:
        return
    if not agreed_anew:
        raise InTheWay("agreed_anew", _("This person withdrew their consent. Add them only if they agreed anew."))
    if facts["consent_given_on"] < last:
        raise InTheWay(
            "consent_given_on", _("This consent is older than its withdrawal. Note the day on which they agreed anew.")
        )
    withdrawals.delete()
