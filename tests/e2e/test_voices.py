"""The register from the empty page to the expert's desk, and a contradiction that the expert meets first."""

from urllib.parse import urlsplit

import pytest
from axe_playwright_python.base import AXE_SCRIPT
from playwright.sync_api import Page, expect

from cities.models import City, User
from icc_index.actions import assessments, reviewing
from icc_index.enums import Status
from icc_index.instrument import Instrument
from icc_index.models import Assessment, Edition
from tests.e2e.conftest import OpenBrowser
from tests.e2e.pages import Desk, indicator_address, review_address
from tests.factories import best_values, bring_to, confirm_all, judge, save, start

PHONE = {"width": 360, "height": 740}
NARROWEST_COLUMN = 230  # pixels in which a sentence still reads


@pytest.fixture
def heard(settings) -> None:
    settings.EPI_VOICES = [*settings.EPI_VOICES, "tests.icc_index.test_voices.stakeholders"]
    settings.EPI_CONTRADICTIONS = ["tests.icc_index.test_voices.contradictions"]


@pytest.fixture
def in_review(
    heard: None,
    assessment: Assessment,
    city: City,
    edition: Edition,
    instrument: Instrument,
    lead: User,
    expert: User,
    admin: User,
) -> Assessment:
    """In review, with a round of 2018 behind it, and stakeholders who contradict COM2 and education."""
    earlier = start(city, edition, lead, year=2018)
    assessments.assign_expert(assessment=earlier, expert=expert, by=admin)
    save(earlier, lead, **best_values(instrument))
    bring_to(earlier, Status.IN_REVIEW, lead=lead, expert=expert)
    judge(earlier, expert, "COM1", value="no", reason="A plan only.")
    confirm_all(earlier, expert)
    reviewing.validate(assessment=earlier, by=expert)
    save(assessment, lead, explanation="The mayor said so. " * 20, **best_values(instrument))
    return bring_to(assessment, Status.IN_REVIEW, lead=lead, expert=expert)


def axe(page: Page) -> list[str]:
    """What axe finds wrong with the page as it stands."""
    page.evaluate(AXE_SCRIPT)
    found = page.evaluate("axe.run({resultTypes: ['violations']})")["violations"]
    return [f"{one['id']}: {one['nodes'][0]['html'][:120]}" for one in found]


def test_register_from_the_empty_page_to_the_experts_desk(
    open_browser: OpenBrowser, in_review: Assessment, lead: User, expert: User
) -> None:
    page = open_browser(lead)
    page.goto("/home/")
    page.get_by_role("link", name="Policies and data of Testville").click()
    page.get_by_role("link", name="Add the first policy or data source").click()
    page.get_by_role("button", name="Put it on the register").click()
    expect(page.get_by_role("alert")).to_contain_text("Title – This field is required.")
    page.get_by_label("Title").fill("Integration strategy 2019")
    page.get_by_text("Policy", exact=True).click()
    page.get_by_text("Local", exact=True).click()
    page.get_by_label("What it says").fill("Courses in every district.")
    page.get_by_label("Commitment").check()
    page.get_by_role("button", name="Put it on the register").click()
    expect(page.get_by_role("heading", name="Integration strategy 2019")).to_be_visible()

    page = open_browser(expert)
    page.goto(review_address(in_review, "commitment"))
    page.get_by_text("Policies and data on this area (1)").click()
    expect(page.get_by_text("Courses in every district.")).to_be_visible()
    page.get_by_role("link", name="Open the register").click()
    expect(page.get_by_role("heading", level=2)).to_have_text(["Integration strategy 2019"])
    expect(page.get_by_role("link", name="Change")).to_have_count(0)


def test_contradiction_leads_the_expert_to_the_very_question(
    open_browser: OpenBrowser, in_review: Assessment, expert: User
) -> None:
    page = open_browser(expert, reduced_motion="reduce")
    page.goto("/review/")
    expect(page.get_by_role("listitem").first).to_contain_text("2 contradicted by stakeholders")
    page.get_by_role("link", name="Testville, ICC Index 2021").click()
    expect(page.get_by_role("heading", name="Contradicted, not judged yet")).to_be_visible()
    page.get_by_role("link", name="Go on with Commitment").click()
    assert urlsplit(page.url).fragment == "COM2"

    desk = Desk(page, "COM2")
    expect(desk.box).to_be_in_viewport()
    expect(desk.box.get_by_text("Contradiction", exact=True)).to_be_visible()
    reason = desk.box.get_by_text("Nobody has seen the plan.")
    expect(reason).to_be_hidden()
    desk.box.get_by_text("Why: Stakeholders").click()
    expect(reason).to_be_visible()


def test_keys_work_from_the_question_that_was_led_to(
    open_browser: OpenBrowser, in_review: Assessment, expert: User
) -> None:
    page = open_browser(expert, reduced_motion="reduce")
    page.goto(f"{review_address(in_review, 'commitment')}#COM2")
    page.keyboard.press("a")
    expect(Desk(page, "COM2").box.get_by_label("Reason")).to_be_visible()
    page.keyboard.press("Escape")
    page.goto(f"{review_address(in_review, 'commitment')}#COM2")
    page.keyboard.press("j")
    expect(Desk(page, "COM3").box).to_be_focused()
    page.keyboard.press("k")
    expect(Desk(page, "COM2").box).to_be_focused()
    page.keyboard.press("c")
    expect(Desk(page, "COM2").state).to_have_text("Confirmed")
    page.goto("/review/")
    expect(page.get_by_role("listitem").first).to_contain_text("1 contradicted by stakeholders")


def test_desk_reads_in_three_columns_and_one_line_of_voices(
    open_browser: OpenBrowser, in_review: Assessment, expert: User
) -> None:
    page = open_browser(expert)
    page.goto(review_address(in_review, "commitment"))
    for css, number in (("#COM2 .desk > section", 3), ("#COM2 .voice-line > div", 4)):
        boxes = [column.bounding_box() for column in page.locator(css).all()]
        assert len(boxes) == number
        assert len({round(box["y"]) for box in boxes}) == 1
        assert min(box["width"] for box in boxes) >= NARROWEST_COLUMN


@pytest.mark.parametrize("who", ["lead", "expert"])
def test_voices_read_on_a_phone(
    who: str, open_browser: OpenBrowser, in_review: Assessment, request: pytest.FixtureRequest
) -> None:
    address = {
        "lead": indicator_address(in_review, "commitment"),
        "expert": review_address(in_review, "commitment"),
    }
    page = open_browser(request.getfixturevalue(who), viewport=PHONE)
    for path in (f"{in_review.get_absolute_url()}voices/", address[who], "/review/" if who == "expert" else "/home/"):
        page.goto(path)
        page.locator("main details").evaluate_all("all => all.forEach(one => { one.open = true })")
        assert page.evaluate("document.documentElement.scrollWidth") == PHONE["width"], path
        assert axe(page) == [], path
    page.goto(f"{in_review.get_absolute_url()}voices/?only=differing")
    table = page.get_by_role("region", name="Commitment")
    assert table.evaluate("one => one.scrollWidth <= one.clientWidth")
    expect(table.get_by_role("row").filter(has_text="COM2")).to_contain_text("2 of 3 groups doubt it")


def test_review_page_with_contradictions_passes_axe(
    open_browser: OpenBrowser, in_review: Assessment, expert: User
) -> None:
    page = open_browser(expert)
    for path in (review_address(in_review), review_address(in_review, "commitment")):
        for scheme in ("light", "dark"):
            page.emulate_media(color_scheme=scheme)
            page.goto(path)
            assert axe(page) == [], (path, scheme)
