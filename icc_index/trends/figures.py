"""Figures over several cities: plain values in, plain values out. No database, no request, no clock.

Means are exact (fractions) and rounded once, at display. Spread and rank correlation come from NumPy and SciPy, which
take over a second to import: inside the functions that need them.
"""

import statistics
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from fractions import Fraction
from itertools import combinations

from icc_index import scoring

FEWEST_TO_RANK = 5  # complete pairs; with fewer, nearly every order of ranks looks like a connection
FEW_TO_RANK = 20  # below this a reader is warned that a strong correlation may be chance

Scores = Sequence[Fraction | None]


class Said(StrEnum):
    """What an answer amounts to, so that questions of every kind can be counted in one way."""

    YES = "yes"
    PARTLY = "partly"
    NO = "no"
    NOT_APPLICABLE = "not_applicable"
    UNKNOWN = "unknown"


_WITHOUT_POINTS = {
    scoring.Outcome.NOT_APPLICABLE: Said.NOT_APPLICABLE,
    scoring.Outcome.NO_POWER: Said.NOT_APPLICABLE,
    scoring.Outcome.CONDITION_NOT_MET: Said.NOT_APPLICABLE,
    scoring.Outcome.UNKNOWN: Said.UNKNOWN,
    scoring.Outcome.UNANSWERED: Said.UNKNOWN,
}


@dataclass(frozen=True)
class Spread:
    """One subject over the cities that have a score of it, 0..100.

    `deviation` is the standard deviation of these cities themselves (divided by their number): they are the whole
    group, not a sample of one.
    """

    cities: int
    mean: Fraction
    deviation: float
    lowest: Fraction
    highest: Fraction

    @property
    def is_even(self) -> bool:
        return self.lowest == self.highest


@dataclass(frozen=True)
class Pair:
    """How far two subjects rank the cities alike: Spearman's rho, -1..1, over the cities that have both scores."""

    first: str
    second: str
    cities: int
    rho: float


@dataclass(frozen=True)
class Figures:
    """Everything that is computed of one set of cities. A subject that no city has a score of has no spread."""

    cities: int
    spreads: Mapping[str, Spread]
    pairs: Sequence[Pair]
    said: Mapping[str, Mapping[Said, int]]


def figures(
    edition: scoring.Edition, scores: Mapping[str, Scores], answers: Iterable[Mapping[str, str]], *, cities: int
) -> Figures:
    """The figures of `cities` cities: `scores` by subject, one value a city in one order; `answers` once a city.

    Pairs are made of the edition's indicators only: the composites consist of them.
    """
    spreads = {subject: spread(values) for subject, values in scores.items()}
    return Figures(
        cities=cities,
        spreads={subject: found for subject, found in spreads.items() if found},
        pairs=pairs({indicator.code: scores[indicator.code] for indicator in edition.indicators}),
        said=count_said(edition, answers),
    )


def spread(values: Scores) -> Spread | None:
    """Mean, standard deviation and range of the values there are; None without any."""
    from numpy import std

    present = [value for value in values if value is not None]
    if not present:
        return None
    deviation = float(std([float(value) for value in present]))
    lowest, highest = min(present), max(present)
    return Spread(len(present), Fraction(statistics.mean(present)), deviation, lowest, highest)


def pairs(columns: Mapping[str, Scores]) -> list[Pair]:
    """Spearman's rank correlation of every two columns, over the rows that have both values; ties share a mean rank.

    Left out where fewer than `FEWEST_TO_RANK` rows are complete or one of the columns has the same value in all.
    """
    floats = {code: [None if value is None else float(value) for value in values] for code, values in columns.items()}
    found = (_pair(first, floats[first], second, floats[second]) for first, second in combinations(floats, 2))
    return [pair for pair in found if pair]


def _pair(first: str, left: Sequence[float | None], second: str, right: Sequence[float | None]) -> Pair | None:
    from scipy.stats import spearmanr

    complete = [(x, y) for x, y in zip(left, right, strict=True) if x is not None and y is not None]
    if len(complete) < FEWEST_TO_RANK:
        return None
    xs, ys = zip(*complete, strict=True)
    if len(set(xs)) == 1 or len(set(ys)) == 1:
        return None
    return Pair(first, second, len(complete), float(spearmanr(xs, ys).statistic))


def count_said(edition: scoring.Edition, answers: Iterable[Mapping[str, str]]) -> dict[str, dict[Said, int]]:
    """How many cities say what to each question. Every city is counted once a question."""
    counts: dict[str, Counter[Said]] = {code: Counter() for code in edition.questions}
    for of_one_city in answers:
        for code, question in edition.questions.items():
            counts[code][said(scoring.score_question(question, of_one_city))] += 1
    return {code: {one: count[one] for one in Said} for code, count in counts.items()}


def said(score: scoring.QuestionScore) -> Said:
    """Yes is full points, no is none, partly what lies between.

    "Not applicable here", "no legal power" and a question that is not asked are not applicable; "we do not know" and
    no answer are not known.
    """
    if score.outcome is not scoring.Outcome.ANSWERED:
        return _WITHOUT_POINTS[score.outcome]
    if score.earned == 1:
        return Said.YES
    return Said.PARTLY if score.earned else Said.NO
