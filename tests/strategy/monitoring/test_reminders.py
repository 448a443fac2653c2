"""Owners hear of their milestones by themselves: when, who, once; also after days without a scheduler."""

from datetime import date, timedelta

import pytest
import time_machine
from celery import current_app
from django.conf import settings
from hypothesis import given
from hypothesis import strategies as st

from cities.enums import Role
from cities.models import City, User
from strategy import tasks
from strategy.milestones.enums import MilestoneState
from strategy.models import Milestone, Promise, SentReminder
from strategy.monitoring.actions.reminding import remind_owners
from strategy.monitoring.models import Occasion
from strategy.monitoring.occasions import DAYS_BEFORE, occasion_of
from tests.factories import make_body, make_member, make_user
from tests.icc_index.test_concurrency import together
from tests.rows import all_rows
from tests.strategy.monitoring.conftest import mails, reached, subjects_to

pytestmark = pytest.mark.django_db
DUE = date(2021, 9, 30)
LONG_BEFORE = "2021-06-01 12:00:00+02:00"


@pytest.fixture(autouse=True)
def _mail_in_english(city) -> None:
    city.language = "en"
    city.save()


def at(day: date, hour: str = "12:00") -> time_machine.travel:
    """That day in Brussels."""
    return time_machine.travel(f"{day} {hour}:00+02:00", tick=False)


def days_before(number: int) -> date:
    return DUE - timedelta(days=number)


@pytest.fixture
def owner(city, coordinator):
    return make_member(make_body(city, coordinator), "Maria Muster")


@pytest.fixture
def milestone(add, owner):
    """Promised in June for the last day of September."""
    with time_machine.travel(LONG_BEFORE, tick=False):
        return add("Mandate given", DUE, owner=owner)


def run_daily(first: date, last: date) -> list[tuple[date, str]]:
    """Run the task every day at noon, and tell on which day which subject was sent."""
    said, seen = [], len(mails())
    for number in range((last - first).days + 1):
        with at(first + timedelta(days=number)):
            remind_owners()
        new, seen = mails()[seen:], len(mails())
        said += [(first + timedelta(days=number), one["subject"]) for one in new]
    return said


# When: plain values ---------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("days_left", "occasion"),
    [
        (31, None),
        (30, Occasion.MONTH_BEFORE),
        (8, Occasion.MONTH_BEFORE),
        (7, Occasion.WEEK_BEFORE),
        (2, Occasion.WEEK_BEFORE),
        (1, Occasion.DAY_BEFORE),
        (0, Occasion.DAY_BEFORE),
        (-1, Occasion.OVERDUE),
        (-400, Occasion.OVERDUE),
    ],
)
def test_latest_occasion_counts(days_left, occasion):
    assert occasion_of(DUE, promised_on=date.min, today=days_before(days_left)) == occasion


@given(days_left=st.integers(0, 60), promised_before=st.integers(0, 90))
def test_occasion_never_lies_before_the_promise(days_left, promised_before):
    promised_on = days_before(promised_before)
    occasion = occasion_of(DUE, promised_on=promised_on, today=days_before(days_left))
    if occasion:
        assert promised_on <= DUE - timedelta(days=DAYS_BEFORE[occasion]) <= days_before(days_left)


# When: the task -------------------------------------------------------------------------------------------------------


def test_owner_hears_three_times_before_and_once_after(milestone, owner):
    assert run_daily(days_before(40), days_before(-20)) == [
        (days_before(30), "Due in 30 days: Mandate given"),
        (days_before(7), "Due in 7 days: Mandate given"),
        (days_before(1), "Due in 1 day: Mandate given"),
        (days_before(-1), "Overdue: Mandate given"),
    ]
    assert {one["to"] for one in mails()} == {owner.email}


def test_after_three_days_without_a_scheduler_the_latest_occasion_is_told_once(milestone, owner):
    run_daily(days_before(10), days_before(8))  # the month's, late
    assert subjects_to(owner.email) == ["Due in 10 days: Mandate given"]
    said = run_daily(days_before(5), days_before(4))  # nothing ran from the eighth to the sixth
    assert said == [(days_before(5), "Due in 5 days: Mandate given")]
    assert run_daily(days_before(-2), days_before(-3 - 2)) == [(days_before(-2), "Overdue: Mandate given")]


def test_second_run_sends_nothing(milestone):
    with at(days_before(7)):
        assert remind_owners() == 1
        before = all_rows()
        assert remind_owners() == 0
        assert all_rows() == before


@pytest.mark.django_db(transaction=True)
def test_two_schedulers_at_once_send_one_mail_each(milestone, add, owner):
    with time_machine.travel(LONG_BEFORE, tick=False):
        others = [add(f"Milestone {number}", DUE, owner=owner) for number in range(4)]
    with at(days_before(7)):
        sent = together(remind_owners, remind_owners, remind_owners)
    assert sum(sent) == len(mails()) == SentReminder.objects.count() == 1 + len(others)


def test_milestone_promised_at_short_notice_brings_only_what_lies_ahead(add, owner):
    with at(days_before(5)):
        add("Mandate given", DUE, owner=owner)
    assert run_daily(days_before(5), DUE) == [(days_before(1), "Due in 1 day: Mandate given")]


def test_day_of_the_promise_may_be_the_occasion(add, owner):
    with at(days_before(7)):
        add("Mandate given", DUE, owner=owner)
        assert remind_owners() == 1


# By the day of the city -----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("zone", "moment", "is_sent"),
    [
        ("Europe/Riga", "2021-09-22 20:59:00+00:00", False),
        ("Europe/Riga", "2021-09-22 21:00:00+00:00", True),  # there it is the 23rd, seven days before
        ("", "2021-09-22 21:59:00+00:00", False),
        ("", "2021-09-22 22:00:00+00:00", True),
        ("Pacific/Kiritimati", "2021-09-22 10:00:00+00:00", True),
        ("Pacific/Honolulu", "2021-09-23 09:59:00+00:00", False),
        ("Pacific/Honolulu", "2021-09-23 10:00:00+00:00", True),
    ],
)
def test_day_begins_in_the_city(zone, moment, is_sent, milestone, city):
    City.objects.filter(pk=city.pk).update(time_zone=zone)
    with at(days_before(20)):
        remind_owners()
    with time_machine.travel(moment, tick=False):
        assert remind_owners() == is_sent


@pytest.mark.parametrize(
    ("moment", "is_sent"),
    [
        # The clocks go back in the night to 31 October 2021: midnight is at 22:00 before, at 23:00 after.
        ("2021-10-30 21:59:00+00:00", False),
        ("2021-10-30 22:00:00+00:00", True),
    ],
)
def test_day_begins_at_midnight_over_the_change_of_the_clocks(moment, is_sent, add, owner):
    with time_machine.travel(LONG_BEFORE, tick=False):
        add("Mandate given", date(2021, 11, 1), owner=owner)
    with at(date(2021, 10, 27)):
        remind_owners()
    with time_machine.travel(moment, tick=False):
        assert remind_owners() == is_sent


# Moved, reached, dropped ----------------------------------------------------------------------------------------------


def test_moved_date_brings_new_reminders(milestone, coordinator):
    run_daily(days_before(30), days_before(7))
    with at(days_before(6)):
        Milestone.objects.update(due_on=DUE + timedelta(days=60))
        Promise.objects.create(milestone=milestone, due_on=DUE + timedelta(days=60), by=coordinator, reason="Late.")
    later = DUE + timedelta(days=60)
    assert run_daily(days_before(6), later) == [
        (later - timedelta(days=30), "Due in 30 days: Mandate given"),
        (later - timedelta(days=7), "Due in 7 days: Mandate given"),
        (later - timedelta(days=1), "Due in 1 day: Mandate given"),
    ]


@pytest.mark.parametrize(
    "facts", [reached(days_before(40)), {"state": MilestoneState.DROPPED, "drop_reason": "No money."}]
)
def test_reached_and_dropped_ones_bring_none(facts, milestone):
    Milestone.objects.update(**facts)
    assert run_daily(days_before(30), days_before(-2)) == []


def test_milestone_moved_while_the_task_runs_brings_none(milestone, monkeypatch):
    from strategy.monitoring.actions import reminding

    look = reminding._occasion

    def and_somebody_moves_it(row):
        Milestone.objects.update(due_on=DUE + timedelta(days=60))
        return look(row)

    monkeypatch.setattr(reminding, "_occasion", and_somebody_moves_it)
    with at(days_before(7)):
        assert remind_owners() == 0
    assert (mails(), SentReminder.objects.count()) == ([], 0)


def test_made_up_milestones_remind_nobody(milestone):
    Milestone.objects.update(is_sample=True)
    assert run_daily(days_before(30), days_before(-2)) == []


# Who ------------------------------------------------------------------------------------------------------------------


def told_on_the_day_before() -> set[str]:
    with at(days_before(1)):
        remind_owners()
    return {one["to"] for one in mails()}


def test_without_owner_the_coordinators_are_told(milestone, city, coordinator, lead, partner):
    Milestone.objects.update(owner=None)
    second = make_user("second-coordinator", Role.COORDINATOR, city)
    assert told_on_the_day_before() == {coordinator.email, second.email}
    assert SentReminder.objects.get().member is None
    assert "has no owner who can be reached. Name one." in mails()[0]["text"] or mails()[0]["text"].startswith(
        "Mandate"
    )


@pytest.mark.parametrize("fact", [{"left_on": days_before(3)}, {"email": ""}])
def test_owner_who_left_or_has_no_address_is_not_told(fact, milestone, owner, coordinator):
    type(owner).objects.update(**fact)
    assert told_on_the_day_before() == {coordinator.email}


def test_owner_with_an_account_is_told_at_its_address_in_its_language(milestone, owner, coordinator):
    account = make_user("maria")
    User.objects.filter(pk=account.pk).update(language="pl")
    type(owner).objects.update(account=account)
    assert told_on_the_day_before() == {"maria@example.org"}
    assert "30 września 2021" in mails()[0]["text"]


def test_owner_whose_account_is_closed_is_not_told(milestone, owner, coordinator):
    account = make_user("maria")
    type(owner).objects.update(account=account)
    User.objects.filter(pk=account.pk).update(is_active=False)
    assert told_on_the_day_before() == {coordinator.email}


def test_when_nobody_can_be_told_it_is_told_once_somebody_can(milestone, city, coordinator):
    Milestone.objects.update(owner=None)
    coordinator.memberships.all().delete()
    assert told_on_the_day_before() == set()
    newcomer = make_user("newcomer", Role.COORDINATOR, city)
    assert told_on_the_day_before() == {newcomer.email}


def test_mail_leads_to_the_milestone_or_to_the_desk(milestone, owner):
    told_on_the_day_before()
    assert "http://testserver/" in mails()[0]["text"]


# The task -------------------------------------------------------------------------------------------------------------


def test_task_runs_every_hour():
    entry = settings.CELERY_BEAT_SCHEDULE["remind-owners"]
    assert (entry["task"], entry["schedule"]) == (tasks.remind_owners.name, 3600)
    assert entry["task"] in current_app.tasks


@pytest.mark.parametrize("rows", [1, 30])
def test_run_with_nothing_to_send_costs_the_same(rows, add, owner, django_assert_num_queries):
    with time_machine.travel(LONG_BEFORE, tick=False):
        for number in range(rows):
            add(f"Milestone {number}", DUE, owner=owner)
    with at(days_before(7)):
        remind_owners()
        with django_assert_num_queries(2):
            remind_owners()
