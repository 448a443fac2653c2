"""What several actions share: locking, and giving places to those who wait."""

from strategy.events.actions._common import lock as lock_event
from strategy.events.enums import Standing
from strategy.launch import emails, queries
from strategy.launch.models import Launch, Registration


def lock(launch: Launch) -> Launch:
    """The launch event as it is now, locked until the transaction ends, with the event that it belongs to."""
    event = lock_event(launch.event)
    launch = Launch.objects.get(pk=launch.pk)
    launch.event = event
    return launch


def stand(registration: Registration, standing: Standing) -> None:
    registration.attendee.standing = standing
    registration.attendee.save(update_fields=["standing"])


def move_up(launch: Launch) -> int:
    """Give what places are free to those who wait, in their order, and tell them. Returns how many moved up.

    Once the event has begun, nobody could be told in time.
    """
    if launch.has_begun or launch.event.is_cancelled:
        return 0
    first = list(launch.registrations.waiting()[: queries.free_places(launch)])
    for registration in first:
        registration.launch = launch
        stand(registration, Standing.COMING)
        emails.moved_up(registration)
    return len(first)
