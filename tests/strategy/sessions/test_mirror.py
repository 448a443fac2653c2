"""How those present mirror the city: every outcome, at its edges."""

from fractions import Fraction

import pytest

from strategy.sessions.mirror import CityShare, Outcome, mirror

BORN_ABROAD = "foreign_born_share"


def share(per_cent="20", kind=BORN_ABROAD):
    return CityShare(kind, Fraction(per_cent), 2020, "Residents born abroad", "https://example.org")


def only(lines):
    (line,) = lines
    return line


@pytest.mark.parametrize("tallies", [{}, {BORN_ABROAD: 0}])
def test_nobody_present_is_said_and_nothing_divided(tallies):
    line = only(mirror(0, tallies, [share()]))
    assert (line.outcome, line.per_cent, line.points) == (Outcome.NOBODY, None, None)


@pytest.mark.parametrize(("present", "outcome"), [(1, Outcome.TOO_FEW), (4, Outcome.TOO_FEW), (5, Outcome.ABOUT)])
def test_fewer_than_five_are_not_compared(present, outcome):
    line = only(mirror(present, {BORN_ABROAD: 1}, [share()]))
    assert (line.outcome, line.is_compared) == (outcome, outcome is Outcome.ABOUT)
    assert line.city == share()  # the city's own figure is shown all the same


@pytest.mark.parametrize("present", [1, 5, 100])
def test_figure_that_the_city_lacks_leaves_the_count_alone(present):
    line = only(mirror(present, {BORN_ABROAD: 1}, []))
    assert (line.outcome, line.count, line.city) == (Outcome.NO_FIGURE, 1, None)


@pytest.mark.parametrize("present", [1, 5])
def test_figure_that_nobody_counted_is_no_nought(present):
    line = only(mirror(present, {}, [share()]))
    assert (line.outcome, line.count, line.points) == (Outcome.NOT_COUNTED, None, None)


def test_nought_that_was_counted_is_compared():
    line = only(mirror(5, {BORN_ABROAD: 0}, [share()]))
    assert (line.outcome, line.whole_per_cent, line.points) == (Outcome.FEWER, 0, Fraction(-20))


@pytest.mark.parametrize(
    ("city", "outcome", "points"),
    [
        ("15", Outcome.MORE, 5),
        ("15.01", Outcome.ABOUT, 5),
        ("20", Outcome.ABOUT, 0),
        ("24.99", Outcome.ABOUT, 5),
        ("25", Outcome.FEWER, 5),
        ("0", Outcome.MORE, 20),
        ("100", Outcome.FEWER, 80),
    ],
)
def test_five_percentage_points_make_the_difference(city, outcome, points):
    line = only(mirror(10, {BORN_ABROAD: 2}, [share(city)]))
    assert (line.outcome, line.whole_per_cent, line.whole_points) == (outcome, 20, points)


def test_shares_are_exact_and_rounded_once():
    line = only(mirror(7, {BORN_ABROAD: 3}, [share("13.4")]))
    assert line.per_cent == Fraction(300, 7)
    assert line.points == Fraction(300, 7) - Fraction(67, 5)
    assert (line.whole_per_cent, line.whole_points) == (43, 29)


def test_everybody_is_a_hundred_per_cent():
    assert only(mirror(6, {BORN_ABROAD: 6}, [share()])).whole_per_cent == 100


def test_more_counted_than_came_is_refused():
    with pytest.raises(ValueError, match="More are counted than were present"):
        mirror(5, {BORN_ABROAD: 6}, [share()])


def test_every_figure_and_every_count_has_one_line_in_order():
    lines = mirror(5, {"under_18_share": 1, BORN_ABROAD: 1}, [share(), share(kind="majority_share")])
    assert [(line.kind, line.outcome) for line in lines] == [
        (BORN_ABROAD, Outcome.ABOUT),
        ("majority_share", Outcome.NOT_COUNTED),
        ("under_18_share", Outcome.NO_FIGURE),
    ]


def test_nothing_known_and_nothing_counted_is_no_line():
    assert mirror(12, {}, []) == []
