"""From a round of ratings to the choice of an area: the coordinator at a desk, fifteen people with their phones."""

import re

from django.test import Client
from django.urls import reverse
from playwright.sync_api import Page, expect

from tests.e2e.engagement import PHONE, make_ballots, vote_by_phone
from tests.factories import make_session, save

GROUPS = {"Media": "In part", "Faith communities": "Not at all", "Residents": "Largely"}
STEPS = {"Not at all": 1, "In part": 2, "Largely": 3}


def test_three_groups_rate_on_their_phones_and_the_city_chooses(
    open_browser, assessment, coordinator, lead, instrument
):
    save(assessment, lead, COM1="yes")
    session = make_session(assessment, coordinator)
    page = open_browser(coordinator)
    page.goto(reverse("session_ratings", args=["testville", session.pk]))
    page.get_by_label("Commitment").check()
    page.get_by_label("Open until the end of").fill("2099-01-01")
    page.get_by_role("button", name="Open the round").click()
    expect(page.get_by_text("The round is open. Now make the ballots.")).to_be_visible()

    links = make_ballots(page, list(GROUPS), 5)
    for group, practice in GROUPS.items():
        first, *others = links[group]
        vote_by_phone(open_browser(None, **PHONE), first, practice)
        for link in others:
            said = {"commitment-practice": STEPS[practice], "commitment-importance": 4}
            assert Client().post(link, said).status_code == 200

    page.goto(reverse("session_ratings", args=["testville", session.pk]))
    expect(page.get_by_role("row", name="Media 5 5 0")).to_be_visible()
    expect(page.get_by_text("fewer than five votes say")).to_have_count(0)
    page.get_by_role("link", name="Close the round").click()
    page.get_by_role("button", name="Close it for good").click()
    expect(page.get_by_role("row", name="Commitment 33 15 100 15")).to_be_visible()
    expect(page.get_by_role("row", name="Media 33 5 100 5")).to_be_visible()

    choose_an_area(page)


def choose_an_area(page: Page) -> None:
    page.get_by_role("link", name="Testville").first.click()
    page.get_by_role("link", name="Priorities", exact=True).click()
    expect(page.locator(".chart-scatter")).to_contain_text("Commitment")
    expect(page.get_by_role("row", name=re.compile("^Commitment 95 10 100 33 15 0"))).to_be_visible()
    page.get_by_role("link", name=re.compile(r"^Choose\s?: Commitment")).click()
    page.get_by_label("Why this area").fill("It matters to all three groups, and the score is low.")
    page.get_by_role("button", name="Choose this area").click()
    expect(page.get_by_text("The area is chosen.")).to_be_visible()
    expect(page.locator(".finding")).to_contain_text("It matters to all three groups")
    expect(page.locator(".chart-scatter polygon")).to_have_count(2)  # its mark, and the legend's
