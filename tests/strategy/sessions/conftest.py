"""A session to come, one that was held, and the people in them."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.core.cache import cache
from django.urls import reverse

from epi.models import Job
from strategy.models import Contact, EngagementSession, Participant
from strategy.sessions.enums import MinutesPhase, SessionState
from strategy.stakeholders.enums import ForgottenBecause
from tests.factories import make_contact, make_session

LATER = datetime(2090, 4, 14, 13, tzinfo=UTC)  # 15:00 in Brussels, in summer time


@pytest.fixture
def coming(assessment, coordinator) -> EngagementSession:
    """A focus group to come."""
    return make_session(assessment, coordinator, "To come", starts_at=LATER, ends_at=LATER + timedelta(hours=2))


@pytest.fixture
def held(assessment, coordinator) -> EngagementSession:
    """A focus group that was held, with a draft of its minutes."""
    return make_session(assessment, coordinator, "Held", state=SessionState.HELD, minutes="Courses are full.")


@pytest.fixture(autouse=True)
def _no_guesses_yet() -> None:
    """Wrong links are counted for each address, and all tests come from the same one."""
    cache.clear()


@pytest.fixture
def people(stakeholder, contact) -> list[Contact]:
    """Three persons of the register; the second reads Polish, the third a language that the platform does not speak."""
    return [
        contact,
        make_contact(stakeholder, "Jan Kowalski", language="pl"),
        make_contact(stakeholder, "Olha Koval", language="uk"),
    ]


@pytest.fixture
def present(held, contact) -> Participant:
    """Somebody who was at the session held."""
    return held.participants.create(contact=contact, attended=True)


@pytest.fixture
def in_phase(held, coordinator) -> Callable[[MinutesPhase], EngagementSession]:
    """`in_phase(MinutesPhase.CIRCULATED)`: the session held, with its minutes there."""

    def bring(phase: MinutesPhase) -> EngagementSession:
        EngagementSession.objects.filter(pk=held.pk).update(minutes_phase=phase)
        if phase != MinutesPhase.DRAFT:
            held.minutes_versions.create(number=1, phase=MinutesPhase.CIRCULATED, text=held.minutes, by=coordinator)
        held.refresh_from_db()
        return held

    return bring


@pytest.fixture
def mails() -> Callable[[], list[dict[str, Any]]]:
    """`mails()`: what was queued, in order."""
    return lambda: [job.payload for job in Job.objects.filter(kind="epi.mail.deliver").order_by("created_at", "pk")]


def token_in(mail: dict[str, Any]) -> str:
    """The token of the personal link in a mail."""
    (link,) = [word for word in mail["text"].split() if "/invited/" in word]
    return link.rstrip("/").rpartition("/")[2]


def forget(contact: Contact) -> None:
    """As withdrawing consent does: the row stays, nothing of the person in it."""
    Contact.objects.filter(pk=contact.pk).update(
        name="",
        email="",
        phone="",
        function="",
        language="",
        forgotten_at=datetime(2021, 5, 1, tzinfo=UTC),
        forgotten_because=ForgottenBecause.WITHDRAWN,
    )


def address(name: str, session: EngagementSession, *more: Any) -> str:
    return reverse(name, args=[session.city.slug, session.pk, *more])
