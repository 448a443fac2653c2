"""What several actions share: locking an event, and changing a row of it."""

from strategy.events.models import ProgrammeEvent
from strategy.versions import change

__all__ = ["change", "lock"]


def lock(event: ProgrammeEvent) -> ProgrammeEvent:
    """The event as it is now, locked until the transaction ends."""
    return ProgrammeEvent.objects.locked().get(pk=event.pk)
