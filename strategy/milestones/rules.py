"""Who may do what with milestones and their templates. `check_can_x` raises with a sentence, `can_x` is for templates.

Seeing is not decided here: `visible_to` does, and what is not visible answers 404.
"""

from django.utils.translation import gettext as _

from cities.enums import Permission
from cities.models import Programme, User
from epi.errors import CannotBeDone, NotAllowed
from strategy.milestones.enums import MilestoneState
from strategy.milestones.models import Milestone
from strategy.milestones.workflow import MILESTONE
from strategy.rules import can_run_strategy


def can_run_templates(user: User, programme: Programme) -> bool:
    return user.is_superuser or user.may_in_programme(Permission.RUN_PROGRAMME, programme.pk)


def check_can_run_templates(user: User, programme: Programme) -> None:
    """Raise NotAllowed unless the person coordinates the programme or is an administrator."""
    if not can_run_templates(user, programme):
        raise NotAllowed(_("Only the network's coordinator writes the milestones of a programme."))


def is_owner(user: User, milestone: Milestone) -> bool:
    """True if the milestone is this person's own, as a member who is still in the coordinating body."""
    owner = milestone.owner
    return owner is not None and owner.is_current and owner.account_id == user.pk


def can_bring_on(user: User, milestone: Milestone) -> bool:
    return can_run_strategy(user, milestone.city) or is_owner(user, milestone)


def check_can_bring_on(user: User, milestone: Milestone) -> None:
    """Raise NotAllowed unless the person owns the milestone, coordinates the city or is its technical partner."""
    if not can_bring_on(user, milestone):
        raise NotAllowed(
            _("Only the milestone's owner, the city's coordinator and its technical partner say how far it is.")
        )


def moves_from(milestone: Milestone) -> set[MilestoneState]:
    """Where the milestone may go from where it stands."""
    return {target for target in MilestoneState if MILESTONE.move(MilestoneState(milestone.state), target)}


def check_is_open(milestone: Milestone) -> None:
    """Raise CannotBeDone for a milestone that is reached or dropped: what is over changes once it is opened again."""
    if not milestone.is_open:
        raise CannotBeDone(_("This milestone is closed. Open it again first."))


def can_delete(milestone: Milestone) -> bool:
    """True while it was never more than a plan: of no template, not begun, and promised once."""
    return (
        milestone.template_id is None
        and milestone.state == MilestoneState.PLANNED
        and milestone.promises.count() <= 1
        and not milestone.moves.exists()
    )
