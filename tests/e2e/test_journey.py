"""The whole way of a city in one test: answers, evidence, the experts' questions, validation, the report as PDF."""

import re
from pathlib import Path

import pytest
from django.core.management import call_command
from playwright.sync_api import Page, expect

from cities.enums import Role
from cities.models import City, User
from icc_index.actions import assessments
from icc_index.enums import Status
from icc_index.instrument import instrument_for
from icc_index.models import AnswerRevision, Assessment, Edition
from tests.e2e.conftest import OpenBrowser
from tests.e2e.pages import (
    Desk,
    Question,
    confirm_the_rest,
    indicator_address,
    review_address,
    sign_in_by_page,
)
from tests.e2e.reports import report_text
from tests.factories import answer_to, best_values, make_user, save, start

POLISH = "Zażółć gęślą jaźń: ąćęłńóśźż"
FIRST_HALF = ["commitment", "education", "public_services", "business_labour_market", "cultural_social_life"]


@pytest.fixture
def ravenna(transactional_db: None) -> Assessment:
    """Ravenna's questionnaire, half filled, with its lead and an assigned expert; the cities as they are shipped."""
    call_command("load_cities", verbosity=0)
    call_command("load_edition", "icc-2019", verbosity=0)
    call_command("load_published_scores", verbosity=0)
    city = City.objects.get(slug="ravenna")
    lead = make_user("lead", Role.LEAD, city)
    assessment = start(city, Edition.objects.get(code="icc-2019"), lead)
    instrument = instrument_for(assessment.edition)
    answered = {question.code for area in FIRST_HALF for question in instrument.by_code[area].questions}
    best = best_values(instrument)
    save(assessment, lead, **{code: best[code] for code in answered})
    admin = User.objects.create_superuser("admin@example.org", "correct horse battery", name="Admin")
    assessments.assign_expert(assessment=assessment, expert=make_user("expert", Role.EXPERT), by=admin)
    return assessment


def test_journey_from_the_first_answer_to_the_report(
    open_browser: OpenBrowser, ravenna: Assessment, tmp_path: Path
) -> None:
    lead = User.objects.get(email="lead@example.org")
    city = open_browser()
    sign_in_by_page(city, lead)
    _answer_an_indicator(city, ravenna)
    _fill_the_rest(ravenna, lead)
    _check_and_submit(city)

    desk = open_browser()
    sign_in_by_page(desk, User.objects.get(email="expert@example.org"))
    _review_and_ask(desk, ravenna)

    _reply(city, ravenna)
    _validate(desk, ravenna)
    text = report_text(city, ravenna, tmp_path, language="pl")

    ravenna.refresh_from_db()
    index = ravenna.results.get().core_index
    assert re.search(rf"\b{round(index)}\b", text)
    assert "W niektórych projektach" in text  # SPA2 as the expert adjusted it
    assert text.count(POLISH) >= 2  # the explanation of SPA1, and the reason for adjusting SPA2


def _answer_an_indicator(page: Page, assessment: Assessment) -> None:
    expect(page.get_by_role("heading", level=1)).to_have_text("What is on your desk")
    page.get_by_role("link", name="Go on answering").click()
    page.get_by_role("link", name="Public space").click()

    several = Question(page, "SPA1")
    several.choose("libraries", "parks")
    several.explain(POLISH)
    several.expect_saved()
    several.add_evidence(title="Plan różnorodności", url="https://example.org/plan.pdf", page=12, quote="„Ściśle”")

    on_a_scale = Question(page, "SPA2")
    on_a_scale.choose("always")
    on_a_scale.expect_saved()

    apart = Question(page, "SPA3")
    apart.choose("no_power")
    apart.expect_saved()

    one = Question(page, "SPA4")
    follows = Question(page, "SPA5")
    note = follows.box.locator("[data-condition-note]")
    one.choose("none")
    expect(note).to_contain_text("Not asked because of your answer to SPA4")
    one.choose("one_or_two")
    expect(note).to_have_text("Asked because of your answer to SPA4.")
    one.expect_saved()
    follows.choose("yes")
    follows.expect_saved()

    page.goto(indicator_address(assessment, "neighbourhoods"))
    band = Question(page, "NEI1")
    band.choose("few")
    band.expect_saved()

    stored = {code: answer_to(assessment, code) for code in ("SPA1", "SPA2", "SPA3", "SPA4", "SPA5", "NEI1")}
    assert {code: answer.value for code, answer in stored.items()} == {
        "SPA1": "libraries|parks",
        "SPA2": "always",
        "SPA3": "no_power",
        "SPA4": "one_or_two",
        "SPA5": "yes",
        "NEI1": "few",
    }
    assert stored["SPA1"].explanation == POLISH
    evidence = stored["SPA1"].evidence.get()
    assert (evidence.title, evidence.page, evidence.quote) == ("Plan różnorodności", 12, "„Ściśle”")


def _fill_the_rest(assessment: Assessment, lead: User) -> None:
    instrument = instrument_for(assessment.edition)
    best = best_values(instrument)
    still_open = {code: value for code, value in best.items() if not answer_to(assessment, code).value}
    save(assessment, lead, explanation="See the yearly report.", **still_open)


def _check_and_submit(page: Page) -> None:
    page.get_by_role("link", name="Back to all indicators").click()
    expect(page.get_by_text("Every question has an answer.")).to_be_visible()
    page.get_by_role("link", name="Check the answers and submit").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Check the answers")
    expect(page.get_by_text(POLISH)).to_be_visible()
    page.get_by_role("button", name="Submit to the experts").click()
    expect(page.get_by_text("The answers are with the experts.", exact=False).first).to_be_visible()


def _review_and_ask(page: Page, assessment: Assessment) -> None:
    page.get_by_role("link", name="Ravenna, ICC Index 2021").click()
    page.get_by_role("button", name="Start the review").click()
    page.get_by_role("link", name="Public space").click()
    expect(Desk(page, "SPA1").box.get_by_role("link", name="Plan różnorodności")).to_be_visible()
    expect(Desk(page, "SPA1").box.get_by_text("page 12")).to_be_visible()
    Desk(page, "SPA2").adjust("some_projects", POLISH)
    Desk(page, "SPA4").ask("Which places do you mean?")
    Desk(page, "SPA1").confirm()
    page.goto(review_address(assessment, "commitment"))
    confirm_the_rest(page)
    page.goto(review_address(assessment))
    expect(page.get_by_text("1 question is ready to be sent to the city")).to_be_visible()
    page.get_by_role("button", name="Send to the city").click()
    expect(page.get_by_text("1 question is with the city.")).to_be_visible()


def _reply(page: Page, assessment: Assessment) -> None:
    page.goto("/home/")
    page.get_by_role("link", name="Answer them").click()
    page.get_by_role("link", name="Public space").click()
    assert page.locator("[data-question][hx-post]").evaluate_all("all => all.map(one => one.id)") == ["SPA4"]
    asked = Question(page, "SPA4")
    expect(asked.box.get_by_text("Which places do you mean?")).to_be_visible()
    asked.reply.fill("The station square.")
    asked.reply.blur()
    asked.expect_saved()
    page.get_by_role("link", name="Back to all indicators").click()
    page.get_by_role("button", name="Send the replies to the experts").click()
    expect(page.get_by_text("Your replies are with the experts.")).to_be_visible()
    assert AnswerRevision.objects.filter(assessment=assessment, question__code="SPA4").count() == 2  # none, one_or_two


def _validate(page: Page, assessment: Assessment) -> None:
    page.goto(review_address(assessment, "public_space"))
    desk = Desk(page, "SPA4")
    expect(desk.box.get_by_text("The station square.")).to_be_visible()
    desk.confirm()
    page.goto(review_address(assessment))
    page.get_by_role("button", name="Validate the result").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Result of Ravenna")
    assert Assessment.objects.get(pk=assessment.pk).status == Status.VALIDATED
