"""Who may do what with a pilot action, and when. `check_can_x` raises with a sentence, `can_x` is for templates.

Seeing is not decided here: `visible_to` does, and what is not visible answers 404.
"""

from datetime import date

from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from cities.models import User
from epi.errors import CannotBeDone, NotAllowed
from strategy.body.models import Member
from strategy.plan.enums import ActionState, Duty
from strategy.plan.models import PilotAction
from strategy.plan.rules import can_change as can_change_strategy
from strategy.plan.rules import check_can_change as check_can_change_strategy
from strategy.plan.workflow import PILOT_ACTION

DATED = {ActionState.AGREED, ActionState.RUNNING}  # what somebody relies on has an owner and its days


def can_change(user: User, action: PilotAction) -> bool:
    return can_follow_up(user, action) and not action.is_over


def check_can_change(user: User, action: PilotAction) -> None:
    """Raise NotAllowed without the role, of a closed strategy, and once the action is completed or stopped."""
    check_can_follow_up(user, action)
    if action.is_over:
        raise NotAllowed(
            _("This action is over. Only readings of its measures are added, and what was learnt is written down.")
        )


def can_follow_up(user: User, action: PilotAction) -> bool:
    return can_change_strategy(user, action.strategy)


def check_can_follow_up(user: User, action: PilotAction) -> None:
    """Raise NotAllowed without the role, or of a closed strategy. For what is written down after an action, too."""
    check_can_change_strategy(user, action.strategy)


def check_can_move(user: User, action: PilotAction, target: ActionState) -> None:
    """Raise NotAllowed unless the person may, and the workflow has this move from where the action stands."""
    check_can_follow_up(user, action)
    if PILOT_ACTION.move(ActionState(action.state), target) is None:
        raise NotAllowed(
            _("The action is at “%(source)s”. From there it does not go to “%(target)s”.")
            % {"source": action.get_state_display(), "target": target.label}
        )


def today_of(action: PilotAction) -> date:
    """Which day it is in the action's city."""
    return timezone.localdate(timezone=action.strategy.city.zone)


# What must be there -------------------------------------------------------------------------------------------------
def owner_of(action: PilotAction) -> Member | None:
    """Who is accountable, be it somebody who has left meanwhile. One query."""
    duty = action.responsibilities.filter(duty=Duty.ACCOUNTABLE).select_related("member").first()
    return duty.member if duty else None


def lacks(action: PilotAction, target: ActionState, owner: Member | None) -> list[str]:
    """What is missing for a move to `target`, as sentences; nothing when it can be made."""
    found = []
    if target in DATED:
        found += [_lacks_owner(owner), _lacks_days(action)]
    if target == ActionState.RUNNING:
        found.append(_begins_later(action))
    if target == ActionState.COMPLETED and not action.outputs:
        found.append(_("Say what came of it: its outputs."))
    return [sentence for sentence in found if sentence]


def _lacks_owner(owner: Member | None) -> str:
    if owner is None:
        return _("Nobody is accountable for it yet.")
    return "" if owner.is_current else who_left(owner)


def who_left(member: Member) -> str:
    return _("%(name)s is no longer a member of the coordinating body.") % {"name": member}


def _lacks_days(action: PilotAction) -> str:
    return "" if action.starts_on and action.ends_on else _("Its first and last day are not set.")


def _begins_later(action: PilotAction) -> str:
    if action.starts_on is None or action.starts_on <= today_of(action):
        return ""
    return _("It starts on %(day)s. Change the day if it has begun already.") % {
        "day": date_format(action.starts_on, "j E Y")
    }


def check_is_ready(action: PilotAction, target: ActionState, owner: Member | None) -> None:
    """Raise CannotBeDone, saying all that is missing, unless the action can be at `target`."""
    missing = lacks(action, target, owner)
    if missing:
        raise CannotBeDone(" ".join(missing))


def check_days(action: PilotAction, first: date | None, last: date | None) -> None:
    """Raise CannotBeDone for an end before the start, and for an agreed action without its days."""
    if first and last and last < first:
        raise CannotBeDone(_("The last day is before the first."))
    if action.state in DATED and not (first and last):
        raise CannotBeDone(_("Others rely on an agreed action, so it keeps a first and a last day."))


def check_has_come(action: PilotAction, day: date) -> None:
    """Raise CannotBeDone for a day to come: what is written down of it was not there yet."""
    if day > today_of(action):
        raise CannotBeDone(_("This day has not come yet."))
