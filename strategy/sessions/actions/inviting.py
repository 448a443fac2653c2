"""Who should be there: choosing from the register, inviting, reminding, taking off; and what people reply."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import timedelta

from django.db import transaction
from django.db.models import Q, QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from cities.models import User
from epi.errors import CannotBeDone, NotAllowed
from strategy.access import still_there
from strategy.sessions import emails, rules
from strategy.sessions.actions._common import lock, record
from strategy.sessions.enums import Reply
from strategy.sessions.models import EngagementSession, Participant, ParticipantLink
from strategy.stakeholders.models import Contact

REMIND_AGAIN_AFTER = timedelta(days=1)


@dataclass(frozen=True)
class Sent:
    """How many mails went out, and how many could not: no address, or consent that does not reach so far."""

    mails: int
    left_out: int


@transaction.atomic
def add_participants(*, session: EngagementSession, contacts: Iterable[Contact], by: User) -> int:
    """Choose persons of the city's register for the session. Nobody gets mail yet. Returns how many are new.

    Raises CannotBeDone, and adds nobody, when one of them has not agreed, or not for that day.
    """
    session = lock(session)
    rules.check_can_write(by, session)
    chosen = list(Contact.objects.filter(pk__in=[one.pk for one in contacts]).select_related("stakeholder"))
    for contact in chosen:
        if contact.stakeholder.city_id != session.city_id:
            raise NotAllowed(_("Choose among the persons of this city's register."))
        rules.check_may_take_part(contact, session)
    there = set(session.participants.values_list("contact_id", flat=True))
    new = [Participant(session=session, contact=contact) for contact in chosen if contact.pk not in there]
    Participant.objects.bulk_create(new)
    if new:
        record("participants.added", session, by=by, count=len(new))
    return len(new)


@transaction.atomic
def remove_participant(*, participant: Participant, by: User) -> None:
    """Take somebody off. Their links no longer work; whoever was invited to a session to come is told.

    Raises CannotBeDone for somebody who came: what took place is not undone.
    """
    session = lock(participant.session)
    rules.check_can_write(by, session)
    participant = still_there(session.participants.for_list(), participant.pk)
    if participant.attended:
        raise CannotBeDone(_("This person was there. If that is wrong, change the attendance first."))
    if participant.invited_at and session.is_to_come:
        emails.taken_off(session, participant)
    participant.delete()  # with its links, which answer like any wrong one from now on
    record("participants.removed", session, by=by, count=1)


@transaction.atomic
def invite(*, session: EngagementSession, by: User) -> Sent:
    """Send the invitation, with a calendar file and a personal link, to those who have none yet. Safe to repeat.

    Raises NotAllowed once the session has begun, CannotBeDone when nobody waits for an invitation.
    """
    session = lock(session)
    rules.check_can_invite(by, session)
    waiting = _writable(session, session.participants.filter(invited_at=None))
    if not waiting:
        raise CannotBeDone(_("Nobody waits for an invitation: choose people first, or give them an address."))
    emails.invited(session, waiting)
    session.participants.filter(pk__in=[one.pk for one in waiting]).update(invited_at=timezone.now())
    record("invitations.sent", session, by=by, count=len(waiting))
    return Sent(len(waiting), session.participants.filter(invited_at=None).count())


@transaction.atomic
def remind(*, session: EngagementSession, by: User) -> Sent:
    """Remind those invited who have not said no; nobody twice within a day.

    Raises NotAllowed once the session has begun, CannotBeDone when there is nobody to remind.
    """
    session = lock(session)
    rules.check_can_invite(by, session)
    recently = timezone.now() - REMIND_AGAIN_AFTER
    due = session.participants.filter(
        Q(reminded_at=None) | Q(reminded_at__lte=recently), invited_at__isnull=False
    ).exclude(reply=Reply.NO)
    waiting = _writable(session, due)
    if not waiting:
        raise CannotBeDone(_("There is nobody to remind: each was reminded today, declined, or has no address."))
    left_out = due.count() - len(waiting)
    emails.reminded(session, waiting)
    session.participants.filter(pk__in=[one.pk for one in waiting]).update(reminded_at=timezone.now())
    record("reminders.sent", session, by=by, count=len(waiting))
    return Sent(len(waiting), left_out)


def _writable(session: EngagementSession, people: QuerySet[Participant]) -> list[Participant]:
    """Those with an address whose consent holds today and on the day of the session."""
    reachable = Participant.objects.filter(pk__in=people.values("pk")).reachable().for_list()
    return [one for one in reachable if one.contact.agreed_to_sessions_on(rules.day_of(session))]


@transaction.atomic
def reply(*, link: ParticipantLink, reply: Reply) -> None:
    """What the person says who has the link; it may change until the session begins."""
    session = lock(link.participant.session)
    rules.check_can_reply(session)
    changed = session.participants.filter(pk=link.participant_id).update(reply=reply, replied_at=timezone.now())
    if changed:
        record("invitation.replied", session, by=None, reply=reply)
