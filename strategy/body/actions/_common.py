"""What the actions share: a body, or a meeting through its body, locked as it is now."""

from cities.models import User
from strategy.access import still_there
from strategy.body.models import BodyMeeting, CoordinatingBody
from strategy.rules import check_can_run_strategy
from strategy.versions import change

__all__ = ["change", "lock", "lock_meeting", "open_body"]


def lock(body: CoordinatingBody) -> CoordinatingBody:
    """The body as it is now, locked until the transaction ends: members, meetings and tasks change under its lock."""
    return CoordinatingBody.objects.locked().get(pk=body.pk)


def open_body(body: CoordinatingBody, by: User) -> CoordinatingBody:
    """The body locked, for whoever runs it. Raises NotAllowed for all others."""
    body = lock(body)
    check_can_run_strategy(by, body.city)
    return body


def lock_meeting(meeting: BodyMeeting) -> BodyMeeting:
    """The meeting as it is now, under the lock of its body."""
    return still_there(lock(meeting.body).meetings.all(), meeting.pk)
