"""Who may write findings and ratings, and when; and that no finding names anybody who took part."""

from collections.abc import Iterable

from django.utils.translation import gettext as _

from cities.models import User
from epi.errors import CannotBeDone, NotAllowed
from strategy.rules import can_run_engagement, check_can_run_engagement
from strategy.sessions.enums import MinutesPhase, SessionState
from strategy.sessions.models import EngagementSession
from strategy.sessions.names import names_in


def is_final(session: EngagementSession) -> bool:
    return session.minutes_phase == MinutesPhase.FINAL


def can_write_findings(user: User, session: EngagementSession) -> bool:
    return can_run_engagement(user, session.city) and not is_final(session)


def check_can_write_findings(user: User, session: EngagementSession) -> None:
    """Raise NotAllowed without the role, or once the minutes are final: those present agreed to what stands there."""
    check_can_run_engagement(user, session.city)
    if is_final(session):
        raise NotAllowed(_("The minutes of this session are final, so its findings no longer change."))


def can_open_round(user: User, session: EngagementSession) -> bool:
    return can_write_findings(user, session) and session.state != SessionState.CANCELLED


def check_can_open_round(user: User, session: EngagementSession) -> None:
    """Raise NotAllowed without the role, or for a session that is over: cancelled, or with final minutes."""
    check_can_run_engagement(user, session.city)
    if is_final(session):
        raise NotAllowed(_("The minutes of this session are final, so no new round of ratings can begin."))
    if session.state == SessionState.CANCELLED:
        raise NotAllowed(_("This session was cancelled, so there is nobody to rate."))


def check_names_nobody(text: str, names: Iterable[str]) -> None:
    """Raise CannotBeDone if the text holds one of the full names, in either order, whatever its case and accents."""
    found = names_in(text, names)
    if found:
        raise CannotBeDone(
            _("The text names %(name)s, who took part. Findings name nobody: say which group it was.")
            % {"name": found[0]}
        )
