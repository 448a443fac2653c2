"""What of coordinating bodies lies on a member's desk (settings.EPI_DESK)."""

from collections.abc import Sequence

from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from cities.models import User
from icc_index.desk import DeskItem
from strategy.body.enums import MeetingState
from strategy.body.models import BodyMeeting, BodyTask, CoordinatingBody, Member

SHOWN = 3  # tasks of one body, on the desk


def items(user: User) -> list[DeskItem]:
    """One line for each body that this person is a member of. One query for others, three for members."""
    mine = Member.objects.current().filter(account=user).select_related("body__city")
    bodies = [member.body for member in mine.order_by("body__city__name")]
    if not bodies:
        return []
    tasks, meetings = _tasks_of(user, bodies), _meetings_of(bodies)
    return [
        _item(
            body,
            [task for task in tasks if task.body_id == body.pk],
            next((meeting for meeting in meetings if meeting.body_id == body.pk), None),
        )
        for body in bodies
    ]


def _tasks_of(user: User, bodies: Sequence[CoordinatingBody]) -> list[BodyTask]:
    tasks = BodyTask.objects.open().filter(body__in=bodies, owner__account=user, owner__left_on=None)
    return list(tasks.select_related("body__city"))


def _meetings_of(bodies: Sequence[CoordinatingBody]) -> list[BodyMeeting]:
    to_come = BodyMeeting.objects.filter(body__in=bodies, state=MeetingState.PLANNED, starts_at__gt=timezone.now())
    return list(to_come.for_list().order_by("starts_at"))


def _item(body: CoordinatingBody, tasks: Sequence[BodyTask], meeting: BodyMeeting | None) -> DeskItem:
    to_do = ngettext("%(number)d task waits for you", "%(number)d tasks wait for you", len(tasks))
    return DeskItem(
        title=_("Coordinating body of %(city)s") % {"city": body.city.name},
        url=body.get_absolute_url(),
        lines=[*([_meeting(meeting)] if meeting else []), *map(_task, tasks[:SHOWN])],
        to_do=to_do % {"number": len(tasks)} if tasks else "",
    )


def _meeting(meeting: BodyMeeting) -> str:
    when = date_format(timezone.localtime(meeting.starts_at, meeting.zone), "j E Y, H:i")
    return _("Next meeting: %(title)s, %(when)s") % {"title": meeting, "when": when}


def _task(task: BodyTask) -> str:
    words = {"task": task, "day": date_format(task.due_on, "j E Y")}
    if task.is_late:
        return _("%(task)s: was due on %(day)s") % words
    return _("%(task)s: due on %(day)s") % words
