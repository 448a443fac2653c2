"""A strategy of the test city with an objective, a pilot action and members of the coordinating body."""

from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

import pytest
from django.urls import reverse
from django.utils import timezone

from cities.models import City, User
from strategy.models import CityStrategy, Member, Objective, PilotAction, Responsibility
from strategy.plan.enums import ActionState, Duty
from tests.factories import make_action, make_body, make_member, make_objective, make_strategy

LONG_AGO, YEAR_LATER = date(2021, 7, 1), date(2022, 6, 30)


@pytest.fixture
def strategy(city: City, coordinator: User) -> CityStrategy:
    return make_strategy(city, coordinator)


@pytest.fixture
def objective(strategy: CityStrategy) -> Objective:
    return make_objective(strategy)


@pytest.fixture
def action(objective: Objective) -> PilotAction:
    """A proposal that is only a title."""
    return make_action(objective)


@pytest.fixture
def members(city: City, coordinator: User) -> list[Member]:
    body = make_body(city, coordinator)
    return [make_member(body, name) for name in ("Anna Muster", "Bernd Muster", "Carla Muster")]


@pytest.fixture
def owned(action: PilotAction, members: list[Member]) -> PilotAction:
    """A proposal with an owner and its days, long begun."""
    Responsibility.objects.create(action=action, member=members[0], duty=Duty.ACCOUNTABLE)
    action.starts_on, action.ends_on = LONG_AGO, YEAR_LATER
    action.save()
    return action


@pytest.fixture
def at_state(owned: PilotAction) -> Callable[[ActionState], PilotAction]:
    """`at_state(ActionState.RUNNING)`: the owned action as it stands there."""

    def move(state: ActionState) -> PilotAction:
        learnt = "It was too early." if state == ActionState.STOPPED else ""
        PilotAction.objects.filter(pk=owned.pk).update(state=state, learnt=learnt)
        owned.refresh_from_db()
        return owned

    return move


def leave(member: Member) -> None:
    """The member leaves the body, today."""
    Member.objects.filter(pk=member.pk).update(left_on=timezone.localdate())


def close(strategy: CityStrategy) -> None:
    CityStrategy.objects.filter(pk=strategy.pk).update(closed_at=timezone.now(), closed_by=strategy.created_by)


def tomorrow() -> date:
    return timezone.localdate() + timedelta(days=1)


def address(name: str, action: PilotAction, **more: Any) -> str:
    return reverse(name, kwargs={"slug": action.strategy.city.slug, "pk": action.pk, **more})
