"""The rule of red, amber and green: at its boundaries, by time zone, over changes of the clock; how lights add up."""

from datetime import UTC, date, datetime, timedelta
from functools import reduce
from operator import add
from zoneinfo import ZoneInfo

import pytest
import time_machine
from hypothesis import given
from hypothesis import strategies as st

from cities.models import City
from strategy.milestones import queries
from strategy.milestones.enums import Light, MilestoneState, Reason
from strategy.milestones.status import Before, Sum, light_of, reason_of, slippage, sum_of
from strategy.models import Milestone
from tests.factories import make_city, make_milestone, make_user

TODAY = date(2022, 3, 27)
PLANNED, UNDER_WAY = MilestoneState.PLANNED, MilestoneState.UNDER_WAY
REACHED, DROPPED = MilestoneState.REACHED, MilestoneState.DROPPED


def days(number: int) -> date:
    return TODAY + timedelta(days=number)


def reason(state, due=100, starts=None, before=()):
    return reason_of(
        state, due_on=days(due), starts_on=starts if starts is None else days(starts), before=before, today=TODAY
    )


# Boundaries -----------------------------------------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("state", "due", "starts", "expected"),
    [
        (PLANNED, -1, None, Reason.OVERDUE),
        (PLANNED, 0, None, Reason.DUE_SOON),  # on its own day it is not overdue yet
        (PLANNED, 14, None, Reason.DUE_SOON),
        (PLANNED, 15, None, Reason.ON_TRACK),
        (PLANNED, 15, -1, Reason.NOT_BEGUN),
        (PLANNED, 15, 0, Reason.ON_TRACK),  # today it may still begin
        (UNDER_WAY, -1, -5, Reason.OVERDUE),
        (UNDER_WAY, 0, -5, Reason.ON_TRACK),
        (UNDER_WAY, 14, -5, Reason.ON_TRACK),
        (REACHED, -400, -500, Reason.REACHED),
        (DROPPED, -400, -500, Reason.DROPPED),
    ],
)
def test_rule_at_its_boundaries(state, due, starts, expected):
    assert reason(state, due, starts) == expected


@pytest.mark.parametrize(
    ("before", "expected"),
    [
        (Before(PLANNED, days(-1)), Reason.HELD_UP),
        (Before(UNDER_WAY, days(-1)), Reason.HELD_UP),
        (Before(PLANNED, days(0)), Reason.ON_TRACK),
        (Before(PLANNED, days(100)), Reason.ON_TRACK),  # for the same day
        (Before(PLANNED, days(101)), Reason.HELD_UP),
        (Before(REACHED, days(101)), Reason.ON_TRACK),
        (Before(DROPPED, days(-1)), Reason.ON_TRACK),
    ],
)
def test_what_comes_before_holds_up_while_it_is_open_and_late(before, expected):
    assert reason(UNDER_WAY, 100, before=[before]) == expected


def test_first_line_that_holds_decides():
    late = [Before(PLANNED, days(-1))]
    assert reason(PLANNED, -1, -9, late) == Reason.OVERDUE
    assert reason(PLANNED, 3, -9, late) == Reason.DUE_SOON
    assert reason(PLANNED, 30, -9, late) == Reason.NOT_BEGUN


STATES = st.sampled_from(MilestoneState)
OFFSETS = st.integers(-60, 60)


@given(STATES, OFFSETS, st.none() | OFFSETS, st.lists(st.builds(Before, STATES, OFFSETS.map(days)), max_size=4))
def test_light_is_that_of_the_line_that_decided(state, due, starts, before):
    given_facts = {
        "due_on": days(due),
        "starts_on": starts if starts is None else days(starts),
        "before": before,
        "today": TODAY,
    }
    assert light_of(state, **given_facts) == reason_of(state, **given_facts).light
    assert (light_of(state, **given_facts) == Light.RED) == (state in {PLANNED, UNDER_WAY} and due < 0)


# Days of the city's own calendar --------------------------------------------------------------------------------------
@pytest.fixture
def light_in(db):
    """`light_in("Europe/Riga", due_on)`: the light now of a milestone under way in a city of that time zone."""
    by = make_user("by")

    def light(zone: str, due_on: date) -> Light:
        city = City.objects.filter(time_zone=zone).first() or make_city("testville")
        city.time_zone = zone
        city.save()
        milestone = make_milestone(city, by, due_on=due_on, state=UNDER_WAY)
        return queries.judged(Milestone.objects.filter(pk=milestone.pk))[0].light

    return light


@pytest.mark.parametrize(
    ("moment", "zone", "day"),
    [
        # half an hour before midnight in Brussels it is tomorrow in Riga
        (datetime(2022, 1, 31, 22, 30, tzinfo=UTC), "Europe/Brussels", date(2022, 1, 31)),
        (datetime(2022, 1, 31, 22, 30, tzinfo=UTC), "Europe/Riga", date(2022, 2, 1)),
        (datetime(2022, 1, 31, 10, 59, tzinfo=UTC), "Pacific/Tongatapu", date(2022, 1, 31)),
        (datetime(2022, 1, 31, 11, 0, tzinfo=UTC), "Pacific/Tongatapu", date(2022, 2, 1)),
        (datetime(2022, 2, 1, 10, 59, tzinfo=UTC), "Pacific/Pago_Pago", date(2022, 1, 31)),
        (datetime(2022, 2, 1, 11, 0, tzinfo=UTC), "Pacific/Pago_Pago", date(2022, 2, 1)),
        # the night to summer time: midnight is still that of winter, and the day after has 23 hours
        (datetime(2022, 3, 26, 22, 59, tzinfo=UTC), "Europe/Brussels", date(2022, 3, 26)),
        (datetime(2022, 3, 26, 23, 0, tzinfo=UTC), "Europe/Brussels", date(2022, 3, 27)),
        (datetime(2022, 3, 27, 21, 59, tzinfo=UTC), "Europe/Brussels", date(2022, 3, 27)),
        (datetime(2022, 3, 27, 22, 0, tzinfo=UTC), "Europe/Brussels", date(2022, 3, 28)),
        # and to winter time: the day has 25
        (datetime(2022, 10, 29, 22, 0, tzinfo=UTC), "Europe/Brussels", date(2022, 10, 30)),
        (datetime(2022, 10, 30, 22, 59, tzinfo=UTC), "Europe/Brussels", date(2022, 10, 30)),
        (datetime(2022, 10, 30, 23, 0, tzinfo=UTC), "Europe/Brussels", date(2022, 10, 31)),
        (datetime(2022, 10, 30, 21, 59, tzinfo=UTC), "Europe/Riga", date(2022, 10, 30)),
        (datetime(2022, 10, 30, 22, 0, tzinfo=UTC), "Europe/Riga", date(2022, 10, 31)),
    ],
)
def test_milestone_is_overdue_from_the_citys_own_midnight(moment, zone, day, light_in):
    with time_machine.travel(moment, tick=False):
        assert moment.astimezone(ZoneInfo(zone)).date() == day
        assert light_in(zone, day) == Light.GREEN
        assert light_in(zone, day - timedelta(days=1)) == Light.RED


# Lights together ------------------------------------------------------------------------------------------------------
LIGHTS = st.lists(st.sampled_from(Light), max_size=30)


@given(LIGHTS, st.randoms(use_true_random=False))
def test_sum_is_the_same_in_whatever_order(lights, chance):
    mixed = list(lights)
    chance.shuffle(mixed)
    assert sum_of(mixed) == sum_of(lights)


@given(st.lists(LIGHTS, max_size=8))
def test_sum_is_the_same_however_grouped_and_empty_groups_add_nothing(groups):
    everything = sum_of(light for group in groups for light in group)
    sums = [sum_of(group) for group in [*groups, []]]
    assert reduce(add, sums, Sum()) == everything
    assert reduce(lambda right, left: left + right, reversed(sums), Sum()) == everything


@given(LIGHTS)
def test_dropped_children_count_nowhere(lights):
    alive = [light for light in lights if light != Light.NONE]
    assert sum_of(lights) == sum_of(alive)
    assert sum_of(lights).total == len(alive)


@given(LIGHTS)
def test_progress_lies_between_none_and_all(lights):
    whole = sum_of(lights)
    if not whole.total:
        assert (whole.progress, whole.light) == (None, Light.NONE)
    else:
        assert whole.progress is not None
        assert 0 <= whole.progress <= 1
        assert (whole.progress == 1) == (whole.light == Light.REACHED)


@given(LIGHTS)
def test_light_of_the_whole_is_the_worst_that_is_open(lights):
    order = [Light.RED, Light.AMBER, Light.GREEN, Light.REACHED, Light.NONE]
    assert sum_of(lights).light == min(lights, key=order.index, default=Light.NONE)


@given(st.dates(date(2000, 1, 1), date(2100, 1, 1)), st.integers(-999, 999))
def test_slippage_is_the_days_between_also_over_changes_of_the_clock(first, moved):
    assert slippage(first, first + timedelta(days=moved)) == moved
