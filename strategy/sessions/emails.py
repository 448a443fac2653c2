"""Mail to those invited to a session: one function a message, in the person's language, each with a link of their own.

Nobody learns from a mail who else is invited, and nothing of the city's answers.
"""

from collections.abc import Iterable
from datetime import datetime, timedelta

from django.conf import settings
from django.db.models import QuerySet
from django.urls import reverse
from django.utils import timezone

from epi import mail
from epi.mail import Attachment
from strategy.calendar import Method
from strategy.sessions.calendar import attachment
from strategy.sessions.models import EngagementSession, Participant, ParticipantLink

LINK_WORKS_FOR = timedelta(days=60)  # after the session
LINK_WORKS_AT_LEAST = timedelta(days=30)  # after the mail: minutes may be written late


def invited(session: EngagementSession, participants: Iterable[Participant]) -> int:
    return _send_all("invitation", session, participants, method="REQUEST")


def changed(session: EngagementSession, participants: QuerySet[Participant]) -> int:
    """To those invited: the new time or place, and the same entry in the calendar."""
    return _send_all("changed", session, _reachable(participants), method="REQUEST")


def cancelled(session: EngagementSession, participants: QuerySet[Participant]) -> int:
    return _send_all("cancelled", session, _reachable(participants), method="CANCEL")


def reminded(session: EngagementSession, participants: Iterable[Participant]) -> int:
    return _send_all("reminder", session, participants)


def taken_off(session: EngagementSession, participant: Participant) -> None:
    """To one who was invited and no longer is; without a link, for there is nothing left to open."""
    contact = participant.contact
    if contact.is_known and contact.email:
        _send("taken_off", session, participant, "", [attachment(session, "CANCEL", contact.email)])


def minutes_circulated(session: EngagementSession) -> int:
    """To those who were there and can be reached."""
    return _send_all("minutes", session, _reachable(session.participants.filter(attended=True)))


def language_for(participant: Participant) -> str:
    """The person's language if the platform speaks it, else the session's."""
    language = participant.contact.language
    return language if language in dict(settings.LANGUAGES) else participant.session.language


def expiry_of(session: EngagementSession) -> datetime:
    """Until when a link sent now works."""
    return max(session.ends_at + LINK_WORKS_FOR, timezone.now() + LINK_WORKS_AT_LEAST)


def _reachable(participants: QuerySet[Participant]) -> QuerySet[Participant]:
    return Participant.objects.filter(pk__in=participants.values("pk")).reachable().for_list()


def _send_all(
    message: str, session: EngagementSession, participants: Iterable[Participant], *, method: Method | None = None
) -> int:
    """One mail each, with a fresh link and, where the calendar changes, its file. Returns how many."""
    count = 0
    for participant in participants:
        _link, token = ParticipantLink.issue(expires_at=expiry_of(session), participant=participant)
        files = [attachment(session, method, participant.contact.email)] if method else []
        _send(message, session, participant, token, files)
        count += 1
    return count


def _send(
    message: str, session: EngagementSession, participant: Participant, token: str, files: list[Attachment]
) -> None:
    participant.session = session
    with timezone.override(session.zone):
        mail.send(
            f"strategy/sessions/mail/{message}",
            to=participant.contact.email,
            language=language_for(participant),
            attachments=files,
            session=session,
            contact=participant.contact,
            url=settings.SITE_URL + reverse("invited", args=[token]) if token else "",
            way_out=settings.SITE_URL + reverse("consent_withdraw", args=[token]) if token else "",
        )
