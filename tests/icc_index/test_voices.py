"""Four voices on one line, what the last round said, and contradictions that are looked at first."""

import pytest
from django.conf import settings as real_settings
from django.utils.module_loading import import_string

from cities.enums import Role
from icc_index import queries
from icc_index.actions import answering, assessments, reviewing
from icc_index.enums import Stance, Status
from icc_index.models import Answer, Assessment, Result
from icc_index.voices import Voice, last_round
from tests.factories import (
    FAR_AWAY,
    ask,
    best_values,
    bring_to,
    confirm_all,
    judge,
    make_city,
    make_user,
    reply_to_all,
    save,
    start,
)
from tests.icc_index.pages import text, texts, tree

# Stakeholders as the settings would name them: two groups doubt COM2, all agree on COM1, and jobs are not what is said.
DOUBT = Voice(
    "Stakeholders",
    "2 of 3 groups doubt it",
    reason="Nobody has seen the plan.",
    stance=Stance.CONTRADICTS,
    is_contradiction=True,
    parts=[
        Voice("Focus group, 3 March", "It is not known", "We asked ten people.", Stance.CONTRADICTS),
        Voice("Interview, 9 March", "It is known", stance=Stance.CONFIRMS),
    ],
)
SAID = {
    "COM1": [Voice("Stakeholders", "3 of 3 groups agree", stance=Stance.CONFIRMS)],
    "COM2": [DOUBT],
    "education": [Voice("Stakeholders", "40 of 100", is_contradiction=True, stance=Stance.CONTRADICTS)],
}
CONTRADICTED = {"COM2", "education"}


def stakeholders(assessment, subjects, values=None):
    Answer.objects.filter(assessment=assessment).exists()  # one query
    return {subject: SAID[subject] for subject in subjects if subject in SAID}


def contradictions(assessments):
    list(Assessment.objects.filter(pk__in=[one.pk for one in assessments], year__gte=2021).values("pk"))  # one query
    return {one.pk: CONTRADICTED for one in assessments if one.year >= 2021}


@pytest.fixture
def heard(settings) -> None:
    """Stakeholders have spoken."""
    settings.EPI_VOICES = [*settings.EPI_VOICES, f"{__name__}.stakeholders"]
    settings.EPI_CONTRADICTIONS = [f"{__name__}.contradictions"]


@pytest.fixture
def earlier(city, edition, lead, expert, admin, instrument) -> Assessment:
    """The round of 2018, validated: the best answers, but COM1 adjusted to "no", and where SPA5 was not asked."""
    assessment = start(city, edition, lead, year=2018)
    assessments.assign_expert(assessment=assessment, expert=expert, by=admin)
    save(assessment, lead, **best_values(instrument) | {"SPA4": "none", "SPA5": ""})
    bring_to(assessment, Status.IN_REVIEW, lead=lead, expert=expert)
    judge(assessment, expert, "COM1", value="no", reason="A plan only.")
    confirm_all(assessment, expert)
    reviewing.validate(assessment=assessment, by=expert)
    return assessment


def voices_page(browser, assessment, asked=""):
    return browser.get(f"{assessment.get_absolute_url()}voices/{asked}")


def test_settings_name_what_can_be_imported():
    paths = [
        *real_settings.EPI_VOICES,
        *real_settings.EPI_CONTRADICTIONS,
        *real_settings.EPI_REPORT_CHAPTERS,
        *real_settings.EPI_DESK,
    ]
    assert all(callable(import_string(path)) for path in paths)
    assert "icc_index.voices.last_round" in real_settings.EPI_VOICES


# The last round -------------------------------------------------------------------------------------------------------


def test_last_round_says_its_answer_and_what_the_experts_made_of_it(earlier, assessment, lead):
    save(assessment, lead, COM1="yes", COM2="yes")
    said = last_round(assessment, ["COM1", "COM2", "COM3"])
    assert said == {
        "COM1": [Voice("2018", "No", "Adjusted by the experts. The city had said: Yes.", Stance.CONTRADICTS)],
        "COM2": [Voice("2018", "Yes", "Confirmed by the experts.", Stance.CONFIRMS)],
        "COM3": [Voice("2018", "Yes", "Confirmed by the experts.")],  # nothing is answered yet
    }


def test_last_round_counts_ticks_and_lists_them_in_the_reason(earlier, assessment, instrument):
    code = next(code for code, question in instrument.questions.items() if question.is_multi)
    question = instrument.questions[code]
    number = len(question.rule.points) - len(question.rule.exclusive)
    [voice] = last_round(assessment, [code])[code]
    assert voice.says == f"{number} of {number} ticked"
    assert voice.reason == f"{question.label(best_values(instrument)[code])}\nConfirmed by the experts."


def test_last_round_has_scores_of_indicators(earlier, assessment):
    said = last_round(assessment, ["commitment", "education"])
    assert said == {
        "commitment": [Voice("2018", "90 of 100", "By the city's own answers: 100 of 100.")],
        "education": [Voice("2018", "100 of 100")],
    }


def test_last_round_passes_over_what_was_not_asked_then(earlier, assessment):
    assert list(last_round(assessment, ["SPA4", "SPA5"])) == ["SPA4"]


def test_last_round_is_the_latest_that_can_be_compared(earlier, assessment, city, edition, lead, expert, admin):
    def latest():
        return [voice.source for voices in last_round(assessment, ["COM1"]).values() for voice in voices]

    assert latest() == ["2018"]
    for year, status in ((2019, Status.VALIDATED), (2020, Status.IN_REVIEW), (2022, Status.VALIDATED)):
        other = start(city, edition, lead, year=year)
        assessments.assign_expert(assessment=other, expert=expert, by=admin)
        bring_to(other, status, lead=lead, expert=expert)
    assert latest() == ["2019"]
    Assessment.objects.filter(year=2019).update(is_sample=True)
    assert latest() == ["2018"]
    Result.objects.filter(assessment=earlier).update(superseded_at=earlier.created_at)
    assert latest() == []


def test_last_round_of_another_city_is_none_of_ours(earlier, edition, outsider):
    theirs = start(outsider.cities[0], edition, outsider)
    assert last_round(theirs, ["COM1", "commitment"]) == {}


@pytest.mark.parametrize("subjects", [["COM1"], None], ids=["one", "all"])
def test_last_round_costs_two_queries(earlier, assessment, instrument, subjects, django_assert_num_queries):
    with django_assert_num_queries(2):
        last_round(assessment, subjects or [*instrument.questions, *instrument.by_code])


def test_no_last_round_costs_one_query(assessment, django_assert_num_queries):
    with django_assert_num_queries(1):
        assert last_round(assessment, ["COM1"]) == {}


# One line beside a question -------------------------------------------------------------------------------------------


def test_expert_reads_all_voices_on_one_line(heard, earlier, at, assessment, lead, expert, sign_in):
    save(assessment, lead, explanation="Since 2016.", COM1="yes", COM2="no")
    at(Status.IN_REVIEW)
    judge(assessment, expert, "COM2")
    page = sign_in(expert).get(f"{assessment.get_absolute_url()}review/area/commitment/")
    whole, com1, com2, *_rest = texts(page, ".voice-line")
    assert whole == (
        "The city 2 of 10 answered The experts 1 of 10 judged "
        "2018 90 of 100 Why : 2018 By the city's own answers: 100 of 100."
    )
    assert com1.startswith("The city Yes The experts Not judged yet 2018 No (says otherwise)")
    assert com1.endswith("Stakeholders 3 of 3 groups agree (agrees)")
    assert "The experts Confirmed 2018 Yes (says otherwise)" in com2
    assert com2.endswith(
        "Stakeholders 2 of 3 groups doubt it Contradiction Why : Stakeholders Nobody has seen the plan. "
        "Focus group, 3 March: It is not known (says otherwise) We asked ten people. "
        "Interview, 9 March: It is known (agrees)"
    )


def test_contradiction_stands_out_by_word_shape_and_place(heard, at, assessment, lead, expert, sign_in):
    at(Status.IN_REVIEW)
    page = tree(sign_in(expert).get(f"{assessment.get_absolute_url()}review/area/commitment/"))
    assert page.xpath("//article[contains(@class, 'contradicted')]/@id") == ["COM2"]
    [cell] = page.xpath("//dl[@class='voice-line']/div[@class='contradiction']")
    assert cell.xpath(".//span[@class='state late']/text()") == ["Contradiction"]


def test_desk_without_other_voices_has_no_line(at, expert, sign_in):
    assessment = at(Status.IN_REVIEW)
    page = sign_in(expert).get(f"{assessment.get_absolute_url()}review/area/commitment/")
    assert texts(page, ".voice-line") == []


def test_city_reads_the_others_beside_the_form_without_what_may_be_outdated(heard, earlier, assessment, lead, sign_in):
    save(assessment, lead, COM1="yes", COM2="yes")
    page = sign_in(lead).get(f"{assessment.get_absolute_url()}commitment/")
    whole, com1, com2, *_rest = texts(page, ".voice-line")
    assert whole.startswith("The city 2 of 10 answered 2018 90 of 100")
    assert com1.startswith("2018 No Why")
    assert com1.endswith("Stakeholders 3 of 3 groups agree")
    assert "2 of 3 groups doubt it Contradiction" in com2


def test_complete_answers_have_a_score_on_the_line(heard, earlier, at, assessment, lead, expert, instrument, sign_in):
    save(assessment, lead, **best_values(instrument))
    page = sign_in(lead).get(f"{assessment.get_absolute_url()}commitment/")
    assert texts(page, ".voice-line")[0].startswith("The city 100 of 100 2018 90 of 100")
    at(Status.IN_REVIEW)
    judge(assessment, expert, "COM2", value="no", reason="Not so.")
    reviewing.confirm_rest(assessment=assessment, indicator=instrument.by_code["commitment"], by=expert)
    page = sign_in(expert).get(f"{assessment.get_absolute_url()}review/area/commitment/")
    assert texts(page, ".voice-line")[0].startswith("The city 100 of 100 The experts 90 of 100 2018 90 of 100")


# The page of all voices -----------------------------------------------------------------------------------------------


def test_page_lists_every_question_with_a_column_a_source(heard, earlier, at, assessment, lead, expert, sign_in):
    save(assessment, lead, COM1="yes")
    at(Status.IN_REVIEW)
    page = voices_page(sign_in(expert), assessment)
    table = page.context["table"]
    assert table.sources == ["The city", "The experts", "2018", "Stakeholders"]
    assert sum(len(rows) for _indicator, rows in table.sections) == 84 + 17
    assert "All 84 questions" in text(page)
    first = tree(page).xpath("//table[1]/tbody/tr[2]")[0]
    assert first.xpath(".//a/@href") == [f"{assessment.get_absolute_url()}review/area/commitment/#COM1"]


def test_source_that_is_silent_has_no_column(assessment, lead, sign_in):
    page = voices_page(sign_in(lead), assessment)
    assert page.context["table"].sources == ["The city"]


def test_page_leaves_out_what_all_agree_on(heard, earlier, at, assessment, lead, expert, instrument, sign_in):
    save(assessment, lead, **best_values(instrument) | {"SPA4": "none", "SPA5": "", "COM3": "no"})
    at(Status.IN_REVIEW)
    page = voices_page(sign_in(lead), assessment, "?only=differing")
    shown = [[row.line.subject for row in rows] for _indicator, rows in page.context["table"].sections]
    # COM1 was "no" in 2018, COM2 is contradicted, COM3 was "yes"; education is contradicted as a whole.
    assert shown == [["commitment", "COM1", "COM2", "COM3"], ["education"]]
    assert "Only where they differ (3)" in text(page)


def test_page_says_so_when_nobody_differs(assessment, lead, sign_in):
    page = voices_page(sign_in(lead), assessment, "?only=differing")
    assert "Nobody differs" in text(page, ".empty")


@pytest.mark.parametrize("who", ["lead", "viewer", "partner", "coordinator"])
def test_city_learns_verdicts_on_the_page_only_once_validated(who, at, assessment, lead, expert, request, sign_in):
    person = request.getfixturevalue(who)
    save(assessment, lead, COM1="yes")
    at(Status.IN_REVIEW)
    judge(assessment, expert, "COM1", value="no", reason="A plan only.")
    for asked in ("", "?only=differing"):
        page = voices_page(sign_in(person), assessment, asked)
        assert "A plan only." not in text(page)
        assert "Adjusted" not in text(page)
        assert page.context["differing"] == 0
    assert "The experts" not in voices_page(sign_in(person), assessment).context["table"].sources
    assert "A plan only." in text(voices_page(sign_in(expert), assessment))
    confirm_all(assessment, expert)
    reviewing.validate(assessment=assessment, by=expert)
    assert "Adjusted: No (says otherwise) Why : The experts A plan only." in text(
        voices_page(sign_in(person), assessment)
    )


def test_reopened_review_hides_verdicts_from_the_city_again(at, lead, expert, sign_in):
    assessment = at(Status.VALIDATED)
    reviewing.reopen(assessment=assessment, reason="A document came late.", by=expert)
    judge(assessment, expert, "COM1", value="no", reason="Seen anew.")
    assert "Seen anew." not in text(voices_page(sign_in(lead), assessment))


def test_page_names_no_person(heard, earlier, at, assessment, lead, expert, sign_in):
    save(assessment, lead, COM1="yes")
    at(Status.IN_REVIEW)
    judge(assessment, expert, "COM1", value="no", reason="A plan only.")
    table = text(voices_page(sign_in(expert), assessment), "table")
    assert lead.name not in table
    assert "Expert " not in table


@pytest.mark.parametrize("rounds", [0, 1], ids=["first", "second round"])
def test_page_costs_the_same_whatever_is_said(
    rounds, heard, at, assessment, lead, expert, instrument, request, sign_in, django_assert_num_queries
):
    if rounds:
        request.getfixturevalue("earlier")
        save(assessment, lead, explanation="So.", **best_values(instrument))
    at(Status.IN_REVIEW)
    if rounds:
        confirm_all(assessment, expert)
    browser = sign_in(expert)
    voices_page(browser, assessment)
    with django_assert_num_queries(11):
        voices_page(browser, assessment)


# Contradictions come first --------------------------------------------------------------------------------------------


@pytest.fixture
def contradicted(heard, at, assessment, lead) -> Assessment:
    """In review; COM2 and education are contradicted."""
    save(assessment, lead, COM2="yes")
    return at(Status.IN_REVIEW)


def waiting(assessment) -> int:
    return queries.open_contradictions([assessment]).get(assessment.pk, 0)


def test_contradiction_is_open_until_a_verdict_settles_it(contradicted, expert, lead, instrument):
    assert waiting(contradicted) == 2
    ask(contradicted, expert, "COM2")
    assert waiting(contradicted) == 2  # the city has not replied
    judge(contradicted, expert, "COM2")
    assert waiting(contradicted) == 1
    for number in range(1, len(instrument.by_code["education"].questions)):
        judge(contradicted, expert, f"EDU{number}")
    assert waiting(contradicted) == 1  # the last one decides
    reviewing.confirm_rest(assessment=contradicted, indicator=instrument.by_code["education"], by=expert)
    assert waiting(contradicted) == 0


def test_changed_answer_opens_its_contradiction_again(contradicted, expert, lead):
    confirm_all(contradicted, expert)
    assert waiting(contradicted) == 0
    reviewing.send_back(assessment=contradicted, comment="Please explain more.", by=expert)
    save(contradicted, lead, explanation="More.", COM2="yes")
    assert waiting(contradicted) == 1


def test_contradiction_of_what_is_not_asked_waits_for_nothing(contradicted, settings, monkeypatch):
    monkeypatch.setattr(f"{__name__}.CONTRADICTED", {"SPA5", "NOPE"})
    assert waiting(contradicted) == 0


def test_queue_puts_contradicted_ones_first_within_their_turn(
    contradicted, city, edition, lead, expert, admin, sign_in
):
    for year, status in ((2019, Status.IN_REVIEW), (2020, Status.SUBMITTED), (2022, Status.CLARIFICATION)):
        other = start(city, edition, lead, year=year)
        assessments.assign_expert(assessment=other, expert=expert, by=admin)
        bring_to(other, status, lead=lead, expert=expert)
    Assessment.objects.filter(year=2019).update(status_since="2019-01-01T00:00:00Z")  # the longest waiting
    page = sign_in(expert).get("/review/")
    # 2022 is contradicted, too, but it is the city's turn.
    assert [line.assessment.year for line in page.context["queue"]] == [2021, 2019, 2020, 2022]
    assert [line.contradicted for line in page.context["queue"]] == [2, 0, 0, 2]
    first, second = texts(page, "li")[:2]
    assert "2 contradicted by stakeholders" in first
    assert "contradicted" not in second


def test_submitted_but_contradicted_comes_before_what_is_in_review(
    heard, assessment, city, edition, lead, expert, admin, at, sign_in
):
    at(Status.SUBMITTED)
    other = start(city, edition, lead, year=2019)
    assessments.assign_expert(assessment=other, expert=expert, by=admin)
    bring_to(other, Status.IN_REVIEW, lead=lead, expert=expert)
    page = sign_in(expert).get("/review/")
    assert [line.assessment.year for line in page.context["queue"]] == [2021, 2019]


def test_review_page_lists_contradictions_with_links_to_the_very_question(contradicted, expert, sign_in):
    page = sign_in(expert).get(f"{contradicted.get_absolute_url()}review/")
    section = tree(page).xpath("//section[contains(@class, 'contradicted')]")[0]
    here = f"{contradicted.get_absolute_url()}review/area"
    assert section.xpath(".//a/@href") == [f"{here}/commitment/#COM2", f"{here}/education/"]
    assert "Stakeholders: 2 of 3 groups doubt it" in " ".join(section.itertext())
    flagged = [words for words in texts(page, "li") if "1 contradicted" in words]
    assert [words.split()[0] for words in flagged] == ["Commitment", "Education"]


def test_go_on_prefers_what_is_contradicted(contradicted, expert, instrument, sign_in):
    def go_on():
        page = sign_in(expert).get(f"{contradicted.get_absolute_url()}review/")
        return tree(page).xpath("//div[@class='turn']/a/@href")

    here = f"{contradicted.get_absolute_url()}review/area"
    assert go_on() == [f"{here}/commitment/#COM2"]
    ask(contradicted, expert, "COM2")  # now it waits for the city
    assert go_on() == [f"{here}/education/"]
    reviewing.confirm_rest(assessment=contradicted, indicator=instrument.by_code["education"], by=expert)
    assert go_on() == [f"{here}/commitment/"]


def test_settled_contradictions_leave_the_review_page(contradicted, expert, sign_in):
    confirm_all(contradicted, expert)
    page = sign_in(expert).get(f"{contradicted.get_absolute_url()}review/")
    assert page.context["contradicted"] == []
    assert "Contradicted, not judged yet" not in text(page)
    queue = sign_in(expert).get("/review/")
    assert queue.context["queue"][0].contradicted == 0


def test_asked_contradiction_says_that_it_waits_for_the_city(contradicted, expert, lead, sign_in):
    ask(contradicted, expert, "COM2")
    reviewing.send_questions(assessment=contradicted, clarify_by=FAR_AWAY, by=expert)
    page = sign_in(expert).get(f"{contradicted.get_absolute_url()}review/")
    assert "Asked, waits for the city" in text(page, ".tasks")
    reply_to_all(contradicted, lead)
    answering.send_replies(assessment=contradicted, by=lead)
    assert waiting(contradicted) == 2


# Queries --------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("rows", [1, 3])
def test_queue_with_contradictions_costs_the_same(
    rows, contradicted, edition, expert, admin, sign_in, django_assert_num_queries
):
    for number in range(rows - 1):
        city = make_city(f"city-{number}")
        lead = make_user(f"lead-{number}", Role.LEAD, city)
        other = start(city, edition, lead)
        assessments.assign_expert(assessment=other, expert=expert, by=admin)
        bring_to(other, Status.IN_REVIEW, lead=lead, expert=expert)
    browser = sign_in(expert)
    browser.get("/review/")
    with django_assert_num_queries(7):
        page = browser.get("/review/")
    assert [line.contradicted for line in page.context["queue"]] == [2] * rows


@pytest.mark.parametrize("judged", [False, True], ids=["open", "settled"])
def test_review_pages_stay_within_their_queries(
    judged, earlier, contradicted, expert, lead, sign_in, django_assert_num_queries, django_assert_max_num_queries
):
    ask(contradicted, expert, "COM2")
    reviewing.send_questions(assessment=contradicted, clarify_by=FAR_AWAY, by=expert)
    reply_to_all(contradicted, lead)
    answering.send_replies(assessment=contradicted, by=lead)
    if judged:
        confirm_all(contradicted, expert)
    browser = sign_in(expert)
    for address in ("review/", "review/area/commitment/"):
        browser.get(f"{contradicted.get_absolute_url()}{address}")
    with django_assert_max_num_queries(13):
        browser.get(f"{contradicted.get_absolute_url()}review/")
    with django_assert_num_queries(14):
        browser.get(f"{contradicted.get_absolute_url()}review/area/commitment/")


def test_citys_page_with_all_voices_stays_within_its_queries(
    heard, earlier, assessment, lead, viewer, sign_in, django_assert_num_queries
):
    for person in (lead, viewer):
        browser = sign_in(person)
        browser.get(f"{assessment.get_absolute_url()}commitment/")
        with django_assert_num_queries(11):
            browser.get(f"{assessment.get_absolute_url()}commitment/")
