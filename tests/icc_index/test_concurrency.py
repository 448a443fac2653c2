"""Many people at once, with real threads and real connections: nothing acknowledged is lost, nothing happens twice."""

import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import date
from typing import Any

import pytest
from django.db import connections
from django.test import Client

from cities.enums import Role
from cities.models import User
from epi.models import Event, Job
from icc_index.actions import assessments
from icc_index.enums import Status
from icc_index.models import (
    Answer,
    AnswerRevision,
    Assessment,
    Benchmark,
    Clarification,
    Commentary,
    Evidence,
    Result,
    Verdict,
)
from tests.factories import answer_to, ask, bring_to, confirm_all, make_city, make_user, reply_to_all, save, start
from tests.icc_index.pages import htmx, text, texts

pytestmark = pytest.mark.django_db(transaction=True)
YES_OR_NO = [f"COM{number}" for number in range(1, 10) if number != 7]  # questions that "yes" is an answer to


def together(*calls: Callable[[], Any]) -> list[Any]:
    """Do all calls at one moment, each in a thread with a connection of its own; gives what they returned."""
    start_line = threading.Barrier(len(calls))

    def run(call: Callable[[], Any]) -> Any:
        try:
            start_line.wait()
            return call()
        finally:
            connections.close_all()

    with ThreadPoolExecutor(len(calls)) as pool:
        return [future.result(timeout=60) for future in [pool.submit(run, call) for call in calls]]


def statuses(responses: list[Any]) -> list[int]:
    return sorted(response.status_code for response in responses)


@pytest.fixture
def team(city, sign_in) -> list[Client]:
    """Twenty leads of the city, signed in."""
    return [sign_in(make_user(f"lead-{number}", Role.LEAD, city)) for number in range(20)]


@pytest.fixture
def experts(assessment, expert, admin, sign_in) -> list[tuple[User, Client]]:
    """Two experts assigned to the assessment."""
    second = make_user("second-expert", Role.EXPERT)
    assessments.assign_expert(assessment=assessment, expert=second, by=admin)
    return [(one, sign_in(one)) for one in (expert, second)]


def saving(client: Client, assessment: Assessment, words: str, version: int = 0, code: str = "COM1", **more: str):
    return lambda: htmx(client, assessment, "commitment", code, "yes", words, version=version, **more)


def posting(client: Client, address: str, **sent: Any):
    return lambda: client.post(address, sent)


# Answers --------------------------------------------------------------------------------------------------------------


def test_twenty_first_answers_at_once_leave_one_row_and_lose_nothing(assessment, team):
    words = [f"Text {number}" for number in range(20)]
    responses = together(*(saving(client, assessment, said) for client, said in zip(team, words, strict=True)))
    answer = answer_to(assessment, "COM1")
    assert Answer.objects.filter(assessment=assessment, question=answer.question_id).count() == 1
    assert Answer.objects.count() == 85
    assert statuses(responses) == [200] + [409] * 19
    kept = set(AnswerRevision.objects.values_list("explanation", flat=True))
    accepted = {said for said, response in zip(words, responses, strict=True) if response.status_code == 200}
    assert kept == accepted == {answer.explanation}


def test_same_text_from_twenty_people_is_one_version(assessment, team):
    assert statuses(together(*(saving(client, assessment, "The same.") for client in team))) == [200] * 20
    assert AnswerRevision.objects.values_list("version", "explanation").get() == (1, "The same.")


def test_of_ten_edits_of_one_version_one_is_accepted_and_nine_get_both_texts(assessment, team, lead):
    save(assessment, lead, explanation="Before.", COM1="yes")
    edits = [f"Edit {number}" for number in range(10)]
    responses = together(*(saving(client, assessment, edit, 1) for client, edit in zip(team, edits, strict=False)))
    assert statuses(responses) == [200] + [409] * 9
    answer = answer_to(assessment, "COM1")
    assert answer.version == 2
    for edit, response in zip(edits, responses, strict=True):
        if response.status_code == 200:
            assert answer.explanation == edit
        else:
            assert texts(response, ".prewrap") == [answer.explanation, edit]
    revisions = AnswerRevision.objects.order_by("version").values_list("version", "explanation")
    assert list(revisions) == [(1, "Before."), (2, answer.explanation)]


def test_people_at_different_questions_do_not_hinder_each_other(assessment, team):
    calls = [saving(client, assessment, code, code=code) for client, code in zip(team, YES_OR_NO, strict=False)]
    assert statuses(together(*calls)) == [200] * 8
    given = Answer.objects.exclude(version=0).values_list("question__code", "explanation", "version")
    assert set(given) == {(code, code, 1) for code in YES_OR_NO}


def test_evidence_given_at_once_is_all_kept(assessment, team):
    address = f"{assessment.get_absolute_url()}commitment/COM1/evidence/"
    calls = [
        posting(client, address, **{"COM1-title": f"Plan {number}", "COM1-url": f"https://example.org/{number}"})
        for number, client in enumerate(team[:8])
    ]
    assert statuses(together(*calls)) == [302] * 8
    assert set(Evidence.objects.values_list("title", flat=True)) == {f"Plan {number}" for number in range(8)}


@pytest.mark.parametrize("turn", range(3))
def test_answer_is_in_before_the_submission_or_refused(assessment, team, expert, turn):
    codes = YES_OR_NO[:8]
    calls = [saving(client, assessment, "In time?", code=code) for client, code in zip(team, codes, strict=False)]
    calls.insert(turn * 4, posting(team[-1], f"{assessment.get_absolute_url()}check/"))
    responses = together(*calls)
    submitted = responses.pop(turn * 4)
    assert submitted.status_code == 302
    assert set(statuses(responses)) <= {200, 403}
    assessment.refresh_from_db()
    assert assessment.status == Status.SUBMITTED
    for code, response in zip(codes, responses, strict=True):
        answer = answer_to(assessment, code)
        assert (answer.version, answer.explanation) == ((1, "In time?") if response.status_code == 200 else (0, ""))
        assert answer.saved_at is None or answer.saved_at <= assessment.submitted_at
    assert AnswerRevision.objects.filter(at__gt=assessment.submitted_at).count() == 0
    assert statuses(together(*(saving(client, assessment, "Late.", code="COM10") for client in team[:3]))) == [403] * 3


# Moves ----------------------------------------------------------------------------------------------------------------


def test_assessment_started_twice_at_once_is_one(city, edition, team):
    calls = [posting(client, f"/cities/{city.slug}/start/", edition=edition.pk, year=2021) for client in team[:6]]
    responses = together(*calls)
    assert statuses(responses) == [200] * 5 + [302]
    assert Assessment.objects.get().answers.count() == 85
    refused = [response for response in responses if response.status_code == 200]
    assert all("Testville has an assessment of 2021 already." in text(response) for response in refused)
    assert Event.objects.filter(kind="assessment.started").count() == 1


def test_double_submission_is_one(assessment, team, expert):
    address = f"{assessment.get_absolute_url()}check/"
    assert statuses(together(*(posting(client, address) for client in team[:4]))) == [302] + [403] * 3
    assert Event.objects.filter(kind="assessment.submitted").count() == 1
    assert Job.objects.count() == 1


def test_two_experts_who_begin_at_once_begin_once(at, experts):
    address = f"{at(Status.SUBMITTED).get_absolute_url()}review/start/"
    assert statuses(together(*(posting(client, address) for _expert, client in experts))) == [302, 403]
    assert Event.objects.filter(kind="assessment.review_started").count() == 1


def test_two_experts_who_validate_at_once_make_one_result(at, experts):
    assessment = at(Status.IN_REVIEW)
    confirm_all(assessment, experts[0][0])
    address = f"{assessment.get_absolute_url()}review/validate/"
    assert statuses(together(*(posting(client, address) for _expert, client in experts))) == [302, 403]
    assert Result.objects.get().scores.count() == 42
    assert Event.objects.filter(kind="assessment.validated").count() == 1


def test_two_experts_who_judge_one_answer_at_once_leave_one_verdict(at, experts):
    assessment = at(Status.IN_REVIEW)
    address = f"{assessment.get_absolute_url()}review/area/commitment/"
    sent = {"question": "COM1", "seen_version": 0}
    adjusted = {"ruling": "adjusted", "COM1-value": "no", "COM1-reason": "So."}
    calls = [
        posting(experts[0][1], address, **sent, **adjusted),
        posting(experts[1][1], address, **sent, ruling="confirmed"),
        posting(experts[0][1], f"{address}rest/"),
    ]
    assert statuses(together(*calls)) == [302] * 3
    assert Verdict.objects.filter(answer__question__code="COM1").count() == 1
    assert Verdict.objects.count() == 10


def test_two_experts_who_comment_at_once_lose_no_text(at, experts):
    address = f"{at(Status.IN_REVIEW).get_absolute_url()}review/area/commitment/comment/"
    words = ["First expert.", "Second expert."]
    calls = [
        posting(client, address, text=said, recommendation="", version=0)
        for (_expert, client), said in zip(experts, words, strict=True)
    ]
    responses = together(*calls)
    assert statuses(responses) == [302, 409]
    stored = Commentary.objects.get()
    refused = next(response for response in responses if response.status_code == 409)
    (other,) = set(words) - {stored.text}
    assert text(refused, ".compare") == f"Saved now {stored.text} What you typed {other}"


def test_double_publishing_is_one(at, team):
    address = f"{at(Status.VALIDATED).get_absolute_url()}result/publish/"
    assert statuses(together(*(posting(client, address) for client in team[:4]))) == [302] + [403] * 3
    assert Event.objects.filter(kind="assessment.published").count() == 1
    assert set(Benchmark.objects.values_list("cities", flat=True)) == {1}


@pytest.mark.parametrize("turn", range(2))
def test_cities_that_publish_at_once_all_count(edition, expert, admin, sign_in, turn):
    calls = []
    for number in range(4):
        lead = make_user(f"lead-of-{number}", Role.LEAD, make_city(f"town-{number}"))
        assessment = start(lead.cities[0], edition, lead)
        assessments.assign_expert(assessment=assessment, expert=expert, by=admin)
        bring_to(assessment, Status.VALIDATED, lead=lead, expert=expert)
        calls.append(posting(sign_in(lead), f"{assessment.get_absolute_url()}result/publish/"))
    assert statuses(together(*calls)) == [302] * 4
    assert set(Benchmark.objects.values_list("cities", flat=True)) == {4}


@pytest.mark.parametrize("turn", range(3))
def test_reply_is_in_before_the_sending_or_refused(at, lead, team, turn):
    assessment = at(Status.CLARIFICATION)
    reply_to_all(assessment, lead, "First.")
    calls = [
        saving(team[0], assessment, "Second.", reply="Second."),
        posting(team[1], f"{assessment.get_absolute_url()}clarification/"),
    ]
    replied, sent = together(*calls)
    assert sent.status_code == 302
    assessment.refresh_from_db()
    assert assessment.status == Status.IN_REVIEW
    clarification = Clarification.objects.get()
    answer = answer_to(assessment, "COM1")
    assert (replied.status_code, clarification.reply, answer.explanation) in [
        (200, "Second.", "Second."),
        (403, "First.", ""),
    ]
    assert clarification.replied_at <= assessment.status_since


def test_first_reply_and_sending_at_once_never_send_an_empty_reply(at, team):
    assessment = at(Status.CLARIFICATION)
    calls = [
        saving(team[0], assessment, "", reply="Here."),
        posting(team[1], f"{assessment.get_absolute_url()}clarification/"),
    ]
    replied, _sent = together(*calls)
    assessment.refresh_from_db()
    assert replied.status_code == 200
    assert Clarification.objects.get().reply == "Here."
    assert assessment.status in (Status.CLARIFICATION, Status.IN_REVIEW)


def test_questions_sent_twice_at_once_go_once(at, experts):
    assessment = at(Status.IN_REVIEW)
    ask(assessment, experts[0][0], "COM1")
    address = f"{assessment.get_absolute_url()}review/questions/"
    calls = [posting(client, address, clarify_by=date(2100, 1, 1)) for _expert, client in experts]
    assert statuses(together(*calls)) == [302, 403]
    assert Event.objects.filter(kind="assessment.clarification_asked").count() == 1
