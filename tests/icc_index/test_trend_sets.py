"""Which sets may be told of: no set and no comparison tells of fewer than five cities outside a sharing programme."""

from decimal import Decimal
from itertools import combinations, product

import pytest
from hypothesis import given
from hypothesis import strategies as st

from icc_index.enums import ForeignGroup, SizeGroup
from icc_index.trends import sets
from icc_index.trends.sets import Choice, Facts, Verdict

SMALL, LARGE = SizeGroup.SMALL.value, SizeGroup.LARGE.value
LOW, HIGH = ForeignGroup.LOW.value, ForeignGroup.VERY_HIGH.value
ALL = Choice()


def cities(*groups):
    """Cities from (number, size, foreign, programmes)."""
    rows = [
        Facts(frozenset(programmes), size, foreign)
        for number, size, foreign, *programmes in groups
        for _city in range(number)
    ]
    return dict(enumerate(rows))


def verdict(choice, known, shared=()):
    return sets.judge(choice, known, shared).verdict


def every_choice(known):
    programmes = {programme for facts in known.values() for programme in facts.programmes}
    return [
        Choice(*values)
        for values in product(
            [None, *sorted(programmes)],
            [None, *sorted({facts.size for facts in known.values()})],
            [None, *sorted({facts.foreign for facts in known.values()})],
        )
    ]


def shown_sets(known, shared=()):
    """The cities of each choice that is shown."""
    return {
        choice: set(choice.of(known))
        for choice in every_choice(known)
        if verdict(choice, known, shared) is Verdict.SHOWN
    }


@pytest.mark.parametrize(
    ("number", "expected"), [(0, Verdict.NO_CITY), (1, Verdict.FEW), (4, Verdict.FEW), (5, Verdict.SHOWN)]
)
def test_five_cities_are_enough(number, expected):
    assert verdict(ALL, cities((number, SMALL, LOW))) is expected


def test_filter_that_leaves_few_out_is_hidden():
    known = cities((8, SMALL, LOW), (4, LARGE, LOW))
    assert verdict(ALL, known) is Verdict.SHOWN
    assert sets.judge(Choice(size=SMALL), known, ()) == sets.Judgement(Verdict.TELLING, ALL)
    assert verdict(Choice(size=LARGE), known) is Verdict.FEW


def test_filter_that_leaves_none_out_says_the_same_and_is_shown():
    known = cities((6, SMALL, LOW))
    assert [verdict(choice, known) for choice in every_choice(known)] == [Verdict.SHOWN] * 4


def test_filter_with_enough_on_both_sides_is_shown():
    known = cities((5, SMALL, LOW), (5, LARGE, LOW))
    assert [verdict(Choice(size=size), known) for size in (SMALL, LARGE)] == [Verdict.SHOWN] * 2


def test_two_filters_of_different_kinds_that_differ_by_one_city_are_not_both_shown():
    known = cities((6, SMALL, LOW), (1, SMALL, HIGH), (8, LARGE, HIGH))
    assert verdict(Choice(size=SMALL), known) is Verdict.SHOWN
    assert sets.judge(Choice(foreign=LOW), known, ()) == sets.Judgement(Verdict.TELLING, Choice(size=SMALL))


def test_groups_together_do_not_tell_of_the_last_one():
    """All less the small ones less the large ones would be the two of medium size."""
    known = cities((10, SMALL, LOW), (10, LARGE, LOW), (2, SizeGroup.MEDIUM.value, LOW))
    shown = [size for size in SizeGroup.values if verdict(Choice(size=size), known) is Verdict.SHOWN]
    assert shown == [SMALL]
    more = cities((10, SMALL, LOW), (10, LARGE, LOW), (5, SizeGroup.MEDIUM.value, LOW))
    assert verdict(Choice(size=LARGE), more) is Verdict.SHOWN


def test_unknown_is_a_group_of_its_own():
    unknown = Choice(size=SizeGroup.UNKNOWN.value)
    known = cities((5, SizeGroup.UNKNOWN.value, LOW), (5, SMALL, LOW))
    assert verdict(unknown, known) is Verdict.SHOWN


def test_programme_that_shares_is_shown_from_two_cities_on_to_those_who_belong():
    two, one = cities((2, SMALL, LOW, 7)), cities((1, SMALL, LOW, 7))
    assert verdict(Choice(programme=7), two, shared={7}) is Verdict.SHOWN
    assert verdict(Choice(programme=7), two) is Verdict.FEW
    assert verdict(Choice(programme=7), one, shared={7}) is Verdict.FEW
    assert verdict(ALL, two, shared={7}) is Verdict.SHOWN  # they are all of that programme, however chosen


def test_programme_that_shares_comes_before_all_cities():
    """One city more than the programme has: both would tell of that one."""
    known = cities((7, SMALL, LOW, 7), (1, SMALL, LOW))
    assert verdict(Choice(programme=7), known, shared={7}) is Verdict.SHOWN
    assert sets.judge(ALL, known, {7}) == sets.Judgement(Verdict.TELLING, Choice(programme=7))
    assert verdict(ALL, known) is Verdict.SHOWN
    assert verdict(Choice(programme=7), known) is Verdict.TELLING


def test_choice_that_no_city_has_is_empty():
    known = cities((6, SMALL, LOW, 7))
    for choice in (Choice(programme=8), Choice(size=LARGE), Choice(foreign=HIGH)):
        assert verdict(choice, known) is Verdict.NO_CITY


FACTS = st.builds(
    Facts,
    st.frozensets(st.sampled_from([1, 2, 3]), max_size=2),
    st.sampled_from([SMALL, LARGE, SizeGroup.UNKNOWN.value]),
    st.sampled_from([LOW, HIGH]),
)
KNOWN = st.lists(FACTS, max_size=40).map(lambda facts: dict(enumerate(facts)))


def _is_fine(found, known, shared):
    agreed = [{city for city, facts in known.items() if programme in facts.programmes} for programme in shared]
    return not found or len(found) >= 5 or any(found <= cities_of for cities_of in agreed)


@given(KNOWN, st.sampled_from([(), (1,), (1, 2)]))
def test_comparing_any_two_sets_tells_of_none_or_of_five_or_of_a_sharing_programme(known, shared):
    shown = shown_sets(known, shared)
    for found in shown.values():
        assert found
        assert _is_fine(found, known, shared)
    for left, right in combinations(shown.values(), 2):
        assert _is_fine(left ^ right, known, shared)


@given(KNOWN)
def test_what_remains_of_a_less_filtered_set_is_none_or_five(known):
    shown = shown_sets(known)
    for choice, found in shown.items():
        for name in choice.filters:
            base = shown.get(choice.without(name), found)
            assert len(base - found) == 0 or len(base - found) >= 5


@given(KNOWN)
def test_all_of_one_kind_together_leave_none_or_five(known):
    shown = shown_sets(known)
    for base, everything in shown.items():
        for name in ("programme", "size", "foreign"):
            groups = [found for one, found in shown.items() if name in one.filters and one.without(name) == base]
            rest = everything.difference(*groups)
            assert not groups or not rest or len(rest) >= 5


SIZES = {
    None: "unknown",
    "0": "under-100k",
    "99999": "under-100k",
    "100000": "100k-200k",
    "199999": "100k-200k",
    "200000": "200k-500k",
    "500000": "over-500k",
}


@pytest.mark.parametrize(("population", "group"), SIZES.items())
def test_cities_are_grouped_by_size(population, group):
    assert sets.size_group(population and Decimal(population)) == group


@pytest.mark.parametrize(
    ("share", "group"),
    [(None, "unknown"), ("0", "under-10"), ("9.99", "under-10"), ("10", "10-15"), ("15", "15-20"), ("20", "over-20")],
)
def test_cities_are_grouped_by_share_of_people_from_abroad(share, group):
    assert sets.foreign_group(share and Decimal(share)) == group
