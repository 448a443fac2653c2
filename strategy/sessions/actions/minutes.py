"""The minutes of a session: written, circulated, amended by those present, final."""

from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from cities.models import User
from epi.errors import CannotBeDone, Conflict
from strategy.access import still_there
from strategy.sessions import emails, queries, rules
from strategy.sessions.actions._common import check_names_nobody, lock, record
from strategy.sessions.enums import Decision, MinutesPhase
from strategy.sessions.models import Amendment, EngagementSession, MinutesVersion, ParticipantLink
from strategy.sessions.workflow import MINUTES

MOST_AMENDMENTS = 20  # of one person, in one session


@transaction.atomic
def save(*, session: EngagementSession, text: str, base_revision: int, by: User) -> None:
    """Save the text while it is the city's turn. Raises Conflict when somebody saved in between."""
    session = lock(session)
    rules.check_can_edit_minutes(by, session)
    if session.minutes_revision != base_revision:
        raise Conflict(session)
    if not text.strip() and session.minutes_phase != MinutesPhase.DRAFT:
        raise CannotBeDone(_("Minutes that went out once cannot be empty."))
    _set(session, minutes=text.strip(), minutes_revision=session.minutes_revision + 1)
    record("minutes.saved", session, by=by)


@transaction.atomic
def circulate(*, session: EngagementSession, by: User) -> int:
    """Send the minutes to those who were there, each with a personal link. Returns how many mails went out.

    Raises NotAllowed out of turn, CannotBeDone without a text or while an amendment is not decided.
    """
    session = lock(session)
    rules.check_can_move(by, session, MinutesPhase.CIRCULATED)
    _check_complete(session)
    _move(session, MinutesPhase.CIRCULATED, by=by)
    _keep_version(session, by)
    return emails.minutes_circulated(session)


@transaction.atomic
def take_back(*, session: EngagementSession, comment: str, by: User) -> None:
    """Make the minutes a draft again, saying why. What went out is kept."""
    session = lock(session)
    rules.check_can_move(by, session, MinutesPhase.DRAFT)
    check_names_nobody(session.city, comment)
    _move(session, MinutesPhase.DRAFT, by=by, comment=comment)


@transaction.atomic
def finalise(*, session: EngagementSession, by: User) -> None:
    """Close the minutes and with them the session. Raises CannotBeDone while an amendment is not decided."""
    session = lock(session)
    rules.check_can_move(by, session, MinutesPhase.FINAL)
    _check_complete(session)
    _move(session, MinutesPhase.FINAL, by=by)
    _keep_version(session, by)


@transaction.atomic
def amend(*, link: ParticipantLink, text: str) -> Amendment:
    """Propose a change, as somebody who was there. The first one gives the turn to the city.

    Raises NotAllowed unless the minutes are with those present, CannotBeDone for a person's twenty-first.
    """
    session = lock(link.participant.session)
    participant = still_there(session.participants.all(), link.participant_id)
    participant.session = session
    rules.check_can_amend(participant)
    if participant.amendments.count() >= MOST_AMENDMENTS:
        raise CannotBeDone(_("You have proposed many changes. Please write the rest to the city directly."))
    amendment = Amendment.objects.create(session=session, participant=participant, text=text.strip())
    if session.minutes_phase == MinutesPhase.CIRCULATED:
        _move(session, MinutesPhase.AMENDED, by=None)
    record("amendment.proposed", session, by=None, amendment=amendment.pk)
    return amendment


@transaction.atomic
def decide(*, amendment: Amendment, decision: Decision, reason: str, by: User) -> None:
    """Take an amendment up or decline it with a reason, which its author reads by their link.

    A decision may be changed while it is the city's turn. Raises CannotBeDone when declining without a reason.
    """
    session = lock(amendment.session)
    rules.check_can_edit_minutes(by, session)
    if decision == Decision.OPEN:
        raise CannotBeDone(_("Choose: take it up, or decline."))
    if decision == Decision.DECLINED and not reason.strip():
        raise CannotBeDone(_("Say why: the person who proposed it will read the reason."))
    amendment = still_there(session.amendments.all(), amendment.pk)
    amendment.decision, amendment.reason = decision, reason.strip()
    amendment.decided_by, amendment.decided_at = by, timezone.now()
    amendment.save(update_fields=["decision", "reason", "decided_by", "decided_at"])
    record("amendment.decided", session, by=by, amendment=amendment.pk, decision=decision)


def _check_complete(session: EngagementSession) -> None:
    if not session.minutes:
        raise CannotBeDone(_("There are no minutes yet: write them first."))
    open_ones = queries.open_amendments(session)
    if open_ones:
        raise CannotBeDone(
            ngettext(
                "%(count)d proposed change is not decided yet.",
                "%(count)d proposed changes are not decided yet.",
                open_ones,
            )
            % {"count": open_ones}
        )


def _move(session: EngagementSession, target: MinutesPhase, *, by: User | None, comment: str = "") -> None:
    """Move the locked session's minutes and record it. Raises as `rules.check_can_move` does, and without a comment."""
    rules.check_can_move(by, session, target)
    step = MINUTES.moves[MinutesPhase(session.minutes_phase), target]
    if step.needs_comment and not comment.strip():
        raise CannotBeDone(_("Say why: the others need to know what to do."))
    source = session.minutes_phase
    _set(session, minutes_phase=target, minutes_comment=comment.strip())
    record(step.event, session, by=by, source=source, target=target)


def _keep_version(session: EngagementSession, by: User) -> None:
    last = queries.last_version(session)
    MinutesVersion.objects.create(
        session=session,
        number=last.number + 1 if last else 1,
        phase=session.minutes_phase,
        text=session.minutes,
        by=by,
    )


def _set(session: EngagementSession, **changes: Any) -> None:
    for name, value in changes.items():
        setattr(session, name, value)
    session.save(update_fields=list(changes))
