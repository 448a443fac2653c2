"""The network's coordinator finds who is late and writes; the city reads it. A calendar feed is made and revoked."""

from datetime import timedelta
from urllib.parse import urlsplit

from django.test import Client
from django.urls import reverse
from django.utils import timezone
from playwright.sync_api import expect

from tests.e2e.engagement import PHONE
from tests.factories import make_city, make_milestone


def test_city_that_is_late_is_found_reminded_and_reads_it(open_browser, programme, city, network, coordinator):
    today = timezone.localdate()
    programme.cities.add(make_city("punctual"))
    make_milestone(city, coordinator, "Mandate given", programme=programme, due_on=today - timedelta(days=12))
    page = open_browser(network, **PHONE)
    page.goto(programme.get_absolute_url())
    page.get_by_role("link", name="Open the board").click()
    expect(page.get_by_text("1 city has something overdue.")).to_be_visible()
    page.get_by_label("Show").select_option("Something overdue")
    page.get_by_role("button", name="Show", exact=True).click()
    expect(page.get_by_role("row", name="Punctual")).to_have_count(0)
    expect(page.get_by_role("row", name="Testville")).to_contain_text("Overdue 12 days")
    page.get_by_label("Tick Testville").check()
    page.get_by_role("button", name="Remind the ticked cities").click()
    page.get_by_label("What you say to them").fill("What holds you up, and can we help?")
    page.get_by_role("button", name="Send the reminder").click()
    expect(page.get_by_text("1 city is reminded.")).to_be_visible()

    theirs = open_browser(coordinator)
    theirs.goto(reverse("home"))
    expect(theirs.get_by_text("What holds you up, and can we help?")).to_be_visible()
    theirs.get_by_role("link", name="The network reminds Testville of its milestones").click()
    expect(theirs.get_by_text("Mandate given, due on")).to_be_visible()


def test_calendar_feed_is_made_read_and_revoked(open_browser, city, coordinator):
    make_milestone(city, coordinator, "Mandate given", due_on=timezone.localdate())
    page = open_browser(coordinator)
    page.goto(reverse("account"))
    page.get_by_role("link", name="Calendar feeds of milestones").click()
    page.get_by_role("button", name="Make the feed").click()
    address = urlsplit(page.get_by_label("Address").input_value()).path
    assert "SUMMARY:Mandate given" in Client().get(address).content.decode()
    page.get_by_role("button", name="Revoke the feed of Testville").click()
    expect(page.get_by_text("Its address no longer works.")).to_be_visible()
    assert Client().get(address).status_code == 404
