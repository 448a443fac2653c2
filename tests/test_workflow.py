"""The workflow through its real actions: every status × every status × every role, and what each turn allows.

MOVES is the specification, written down once more on purpose: the table in icc_index/workflow.py must say the same.
"""

import pytest
from django.db import IntegrityError, transaction

from cities import actions as people_actions
from cities.enums import Role
from cities.models import Membership
from epi.errors import CannotBeDone, NotAllowed
from epi.models import Event
from icc_index import rules
from icc_index.actions import answering, assessments, results, reviewing
from icc_index.actions.importing import import_sheet
from icc_index.enums import Ruling, Status, Turn
from icc_index.instrument import instrument_for
from icc_index.models import Answer, Assessment, Clarification, ExpertAssignment, Result, Verdict
from icc_index.sheets import Row, Sheet
from icc_index.workflow import ASSESSMENT
from tests.factories import FAR_AWAY, answer_to, ask, confirm_all, judge, reply_to_all, save
from tests.rows import all_rows, undone

# Each action with where it begins, where it ends, whose it is, what is recorded.
MOVES = {
    ("submit", Status.DRAFT): (Status.SUBMITTED, "lead", "assessment.submitted"),
    ("start_review", Status.SUBMITTED): (Status.IN_REVIEW, "expert", "assessment.review_started"),
    ("send_back", Status.SUBMITTED): (Status.DRAFT, "expert", "assessment.sent_back"),
    ("send_back", Status.IN_REVIEW): (Status.DRAFT, "expert", "assessment.sent_back"),
    ("send_questions", Status.IN_REVIEW): (Status.CLARIFICATION, "expert", "assessment.clarification_asked"),
    ("send_replies", Status.CLARIFICATION): (Status.IN_REVIEW, "lead", "assessment.clarified"),
    ("validate", Status.IN_REVIEW): (Status.VALIDATED, "expert", "assessment.validated"),
    ("reopen", Status.VALIDATED): (Status.IN_REVIEW, "expert", "assessment.reopened"),
    ("publish", Status.VALIDATED): (Status.PUBLISHED, "lead", "assessment.published"),
    ("withdraw", Status.PUBLISHED): (Status.VALIDATED, "lead", "assessment.withdrawn"),
}
ACTIONS = {
    "submit": lambda assessment, by: answering.submit(assessment=assessment, by=by),
    "start_review": lambda assessment, by: reviewing.start_review(assessment=assessment, by=by),
    "send_back": lambda assessment, by: reviewing.send_back(assessment=assessment, comment="More, please.", by=by),
    "send_questions": lambda assessment, by: reviewing.send_questions(
        assessment=assessment, clarify_by=FAR_AWAY, by=by
    ),
    "send_replies": lambda assessment, by: answering.send_replies(assessment=assessment, by=by),
    "validate": lambda assessment, by: reviewing.validate(assessment=assessment, by=by),
    "reopen": lambda assessment, by: reviewing.reopen(assessment=assessment, reason="More, please.", by=by),
    "publish": lambda assessment, by: results.publish(assessment=assessment, by=by),
    "withdraw": lambda assessment, by: results.withdraw(assessment=assessment, by=by),
}
WITH_COMMENT = {"assessment.sent_back", "assessment.reopened"}
ASKED, NOT_ASKED = "COM1", "COM2"


def ready_for(action: str, assessment: Assessment, cast: dict) -> None:
    """What the action needs besides the right person and moment."""
    if (action, assessment.status) == ("send_questions", Status.IN_REVIEW):
        ask(assessment, cast["expert"], ASKED)
    if (action, assessment.status) == ("validate", Status.IN_REVIEW):
        confirm_all(assessment, cast["expert"])
    if (action, assessment.status) == ("send_replies", Status.CLARIFICATION):
        reply_to_all(assessment, cast["lead"])


# The table -----------------------------------------------------------------------------------------------------------


def test_table_has_these_moves_and_no_other():
    table = {edge: (move.event, move.needs_comment) for edge, move in ASSESSMENT.moves.items()}
    assert table == {
        (source, target): (event, event in WITH_COMMENT) for (_, source), (target, _, event) in MOVES.items()
    }


def test_no_move_leads_back_to_where_it_began():
    assert [edge for edge in ASSESSMENT.moves if edge[0] == edge[1]] == []


def test_every_status_can_be_reached_and_left():
    assert {source for source, _target in ASSESSMENT.moves} == set(Status)
    assert {target for _source, target in ASSESSMENT.moves} == set(Status)


def test_whose_turn_it_is():
    assert ASSESSMENT.turns == {
        Status.DRAFT: Turn.CITY,
        Status.SUBMITTED: Turn.EXPERTS,
        Status.IN_REVIEW: Turn.EXPERTS,
        Status.CLARIFICATION: Turn.CITY,
        Status.VALIDATED: Turn.CITY,
        Status.PUBLISHED: Turn.NOBODY,
    }


@pytest.mark.parametrize("action", ACTIONS)
@pytest.mark.parametrize("source", Status)
def test_action_moves_as_the_table_says_and_not_otherwise(source, action, at, cast):
    assessment = at(source)
    ready_for(action, assessment, cast)
    target, mover, event = MOVES.get((action, source), (None, None, None))
    before = all_rows()
    for name, person in cast.items():
        if person is None:
            continue
        if name == mover:
            with undone():
                ACTIONS[action](assessment, person)
                moved = Assessment.objects.get(pk=assessment.pk)
                recorded = Event.objects.about(moved).first()
                assert moved.status == target
                assert moved.status_since > assessment.status_since
                assert (recorded.kind, recorded.by) == (event, person)
                assert (recorded.detail["source"], recorded.detail["target"]) == (source, target)
                assert recorded.comment == ("More, please." if event in WITH_COMMENT else "")
        else:
            with pytest.raises(NotAllowed) as refused:
                ACTIONS[action](assessment, person)
            assert str(refused.value).endswith(".")
            assert all_rows() == before, name


@pytest.mark.parametrize("target", Status)
@pytest.mark.parametrize("source", Status)
def test_rule_that_templates_ask_says_the_same(source, target, at, cast):
    assessment = at(source)
    allowed = {name for name, person in cast.items() if person and rules.can_move(person, assessment, target)}
    assert allowed == {mover for (_, begin), (end, mover, _) in MOVES.items() if (begin, end) == (source, target)}


@pytest.mark.parametrize("comment", ["", "  \n "])
@pytest.mark.parametrize("status", [Status.SUBMITTED, Status.IN_REVIEW])
def test_sending_back_needs_a_comment(status, comment, at, expert):
    assessment, before = at(status), all_rows()
    with pytest.raises(CannotBeDone):
        reviewing.send_back(assessment=assessment, comment=comment, by=expert)
    assert all_rows() == before


@pytest.mark.parametrize("reason", ["", "  \n "])
def test_reopening_needs_a_reason(reason, at, expert):
    assessment, before = at(Status.VALIDATED), all_rows()
    with pytest.raises(CannotBeDone):
        reviewing.reopen(assessment=assessment, reason=reason, by=expert)
    assert all_rows() == before


@pytest.mark.parametrize(
    "wrong",
    [
        {"status": Status.VALIDATED},
        {"status": Status.PUBLISHED},
        {"status": Status.DRAFT, "clarify_by": FAR_AWAY},
    ],
)
def test_database_refuses_a_status_without_its_date_and_person(wrong, assessment):
    with pytest.raises(IntegrityError), transaction.atomic():
        Assessment.objects.filter(pk=assessment.pk).update(**wrong)


def test_sending_questions_needs_a_question_and_a_day_to_come(at, expert):
    assessment = at(Status.IN_REVIEW)
    with pytest.raises(CannotBeDone):
        reviewing.send_questions(assessment=assessment, clarify_by=FAR_AWAY, by=expert)
    ask(assessment, expert, ASKED)
    before = all_rows()
    with pytest.raises(CannotBeDone):
        reviewing.send_questions(assessment=assessment, clarify_by=assessment.status_since.date(), by=expert)
    assert all_rows() == before


def test_replies_are_not_sent_while_one_is_missing(at, lead):
    assessment = at(Status.CLARIFICATION)
    before = all_rows()
    with pytest.raises(CannotBeDone, match="1 question of the experts has no reply yet"):
        answering.send_replies(assessment=assessment, by=lead)
    assert all_rows() == before


# Results -------------------------------------------------------------------------------------------------------------


def test_reopening_keeps_the_earlier_result_and_validating_again_makes_the_second(at, lead, expert):
    assessment = at(Status.VALIDATED)
    first = Result.objects.get(assessment=assessment)
    answers = first.answers
    reviewing.reopen(assessment=assessment, reason="An annex came late.", by=expert)
    assert list(Result.objects.current()) == [first]
    judge(assessment, expert, ASKED, value="yes", reason="The annex says so.")
    second = reviewing.validate(assessment=assessment, by=expert)
    first.refresh_from_db()
    assert [one.number for one in (first, second)] == [1, 2]
    assert first.answers == answers
    assert first.superseded_at is not None
    assert list(Result.objects.current()) == [second]
    assert second.answers[ASKED] == {"self": "", "validated": "yes", "evidence": 0}
    assert first.answers[ASKED] == {"self": "", "validated": "", "evidence": 0}


def test_unpublished_results_are_not_public(at, lead):
    assessment = at(Status.PUBLISHED)
    assert Result.objects.public().count() == 1
    results.withdraw(assessment=assessment, by=lead)
    assert Result.objects.public().count() == 0


def test_validating_needs_every_answer_judged(at, expert):
    assessment = at(Status.IN_REVIEW)
    confirm_all(assessment, expert)
    Verdict.objects.get(answer=answer_to(assessment, ASKED)).delete()
    before = all_rows()
    with pytest.raises(CannotBeDone, match="1 answer has no verdict yet"):
        reviewing.validate(assessment=assessment, by=expert)
    assert all_rows() == before


# Turns ---------------------------------------------------------------------------------------------------------------


def _evidence_on(assessment, code, lead):
    given = {"title": "Plan", "url": "https://example.org", "page": None, "quote": ""}
    return answering.add_evidence(answer=answer_to(assessment, code), by=lead, is_assigned=False, **given)


def _remove_evidence(assessment, code, lead):
    evidence = answer_to(assessment, code).evidence.get()
    evidence.answer = answer_to(assessment, code)
    answering.remove_evidence(evidence=evidence, by=lead, is_assigned=False)


def _import(assessment, code, lead):
    sheet = Sheet((Row(number=2, question=code, value="yes"),))
    import_sheet(city=assessment.city, edition=assessment.edition, year=assessment.year, sheet=sheet, by=lead)


def _verdict(action, **more):
    def give(assessment, code, expert):
        question = instrument_for(assessment.edition).questions[code]
        seen = answer_to(assessment, code).version
        action(assessment=assessment, question=question, seen_version=seen, by=expert, **more)

    return give


def _comment(assessment, code, expert):
    reviewing.comment(assessment=assessment, indicator=None, text="Good.", recommendation="", base_version=0, by=expert)


def _confirm_rest(assessment, code, expert):
    area = instrument_for(assessment.edition).indicator_of[code]
    reviewing.confirm_rest(assessment=assessment, indicator=area, by=expert)


OF_THE_CITY = {
    "save": lambda assessment, code, lead: save(assessment, lead, **{code: "yes"}),
    "import": _import,
    "add evidence": _evidence_on,
    "remove evidence": _remove_evidence,
}
OF_THE_EXPERTS = {
    "confirm": _verdict(reviewing.confirm),
    "adjust": _verdict(reviewing.adjust, value="yes", reason="As the annex says."),
    "ask": _verdict(reviewing.ask, text="Since when?"),
    "confirm the rest": _confirm_rest,
    "comment": _comment,
}


@pytest.mark.parametrize("status", Status)
@pytest.mark.parametrize("code", [ASKED, NOT_ASKED])
@pytest.mark.parametrize("action", OF_THE_CITY)
def test_city_works_on_its_turn_and_on_what_is_asked(action, code, status, assessment, lead, at):
    _evidence_on(assessment, code, lead)
    at(status)
    before = all_rows()
    if status == Status.DRAFT or (status == Status.CLARIFICATION and code == ASKED):
        OF_THE_CITY[action](assessment, code, lead)
        assert all_rows() != before
    else:
        with pytest.raises(NotAllowed), transaction.atomic():
            OF_THE_CITY[action](assessment, code, lead)
        assert all_rows() == before


@pytest.mark.parametrize("status", Status)
@pytest.mark.parametrize("action", OF_THE_EXPERTS)
def test_experts_work_during_the_review_only(action, status, at, cast):
    assessment = at(status)
    before = all_rows()
    for name, person in cast.items():
        if person is None:
            continue
        if (name, status) == ("expert", Status.IN_REVIEW):
            with undone():
                OF_THE_EXPERTS[action](assessment, NOT_ASKED, person)
                assert all_rows() != before
        else:
            with pytest.raises(NotAllowed):
                OF_THE_EXPERTS[action](assessment, NOT_ASKED, person)
            assert all_rows() == before, name


@pytest.mark.parametrize("status", [status for status in Status if status != Status.CLARIFICATION])
def test_replies_are_written_while_it_is_the_citys_turn(status, assessment, lead, expert, at):
    """A clarification that outlived its round (sent, then the whole questionnaire sent back) is no way in."""
    at(status)
    clarification = Clarification.objects.create(
        answer=answer_to(assessment, ASKED), question="Since when?", asked_by=expert, sent_at=assessment.created_at
    )
    reply = {"clarification": clarification, "text": "Since 2016.", "by": lead, "is_assigned": False}
    if status == Status.DRAFT:
        answering.reply(**reply)
    else:
        with pytest.raises(NotAllowed):
            answering.reply(**reply)


@pytest.mark.parametrize("change", [{"sent_at": None}, {"closed_at": "2021-05-01T12:00:00Z"}])
def test_reply_answers_only_what_was_sent_and_is_open(change, at, lead, expert):
    """What an expert only noted is theirs still; what a verdict ended is history."""
    assessment = at(Status.CLARIFICATION)
    answer = answer_to(assessment, ASKED)
    answer.clarifications.update(**change)
    if "closed_at" in change:  # and the answer is open, because of a later question
        given = {"question": "And since?", "asked_by": expert, "sent_at": assessment.created_at}
        Clarification.objects.create(answer=answer, **given)
    clarification = answer.clarifications.select_related("answer__assessment").order_by("pk").first()
    with pytest.raises(NotAllowed):
        answering.reply(clarification=clarification, text="Since 2016.", by=lead, is_assigned=False)
    clarification.refresh_from_db()
    assert clarification.reply == ""


@pytest.mark.parametrize(
    "name", ["contributor", "colleague", "coordinator", "viewer", "partner", "outsider", "network"]
)
def test_evidence_is_the_leads_and_the_assigned_ones_only(name, assessment, cast):
    given = {"title": "Plan", "url": "https://example.org", "page": None, "quote": "", "by": cast[name]}
    answer = answer_to(assessment, ASKED)
    if name == "contributor":
        answering.add_evidence(answer=answer, is_assigned=True, **given)
        assert answer.evidence.count() == 1
    else:
        with pytest.raises(NotAllowed):
            answering.add_evidence(answer=answer, is_assigned=False, **given)
        assert answer.evidence.count() == 0


# Verdicts ------------------------------------------------------------------------------------------------------------


def test_adjusting_leaves_the_citys_answer_as_it_was(at, assessment, lead, expert):
    save(assessment, lead, explanation="Since 2016.", **{ASKED: "no"})
    at(Status.IN_REVIEW)
    stored = Answer.objects.filter(assessment=assessment).values()
    before = list(stored.all())
    judge(assessment, expert, ASKED, value="yes", reason="The plan says so.")
    assert list(stored.all()) == before
    verdict = answer_to(assessment, ASKED).verdict
    assert (verdict.ruling, verdict.value, verdict.by) == (Ruling.ADJUSTED, "yes", expert)


def test_answer_changed_after_its_verdict_must_be_judged_again(at, assessment, lead, expert):
    at(Status.IN_REVIEW)
    confirm_all(assessment, expert)
    reviewing.send_back(assessment=assessment, comment="The annex is missing.", by=expert)
    save(assessment, lead, **{ASKED: "yes"})
    answering.submit(assessment=assessment, by=lead)
    reviewing.start_review(assessment=assessment, by=expert)
    with pytest.raises(CannotBeDone, match="1 answer has no verdict yet"):
        reviewing.validate(assessment=assessment, by=expert)
    judge(assessment, expert, ASKED)
    reviewing.validate(assessment=assessment, by=expert)
    assert Assessment.objects.get(pk=assessment.pk).status == Status.VALIDATED


def test_asking_again_about_a_changed_answer_is_a_verdict_on_what_it_says_now(at, assessment, lead, expert):
    """A question that was noted, not sent, and outlived a sending back."""
    at(Status.IN_REVIEW)
    ask(assessment, expert, ASKED, "Since when?")
    reviewing.send_back(assessment=assessment, comment="The annex is missing.", by=expert)
    save(assessment, lead, **{ASKED: "yes"})
    answering.submit(assessment=assessment, by=lead)
    reviewing.start_review(assessment=assessment, by=expert)
    ask(assessment, expert, ASKED, "And by whom?")
    answer = answer_to(assessment, ASKED)
    assert reviewing.stands(answer)
    assert [one.question for one in answer.clarifications.all()] == ["And by whom?"]


# Experts -------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", ["lead", "contributor", "coordinator", "viewer", "partner"])
def test_expert_with_a_role_in_the_city_cannot_be_assigned(name, assessment, cast, admin):
    Membership.objects.create(user=cast[name], role=Role.EXPERT)
    with pytest.raises(CannotBeDone):
        assessments.assign_expert(assessment=assessment, expert=cast[name], by=admin)
    assert not ExpertAssignment.objects.filter(expert=cast[name]).exists()


def test_expert_who_takes_a_role_in_the_city_no_longer_judges_it(at, city, expert, lead):
    assessment = at(Status.IN_REVIEW)
    people_actions.grant(user=expert, role=Role.VIEWER, city=city, by=lead)
    fresh = type(expert).objects.get(pk=expert.pk)
    for action in OF_THE_EXPERTS.values():
        with pytest.raises(NotAllowed):
            action(assessment, NOT_ASKED, fresh)
    assert not rules.can_move(fresh, assessment, Status.DRAFT)


def test_person_who_is_no_expert_any_more_sees_and_judges_nothing(at, expert):
    assessment = at(Status.IN_REVIEW)
    expert.memberships.all().delete()
    fresh = type(expert).objects.get(pk=expert.pk)
    assert not Assessment.objects.visible_to(fresh).exists()
    with pytest.raises(NotAllowed):
        _comment(assessment, ASKED, fresh)


@pytest.mark.parametrize("name", ["lead", "contributor", "viewer", "partner", "expert", "network", "outsider"])
def test_only_administrators_assign_experts(name, assessment, cast, other_expert):
    with pytest.raises(NotAllowed):
        assessments.assign_expert(assessment=assessment, expert=other_expert, by=cast[name])
    with pytest.raises(NotAllowed):
        assessments.remove_expert(assessment=assessment, expert=cast["expert"], by=cast[name])
    assert [one.expert for one in assessment.expert_assignments.all()] == [cast["expert"]]


def test_person_who_is_no_expert_cannot_be_assigned(assessment, admin, outsider):
    with pytest.raises(CannotBeDone):
        assessments.assign_expert(assessment=assessment, expert=outsider, by=admin)


def test_indicator_is_assigned_only_to_the_citys_own_who_may_answer(assessment, lead, outsider, viewer, instrument):
    for stranger in (outsider, viewer):
        with pytest.raises(CannotBeDone):
            assessments.assign_indicator(
                assessment=assessment, indicator=instrument.indicators[0], users=[stranger], by=lead
            )
    assert assessment.indicator_assignments.count() == 0


# What is recorded ----------------------------------------------------------------------------------------------------


def test_events_are_written_once(assessment, lead):
    event = Event.objects.about(assessment).get()
    event.comment = "Something else."
    for change in (
        event.save,
        event.delete,
        lambda: Event.objects.filter(pk=event.pk).update(comment="Something else."),
        lambda: Event.objects.bulk_update([event], ["comment"]),
        Event.objects.all().delete,
    ):
        with pytest.raises(TypeError, match="written once"), transaction.atomic():
            change()
    assert [(one.kind, one.comment) for one in Event.objects.about(assessment)] == [("assessment.started", "")]


def test_person_whose_decisions_are_recorded_cannot_be_deleted(assessment, lead):
    assert Event.objects.filter(by=lead).exists()
    with pytest.raises(IntegrityError):
        lead.delete()


def test_administrators_look_into_a_draft_is_recorded(assessment, admin, lead, sign_in):
    looked = Event.objects.filter(kind="assessment.looked_at")
    sign_in(lead).get(assessment.get_absolute_url())
    assert looked.count() == 0
    sign_in(admin).get(f"{assessment.get_absolute_url()}commitment/")
    assert [(one.by, one.subject_id, one.detail) for one in looked] == [
        (admin, str(assessment.pk), {"path": f"/assessments/{assessment.pk}/commitment/"})
    ]


def test_administrators_look_at_what_is_submitted_is_nothing_special(at, admin, sign_in):
    assessment = at(Status.SUBMITTED)
    sign_in(admin).get(assessment.get_absolute_url())
    assert not Event.objects.filter(kind="assessment.looked_at").exists()


def test_every_verdict_is_recorded(at, assessment, expert):
    at(Status.IN_REVIEW)
    judge(assessment, expert, "COM1")
    judge(assessment, expert, "COM2", value="yes", reason="As the plan says.")
    ask(assessment, expert, "COM3")
    reviewing.confirm_rest(
        assessment=assessment, indicator=instrument_for(assessment.edition).by_code["education"], by=expert
    )
    kinds = Event.objects.filter(kind__startswith="verdict.").order_by("pk").values_list("kind", flat=True)
    assert list(kinds) == ["verdict.confirmed", "verdict.adjusted", "verdict.asked", "verdict.rest_confirmed"]
