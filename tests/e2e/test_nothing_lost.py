"""Whatever happens while somebody types (no connection, no sign-in, a reload, a colleague), the text is still there."""

import re

import pytest
from playwright.sync_api import Page, expect

from cities.models import User
from icc_index.models import Assessment
from icc_index.models.answer import EXPLANATION_LENGTH
from tests.e2e.conftest import OpenBrowser, sign_in
from tests.e2e.pages import Question, end_sign_in, indicator_address, sign_in_by_page
from tests.factories import answer_to, make_user, save

TEXT = "Since 2016 every department reports: ąćęłńóśźż."
NO_CONNECTION = re.compile("^Not saved: no connection")
SIGNED_OUT = re.compile("^Not saved: you are signed out")


class ComplaintsButLostConnections(list[str]):
    """htmx tells the console of each request that met no server."""

    def append(self, text: str) -> None:
        if not text.startswith(("htmx:afterRequest", "htmx:sendError", "htmx:sendAbort")):
            super().append(text)


@pytest.fixture
def complaints() -> list[str]:
    return ComplaintsButLostConnections()


@pytest.fixture
def page(open_browser: OpenBrowser, lead: User, assessment: Assessment) -> Page:
    """The lead at the first indicator."""
    page = open_browser(lead)
    page.goto(indicator_address(assessment, "commitment"))
    return page


def test_what_is_typed_is_saved_while_typing_without_leaving_the_field(page: Page, assessment: Assessment) -> None:
    question = Question(page, "COM2")

    question.explanation.press_sequentially(TEXT)
    expect(question.state).to_contain_text("Not saved yet")
    question.expect_saved()

    assert answer_to(assessment, "COM2").explanation == TEXT
    _expect_nothing_kept(page)


def test_without_a_connection_the_text_is_kept_and_saved_once_it_is_back(page: Page, assessment: Assessment) -> None:
    question = Question(page, "COM2")
    page.context.set_offline(True)

    question.choose("partly")
    question.explain(TEXT)
    expect(question.state.locator(".saved")).to_have_text(NO_CONNECTION)
    expect(page.locator("#live")).to_have_text(NO_CONNECTION)
    expect(question.explanation).to_have_value(TEXT)
    assert answer_to(assessment, "COM2").value == ""

    page.context.set_offline(False)
    question.expect_saved()
    stored = answer_to(assessment, "COM2")
    assert (stored.value, stored.explanation) == ("partly", TEXT)
    _expect_nothing_kept(page)


def test_text_typed_without_a_connection_survives_closing_the_page(page: Page, assessment: Assessment) -> None:
    question = Question(page, "COM2")
    page.context.set_offline(True)
    question.choose("partly")
    question.explain(TEXT)
    expect(question.state.locator(".saved")).to_have_text(NO_CONNECTION)
    context = page.context
    page.close()
    context.set_offline(False)
    assert answer_to(assessment, "COM2").value == ""

    page = context.new_page()
    page.goto(indicator_address(assessment, "commitment"))
    question = Question(page, "COM2")
    question.expect_saved()
    expect(question.explanation).to_have_value(TEXT)
    assert question.chosen() == ["partly"]
    stored = answer_to(assessment, "COM2")
    assert (stored.value, stored.explanation) == ("partly", TEXT)


def test_reloading_right_after_typing_restores_and_saves(page: Page, assessment: Assessment) -> None:
    question = Question(page, "COM2")
    page.route("**/commitment/", lambda route: route.abort() if route.request.method == "POST" else route.continue_())
    question.explanation.fill(TEXT)  # the field is not left, and the delay before saving is not over

    page.reload()
    page.unroute("**/commitment/")
    expect(question.explanation).to_have_value(TEXT)
    question.expect_saved()
    assert answer_to(assessment, "COM2").explanation == TEXT


def test_typing_on_while_a_save_is_under_way_is_no_conflict_with_oneself(page: Page, assessment: Assessment) -> None:
    question = Question(page, "COM2")
    question.explain("First.")
    question.expect_saved()
    # The answer arrives while more is being typed; then the page is gone before the next save.
    page.evaluate(
        """() => {
            const field = document.querySelector('[name="COM2-explanation"]');
            document.body.addEventListener("htmx:beforeSwap", () => {
                field.value = "First. Second.";
                field.dispatchEvent(new Event("input", {bubbles: true}));
            }, {once: true});
        }"""
    )
    question.choose("partly")
    expect(question.explanation).to_have_value("First. Second.")
    page.reload()

    question.expect_saved()
    expect(question.explanation).to_have_value("First. Second.")
    assert answer_to(assessment, "COM2").explanation == "First. Second."


def test_signed_out_while_typing_says_so_and_gives_the_text_back(
    page: Page, assessment: Assessment, lead: User
) -> None:
    question = Question(page, "COM2")
    end_sign_in(lead)

    question.choose("partly")
    question.explain(TEXT)
    expect(question.state.locator(".saved")).to_have_text(SIGNED_OUT)
    expect(question.explanation).to_have_value(TEXT)

    question.state.get_by_role("link", name="Sign in again").click()
    sign_in_by_page(page, lead)
    expect(page).to_have_url(re.compile("/commitment/$"))
    expect(question.explanation).to_have_value(TEXT)
    question.expect_saved()
    stored = answer_to(assessment, "COM2")
    assert (stored.value, stored.explanation) == ("partly", TEXT)


def test_signing_in_again_in_another_tab_saves_what_waits_in_the_first(
    page: Page, assessment: Assessment, lead: User
) -> None:
    question = Question(page, "COM2")
    end_sign_in(lead)
    question.explain(TEXT)
    expect(question.state.locator(".saved")).to_have_text(SIGNED_OUT)

    other_tab = page.context.new_page()
    sign_in_by_page(other_tab, lead)
    expect(other_tab.get_by_role("heading", level=1)).to_have_text("What is on your desk")

    question.expect_saved()
    assert answer_to(assessment, "COM2").explanation == TEXT


def test_the_text_of_one_person_never_shows_to_the_next_at_the_same_browser(
    page: Page, assessment: Assessment, lead: User, site: str
) -> None:
    question = Question(page, "COM2")
    end_sign_in(lead)
    question.explain(TEXT)
    expect(question.state.locator(".saved")).to_have_text(SIGNED_OUT)

    colleague = make_user("colleague", "lead", assessment.city)
    page.context.clear_cookies()
    sign_in(page.context, site, colleague)
    page.reload()
    expect(question.state).to_contain_text("Not answered yet")
    expect(question.explanation).to_have_value("")


def test_a_page_saved_by_its_button_leaves_nothing_to_restore(page: Page, assessment: Assessment) -> None:
    question = Question(page, "COM2")
    page.route(
        "**/commitment/", lambda route: route.abort() if route.request.headers.get("hx-request") else route.continue_()
    )
    question.choose("partly")
    question.explanation.fill(TEXT)
    page.get_by_role("button", name=re.compile("^Save and go to")).click()
    expect(page.get_by_text("Your answers are saved.")).to_be_visible()

    _expect_nothing_kept(page)
    assert answer_to(assessment, "COM2").explanation == TEXT


class TestTwoAtOneAnswer:
    """A colleague saves COM2 while the lead types."""

    @pytest.fixture
    def question(self, page: Page, assessment: Assessment) -> Question:
        save(assessment, make_user("colleague", "lead", assessment.city), explanation="Theirs.", COM2="yes")
        question = Question(page, "COM2")
        question.choose("no")
        expect(question.state.get_by_role("alert")).to_contain_text("Colleague saved another answer")
        question.explain("Mine.")
        return question

    def test_both_texts_are_shown_and_nothing_is_saved(self, question: Question, assessment: Assessment) -> None:
        view = question.state.locator(".compare")
        expect(view.locator("> div").first).to_contain_text("Theirs.")
        expect(view.locator("> div").last).to_contain_text("No")
        expect(question.explanation).to_have_value("Mine.")
        assert answer_to(assessment, "COM2").explanation == "Theirs."

    def test_save_mine_instead_wins(self, question: Question, assessment: Assessment) -> None:
        question.state.get_by_role("button", name="Save mine instead").click()

        question.expect_saved()
        stored = answer_to(assessment, "COM2")
        assert (stored.value, stored.explanation, stored.version) == ("no", "Mine.", 2)

    def test_leave_theirs_shows_theirs(self, question: Question, assessment: Assessment) -> None:
        question.state.get_by_role("link", name="Leave theirs").click()

        expect(question.explanation).to_have_value("Theirs.")
        assert question.chosen() == ["yes"]
        assert answer_to(assessment, "COM2").version == 1
        _expect_nothing_kept(question.page)


def test_a_text_that_is_too_long_is_refused_and_kept(page: Page, assessment: Assessment) -> None:
    question = Question(page, "COM2")
    too_long = "x" * (EXPLANATION_LENGTH + 1)
    question.explanation.evaluate("field => field.removeAttribute('maxlength')")

    question.explain(too_long)
    expect(question.state.get_by_role("alert")).to_contain_text("This answer is not saved yet; what you typed is kept.")
    expect(question.explanation).to_have_value(too_long)

    question.explain(TEXT)
    question.expect_saved()
    assert answer_to(assessment, "COM2").explanation == TEXT


def test_ticks_that_exclude_each_other_are_refused_and_the_explanation_is_kept(
    open_browser: OpenBrowser, assessment: Assessment, lead: User
) -> None:
    page = open_browser(lead)
    page.goto(indicator_address(assessment, "public_space"))
    question = Question(page, "SPA1")
    question.choose("parks", "none")
    assert question.chosen() == ["none"], "the script unticks what cannot be combined"
    question.expect_saved()

    question.option("parks").evaluate("box => { box.checked = true }")
    question.explain(TEXT)
    expect(question.state.get_by_role("alert")).to_contain_text("cannot be combined")
    expect(question.explanation).to_have_value(TEXT)
    assert answer_to(assessment, "SPA1").value == "none"


def test_saving_never_moves_the_page(page: Page, assessment: Assessment) -> None:
    question = Question(page, "COM5")
    question.box.scroll_into_view_if_needed()
    question.option("partly").focus()
    before = _place(page, question)

    question.choose("partly")
    question.expect_saved()
    assert _place(page, question) == before

    question.explanation.focus()
    before = _place(page, question)
    question.explanation.press_sequentially(TEXT)
    question.expect_saved()
    assert _place(page, question) == before
    assert page.evaluate("document.activeElement.name") == "COM5-explanation"


def test_saving_several_lines_by_button_after_saving_by_itself_is_one_version(
    page: Page, assessment: Assessment
) -> None:
    question = Question(page, "COM2")
    question.explain("First line.\nSecond line.")
    question.expect_saved()

    page.get_by_role("button", name="Save", exact=True).click()
    expect(page.get_by_text("Your answers are saved.")).to_be_visible()
    assert answer_to(assessment, "COM2").version == 1


def test_evidence_that_cannot_be_sent_stays_in_its_form(page: Page, assessment: Assessment) -> None:
    question = Question(page, "COM2")
    page.get_by_role("button", name="Add a link as evidence for COM2").click()
    form = question.evidence.locator("[data-evidence-form]")
    form.get_by_label("Title").fill("Plan")
    form.get_by_label("Link").fill("https://example.org/plan")
    page.context.set_offline(True)
    form.get_by_role("button", name="Add this evidence").click()
    expect(question.state).to_contain_text("Not added: no connection")
    expect(form.get_by_label("Title")).to_have_value("Plan")

    page.context.set_offline(False)
    form.get_by_role("button", name="Add this evidence").click()
    expect(question.evidence.get_by_role("link", name="Plan")).to_be_visible()


def _expect_nothing_kept(page: Page) -> None:
    page.wait_for_function("() => !Object.keys(localStorage).some(key => key.startsWith('epi:typed:'))")


def _place(page: Page, question: Question) -> tuple[float, float]:
    """How far the page is scrolled, and where on the screen the question stands."""
    return page.evaluate("scrollY"), question.box.evaluate("box => box.getBoundingClientRect().top")
