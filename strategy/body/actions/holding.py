"""What a meeting leaves: who was there, what was decided, its minutes."""

from collections.abc import Mapping

from django.db import transaction
from django.db.models import Max
from django.utils import timezone
from django.utils.translation import gettext as _

from cities.models import User
from epi import audit
from epi.errors import CannotBeDone, Conflict, NotAllowed
from strategy.access import still_there
from strategy.body import emails, queries, rules
from strategy.body.actions._common import change, lock_meeting
from strategy.body.enums import MeetingState, Presence
from strategy.body.models import BodyDecision, BodyMeeting, MeetingItem, MeetingPresence


@transaction.atomic
def hold(*, meeting: BodyMeeting, by: User) -> None:
    """Mark a meeting that has begun as held: its minutes can then become final."""
    meeting = lock_meeting(meeting)
    rules.check_can_change(by, meeting)
    if meeting.state != MeetingState.PLANNED:
        raise NotAllowed(_("The meeting is marked as held already."))
    rules.check_has_begun(meeting)
    meeting.state = MeetingState.HELD
    meeting.version += 1
    meeting.save()
    audit.record("body_meeting.held", meeting, by=by)


@transaction.atomic
def record_attendance(*, meeting: BodyMeeting, said: Mapping[int, Presence | str], by: User) -> None:
    """Note of members, by their number, whether they were there; of others what was noted stays as it is."""
    meeting = lock_meeting(meeting)
    rules.check_can_change(by, meeting)
    rules.check_has_begun(meeting)
    expected = {member.pk for member in queries.expected_at(meeting)}
    for number, presence in said.items():
        if number not in expected:
            raise CannotBeDone(_("This person was no member of the body on the day of the meeting."))
        MeetingPresence.objects.update_or_create(
            meeting=meeting, member_id=number, defaults={"presence": Presence(presence) if presence else ""}
        )
    audit.record("body_meeting.attendance", meeting, by=by, said={str(key): str(one) for key, one in said.items()})


# Decisions ------------------------------------------------------------------------------------------------------------
@transaction.atomic
def decide(*, meeting: BodyMeeting, text: str, item: MeetingItem | None, by: User) -> BodyDecision:
    """Write down what the meeting decided, under its next number."""
    meeting = lock_meeting(meeting)
    rules.check_can_change(by, meeting)
    rules.check_has_begun(meeting)
    last = meeting.decisions.aggregate(last=Max("number"))["last"] or 0
    decision = BodyDecision.objects.create(meeting=meeting, item=_of(meeting, item), number=last + 1, text=text, by=by)
    audit.record("body_decision.added", decision, by=by, meeting=meeting.pk)
    return decision


@transaction.atomic
def change_decision(
    *, decision: BodyDecision, text: str, item: MeetingItem | None, base_version: int, by: User
) -> None:
    """Put a decision in other words. Raises Conflict. The record keeps that it changed, not the words."""
    meeting = lock_meeting(decision.meeting)
    rules.check_can_change(by, meeting)
    decision = still_there(meeting.decisions.all(), decision.pk)
    change(decision, base_version=base_version, text=text, item=_of(meeting, item), by=by)
    audit.record("body_decision.changed", decision, by=by, meeting=meeting.pk)


@transaction.atomic
def remove_decision(*, decision: BodyDecision, by: User) -> None:
    """Take a decision out that was none; those after it close up."""
    meeting = lock_meeting(decision.meeting)
    rules.check_can_change(by, meeting)
    audit.record("body_decision.removed", decision, by=by, meeting=meeting.pk)
    meeting.decisions.filter(pk=decision.pk).delete()
    for number, one in enumerate(meeting.decisions.order_by("number"), 1):
        BodyDecision.objects.filter(pk=one.pk).update(number=number)


def _of(meeting: BodyMeeting, item: MeetingItem | None) -> MeetingItem | None:
    return still_there(meeting.items.all(), item.pk) if item else None


# Minutes --------------------------------------------------------------------------------------------------------------
@transaction.atomic
def save_minutes(*, meeting: BodyMeeting, text: str, base_version: int, by: User) -> None:
    """Save the text. Raises Conflict when somebody saved another one in between."""
    meeting = lock_meeting(meeting)
    rules.check_can_change(by, meeting)
    if meeting.minutes_version != base_version:
        raise Conflict(meeting)
    meeting.minutes, meeting.minutes_version = text.strip(), meeting.minutes_version + 1
    meeting.save(update_fields=["minutes", "minutes_version"])
    audit.record("body_minutes.saved", meeting, by=by, version=meeting.minutes_version)


@transaction.atomic
def finalise(*, meeting: BodyMeeting, by: User) -> int:
    """Close the meeting for good and send its minutes to the members. Returns how many mails went out.

    Raises NotAllowed unless it was held, CannotBeDone while text or attendance is missing.
    """
    meeting = lock_meeting(meeting)
    rules.check_can_change(by, meeting)
    if meeting.state != MeetingState.HELD:
        raise NotAllowed(_("Mark the meeting as held first: minutes are of what took place."))
    if not meeting.presences.filter(presence=Presence.PRESENT).exists():
        raise CannotBeDone(_("Nobody is marked as present yet: note who was there first."))
    if not meeting.minutes:
        raise CannotBeDone(_("There are no minutes yet: write them first."))
    meeting.minutes_final_at, meeting.minutes_final_by = timezone.now(), by
    meeting.version += 1
    meeting.save()
    audit.record("body_minutes.final", meeting, by=by)
    return emails.minutes(meeting, meeting.body.members.current().select_related("account"))
