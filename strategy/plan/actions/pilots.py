"""Pilot actions: proposed, changed, moved from state to state, removed."""

from collections.abc import Iterable
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from cities.models import User
from epi.errors import CannotBeDone
from strategy.access import still_there
from strategy.plan.actions._common import open_for
from strategy.plan.actions._pilots import followed_action, locked, open_action, record
from strategy.plan.enums import ActionState
from strategy.plan.models import Objective, PilotAction
from strategy.plan.pilot_rules import check_can_move, check_days, check_is_ready, owner_of
from strategy.plan.workflow import PILOT_ACTION
from strategy.stakeholders.models import Stakeholder
from strategy.versions import change

# What hangs on an action and would be lost with it, by the names under which it hangs there.
HANGS_ON_IT = ("codesigns", "measures", "milestones", "commitments")


@transaction.atomic
def add_action(*, objective: Objective, title: str, by: User, **facts: Any) -> PilotAction:
    """Propose an action for an objective. A title is enough to begin with. Raises CannotBeDone for wrong days."""
    strategy = open_for(objective.strategy, by)
    objective = still_there(strategy.objectives.select_related("strategy__city"), objective.pk)
    action = PilotAction(objective=objective, title=title, created_by=by, **facts)
    check_days(action, action.starts_on, action.ends_on)
    action.save()
    record("action.added", action, by=by, target=ActionState.PROPOSED)
    return action


@transaction.atomic
def change_action(
    *,
    action: PilotAction,
    base_version: int,
    objective: Objective,
    designers: Iterable[Stakeholder],
    by: User,
    **facts: Any,
) -> PilotAction:
    """Change what is planned, and who designs it. Raises Conflict when somebody saved in between."""
    action = open_action(action, by)
    if objective.strategy_id != action.objective.strategy_id:
        raise CannotBeDone(_("Choose an objective of the same strategy."))
    check_days(action, facts["starts_on"], facts["ends_on"])
    chosen = ours(action, designers)
    change(action, base_version=base_version, objective=objective, **facts)
    action.designers.set(chosen)
    record("action.changed", action, by=by, version=action.version)
    return action


def ours(action: PilotAction, stakeholders: Iterable[Stakeholder]) -> list[Stakeholder]:
    """These organisations as they are now. Raises CannotBeDone when one is not in the city's register any more."""
    wanted = {one.pk for one in stakeholders}
    found = list(Stakeholder.objects.filter(city=action.strategy.city_id, pk__in=wanted))
    if len(found) != len(wanted):
        raise CannotBeDone(_("One of these organisations is no longer in the city's register. Choose anew."))
    return found


@transaction.atomic
def move(
    *, action: PilotAction, target: ActionState, base_version: int, by: User, reason: str = "", **facts: Any
) -> PilotAction:
    """Move the action to another state, setting `facts` (outputs, what was learnt) as far as the move asks for them.

    Raises NotAllowed when the workflow has no such move, CannotBeDone with all that is missing, and Conflict when
    somebody changed the action since: one agrees to what one has read.
    """
    action = locked(action)
    check_can_move(by, action, target)
    source = ActionState(action.state)
    step = PILOT_ACTION.moves[source, target]
    if step.needs_comment and not (facts.get("learnt") if target == ActionState.STOPPED else reason):
        raise CannotBeDone(_("Say why: others will read it."))
    change(action, base_version=base_version, state=target, state_since=timezone.now(), state_reason=reason, **facts)
    check_is_ready(action, target, owner_of(action))
    record(step.event, action, by=by, source=source, target=target)
    return action


@transaction.atomic
def write_learnt(*, action: PilotAction, base_version: int, learnt: str, by: User) -> None:
    """Write down what was learnt, also when the action is over. A stopped one keeps saying something."""
    action = followed_action(action, by)
    if action.state == ActionState.STOPPED and not learnt:
        raise CannotBeDone(_("The action was stopped: say what was learnt from it."))
    change(action, base_version=base_version, learnt=learnt)
    record("action.learnt", action, by=by, version=action.version)


@transaction.atomic
def remove_action(*, action: PilotAction, by: User) -> None:
    """Remove a proposal that was made by mistake. Raises CannotBeDone once something hangs on it, or it was agreed."""
    action = open_action(action, by)
    if not can_be_removed(action):
        raise CannotBeDone(_("Others rely on this action. Stop it instead, and say what was learnt."))
    record("action.removed", action, by=by)
    action.delete()


def can_be_removed(action: PilotAction) -> bool:
    """True for a proposal on which nothing hangs. A query for each thing that could."""
    if action.state != ActionState.PROPOSED:
        return False
    return not any(getattr(action, name).exists() for name in HANGS_ON_IT)
