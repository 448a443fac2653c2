"""Scoring: what must hold for every edition and all answers, examples by hand, and the page that explains it."""

import doctest
import json
from decimal import ROUND_HALF_UP, Decimal
from fractions import Fraction
from pathlib import Path

import pytest
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st

from icc_index import exports, scoring
from icc_index.enums import Kind
from icc_index.management.commands.score_answers import as_json
from icc_index.scoring import Condition, Edition, Indicator, Outcome, Question, apportioned, rounded, score
from tests.icc_index.golden.recompute import recompute

# A busy machine is no fault of the code, and examples are found again from their printed form.
settings.register_profile("epi", deadline=None, database=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("epi")

DOCUMENT = Path(__file__).parents[2] / "docs" / "scoring.md"
ONE = Fraction(1)
YES_NO = {"yes": ONE, "no": Fraction(0)}
YES_PARTLY_NO = {"yes": Fraction(2), "partly": ONE, "no": Fraction(0)}


# Any edition, any answers ---------------------------------------------------------------------------------------------
decimals = st.integers(1, 80).map(lambda units: Fraction(units, 8))


@st.composite
def questions(draw, code, earlier):
    """A question with an option without points and one with; at times with a condition on an `earlier` one."""
    kind = draw(st.sampled_from(Kind.values))
    points = dict(enumerate(draw(st.lists(st.one_of(st.just(Fraction(0)), decimals), max_size=3))))
    points = {"none": Fraction(0), **{f"o{number}": value for number, value in points.items()}, "best": draw(decimals)}
    condition = None
    if earlier and draw(st.booleans()):
        base = draw(st.sampled_from(earlier))
        condition = Condition(base.code, draw(st.frozensets(st.sampled_from(list(base.points)), min_size=1)))
    exclusive = frozenset({"none"}) if kind == Kind.MULTI else frozenset()
    return Question(code, kind, draw(decimals), points, exclusive, condition)


@st.composite
def editions(draw):
    indicators, earlier = [], []
    for number in range(draw(st.integers(1, 5))):
        ours = []
        for place in range(draw(st.integers(1, 4))):
            ours.append(draw(questions(f"Q{number}_{place}", [*earlier, *ours])))
        earlier += ours
        part = draw(st.sampled_from(["core", "extended"]))
        in_lens = part == "core" and draw(st.booleans())
        indicators.append(Indicator(f"i{number}", part, in_lens, draw(decimals), ours))
    return Edition("any", draw(decimals), indicators)


def ticked(question):
    """Answers that give options."""
    one = st.sampled_from(list(question.points))
    if question.kind != Kind.MULTI:
        return one
    several = st.sets(st.sampled_from([code for code in question.points if code != "none"]), min_size=1)
    return st.one_of(st.just("none"), several.map(lambda codes: scoring.canonical(question, codes)))


def answers_to(edition):
    return st.fixed_dictionaries(
        {},
        optional={
            code: st.one_of(ticked(question), st.sampled_from(["", *sorted(scoring.ASIDES)]))
            for code, question in edition.questions.items()
        },
    )


@st.composite
def scored(draw):
    """An edition with answers to it."""
    edition = draw(editions())
    return edition, draw(answers_to(edition))


def is_base(edition, code):
    """True if a condition rests on the question."""
    return any(question.condition and question.condition.question == code for question in edition.questions.values())


@given(scored())
def test_every_score_is_0_to_100_or_none(case):
    for value in score(*case).by_subject().values():
        assert value is None or 0 <= value <= 100


@given(scored(), st.data())
def test_more_points_to_one_question_never_lower_a_score(case, data):
    edition, answers = case
    question = edition.questions[data.draw(st.sampled_from(list(edition.questions)))]
    assume(not is_base(edition, question.code))
    values = data.draw(st.lists(ticked(question), min_size=2, max_size=2))
    lower, higher = sorted(values, key=lambda value: sum(question.points[code] for code in value.split("|")))
    before = score(edition, {**answers, question.code: lower}).by_subject()
    after = score(edition, {**answers, question.code: higher}).by_subject()
    for subject, value in before.items():
        assert (value is None and after[subject] is None) or value <= after[subject]


@given(scored(), st.data(), st.sampled_from(["na", "no_power"]))
def test_question_that_is_not_applicable_counts_as_if_not_asked(case, data, aside):
    edition, answers = case
    code = data.draw(st.sampled_from(list(edition.questions)))
    without = Edition(
        edition.code,
        edition.lens_weight,
        [
            Indicator(i.code, i.part, i.in_lens, i.weight, [q for q in i.questions if q.code != code])
            for i in edition.indicators
        ],
    )
    rest = {question: value for question, value in answers.items() if question != code}
    assert score(edition, {**answers, code: aside}).by_subject() == score(without, rest).by_subject()


@given(scored())
def test_unknown_scores_like_no_answer(case):
    edition, answers = case
    silent = {code: value for code, value in answers.items() if value != "unknown"}
    assert score(edition, answers).by_subject() == score(edition, silent).by_subject()


@given(scored(), st.randoms())
def test_order_of_answers_does_not_matter(case, random):
    edition, answers = case
    shuffled = list(answers.items())
    random.shuffle(shuffled)
    assert score(edition, dict(shuffled)) == score(edition, answers)


@given(editions())
def test_best_answers_score_100(edition):
    best = {
        code: scoring.canonical(question, set(question.points) - {"none"})
        if question.kind == Kind.MULTI
        else max(question.points, key=lambda option: question.points[option])
        for code, question in edition.questions.items()
    }
    assert set(score(edition, best).by_subject().values()) <= {Fraction(100), None}
    assert Fraction(100) in score(edition, best).by_subject().values()


@given(editions())
def test_worst_answers_score_0(edition):
    worst = dict.fromkeys(edition.questions, "none")
    assert set(score(edition, worst).by_subject().values()) <= {Fraction(0), None}
    assert Fraction(0) in score(edition, worst).by_subject().values()


@given(editions(), st.sampled_from(["na", "no_power"]))
def test_nothing_applicable_gives_no_score(edition, aside):
    assert set(score(edition, dict.fromkeys(edition.questions, aside)).by_subject().values()) == {None}


@given(scored())
def test_parts_of_an_indicator_add_up_to_it(case):
    for indicator in score(*case).indicators.values():
        parts = [indicator.contribution(question) for question in indicator.questions]
        if indicator.score is None:
            assert set(parts) == {None}
        else:
            assert sum(part for part in parts if part is not None) == indicator.score


@given(scored())
def test_parts_of_a_composite_add_up_to_it(case):
    scores = score(*case)
    for composite in (scores.lens, scores.core_index, scores.extended_index, scores.core_index_lens_split):
        parts = [composite.contribution(part) for part in composite.parts]
        assert sum(part for part in parts if part is not None) == (composite.score or 0)


@given(scored())
def test_second_program_agrees(case):
    """tests/icc_index/golden/recompute.py was written from the design alone."""
    edition, answers = case
    assert json.loads(as_json(score(edition, answers))) == recompute(
        json.loads(exports.edition_as_json(edition)), answers
    )


fractions = st.fractions(min_value=0, max_value=100, max_denominator=10_000)


@given(st.lists(st.one_of(fractions, st.none()), max_size=20), st.integers(0, 3))
def test_apportioned_parts_add_up_to_the_rounded_total(parts, places):
    shown = apportioned(parts, places)
    total = rounded(sum((part for part in parts if part is not None), Fraction(0)), places)
    assert sum(Decimal(text) for text in shown if text is not None) == Decimal(total)
    for part, text in zip(parts, shown, strict=True):
        assert (part is None) == (text is None)
        assert part is None or abs(Fraction(text) - part) < Fraction(1, 10**places)


@given(st.integers(0, 10_000))
def test_exact_halves_round_up(hundredths):
    assert rounded(Fraction(2 * hundredths + 1, 200)) == f"{Decimal(hundredths + 1) / 100:.2f}"


@given(st.integers(0, 10**8), st.integers(0, 4))
def test_rounding_is_half_up_as_by_decimal(units, places):
    exact = Decimal(units) / 10**6
    assert rounded(Fraction(exact), places) == str(exact.quantize(Decimal(1).scaleb(-places), ROUND_HALF_UP))


def test_none_stays_none_when_rounded():
    assert rounded(None) is None


# By hand --------------------------------------------------------------------------------------------------------------
def an_edition(*questions):
    return Edition("hand", ONE, [Indicator("area", "core", False, ONE, list(questions))])


def area_score(edition, **answers):
    return score(edition, answers).indicators["area"].score


LADDER = Question("A", "scale", ONE, {"often": Fraction(3), "sometimes": Fraction(2), "rarely": ONE, "never": 0 * ONE})
REVERSE = Question("B", "band", ONE, {"none": Fraction(2), "few": ONE, "most": 0 * ONE})
SEVERAL = Question(
    "C", "multi", ONE, {"x": ONE, "y": ONE, "z": Fraction(2), "none": 0 * ONE}, exclusive=frozenset({"none"})
)


@pytest.mark.parametrize(
    ("question", "value", "expected"),
    [
        (LADDER, "often", Fraction(100)),
        (LADDER, "sometimes", Fraction(200, 3)),
        (LADDER, "rarely", Fraction(100, 3)),
        (LADDER, "never", Fraction(0)),
        (REVERSE, "none", Fraction(100)),
        (REVERSE, "most", Fraction(0)),
        (SEVERAL, "x|y|z", Fraction(100)),
        (SEVERAL, "x|z", Fraction(75)),
        (SEVERAL, "none", Fraction(0)),
        (SEVERAL, "", Fraction(0)),
        (SEVERAL, "unknown", Fraction(0)),
        (SEVERAL, "na", None),
        (SEVERAL, "no_power", None),
    ],
)
def test_one_question(question, value, expected):
    assert area_score(an_edition(question), **{question.code: value}) == expected


def test_weights_of_questions_count():
    light = Question("A", "single", Fraction("0.5"), YES_NO)
    heavy = Question("B", "single", Fraction("1.5"), YES_PARTLY_NO)
    assert area_score(an_edition(light, heavy), A="yes", B="partly") == 100 * (Fraction("0.5") + Fraction("0.75")) / 2


def test_unmet_condition_keeps_a_stale_answer_out():
    base = Question("A", "single", ONE, YES_NO)
    rests = Question("B", "single", ONE, YES_NO, condition=Condition("A", frozenset({"yes"})))
    indicator = score(an_edition(base, rests), {"A": "no", "B": "yes"}).indicators["area"]
    assert indicator.score == 0
    assert [question.outcome for question in indicator.questions] == [Outcome.ANSWERED, Outcome.CONDITION_NOT_MET]


@pytest.mark.parametrize("base_value", ["", "na", "no_power", "unknown"])
def test_condition_is_not_met_without_one_of_its_options(base_value):
    rests = Question("B", "single", ONE, YES_NO, condition=Condition("A", frozenset({"yes"})))
    assert not scoring.is_asked(rests, {"A": base_value})


def test_composites():
    """Lens (80 + 40) / 2 = 60. Core (2*50 + 3*60) / 5 = 56. Extended with 1*100: (280 + 100) / 6. Split by weights."""

    def area(code, weight, hundredths, part="core", in_lens=False):
        question = Question(code, "single", ONE, {"given": Fraction(hundredths), "all": Fraction(100)})
        return Indicator(code, part, in_lens, Fraction(weight), [question])

    edition = Edition(
        "hand",
        Fraction(3),
        [
            area("commitment", 2, 50),
            area("education", 1, 80, in_lens=True),
            area("public_space", 4, 40, in_lens=True),
            area("interaction", 1, 100, "extended"),
        ],
    )
    scores = score(edition, dict.fromkeys(edition.questions, "given"))
    assert scores.lens.score == 60
    assert scores.core_index.score == 56
    assert scores.extended_index.score == Fraction(380, 6)
    assert scores.core_index_lens_split.score == Fraction(2 * 50 + 80 + 4 * 40, 7)


@pytest.mark.parametrize(
    ("question", "value", "fault"),
    [
        (LADDER, "", None),
        (LADDER, "na", None),
        (LADDER, "often", None),
        (LADDER, "always", "unknown_option"),
        (LADDER, "often|never", "several_options"),
        (LADDER, "often|often", "repeated_option"),
        (LADDER, "na|often", "unknown_option"),
        (SEVERAL, "x|y", None),
        (SEVERAL, "none", None),
        (SEVERAL, "none|x", "exclusive_option"),
        (SEVERAL, "x|", "unknown_option"),
    ],
)
def test_fault_of(question, value, fault):
    assert scoring.fault_of(question, value) == fault


@pytest.mark.parametrize(
    ("codes", "value"),
    [
        (["z", "x"], "x|z"),
        ([], ""),
        (["unknown"], "unknown"),
        (["x", "na"], "na|x"),
        (["strange", "x"], "x|strange"),
    ],
)
def test_canonical_value_is_in_the_order_of_the_options(codes, value):
    assert scoring.canonical(SEVERAL, codes) == value


def test_value_that_is_no_answer_is_refused():
    with pytest.raises(ValueError, match=r"A: 'always' is not an answer \(unknown_option\)"):
        area_score(an_edition(LADDER), A="always")


def test_answer_to_a_question_of_another_edition_is_refused():
    with pytest.raises(ValueError, match="Not questions of hand: Z"):
        area_score(an_edition(LADDER), Z="often")


def test_examples_of_the_document_are_true():
    failed, tried = doctest.testfile(str(DOCUMENT), module_relative=False)
    assert (failed, tried > 20) == (0, True)
