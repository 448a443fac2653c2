"""A milestone that was reached becomes evidence of the next round; a programme is made from another one."""

import re
from datetime import date

import pytest
from playwright.sync_api import Page, expect

from cities.models import City, Programme, User
from icc_index.enums import Status
from icc_index.models import Assessment, Edition, Evidence
from strategy.milestones.enums import Process
from strategy.models import Carried, MilestoneTemplate, PilotAction
from strategy.plan.enums import ActionState, GapKind
from tests.e2e.conftest import OpenBrowser
from tests.e2e.engagement import PHONE, expect_no_barrier, expect_to_fit
from tests.factories import (
    best_values,
    make_action,
    make_city,
    make_gap,
    make_objective,
    make_reached,
    make_reading,
    make_result,
    make_strategy,
    start,
    worst_values,
)


@pytest.fixture
def action(city: City, edition: Edition, instrument, coordinator: User, lead: User) -> PilotAction:
    """An action of a strategy that started from the round of 2021 and rests on public space."""
    base = make_result(city, edition, lead, worst_values(instrument), status=Status.VALIDATED)
    objective = make_objective(make_strategy(city, coordinator, assessment=base.assessment))
    make_gap(objective, "public_space")
    make_gap(objective, "SPA2", kind=GapKind.QUESTION)
    days = {"starts_on": date(2022, 1, 1), "ends_on": date(2023, 6, 30)}
    action = make_action(objective, state=ActionState.COMPLETED, **days)
    make_reached(city, coordinator, action=action, process=Process.ACTION)
    make_reading(action, coordinator)
    return action


@pytest.fixture
def draft(city: City, edition: Edition, lead: User, action: PilotAction) -> Assessment:
    """The next round, of 2024."""
    return start(city, edition, lead, 2024)


def test_reached_milestone_becomes_evidence_of_the_next_round(
    open_browser: OpenBrowser, draft: Assessment, lead: User
) -> None:
    page = open_browser(lead)
    page.goto(draft.get_absolute_url())
    expect(page.get_by_text("the city delivered 2 things that could be evidence.")).to_be_visible()
    page.get_by_role("link", name="See all that was delivered").click()
    expect(page.locator(".turn")).to_contain_text("2 proposals wait")
    expect_no_barrier(page)
    page.get_by_role("link", name="Use “Courtyards open” as evidence for SPA2").click()
    expect(page.get_by_label("Link")).to_have_value("https://example.org/courtyards")
    expect_no_barrier(page)
    page.get_by_role("button", name="Add this evidence").click()
    expect(page.get_by_text("It is evidence for SPA2 now.")).to_be_visible()
    page.get_by_role("button", name="Set aside “Visitors”").click()
    expect(page.locator(".turn")).to_contain_text("All is dealt with.")
    page.get_by_role("link", name="See SPA2").click()
    expect(page.locator("#SPA2-evidence")).to_contain_text("Twelve courtyards are open to everybody.")
    assert Carried.objects.get(evidence=Evidence.objects.get()).subject == "SPA2"
    _remove(page)
    page.goto(f"/strategy/testville/next/{draft.pk}/")
    expect(page.locator(".turn")).to_contain_text("1 proposal waits")
    page.get_by_role("button", name="Bring back Visitors").click()
    expect(page.locator(".turn")).to_contain_text("2 proposals wait")


def _remove(page: Page) -> None:
    page.get_by_role("button", name=re.compile("Remove Open the courtyards")).click()
    expect(page.locator("#SPA2-evidence")).not_to_contain_text("Twelve courtyards")


def test_what_next_and_how_the_areas_moved(
    open_browser: OpenBrowser, action: PilotAction, city: City, edition: Edition, instrument, lead: User, viewer: User
) -> None:
    values = worst_values(instrument) | {code: best_values(instrument)[code] for code in ("SPA1", "SPA2", "LAN1")}
    make_result(city, edition, lead, values, year=2024)
    page = open_browser(viewer, **PHONE)
    page.goto("/strategy/testville/next/")
    expect_to_fit(page)
    expect_no_barrier(page)
    page.get_by_role("link", name="See how the areas moved").click()
    expect(page.locator(".turn")).to_contain_text("Compared: 2021, from which the strategy started, with 2024.")
    expect(page.locator("#public_space")).to_contain_text("It rose")
    expect_to_fit(page)
    expect_no_barrier(page)


def test_programme_is_made_from_another_one_after_a_look_at_its_dates(
    open_browser: OpenBrowser, programme: Programme, network: User
) -> None:
    make_city("far")
    programme.steps.create(position=1, name="Kick-off", starts_on="2020-02-04", ends_on="2020-02-06")
    MilestoneTemplate.objects.create(
        programme=programme, code="mandate", process=Process.BODY, title="Mandate given", due_on="2021-06-30"
    )
    page = open_browser(network)
    page.goto(programme.get_absolute_url())
    page.get_by_role("link", name="Make a new programme from this one").click()
    page.get_by_role("textbox", name="Name", exact=True).fill("Second")
    page.get_by_label("Short name in addresses").fill(programme.slug)
    page.get_by_label("New start").fill("2023-01-04")
    page.get_by_label("Far").check()
    page.get_by_role("button", name="Show all dates").click()
    expect(page.get_by_role("alert")).to_contain_text("There is a programme with this short name already.")
    page.get_by_label("Short name in addresses").fill("second")
    page.get_by_role("button", name="Show all dates").click()
    expect(page.get_by_role("region", name="All dates")).to_contain_text("3 July 2024")
    expect_no_barrier(page)
    assert Programme.objects.count() == 1
    page.get_by_role("button", name="Make the programme").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Second")
    assert Programme.objects.get(slug="second").milestone_templates.get().due_on == date(2024, 7, 3)
