"""The workflow of a milestone as two tables: the allowed moves, and whose turn it is (docs/workflow.md).

Whoever runs the city's strategy makes every move; so does the milestone's owner, whatever their role (rules.py).
"""

from cities.enums import Permission
from epi.workflow import Move, Workflow
from strategy.milestones.enums import MilestoneState, MilestoneTurn

_RUN = Permission.RUN_STRATEGY

MILESTONE: Workflow[MilestoneState] = Workflow(
    moves={
        (MilestoneState.PLANNED, MilestoneState.UNDER_WAY): Move(_RUN, "milestone.begun"),
        (MilestoneState.PLANNED, MilestoneState.REACHED): Move(_RUN, "milestone.reached"),
        (MilestoneState.UNDER_WAY, MilestoneState.REACHED): Move(_RUN, "milestone.reached"),
        (MilestoneState.PLANNED, MilestoneState.DROPPED): Move(_RUN, "milestone.dropped", needs_comment=True),
        (MilestoneState.UNDER_WAY, MilestoneState.DROPPED): Move(_RUN, "milestone.dropped", needs_comment=True),
        (MilestoneState.REACHED, MilestoneState.UNDER_WAY): Move(_RUN, "milestone.reopened", needs_comment=True),
        (MilestoneState.DROPPED, MilestoneState.PLANNED): Move(_RUN, "milestone.reopened", needs_comment=True),
    },
    turns={
        MilestoneState.PLANNED: MilestoneTurn.OWNER,
        MilestoneState.UNDER_WAY: MilestoneTurn.OWNER,
        MilestoneState.REACHED: MilestoneTurn.NOBODY,
        MilestoneState.DROPPED: MilestoneTurn.NOBODY,
    },
    title="A milestone",
    about="""\
A dated point on a city's way. Its light (overdue, at risk, on track) is no state: it follows from the dates.""",
    rules="""\
Its owner makes these moves too, whatever their role in the city; dates are moved only by those who run the strategy.
Reaching it takes a proof (a text or a link) and a day that is not to come. Every move is kept with its reason, and
every promised date: see [milestones](milestones.md).""",
)
