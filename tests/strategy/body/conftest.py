"""A coordinating body with a chair, somebody without an account, a meeting of 2021 and one to come."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import pytest

from cities.models import City, User
from epi.models import Job
from strategy.body.enums import MeetingState, MemberKind, Presence
from strategy.models import BodyMeeting, BodyTask, CoordinatingBody, Member
from tests.factories import make_body, make_body_task, make_meeting, make_member

COMING = datetime(2099, 5, 4, 12, tzinfo=UTC)


@pytest.fixture
def body(city: City, coordinator: User) -> CoordinatingBody:
    return make_body(city, coordinator)


@pytest.fixture
def chair(body: CoordinatingBody, coordinator: User) -> Member:
    """The coordinator, with their account."""
    return make_member(body, "Coordinator", account=coordinator, email=coordinator.email, is_chair=True)


@pytest.fixture
def helper(body: CoordinatingBody) -> Member:
    """Somebody without an account."""
    return make_member(body, "Ewa Muster", kind=MemberKind.PARTNER)


@pytest.fixture
def chosen_expert(body: CoordinatingBody, other_expert: User) -> Member:
    """An expert with an account and without a role in the city."""
    return make_member(body, "Expert", account=other_expert, email=other_expert.email, kind=MemberKind.EXPERT)


@pytest.fixture
def begun(body: CoordinatingBody) -> BodyMeeting:
    """Planned, and its time has come."""
    return make_meeting(body)


@pytest.fixture
def coming(body: CoordinatingBody) -> BodyMeeting:
    return make_meeting(body, "Next meeting", starts_at=COMING, ends_at=COMING + timedelta(hours=2))


@pytest.fixture
def held(begun: BodyMeeting, chair: Member) -> BodyMeeting:
    """Held, with the chair present and a text of the minutes."""
    begun.presences.create(member=chair, presence=Presence.PRESENT)
    begun.state, begun.minutes = MeetingState.HELD, "We began."
    begun.save()
    return begun


@pytest.fixture
def task(chair: Member) -> BodyTask:
    return make_body_task(chair)


@pytest.fixture
def mail_to() -> Callable[[str], list[str]]:
    """`mail_to(address)`: the subjects of what is queued for it, in order."""
    return lambda address: [
        job.payload["subject"] for job in Job.objects.filter(payload__to=address).order_by("created_at")
    ]
