"""Who may do what with a session. `check_can_x` raises with a sentence a person can read, `can_x` is for templates.

Final minutes close the session: its guide, attendance, notes and findings. Seeing is not decided here.
"""

from datetime import date

from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from cities.models import User
from epi.errors import CannotBeDone, NotAllowed
from strategy.rules import check_can_run_engagement
from strategy.sessions.enums import MinutesPhase, SessionState
from strategy.sessions.models import EngagementSession, Note, Participant
from strategy.sessions.workflow import MINUTES, THOSE_PRESENT
from strategy.stakeholders.models import Contact


def can_write(user: User, session: EngagementSession) -> bool:
    try:
        check_can_write(user, session)
    except NotAllowed:
        return False
    return True


def check_can_write(user: User, session: EngagementSession) -> None:
    """Raise NotAllowed unless the person runs the city's engagement and the session is open: not cancelled, not final.

    For everything that belongs to a session: guide, people, attendance, notes, minutes, findings, ratings.
    """
    check_can_run_engagement(user, session.city)
    check_is_open(session)


def check_is_open(session: EngagementSession) -> None:
    """Raise NotAllowed when nothing of the session changes any more."""
    if session.state == SessionState.CANCELLED:
        raise NotAllowed(_("The session is cancelled, so nothing of it changes any more."))
    if session.minutes_phase == MinutesPhase.FINAL:
        raise NotAllowed(_("The minutes are final, so nothing of the session changes any more."))


def check_can_hold(user: User, session: EngagementSession) -> None:
    """Raise NotAllowed unless the session is planned and its time has come."""
    check_can_write(user, session)
    if session.state != SessionState.PLANNED:
        raise NotAllowed(_("The session is marked as held already."))
    if not session.has_begun:
        raise NotAllowed(_("The session has not begun yet. Mark it as held when it was."))


def check_can_cancel(user: User, session: EngagementSession) -> None:
    check_can_write(user, session)
    if session.state != SessionState.PLANNED:
        raise NotAllowed(_("The session was held and can no longer be cancelled."))


def check_can_invite(user: User, session: EngagementSession) -> None:
    """Raise NotAllowed once there is nothing left to be invited to."""
    check_can_write(user, session)
    if not session.is_to_come:
        raise NotAllowed(_("The session has begun: nobody can be invited or reminded any more."))


def check_can_reply(session: EngagementSession) -> None:
    """Raise NotAllowed unless people may still say whether they come. For those who come by their link."""
    if not session.is_to_come:
        raise NotAllowed(_("It is too late to reply: the session has begun, or was cancelled."))


def check_may_take_part(contact: Contact, session: EngagementSession) -> None:
    """Raise CannotBeDone unless the person agreed to sessions, today and on the day itself."""
    if not contact.is_known:
        raise CannotBeDone(_("This person's consent has ended: nobody is invited without it."))
    if not contact.agreed_to_sessions_on(day_of(session)):
        raise CannotBeDone(
            _("%(name)s agreed from %(since)s to %(until)s, and the session is on another day: ask for consent first.")
            % {"name": contact, "since": _day(contact.consent_given_on), "until": _day(contact.keep_until)}
        )


def day_of(session: EngagementSession) -> date:
    """The day for which consent must hold: that of the session, or today when it is over and somebody came unasked."""
    return max(timezone.localdate(session.starts_at, session.zone), timezone.localdate())


def _day(day: date) -> str:
    return date_format(day, "j E Y")


def check_can_change_note(user: User, note: Note) -> None:
    """Raise NotAllowed unless the note is this person's own and the session open."""
    check_can_write(user, note.session)
    if note.by_id != user.pk:
        raise NotAllowed(_("You can change your own notes only."))


# Minutes --------------------------------------------------------------------------------------------------------------
def can_edit_minutes(user: User, session: EngagementSession) -> bool:
    try:
        check_can_edit_minutes(user, session)
    except NotAllowed:
        return False
    return True


def check_can_edit_minutes(user: User, session: EngagementSession) -> None:
    """Raise NotAllowed unless it is the city's turn: while those present read, the text stays as they got it."""
    check_can_write(user, session)
    if session.minutes_phase == MinutesPhase.CIRCULATED:
        raise NotAllowed(not_your_turn(session))


def can_move(user: User, session: EngagementSession, target: MinutesPhase) -> bool:
    try:
        check_can_move(user, session, target)
    except NotAllowed:
        return False
    return True


def check_can_move(user: User | None, session: EngagementSession, target: MinutesPhase) -> None:
    """Raise NotAllowed unless the workflow has this move and it is this person's.

    None stands for somebody present, who has come by a link of their own.
    """
    if user is not None:
        check_can_run_engagement(user, session.city)
    check_is_open(session)
    if session.state != SessionState.HELD:
        raise NotAllowed(_("Mark the session as held first: minutes are of what took place."))
    move = MINUTES.move(MinutesPhase(session.minutes_phase), target)
    if move is None or (move.permission == THOSE_PRESENT) != (user is None):
        raise NotAllowed(not_your_turn(session))


def not_your_turn(session: EngagementSession) -> str:
    """The sentence that says whose turn it is about the minutes."""
    if session.minutes_phase == MinutesPhase.CIRCULATED:
        return _("The minutes are with those present. Take them back to change them.")
    if session.minutes_phase == MinutesPhase.FINAL:
        return _("The minutes are final and no longer change.")
    return _("It is the city's turn: it writes the minutes, decides about amendments and circulates them.")


def can_amend(participant: Participant) -> bool:
    try:
        check_can_amend(participant)
    except NotAllowed:
        return False
    return True


def check_can_amend(participant: Participant) -> None:
    """Raise NotAllowed unless the person was there and the minutes are with those present."""
    if not participant.attended:
        raise NotAllowed(_("Those who were at the session can propose changes to its minutes."))
    if participant.session.minutes_phase not in (MinutesPhase.CIRCULATED, MinutesPhase.AMENDED):
        raise NotAllowed(_("The minutes are not with those present now, so no change can be proposed."))
