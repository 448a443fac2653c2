"""What the actions share: a session locked as it is now, and its event."""

from typing import Any

from django.utils.translation import gettext as _

from cities.models import City, User
from epi import audit
from epi.errors import CannotBeDone
from strategy.sessions.models import EngagementSession
from strategy.sessions.names import names_in
from strategy.stakeholders.models import Contact


def lock(session: EngagementSession) -> EngagementSession:
    """The session as it is now, locked until the transaction ends."""
    return EngagementSession.objects.locked().get(pk=session.pk)


def record(kind: str, session: EngagementSession, *, by: User | None, comment: str = "", **detail: Any) -> None:
    """Write the event. It never names anybody who is invited: what is recorded outlives their consent."""
    audit.record(kind, session, by=by, comment=comment, **detail)


def check_names_nobody(city: City, *texts: str) -> None:
    """Raise CannotBeDone when a text names somebody of the city's register in full.

    For what everybody invited reads, and what is recorded for good: names there would outlive consent.
    """
    known = Contact.objects.known().filter(stakeholder__city=city).values_list("name", flat=True)
    found = names_in("\n\n".join(texts), known)
    if found:
        raise CannotBeDone(
            _("This names %(name)s. Others will read it, and it is kept for good: write it without the name.")
            % {"name": found[0]}
        )
