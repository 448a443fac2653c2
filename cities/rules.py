"""Who may do what with people and cities. `check_can_x` raises with a sentence, `can_x` is for templates."""

from django.utils.translation import gettext as _

from cities.enums import Permission, Role
from cities.models import City, Membership, User
from epi.errors import NotAllowed


def can_manage_people(user: User, city: City) -> bool:
    return user.is_superuser or user.may(Permission.MANAGE_PEOPLE, city.pk)


def check_can_manage_people(user: User, city: City) -> None:
    """Raise NotAllowed unless `user` leads `city` or is an administrator."""
    if not can_manage_people(user, city):
        raise NotAllowed(_("Only the city's lead may invite and remove people."))


def check_can_remove(user: User, membership: Membership) -> None:
    """Raise NotAllowed when the city would be left without a lead who may sign in."""
    assert membership.city is not None
    check_can_manage_people(user, membership.city)
    is_lead = membership.role == Role.LEAD
    others = membership.city.memberships.filter(role=Role.LEAD, user__is_active=True).exclude(user=membership.user)
    if is_lead and not others.exists():
        raise NotAllowed(_("A city needs a lead. Invite another lead first."))
