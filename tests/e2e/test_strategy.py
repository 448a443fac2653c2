"""From a gap to an objective, told in plain language and published; then read by somebody without an account."""

import re

from playwright.sync_api import Page, expect

from cities.models import User
from icc_index.models import Assessment
from tests.e2e.conftest import OpenBrowser
from tests.e2e.engagement import PHONE, expect_no_barrier, expect_to_fit
from tests.factories import save


def test_from_a_gap_to_what_everybody_reads(
    open_browser: OpenBrowser, assessment: Assessment, lead: User, coordinator: User
) -> None:
    save(assessment, lead, COM1="yes", COM3="partly")
    page = open_browser(coordinator)
    begin(page)
    set_an_objective(page)
    tell_and_publish(page)
    read(open_browser(None, **PHONE))


def begin(page: Page) -> None:
    page.goto("/strategy/testville/")
    expect(page.get_by_role("heading", name="No strategy yet")).to_be_visible()
    page.get_by_role("main").get_by_role("link", name="Begin the strategy").click()
    page.get_by_label("Title").fill("Living together")
    page.get_by_label("First day").fill("2021-06-01")
    page.get_by_label("Last day").fill("2021-05-01")
    page.get_by_role("button", name="Begin the strategy").click()
    expect(page.get_by_role("alert").first).to_contain_text("The last day is before the first.")
    page.get_by_label("Last day").fill("2099-12-31")
    page.get_by_role("button", name="Begin the strategy").click()
    expect(page.get_by_text("The strategy has begun.")).to_be_visible()
    expect(page.get_by_role("link", name="Write the vision")).to_be_visible()
    expect_no_barrier(page)


def set_an_objective(page: Page) -> None:
    page.goto("/engagement/testville/priorities/")
    page.get_by_role("row", name=re.compile("^Commitment")).get_by_role("link", name="Make it an objective").click()
    expect(page.get_by_label(re.compile("Indicator – Commitment: 15 of 100"))).to_be_checked()
    page.get_by_label(re.compile("Question, 50 of 100 – COM3")).check()
    expect_no_barrier(page)
    page.get_by_label(re.compile("Governance – ")).check()
    page.get_by_label("Objective", exact=True).fill("The council says it aloud")
    page.get_by_role("button", name="Add the objective").click()
    page.get_by_role("link", name="The council says it aloud").click()
    expect(page.get_by_text("The root cause is missing.")).to_be_visible()
    expect(page.locator("article.finding")).to_have_count(2)
    page.get_by_role("link", name="Write the root cause").click()
    page.get_by_label("Root cause of the gap").fill("Nobody asked the council to.")
    page.get_by_label("What will be different").fill("Everybody hears it.")
    page.get_by_role("button", name="Save the objective").click()
    expect(page.get_by_text("The objective is complete.")).to_be_visible()


def tell_and_publish(page: Page) -> None:
    page.goto("/strategy/testville/")
    page.get_by_role("link", name="Polski", exact=True).click()
    page.get_by_label("The strategy in plain language").fill("Razem w mieście.")
    page.get_by_role("button", name="Save the text").click()
    page.get_by_role("button", name="Publish the strategy as it is").click()
    expect(page.get_by_text("The strategy is public now.")).to_be_visible()


def read(phone: Page) -> None:
    phone.goto("/cities/testville/")
    phone.get_by_role("link", name="City Integration Strategy: Living together").click()
    expect(phone.get_by_role("heading", name="The council says it aloud")).to_be_visible()
    expect(phone.locator("section[lang=pl]")).to_have_text("Razem w mieście.")
    expect(phone.get_by_text("Everybody hears it.")).to_be_visible()
    expect(phone.get_by_text("Nobody asked the council to.")).to_have_count(0)
    expect_to_fit(phone)
    expect_no_barrier(phone)
