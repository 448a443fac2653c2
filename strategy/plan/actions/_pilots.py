"""What changes to one pilot action share: it changes under the lock of its strategy, as do all its parts."""

from typing import Any

from cities.models import User
from epi import audit
from strategy.access import still_there
from strategy.plan.models import CityStrategy, PilotAction
from strategy.plan.pilot_rules import check_can_change, check_can_follow_up


def locked(action: PilotAction) -> PilotAction:
    """The action as it is now; nobody else changes it until the transaction ends."""
    CityStrategy.objects.locked().get(pk=action.objective.strategy_id)
    return still_there(PilotAction.objects.for_list(), action.pk)


def open_action(action: PilotAction, by: User) -> PilotAction:
    """The action, locked, for a change of what is planned. Raises NotAllowed."""
    found = locked(action)
    check_can_change(by, found)
    return found


def followed_action(action: PilotAction, by: User) -> PilotAction:
    """The action, locked, for what is written down also when it is over. Raises NotAllowed."""
    found = locked(action)
    check_can_follow_up(by, found)
    return found


def record(kind: str, action: PilotAction, *, by: User, **detail: Any) -> None:
    audit.record(kind, action, by=by, **detail)
