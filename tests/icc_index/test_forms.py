"""Forms: every question of the edition can be answered through its form, and nothing that is no answer gets through."""

import pytest
from django.http import QueryDict

from cities.enums import Role
from icc_index import scoring
from icc_index.enums import Aside
from icc_index.forms import AdjustForm, AnswerForm, AssignForm, EvidenceForm, ExpertForm, SendQuestionsForm, StartForm
from tests.factories import make_user
from tests.icc_index.pages import typed


def sent(code: str, value: list[str], **more: str) -> QueryDict:
    data = QueryDict(mutable=True)
    for name, content in typed(code, **more).items():
        data[name] = str(content)
    data.setlist(f"{code}-value", value)
    return data


def test_every_option_of_every_question_is_an_answer(instrument):
    for code, question in instrument.questions.items():
        for value in [*question.rule.points, *Aside.values]:
            form = AnswerForm(question, sent(code, [value]))
            assert form.is_valid(), (code, value, form.errors)
            assert form.draft().value == value


def test_all_that_can_be_ticked_together_is_one_canonical_value(instrument):
    several = [question for question in instrument.questions.values() if question.is_multi]
    assert len(several) == 8
    for question in several:
        options = [option for option in question.rule.points if option not in question.rule.exclusive]
        form = AnswerForm(question, sent(question.code, [*reversed(options), options[0]]))
        assert form.is_valid(), form.errors
        assert form.draft().value == "|".join(options)


def test_nothing_ticked_is_no_answer_and_allowed(instrument):
    for code, question in instrument.questions.items():
        form = AnswerForm(question, sent(code, []))
        assert form.is_valid()
        assert form.draft().value == ""


def test_form_and_scoring_agree_on_what_is_an_answer(instrument):
    """Every pair of options and asides, for every kind of question."""
    for code in ("COM1", "EDU1", "NEI1", "PUB4", "SPA5"):
        question = instrument.questions[code]
        words = [*question.rule.points, *Aside.values, "perhaps"]
        for pair in [[one, other] for one in words for other in words if one != other]:
            form = AnswerForm(question, sent(code, pair))
            if form.is_valid():
                assert scoring.fault_of(question.rule, form.draft().value) is None
            is_free = not {*question.rule.exclusive, *Aside.values, "perhaps"}.intersection(pair)
            assert form.is_valid() == (is_free if question.is_multi else pair[-1] != "perhaps"), (code, pair)


@pytest.mark.parametrize("value", ["", "na", "playgrounds|parks", "none"])
def test_stored_value_is_ticked_again(instrument, value):
    question = instrument.questions["SPA1"]
    form = AnswerForm(question, value=value)
    ticked = [choice.value for choice in [*form.choices, *form.asides] if choice.is_ticked]
    assert ticked == ([code for code in question.rule.points if code in value.split("|")] or [value] * bool(value))
    assert len(form.asides) == 3


def test_the_version_to_replace_knowingly_goes_before_the_one_seen(instrument):
    form = AnswerForm(instrument.questions["COM1"], sent("COM1", ["yes"], version="1", over="4"))
    assert form.is_valid()
    assert form.draft().base_version == 4


def test_adjustment_needs_a_reason(instrument):
    form = AdjustForm(instrument.questions["COM1"], sent("COM1", ["no"]))
    assert form.errors == {"reason": ["This field is required."]}


def test_evidence_needs_title_and_link_only():
    form = EvidenceForm({})
    assert form.errors == {"title": ["This field is required."], "url": ["This field is required."]}
    assert EvidenceForm({"title": "Plan", "url": "https://example.org"}).is_valid()


def test_date_to_reply_by_is_two_weeks_ahead_at_first():
    assert str(SendQuestionsForm()["clarify_by"].value()) > "2020"


@pytest.mark.parametrize(
    ("year", "valid"), [("1999", False), ("2000", True), ("2100", True), ("2101", False), ("", False)]
)
def test_year_of_an_assessment(edition, year, valid):
    assert StartForm({"edition": edition.pk, "year": year}).is_valid() == valid


def test_only_people_of_the_city_can_be_asked_to_answer(city, lead, contributor, outsider):
    assert AssignForm(city, {"users": [lead.pk, contributor.pk]}).is_valid()
    assert not AssignForm(city, {"users": [outsider.pk]}).is_valid()


def test_only_experts_who_may_sign_in_can_be_chosen(lead, other_expert):
    gone = make_user("gone", Role.EXPERT)
    gone.is_active = False
    gone.save()
    valid = {person: ExpertForm({"expert": person.pk}).is_valid() for person in (lead, other_expert, gone)}
    assert valid == {lead: False, other_expert: True, gone: False}
