"""From a round of ratings to the choice of an area: the coordinator at a desk, fifteen people with their phones."""

import re

from django.test import Client
from django.urls import reverse
from playwright.sync_api import Page, expect

from tests.factories import make_session, save

PHONE = {"viewport": {"width": 360, "height": 740}, "has_touch": True, "is_mobile": True}
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

    tokens = make_ballots(page)
    assert {group: len(of_group) for group, of_group in tokens.items()} == dict.fromkeys(GROUPS, 5)
    for group, practice in GROUPS.items():
        first, *others = tokens[group]
        vote_by_phone(open_browser(None, **PHONE), f"/rate/{first}/", practice)
        for token in others:
            said = {"commitment-practice": STEPS[practice], "commitment-importance": 4}
            assert Client().post(reverse("rate", args=[token]), said).status_code == 200

    page.goto(reverse("session_ratings", args=["testville", session.pk]))
    expect(page.get_by_role("row", name="Media 5 5 0")).to_be_visible()
    expect(page.get_by_text("fewer than five votes say")).to_have_count(0)
    page.get_by_role("link", name="Close the round").click()
    page.get_by_role("button", name="Close it for good").click()
    expect(page.get_by_role("row", name="Commitment 33 15 100 15")).to_be_visible()
    expect(page.get_by_role("row", name="Media 33 5 100 5")).to_be_visible()

    choose_an_area(page)


def make_ballots(page: Page) -> dict[str, list[str]]:
    """The tokens on the sheet that is shown once, by group."""
    for group in GROUPS:
        page.get_by_label(group, exact=True).check()
    page.get_by_label("Ballots for each group").fill("5")
    page.get_by_role("button", name="Make the ballots").click()
    expect(page.locator(".cutout")).to_have_count(15)
    tokens: dict[str, list[str]] = {}
    for card in page.locator(".cutout").all():
        token = re.search(r"/rate/(.+)/", card.locator(".address").inner_text())[1]
        tokens.setdefault(card.locator(".soft").inner_text(), []).append(token)
    return tokens


def vote_by_phone(phone: Page, address: str, practice: str) -> None:
    phone.goto(address)
    assert phone.evaluate("document.documentElement.scrollWidth") <= 360
    heights = phone.locator(".choice").evaluate_all("all => all.map(one => one.getBoundingClientRect().height)")
    assert min(heights) >= 48
    group = phone.get_by_role("group", name="Commitment: how far is this so in practice here?")
    group.get_by_text(practice, exact=True).tap()
    phone.get_by_role("button", name="Send my vote").tap()
    expect(phone.get_by_role("alert")).to_contain_text("how much does it matter?")
    expect(group.get_by_label(practice, exact=True)).to_be_checked()
    matters = phone.get_by_role("group", name="Commitment: how much does it matter?")
    matters.get_by_text("Very much", exact=True).tap()
    phone.get_by_role("button", name="Send my vote").tap()
    expect(phone.get_by_role("heading", name="Thank you")).to_be_visible()
    phone.goto(address)
    expect(phone.get_by_role("heading", name="This link does not vote any more")).to_be_visible()


def choose_an_area(page: Page) -> None:
    page.get_by_role("link", name="Testville").first.click()
    page.get_by_role("link", name="Priorities").click()
    expect(page.locator(".chart-scatter")).to_contain_text("Commitment")
    expect(page.get_by_role("row", name=re.compile("^Commitment 95 10 100 33 15 0"))).to_be_visible()
    page.get_by_role("link", name=re.compile(r"^Choose\s?: Commitment")).click()
    page.get_by_label("Why this area").fill("It matters to all three groups, and the score is low.")
    page.get_by_role("button", name="Choose this area").click()
    expect(page.get_by_text("The area is chosen.")).to_be_visible()
    expect(page.locator(".finding")).to_contain_text("It matters to all three groups")
    expect(page.locator(".chart-scatter polygon")).to_have_count(2)  # its mark, and the legend's
