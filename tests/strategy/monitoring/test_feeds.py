"""Calendar feeds: what a calendar program reads, to whom it is open, and when an address is dead."""

from datetime import UTC, date, datetime, timedelta

import icalendar
import pytest
import time_machine
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from cities.enums import Role
from cities.models import Membership, User
from epi import links
from epi.models import Event
from strategy.milestones.enums import MilestoneState
from strategy.models import CalendarFeed, Milestone, Promise
from strategy.monitoring.actions import feeding
from strategy.monitoring.actions.feeding import make_feed, revoke_feed
from strategy.monitoring.calendar import uid_of
from tests.factories import make_body, make_member
from tests.icc_index.pages import text
from tests.rows import all_rows
from tests.strategy.monitoring.conftest import NOON, TODAY, another_city, reached

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("_noon")]
FEED_QUERIES = 4


@pytest.fixture
def _noon():
    with time_machine.travel(NOON, tick=False):
        yield


@pytest.fixture
def milestone(add) -> Milestone:
    return add("Mandate given", TODAY + timedelta(days=60))


@pytest.fixture
def address(city, coordinator) -> str:
    """The address of a feed of the test city, of its coordinator, who reads English."""
    User.objects.filter(pk=coordinator.pk).update(language="en")
    _feed, token = make_feed(what=city, by=coordinator)
    return reverse("feed", args=[token])


def events_at(address: str) -> list[icalendar.Event]:
    answered = Client().get(address)
    assert answered.status_code == 200
    return icalendar.Calendar.from_ical(answered.content).walk("VEVENT")


# What a calendar reads ------------------------------------------------------------------------------------------------


def test_milestone_is_an_event_of_a_whole_day(milestone, address):
    answered = Client().get(address)
    calendar = icalendar.Calendar.from_ical(answered.content)
    assert answered["Content-Type"] == "text/calendar; charset=utf-8"
    assert (calendar["VERSION"], calendar["X-WR-CALNAME"]) == ("2.0", "Milestones: Testville")
    (event,) = calendar.walk("VEVENT")
    assert (event["DTSTART"].dt, event["DTEND"].dt) == (date(2021, 9, 12), date(2021, 9, 13))
    assert (event["UID"], event["SEQUENCE"], event["STATUS"]) == (uid_of(milestone), 0, "CONFIRMED")
    assert event["SUMMARY"] == "Mandate given (On track)"
    assert event["DTSTAMP"].dt == datetime(2021, 7, 14, 10, tzinfo=UTC)


def test_moved_date_is_the_same_entry_with_the_next_number(milestone, coordinator, address):
    for offset in (70, 80):
        with time_machine.travel(f"2021-07-15 1{offset // 10}:00:00+02:00", tick=False):
            Promise.objects.create(milestone=milestone, due_on=TODAY + timedelta(days=offset), by=coordinator)
    Milestone.objects.update(due_on=TODAY + timedelta(days=80))
    (event,) = events_at(address)
    assert (event["UID"], event["SEQUENCE"]) == (uid_of(milestone), 2)
    assert event["DTSTART"].dt == TODAY + timedelta(days=80)
    assert event["DTSTAMP"].dt == datetime(2021, 7, 15, 16, tzinfo=UTC)


def test_dropped_milestone_is_taken_off_the_calendar(milestone, address):
    Milestone.objects.update(state=MilestoneState.DROPPED, drop_reason="No money.")
    (event,) = events_at(address)
    assert (event["STATUS"], event["SUMMARY"]) == ("CANCELLED", "Mandate given (Dropped)")


def test_light_is_that_of_the_day_in_the_readers_language(milestone, address, coordinator):
    Milestone.objects.filter(pk=milestone.pk).update(**reached(TODAY))
    assert events_at(address)[0]["SUMMARY"] == "Mandate given (Reached)"
    Milestone.objects.filter(pk=milestone.pk).update(state="planned", reached_on=None, due_on=TODAY - timedelta(days=1))
    assert events_at(address)[0]["SUMMARY"] == "Mandate given (Overdue)"
    User.objects.filter(pk=coordinator.pk).update(language="pl")
    assert events_at(address)[0]["SUMMARY"].startswith("Mandate given (")


def test_letters_and_signs_survive(milestone, address):
    Milestone.objects.update(title="Zażółć; gęślą, jaźń\\ 1:2")
    assert events_at(address)[0]["SUMMARY"] == "Zażółć; gęślą, jaźń\\ 1:2 (On track)"


def test_feed_names_no_person(milestone, address, city, coordinator):
    owner = make_member(make_body(city, coordinator), "Maria Muster")
    Milestone.objects.update(owner=owner)
    content = Client().get(address).content.decode()
    for name in ("Maria", coordinator.name, coordinator.email):
        assert name not in content


def test_feed_of_a_programme_has_its_milestones_and_the_cities_names(programme, milestone, add, network):
    User.objects.filter(pk=network.pk).update(language="en")
    add("Own matter", TODAY, programme=None)
    add("Pact drafted", TODAY + timedelta(days=90), city=another_city(programme, "riga"))
    _feed, token = make_feed(what=programme, by=network)
    found = [event["SUMMARY"] for event in events_at(reverse("feed", args=[token]))]
    assert found == ["Mandate given (On track), Testville", "Pact drafted (On track), Riga"]


def test_feed_of_a_city_has_all_of_the_city_and_nothing_of_others(programme, milestone, add, address):
    add("Own matter", TODAY + timedelta(days=90), programme=None)
    add("Pact drafted", TODAY, city=another_city(programme, "riga"))
    found = [event["SUMMARY"] for event in events_at(address)]
    assert found == ["Mandate given (On track)", "Own matter (On track)"]


# The same data, the same bytes ----------------------------------------------------------------------------------------


def test_same_data_make_the_same_bytes_at_any_hour(milestone, address):
    first = Client().get(address)
    with time_machine.travel("2021-07-14 21:00:00+02:00", tick=False):
        again = Client().get(address)
    assert (first.content, first["ETag"]) == (again.content, again["ETag"])


def test_calendar_that_has_this_version_gets_nothing_again(milestone, address):
    etag = Client().get(address)["ETag"]
    answered = Client().get(address, headers={"If-None-Match": etag})
    assert (answered.status_code, answered.content, answered["ETag"]) == (304, b"", etag)
    Milestone.objects.update(title="Mandate given at last")
    assert Client().get(address, headers={"If-None-Match": etag}).status_code == 200


def test_feed_is_kept_by_no_cache_in_between(milestone, address):
    assert Client().get(address)["Cache-Control"] == "private, no-cache"


@pytest.mark.parametrize("rows", [1, 30])
def test_feed_costs_the_same(rows, add, coordinator, address, django_assert_num_queries):
    for number in range(rows):
        milestone = add(f"Milestone {number}", TODAY)
        Promise.objects.create(milestone=milestone, due_on=TODAY, by=coordinator)
    with django_assert_num_queries(FEED_QUERIES):
        assert len(events_at(address)) == rows


def test_reading_writes_nothing(milestone, address):
    before = all_rows()
    Client().get(address)
    Client().head(address)
    assert all_rows() == before


# When an address is dead ----------------------------------------------------------------------------------------------


def is_dead(address: str) -> bool:
    wrong = Client().get(reverse("feed", args=["wrong"]))
    answered = Client().get(address)
    return answered.status_code == 404 and text(answered) == text(wrong)


def test_revoked_address_is_dead(milestone, address, coordinator):
    etag = Client().get(address)["ETag"]
    revoke_feed(feed=CalendarFeed.objects.get(), by=coordinator)
    assert is_dead(address)
    assert Client().get(address, headers={"If-None-Match": etag}).status_code == 404


def test_address_is_dead_after_a_year(milestone, address):
    last = timezone.now() + timedelta(days=365)
    with time_machine.travel(last - timedelta(seconds=1), tick=False):
        assert not is_dead(address)
    with time_machine.travel(last, tick=False):
        assert is_dead(address)


def test_address_is_dead_once_the_role_is_lost_and_lives_with_it(milestone, address, city, coordinator):
    coordinator.memberships.all().delete()
    assert is_dead(address)
    coordinator.memberships.create(role=Role.VIEWER, city=city)
    assert not is_dead(address)


def test_address_is_dead_while_the_account_is_closed(milestone, address, coordinator):
    User.objects.filter(pk=coordinator.pk).update(is_active=False)
    assert is_dead(address)


def test_feed_of_a_programme_ends_with_the_role(programme, milestone, network, admin):
    addresses = {user: reverse("feed", args=[make_feed(what=programme, by=user)[1]]) for user in (network, admin)}
    assert not any(is_dead(address) for address in addresses.values())
    Membership.objects.filter(user=network).delete()
    User.objects.filter(pk=admin.pk).update(is_superuser=False)
    assert all(is_dead(address) for address in addresses.values())


def test_role_elsewhere_opens_nothing(milestone, address, coordinator, outsider):
    coordinator.memberships.all().delete()
    coordinator.memberships.create(role=Role.LEAD, city=outsider.cities[0])
    assert is_dead(address)


def test_who_guesses_is_stopped_for_a_while(milestone, address):
    for number in range(links.MOST_GUESSES):
        assert Client().get(reverse("feed", args=[f"guess-{number}"])).status_code == 404
    assert Client().get(address).status_code == 429


# The page -------------------------------------------------------------------------------------------------------------


def test_address_is_shown_once_and_works(milestone, coordinator, sign_in):
    browser = sign_in(coordinator)
    made = browser.post(reverse("feeds"), {"what": "city-testville"})
    shown = made.context["address"]
    assert f'value="{shown}"' in made.content.decode()
    assert f'href="{made.context["webcal"]}"' in made.content.decode()
    assert made.context["webcal"] == shown.replace("http://", "webcal://")
    assert made["Cache-Control"].endswith("private")
    assert len(events_at(shown.removeprefix("http://testserver"))) == 1
    token = shown.split("/")[-1]
    assert token not in browser.get(reverse("feeds")).content.decode()
    assert token.removesuffix(".ics") not in str(all_rows())


def test_page_says_until_when_it_works_and_revokes(address, coordinator, sign_in):
    browser = sign_in(coordinator)
    feed = CalendarFeed.objects.get()
    assert "works until 14 July 2022" in browser.get(reverse("feeds")).content.decode()
    revoked = browser.post(reverse("feed_revoke", args=[feed.pk]), follow=True)
    assert "The calendar feed is revoked." in revoked.content.decode()
    assert list(revoked.context["feeds"]) == []
    assert browser.post(reverse("feed_revoke", args=[feed.pk])).status_code == 404
    assert list(Event.objects.filter(kind__startswith="calendar_feed").values_list("kind", flat=True)) == [
        "calendar_feed.revoked",
        "calendar_feed.made",
    ]


def test_person_is_offered_what_they_may_see(programme, city, coordinator, network, admin, expert, sign_in):
    offers = {
        user.name: list(sign_in(user).get(reverse("feeds")).context["form"].offer)
        for user in (coordinator, network, admin, expert)
    }
    assert offers == {
        "Coordinator": ["city-testville"],
        "Network": ["programme-test-programme"],
        "Admin": ["programme-test-programme"],
        "Expert": [],
    }


def test_what_is_not_offered_cannot_be_had(city, outsider, sign_in):
    refused = sign_in(outsider).post(reverse("feeds"), {"what": "city-testville"})
    assert refused.status_code == 422
    assert CalendarFeed.objects.count() == 0


def test_feed_of_another_person_is_not_there(address, lead, sign_in):
    browser = sign_in(lead)
    assert list(browser.get(reverse("feeds")).context["feeds"]) == []
    assert browser.post(reverse("feed_revoke", args=[CalendarFeed.objects.get().pk])).status_code == 404
    assert not is_dead(address)


def test_there_is_an_end_to_feeds(city, coordinator, sign_in, monkeypatch):
    monkeypatch.setattr(feeding, "MOST_FEEDS", 2)
    browser = sign_in(coordinator)
    statuses = [browser.post(reverse("feeds"), {"what": "city-testville"}).status_code for _number in range(3)]
    assert statuses == [200, 200, 422]
    revoke_feed(feed=CalendarFeed.objects.all()[0], by=coordinator)
    assert browser.post(reverse("feeds"), {"what": "city-testville"}).status_code == 200


def test_account_leads_to_feeds_and_digest(coordinator, sign_in):
    page = sign_in(coordinator).get(reverse("account")).content.decode()
    assert reverse("feeds") in page
    assert reverse("digest_choice") in page


@pytest.mark.parametrize("rows", [1, 3])
def test_feeds_page_costs_the_same(rows, city, coordinator, sign_in, django_assert_num_queries):
    for _row in range(rows):
        make_feed(what=city, by=coordinator)
    browser = sign_in(coordinator)
    with django_assert_num_queries(5):
        page = browser.get(reverse("feeds"))
    assert len(page.context["feeds"]) == rows
