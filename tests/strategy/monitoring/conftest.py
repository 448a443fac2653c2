"""What the tests around the network board stand on: milestones of the test programme, and the mail that waits."""

from collections.abc import Callable
from datetime import date
from typing import Any

import pytest

from cities.enums import Role
from cities.models import City, Membership, Programme, User
from epi import mail
from epi.models import Job
from strategy.milestones.enums import MilestoneState
from strategy.models import Milestone
from tests.factories import make_city, make_milestone, make_user

TODAY = date(2021, 7, 14)  # a Wednesday
NOON = "2021-07-14 12:00:00+02:00"

AddMilestone = Callable[..., Milestone]


@pytest.fixture
def add(programme: Programme, city: City, coordinator: User) -> AddMilestone:
    """`add("Mandate given", date(2021, 7, 1))`: a milestone of the programme in the test city, promised today."""

    def make(title: str, due_on: date, **fields: Any) -> Milestone:
        given = {"programme": programme, "city": city, "by": coordinator, **fields}
        return make_milestone(given.pop("city"), given.pop("by"), title, due_on=due_on, **given)

    return make


def reached(day: date) -> dict[str, Any]:
    return {"state": MilestoneState.REACHED, "reached_on": day, "proof": "The decision."}


def another_city(programme: Programme, slug: str, **facts: Any) -> City:
    """One more city of the programme, with somebody who coordinates it."""
    city = make_city(slug)
    City.objects.filter(pk=city.pk).update(**facts)
    city.refresh_from_db()
    programme.cities.add(city)
    make_user(f"coordinator-of-{slug}", Role.COORDINATOR, city)
    return city


def another_programme(slug: str = "other") -> tuple[Programme, User]:
    """A programme without cities, and its coordinator."""
    programme = Programme.objects.create(name=slug.title(), slug=slug, starts_on="2020-01-01", ends_on="2022-01-01")
    user = make_user(f"network-of-{slug}")
    Membership.objects.create(user=user, role=Role.NETWORK_COORDINATOR, programme=programme)
    return programme, user


def mails() -> list[dict[str, Any]]:
    """What waits to be sent, in order."""
    return [job.payload for job in Job.objects.filter(kind=mail.DELIVERY).order_by("created_at", "pk")]


def subjects_to(address: str) -> list[str]:
    return [one["subject"] for one in mails() if one["to"] == address]
