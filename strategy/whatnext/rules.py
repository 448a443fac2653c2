"""Who may replicate a programme. Who uses what was delivered as evidence is decided by icc_index.rules."""

from django.utils.translation import gettext as _

from cities.enums import Permission
from cities.models import Programme, User
from epi.errors import NotAllowed


def can_replicate(user: User, programme: Programme) -> bool:
    return user.may_in_programme(Permission.RUN_PROGRAMME, programme.pk)


def check_can_replicate(user: User, programme: Programme) -> None:
    """Raise NotAllowed unless the person coordinates the programme; an administrator makes programmes elsewhere."""
    if not can_replicate(user, programme):
        raise NotAllowed(
            _(
                "Only the programme's network coordinator does this. Administrators make programmes in the "
                "administration."
            )
        )
