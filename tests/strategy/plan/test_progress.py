"""How far a measure is on its way: the figures at their boundaries, and what holds of all of them."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from strategy.plan.progress import is_falling, progress

FIGURES = st.decimals(min_value=-1_000_000, max_value=1_000_000, places=2)


def at(baseline: object, target: object, last: object) -> int | None:
    return progress(*(None if one is None else Decimal(str(one)) for one in (baseline, target, last)))


@pytest.mark.parametrize(
    ("baseline", "target", "last", "percent"),
    [
        (20, 60, 20, 0),
        (20, 60, 40, 50),
        (20, 60, 60, 100),
        (20, 60, "59.99", 99),  # not reached is not 100
        (20, 60, 80, 150),  # beyond the target
        (20, 60, 10, -25),  # the wrong way
        (60, 20, 50, 25),  # falling
        (60, 20, 0, 150),
        (60, 20, 70, -25),
        (-5, 5, 0, 50),
        (0, "0.03", "0.01", 33),
    ],
)
def test_progress_is_the_part_of_the_way_that_is_gone(baseline, target, last, percent):
    assert at(baseline, target, last) == percent


@pytest.mark.parametrize("figures", [(None, 60, 40), (20, None, 40), (20, 60, None), (20, 20, 20), (20, 20, 30)])
def test_progress_is_nothing_where_a_figure_is_missing_or_there_is_no_way_to_go(figures):
    assert at(*figures) is None


@given(baseline=FIGURES, target=FIGURES, last=FIGURES)
def test_progress_says_100_exactly_when_the_target_is_reached(baseline, target, last):
    percent = progress(baseline, target, last)
    if percent is None:
        assert baseline == target
    else:
        is_reached = last <= target if is_falling(baseline, target) else last >= target
        assert (percent >= 100) == is_reached


@given(baseline=FIGURES, target=FIGURES, last=FIGURES)
def test_progress_is_the_same_seen_in_a_mirror(baseline, target, last):
    assert progress(baseline, target, last) == progress(-baseline, -target, -last)


def test_less_is_better_only_when_both_figures_say_so():
    assert [is_falling(Decimal(60), Decimal(20)), is_falling(Decimal(20), Decimal(60)), is_falling(None, None)] == [
        True,
        False,
        False,
    ]
