"""Who may do what with a city's launch event, and when people may register.

Agenda, materials, attendance and feedback follow the rules of every event (strategy/events/rules.py).
"""

from collections.abc import Callable
from typing import Any

from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from cities.models import User
from epi.errors import CannotBeDone, NotAllowed
from strategy.events.rules import check_can_change, check_not_cancelled
from strategy.launch.models import Launch
from strategy.rules import check_can_decide_strategy, check_can_see_contacts
from strategy.stakeholders.enums import Purpose
from strategy.stakeholders.models import Contact


def check_can_write(user: User, launch: Launch) -> None:
    """Raise NotAllowed unless the person runs the city's strategy and the event is not cancelled."""
    check_can_change(user, launch.event)


def can_write(user: User, launch: Launch) -> bool:
    return _holds(check_can_write, user, launch)


def check_can_run_people(user: User, launch: Launch) -> None:
    """Raise NotAllowed unless the person runs the event and may see who comes."""
    check_can_write(user, launch)
    check_can_see_contacts(user, launch.city)


def check_can_decide(user: User, launch: Launch) -> None:
    """Raise NotAllowed unless the person decides for the city: what is public, and what is called off."""
    check_can_decide_strategy(user, launch.city)
    check_not_cancelled(launch.event)


def can_decide(user: User, launch: Launch) -> bool:
    return _holds(check_can_decide, user, launch)


def _holds(check: Callable[..., None], *given: Any) -> bool:
    try:
        check(*given)
    except (NotAllowed, CannotBeDone):
        return False
    return True


def check_takes_registrations(launch: Launch) -> None:
    """Raise CannotBeDone, in words for the public, when nobody can register now."""
    if launch.event.is_cancelled:
        raise CannotBeDone(_("The event is cancelled."))
    if launch.is_over:
        raise CannotBeDone(_("The event is over."))
    if not launch.takes_registrations:
        raise CannotBeDone(_("Registration closed on %(day)s.") % {"day": date_format(launch.register_until, "j E Y")})


def check_has_not_begun(launch: Launch) -> None:
    if launch.has_begun:
        raise CannotBeDone(_("The event has begun, so registrations no longer change."))


def check_can_invite(user: User, launch: Launch) -> None:
    """Raise NotAllowed without the right, CannotBeDone when there is nothing to come to."""
    check_can_run_people(user, launch)
    if not launch.is_public:
        raise CannotBeDone(_("Publish the event first: the invitation leads to its public page."))
    if launch.has_begun:
        raise CannotBeDone(_("The event has begun, so nobody is invited any more."))


def can_invite(user: User, launch: Launch) -> bool:
    return _holds(check_can_invite, user, launch)


def check_may_be_invited(contact: Contact) -> None:
    """Raise CannotBeDone unless this person agreed to news of the strategy, holds to it today, and has an address."""
    if contact.purpose != Purpose.SESSIONS_AND_NEWS:
        raise CannotBeDone(_("Agreed to sessions only, not to news of the strategy."))
    if not contact.agreed_to_sessions_on(timezone.localdate()):
        raise CannotBeDone(_("The consent does not hold today."))
    if not contact.email:
        raise CannotBeDone(_("There is no e-mail address."))


def may_be_invited(contact: Contact) -> bool:
    return _holds(check_may_be_invited, contact)
