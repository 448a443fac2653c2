"""What the actions share: a session locked as it is now, and its event."""

from typing import Any

from cities.models import User
from epi import audit
from strategy.sessions.models import EngagementSession


def lock(session: EngagementSession) -> EngagementSession:
    """The session as it is now, locked until the transaction ends."""
    return EngagementSession.objects.locked().get(pk=session.pk)


def record(kind: str, session: EngagementSession, *, by: User | None, comment: str = "", **detail: Any) -> None:
    """Write the event. It never names anybody who is invited: what is recorded outlives their consent."""
    audit.record(kind, session, by=by, comment=comment, **detail)
