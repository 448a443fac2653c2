"""What stakeholders say beside questions and indicators, and when it contradicts the city."""

from fractions import Fraction

import pytest

from cities.enums import Role
from icc_index.enums import Stance
from icc_index.instrument import instrument_for
from icc_index.models import Assessment
from icc_index.queries import values_of
from strategy.findings import subjects, voices
from strategy.findings.enums import FindingKind
from tests.factories import make_city, make_session, make_user, save, start
from tests.strategy.rated import find, make_final, open_round, rated

C, N, X, P = FindingKind.CONFIRMS, FindingKind.NUANCES, FindingKind.CONTRADICTS, FindingKind.PRIORITY


@pytest.mark.parametrize(
    ("kinds", "stance", "is_contradicted"),
    [
        ([X], Stance.CONTRADICTS, True),
        ([X, C], Stance.NUANCES, False),
        ([X, X, C], Stance.CONTRADICTS, True),
        ([X, X, C, C, C], Stance.NUANCES, False),
        ([X, N, N, N], Stance.CONTRADICTS, True),
        ([N, C], Stance.NUANCES, False),
        ([C, C], Stance.CONFIRMS, False),
        ([P], Stance.NEUTRAL, False),
        ([P, X], Stance.CONTRADICTS, True),
    ],
)
def test_stance_and_contradiction_follow_from_the_findings(kinds, stance, is_contradicted, session, coordinator):
    for kind in kinds:
        find(session, coordinator, "COM1", kind)
    make_final(session)
    (voice,) = voices.stakeholders(session.assessment, ["COM1"])["COM1"]
    assert (voice.stance, voice.is_contradiction) == (stance, is_contradicted)
    contradicted = voices.contradictions([session.assessment])[session.assessment_id]
    assert contradicted == ({"COM1"} if is_contradicted else set())


def test_voice_says_who_doubts_and_why(session, coordinator):
    find(session, coordinator, "COM1", C, sector="media", text="We printed it.")
    find(session, coordinator, "COM1", X, sector="residents", text="Never heard of it.")
    find(session, coordinator, "COM1", X, sector="faith", text="Nor have we.")
    make_final(session)
    (voice,) = voices.stakeholders(session.assessment, ["COM1", "COM2"])["COM1"]
    assert (voice.source, voice.says, voice.reason) == ("Stakeholders", "2 of 3 groups doubt it", "Never heard of it.")
    assert [(part.source, part.says, part.reason, part.stance) for part in voice.parts] == [
        ("Focus group, 14 April 2021: Media", "Confirms the answer", "We printed it.", Stance.CONFIRMS),
        ("Focus group, 14 April 2021: Residents", "Contradicts the answer", "Never heard of it.", Stance.CONTRADICTS),
        ("Focus group, 14 April 2021: Faith communities", "Contradicts the answer", "Nor have we.", Stance.CONTRADICTS),
    ]


@pytest.mark.parametrize(
    ("kinds", "says"),
    [
        ([C], "1 of 1 group confirms it"),
        ([N], "1 of 1 group says: yes, but"),
        ([P], "1 group names it a priority"),
        ([FindingKind.IDEA], "Ideas and quotations, no judgement"),
    ],
)
def test_voice_in_few_words(kinds, says, session, coordinator):
    for kind in kinds:
        find(session, coordinator, "COM1", kind)
    make_final(session)
    assert voices.stakeholders(session.assessment, ["COM1"])["COM1"][0].says == says


def test_sessions_without_a_group_count_as_one_each(session, assessment, coordinator):
    for one in (session, make_session(assessment, coordinator, "Another")):
        find(one, coordinator, "COM1", X, sector="")
        find(one, coordinator, "COM1", X, sector="")
        make_final(one)
    assert voices.stakeholders(assessment, ["COM1"])["COM1"][0].says == "2 of 2 groups doubt it"


def test_findings_speak_only_once_the_minutes_are_final(session, coordinator):
    find(session, coordinator, "COM1", X)
    assert voices.stakeholders(session.assessment, ["COM1"]) == {}
    assert voices.contradictions([session.assessment]) == {session.assessment_id: set()}
    make_final(session)
    assert list(voices.stakeholders(session.assessment, ["COM1"])) == ["COM1"]


def test_what_is_not_asked_for_is_not_told(session, coordinator):
    find(session, coordinator, "COM1", X)
    make_final(session)
    assert voices.stakeholders(session.assessment, ["COM2", "commitment"]) == {}


# Ratings -------------------------------------------------------------------------------------------------------------
@pytest.fixture
def sixty(assessment, lead) -> Assessment:
    """Commitment has ten questions: six are answered with everything, four with nothing."""
    save(assessment, lead, **{f"COM{number}": "yes" for number in (1, 2, 3, 4, 5, 6)})
    return assessment


def commitment_of(assessment) -> Fraction:
    instrument = instrument_for(assessment.edition)
    return subjects.own_scores(instrument, values_of(assessment, instrument))["commitment"]


def test_rating_far_from_the_own_score_contradicts(sixty, session, coordinator):
    assert commitment_of(sixty) == 60
    rated(session, coordinator, {"media": [(1, 4)] * 5, "faith": [(2, 4)] * 5, "culture": [(4, 4)] * 4})
    (voice,) = voices.stakeholders(sixty, ["commitment", "COM1"])["commitment"]
    assert voice.says == "Stakeholders rate practice at 17 of 100; the city's answers give 60"
    assert (voice.source, voice.stance, voice.is_contradiction) == (
        "Ratings by stakeholders",
        Stance.CONTRADICTS,
        True,
    )
    assert [(part.source, part.says) for part in voice.parts] == [
        ("Faith communities", "33 of 100, 5 votes"),
        ("Media", "0 of 100, 5 votes"),
    ]
    assert voices.contradictions([sixty]) == {sixty.pk: {"commitment"}}


@pytest.mark.parametrize(
    ("step", "votes", "is_far"),
    [
        (27, [(2, 1)] * 5, False),  # 33.33 beside 60
        (26, [(2, 1)] * 5, True),
        (40, [(4, 1)] * 5, True),  # 100 beside 60: exactly the step, and in the other direction
        (41, [(4, 1)] * 5, False),
    ],
)
def test_step_is_a_setting(step, votes, is_far, sixty, session, coordinator, settings):
    settings.EPI_CONTRADICTION_STEP = step
    rated(session, coordinator, {"media": votes})
    (voice,) = voices.stakeholders(sixty, ["commitment"])["commitment"]
    assert (voice.is_contradiction, voice.stance) == (is_far, Stance.CONTRADICTS if is_far else Stance.CONFIRMS)
    assert bool(voices.contradictions([sixty])[sixty.pk]) == is_far


def test_answer_that_changes_changes_the_comparison(sixty, session, coordinator, lead):
    rated(session, coordinator, {"media": [(1, 1)] * 5})
    assert voices.contradictions([sixty])[sixty.pk] == {"commitment"}
    save(sixty, lead, **{f"COM{number}": "no" for number in (1, 2, 3, 4, 5, 6)})
    assert voices.contradictions([sixty])[sixty.pk] == set()


def test_area_without_a_score_is_not_compared(assessment, session, coordinator, lead, instrument):
    save(assessment, lead, **{question.code: "na" for question in instrument.by_code["language"].questions})
    rated(session, coordinator, {"media": [(1, 1)] * 5}, "language")
    (voice,) = voices.stakeholders(assessment, ["language"])["language"]
    assert voice.says == "Stakeholders rate practice at 0 of 100; the city's answers give no score"
    assert (voice.stance, voice.is_contradiction) == (Stance.NEUTRAL, False)
    assert voices.contradictions([assessment]) == {assessment.pk: set()}


def test_open_rounds_and_small_groups_say_nothing(sixty, session, coordinator):
    rated(session, coordinator, {"media": [(1, 1)] * 4})
    rated(session, coordinator, {"media": [(1, 1)] * 9}, close=False)
    assert voices.stakeholders(sixty, ["commitment"]) == {}
    assert voices.contradictions([sixty]) == {sixty.pk: set()}


def test_finding_on_the_area_itself_contradicts_it(assessment, session, coordinator):
    find(session, coordinator, "commitment", X)
    find(session, coordinator, "COM2", C)
    make_final(session)
    assert voices.contradictions([assessment]) == {assessment.pk: {"commitment"}}
    (voice,) = voices.stakeholders(assessment, ["commitment"])["commitment"]
    assert voice.is_contradiction


# Numbers of queries --------------------------------------------------------------------------------------------------
@pytest.mark.parametrize("rows", [1, 3])
def test_voices_cost_the_same(rows, assessment, coordinator, django_assert_num_queries, instrument):
    for number in range(rows):
        session = make_session(assessment, coordinator, f"Session {number}")
        for code in ("COM1", "COM2", "commitment"):
            find(session, coordinator, code, X)
        rated(session, coordinator, {"media": [(1, 1)] * 5})
        open_round(session, coordinator)
        make_final(session)
    questions = [question.code for question in instrument.by_code["commitment"].questions]
    with django_assert_num_queries(1):
        voices.stakeholders(assessment, questions)
    with django_assert_num_queries(3):
        said = voices.stakeholders(assessment, [*questions, "commitment"])
    assert [len(voice.parts) for voice in said["COM1"]] == [rows]


def test_indicators_without_ratings_cost_two_queries(assessment, django_assert_num_queries, instrument):
    with django_assert_num_queries(2):
        voices.stakeholders(assessment, ["commitment", "education", "COM1"])


@pytest.mark.parametrize("rows", [1, 3])
def test_contradictions_of_many_assessments_cost_the_same(rows, edition, django_assert_num_queries):
    for number in range(rows):
        coordinator = make_user(f"coordinator-{number}", Role.COORDINATOR, make_city(f"city-{number}"))
        lead = make_user(f"lead-{number}", Role.LEAD, coordinator.cities[0])
        assessment = start(lead.cities[0], edition, lead)
        save(assessment, lead, COM1="yes")
        session = make_session(assessment, coordinator)
        find(session, coordinator, "EDU1", X)
        rated(session, coordinator, {"media": [(4, 1)] * 5})
        make_final(session)
    asked = list(Assessment.objects.select_related("edition").order_by("pk"))
    with django_assert_num_queries(3):
        found = voices.contradictions(asked)
    assert list(found.values()) == [{"EDU1", "commitment"}] * rows
