"""Answering: what is saved, what is refused and given back, evidence, and what is shown again afterwards."""

from unicodedata import normalize

import pytest
from django.utils import timezone

from epi.models import Event
from icc_index.enums import Aside, Status
from icc_index.models import Answer, AnswerRevision, Clarification, Evidence
from tests.factories import answer_to, ask, save
from tests.icc_index.pages import fields, htmx, text, texts, tree, typed

NASTY = """<script>alert("x")</script> & 'one' "two" </textarea> {{ user }} {% now "Y" %} \\ %s"""
MANY_SCRIPTS = "العربية: خطة المدينة ‏2021 — עברית — Łódź ąęśćż — 👩🏽‍🚒🏳️‍🌈 — 日本 — e\u0301"


@pytest.fixture
def as_lead(sign_in, lead):
    return sign_in(lead)


@pytest.fixture
def commitment(assessment) -> str:
    return f"{assessment.get_absolute_url()}commitment/"


def stored(assessment, code: str) -> tuple[str, str, int]:
    answer = answer_to(assessment, code)
    return answer.value, answer.explanation, answer.version


# Saving one answer ----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("area", "code", "kind"),
    [
        ("commitment", "COM1", "single"),
        ("education", "EDU1", "scale"),
        ("neighbourhoods", "NEI1", "band"),
        ("public_services", "PUB4", "multi"),
    ],
)
def test_answer_of_each_kind_is_saved(as_lead, assessment, instrument, lead, area, code, kind):
    question = instrument.questions[code]
    ticked = list(question.rule.points)[:2] if kind == "multi" else next(iter(question.rule.points))
    assert question.kind == kind
    before = timezone.now()
    response = htmx(as_lead, assessment, area, code, ticked, "Since 2016.")
    assert response.status_code == 200
    answer = answer_to(assessment, code)
    assert answer.value == ("|".join(ticked) if kind == "multi" else ticked)
    assert (answer.explanation, answer.version, answer.saved_by) == ("Since 2016.", 1, lead)
    assert before <= answer.saved_at <= timezone.now()


@pytest.mark.parametrize("aside", Aside.values)
@pytest.mark.parametrize(("area", "code"), [("commitment", "COM1"), ("public_services", "PUB4")])
def test_aside_is_saved(as_lead, assessment, area, code, aside):
    assert htmx(as_lead, assessment, area, code, aside).status_code == 200
    assert stored(assessment, code) == (aside, "", 1)


def test_ticked_options_are_stored_in_the_order_of_the_question(as_lead, assessment, instrument):
    options = [code for code in instrument.questions["PUB4"].rule.points if code != "none"]
    htmx(as_lead, assessment, "public_services", "PUB4", list(reversed(options)))
    assert stored(assessment, "PUB4")[0] == "|".join(options)


def test_saved_answer_is_said_beside_the_question_with_its_new_version(as_lead, assessment):
    response = htmx(as_lead, assessment, "commitment", "COM1", "yes")
    assert tree(response).get("id") == "COM1-state"
    assert tree(response).xpath("//input/@value") == ["1"]
    assert texts(response, ".saved")[0].startswith("✓ Saved ")


def test_answer_can_be_taken_back(as_lead, assessment):
    htmx(as_lead, assessment, "commitment", "COM1", "yes", "Since 2016.")
    assert htmx(as_lead, assessment, "commitment", "COM1", "", "", version=1).status_code == 200
    assert stored(assessment, "COM1") == ("", "", 2)


def test_saving_what_is_stored_makes_no_revision(as_lead, assessment, lead):
    htmx(as_lead, assessment, "commitment", "COM1", "yes", "Since 2016.")
    saved_at = answer_to(assessment, "COM1").saved_at
    response = htmx(as_lead, assessment, "commitment", "COM1", "yes", "Since 2016.", version=1)
    assert response.status_code == 200
    assert stored(assessment, "COM1") == ("yes", "Since 2016.", 1)
    assert answer_to(assessment, "COM1").saved_at == saved_at
    assert AnswerRevision.objects.filter(assessment=assessment).count() == 1


def test_line_ends_and_outer_spaces_are_no_change(as_lead, assessment):
    htmx(as_lead, assessment, "commitment", "COM1", "yes", "One\nTwo")
    response = htmx(as_lead, assessment, "commitment", "COM1", "yes", "  One\r\nTwo\r\n", version=1)
    assert response.status_code == 200
    assert stored(assessment, "COM1") == ("yes", "One\nTwo", 1)


def test_history_holds_every_version_with_its_author(as_lead, assessment, lead, contributor, sign_in):
    assessment.indicator_assignments.create(
        indicator_id=answer_to(assessment, "COM1").question.indicator_id, user=contributor
    )
    htmx(as_lead, assessment, "commitment", "COM1", "yes", "One.")
    htmx(sign_in(contributor), assessment, "commitment", "COM1", "no", "Two.", version=1)
    htmx(as_lead, assessment, "commitment", "COM1", "no_power", "Three.", version=2)
    revisions = AnswerRevision.objects.filter(assessment=assessment)
    assert list(revisions.values_list("question__code", "version", "value", "explanation", "by")) == [
        ("COM1", 3, "no_power", "Three.", lead.pk),
        ("COM1", 2, "no", "Two.", contributor.pk),
        ("COM1", 1, "yes", "One.", lead.pk),
    ]
    page = as_lead.get(f"{assessment.get_absolute_url()}commitment/COM1/history/")
    assert [said for _revision, said in page.context["revisions"]] == ["The city has no legal power", "No", "Yes"]
    assert all(name in text(page) for name in ("Version 3, Lead", "Version 2, Contributor", "Version 1, Lead"))


# Two people at one answer ---------------------------------------------------------------------------------------------


def test_other_content_on_an_older_version_is_a_conflict_that_shows_both(as_lead, assessment, lead):
    save(assessment, lead, explanation="Theirs.", COM1="no")
    response = htmx(as_lead, assessment, "commitment", "COM1", "yes", "Mine.")
    assert response.status_code == 409
    assert stored(assessment, "COM1") == ("no", "Theirs.", 1)
    assert text(response, ".compare") == "Saved now No Theirs. What you typed Yes Mine."


def test_same_content_on_an_older_version_is_no_conflict(as_lead, assessment, lead):
    save(assessment, lead, explanation="The same.", COM1="yes")
    response = htmx(as_lead, assessment, "commitment", "COM1", "yes", "The same.")
    assert response.status_code == 200
    assert tree(response).xpath("//input/@value") == ["1"]
    assert AnswerRevision.objects.count() == 1


def test_conflict_keeps_the_older_version_until_the_person_decides(as_lead, assessment, lead):
    save(assessment, lead, COM1="no")
    first = htmx(as_lead, assessment, "commitment", "COM1", "yes", "Mine.")
    assert tree(first).xpath("//input[@name='COM1-version']/@value") == ["0"]
    assert htmx(as_lead, assessment, "commitment", "COM1", "yes", "Mine, longer.").status_code == 409
    assert stored(assessment, "COM1") == ("no", "", 1)


def test_mine_can_be_saved_over_theirs_knowingly(as_lead, assessment, lead):
    save(assessment, lead, explanation="Theirs.", COM1="no")
    response = htmx(as_lead, assessment, "commitment", "COM1", "yes", "Mine.", over="1")
    assert response.status_code == 200
    assert stored(assessment, "COM1") == ("yes", "Mine.", 2)
    assert AnswerRevision.objects.filter(explanation="Theirs.").count() == 1


def test_mine_is_not_saved_over_what_came_after_the_comparison(as_lead, assessment, lead):
    save(assessment, lead, explanation="Theirs.", COM1="no")
    save(assessment, lead, explanation="Newer still.", COM1="no")
    response = htmx(as_lead, assessment, "commitment", "COM1", "yes", "Mine.", over="1")
    assert response.status_code == 409
    assert stored(assessment, "COM1") == ("no", "Newer still.", 2)


def test_conflict_on_a_page_without_script_saves_the_rest_and_shows_both(as_lead, assessment, lead, commitment):
    sent = fields(as_lead.get(commitment))
    save(assessment, lead, explanation="Theirs.", COM1="no")
    sent |= {"COM1-value": "yes", "COM1-explanation": "Mine.", "COM2-value": "yes"}
    response = as_lead.post(commitment, sent)
    assert response.status_code == 409
    assert stored(assessment, "COM1") == ("no", "Theirs.", 1)
    assert stored(assessment, "COM2") == ("yes", "", 1)
    assert text(response, ".compare") == "Saved now No Theirs. What you typed Yes Mine."
    again = fields(response)
    assert (again["COM1-value"], again["COM1-explanation"], again["COM1-version"]) == ("yes", "Mine.", "0")
    assert as_lead.post(commitment, {**again, "COM1-over": "1"}).status_code == 302
    assert stored(assessment, "COM1") == ("yes", "Mine.", 2)
    assert stored(assessment, "COM2") == ("yes", "", 1)


# What is refused ------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("area", "code", "value", "explanation", "words"),
    [
        ("commitment", "COM1", "perhaps", "", "Choose among the answers that are offered."),
        ("commitment", "COM1", "yes|no", "", "Choose among the answers that are offered."),
        ("public_services", "PUB4", ["perhaps"], "", "Choose among the answers that are offered."),
        ("public_services", "PUB4", ["none", 1], "", "“None” cannot be combined with other answers."),
        ("public_services", "PUB4", ["na", 1], "", "“Not applicable here” cannot be combined with other answers."),
        ("public_services", "PUB4", ["unknown", "na"], "", "“Not applicable here” cannot be combined"),
        ("commitment", "COM1", "yes", "x" * 10_001, "Ensure this value has at most 10000 characters (it has 10001)."),
        ("commitment", "COM1", "yes", "nul\0", "Null characters are not allowed."),
    ],
    ids=["unknown", "two-in-one", "unknown-of-many", "exclusive", "aside", "two-asides", "long", "nul"],
)
def test_invalid_answer_is_refused_with_the_words(
    as_lead, assessment, instrument, area, code, value, explanation, words
):
    if isinstance(value, list):
        value = [one if isinstance(one, str) else next(iter(instrument.questions[code].rule.points)) for one in value]
    response = htmx(as_lead, assessment, area, code, value, explanation)
    assert response.status_code == 422
    assert words in text(response, ".error-summary")
    assert stored(assessment, code) == ("", "", 0)
    assert AnswerRevision.objects.count() == 0


def test_longest_explanation_is_saved_whole(as_lead, assessment):
    longest = "ą\n" * 5_000
    response = htmx(as_lead, assessment, "commitment", "COM1", "yes", "x" + longest[1:-1].replace("\n", "\r\n") + "y")
    assert response.status_code == 200
    assert len(stored(assessment, "COM1")[1]) == 10_000


def test_several_values_for_a_single_choice_keep_the_last_as_forms_do(as_lead, assessment):
    assert htmx(as_lead, assessment, "commitment", "COM1", ["yes", "no"]).status_code == 200
    assert stored(assessment, "COM1")[0] == "no"


@pytest.mark.parametrize("version", ["-1", "one", "", "1.5", "9" * 5000])
def test_tampered_version_is_refused(as_lead, assessment, version):
    response = htmx(as_lead, assessment, "commitment", "COM1", "yes", version=version)
    assert response.status_code == 422
    assert stored(assessment, "COM1") == ("", "", 0)


@pytest.mark.parametrize("version", ["7", str(2**63), "9" * 30])
def test_version_that_never_was_is_a_conflict(as_lead, assessment, version):
    response = htmx(as_lead, assessment, "commitment", "COM1", "yes", version=version)
    assert response.status_code == 409
    assert stored(assessment, "COM1") == ("", "", 0)


def test_save_without_the_version_is_refused_not_passed_over(as_lead, assessment, commitment):
    sent = {"COM1-value": "yes", "COM1-explanation": "Since 2016."}
    response = as_lead.post(commitment, sent)
    assert response.status_code == 422
    assert stored(assessment, "COM1") == ("", "", 0)
    assert fields(response)["COM1-explanation"] == "Since 2016."
    script = as_lead.post(commitment, {"only": "COM1", **sent}, headers={"HX-Request": "true"})
    assert script.status_code == 422
    assert stored(assessment, "COM1") == ("", "", 0)


@pytest.mark.parametrize("only", ["EDU1", "COM99", "../COM1", "com1"])
def test_question_of_elsewhere_is_not_found(as_lead, assessment, commitment, only):
    sent = {"only": only, **typed(only, "yes")}
    assert as_lead.post(commitment, sent, headers={"HX-Request": "true"}).status_code == 404
    assert not Answer.objects.exclude(version=0).exists()


def test_script_that_names_no_question_gets_the_page(as_lead, assessment, commitment):
    assert as_lead.post(commitment, {"junk": "1"}, headers={"HX-Request": "true"}).status_code == 302
    assert not Answer.objects.exclude(version=0).exists()


def test_indicator_that_does_not_exist_is_not_found(as_lead, assessment):
    assert as_lead.get(f"{assessment.get_absolute_url()}weather/").status_code == 404
    assert as_lead.post(f"{assessment.get_absolute_url()}weather/", typed("COM1", "yes")).status_code == 404


def test_huge_post_is_refused_and_nothing_stored(as_lead, assessment, commitment):
    response = as_lead.post(commitment, typed("COM1", "yes", "x" * 6_000_000))
    assert response.status_code == 400
    assert stored(assessment, "COM1") == ("", "", 0)


# The page without a script --------------------------------------------------------------------------------------------


def test_page_sent_back_untouched_changes_nothing(as_lead, assessment, lead, commitment):
    save(assessment, lead, explanation=f"{NASTY}\n\n{MANY_SCRIPTS}", COM1="yes", COM2="partly", COM3="na")
    before = list(Answer.objects.values_list())
    assert as_lead.post(commitment, fields(as_lead.get(commitment))).status_code == 302
    assert list(Answer.objects.values_list()) == before
    assert AnswerRevision.objects.count() == 3


def test_one_bad_question_does_not_keep_the_others_from_being_saved(as_lead, assessment, commitment):
    sent = fields(as_lead.get(commitment))
    sent |= {
        "COM1-value": "yes",
        "COM1-explanation": "First.",
        "COM2-value": "partly",
        "COM2-explanation": "x" * 10_001,
        "COM3-value": "no",
    }
    response = as_lead.post(commitment, sent)
    assert response.status_code == 422
    assert stored(assessment, "COM1") == ("yes", "First.", 1)
    assert stored(assessment, "COM2") == ("", "", 0)
    assert stored(assessment, "COM3") == ("no", "", 1)
    assert texts(response, ".error-summary")[0].startswith("There is a problem COM2: Ensure this value has at most")
    again = fields(response)
    assert again["COM2-explanation"] == "x" * 10_001
    assert (again["COM1-version"], again["COM2-version"], again["COM3-version"]) == ("1", "0", "1")
    assert {name: value for name, value in again.items() if "version" not in name and "csrf" not in name} == {
        name: value for name, value in sent.items() if "version" not in name and "csrf" not in name
    } | {"typed_by": again["typed_by"]}
    again["COM2-explanation"] = "Shorter."
    assert as_lead.post(commitment, again).status_code == 302
    assert stored(assessment, "COM2") == ("partly", "Shorter.", 1)
    assert AnswerRevision.objects.count() == 3


def test_questions_that_were_not_sent_are_not_at_fault(as_lead, assessment, commitment):
    response = as_lead.post(commitment, typed("COM1", "perhaps"))
    assert response.status_code == 422
    assert [card.code for card in response.context["faulty"]] == ["COM1"]


@pytest.mark.parametrize("content", [NASTY, MANY_SCRIPTS], ids=["markup", "scripts"])
def test_text_comes_back_unharmed_and_as_text(as_lead, assessment, lead, expert, sign_in, content):
    assert htmx(as_lead, assessment, "commitment", "COM1", "yes", content).status_code == 200
    assert stored(assessment, "COM1")[1] == content
    address = assessment.get_absolute_url()
    page = as_lead.get(f"{address}commitment/")
    assert fields(page)["COM1-explanation"] == content
    for shown in (f"{address}commitment/COM1/history/", f"{address}check/"):
        shown = as_lead.get(shown)
        assert normalize("NFC", " ".join(content.split())) in normalize("NFC", text(shown))
        assert "<script>alert" not in shown.content.decode()
    conflict = htmx(as_lead, assessment, "commitment", "COM1", "no", content + "!")
    assert texts(conflict, ".prewrap") == [" ".join(content.split()), " ".join(content.split()) + "!"]
    assert b"<script>alert" not in conflict.content + page.content


def test_and_next_saves_and_leads_on(as_lead, assessment, commitment):
    response = as_lead.post(commitment, {**typed("COM1", "yes"), "and_next": "1"})
    assert (response.status_code, response.url) == (302, f"{assessment.get_absolute_url()}education/")
    assert stored(assessment, "COM1")[0] == "yes"


def test_save_stays_on_the_page(as_lead, assessment, commitment):
    response = as_lead.post(commitment, typed("COM1", "yes"))
    assert (response.status_code, response.url) == (302, commitment)


def test_after_the_last_indicator_there_is_no_next(as_lead, assessment):
    last = f"{assessment.get_absolute_url()}interaction/"
    assert as_lead.get(last).context["next_indicator"] is None
    assert as_lead.post(last, {**typed("ITR1", "yes"), "and_next": "1"}).url == last


# Conditional questions ------------------------------------------------------------------------------------------------


def test_conditional_question_follows_the_answer_it_rests_on(as_lead, assessment, lead):
    address = f"{assessment.get_absolute_url()}public_space/"
    asked = {}
    for value in ("", "none", "several"):
        if value:
            save(assessment, lead, SPA4=value)
        asked[value] = {card.code: card.is_asked for card in as_lead.get(address).context["cards"]}["SPA5"]
    assert asked == {"": False, "none": False, "several": True}


def test_answer_to_what_is_not_asked_is_kept_and_counts_nowhere(as_lead, assessment, lead):
    save(assessment, lead, SPA4="several", SPA5="yes")
    counted = {row.indicator.code: row for row in as_lead.get(assessment.get_absolute_url()).context["rows"]}
    assert (counted["public_space"].asked, counted["public_space"].answered) == (5, 2)
    save(assessment, lead, SPA4="none")
    counted = {row.indicator.code: row for row in as_lead.get(assessment.get_absolute_url()).context["rows"]}
    assert (counted["public_space"].asked, counted["public_space"].answered) == (4, 1)
    assert stored(assessment, "SPA5")[0] == "yes"
    sections = as_lead.get(f"{assessment.get_absolute_url()}check/").context["sections"]
    assert "SPA5" not in [row.question.code for section in sections for row in section.rows]


# Evidence -------------------------------------------------------------------------------------------------------------
GIVEN = {"title": "Diversity plan", "url": "https://example.org/plan.pdf", "page": "12", "quote": "We shall."}


def give(client, assessment, **changes):
    sent = {f"COM1-{name}": value for name, value in {**GIVEN, **changes}.items()}
    return client.post(f"{assessment.get_absolute_url()}commitment/COM1/evidence/", sent)


def test_evidence_is_kept_shown_and_remembered(as_lead, assessment, lead, commitment):
    response = give(as_lead, assessment)
    assert (response.status_code, response.url) == (302, f"{commitment}#COM1")
    evidence = Evidence.objects.get()
    assert (evidence.title, evidence.url, evidence.page, evidence.quote, evidence.added_by) == (
        "Diversity plan",
        "https://example.org/plan.pdf",
        12,
        "We shall.",
        lead,
    )
    answer = answer_to(assessment, "COM1")
    assert evidence.answer == answer
    event = Event.objects.about(answer).get()
    assert (event.kind, event.by, event.detail) == ("evidence.added", lead, {"url": "https://example.org/plan.pdf"})
    assert "Diversity plan (opens in a new window) page 12 We shall." in text(as_lead.get(commitment), "#COM1-evidence")


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"url": "not an address"}, "Enter a valid URL."),
        ({"url": "javascript:alert(1)"}, "Enter a valid URL."),
        ({"url": "data:text/html,<script>"}, "Enter a valid URL."),
        ({"url": "file:///etc/passwd"}, "Enter a valid URL."),
        ({"url": ""}, "This field is required."),
        ({"url": "https://example.org/" + "x" * 500}, "Ensure this value has at most 500 characters (it has 520)."),
        ({"title": " "}, "This field is required."),
        ({"page": "0"}, "Ensure this value is greater than or equal to 1."),
        ({"page": "-3"}, "Ensure this value is greater than or equal to"),
        ({"page": "9" * 30}, "Ensure this value is less than or equal to"),
        ({"page": "iv"}, "Enter a whole number."),
        ({"quote": "x" * 2001}, "Ensure this value has at most 2000 characters (it has 2001)."),
    ],
)
def test_faulty_evidence_is_refused_with_what_was_typed(as_lead, assessment, change, words):
    response = give(as_lead, assessment, **change)
    assert response.status_code == 422
    assert words in text(response, ".error-summary")
    assert not Evidence.objects.exists()
    form = response.context["form"]
    assert {name: form[name].value() for name in GIVEN} == {**GIVEN, **change}


def test_address_without_scheme_is_taken_as_https(as_lead, assessment):
    give(as_lead, assessment, url="example.org/plan", page="")
    assert Evidence.objects.get().url == "https://example.org/plan"


def test_evidence_with_markup_comes_back_as_text(as_lead, assessment, commitment):
    give(as_lead, assessment, title=NASTY[:200], quote=NASTY)
    page = as_lead.get(commitment)
    assert b"<script>alert" not in page.content
    assert NASTY in text(page, "#COM1-evidence")


def test_removed_evidence_is_remembered(as_lead, assessment, lead, commitment):
    give(as_lead, assessment)
    response = as_lead.post(f"/evidence/{Evidence.objects.get().pk}/remove/")
    assert (response.status_code, response.url) == (302, f"{commitment}#COM1")
    assert not Evidence.objects.exists()
    event = Event.objects.about(answer_to(assessment, "COM1")).first()
    assert (event.kind, event.by) == ("evidence.removed", lead)
    assert event.detail == {"url": "https://example.org/plan.pdf", "title": "Diversity plan"}


def test_add_evidence_button_saves_first(as_lead, assessment, commitment):
    response = as_lead.post(commitment, {**typed("COM1", "yes", "Typed."), "add_evidence": "COM1"})
    assert (response.status_code, response.url) == (302, f"{commitment}COM1/evidence/")
    assert stored(assessment, "COM1") == ("yes", "Typed.", 1)


def test_remove_evidence_button_saves_first(as_lead, assessment, commitment):
    give(as_lead, assessment)
    pressed = {"remove_evidence": Evidence.objects.get().pk}
    response = as_lead.post(commitment, {**typed("COM1", "yes", "Typed."), **pressed})
    assert (response.status_code, response.url) == (302, f"{commitment}#COM1")
    assert stored(assessment, "COM1") == ("yes", "Typed.", 1)
    assert not Evidence.objects.exists()


@pytest.mark.parametrize("pressed", ["0", "-1", "x", "9" * 5000, "٣"])
def test_removing_evidence_that_does_not_exist_is_not_found(as_lead, assessment, commitment, pressed):
    assert as_lead.post(commitment, {"remove_evidence": pressed}).status_code == 404


def test_add_evidence_for_a_question_of_elsewhere_is_not_found(as_lead, assessment, commitment):
    assert as_lead.post(commitment, {"add_evidence": "EDU1"}).status_code == 404


def test_evidence_by_script_comes_as_a_fragment(as_lead, assessment):
    address = f"{assessment.get_absolute_url()}commitment/COM1/evidence/"
    form = as_lead.get(address, headers={"HX-Request": "true"})
    assert b"<html" not in form.content
    sent = {f"COM1-{name}": value for name, value in GIVEN.items()}
    added = as_lead.post(address, sent, headers={"HX-Request": "true"})
    assert (added.status_code, tree(added).get("id")) == (200, "COM1-evidence")
    faulty = as_lead.post(address, {**sent, "COM1-url": ""}, headers={"HX-Request": "true"})
    assert faulty.status_code == 422
    assert "HX-Request" in form["Vary"]
    gone = as_lead.post(f"/evidence/{Evidence.objects.get().pk}/remove/", headers={"HX-Request": "true"})
    assert (gone.status_code, tree(gone).get("id")) == (200, "COM1-evidence")


# While something is to be clarified -----------------------------------------------------------------------------------


def test_only_questioned_answers_open_for_clarification(at, as_lead, commitment):
    assessment = at(Status.CLARIFICATION)
    page = as_lead.get(commitment)
    assert [card.code for card in page.context["cards"] if card.is_open] == ["COM1"]
    assert {name.split("-")[0] for name in fields(page) if "-" in name} == {"COM1"}
    assert (
        htmx(as_lead, assessment, "commitment", "COM1", "yes", "Now shown.", reply="See the link.").status_code == 200
    )
    assert htmx(as_lead, assessment, "commitment", "COM2", "yes").status_code == 403
    assert stored(assessment, "COM1") == ("yes", "Now shown.", 1)
    assert stored(assessment, "COM2") == ("", "", 0)


def test_reply_is_saved_with_the_answer_and_may_be_changed_until_sent(at, as_lead, lead):
    assessment = at(Status.CLARIFICATION)
    clarification = Clarification.objects.get()
    replies = []
    for reply in (" First. ", "Second.", ""):
        assert htmx(as_lead, assessment, "commitment", "COM1", reply=reply).status_code == 200
        clarification.refresh_from_db()
        replies.append((clarification.reply, clarification.replied_by))
    assert replies == [("First.", lead), ("Second.", lead), ("", None)]


def test_unchanged_reply_keeps_its_author(at, as_lead, sign_in, contributor):
    assessment = at(Status.CLARIFICATION)
    htmx(as_lead, assessment, "commitment", "COM1", reply="First.")
    first = Clarification.objects.values().get()
    assessment.indicator_assignments.create(
        indicator_id=answer_to(assessment, "COM1").question.indicator_id, user=contributor
    )
    assert htmx(sign_in(contributor), assessment, "commitment", "COM1", reply="First.").status_code == 200
    assert Clarification.objects.values().get() == first


def test_evidence_can_be_given_for_questioned_answers_only(at, as_lead):
    assessment = at(Status.CLARIFICATION)
    assert give(as_lead, assessment).status_code == 302
    sent = {f"COM2-{name}": value for name, value in GIVEN.items()}
    assert as_lead.post(f"{assessment.get_absolute_url()}commitment/COM2/evidence/", sent).status_code == 403
    assert Evidence.objects.count() == 1


def test_replies_are_sent_when_every_question_has_one(at, as_lead, expert):
    assessment = at(Status.CLARIFICATION)
    address = f"{assessment.get_absolute_url()}clarification/"
    refused = as_lead.post(address, follow=True)
    assert "1 question of the experts has no reply yet." in text(refused)
    assessment.refresh_from_db()
    assert assessment.status == Status.CLARIFICATION
    htmx(as_lead, assessment, "commitment", "COM1", reply="Since 2016.")
    as_lead.post(address)
    assessment.refresh_from_db()
    assert (assessment.status, assessment.clarify_by) == (Status.IN_REVIEW, None)


def test_question_that_is_only_noted_is_not_shown_to_the_city(at, as_lead, expert, commitment):
    assessment = at(Status.IN_REVIEW)
    ask(assessment, expert, "COM1", "A thought of the expert")
    assert b"A thought of the expert" not in as_lead.get(commitment).content


@pytest.mark.parametrize("status", [Status.SUBMITTED, Status.IN_REVIEW, Status.VALIDATED, Status.PUBLISHED])
def test_nothing_is_saved_out_of_turn(at, as_lead, status):
    assessment = at(status)
    assert htmx(as_lead, assessment, "commitment", "COM1", "yes").status_code == 403
    assert give(as_lead, assessment).status_code == 403
    assert stored(assessment, "COM1") == ("", "", 0)
    assert not Evidence.objects.exists()


# Checking and starting ------------------------------------------------------------------------------------------------


def test_check_page_names_what_experts_would_stumble_over(as_lead, assessment, lead):
    save(assessment, lead, COM1="yes", COM2="no", COM3="na")
    save(assessment, lead, explanation="Because.", COM4="yes")
    save(assessment, lead, COM5="yes")
    answer_to(assessment, "COM5").evidence.create(title="Plan", url="https://example.org", added_by=lead)
    page = as_lead.get(f"{assessment.get_absolute_url()}check/")
    problems = {
        row.question.code: row.problem
        for section in page.context["sections"]
        for row in section.rows
        if row.answer.value
    }
    assert problems == {"COM1": "unsupported", "COM2": "", "COM3": "", "COM4": "", "COM5": ""}
    assert (page.context["unanswered"], page.context["unsupported"]) == (84 - 5, 1)


def test_assessment_of_the_same_year_is_refused_on_the_form(as_lead, assessment, city, edition):
    response = as_lead.post(f"/cities/{city.slug}/start/", {"edition": edition.pk, "year": assessment.year})
    assert response.status_code == 200
    assert response.context["form"].errors == {"year": ["Testville has an assessment of 2021 already."]}
    assert city.assessments.count() == 1


def test_started_assessment_has_one_empty_answer_a_question(as_lead, city, edition, instrument):
    response = as_lead.post(f"/cities/{city.slug}/start/", {"edition": edition.pk, "year": 2022})
    started = city.assessments.get()
    assert response.url == started.get_absolute_url()
    assert {answer.question.code for answer in started.answers.select_related("question")} == set(instrument.questions)
    assert set(started.answers.values_list("value", "version")) == {("", 0)}
