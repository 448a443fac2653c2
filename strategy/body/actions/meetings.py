"""Meetings before they take place: plan, agenda, invitations; and cancelling them."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from django.db import transaction
from django.db.models import Max
from django.utils import timezone
from django.utils.translation import gettext as _

from cities.models import User
from epi import audit
from epi.errors import CannotBeDone
from strategy.access import still_there
from strategy.body import emails, rules
from strategy.body.actions._common import change, lock_meeting, open_body
from strategy.body.enums import MeetingState
from strategy.body.models import BodyMeeting, CoordinatingBody, MeetingItem, MeetingPresence, Member

ANNOUNCED = ("title", "starts_at", "ends_at", "place")  # those invited must hear of it when one of them changes


@dataclass(frozen=True)
class Sent:
    """How many mails went out, and how many members could not be written to."""

    mails: int
    left_out: int


@transaction.atomic
def plan_meeting(
    *, body: CoordinatingBody, title: str, starts_at: datetime, ends_at: datetime, place: str, by: User
) -> BodyMeeting:
    body = open_body(body, by)
    _check_times(starts_at, ends_at)
    meeting = BodyMeeting.objects.create(
        body=body, title=title, starts_at=starts_at, ends_at=ends_at, place=place, created_by=by
    )
    audit.record("body_meeting.planned", meeting, by=by)
    return meeting


@transaction.atomic
def change_meeting(
    *,
    meeting: BodyMeeting,
    title: str,
    starts_at: datetime,
    ends_at: datetime,
    place: str,
    base_version: int,
    by: User,
) -> int:
    """Change what is planned. Those invited to a meeting to come hear of it; returns how many. Raises Conflict."""
    meeting = lock_meeting(meeting)
    rules.check_can_change(by, meeting)
    _check_times(starts_at, ends_at)
    if meeting.state == MeetingState.HELD and starts_at > timezone.now():
        raise CannotBeDone(_("The meeting was held, so that it cannot begin in the future."))
    before = {name: getattr(meeting, name) for name in ANNOUNCED}
    change(meeting, base_version=base_version, title=title, starts_at=starts_at, ends_at=ends_at, place=place)
    changed = [name for name, value in before.items() if getattr(meeting, name) != value]
    audit.record("body_meeting.changed", meeting, by=by, fields=changed)
    invited = _invited(meeting)
    if not changed or not meeting.is_to_come or not invited:
        return 0
    _count_up(meeting)
    return emails.changed(meeting, invited)


def _check_times(starts_at: datetime, ends_at: datetime) -> None:
    if starts_at >= ends_at:
        raise CannotBeDone(_("The meeting must end after it begins."))


def _invited(meeting: BodyMeeting) -> list[Member]:
    """Members who were invited, are still in the body and can be written to."""
    invited = set(meeting.presences.filter(invited_at__isnull=False).values_list("member_id", flat=True))
    return [member for member in _members(meeting) if member.address and member.pk in invited]


def _members(meeting: BodyMeeting) -> Iterable[Member]:
    return meeting.body.members.current().select_related("account")


def _count_up(meeting: BodyMeeting) -> None:
    """Calendars take a file for news only if its number is higher."""
    meeting.calendar_sequence += 1
    meeting.save(update_fields=["calendar_sequence"])


@transaction.atomic
def invite(*, meeting: BodyMeeting, by: User) -> Sent:
    """Invite the members who are not invited yet, each with a calendar file.

    Raises CannotBeDone once the meeting has begun, and when there is nobody left to invite.
    """
    meeting = lock_meeting(meeting)
    rules.check_can_change(by, meeting)
    if not meeting.is_to_come:
        raise CannotBeDone(_("The meeting has begun: nobody can be invited any more."))
    there = set(meeting.presences.filter(invited_at__isnull=False).values_list("member_id", flat=True))
    waiting = [member for member in _members(meeting) if member.pk not in there]
    reachable = [member for member in waiting if member.address]
    if not reachable:
        raise CannotBeDone(_("There is nobody to invite: everybody is invited, or has no e-mail address."))
    for member in reachable:
        MeetingPresence.objects.update_or_create(
            meeting=meeting, member=member, defaults={"invited_at": timezone.now()}
        )
    audit.record("body_meeting.invited", meeting, by=by, members=[member.pk for member in reachable])
    return Sent(emails.invited(meeting, reachable), len(waiting) - len(reachable))


@transaction.atomic
def cancel(*, meeting: BodyMeeting, reason: str, by: User) -> int:
    """Cancel a planned meeting, saying why. Those invited are told if it was still to come; returns how many."""
    meeting = lock_meeting(meeting)
    rules.check_can_cancel(by, meeting)
    if not reason.strip():
        raise CannotBeDone(_("Say why: those invited will read it."))
    was_to_come = meeting.is_to_come
    meeting.state, meeting.cancel_reason = MeetingState.CANCELLED, reason.strip()
    meeting.calendar_sequence += 1
    meeting.version += 1
    meeting.save()
    audit.record("body_meeting.cancelled", meeting, by=by)
    return emails.cancelled(meeting, _invited(meeting)) if was_to_come else 0


# The agenda -----------------------------------------------------------------------------------------------------------
@transaction.atomic
def add_item(*, meeting: BodyMeeting, title: str, text: str, by: User) -> MeetingItem:
    """Put something at the end of the agenda."""
    meeting = lock_meeting(meeting)
    rules.check_can_change(by, meeting)
    last = meeting.items.aggregate(last=Max("position"))["last"] or 0
    item = MeetingItem.objects.create(meeting=meeting, position=last + 1, title=title, text=text)
    audit.record("body_meeting.item_added", meeting, by=by, item=item.pk)
    return item


@transaction.atomic
def change_item(*, item: MeetingItem, title: str, text: str, base_version: int, by: User) -> None:
    meeting = lock_meeting(item.meeting)
    rules.check_can_change(by, meeting)
    change(still_there(meeting.items.all(), item.pk), base_version=base_version, title=title, text=text)
    audit.record("body_meeting.item_changed", meeting, by=by, item=item.pk)


@transaction.atomic
def move_item(*, item: MeetingItem, direction: Literal["up", "down"], by: User) -> None:
    """Let an item change places with its neighbour; at the end of the agenda it stays."""
    meeting = lock_meeting(item.meeting)
    rules.check_can_change(by, meeting)
    items = list(meeting.items.all())
    here = items.index(still_there(meeting.items.all(), item.pk))
    there = here + (1 if direction == "down" else -1)
    if 0 <= there < len(items):
        items[here], items[there] = items[there], items[here]
    for position, one in enumerate(items, 1):
        MeetingItem.objects.filter(pk=one.pk).update(position=position)
    audit.record("body_meeting.item_moved", meeting, by=by, item=item.pk, direction=direction)


@transaction.atomic
def remove_item(*, item: MeetingItem, by: User) -> None:
    """Take an item off the agenda. What was decided about it stays."""
    meeting = lock_meeting(item.meeting)
    rules.check_can_change(by, meeting)
    meeting.items.filter(pk=item.pk).delete()
    audit.record("body_meeting.item_removed", meeting, by=by, item=item.pk)
