"""Who may do what around the network board. `check_can_x` raises with a sentence, `can_x` is for templates.

Seeing is not decided here: `visible_to` does, and what is not visible answers 404.
"""

from django.utils.translation import gettext as _

from cities.enums import Permission
from cities.models import Programme, User
from epi.errors import NotAllowed


def can_nudge(user: User, programme: Programme) -> bool:
    return user.may_in_programme(Permission.RUN_PROGRAMME, programme.pk)


def check_can_nudge(user: User, programme: Programme) -> None:
    """Raise NotAllowed unless the person coordinates the programme: a reminder comes from somebody the city knows."""
    if not can_nudge(user, programme):
        raise NotAllowed(_("Only the network's coordinator reminds the cities of a programme."))
