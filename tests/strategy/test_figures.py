"""Figures of ratings: exact, rounded once, and never of fewer than five, whatever is compared with what."""

import doctest
from fractions import Fraction
from itertools import chain, combinations, product
from pathlib import Path

import pytest

from strategy.findings import figures
from strategy.findings.figures import Cell, Figure, Line

DOCUMENT = Path(__file__).parents[2] / "docs" / "ratings.md"


def cell(group: str, practice: list[int], importance: list[int] | None = None, round: int = 1, subject: str = "a"):
    return Cell(round, group, subject, practice, importance or [0, 0, 0, 0])


@pytest.mark.parametrize(
    ("counts", "expected"),
    [
        ([0, 0, 0, 0], None),
        ([4, 0, 0, 0], None),
        ([1, 1, 1, 1], None),
        ([5, 0, 0, 0], Figure(5, Fraction(0))),
        ([0, 0, 0, 5], Figure(5, Fraction(100))),
        ([0, 3, 2, 0], Figure(5, Fraction(700, 15))),
        ([1, 1, 1, 3], Figure(6, Fraction(200, 3))),
    ],
)
def test_figure_is_the_mean_from_0_to_100_or_nothing_below_five_votes(counts, expected):
    assert figures.figure(counts) == expected


@pytest.mark.parametrize(
    ("value", "whole"),
    [(Fraction(1, 2), "1"), (Fraction(49, 100), "0"), (Fraction(133, 2), "67"), (Fraction(100), "100")],
)
def test_figure_is_rounded_half_up_once(value, whole):
    assert Figure(5, value).whole == whole


def test_groups_of_four_five_and_six():
    lines = figures.lines(
        [cell("four", [0, 0, 0, 4]), cell("five", [5, 0, 0, 0]), cell("six", [0, 0, 0, 6])], lambda one: one.group
    )
    assert {group: line.practice for group, line in lines.items()} == {
        "four": None,
        "five": Figure(5, Fraction(0)),
        "six": Figure(6, Fraction(100)),
    }


def test_sum_is_of_what_is_shown_alone():
    cells = [cell("four", [0, 0, 0, 4]), cell("five", [5, 0, 0, 0]), cell("six", [0, 0, 0, 6])]
    assert figures.lines(cells, lambda one: one.subject)["a"].practice == Figure(11, Fraction(600, 11))


def test_two_groups_of_four_are_not_shown_together_either():
    cells = [cell("one", [4, 0, 0, 0]), cell("two", [0, 0, 0, 4])]
    assert figures.lines(cells, lambda one: one.subject) == {"a": Line(None, None)}


def test_votes_of_two_rounds_are_not_put_together_to_reach_five():
    cells = [cell("one", [3, 0, 0, 0], round=1), cell("one", [3, 0, 0, 0], round=2)]
    assert figures.lines(cells, lambda one: one.group) == {"one": Line(None, None)}


def test_practice_and_importance_each_need_five_votes():
    line = figures.lines([cell("one", [5, 0, 0, 0], [4, 0, 0, 0])], lambda one: one.group)["one"]
    assert (line.practice, line.importance) == (Figure(5, Fraction(0)), None)
    assert line.is_shown


# Whoever compares any two selections of what is on offer learns nothing of fewer than five. A selection is any set of
# rounds and groups, for one area: what a page, a report, a table or any filter to come may add up.
COUNTS = {(1, "four"): 4, (1, "five"): 5, (1, "six"): 6, (2, "four"): 4, (2, "five"): 9, (2, "one"): 1, (3, "six"): 5}


def selections() -> list[frozenset]:
    sizes = range(1, len(COUNTS) + 1)
    return [frozenset(some) for some in chain.from_iterable(combinations(COUNTS, size) for size in sizes)]


def votes_of(selection: frozenset) -> int:
    cells = [Cell(round, group, "a", [COUNTS[round, group], 0, 0, 0], [0] * 4) for round, group in selection]
    found = figures.lines(cells, lambda one: one.subject)["a"].practice
    return found.votes if found else 0


def test_no_two_selections_differ_by_fewer_than_five_votes():
    seen = {selection: votes_of(selection) for selection in selections()}
    for larger, smaller in product(seen, seen):
        if smaller < larger:
            difference = seen[larger] - seen[smaller]
            assert difference == 0 or difference >= figures.FEWEST, (larger, smaller)


def test_what_is_hidden_moves_no_figure_of_any_selection():
    """Whatever four people say, every figure of every selection stays as it is."""
    hidden = [key for key, count in COUNTS.items() if count < figures.FEWEST]
    assert hidden

    def values(step: int) -> list[Line]:
        counts = {
            key: [count if key not in hidden or step == 0 else 0, 0, 0, count if key in hidden and step else 0]
            for key, count in COUNTS.items()
        }
        return [
            figures.lines(
                [Cell(*key, "a", counts[key], counts[key]) for key in sorted(selection)], lambda one: one.subject
            )["a"]
            for selection in selections()
        ]

    assert values(0) == values(1)


@pytest.mark.parametrize(
    ("score", "importance", "expected"),
    [(0, 100, 100), (100, 0, 0), (50, 50, 50), (80, 90, 55), (None, 90, None), (80, None, None)],
)
def test_need_is_what_matters_and_what_is_lacking(score, importance, expected):
    def exact(value):
        return None if value is None else Fraction(value)

    assert figures.need(exact(score), exact(importance)) == exact(expected)


def test_examples_in_the_documentation_hold():
    failed, tried = doctest.testfile(str(DOCUMENT), module_relative=False)
    assert (failed, tried > 5) == (0, True)
