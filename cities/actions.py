"""Changes that mean something to people and cities: inviting, joining, leaving."""

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from cities import emails, rules
from cities.enums import Role
from cities.models import City, Invitation, Membership, Organisation, User
from cities.models.people import INVITATION_VALID_FOR
from epi import audit, links
from epi.errors import CannotBeDone


@transaction.atomic
def invite(*, city: City, email: str, role: Role, by: User) -> Invitation:
    """Offer `role` in `city` to an e-mail address; a mail with a link goes out after commit.

    Raises NotAllowed without the right, CannotBeDone when the person has this role already. An older open
    invitation of the same address and role is replaced, so that only the newest link works.
    """
    rules.check_can_manage_people(by, city)
    email = email.lower()
    if Membership.objects.filter(city=city, role=role, user__email=email).exists():
        raise CannotBeDone(_("%(email)s already has this role.") % {"email": email})
    Invitation.objects.filter(city=city, role=role, email=email).open().delete()
    token = links.new_token()
    invitation = Invitation.objects.create(
        city=city,
        email=email,
        role=role,
        invited_by=by,
        token_hash=links.hash_of(token),
        expires_at=timezone.now() + INVITATION_VALID_FOR,
    )
    audit.record("invitation.sent", city, by=by, role=role)
    emails.invitation(invitation, token)
    return invitation


@transaction.atomic
def accept_invitation(*, invitation: Invitation, by: User) -> Membership:
    """Take the offered role. Raises CannotBeDone when it is used, out of date, or for another address."""
    invitation = Invitation.objects.select_for_update(of=("self",)).select_related("city").get(pk=invitation.pk)
    if not invitation.is_open:
        raise CannotBeDone(_("This invitation was used already or is out of date. Ask the city's lead for a new one."))
    if invitation.email != by.email.lower():
        raise CannotBeDone(_("This invitation is for another e-mail address than the one you signed in with."))
    membership, _created = Membership.objects.get_or_create(
        user=by, city=invitation.city, role=invitation.role, programme=None
    )
    invitation.accepted_at = timezone.now()
    invitation.accepted_by = by
    invitation.save(update_fields=["accepted_at", "accepted_by"])
    audit.record("membership.started", invitation.city, by=by, role=invitation.role)
    return membership


@transaction.atomic
def withdraw_invitation(*, invitation: Invitation, by: User) -> None:
    """Make an open invitation's link dead."""
    rules.check_can_manage_people(by, invitation.city)
    audit.record("invitation.withdrawn", invitation.city, by=by, role=invitation.role)
    invitation.delete()


@transaction.atomic
def remove_membership(*, membership: Membership, by: User) -> None:
    """End a role. What the person answered stays, with their name; the last lead cannot be removed."""
    City.objects.select_for_update().get(pk=membership.city_id)
    rules.check_can_remove(by, membership)
    assert membership.city is not None
    audit.record("membership.ended", membership.city, by=by, role=membership.role, user=membership.user_id)
    membership.delete()


@transaction.atomic
def grant(
    *, user: User, role: Role, city: City | None = None, organisation: Organisation | None = None, by: User | None
) -> Membership:
    """Give a role outright (administrators and the demo). Safe to repeat."""
    membership, created = Membership.objects.get_or_create(
        user=user, role=role, city=city, programme=None, defaults={"organisation": organisation}
    )
    if created:
        audit.record("membership.started", user, by=by, role=role, city=city.slug if city else "")
    return membership
