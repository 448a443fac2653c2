"""What members do until when: given at a meeting or between two, done, opened again, and reminded of."""

from datetime import date, timedelta

from django.db import transaction
from django.db.models import F, QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from cities.models import User
from epi import audit
from epi.errors import CannotBeDone
from strategy.access import still_there
from strategy.body import emails, rules
from strategy.body.actions._common import change, lock, lock_meeting, open_body
from strategy.body.models import BodyMeeting, BodyTask, CoordinatingBody, Member

REMINDED_BEFORE = timedelta(days=7)


@transaction.atomic
def add_task(
    *, body: CoordinatingBody, meeting: BodyMeeting | None = None, title: str, owner: Member, due_on: date, by: User
) -> BodyTask:
    """Give a member something to do; with a meeting, as born there, which must be open and have begun."""
    body = open_body(body, by)
    if meeting:
        meeting = lock_meeting(meeting)
        rules.check_can_change(by, meeting)
        rules.check_has_begun(meeting)
    task = BodyTask.objects.create(
        body=body, meeting=meeting, title=title, owner=_in_it(body, owner), due_on=due_on, created_by=by
    )
    audit.record("body_task.added", task, by=by)
    return task


@transaction.atomic
def change_task(*, task: BodyTask, title: str, owner: Member, due_on: date, base_version: int, by: User) -> None:
    """Change a task. Raises Conflict, and CannotBeDone for an owner who has left meanwhile."""
    body = open_body(task.body, by)
    task = still_there(body.tasks.all(), task.pk)
    owner = _in_it(body, owner)
    if owner.pk != task.owner_id:  # whoever takes it over has heard nothing of it yet
        task.soon_reminded_for = task.late_reminded_for = None
    change(task, base_version=base_version, title=title, owner=owner, due_on=due_on)
    audit.record("body_task.changed", task, by=by)


def _in_it(body: CoordinatingBody, owner: Member) -> Member:
    owner = still_there(body.members.all(), owner.pk)
    rules.check_is_in_it(owner)
    return owner


@transaction.atomic
def remove_task(*, task: BodyTask, by: User) -> None:
    """Remove a task that was given by mistake. Raises CannotBeDone when it is done, or stands in final minutes."""
    body = open_body(task.body, by)
    task = still_there(body.tasks.select_related("meeting"), task.pk)
    if task.is_done or (task.meeting and task.meeting.is_final):
        raise CannotBeDone(_("The task is done, or was given at a meeting whose minutes are final. It stays."))
    audit.record("body_task.removed", task, by=by)
    task.delete()


@transaction.atomic
def tick_off(*, task: BodyTask, note: str, by: User) -> None:
    """Say that a task is done: its owner, or whoever runs the body."""
    task = _open_to(task, by)
    if task.is_done:
        raise CannotBeDone(_("This is ticked off already."))
    task.done_at, task.done_by, task.note = timezone.now(), by, note.strip()
    task.version += 1
    task.save()
    audit.record("body_task.done", task, by=by)


@transaction.atomic
def reopen(*, task: BodyTask, by: User) -> None:
    """Say that a task is not done after all; what was noted stays."""
    task = _open_to(task, by)
    if not task.is_done:
        raise CannotBeDone(_("This is not ticked off."))
    rules.check_is_in_it(task.owner)
    task.done_at, task.done_by = None, None
    task.version += 1
    task.save()
    audit.record("body_task.reopened", task, by=by)


def _open_to(task: BodyTask, by: User) -> BodyTask:
    body = lock(task.body)
    task = still_there(body.tasks.select_related("owner"), task.pk)
    rules.check_can_do(by, task)
    return task


# Reminders ------------------------------------------------------------------------------------------------------------
def remind_owners() -> int:
    """Remind owners of what is due within a week, and once of what is late. Returns how many mails.

    A reminder stands on the task with the date that it is about: whoever comes second sends nothing, and after some
    days off what is still true is sent.
    """
    soon = timezone.localdate() + REMINDED_BEFORE + timedelta(days=1)  # it may be tomorrow there already
    bodies = CoordinatingBody.objects.filter(tasks__in=_not_reminded(BodyTask.objects.filter(due_on__lte=soon)))
    return sum(_remind_owners_of(body) for body in bodies.distinct().order_by("pk"))


def _not_reminded(tasks: QuerySet[BodyTask]) -> QuerySet[BodyTask]:
    """Open ones whose owner is in the body and has not heard that the date is over: after that comes nothing."""
    return tasks.filter(done_at=None, owner__left_on=None).exclude(late_reminded_for=F("due_on"))


@transaction.atomic
def _remind_owners_of(body: CoordinatingBody) -> int:
    body = lock(body)
    tasks = _not_reminded(body.tasks.filter(due_on__lte=body.today + REMINDED_BEFORE))
    return sum(_remind(task) for task in tasks.select_related("owner__account", "owner__body__city"))


def _remind(task: BodyTask) -> bool:
    field = "late_reminded_for" if task.is_late else "soon_reminded_for"
    if getattr(task, field) == task.due_on or not task.owner.address:
        return False
    setattr(task, field, task.due_on)
    task.save(update_fields=[field])
    emails.task_reminder(task)
    return True
