"""What several actions share: locking an event, and changing a row unless somebody else did in between."""

from typing import Any

from epi.errors import Conflict
from strategy.events.models import AgendaItem, Attendee, Conclusion, EventTask, ProgrammeEvent

Versioned = ProgrammeEvent | AgendaItem | Attendee | EventTask | Conclusion


def lock(event: ProgrammeEvent) -> ProgrammeEvent:
    """The event as it is now, locked until the transaction ends."""
    return ProgrammeEvent.objects.locked().get(pk=event.pk)


def change(row: Versioned, *, base_version: int, **facts: Any) -> None:
    """Set `facts` of a row of a locked event. Raises Conflict when it is no longer the version that was edited."""
    if row.version != base_version:
        raise Conflict(row)
    for name, value in facts.items():
        setattr(row, name, value)
    row.version += 1
    row.save()
