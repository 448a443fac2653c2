"""The main steps with a keyboard alone, and the focus in sight at each of them."""

from collections.abc import Callable

import pytest
from playwright.sync_api import Locator, Page, expect

from cities.models import User
from epi.models import Job
from icc_index.actions.reports import request_report
from icc_index.enums import Status
from icc_index.instrument import Instrument
from icc_index.models import Assessment
from tests.e2e.conftest import OpenBrowser
from tests.e2e.pages import Desk, Question, indicator_address, review_address, sign_in_by_page
from tests.factories import answer_to, best_values, confirm_all, save

MOST_STOPS = 150
FOCUS = """() => {
    const here = document.activeElement;
    const style = getComputedStyle(here);
    const ring = style.outlineStyle !== "none" && parseFloat(style.outlineWidth) >= 2;
    const {left, right, top, bottom} = here.getBoundingClientRect();
    const bar = document.querySelector(".decide");
    const edge = bar && !bar.contains(here) ? bar.getBoundingClientRect().top : innerHeight;
    return {
        what: here.outerHTML.slice(0, 120),
        ring,
        isInSight: right > 0 && left < innerWidth && bottom > 0 && top < edge,
    };
}"""


@pytest.fixture
def lead_at(open_browser: OpenBrowser, lead: User) -> Callable[[str], Page]:
    def at_address(address: str) -> Page:
        page = open_browser(lead, reduced_motion="reduce")
        page.goto(address)
        return page

    return at_address


def tab_to(page: Page, target: Locator) -> None:
    """Press Tab until `target` has the focus; each stop on the way must be visible and in sight."""
    for _stop in range(MOST_STOPS):
        page.keyboard.press("Tab")
        focus = page.evaluate(FOCUS)
        assert focus["ring"], f"No visible focus on {focus['what']}"
        assert focus["isInSight"], f"The focus is out of sight on {focus['what']}"
        if target.evaluate("element => element === document.activeElement"):
            return
    pytest.fail(f"{target} is not reached with Tab")


def test_skip_link_leads_past_the_navigation(lead_at: Callable[[str], Page], assessment: Assessment) -> None:
    page = lead_at(assessment.get_absolute_url())
    skip = page.get_by_role("link", name="Skip to content")

    tab_to(page, skip)
    page.keyboard.press("Enter")
    expect(page.locator("#main")).to_be_focused()
    page.keyboard.press("Tab")
    assert page.evaluate("document.querySelector('main').contains(document.activeElement)")


def test_signing_in(open_browser: OpenBrowser, lead: User) -> None:
    page = open_browser()
    sign_in_by_page(page, lead)  # gives the account a confirmed address
    page.context.clear_cookies()
    page.goto("/accounts/login/")

    email = page.get_by_label("Email")
    if not email.evaluate("field => field === document.activeElement"):
        tab_to(page, email)
    page.keyboard.type(lead.email)
    tab_to(page, page.get_by_label("Password", exact=True))
    page.keyboard.type("correct horse battery")
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", level=1)).to_have_text("What is on your desk")


def test_answering_and_saving_an_indicator(lead_at: Callable[[str], Page], assessment: Assessment) -> None:
    page = lead_at(indicator_address(assessment, "public_space"))
    several, scale, one, follows = (Question(page, code) for code in ("SPA1", "SPA2", "SPA4", "SPA5"))

    tab_to(page, several.option("libraries"))
    page.keyboard.press("Space")
    page.keyboard.press("Tab")
    page.keyboard.press("Space")  # the next option
    tab_to(page, several.explanation)
    page.keyboard.type("Language cafés.")
    tab_to(page, scale.option("always"))
    several.expect_saved()
    page.keyboard.press("Space")
    page.keyboard.press("ArrowDown")
    expect(scale.option("some_projects")).to_be_checked()
    tab_to(page, one.option("none"))
    page.keyboard.press("ArrowDown")
    tab_to(page, follows.option("yes"))
    page.keyboard.press("Space")
    follows.expect_saved()
    stored = {code: answer_to(assessment, code).value for code in ("SPA1", "SPA2", "SPA4", "SPA5")}
    assert stored == {"SPA1": "libraries|museums", "SPA2": "some_projects", "SPA4": "one_or_two", "SPA5": "yes"}

    tab_to(page, page.get_by_role("button", name="Save", exact=True))
    page.keyboard.press("Enter")
    expect(page.get_by_text("Your answers are saved.")).to_be_visible()


def test_adding_and_removing_evidence(lead_at: Callable[[str], Page], assessment: Assessment) -> None:
    page = lead_at(indicator_address(assessment, "commitment"))
    question = Question(page, "COM1")
    add = question.box.get_by_role("button", name="Add a link")

    tab_to(page, add)
    page.keyboard.press("Enter")
    form = question.evidence.locator("[data-evidence-form]")
    expect(form.get_by_label("Title")).to_be_focused()
    page.keyboard.type("Plan")
    tab_to(page, form.get_by_label("Link"))
    page.keyboard.type("no address")
    page.keyboard.press("Enter")
    expect(form.get_by_role("alert")).to_be_focused()
    tab_to(page, form.get_by_label("Link"))
    page.keyboard.press("Control+a")
    page.keyboard.type("https://example.org/plan")
    page.keyboard.press("Enter")
    expect(question.evidence.get_by_role("link", name="Plan")).to_be_visible()
    expect(add).to_be_focused()

    page.keyboard.press("Shift+Tab")
    expect(page.get_by_role("button", name="Remove Plan")).to_be_focused()
    page.keyboard.press("Enter")
    expect(question.evidence.get_by_role("link", name="Plan")).to_have_count(0)
    expect(add).to_be_focused()


def test_enter_in_a_radio_button_saves_the_page(lead_at: Callable[[str], Page], assessment: Assessment) -> None:
    page = lead_at(indicator_address(assessment, "commitment"))
    question = Question(page, "COM1")
    tab_to(page, question.option("yes"))
    page.keyboard.press("Space")
    page.keyboard.press("Enter")
    expect(page.get_by_text("Your answers are saved.")).to_be_visible()
    assert answer_to(assessment, "COM1").value == "yes"


def test_submitting(lead_at: Callable[[str], Page], assessment: Assessment, lead: User, instrument: Instrument) -> None:
    save(assessment, lead, **best_values(instrument))
    page = lead_at(assessment.get_absolute_url())

    tab_to(page, page.get_by_role("link", name="Check the answers and submit"))
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", level=1)).to_have_text("Check the answers")
    tab_to(page, page.get_by_role("button", name="Submit to the experts"))
    page.keyboard.press("Enter")
    expect(page.get_by_text("The answers are with the experts.").first).to_be_visible()
    assessment.refresh_from_db()
    assert assessment.status == Status.SUBMITTED


def test_judging_an_indicator_with_the_desk_keys(
    open_browser: OpenBrowser, assessment: Assessment, at: Callable[[Status], Assessment], expert: User
) -> None:
    at(Status.IN_REVIEW)
    page = open_browser(expert, reduced_motion="reduce")
    page.goto(review_address(assessment, "education"))
    desks = [Desk(page, code) for code in ("EDU1", "EDU2", "EDU3", "EDU4", "EDU5")]

    page.keyboard.press("j")
    expect(desks[1].box).to_be_focused()
    _expect_focus_in_sight(page)
    page.keyboard.press("k")
    expect(desks[0].box).to_be_focused()
    page.keyboard.press("c")
    expect(desks[0].state).to_have_text("Confirmed")
    expect(desks[0].box).to_be_focused()

    page.keyboard.press("j")
    page.keyboard.press("a")
    expect(desks[1].option("most_schools")).to_be_focused()
    page.keyboard.press("Space")
    _expect_focus_in_sight(page)
    tab_to(page, desks[1].box.get_by_label("Reason"))
    page.keyboard.type(
        "The document speaks of a jack-of-all-trades, and of queues."
    )  # j, k, c, a and q are letters here
    tab_to(page, desks[1].box.get_by_role("button", name="Save the adjustment"))
    page.keyboard.press("Enter")
    expect(desks[1].state).to_have_text("Adjusted")
    expect(desks[1].box).to_be_focused()

    page.keyboard.press("j")
    page.keyboard.press("q")
    expect(desks[2].box.get_by_label("What do you want to know?")).to_be_focused()
    page.keyboard.type("Which schools?")
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    expect(desks[2].state).to_have_text("Clarification asked")

    tab_to(page, page.get_by_role("button", name="Confirm the remaining 2 of Education"))
    page.keyboard.press("Enter")
    expect(page.get_by_text("2 answers are confirmed.")).to_be_visible()


def test_validating(
    open_browser: OpenBrowser, assessment: Assessment, at: Callable[[Status], Assessment], expert: User
) -> None:
    at(Status.IN_REVIEW)
    confirm_all(assessment, expert)
    page = open_browser(expert, reduced_motion="reduce")
    page.goto(review_address(assessment))

    tab_to(page, page.get_by_role("button", name="Validate the result"))
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", level=1)).to_have_text("Result of Testville")


def test_focus_stays_while_a_report_is_being_made(
    open_browser: OpenBrowser, at: Callable[[Status], Assessment], lead: User
) -> None:
    result = at(Status.VALIDATED).results.get()
    report = request_report(result=result, language="en", by=lead)
    page = open_browser(lead)
    page.goto(f"{result.assessment.get_absolute_url()}reports/")
    link = page.get_by_role("link", name="See how far it is")

    tab_to(page, link)
    Job.objects.filter(pk=report.job_id).update(progress=40)
    expect(page.get_by_role("img", name="40 per cent done")).to_be_visible()
    expect(link).to_be_focused()


def test_error_summary_takes_the_focus_and_leads_to_the_field(
    lead_at: Callable[[str], Page], assessment: Assessment
) -> None:
    page = lead_at(f"{indicator_address(assessment, 'commitment')}COM1/evidence/")
    tab_to(page, page.get_by_role("button", name="Add this evidence"))
    page.keyboard.press("Enter")

    expect(page.get_by_role("alert")).to_be_focused()
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    expect(page.get_by_label("Title")).to_be_focused()
    _expect_focus_in_sight(page)


def _expect_focus_in_sight(page: Page) -> None:
    focus = page.evaluate(FOCUS)
    assert focus["ring"], focus
    assert focus["isInSight"], focus
