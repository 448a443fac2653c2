"""Mail to members of a coordinating body: one function a message, in the member's language.

Links lead to pages that need an account. Who has none gets what they must know in the mail itself.
"""

from collections.abc import Iterable
from typing import Any

from django.conf import settings
from django.urls import reverse
from django.utils import timezone

from epi import mail
from strategy.body.calendar import attachment
from strategy.body.models import BodyMeeting, BodyTask, Member
from strategy.calendar import Method


def named(member: Member) -> None:
    """To somebody who is in the body now: how would they know, and what is kept of them?"""
    if member.address:
        privacy = settings.SITE_URL + reverse("privacy")
        _send("named", member, body=member.body, url=_link(member, member.body), privacy=privacy)


def invited(meeting: BodyMeeting, members: Iterable[Member]) -> int:
    return _send_all("invitation", meeting, members, method="REQUEST", items=list(meeting.items.all()))


def changed(meeting: BodyMeeting, members: Iterable[Member]) -> int:
    """To those invited: the new time or place, and the same entry in the calendar."""
    return _send_all("changed", meeting, members, method="REQUEST")


def cancelled(meeting: BodyMeeting, members: Iterable[Member]) -> int:
    return _send_all("cancelled", meeting, members, method="CANCEL")


def minutes(meeting: BodyMeeting, members: Iterable[Member]) -> int:
    """The final minutes, to all who can be written to: a link, or the text to those without an account."""
    return _send_all("minutes", meeting, members)


def task_reminder(task: BodyTask) -> None:
    """To the owner of a task that is due soon, or late."""
    message = "task_late" if task.is_late else "task_soon"
    _send(message, task.owner, task=task, body=task.body, url=_link(task.owner, task))


def _send_all(
    message: str, meeting: BodyMeeting, members: Iterable[Member], *, method: Method | None = None, **context: Any
) -> int:
    """One mail to each member with an address. Returns how many."""
    reachable = [member for member in members if member.address]
    for member in reachable:
        files = [attachment(meeting, method, member.address)] if method else []
        with timezone.override(meeting.zone):
            _send(message, member, meeting=meeting, url=_link(member, meeting), attachments=files, **context)
    return len(reachable)


def _link(member: Member, about: Any) -> str:
    return settings.SITE_URL + about.get_absolute_url() if member.account_id else ""


def _send(message: str, member: Member, **context: Any) -> None:
    mail.send(f"strategy/body/mail/{message}", to=member.address, language=member.language, member=member, **context)
