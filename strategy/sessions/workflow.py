"""The workflow of a session's minutes as two tables: the allowed moves, and whose turn it is.

Those present have no account: they come by their link, and their first amendment makes the move. docs/workflow.md is
made from these tables.
"""

from cities.enums import Permission
from epi.workflow import Move, Workflow
from strategy.sessions.enums import MinutesPhase, MinutesTurn

THOSE_PRESENT = "those present"  # stands where a permission does, for people who come by a link

_RUN = Permission.RUN_ENGAGEMENT

MINUTES: Workflow[MinutesPhase] = Workflow(
    moves={
        (MinutesPhase.DRAFT, MinutesPhase.CIRCULATED): Move(_RUN, "minutes.circulated"),
        (MinutesPhase.CIRCULATED, MinutesPhase.AMENDED): Move(THOSE_PRESENT, "minutes.amended"),
        (MinutesPhase.AMENDED, MinutesPhase.CIRCULATED): Move(_RUN, "minutes.circulated"),
        (MinutesPhase.CIRCULATED, MinutesPhase.DRAFT): Move(_RUN, "minutes.taken_back", needs_comment=True),
        (MinutesPhase.AMENDED, MinutesPhase.DRAFT): Move(_RUN, "minutes.taken_back", needs_comment=True),
        (MinutesPhase.CIRCULATED, MinutesPhase.FINAL): Move(_RUN, "minutes.final"),
        (MinutesPhase.AMENDED, MinutesPhase.FINAL): Move(_RUN, "minutes.final"),
    },
    turns={
        MinutesPhase.DRAFT: MinutesTurn.CITY,
        MinutesPhase.CIRCULATED: MinutesTurn.THOSE_PRESENT,
        MinutesPhase.AMENDED: MinutesTurn.CITY,
        MinutesPhase.FINAL: MinutesTurn.NOBODY,
    },
    title="The minutes of an engagement session",
    about="""\
Those who came read what the city wrote, propose what should be changed, and the city decides about each proposal.""",
    rules="""\
Minutes go out of a session that was held. The first amendment makes them "amended"; they go out again, or become final,
once each amendment is taken up or declined with a reason. Every version that went out is kept. With the final ones
everything of the session is closed: guide, attendance, notes and findings.""",
)
