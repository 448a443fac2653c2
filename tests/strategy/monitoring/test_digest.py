"""The weekly digest: Monday from six, one mail a person, none without news, once a week whatever runs; and its end."""

from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
import time_machine
from celery import current_app
from django.conf import settings
from django.core import mail as outbox
from django.test import Client
from django.urls import reverse
from hypothesis import given
from hypothesis import strategies as st

from cities.enums import Role
from cities.models import City, User
from epi import jobs
from epi.models import Job
from strategy import tasks
from strategy.milestones.enums import MilestoneState
from strategy.models import DigestChoice, Milestone, Nudge, SentDigest
from strategy.monitoring.actions.digesting import choose_digest, send_digests, token_of, wants_digest
from strategy.monitoring.occasions import week_of_digest
from tests.factories import make_city, make_user
from tests.icc_index.test_concurrency import together
from tests.rows import all_rows
from tests.strategy.monitoring.conftest import another_city, another_programme, mails, reached, subjects_to

pytestmark = pytest.mark.django_db
MONDAY = date(2021, 7, 12)
BRUSSELS = ZoneInfo("Europe/Brussels")


def at(moment: str) -> time_machine.travel:
    """A moment in Brussels, in July 2021: "12 06:00"."""
    return time_machine.travel(f"2021-07-{moment}:00+02:00", tick=False)


def day(offset: int) -> date:
    return MONDAY + timedelta(days=offset)


@pytest.fixture(autouse=True)
def _in_english(coordinator):
    """The coordinator reads English; the test city's own mail is Polish."""
    User.objects.filter(pk=coordinator.pk).update(language="en")


@pytest.fixture
def late(add):
    with at("01 12:00"):
        return add("Mandate given", day(-3))


def text_to(user) -> str:
    (found,) = [one["text"] for one in mails() if one["to"] == user.email]
    return found


# When -----------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("moment", "number"),
    [("11 23:59", 1), ("12 00:00", 0), ("12 05:59", 0), ("12 06:00", 1), ("15 17:00", 1), ("18 23:59", 1)],
)
def test_digest_comes_from_six_on_monday_until_the_week_is_over(moment, number, late, coordinator):
    with at(moment):
        assert send_digests() == number


@pytest.mark.parametrize(
    ("zone", "moment", "is_sent"),
    [
        ("Europe/Riga", "2021-07-12 02:59:00+00:00", False),
        ("Europe/Riga", "2021-07-12 03:00:00+00:00", True),
        ("Pacific/Honolulu", "2021-07-12 15:59:00+00:00", False),
        ("Pacific/Honolulu", "2021-07-12 16:00:00+00:00", True),
        # Summer time: six in Brussels is four, in winter five, by the world's clock.
        ("", "2021-03-29 03:59:00+00:00", False),
        ("", "2021-03-29 04:00:00+00:00", True),
        ("", "2021-11-01 04:59:00+00:00", False),
        ("", "2021-11-01 05:00:00+00:00", True),
    ],
)
def test_six_is_by_the_clock_of_the_city(zone, moment, is_sent, add, city, coordinator):
    City.objects.filter(pk=city.pk).update(time_zone=zone)
    with time_machine.travel("2021-01-04 12:00:00+00:00", tick=False):
        add("Mandate given", date(2021, 1, 1))
    with time_machine.travel(moment, tick=False):
        assert send_digests() == is_sent


@given(moment=st.datetimes(datetime(2020, 1, 1), datetime(2030, 1, 1), timezones=st.just(BRUSSELS)))
def test_week_is_due_from_six_on_its_monday(moment):
    begins = (moment - timedelta(days=moment.weekday())).replace(hour=6, minute=0, second=0, microsecond=0)
    week = week_of_digest(moment)
    assert (week is None) == (moment.replace(tzinfo=None) < begins.replace(tzinfo=None))
    assert week in (None, begins.isocalendar()[:2])


def test_weeks_over_the_turn_of_the_year_are_two_digests(add, coordinator):
    add("Mandate given", date(2020, 12, 1))
    for moment, number in (("2020-12-28", 1), ("2021-01-03", 0), ("2021-01-04", 1)):  # weeks 53 of 2020 and 1 of 2021
        with time_machine.travel(f"{moment} 12:00:00+01:00", tick=False):
            assert send_digests() == number
    assert list(SentDigest.objects.values_list("year", "week")) == [(2020, 53), (2021, 1)]


# Once -----------------------------------------------------------------------------------------------------------------


def test_second_run_sends_nothing(late, coordinator):
    with at("12 07:00"):
        assert send_digests() == 1
        before = all_rows()
        assert send_digests() == 0
        assert all_rows() == before


def test_after_three_days_without_a_scheduler_it_comes_once(late, coordinator):
    with at("05 07:00"):
        send_digests()
    sent = []
    for moment in ("15 09:00", "15 10:00", "16 09:00", "18 23:00"):
        with at(moment):
            sent.append(send_digests())
    assert sent == [1, 0, 0, 0]
    assert list(SentDigest.objects.values_list("week", flat=True)) == [27, 28]
    assert subjects_to(coordinator.email)[-1] == "Milestones in the week of 12 July 2021"


def test_missed_weeks_are_not_made_up_for(late, coordinator):
    with at("26 07:00"):
        assert send_digests() == 1
    assert len(mails()) == 1


@pytest.mark.django_db(transaction=True)
def test_two_schedulers_at_once_send_one_mail_each(late, city, coordinator, lead):
    with at("12 07:00"):
        sent = together(send_digests, send_digests, send_digests)
    assert sum(sent) == len(mails()) == SentDigest.objects.count() == 2


# To whom --------------------------------------------------------------------------------------------------------------


def test_digest_goes_to_those_who_run_or_decide_and_to_the_network(
    late, coordinator, lead, partner, network, viewer, contributor, admin, outsider
):
    with at("12 07:00"):
        send_digests()
    assert {one["to"] for one in mails()} == {user.email for user in (coordinator, lead, partner, network)}


def test_person_who_may_not_sign_in_gets_none(late, coordinator):
    User.objects.filter(pk=coordinator.pk).update(is_active=False)
    with at("12 07:00"):
        assert send_digests() == 0


def test_person_with_several_cities_and_roles_gets_one_mail_with_all(programme, city, late, add, coordinator, network):
    riga = another_city(programme, "riga")
    with at("01 12:00"):
        add("Pact drafted", day(-8), city=riga)
    coordinator.memberships.create(role=Role.LEAD, city=riga)
    coordinator.memberships.create(role=Role.LEAD, city=city)
    coordinator.memberships.create(role=Role.NETWORK_COORDINATOR, programme=programme)
    with at("12 07:00"):
        send_digests()
    text = text_to(coordinator)
    assert text.index("Testville") < text.index("Mandate given") < text.index("Riga") < text.index("Pact drafted")
    assert text.count("Mandate given") == 1
    assert "Testville: overdue 1, due within 14 days 0, reached last week 0" in text


def test_reader_reads_their_own_language(late, coordinator):
    User.objects.filter(pk=coordinator.pk).update(language="pl")
    with at("12 07:00"):
        send_digests()
    assert "9 lipca 2021" in text_to(coordinator)


# What -----------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("due_on", "facts", "heading"),
    [
        (day(-1), {}, "Overdue:"),
        (day(0), {}, "Due within 14 days:"),
        (day(14), {}, "Due within 14 days:"),
        (day(15), {}, None),
        (day(-20), reached(day(-7)), "Reached last week:"),
        (day(-20), reached(day(-1)), "Reached last week:"),
        (day(-20), reached(day(-8)), None),
        (day(-20), reached(day(0)), None),
        (day(-20), {"state": MilestoneState.DROPPED, "drop_reason": "No money."}, None),
    ],
)
def test_milestone_stands_where_its_dates_put_it(due_on, facts, heading, add, coordinator):
    with at("12 07:00"):
        add("Mandate given", due_on, **facts)
        assert send_digests() == (heading is not None)
    if heading:
        text = text_to(coordinator)
        assert f"{heading}\n- Mandate given" in text
        assert text.count(":\n- ") == 1


def test_reminder_of_last_week_stands_in_it(programme, city, add, network, coordinator):
    with at("01 12:00"):
        add("Mandate given", day(60))
    for on, text in ((day(-8), "Long ago."), (day(-7), "How does it go?")):
        Nudge.objects.create(programme=programme, city=city, text=text, by=network, on=on)
    with at("12 07:00"):
        send_digests()
    assert "How does it go?" in text_to(coordinator)
    assert "Long ago." not in text_to(coordinator)


def test_nothing_to_tell_is_no_mail_and_the_week_is_dealt_with(add, coordinator):
    with at("12 07:00"):
        milestone = add("Mandate given", day(60))
        assert send_digests() == 0
    Milestone.objects.filter(pk=milestone.pk).update(due_on=day(1))
    with at("14 07:00"):
        assert send_digests() == 0
    with at("19 07:00"):
        assert send_digests() == 1


def test_made_up_milestones_are_in_no_digest(late, coordinator):
    Milestone.objects.update(is_sample=True)
    with at("12 07:00"):
        assert send_digests() == 0


def test_network_hears_of_its_programme_only(programme, city, late, add, network, coordinator):
    _other, stranger = another_programme()
    with at("01 12:00"):
        add("Own matter", day(-3), programme=None)
    with at("12 07:00"):
        send_digests()
    assert "Testville: overdue 1, due" in text_to(network)
    assert reverse("board", args=[programme.slug]) in text_to(network)
    assert "Own matter" in text_to(coordinator)
    assert subjects_to(stranger.email) == []


def test_city_hears_nothing_of_others(late, outsider):
    with at("12 07:00"):
        send_digests()
    assert subjects_to(outsider.email) == []


# What it costs --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("people", [1, 5])
def test_run_with_nothing_to_send_costs_the_same(people, late, city, coordinator, django_assert_num_queries):
    for number in range(people - 1):
        make_user(f"coordinator-{number}", Role.COORDINATOR, city)
    with at("12 07:00"):
        send_digests()
        with django_assert_num_queries(2):
            send_digests()


@pytest.mark.parametrize("cities", [1, 4])
def test_news_are_read_once_for_all(cities, programme, add, late, coordinator, django_assert_max_num_queries):
    with at("01 12:00"):
        for number in range(cities - 1):
            add("Mandate given", day(-3), city=another_city(programme, f"city-{number}"))
    of_each = 5  # a savepoint and its end, the look, the row, the mail
    with at("12 07:00"), django_assert_max_num_queries(6 + cities * (of_each + 2)):
        assert send_digests() == cities


def test_task_runs_every_hour():
    entry = settings.CELERY_BEAT_SCHEDULE["send-digests"]
    assert (entry["task"], entry["schedule"]) == (tasks.send_digests.name, 3600)
    assert entry["task"] in current_app.tasks


# Switching it off -----------------------------------------------------------------------------------------------------


def test_choice_in_the_account_holds(late, coordinator, sign_in):
    browser = sign_in(coordinator)
    assert browser.get(reverse("digest_choice")).context["form"]["is_wanted"].value() is True
    browser.post(reverse("digest_choice"), {})
    with at("12 07:00"):
        assert send_digests() == 0
    browser.post(reverse("digest_choice"), {"is_wanted": "on"})
    assert DigestChoice.objects.count() == 1
    with at("12 08:00"):
        assert send_digests() == 1


def test_mail_carries_the_way_out_in_text_and_header(late, coordinator):
    with at("12 07:00"):
        send_digests()
    (job,) = Job.objects.filter(payload__to=coordinator.email)
    jobs.run(job.pk)
    (message,) = outbox.outbox
    header = message.message()["List-Unsubscribe"]
    address = header.strip("<>")
    assert address.startswith("http://testserver/digest/off/")
    assert address in message.body
    assert message.message()["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"


def test_link_in_the_mail_asks_first_and_a_press_ends_it(coordinator):
    off = reverse("digest_off", args=[token_of(coordinator)])
    browser = Client(enforce_csrf_checks=True)  # as a mail program, which has no page of ours
    before = all_rows()
    assert "Stop the weekly digest?" in browser.get(off).content.decode()
    assert all_rows() == before
    assert "You get no weekly digest any more" in browser.post(off, {"List-Unsubscribe": "One-Click"}).content.decode()
    assert not wants_digest(coordinator)
    assert "You get no weekly digest any more" in browser.get(off).content.decode()


@pytest.mark.parametrize("change", [lambda token: "x", lambda token: token[:-2] + "xx", lambda token: token + ":"])
def test_other_token_switches_nothing_off(change, coordinator, client):
    off = reverse("digest_off", args=[change(token_of(coordinator))])
    assert (client.get(off).status_code, client.post(off).status_code) == (404, 404)
    assert DigestChoice.objects.count() == 0


def test_choice_of_one_is_not_that_of_another(late, coordinator, lead):
    choose_digest(user=lead, is_wanted=False)
    with at("12 07:00"):
        send_digests()
    assert {one["to"] for one in mails()} == {coordinator.email}


def test_city_without_people_costs_nobody_a_mail(programme, add, coordinator):
    with at("01 12:00"):
        add("Mandate given", day(-3), city=make_city("empty"))
    with at("12 07:00"):
        assert send_digests() == 0
