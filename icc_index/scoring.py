"""Scores from answers: plain values in, plain values out. No database, no request, no clock.

The method is the platform model (docs/scoring.md). Arithmetic is exact (`fractions.Fraction`); rounding happens once,
at display, half up. All scores are in 0..100; a question earns 0..1.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from fractions import Fraction
from functools import cached_property
from math import lcm

NOT_APPLICABLE = "na"
NO_POWER = "no_power"
UNKNOWN = "unknown"
ASIDES = frozenset({NOT_APPLICABLE, NO_POWER, UNKNOWN})
SEPARATOR = "|"


class Outcome(StrEnum):
    """What became of a question in the score."""

    ANSWERED = "answered"
    NOT_APPLICABLE = "not_applicable"
    NO_POWER = "no_power"
    CONDITION_NOT_MET = "condition_not_met"
    UNKNOWN = "unknown"
    UNANSWERED = "unanswered"

    @property
    def counts(self) -> bool:
        """True if the question stays in the denominator."""
        return self in (Outcome.ANSWERED, Outcome.UNKNOWN, Outcome.UNANSWERED)


@dataclass(frozen=True)
class Condition:
    """The question is asked only if `question` was answered with one of `any_of`."""

    question: str
    any_of: frozenset[str]


@dataclass(frozen=True)
class Question:
    """A question of an edition. `points` maps option codes to points (any non-negative rational)."""

    code: str
    kind: str
    weight: Fraction
    points: Mapping[str, Fraction]
    exclusive: frozenset[str] = frozenset()
    condition: Condition | None = None

    @cached_property
    def max_points(self) -> Fraction:
        """The largest option's points; for `multi` the sum of all positive ones."""
        if self.kind == "multi":
            return sum((points for points in self.points.values() if points > 0), Fraction(0))
        return max(self.points.values())

    @cached_property
    def scored(self) -> dict[tuple[str, Outcome], "QuestionScore"]:
        """What was scored before, by value and outcome: ten thousand cities give the same few answers."""
        return {}


@dataclass(frozen=True)
class Indicator:
    code: str
    part: str
    in_lens: bool
    weight: Fraction
    questions: Sequence[Question]


@dataclass(frozen=True)
class Edition:
    code: str
    lens_weight: Fraction
    indicators: Sequence[Indicator]

    @cached_property
    def questions(self) -> dict[str, Question]:
        return {question.code: question for indicator in self.indicators for question in indicator.questions}


@dataclass(frozen=True)
class QuestionScore:
    """How one question counted. `earned` is 0..1, or None when it left the score."""

    code: str
    value: str
    outcome: Outcome
    weight: Fraction
    points: Fraction
    max_points: Fraction
    earned: Fraction | None

    @cached_property
    def weighted(self) -> Fraction:
        """What it adds to its indicator's numerator."""
        return self.weight * (self.earned or 0)


@dataclass(frozen=True)
class IndicatorScore:
    """`score` is 0..100, or None when no question is applicable."""

    code: str
    score: Fraction | None
    questions: Sequence[QuestionScore]

    def count(self, *outcomes: Outcome) -> int:
        return sum(question.outcome in outcomes for question in self.questions)

    @property
    def applicable_weight(self) -> Fraction:
        return _total(question.weight for question in self.questions if question.outcome.counts)

    def contribution(self, question: QuestionScore) -> Fraction | None:
        """The part of the indicator's score that comes from `question`; the parts add up to the score."""
        if question.earned is None:
            return None
        return 100 * question.weight * question.earned / self.applicable_weight


@dataclass(frozen=True)
class Part:
    """One term of a composite: a subject's score with its weight."""

    subject: str
    weight: Fraction
    score: Fraction | None


@dataclass(frozen=True)
class CompositeScore:
    """A weighted mean of other scores; what is None is left out. None when nothing is left."""

    score: Fraction | None
    parts: Sequence[Part]

    def contribution(self, part: Part) -> Fraction | None:
        """The part of the composite that comes from one term; the parts add up to the composite."""
        if part.score is None:
            return None
        return part.weight * part.score / sum(term.weight for term in self.parts if term.score is not None)


@dataclass(frozen=True)
class Scores:
    edition: str
    indicators: Mapping[str, IndicatorScore]
    lens: CompositeScore
    core_index: CompositeScore
    extended_index: CompositeScore
    core_index_lens_split: CompositeScore

    def by_subject(self) -> dict[str, Fraction | None]:
        """Every score by the name of what it is of: indicator codes, then the composites."""
        scores = {code: indicator.score for code, indicator in self.indicators.items()}
        for name in ("lens", "core_index", "extended_index", "core_index_lens_split"):
            scores[name] = getattr(self, name).score
        return scores


def fault_of(question: Question, value: str) -> str | None:
    """Why `value` is not an answer to `question` (a short code), or None if it is one.

    Codes: `unknown_option`, `several_options`, `exclusive_option`, `repeated_option`.
    """
    if value == "" or value in ASIDES:
        return None
    codes = value.split(SEPARATOR)
    if any(code not in question.points for code in codes):
        return "unknown_option"
    if len(set(codes)) < len(codes):
        return "repeated_option"
    if len(codes) > 1 and question.kind != "multi":
        return "several_options"
    if len(codes) > 1 and question.exclusive.intersection(codes):
        return "exclusive_option"
    return None


def canonical(question: Question, codes: Iterable[str]) -> str:
    """The value for ticked options: their codes in the question's order, joined; an aside stands alone."""
    ticked = set(codes)
    aside = ticked & ASIDES
    if aside:
        return SEPARATOR.join(sorted(aside | (ticked - ASIDES)))
    known = [code for code in question.points if code in ticked]
    return SEPARATOR.join(known + sorted(ticked - set(known)))


def is_asked(question: Question, answers: Mapping[str, str]) -> bool:
    """True if the question's condition is met by `answers` (question code to value), or it has none."""
    if question.condition is None:
        return True
    said = answers.get(question.condition.question, "").split(SEPARATOR)
    return not question.condition.any_of.isdisjoint(said)


def score(edition: Edition, answers: Mapping[str, str]) -> Scores:
    """Score `answers` (question code to value; missing means unanswered) by the rules of `edition`.

    Raises ValueError for a value that is not an answer to its question, or a question that is not of the edition.
    """
    strange = set(answers) - set(edition.questions)
    if strange:
        raise ValueError(f"Not questions of {edition.code}: {', '.join(sorted(strange))}")
    indicators = {indicator.code: score_indicator(indicator, answers) for indicator in edition.indicators}
    return _compose(edition, indicators)


def score_indicator(indicator: Indicator, answers: Mapping[str, str]) -> IndicatorScore:
    """Score one indicator; `answers` must hold what its questions' conditions rest on, too.

    Raises ValueError for a value that is not an answer to its question.
    """
    questions = [score_question(question, answers) for question in indicator.questions]
    counting = [question for question in questions if question.earned is not None]
    total = None
    if counting:
        total = 100 * _total(q.weighted for q in counting) / _total(q.weight for q in counting)
    return IndicatorScore(indicator.code, total, questions)


def score_question(question: Question, answers: Mapping[str, str]) -> QuestionScore:
    """How `question` counts among `answers`. Raises ValueError for a value that is not an answer to it."""
    value = answers.get(question.code, "")
    outcome = _outcome(question, value, answers)
    if (value, outcome) not in question.scored:
        question.scored[value, outcome] = _score_value(question, value, outcome)
    return question.scored[value, outcome]


def _score_value(question: Question, value: str, outcome: Outcome) -> QuestionScore:
    points = Fraction(0)
    earned: Fraction | None = Fraction(0) if outcome.counts else None
    if outcome is Outcome.ANSWERED:
        points, earned = _earn(question, value)
    return QuestionScore(question.code, value, outcome, question.weight, points, question.max_points, earned)


def _outcome(question: Question, value: str, answers: Mapping[str, str]) -> Outcome:
    if not is_asked(question, answers):
        return Outcome.CONDITION_NOT_MET
    return _SPECIAL.get(value, Outcome.ANSWERED)


_SPECIAL = {
    "": Outcome.UNANSWERED,
    NOT_APPLICABLE: Outcome.NOT_APPLICABLE,
    NO_POWER: Outcome.NO_POWER,
    UNKNOWN: Outcome.UNKNOWN,
}


def _earn(question: Question, value: str) -> tuple[Fraction, Fraction]:
    """Points of the ticked options, and the same as a share of what can be had, at most 1."""
    fault = fault_of(question, value)
    if fault:
        raise ValueError(f"{question.code}: {value!r} is not an answer ({fault})")
    points = sum((question.points[code] for code in value.split(SEPARATOR)), Fraction(0))
    return points, min(points / question.max_points, Fraction(1))


def _compose(edition: Edition, indicators: Mapping[str, IndicatorScore]) -> Scores:
    lens = _mean(Part(i.code, Fraction(1), indicators[i.code].score) for i in edition.indicators if i.in_lens)
    alone = [i for i in edition.indicators if not i.in_lens]
    core = [_part(i, indicators) for i in alone if i.part == "core"]
    extended = [_part(i, indicators) for i in alone if i.part == "extended"]
    lens_part = Part("lens", edition.lens_weight, lens.score)
    split = [_part(i, indicators) for i in edition.indicators if i.part == "core"]
    return Scores(
        edition=edition.code,
        indicators=indicators,
        lens=lens,
        core_index=_mean([*core, lens_part]),
        extended_index=_mean([*core, lens_part, *extended]),
        core_index_lens_split=_mean(split),
    )


def _part(indicator: Indicator, scores: Mapping[str, IndicatorScore]) -> Part:
    return Part(indicator.code, indicator.weight, scores[indicator.code].score)


def _mean(parts: Iterable[Part]) -> CompositeScore:
    parts = list(parts)
    having = [(part.weight, part.score) for part in parts if part.score is not None]
    if not having:
        return CompositeScore(None, parts)
    total = _total(weight * value for weight, value in having)
    return CompositeScore(total / _total(weight for weight, _ in having), parts)


def _total(terms: Iterable[Fraction]) -> Fraction:
    """The exact sum, reduced once: adding one fraction to the next reduces each time, which costs most of a score."""
    ratios = [term.as_integer_ratio() for term in terms]
    common = lcm(*[denominator for _numerator, denominator in ratios])
    return Fraction(sum([numerator * (common // denominator) for numerator, denominator in ratios]), common)


def rounded(value: Fraction | None, places: int = 2) -> str | None:
    """`value` as a decimal string with `places` digits, rounded half up; None stays None. For values >= 0."""
    if value is None:
        return None
    units = _half_up(value * 10**places)
    if places == 0:
        return str(units)
    return f"{units // 10**places}.{units % 10**places:0{places}d}"


def apportioned(parts: Sequence[Fraction | None], places: int = 2) -> list[str | None]:
    """The parts as decimal strings that add up to their rounded sum, by largest remainder (Hamilton's method)."""
    scale = 10**places
    scaled = [Fraction(0) if part is None else part * scale for part in parts]
    floors = [int(part // 1) for part in scaled]
    missing = _half_up(sum(scaled, Fraction(0))) - sum(floors)
    by_remainder = sorted(range(len(parts)), key=lambda i: (floors[i] - scaled[i], i))
    for i in by_remainder[:missing]:
        floors[i] += 1
    return [
        None if part is None else rounded(Fraction(units, scale), places)
        for part, units in zip(parts, floors, strict=True)
    ]


def _half_up(value: Fraction) -> int:
    return int((value + Fraction(1, 2)) // 1)
