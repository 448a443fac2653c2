"""The guide: what is proposed and why, choosing, asking, the order, and the two sheets."""

import pytest

from epi.errors import CannotBeDone, Conflict
from epi.models import Event
from icc_index.enums import Aside
from icc_index.instrument import instrument_for
from strategy.models import Topic
from strategy.sessions.actions import guiding
from strategy.sessions.enums import TopicReason
from strategy.sessions.proposals import proposals_for
from tests.factories import answer_to, best_values, save, worst_values
from tests.strategy.sessions.conftest import address


@pytest.fixture
def proposed(assessment, instrument):
    """`proposed()`: reason and sentence of each proposal, by its code."""
    return lambda: {one.code: (one.reason, one.why) for one in proposals_for(assessment, instrument)}


def add(session, by, *codes, reason=TopicReason.CHOSEN):
    return guiding.add_topics(session=session, wanted=dict.fromkeys(codes, reason), by=by)


def codes_of(session):
    return [topic.subject for topic in session.topics.all()]


# Proposals -----------------------------------------------------------------------------------------------------------
def _with_evidence(assessment, instrument, lead):
    """The best answer to everything, each with a link: nothing is low, nothing unsure."""
    save(assessment, lead, **best_values(instrument))
    for code in instrument.questions:
        answer_to(assessment, code).evidence.create(title="Plan", url="https://example.org", added_by=lead)


def _worst(assessment, instrument, lead, area):
    worst = worst_values(instrument)
    save(assessment, lead, **{question.code: worst[question.code] for question in instrument.by_code[area].questions})


def test_lowest_scores_are_proposed_with_the_score(assessment, instrument, lead, proposed):
    _with_evidence(assessment, instrument, lead)
    assert proposed() == {}
    for area in ("education", "language", "media_communication", "interaction"):
        _worst(assessment, instrument, lead, area)
    found = proposed()
    assert list(found) == ["education", "language", "media_communication"]  # three at most
    assert set(found.values()) == {(TopicReason.LOWEST, "0 of 100 as the answers stand.")}


def test_indicator_without_any_answer_is_unsure_not_low(proposed):
    assert {reason for reason, _why in proposed().values()} == {TopicReason.UNSURE}


def test_gaps_are_told_as_they_are(assessment, instrument, lead, proposed):
    _with_evidence(assessment, instrument, lead)
    save(assessment, lead, COM1=Aside.UNKNOWN.value, COM2="")
    answer_to(assessment, "COM3").evidence.all().delete()
    assert proposed()["commitment"][0] == TopicReason.LOWEST
    for area in ("education", "language", "media_communication"):  # lower still
        _worst(assessment, instrument, lead, area)
    reason, why = proposed()["commitment"]
    assert reason == TopicReason.UNSURE
    assert why == "1 question: “we do not know”. 1 question is not answered. 1 answer has no evidence."


def test_what_the_city_cannot_decide_needs_no_evidence(assessment, instrument, lead, proposed):
    _with_evidence(assessment, instrument, lead)
    save(assessment, lead, COM1="no_power", COM2="na")
    for code in ("COM1", "COM2"):
        answer_to(assessment, code).evidence.all().delete()
    assert "commitment" not in proposed()


def contradicted(assessments):
    """What a setting names: a callable from assessments to contradicted subjects."""
    return {one.pk: {"COM1", "education", "not-in-this-edition"} for one in assessments}


def test_contradicted_subjects_come_first_whatever_else_they_are(proposed, settings):
    settings.EPI_CONTRADICTIONS = [f"{__name__}.contradicted"]
    found = proposed()
    assert [(code, reason) for code, (reason, _why) in found.items()][:2] == [
        ("education", TopicReason.CONTRADICTED),
        ("COM1", TopicReason.CONTRADICTED),
    ]


def test_nobody_said_anything_of_another_assessment(proposed, settings, monkeypatch):
    settings.EPI_CONTRADICTIONS = [f"{__name__}.contradicted"]
    monkeypatch.setattr(f"{__name__}.contradicted", lambda assessments: {0: {"COM1"}})
    assert TopicReason.CONTRADICTED not in {reason for reason, _why in proposed().values()}


# Choosing ------------------------------------------------------------------------------------------------------------
def test_ticked_proposals_and_a_subject_of_one_s_own_stand_in_the_guide(session, proposed, coordinator, sign_in):
    first, second, *_rest = proposed()
    browser = sign_in(coordinator)
    response = browser.post(address("session_guide", session), {"proposed": [first, second], "own": "MED1"})
    assert response.status_code == 302
    assert [(topic.subject, topic.reason) for topic in session.topics.all()] == [
        (first, TopicReason.UNSURE),
        (second, TopicReason.UNSURE),
        ("MED1", TopicReason.CHOSEN),
    ]
    page = browser.get(response.url)
    assert first not in [one.code for one in page.context["proposals"]]


def test_own_subject_that_is_proposed_keeps_its_reason(session, proposed, coordinator, sign_in):
    first = next(iter(proposed()))
    sign_in(coordinator).post(address("session_guide", session), {"own": first})
    assert session.topics.get().reason == TopicReason.UNSURE


def test_nothing_chosen_is_told(session, coordinator, sign_in):
    response = sign_in(coordinator).post(address("session_guide", session), {})
    assert response.status_code == 422
    assert response.context["form"].non_field_errors() == ["Tick a proposal, or choose a subject of your own."]


def test_subject_is_in_the_guide_once(session, coordinator):
    add(session, coordinator, "education")
    assert add(session, coordinator, "education", "COM1") == [session.topics.get(subject="COM1")]
    assert codes_of(session) == ["education", "COM1"]


def test_unknown_subject_is_refused(session, coordinator):
    with pytest.raises(CannotBeDone):
        add(session, coordinator, "education", "nonsense")
    assert codes_of(session) == []


@pytest.mark.parametrize(("language", "opening"), [("en", "How do you see this"), ("pl", "")])
def test_prompt_is_the_questionnaire_s_own_text_in_the_session_s_language(language, opening, session, coordinator):
    session.language = language
    session.save()
    (topic,) = add(session, coordinator, "education")
    texts = instrument_for(session.assessment.edition, language).by_code["education"].texts
    assert topic.prompt.startswith(texts["about"])
    assert texts["why"] in topic.prompt
    assert opening in topic.prompt


def test_prompt_tells_nothing_of_the_answer(session, assessment, instrument, lead, coordinator):
    save(assessment, lead, explanation="A secret of ours.", COM1="yes")
    (topic,) = add(session, coordinator, "COM1")
    assert topic.prompt.startswith("How is it in practice?")
    assert instrument.questions["COM1"].texts["why"] in topic.prompt
    assert "secret" not in topic.prompt


# Order and words -----------------------------------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("subject", "press", "order"),
    [
        ("language", "up", ["education", "language", "COM1"]),
        ("education", "down", ["COM1", "education", "language"]),
        ("education", "up", ["education", "COM1", "language"]),
        ("language", "down", ["education", "COM1", "language"]),
        ("COM1", "remove", ["education", "language"]),
    ],
)
def test_topics_move_and_go(subject, press, order, session, coordinator, sign_in):
    add(session, coordinator, "education", "COM1", "language")
    topic = session.topics.get(subject=subject)
    sign_in(coordinator).post(address("session_topic_move", session, topic.pk), {press: "1"})
    assert codes_of(session) == order


def test_topic_added_after_one_was_taken_off_comes_last(session, coordinator):
    first, _second = add(session, coordinator, "education", "COM1")
    guiding.remove_topic(topic=first, by=coordinator)
    add(session, coordinator, "COM2")
    assert codes_of(session) == ["COM1", "COM2"]


def test_what_to_ask_is_changed(session, coordinator, sign_in):
    (topic,) = add(session, coordinator, "COM1")
    sign_in(coordinator).post(address("session_topic", session, topic.pk), {"prompt": "And you?", "version": 0})
    topic.refresh_from_db()
    assert (topic.prompt, topic.version) == ("And you?", 1)


def test_two_who_change_what_to_ask_see_both_texts(session, coordinator, partner, sign_in):
    (topic,) = add(session, coordinator, "COM1")
    guiding.change_topic(topic=topic, prompt="Theirs.", base_version=0, by=partner)
    path, browser = address("session_topic", session, topic.pk), sign_in(coordinator)
    response = browser.post(path, {"prompt": "Mine.", "version": 0})
    assert response.status_code == 409
    assert (response.context["theirs"], response.context["mine"]) == ("Theirs.", "Mine.")
    assert Topic.objects.get().prompt == "Theirs."
    browser.post(path, {"prompt": "Both.", "version": response.context["form"]["version"].value()})
    assert Topic.objects.get().prompt == "Both."


def test_stale_change_of_a_topic_is_a_conflict(session, coordinator):
    (topic,) = add(session, coordinator, "COM1")
    guiding.change_topic(topic=topic, prompt="A", base_version=0, by=coordinator)
    with pytest.raises(Conflict):
        guiding.change_topic(topic=topic, prompt="B", base_version=0, by=coordinator)


def test_topic_of_another_session_is_not_there(session, coming, coordinator, sign_in):
    (topic,) = add(coming, coordinator, "COM1")
    assert sign_in(coordinator).get(address("session_topic", session, topic.pk)).status_code == 404


def test_changes_of_the_guide_are_recorded(session, coordinator):
    (topic,) = add(session, coordinator, "COM1")
    guiding.change_topic(topic=topic, prompt="A", base_version=0, by=coordinator)
    guiding.remove_topic(topic=topic, by=coordinator)
    events = Event.objects.about(session).values_list("kind", "detail")
    assert list(events) == [
        ("guide.topic_removed", {"topic": "COM1"}),
        ("guide.topic_changed", {"topic": "COM1"}),
        ("guide.topics_added", {"topics": ["COM1"]}),
    ]


# Printed -------------------------------------------------------------------------------------------------------------
def test_sheet_for_those_present_tells_no_answer_and_no_score(
    session, assessment, instrument, lead, coordinator, sign_in
):
    answers = {question.code: "no" for question in instrument.by_code["commitment"].questions[:2]}
    save(assessment, lead, explanation="A secret of ours.", **answers)
    add(session, coordinator, "commitment", reason=TopicReason.LOWEST)
    add(session, coordinator, "COM2", reason=TopicReason.CONTRADICTED)
    sheet = sign_in(coordinator).get(address("guide_print", session)).content.decode()
    facilitator = sign_in(coordinator).get(address("guide_facilitator", session)).content.decode()
    assert instrument.questions["COM2"].text in sheet
    told = ["0 of 100 as the answers stand.", "What the city answered", "Contradicted before", "Lowest score"]
    for text in told:
        assert text in facilitator
        assert text not in sheet
    assert "secret" not in sheet


@pytest.mark.parametrize("name", ["guide_print", "guide_facilitator"])
def test_sheets_are_in_the_session_s_language_whatever_the_reader_s(name, session, coordinator, sign_in):
    session.language = "pl"
    session.save()
    add(session, coordinator, "education")
    coordinator.language = "en"
    coordinator.save()
    page = sign_in(coordinator).get(address(name, session)).content.decode()
    polish, english = (instrument_for(session.assessment.edition, one).by_code["education"] for one in ("pl", "en"))
    assert '<html lang="pl">' in page
    assert polish.name in page
    assert english.texts["about"] not in page
    assert '<html lang="en">' in sign_in(coordinator).get(address("session_guide", session)).content.decode()


def test_facilitators_sheet_of_a_question_has_its_answer(session, assessment, instrument, lead, coordinator, sign_in):
    save(assessment, lead, COM1="yes")
    add(session, coordinator, "COM1")
    (row,) = sign_in(coordinator).get(address("guide_facilitator", session)).context["rows"]
    assert [(one.code, one.answer) for one in row.said] == [("COM1", instrument.questions["COM1"].label("yes"))]


def test_empty_guide_prints(session, coordinator, sign_in):
    for name in ("guide_print", "guide_facilitator"):
        assert sign_in(coordinator).get(address(name, session)).status_code == 200


def test_guide_is_read_by_those_who_do_not_run_it(session, coordinator, viewer, sign_in):
    add(session, coordinator, "education")
    page = sign_in(viewer).get(address("session_guide", session)).content.decode()
    assert "Education" in page
    assert "Add to the guide" not in page
