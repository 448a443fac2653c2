"""An impatient second click on a button does not do it twice."""

from playwright.sync_api import Page, expect

from cities.models import City, User
from strategy.models import Stakeholder
from tests.e2e.conftest import OpenBrowser


def _add(page: Page, name: str) -> None:
    page.goto("/engagement/testville/stakeholders/add/")
    page.locator("#id_name").fill(name)
    page.locator("[name=sector][value=community]").check()
    page.get_by_role("main").get_by_role("button").last.dblclick()


def test_double_click_on_a_form_that_creates_sends_it_once(
    open_browser: OpenBrowser, city: City, coordinator: User
) -> None:
    page = open_browser(coordinator)
    sent: list[str] = []
    page.on("request", lambda request: sent.append(request.url) if request.method == "POST" else None)
    _add(page, "House of Culture")
    expect(page.get_by_role("heading", level=1)).to_have_text("House of Culture")
    assert len(sent) == 1
    assert Stakeholder.objects.filter(name="House of Culture").count() == 1


def test_form_can_be_sent_again_after_going_back(open_browser: OpenBrowser, city: City, coordinator: User) -> None:
    page = open_browser(coordinator)
    _add(page, "House of Culture")
    expect(page.get_by_role("heading", level=1)).to_have_text("House of Culture")
    page.go_back()
    page.locator("#id_name").fill("Open Kitchen")
    page.get_by_role("main").get_by_role("button").last.click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Open Kitchen")
    assert Stakeholder.objects.count() == 2
