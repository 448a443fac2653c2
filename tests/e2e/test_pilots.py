"""From an objective to a completed pilot action: proposed, designed together, measured, carried through."""

from datetime import date

import pytest
from playwright.sync_api import Page, expect

from strategy.models import Objective
from tests.e2e.conftest import OpenBrowser
from tests.e2e.engagement import PHONE, expect_no_barrier, expect_to_fit
from tests.factories import make_body, make_member, make_objective, make_stakeholder, make_strategy


@pytest.fixture
def objective(city, coordinator) -> Objective:
    """An objective of the city's strategy, an organisation, and somebody who can answer for an action."""
    make_member(make_body(city, coordinator), "Anna Muster")
    make_stakeholder(city, coordinator)
    return make_objective(make_strategy(city, coordinator), root_cause="Nobody is in charge.")


def test_action_goes_from_its_objective_to_completion(
    open_browser: OpenBrowser, objective: Objective, coordinator, viewer
) -> None:
    page = open_browser(coordinator)
    page.goto(objective.get_absolute_url())
    page.locator("#actions").get_by_role("link", name="Propose a pilot action").click()
    page.get_by_label("Pilot action").fill("Open the courtyards")
    page.get_by_role("button", name="Propose the action").click()
    expect(page.get_by_text("Nobody is accountable for it yet.")).to_be_visible()
    give_an_owner(page)
    plan(page)
    design_together(page)
    measure(page)
    page.get_by_role("button", name="Agree on the action").click()
    page.get_by_role("button", name="Say that it has begun").click()
    read(page)
    complete(page)
    phone = open_browser(viewer, **PHONE)
    phone.goto(page.url)
    expect(phone.get_by_text("Three courtyards are open.")).to_be_visible()
    expect_to_fit(phone)
    expect_no_barrier(phone)


def give_an_owner(page: Page) -> None:
    page.get_by_role("link", name="Choose the owner").click()
    page.get_by_label("Accountable: the owner").select_option(label="Anna Muster (Adviser)")
    page.get_by_role("button", name="Save the responsibilities").click()
    expect(page.locator("#duties")).to_contain_text("Anna Muster")


def plan(page: Page) -> None:
    """The days, with the end before the start at first; what was typed stays."""
    page.get_by_role("link", name="Set the days").click()
    page.get_by_label("First day").fill("2021-07-01")
    page.get_by_label("Last day").fill("2021-06-01")
    page.get_by_label("Budget, in euros").fill("12.000 EUR")
    page.get_by_role("button", name="Save the action").click()
    expect(page.get_by_role("alert")).to_contain_text("The last day is before the first.")
    expect(page.get_by_role("alert")).to_contain_text("Write the amount in digits")
    expect(page.get_by_label("Budget, in euros")).to_have_value("12.000 EUR")
    page.get_by_label("Last day").fill("2022-06-30")
    page.get_by_label("Budget, in euros").fill("12 000")
    page.get_by_role("button", name="Save the action").click()
    expect(page.get_by_text("12,000 euros")).to_be_visible()


def design_together(page: Page) -> None:
    page.get_by_role("link", name="Record co-design").click()
    page.get_by_label("When").fill("2021-04-15")
    page.get_by_label("Workshop").check()
    page.get_by_label("Open House").check()
    page.get_by_label("How many people of the city's staff").fill("3")
    page.get_by_label("What came of it").fill("Benches instead of a fence.")
    expect_no_barrier(page)
    page.get_by_role("button", name="Record it").click()
    expect(page.locator("#codesign")).to_contain_text("Benches instead of a fence.")


def measure(page: Page) -> None:
    page.get_by_role("link", name="Add a measure").click()
    page.get_by_label("What is measured").fill("Neighbours who meet")
    for label, value in (("Baseline", "20"), ("Target", "60")):
        page.get_by_label(label, exact=False).first.fill(value)
    page.get_by_label("Day of the baseline").fill("2021-05-31")
    page.get_by_label("Day of the target").fill("2022-06-30")
    page.get_by_role("button", name="Add the measure").click()
    expect(page.locator("#measures .chart-time")).to_be_visible()


def read(page: Page) -> None:
    page.get_by_role("link", name="Add a reading").click()
    page.get_by_label("Read on").fill(date(2021, 11, 30).isoformat())
    page.get_by_label("Value").fill("45")
    page.get_by_role("button", name="Add the reading").click()
    expect(page.get_by_text("62% of the way from baseline to target")).to_be_visible()
    expect_no_barrier(page)


def complete(page: Page) -> None:
    page.get_by_role("link", name="Complete the action").click()
    page.get_by_label("Outputs").fill("Three courtyards are open.")
    page.get_by_label("What was learnt").fill("Benches matter more than fences.")
    page.get_by_role("button", name="Complete the action").click()
    expect(page.get_by_text("Completed on")).to_be_visible()
    expect(page.get_by_role("link", name="Edit the action")).to_have_count(0)
    expect(page.get_by_role("link", name="Add a reading")).to_be_visible()
