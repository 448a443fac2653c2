"""The workflow of a pilot action as two tables: the allowed moves, and whose turn it is (docs/workflow.md).

What must be there before a move stands in plan/pilot_rules.py.
"""

from cities.enums import Permission
from epi.workflow import Move, Workflow
from strategy.plan.enums import ActionState, ActionTurn

_RUN = Permission.RUN_STRATEGY

PILOT_ACTION: Workflow[ActionState] = Workflow(
    moves={
        (ActionState.PROPOSED, ActionState.AGREED): Move(_RUN, "action.agreed"),
        (ActionState.AGREED, ActionState.RUNNING): Move(_RUN, "action.started"),
        (ActionState.RUNNING, ActionState.COMPLETED): Move(_RUN, "action.completed"),
        (ActionState.AGREED, ActionState.PROPOSED): Move(_RUN, "action.taken_back", needs_comment=True),
        (ActionState.RUNNING, ActionState.AGREED): Move(_RUN, "action.paused", needs_comment=True),
        (ActionState.PROPOSED, ActionState.STOPPED): Move(_RUN, "action.stopped", needs_comment=True),
        (ActionState.AGREED, ActionState.STOPPED): Move(_RUN, "action.stopped", needs_comment=True),
        (ActionState.RUNNING, ActionState.STOPPED): Move(_RUN, "action.stopped", needs_comment=True),
    },
    turns={
        ActionState.PROPOSED: ActionTurn.CITY,
        ActionState.AGREED: ActionTurn.CITY,
        ActionState.RUNNING: ActionTurn.CITY,
        ActionState.COMPLETED: ActionTurn.NOBODY,
        ActionState.STOPPED: ActionTurn.NOBODY,
    },
    title="A pilot action",
    about="""\
What a city tries out for an objective of its strategy, from an idea to what came of it.""",
    rules="""\
It is agreed once somebody of the coordinating body is accountable for it and its days are set; it starts on its first
day, not before; it is completed with its outputs. Whoever stops it says what was learnt. Once it is completed or
stopped, only readings of its measures are added, and what was learnt. Of a closed strategy no action moves.""",
)
