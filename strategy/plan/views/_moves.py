"""The moves of a pilot action in words: the verb on the button, the form that is asked, what is said in the end."""

from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext_lazy

from strategy.plan.enums import ActionState
from strategy.plan.forms.pilots import CompleteForm, LearntForm, MoveForm, ReasonForm, StopForm
from strategy.plan.models import PilotAction
from strategy.plan.workflow import PILOT_ACTION


@dataclass(frozen=True)
class MoveInWords:
    """Texts are lazy: they are read in the language of whoever asks."""

    verb: Any
    done: Any
    form: type[MoveForm | LearntForm] = MoveForm
    about: Any = ""


_STOP = MoveInWords(
    gettext_lazy("Stop the action"),
    gettext_lazy("The action is stopped. What was learnt stays."),
    StopForm,
    gettext_lazy(
        "For good: a stopped action changes no more. One that did not work is worth as much as one that did, if others "
        "can learn from it."
    ),
)
MOVES = {
    (ActionState.PROPOSED, ActionState.AGREED): MoveInWords(
        gettext_lazy("Agree on the action"), gettext_lazy("The action is agreed.")
    ),
    (ActionState.AGREED, ActionState.RUNNING): MoveInWords(
        gettext_lazy("Say that it has begun"), gettext_lazy("The action is running.")
    ),
    (ActionState.RUNNING, ActionState.COMPLETED): MoveInWords(
        gettext_lazy("Complete the action"),
        gettext_lazy("The action is completed. Its measures can still be read."),
        CompleteForm,
        gettext_lazy("For good: afterwards only readings of its measures are added, and what was learnt."),
    ),
    (ActionState.AGREED, ActionState.PROPOSED): MoveInWords(
        gettext_lazy("Make it a proposal again"), gettext_lazy("The action is a proposal again."), ReasonForm
    ),
    (ActionState.RUNNING, ActionState.AGREED): MoveInWords(
        gettext_lazy("Say that it does not run yet"),
        gettext_lazy("The action is agreed, and does not run yet."),
        ReasonForm,
    ),
    (ActionState.PROPOSED, ActionState.STOPPED): _STOP,
    (ActionState.AGREED, ActionState.STOPPED): _STOP,
    (ActionState.RUNNING, ActionState.STOPPED): _STOP,
}
# Where an action goes next when all is well.
NEXT = {
    ActionState.PROPOSED: ActionState.AGREED,
    ActionState.AGREED: ActionState.RUNNING,
    ActionState.RUNNING: ActionState.COMPLETED,
}


def other_moves(action: PilotAction) -> list[tuple[ActionState, Any]]:
    """Where an action can go instead of on, with the verb."""
    source = ActionState(action.state)
    targets = [target for origin, target in PILOT_ACTION.moves if origin == source and target != NEXT.get(source)]
    return [(target, MOVES[source, target].verb) for target in targets]
