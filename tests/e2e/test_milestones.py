"""A milestone that moves three times and is reached with its proof, and the timeline that shows it, also on a phone."""

from datetime import timedelta

from axe_playwright_python.base import AXE_SCRIPT
from django.utils import timezone
from django.utils.formats import date_format
from playwright.sync_api import Page, expect

from cities.models import City, User
from strategy.models import Milestone
from tests.e2e.conftest import OpenBrowser
from tests.factories import make_body, make_member

PHONE = {"width": 360, "height": 740}
REASONS = ["The hall was taken.", "Two members were ill.", "The mayor asked for time."]


def axe(page: Page) -> list[str]:
    page.evaluate(AXE_SCRIPT)
    found = page.evaluate("axe.run({resultTypes: ['violations']})")["violations"]
    return [f"{one['id']}: {one['nodes'][0]['html'][:120]}" for one in found]


def test_milestone_moves_three_times_and_is_reached_with_its_proof(
    open_browser: OpenBrowser, city: City, coordinator: User, viewer: User
) -> None:
    make_member(make_body(city, coordinator), account=viewer)
    today = timezone.localdate(timezone=city.zone)
    days = [today + timedelta(days=10 * number) for number in range(1, 5)]

    page = open_browser(coordinator)
    page.goto("/strategy/testville/milestones/")
    page.get_by_role("link", name="Add a milestone").click()
    page.get_by_label("Title").fill("First meeting held")
    page.get_by_label("Due").fill(days[0].isoformat())
    page.get_by_label("Owner").select_option(label="Maria Muster, Adviser")
    page.get_by_role("button", name="Add the milestone").click()
    page.get_by_role("link", name="First meeting held").click()
    for day, reason in zip(days[1:], REASONS, strict=True):
        page.get_by_role("link", name="Promise another date").click()
        page.get_by_label("New date").fill(day.isoformat())
        page.get_by_label("Why does the date move?").fill(reason)
        page.get_by_role("button", name="Promise this date").click()
    dates = [date_format(day, "j E Y") for day in days]
    expect(page.locator("#dates tbody th")).to_have_text(dates)
    expect(page.get_by_text("30 days later than promised first. Moved 3 times.").first).to_be_visible()
    assert axe(page) == []

    page = open_browser(viewer, viewport=PHONE)
    page.goto(Milestone.objects.get().get_absolute_url())
    expect(page.get_by_text("This is yours.")).to_be_visible()
    page.get_by_role("link", name="It is reached").click()
    page.get_by_role("button", name="It is reached").click()
    expect(page.get_by_role("alert")).to_contain_text("Say by what one can tell")
    page.get_by_label("Proof", exact=False).first.fill("The minutes, item 2.")
    page.get_by_role("button", name="It is reached").click()
    expect(page.get_by_text("The minutes, item 2.")).to_be_visible()

    page.goto("/strategy/testville/timeline/")
    chart = page.get_by_role("img", name="Timeline of Testville")
    expect(chart).to_contain_text("First meeting held")
    expect(chart).to_contain_text("Reached")
    for address in ("/strategy/testville/timeline/", "/strategy/testville/milestones/"):
        page.goto(address)
        assert page.evaluate("document.documentElement.scrollWidth") <= PHONE["width"]
        assert axe(page) == []
