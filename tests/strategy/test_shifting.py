"""Moving the dates of a plan as one: distances stay, over ends of months and leap days."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from strategy.whatnext.shifting import Span, days_between, first_day, shifted

DAYS = st.dates(date(2000, 1, 1), date(2060, 12, 31))
SHIFTS = st.integers(-3000, 12_000)


@st.composite
def spans(draw) -> Span:
    ends = draw(DAYS)
    begins = draw(st.none() | st.dates(date(2000, 1, 1), ends))
    return Span(draw(st.text(max_size=5)), draw(st.text(max_size=5)), begins, ends)


PLANS = st.lists(spans(), min_size=1, max_size=12)


def all_days(plan: list[Span]) -> list[date]:
    return [day for span in plan for day in (span.first, span.ends)]


@given(PLANS, SHIFTS)
def test_days_between_any_two_dates_stay(plan, days):
    before, after = all_days(plan), all_days(shifted(plan, days))
    for old, new in zip(before, after, strict=True):
        assert new - old == timedelta(days=days)
        assert [new - other for other in after] == [old - other for other in before]


@given(PLANS, SHIFTS)
def test_order_names_and_single_days_stay(plan, days):
    there = shifted(plan, days)
    told = [(span.key, span.name, span.begins is None, span.first <= span.ends) for span in there]
    assert told == [(span.key, span.name, span.begins is None, span.first <= span.ends) for span in plan]
    assert sorted(range(len(plan)), key=lambda n: plan[n].ends) == sorted(range(len(plan)), key=lambda n: there[n].ends)


@given(PLANS, SHIFTS)
def test_shift_back_brings_everything_back(plan, days):
    assert shifted(shifted(plan, days), -days) == plan


@given(PLANS, st.integers(-400, 1500))
def test_weekdays_stay_with_whole_weeks_only(plan, days):
    before, after = all_days(plan), all_days(shifted(plan, days))
    stay = [old.weekday() == new.weekday() for old, new in zip(before, after, strict=True)]
    assert set(stay) == {days % 7 == 0}


@given(PLANS, DAYS)
def test_plan_moved_to_a_day_begins_on_it(plan, day):
    first = first_day(plan)
    assert first_day(shifted(plan, days_between(first, day))) == day


@pytest.mark.parametrize(
    ("day", "days", "there"),
    [
        (date(2020, 2, 28), 1, date(2020, 2, 29)),  # a leap day
        (date(2021, 2, 28), 1, date(2021, 3, 1)),
        (date(2020, 2, 29), 365, date(2021, 2, 28)),
        (date(2020, 2, 29), 1461, date(2024, 2, 29)),
        (date(2021, 1, 31), 31, date(2021, 3, 3)),  # no month is made shorter or longer
        (date(2021, 12, 31), 1, date(2022, 1, 1)),
        (date(2022, 1, 1), -1, date(2021, 12, 31)),
    ],
)
def test_days_are_days_over_ends_of_months_and_leap_days(day, days, there):
    assert shifted([Span("one", "One", None, day)], days) == [Span("one", "One", None, there)]


def test_weekend_is_told_of_the_day_that_is_promised():
    friday_to_saturday = Span("one", "One", date(2021, 7, 2), date(2021, 7, 3))
    saturday_to_monday = Span("one", "One", date(2021, 7, 3), date(2021, 7, 5))
    assert [span.is_weekend for span in (friday_to_saturday, saturday_to_monday)] == [True, False]


def test_empty_plan_has_no_first_day_and_stays_empty():
    assert (first_day([]), shifted([], 10)) == (None, [])


def test_plan_beyond_the_calendar_is_refused():
    with pytest.raises(OverflowError):
        shifted([Span("one", "One", None, date(9999, 12, 31))], 1)
