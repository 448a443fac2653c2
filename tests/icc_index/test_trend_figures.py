"""The figures of trends against a computation of our own: plain Python, written here, that shares nothing with them."""

import math
from fractions import Fraction

import pytest

from icc_index import scoring
from icc_index.trends import figures
from icc_index.trends.figures import Pair, Said


def f(*values):
    """Scores from numbers and text; None stays None."""
    return [None if value is None else Fraction(value) for value in values]


# A fixed data set: seven cities with ties, a missing score, an area that nobody has, and one that all have alike.
COLUMNS = {
    "commitment": f(50, 70, "200/3", 90, 10, 50, 30),
    "language": f(40, 80, 60, 85, 20, 45, 45),
    "education": f(90, 20, 35, 5, 95, 60, None),
    "culture": f(None, 55, None, 55, 60, None, 70),
    "media": f(None, None, None, None, None, None, None),
    "welcoming": f(75, 75, 75, 75, 75, 75, 75),
}


def own_mean(values):
    total = Fraction(0)
    for value in values:
        total += value
    return total / len(values)


def own_deviation(values):
    mean = own_mean(values)
    return math.sqrt(sum((value - mean) ** 2 for value in values) / len(values))


def own_ranks(values):
    """The place of each value, counted from 1; equal values share the mean of their places."""
    return [
        sum(other < value for other in values) + Fraction(1 + sum(other == value for other in values), 2)
        for value in values
    ]


def own_rho(left, right):
    """Spearman: the product-moment correlation of the ranks, over the cities that have both."""
    both = [(x, y) for x, y in zip(left, right, strict=True) if None not in (x, y)]
    xs, ys = own_ranks([x for x, _ in both]), own_ranks([y for _, y in both])
    x_mean, y_mean = own_mean(xs), own_mean(ys)
    together = sum((x - x_mean) * (y - y_mean) for x, y in zip(xs, ys, strict=True))
    return float(together) / math.sqrt(sum((x - x_mean) ** 2 for x in xs) * sum((y - y_mean) ** 2 for y in ys))


@pytest.mark.parametrize("subject", COLUMNS)
def test_spread_equals_an_independent_computation(subject):
    present = [value for value in COLUMNS[subject] if value is not None]
    found = figures.spread(COLUMNS[subject])
    if not present:
        assert found is None
        return
    assert (found.cities, found.mean) == (len(present), own_mean(present))
    assert found.deviation == pytest.approx(own_deviation(present), abs=1e-12)
    assert (found.lowest, found.highest) == (min(present), max(present))


def test_mean_is_exact_and_rounded_once():
    found = figures.spread(f("199/2", "298/3", "299/3"))
    assert (found.mean, scoring.rounded(found.mean, 0)) == (Fraction(199, 2), "100")


def test_rank_correlations_equal_an_independent_computation():
    found = {(pair.first, pair.second): pair for pair in figures.pairs(COLUMNS)}
    # culture has four cities, media none, and all have the same score of welcoming
    assert set(found) == {("commitment", "language"), ("commitment", "education"), ("language", "education")}
    for (first, second), pair in found.items():
        assert pair.rho == pytest.approx(own_rho(COLUMNS[first], COLUMNS[second]), abs=1e-12)
    assert {key: pair.cities for key, pair in found.items()} == {
        ("commitment", "language"): 7,
        ("commitment", "education"): 6,
        ("language", "education"): 6,
    }


def test_ranks_alike_correlate_fully_whatever_the_distances():
    rising = f(1, 2, 3, 4, 5)
    assert figures.pairs({"a": rising, "b": f(1, 10, 11, 99, 100)}) == [Pair("a", "b", 5, pytest.approx(1))]
    assert figures.pairs({"a": rising, "b": f(9, 7, 5, 3, 1)}) == [Pair("a", "b", 5, pytest.approx(-1))]


def test_too_few_complete_pairs_have_no_correlation():
    assert figures.pairs({"a": f(1, 2, 3, 4, None), "b": f(1, 2, 3, 4, 5)}) == []


def test_column_that_is_constant_among_the_complete_has_no_correlation():
    assert figures.pairs({"a": f(1, 1, 1, 1, 1, 9), "b": f(1, 2, 3, 4, 5, None)}) == []


@pytest.mark.parametrize("values", [[], f(None, None)])
def test_no_city_has_no_figures(values):
    assert figures.spread(values) is None
    assert figures.pairs({"a": values, "b": values}) == []


def test_one_city_and_all_the_same_have_no_spread():
    one, same = figures.spread(f("200/3")), figures.spread(f(*["200/3"] * 7))
    assert (one.cities, one.is_even, one.deviation) == (1, True, 0)
    assert same.is_even
    assert same.deviation == pytest.approx(0, abs=1e-12)


# What is said -------------------------------------------------------------------------------------------------------

ANSWERS = [
    ("SINGLE", "yes", Said.YES),
    ("SINGLE", "partly", Said.PARTLY),
    ("SINGLE", "no", Said.NO),
    ("SINGLE", "na", Said.NOT_APPLICABLE),
    ("SINGLE", "no_power", Said.NOT_APPLICABLE),
    ("SINGLE", "unknown", Said.UNKNOWN),
    ("SINGLE", "", Said.UNKNOWN),
    ("MULTI", "a|b", Said.YES),
    ("MULTI", "b", Said.PARTLY),
    ("MULTI", "none", Said.NO),
]


def edition():
    """A small edition: one question of one option, one of several, and one that only some are asked."""
    one, two = Fraction(1), Fraction(2)
    questions = [
        scoring.Question("SINGLE", "single", one, {"yes": two, "partly": one, "no": Fraction(0)}),
        scoring.Question("MULTI", "multi", one, {"a": one, "b": one, "none": Fraction(0)}, frozenset({"none"})),
        scoring.Question(
            "ASKED",
            "single",
            one,
            {"yes": one, "no": Fraction(0)},
            condition=scoring.Condition("SINGLE", frozenset({"yes"})),
        ),
    ]
    return scoring.Edition("small", one, [scoring.Indicator("area", "core", False, one, questions)])


@pytest.mark.parametrize(("code", "value", "expected"), ANSWERS)
def test_answer_amounts_to(code, value, expected):
    counted = figures.count_said(edition(), [{code: value}])[code]
    assert counted == {one: int(one == expected) for one in Said}


def test_question_that_is_not_asked_is_not_applicable():
    asked = figures.count_said(edition(), [{"SINGLE": "yes", "ASKED": "no"}])["ASKED"]
    not_asked = figures.count_said(edition(), [{"SINGLE": "no", "ASKED": "yes"}])["ASKED"]
    assert (asked[Said.NO], not_asked[Said.NOT_APPLICABLE]) == (1, 1)


def test_every_city_is_counted_once_a_question():
    cities = [{code: value} for code, value, _said in ANSWERS]
    for count in figures.count_said(edition(), cities).values():
        assert sum(count.values()) == len(cities)


def test_figures_of_no_city_are_whole():
    found = figures.figures(edition(), {"area": []}, [], cities=0)
    assert (found.spreads, found.pairs, set(found.said)) == ({}, [], {"SINGLE", "MULTI", "ASKED"})
