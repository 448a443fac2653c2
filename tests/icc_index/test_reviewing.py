"""Validation: verdicts beside the city's answer, questions to the city and back, comments, the end of a review."""

from datetime import timedelta

import pytest
import time_machine
from django.utils import timezone

from epi.errors import CannotBeDone, Conflict
from epi.models import Event
from icc_index.actions import answering, assessments, reviewing
from icc_index.enums import Ruling, Status
from icc_index.models import Answer, Clarification, Commentary, Result, Verdict
from tests.factories import (
    FAR_AWAY,
    answer_to,
    ask,
    bring_to,
    confirm_all,
    judge,
    reply_to_all,
    save,
    start,
)
from tests.icc_index.pages import htmx, text, texts, tree


@pytest.fixture
def in_review(at, assessment, lead):
    """In review, with COM1 answered "yes"."""
    save(assessment, lead, explanation="Since 2016.", COM1="yes")
    return at(Status.IN_REVIEW)


@pytest.fixture
def as_expert(sign_in, expert):
    return sign_in(expert)


def rule(client, assessment, code, ruling, *, version=1, area="commitment", **more):
    """Give a verdict as the page does."""
    sent = {"question": code, "seen_version": version, "ruling": ruling}
    sent |= {f"{code}-{name}": value for name, value in more.items()}
    return client.post(f"{assessment.get_absolute_url()}review/area/{area}/", sent)


def move(client, assessment, name, **sent):
    return client.post(f"{assessment.get_absolute_url()}review/{name}/", sent, follow=True)


def verdict_on(assessment, code) -> Verdict:
    return Verdict.objects.get(answer=answer_to(assessment, code))


# Confirming -----------------------------------------------------------------------------------------------------------


def test_confirmed_answer_has_a_verdict_on_its_version(in_review, as_expert, expert):
    response = rule(as_expert, in_review, "COM1", "confirmed")
    assert (response.status_code, response.url) == (
        302,
        f"{in_review.get_absolute_url()}review/area/commitment/#COM1",
    )
    verdict = verdict_on(in_review, "COM1")
    assert (verdict.ruling, verdict.answer_version, verdict.by, verdict.value) == (Ruling.CONFIRMED, 1, expert, "")
    assert Event.objects.about(verdict.answer).get().kind == "verdict.confirmed"


def test_later_verdict_replaces_the_earlier_one(in_review, as_expert):
    rule(as_expert, in_review, "COM1", "adjusted", value="no", reason="A plan only.")
    rule(as_expert, in_review, "COM1", "confirmed")
    verdict = Verdict.objects.get()
    assert (verdict.ruling, verdict.value, verdict.reason) == (Ruling.CONFIRMED, "", "")


@pytest.mark.parametrize("version", ["0", "2", "-1", "", "x", "9" * 5000])
def test_verdict_on_another_version_is_refused(in_review, as_expert, version):
    response = rule(as_expert, in_review, "COM1", "confirmed", version=version)
    assert response.status_code == 409
    assert "changed since you opened the page" in text(response)
    assert not Verdict.objects.exists()


def test_reason_typed_for_another_version_is_given_back(in_review, as_expert):
    response = rule(as_expert, in_review, "COM1", "adjusted", version=7, value="no", reason="Long thoughts.")
    assert response.status_code == 409
    assert tree(response).xpath("//textarea[@name='COM1-reason']")[0].text.strip() == "Long thoughts."


@pytest.mark.parametrize("ruling", ["", "praised", "CONFIRMED"])
def test_unknown_verdict_is_refused_with_the_words(in_review, as_expert, ruling):
    response = rule(as_expert, in_review, "COM1", ruling)
    assert response.status_code == 302
    assert "Choose a verdict" in text(as_expert.get(response.url))
    assert not Verdict.objects.exists()


@pytest.mark.parametrize("code", ["EDU1", "NOPE", ""])
def test_verdict_on_a_question_of_elsewhere_is_not_found(in_review, as_expert, code):
    assert rule(as_expert, in_review, code, "confirmed").status_code == 404


# Adjusting ------------------------------------------------------------------------------------------------------------


def test_adjustment_stands_beside_the_untouched_answer(in_review, as_expert, expert):
    before = Answer.objects.values().get(pk=answer_to(in_review, "COM1").pk)
    assert rule(as_expert, in_review, "COM1", "adjusted", value="no", reason=" A plan only. ").status_code == 302
    verdict = verdict_on(in_review, "COM1")
    assert (verdict.ruling, verdict.value, verdict.reason, verdict.by) == ("adjusted", "no", "A plan only.", expert)
    assert Answer.objects.values().get(pk=before["id"]) == before
    page = as_expert.get(f"{in_review.get_absolute_url()}review/area/commitment/")
    assert "Adjusted by Expert: No A plan only." in text(page, "#COM1")
    assert "The city says Yes Since 2016." in text(page, "#COM1")


@pytest.mark.parametrize(
    ("value", "reason", "words"),
    [
        ("no", " ", "This field is required."),
        ("yes", "Because.", "This is what the city says already. Confirm the answer instead."),
        ("", "Because.", "This is not an answer to the question. Choose one of its options."),
        ("perhaps", "Because.", "Choose among the answers that are offered."),
        ("no", "x" * 5001, "Ensure this value has at most 5000 characters (it has 5001)."),
    ],
    ids=["no-reason", "same", "no-value", "unknown", "long"],
)
def test_faulty_adjustment_is_refused_with_what_was_typed(in_review, as_expert, value, reason, words):
    response = rule(as_expert, in_review, "COM1", "adjusted", value=value, reason=reason)
    assert response.status_code == 422
    assert words in text(response, ".error-summary")
    assert not Verdict.objects.exists()
    desk = next(desk for desk in response.context["desks"] if desk["card"].code == "COM1")
    assert (desk["opened"], desk["adjust_form"]["reason"].value()) == ("adjust", reason)


def test_action_refuses_what_the_form_would(in_review, expert, instrument):
    given = {
        "assessment": in_review,
        "question": instrument.questions["COM1"],
        "seen_version": 1,
        "by": expert,
    }
    with pytest.raises(CannotBeDone, match="not an answer"):
        reviewing.adjust(**given, value="perhaps", reason="Because.")
    with pytest.raises(CannotBeDone, match="Give the reason"):
        reviewing.adjust(**given, value="no", reason="  ")
    with pytest.raises(CannotBeDone, match="Write what you want to know"):
        reviewing.ask(**given, text="  ")
    assert not Verdict.objects.exists()


def test_answer_may_be_adjusted_to_an_aside_and_when_unanswered(in_review, as_expert):
    assert rule(as_expert, in_review, "COM1", "adjusted", value="no_power", reason="Not its power.").status_code == 302
    assert (
        rule(as_expert, in_review, "COM2", "adjusted", version=0, value="yes", reason="It has one.").status_code == 302
    )
    assert [verdict_on(in_review, code).value for code in ("COM1", "COM2")] == ["no_power", "yes"]


# Asking ---------------------------------------------------------------------------------------------------------------


def test_noted_question_can_be_rewritten(in_review, as_expert):
    rule(as_expert, in_review, "COM1", "asked", text="Since when?")
    rule(as_expert, in_review, "COM1", "asked", text=" Since when, and where? ")
    clarification = Clarification.objects.get()
    assert (clarification.question, clarification.sent_at) == ("Since when, and where?", None)
    assert Verdict.objects.get().ruling == Ruling.ASKED
    page = as_expert.get(f"{in_review.get_absolute_url()}review/area/commitment/")
    assert tree(page).xpath("//textarea[@name='COM1-text']")[0].text.strip() == "Since when, and where?"


def test_empty_question_is_refused(in_review, as_expert):
    response = rule(as_expert, in_review, "COM1", "asked", text=" ")
    assert response.status_code == 422
    assert not Clarification.objects.exists()


@pytest.mark.parametrize("ruling", [{"ruling": "confirmed"}, {"ruling": "adjusted", "value": "no", "reason": "So."}])
def test_noted_question_that_was_never_sent_goes_with_a_verdict(in_review, as_expert, ruling):
    rule(as_expert, in_review, "COM1", "asked", text="Since when?")
    rule(as_expert, in_review, "COM1", **ruling)
    assert not Clarification.objects.exists()


def test_questions_are_sent_together_and_open_these_answers_only(in_review, as_expert, expert):
    for code in ("COM1", "COM2"):
        ask(in_review, expert, code)
    in_two_weeks = timezone.localdate() + timedelta(days=14)
    page = move(as_expert, in_review, "questions", clarify_by=in_two_weeks.isoformat())
    assert "2 questions are with the city." in text(page)
    in_review.refresh_from_db()
    assert (in_review.status, in_review.clarify_by) == (Status.CLARIFICATION, in_two_weeks)
    assert set(answering.open_answers(in_review).values_list("question__code", flat=True)) == {"COM1", "COM2"}


@pytest.mark.parametrize(
    ("days", "words"),
    [(0, "choose a date after today"), (-1, "choose a date after today"), (None, "Enter a valid date")],
)
def test_questions_need_a_date_in_the_future(in_review, as_expert, expert, days, words):
    ask(in_review, expert, "COM1")
    given = "soon" if days is None else (timezone.localdate() + timedelta(days=days)).isoformat()
    assert words in text(move(as_expert, in_review, "questions", clarify_by=given))
    in_review.refresh_from_db()
    assert in_review.status == Status.IN_REVIEW
    assert Clarification.objects.get().sent_at is None


def test_nothing_asked_is_nothing_to_send(in_review, as_expert):
    assert "There is nothing to send" in text(move(as_expert, in_review, "questions", clarify_by="2100-01-01"))
    in_review.refresh_from_db()
    assert in_review.status == Status.IN_REVIEW


def test_several_rounds_of_clarification(in_review, as_expert, expert, lead, sign_in):
    for number, question in enumerate(("Since when?", "Where is it written?"), start=1):
        ask(in_review, expert, "COM1", question)
        reviewing.send_questions(assessment=in_review, clarify_by=FAR_AWAY, by=expert)
        reply_to_all(in_review, lead, f"Reply {number}.")
        answering.send_replies(assessment=in_review, by=lead)
    asked = list(Clarification.objects.values_list("question", "reply", "closed_at"))
    assert asked[0][:2] == ("Since when?", "Reply 1.")
    assert asked[1] == ("Where is it written?", "Reply 2.", None)
    assert asked[0][2] is not None
    page = as_expert.get(f"{in_review.get_absolute_url()}review/area/commitment/")
    assert all(words in text(page, "#COM1") for words in ("Since when?", "Reply 1.", "Where is it", "Reply 2."))
    judge(in_review, expert, "COM1")
    assert not Clarification.objects.filter(closed_at=None).exists()


def test_next_round_opens_only_what_it_asks(in_review, expert, lead):
    """Also when the first round's answer changed and was confirmed with the rest."""
    ask(in_review, expert, "COM1")
    reviewing.send_questions(assessment=in_review, clarify_by=FAR_AWAY, by=expert)
    save(in_review, lead, explanation="Here.", COM1="yes")
    reply_to_all(in_review, lead)
    answering.send_replies(assessment=in_review, by=lead)
    confirm_all(in_review, expert)
    ask(in_review, expert, "COM2")
    reviewing.send_questions(assessment=in_review, clarify_by=FAR_AWAY, by=expert)
    in_review.refresh_from_db()
    assert list(answering.open_answers(in_review).values_list("question__code", flat=True)) == ["COM2"]


def test_note_on_an_answer_that_went_back_and_changed_is_not_sent(in_review, expert, lead):
    ask(in_review, expert, "COM1")
    reviewing.send_back(assessment=in_review, comment="Please explain more.", by=expert)
    save(in_review, lead, explanation="More.", COM1="yes")
    bring_to(in_review, Status.IN_REVIEW, lead=lead, expert=expert)
    confirm_all(in_review, expert)
    with pytest.raises(CannotBeDone, match="nothing to send"):
        reviewing.send_questions(assessment=in_review, clarify_by=FAR_AWAY, by=expert)


# The rest -------------------------------------------------------------------------------------------------------------


def test_confirm_rest_counts_and_passes_over_what_has_a_verdict(in_review, as_expert, expert):
    judge(in_review, expert, "COM1", value="no", reason="A plan only.")
    ask(in_review, expert, "COM2")
    response = as_expert.post(f"{in_review.get_absolute_url()}review/area/commitment/rest/", follow=True)
    assert "8 answers are confirmed." in text(response)
    assert response.redirect_chain[-1][0] == f"{in_review.get_absolute_url()}review/area/education/"
    rulings = dict(Verdict.objects.values_list("answer__question__code", "ruling"))
    assert rulings.pop("COM1") == Ruling.ADJUSTED
    assert rulings.pop("COM2") == Ruling.ASKED
    assert rulings == {f"COM{n}": Ruling.CONFIRMED for n in range(3, 11)}
    event = Event.objects.get(kind="verdict.rest_confirmed")
    assert event.detail == {"indicator": "commitment", "questions": [f"COM{n}" for n in range(3, 11)]}
    again = as_expert.post(f"{in_review.get_absolute_url()}review/area/commitment/rest/", follow=True)
    assert "0 answers are confirmed." in text(again)


def test_confirm_rest_passes_over_what_is_not_asked(in_review, expert, instrument):
    assert reviewing.confirm_rest(assessment=in_review, indicator=instrument.by_code["public_space"], by=expert) == 4
    assert not Verdict.objects.filter(answer__question__code="SPA5").exists()


# When the city changes what was judged --------------------------------------------------------------------------------


def test_verdict_is_stale_after_a_change(in_review, as_expert, expert, lead):
    judge(in_review, expert, "COM1", value="no", reason="A plan only.")
    confirm_all(in_review, expert)
    reviewing.send_back(assessment=in_review, comment="Please explain more.", by=expert)
    save(in_review, lead, explanation="Adopted in 2017.", COM1="yes")
    bring_to(in_review, Status.IN_REVIEW, lead=lead, expert=expert)
    page = as_expert.get(f"{in_review.get_absolute_url()}review/")
    row = page.context["rows"][0]
    assert (row.asked, row.settled, row.stale, row.left) == (10, 9, 1, 1)
    refused = move(as_expert, in_review, "validate")
    assert "1 answer has no verdict yet." in text(refused)
    card = as_expert.get(f"{in_review.get_absolute_url()}review/area/commitment/")
    assert "changed since judged" in text(card, "#COM1")
    confirm_all(in_review, expert)
    reviewing.validate(assessment=in_review, by=expert)
    assert Result.objects.get().answers["COM1"] == {"self": "yes", "validated": "yes", "evidence": 0}


def test_reply_without_a_change_waits_for_a_verdict(in_review, expert, lead):
    ask(in_review, expert, "COM1")
    reviewing.send_questions(assessment=in_review, clarify_by=FAR_AWAY, by=expert)
    reply_to_all(in_review, lead)
    answering.send_replies(assessment=in_review, by=lead)
    confirm_all(in_review, expert)
    with pytest.raises(CannotBeDone, match=r"^1 answer has no verdict yet\.$"):
        reviewing.validate(assessment=in_review, by=expert)


# Comments -------------------------------------------------------------------------------------------------------------


def comment(client, assessment, version, text, area="area/commitment/"):
    sent = {"text": text, "recommendation": "Set a date.", "version": version}
    return client.post(f"{assessment.get_absolute_url()}review/{area}comment/", sent)


@pytest.mark.parametrize("area", ["area/commitment/", ""], ids=["indicator", "whole"])
def test_comment_conflict_shows_both_and_the_next_save_rests_on_theirs(in_review, as_expert, expert, area):
    assert comment(as_expert, in_review, 0, "Theirs.", area).status_code == 302
    response = comment(as_expert, in_review, 0, "Mine.", area)
    assert response.status_code == 409
    assert text(response, ".compare") == "Saved now Theirs. Set a date. What you typed Mine. Set a date."
    assert Commentary.objects.get().text == "Theirs."
    version = tree(response).xpath("//input[@name='version']/@value")[0]
    assert comment(as_expert, in_review, version, "Both.", area).status_code == 302
    assert Commentary.objects.values_list("text", "version", "by").get() == ("Both.", 2, expert.pk)


def test_too_long_a_comment_comes_back(in_review, as_expert):
    response = comment(as_expert, in_review, 0, "x" * 10_001)
    assert response.status_code == 422
    assert response.context["commentary_form"]["text"].value() == "x" * 10_001
    whole = comment(as_expert, in_review, 0, "x" * 10_001, area="")
    assert whole.status_code == 422
    assert not Commentary.objects.exists()


@pytest.mark.parametrize("version", ["", "-1", "x"])
def test_comment_with_a_tampered_version_is_refused(in_review, as_expert, version):
    assert comment(as_expert, in_review, version, "Mine.").status_code == 422
    assert not Commentary.objects.exists()


def test_comment_action_raises_the_stored_one(in_review, expert):
    given = {"assessment": in_review, "indicator": None, "recommendation": "", "by": expert}
    stored = reviewing.comment(**given, text="Theirs.", base_version=0)
    with pytest.raises(Conflict) as conflict:
        reviewing.comment(**given, text="Mine.", base_version=0)
    assert conflict.value.theirs == stored


# The end of a review --------------------------------------------------------------------------------------------------


def test_validation_says_how_many_are_left(in_review, as_expert, expert, instrument):
    assert "84 answers have no verdict yet." in text(move(as_expert, in_review, "validate"))
    for area in instrument.indicators[:-1]:
        reviewing.confirm_rest(assessment=in_review, indicator=area, by=expert)
    assert "7 answers have no verdict yet." in text(move(as_expert, in_review, "validate"))
    assert not Result.objects.exists()
    confirm_all(in_review, expert)
    assert "The result is validated." in text(move(as_expert, in_review, "validate"))
    in_review.refresh_from_db()
    assert (in_review.status, in_review.validated_by) == (Status.VALIDATED, expert)


def test_reopened_review_keeps_the_earlier_result(at, as_expert, expert):
    assessment = at(Status.VALIDATED)
    assert "Say why" in text(move(as_expert, assessment, "reopen", comment=" "))
    move(as_expert, assessment, "reopen", comment="A document came late.")
    assessment.refresh_from_db()
    assert (assessment.status, assessment.validated_at) == (Status.IN_REVIEW, None)
    assert Event.objects.get(kind="assessment.reopened").comment == "A document came late."
    shown = as_expert.get(f"{assessment.get_absolute_url()}result/")
    assert "The review was reopened." in text(shown)
    reviewing.validate(assessment=assessment, by=expert)
    first, second = Result.objects.order_by("number")
    assert (first.number, second.number, second.superseded_at) == (1, 2, None)
    assert first.superseded_at is not None
    assert first.scores.count() == second.scores.count() == 42


def test_sending_back_needs_a_comment(in_review, as_expert):
    assert "Say why" in text(move(as_expert, in_review, "send-back", comment=""))
    in_review.refresh_from_db()
    assert in_review.status == Status.IN_REVIEW
    move(as_expert, in_review, "send-back", comment="Too little is explained.")
    in_review.refresh_from_db()
    assert in_review.status == Status.DRAFT
    assert Event.objects.get(kind="assessment.sent_back").comment == "Too little is explained."


def test_queue_puts_their_turn_first_then_the_longest_waiting(as_expert, expert, lead, admin, edition, assessment):
    made = {}
    days = [
        (2022, Status.CLARIFICATION),
        (2023, Status.SUBMITTED),
        (2024, Status.IN_REVIEW),
        (2025, Status.IN_REVIEW),
        (2026, Status.DRAFT),
    ]
    for number, (year, status) in enumerate(reversed(days)):
        with time_machine.travel(timezone.now() - timedelta(days=30 - number), tick=True):
            made[year] = start(assessment.city, edition, lead, year=year)
            assessments.assign_expert(assessment=made[year], expert=expert, by=admin)
            bring_to(made[year], status, lead=lead, expert=expert)
    page = as_expert.get("/review/")
    assert [line.assessment.year for line in page.context["queue"]] == [2025, 2024, 2023, 2022]
    assert len(texts(page, "li")) >= 4


def test_city_reads_verdicts_only_once_validated(in_review, expert, lead, sign_in):
    judge(in_review, expert, "COM1", value="no", reason="A plan only.")
    address = f"{in_review.get_absolute_url()}commitment/"
    assert "A plan only." not in text(sign_in(lead).get(address))
    confirm_all(in_review, expert)
    reviewing.validate(assessment=in_review, by=expert)
    assert "The experts Adjusted: No (says otherwise) Why : The experts A plan only." in text(
        sign_in(lead).get(address)
    )


def test_verdict_out_of_turn_is_refused(in_review, as_expert, expert, lead, sign_in):
    assert rule(sign_in(lead), in_review, "COM1", "confirmed").status_code == 403
    ask(in_review, expert, "COM1")
    reviewing.send_questions(assessment=in_review, clarify_by=FAR_AWAY, by=expert)
    assert rule(as_expert, in_review, "COM2", "confirmed", version=0).status_code == 403
    assert rule(as_expert, in_review, "COM2", "adjusted", version=0).status_code == 403
    assert comment(as_expert, in_review, 0, "Mine.").status_code == 403
    assert htmx(sign_in(lead), in_review, "commitment", "COM1", "no", version=1).status_code == 200
