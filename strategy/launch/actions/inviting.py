"""Inviting persons of the city's register: by their consent to news of the strategy, and nobody twice."""

from collections.abc import Iterable

from django.db import transaction
from django.utils.translation import gettext as _

from cities.models import User
from epi import audit
from epi.errors import CannotBeDone, NotAllowed
from strategy.launch import emails, rules
from strategy.launch.actions._common import lock
from strategy.launch.models import Launch, LaunchInvitation
from strategy.stakeholders.models import Contact


@transaction.atomic
def invite(*, launch: Launch, contacts: Iterable[Contact], by: User) -> int:
    """Send those of `contacts` who have none yet the invitation, with a calendar file. Returns how many.

    One person at two organisations, by one address, gets one mail. Raises CannotBeDone, and invites nobody, when one
    of them has not agreed to it.
    """
    launch = lock(launch)
    rules.check_can_invite(by, launch)
    chosen = Contact.objects.filter(pk__in=[one.pk for one in contacts]).select_related("stakeholder").order_by("pk")
    invited = list(launch.invitations.select_related("contact"))
    there, addresses = {one.contact_id for one in invited}, {one.contact.email.lower() for one in invited}
    count = 0
    for contact in chosen:
        _check(contact, launch)
        if contact.pk in there:
            continue
        _invite(launch, contact, mailed=contact.email.lower() in addresses)
        addresses.add(contact.email.lower())
        count += 1
    if not count:
        raise CannotBeDone(_("Choose at least one person who was not invited yet."))
    audit.record("launch.invited", launch, by=by, count=count)
    return count


def _check(contact: Contact, launch: Launch) -> None:
    if contact.stakeholder.city_id != launch.city.pk:
        raise NotAllowed(_("Choose among the persons of this city's register."))
    rules.check_may_be_invited(contact)


def _invite(launch: Launch, contact: Contact, *, mailed: bool) -> None:
    _link, token = LaunchInvitation.issue(launch=launch, contact=contact, expires_at=launch.links_work_until)
    if not mailed:
        emails.invited(launch, contact, token)
