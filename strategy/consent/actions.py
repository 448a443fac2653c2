"""Forgetting persons: when they withdraw their consent, and when the time is over that they agreed to.

The person's row is emptied, so that counts keep their place; their links are dead, mail to them is not sent, and their
name goes from what was written. Events tell primary keys and the reason, never who it was.
"""

from collections.abc import Sequence

from django.db import transaction
from django.db.models import Q

from cities.models import City, User
from epi import mail
from strategy.consent import texts
from strategy.launch.models import LaunchInvitation
from strategy.sessions.models import ParticipantLink
from strategy.stakeholders.actions._common import lock_register, open_register, record
from strategy.stakeholders.enums import ForgottenBecause
from strategy.stakeholders.models import Contact, Withdrawal, hashes_of
from strategy.traces import Traces


@transaction.atomic
def withdraw(*, contact: Contact, by: User | None) -> int:
    """Forget a person who withdrew, in all of their city's register. `by` is None when they did it by their link.

    Every entry with the same address is the same person. Returns how many entries were emptied; none if it was done.
    """
    city = contact.stakeholder.city
    if by is None:
        lock_register(city)
    else:
        open_register(city, by)
    persons = _entries_of(contact, city)
    if not persons:
        return 0
    hashes = [found for person in persons for found in _hashes(person)]
    _forget(city, persons, ForgottenBecause.WITHDRAWN)
    Withdrawal.objects.remember(city, hashes)
    way = "link" if by is None else "register"
    record("contact.withdrawn", city, by=by, contacts=[person.pk for person in persons], reason="withdrawn", way=way)
    return len(persons)


def _entries_of(contact: Contact, city: City) -> list[Contact]:
    same = Q(pk=contact.pk)
    if contact.email:
        same |= Q(email__iexact=contact.email)
    entries = Contact.objects.filter(same, stakeholder__city=city, forgotten_at=None)
    return list(entries.select_related("stakeholder").order_by("pk").locked())


def _hashes(person: Contact) -> list[str]:
    organisation = person.stakeholder
    return hashes_of(organisation.city_id, organisation=organisation.name, name=person.name, email=person.email)


def forget_expired() -> int:
    """Forget everybody whose time is over, one recorded action a city. Returns how many; nobody, the second time."""
    expired = Contact.objects.to_forget()
    cities = City.objects.filter(stakeholders__contacts__in=expired).distinct().order_by("pk")
    return sum(_forget_expired_of(city) for city in cities)


@transaction.atomic
def _forget_expired_of(city: City) -> int:
    lock_register(city)
    persons = list(Contact.objects.to_forget().filter(stakeholder__city=city).order_by("pk").locked())
    if persons:
        _forget(city, persons, ForgottenBecause.RETENTION)
        keys = [person.pk for person in persons]
        record("contacts.forgotten", city, by=None, number=len(keys), contacts=keys, reason="retention")
    return len(persons)


def _forget(city: City, persons: Sequence[Contact], because: ForgottenBecause) -> None:
    """Empty the rows, end the links, drop the mail, take the names out of the texts."""
    rows = Contact.objects.filter(pk__in=[person.pk for person in persons])
    rows.forget(because)
    ParticipantLink.objects.filter(participant__contact__in=rows).revoke()
    LaunchInvitation.objects.filter(contact__in=rows).revoke()
    gone = _not_known_otherwise(city, persons)
    mail.forget(*{person.email for person in gone if person.email})
    texts.remove(city, [Traces(**one) for person in gone for one in (person.traces, *person.former)])


def _not_known_otherwise(city: City, persons: Sequence[Contact]) -> list[Contact]:
    """Those without another entry in the city: somebody may agree for longer at a second organisation."""
    known = Contact.objects.reachable().filter(stakeholder__city=city).values_list("email", flat=True)
    addresses = {email.lower() for email in known}
    return [person for person in persons if person.email.lower() not in addresses]
