"""The same way with scripts switched off: every page is a form with a button, and still nothing is lost."""

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from cities.models import User
from icc_index.enums import Status
from icc_index.models import Assessment
from tests.e2e.conftest import OpenBrowser
from tests.e2e.pages import Desk, Question, end_sign_in, indicator_address, review_address, sign_in_by_page
from tests.factories import answer_to, ask, best_values, confirm_all, make_user, save

TEXT = "Since 2016 every department reports: ąćęłńóśźż."


@pytest.fixture
def visit(open_browser: OpenBrowser) -> Callable[[User, str], Page]:
    """`visit(lead, address)`: that person at that page, without scripts."""

    def visited(user: User, address: str) -> Page:
        page = open_browser(user, java_script_enabled=False)
        page.goto(address)
        return page

    return visited


Visit = Callable[[User, str], Page]


def test_one_button_saves_the_whole_page_and_leads_on(visit: Visit, assessment: Assessment, lead: User) -> None:
    page = visit(lead, indicator_address(assessment, "public_space"))
    Question(page, "SPA1").choose("parks", "squares")
    Question(page, "SPA1").explanation.fill(TEXT)
    Question(page, "SPA2").choose("always")
    Question(page, "SPA4").choose("several")
    Question(page, "SPA5").choose("yes")

    page.get_by_role("button", name=re.compile("^Save and go to")).click()
    expect(page.get_by_text("Your answers are saved.")).to_be_visible()
    expect(page.get_by_role("heading", level=1)).to_have_text("Mediation and conflict resolution")
    stored = {code: answer_to(assessment, code).value for code in ("SPA1", "SPA2", "SPA3", "SPA4", "SPA5")}
    assert stored == {"SPA1": "parks|squares", "SPA2": "always", "SPA3": "", "SPA4": "several", "SPA5": "yes"}
    assert answer_to(assessment, "SPA1").explanation == TEXT


def test_evidence_has_a_page_of_its_own_and_the_answers_are_saved_on_the_way(
    visit: Visit, assessment: Assessment, lead: User
) -> None:
    page = visit(lead, indicator_address(assessment, "commitment"))
    question = Question(page, "COM2")
    question.choose("partly")
    question.explanation.fill(TEXT)
    page.get_by_role("button", name="Add a link as evidence for COM2").click()

    page.get_by_label("Title").fill("Plan")
    page.get_by_label("Link").fill("not an address")
    page.get_by_role("button", name="Add this evidence").click()
    expect(page.get_by_role("alert")).to_contain_text("There is a problem")
    expect(page.get_by_label("Title")).to_have_value("Plan")
    page.get_by_label("Link").fill("https://example.org/plan")
    page.get_by_label("Page").fill("12")
    page.get_by_role("button", name="Add this evidence").click()

    expect(question.evidence.get_by_role("link", name="Plan")).to_be_visible()
    expect(question.explanation).to_have_value(TEXT)
    page.get_by_role("button", name="Remove Plan").click()
    expect(question.evidence.get_by_role("link", name="Plan")).to_have_count(0)
    assert answer_to(assessment, "COM2").value == "partly"


def test_text_typed_after_the_sign_in_ran_out_comes_back(visit: Visit, assessment: Assessment, lead: User) -> None:
    page = visit(lead, indicator_address(assessment, "commitment"))
    question = Question(page, "COM2")
    end_sign_in(lead)
    question.choose("partly")
    question.explanation.fill(TEXT)
    page.get_by_role("button", name="Save", exact=True).click()

    sign_in_by_page(page, lead)
    expect(page.get_by_text("This is what you typed before your sign-in ran out.")).to_be_visible()
    expect(question.explanation).to_have_value(TEXT)
    assert answer_to(assessment, "COM2").explanation == ""
    page.get_by_role("button", name="Save", exact=True).click()
    expect(page.get_by_text("Your answers are saved.")).to_be_visible()
    stored = answer_to(assessment, "COM2")
    assert (stored.value, stored.explanation) == ("partly", TEXT)


def test_two_at_one_answer_see_both_texts(visit: Visit, assessment: Assessment, lead: User) -> None:
    page = visit(lead, indicator_address(assessment, "commitment"))
    save(assessment, make_user("colleague", "lead", assessment.city), explanation="Theirs.", COM2="yes")
    question = Question(page, "COM2")
    question.choose("no")
    question.explanation.fill("Mine.")
    Question(page, "COM3").choose("partly")
    page.get_by_role("button", name="Save", exact=True).click()

    expect(page.get_by_role("alert").first).to_contain_text("COM2: somebody saved another answer")
    view = question.state.locator(".compare > div")
    expect(view.first).to_contain_text("Theirs.")
    expect(view.last).to_contain_text("Mine.")
    expect(question.explanation).to_have_value("Mine.")
    assert (answer_to(assessment, "COM2").explanation, answer_to(assessment, "COM3").value) == ("Theirs.", "partly")

    question.state.get_by_role("button", name="Save mine instead").click()
    expect(page.get_by_text("Your answers are saved.")).to_be_visible()
    assert answer_to(assessment, "COM2").explanation == "Mine."


def test_ticks_that_exclude_each_other_come_back_with_the_reason(
    visit: Visit, assessment: Assessment, lead: User
) -> None:
    page = visit(lead, indicator_address(assessment, "public_space"))
    question = Question(page, "SPA1")
    question.choose("parks", "none")
    question.explanation.fill(TEXT)
    page.get_by_role("button", name="Save", exact=True).click()

    expect(page.get_by_role("alert").first).to_contain_text("SPA1: “None” cannot be combined with other answers.")
    assert question.chosen() == ["parks", "none"]
    expect(question.explanation).to_have_value(TEXT)
    assert answer_to(assessment, "SPA1").value == ""


def test_from_submitting_to_the_public_page(
    visit: Visit, assessment: Assessment, lead: User, expert: User, instrument
) -> None:
    save(assessment, lead, explanation="See the yearly report.", **best_values(instrument))
    city = visit(lead, f"{assessment.get_absolute_url()}check/")
    city.get_by_role("button", name="Submit to the experts").click()

    desk = visit(expert, review_address(assessment))
    desk.get_by_role("button", name="Start the review").click()
    desk.goto(review_address(assessment, "public_space"))
    Desk(desk, "SPA1").confirm()
    Desk(desk, "SPA2").adjust("some_projects", TEXT)
    Desk(desk, "SPA3").ask("Since when?")
    desk.goto(review_address(assessment))
    desk.get_by_label("Comment for the report").fill(TEXT)
    desk.get_by_role("button", name="Save the comment").click()
    expect(desk.get_by_text("Your comment is saved.")).to_be_visible()
    desk.get_by_role("button", name="Send to the city").click()

    city.goto(indicator_address(assessment, "public_space"))
    Question(city, "SPA3").reply.fill("Since 2016.")
    city.get_by_role("button", name="Save", exact=True).click()
    city.get_by_role("link", name="Back to all indicators").click()
    city.get_by_role("button", name="Send the replies to the experts").click()
    expect(city.get_by_text("Your replies are with the experts.")).to_be_visible()

    desk.goto(review_address(assessment, "public_space"))
    Desk(desk, "SPA3").confirm()
    confirm_all(assessment, expert)
    desk.goto(review_address(assessment))
    desk.get_by_role("button", name="Validate the result").click()

    city.goto(f"{assessment.get_absolute_url()}result/")
    city.get_by_role("button", name="Publish the result").click()
    expect(city.get_by_text("The result is public now.")).to_be_visible()
    assessment.refresh_from_db()
    index = assessment.results.get().core_index
    city.goto(assessment.city.get_absolute_url())
    expect(city.locator(".figure-big")).to_contain_text(str(round(index)))


def test_an_adjustment_without_a_reason_comes_back_with_the_choice(
    visit: Visit, at: Callable[[Status], Assessment], assessment: Assessment, expert: User
) -> None:
    at(Status.IN_REVIEW)
    page = visit(expert, review_address(assessment, "commitment"))
    box = Desk(page, "COM2").box.locator('[data-key="a"]')
    box.locator("summary").click()
    box.locator('input[value="partly"]').check()
    box.get_by_role("button", name="Save the adjustment").click()

    expect(box.get_by_role("alert")).to_contain_text("Reason")
    expect(box.locator('input[value="partly"]')).to_be_checked()


def test_what_an_expert_typed_after_the_sign_in_ran_out_comes_back(
    visit: Visit, at: Callable[[Status], Assessment], assessment: Assessment, expert: User
) -> None:
    at(Status.IN_REVIEW)
    ask(assessment, expert, "COM1")
    page = visit(expert, review_address(assessment, "commitment"))
    box = Desk(page, "COM2").box.locator('[data-key="a"]')
    box.locator("summary").click()
    box.locator('input[value="partly"]').check()
    box.get_by_label("Reason").fill(TEXT)
    end_sign_in(expert)
    box.get_by_role("button", name="Save the adjustment").click()

    sign_in_by_page(page, expert)
    expect(box.get_by_label("Reason")).to_have_value(TEXT)
    expect(box.locator('input[value="partly"]')).to_be_checked()
    box.get_by_role("button", name="Save the adjustment").click()
    expect(Desk(page, "COM2").state).to_have_text("Adjusted")


def test_a_comment_typed_after_the_sign_in_ran_out_comes_back(
    visit: Visit, at: Callable[[Status], Assessment], assessment: Assessment, expert: User
) -> None:
    at(Status.IN_REVIEW)
    for address in (review_address(assessment), review_address(assessment, "commitment")):
        page = visit(expert, address)
        page.get_by_label("Comment for the report").fill(TEXT)
        end_sign_in(expert)
        page.get_by_role("button", name="Save the comment").click()

        sign_in_by_page(page, expert)
        expect(page).to_have_url(re.compile(f"{address}$"))
        expect(page.get_by_label("Comment for the report")).to_have_value(TEXT)
        page.get_by_role("button", name="Save the comment").click()
        expect(page.get_by_text("Your comment is saved.")).to_be_visible()


def test_a_button_pressed_after_the_sign_in_ran_out_leads_back_to_its_page(
    visit: Visit, at: Callable[[Status], Assessment], assessment: Assessment, expert: User
) -> None:
    at(Status.SUBMITTED)
    page = visit(expert, review_address(assessment))
    end_sign_in(expert)
    page.get_by_role("button", name="Start the review").click()

    sign_in_by_page(page, expert)
    page.get_by_role("button", name="Start the review").click()
    expect(page.get_by_text("Not judged").first).to_be_visible()
