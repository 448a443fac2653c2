"""Who may do what with a coordinating body. `check_can_x` raises with a sentence, `can_x` is for templates.

Seeing is not decided here: `visible_to` does, and what is not visible answers 404.
"""

from django.utils.translation import gettext as _

from cities.models import User
from epi.errors import CannotBeDone, NotAllowed
from strategy.body.enums import MeetingState
from strategy.body.models import BodyMeeting, BodyTask, Member
from strategy.rules import can_run_strategy, check_can_run_strategy


# Meetings -------------------------------------------------------------------------------------------------------------
def can_change(user: User, meeting: BodyMeeting) -> bool:
    try:
        check_can_change(user, meeting)
    except NotAllowed:
        return False
    return True


def check_can_change(user: User, meeting: BodyMeeting) -> None:
    """Raise NotAllowed unless the person runs the body and the meeting is open: not cancelled, its minutes not final.

    For everything that belongs to a meeting: agenda, invitations, attendance, decisions, minutes.
    """
    check_can_run_strategy(user, meeting.body.city)
    if meeting.is_cancelled:
        raise NotAllowed(_("The meeting is cancelled, so nothing of it changes any more."))
    if meeting.is_final:
        raise NotAllowed(_("The minutes are final, so nothing of the meeting changes any more."))


def check_can_cancel(user: User, meeting: BodyMeeting) -> None:
    check_can_change(user, meeting)
    if meeting.state != MeetingState.PLANNED:
        raise NotAllowed(_("The meeting was held and can no longer be cancelled."))


def check_has_begun(meeting: BodyMeeting) -> None:
    """Raise CannotBeDone before the meeting: who came and what was decided is noted once it takes place."""
    if not meeting.has_begun:
        raise CannotBeDone(_("The meeting has not begun yet."))


# Members and tasks ----------------------------------------------------------------------------------------------------
def check_is_in_it(member: Member) -> None:
    """Raise CannotBeDone for somebody who has left: they get no tasks and no office."""
    if not member.is_current:
        raise CannotBeDone(left_in_the_meantime(member))


def left_in_the_meantime(member: Member) -> str:
    return _("%(name)s has left the coordinating body in the meantime. Choose somebody else.") % {"name": member}


def owns(user: User, task: BodyTask) -> bool:
    return task.owner.is_current and task.owner.account_id == user.pk


def can_do(user: User, task: BodyTask) -> bool:
    return owns(user, task) or can_run_strategy(user, task.body.city)


def check_can_do(user: User, task: BodyTask) -> None:
    """Raise NotAllowed unless it is the person's own task, whatever their role, or they run the body."""
    if not can_do(user, task):
        raise NotAllowed(_("The one who does the task ticks it off, or the city's coordinator or technical partner."))
