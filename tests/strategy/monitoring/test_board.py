"""The network board: who sees it, what stands in it, filters, sorting, the spreadsheet, and what it costs."""

import io
from datetime import UTC, date, datetime, timedelta

import pytest
import time_machine
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone
from openpyxl import load_workbook

from cities.enums import Role
from cities.models import City
from epi import audit
from icc_index.models import Assessment
from strategy.milestones.enums import Light, MilestoneState, Process
from strategy.milestones.status import Sum
from strategy.models import CityStrategy, Dependency, Milestone, Nudge, Promise
from strategy.monitoring.board import SORTS, board, chosen, roll_up
from strategy.monitoring.views.board import COLUMNS
from strategy.plan.enums import ActionState
from tests.factories import make_action, make_objective, make_strategy
from tests.strategy.monitoring.conftest import NOON, TODAY, another_city, another_programme, reached

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("_noon")]


@pytest.fixture
def _noon():
    with time_machine.travel(NOON, tick=False):
        yield


def day(offset: int) -> date:
    return TODAY + timedelta(days=offset)


def row_of(programme, city):
    (row,) = [row for row in board(programme) if row.city.pk == city.pk]
    return row


def names(rows) -> list[str]:
    return [row.city.name for row in rows]


def address(programme, query="") -> str:
    return reverse("board", args=[programme.slug]) + query


# Who sees it ----------------------------------------------------------------------------------------------------------


def test_board_opens_for_those_who_follow_the_programme(programme, network, admin, lead, expert, sign_in):
    answers = {user: sign_in(user).get(address(programme)).status_code for user in (network, admin, lead, expert)}
    assert answers == {network: 200, admin: 200, lead: 404, expert: 404}


def test_board_of_another_programme_is_not_there(programme, network, sign_in):
    other, stranger = another_programme()
    assert sign_in(network).get(address(other)).status_code == 404
    assert sign_in(stranger).get(address(programme)).status_code == 404
    assert sign_in(stranger).get(address(other)).status_code == 200


def test_links_lead_to_the_board_from_programme_and_desk(programme, network, sign_in):
    for page in (programme.get_absolute_url(), reverse("home")):
        assert address(programme) in sign_in(network).get(page).content.decode()


# What stands in it ----------------------------------------------------------------------------------------------------


def test_cell_adds_up_its_step_and_names_the_date_that_comes_first(programme, city, add):
    add("Members named", day(-20), **reached(day(-20)))
    add("Mandate given", day(40))
    add("First meeting", day(50))
    add("Left out", day(-9), state=MilestoneState.DROPPED, drop_reason="No money.")
    add("Pact drafted", day(60), process=Process.PACT)
    row = row_of(programme, city)
    assert row.cell("body").sum == Sum(reached=1, green=2)
    assert (row.cell("body").due_on, row.cell("body").late) == (day(40), 0)
    assert row.cell("pact").sum == Sum(green=1)
    assert row.cell("launch").sum == Sum()
    assert row.sum == Sum(reached=1, green=3)


def test_overdue_cell_says_by_how_many_days_in_the_citys_own_time(programme, city, add):
    add("Mandate given", day(-1))
    assert (row_of(programme, city).cell("body").late, row_of(programme, city).sum.red) == (1, 1)
    City.objects.filter(pk=city.pk).update(time_zone="Pacific/Kiritimati")  # there it is Thursday already
    assert row_of(programme, city).cell("body").late == 2
    City.objects.filter(pk=city.pk).update(time_zone="Pacific/Honolulu")
    with time_machine.travel("2021-07-14 03:00:00+02:00", tick=False):  # there it is Tuesday still
        assert (row_of(programme, city).cell("body").late, row_of(programme, city).sum.red) == (0, 0)


def test_light_looks_at_what_comes_before(programme, city, add):
    first, second = add("Mandate given", day(-1)), add("First meeting", day(60))
    Dependency.objects.create(milestone=second, needs=first)
    assert row_of(programme, city).cell("body").sum == Sum(red=1, amber=1)


def test_slippage_and_the_date_promised_first_stay_visible(programme, city, add, coordinator, network, sign_in):
    milestone = add("Mandate given", day(10))
    for offset in (20, 33):
        Milestone.objects.filter(pk=milestone.pk).update(due_on=day(offset))
        Promise.objects.create(milestone=milestone, due_on=day(offset), reason="Holidays.", by=coordinator)
    row = row_of(programme, city)
    assert (row.slipped, row.cell("body").promised_first) == (23, day(10))
    page = sign_in(network).get(address(programme)).content.decode()
    assert ">24 Jul 21</del>" in page
    assert "23 days" in page


def test_milestones_of_the_city_alone_or_of_another_programme_are_not_on_the_board(programme, city, add):
    other, _user = another_programme()
    other.cities.add(city)
    add("Own", day(-5), programme=None)
    add("Theirs", day(-5), programme=other)
    assert row_of(programme, city).sum == Sum()
    assert row_of(other, city).sum == Sum(red=1)


def test_index_shows_the_newest_assessment(programme, city, assessment, edition, lead):
    assert row_of(programme, city).index.assessment == assessment
    newer = Assessment.objects.create(city=city, edition=edition, year=2022)
    assert row_of(programme, city).index.assessment == newer


def test_pilot_actions_count_once_the_strategy_is_public(programme, city, coordinator, lead):
    strategy = make_strategy(city, coordinator)
    objective = make_objective(strategy)
    for state in (ActionState.PROPOSED, ActionState.AGREED, ActionState.RUNNING):
        make_action(objective, state, state=state)
    make_action(objective, "Stopped", state=ActionState.STOPPED, learnt="Too dear.")
    assert row_of(programme, city).actions == 0
    CityStrategy.objects.update(published_at=timezone.now(), published_by=lead)
    assert row_of(programme, city).actions == 2


# Silent since ---------------------------------------------------------------------------------------------------------


@pytest.fixture
def milestone(add) -> Milestone:
    return add("Mandate given", day(60))


def at(offset: int) -> datetime:
    return datetime(2021, 7, 14, 10, tzinfo=UTC) + timedelta(days=offset)


def recorded(subject, by, offset: int) -> None:
    """That `by` did something to `subject` so many days from today."""
    with time_machine.travel(at(offset), tick=False):
        audit.record("something.done", subject, by=by)


def test_city_that_never_changed_anything_is_silent(programme, city, milestone):
    row = row_of(programme, city)
    assert (row.changed_on, row.silent_days, row.is_silent) == (None, None, True)


@pytest.mark.parametrize(("ago", "is_silent"), [(29, False), (30, True), (31, True)])
def test_city_is_silent_from_the_thirtieth_day_on(ago, is_silent, programme, city, milestone, coordinator):
    recorded(milestone, coordinator, -ago)
    row = row_of(programme, city)
    assert (row.changed_on, row.silent_days, row.is_silent) == (day(-ago), ago, is_silent)


def test_number_of_days_is_a_setting(programme, city, milestone, coordinator, settings):
    recorded(milestone, coordinator, -6)
    settings.EPI_SILENT_AFTER_DAYS = 5
    assert row_of(programme, city).is_silent


def test_last_change_of_anything_that_the_city_works_on_counts(programme, city, milestone, coordinator, lead, request):
    strategy = make_strategy(city, coordinator)
    recorded(milestone, coordinator, -50)
    recorded(strategy, coordinator, -40)
    assert row_of(programme, city).changed_on == day(-40)
    recorded(make_objective(strategy), lead, -30)
    assert row_of(programme, city).changed_on == day(-30)
    with time_machine.travel(at(-20), tick=False):
        request.getfixturevalue("assessment")
    assert row_of(programme, city).changed_on == day(-20)


def test_saved_answer_counts(programme, city, assessment, lead):
    assert row_of(programme, city).changed_on == TODAY  # it was begun
    answer = assessment.answers.all()[0]
    type(answer).objects.filter(pk=answer.pk).update(saved_at=at(3), saved_by=lead, version=1)
    assert row_of(programme, city).changed_on == day(3)


def test_what_others_did_is_not_the_citys_doing(programme, city, milestone, network, admin, coordinator):
    for by in (network, admin, None):
        recorded(milestone, by, -1)
    recorded(milestone, coordinator, -45)
    assert row_of(programme, city).changed_on == day(-45)


def test_change_in_one_city_breaks_no_others_silence(programme, city, milestone, coordinator):
    other = another_city(programme, "riga")
    recorded(milestone, coordinator, -1)
    assert row_of(programme, other).changed_on is None


def test_signing_in_is_no_change(programme, city, milestone, coordinator, sign_in):
    sign_in(coordinator).get(reverse("home"))
    assert row_of(programme, city).changed_on is None


# All together ---------------------------------------------------------------------------------------------------------


def test_programme_adds_up_its_cities(programme, city, add):
    other = another_city(programme, "riga")
    add("Mandate given", day(-1))
    add("Members named", day(-9), **reached(day(-9)))
    add("Pact drafted", day(5), process=Process.PACT, city=other)
    rows = board(programme)
    whole = roll_up(rows)
    assert whole.sum == sum((row.sum for row in rows), Sum()) == Sum(reached=1, amber=1, red=1)
    assert dict(whole.steps)[Process.PACT] == Sum(amber=1)
    assert (whole.late_cities, whole.silent_cities) == (1, 2)


def test_programme_without_cities_says_how_to_begin(network, sign_in):
    other, user = another_programme()
    page = sign_in(user).get(address(other))
    assert page.context["whole"].sum.light == Light.NONE
    assert "No city takes part yet" in page.content.decode()


# Filters and order ----------------------------------------------------------------------------------------------------


@pytest.fixture
def three(programme, city, add, coordinator):
    """Testville has something overdue, Riga something at risk, Lublin neither and has just changed something."""
    riga, lublin = another_city(programme, "riga"), another_city(programme, "lublin")
    add("Mandate given", day(-3))
    add("Pact drafted", day(2), process=Process.PACT, city=riga)
    add("Launch planned", day(90), process=Process.LAUNCH, city=lublin)
    recorded(Milestone.objects.get(city=lublin), lublin.memberships.get(role=Role.COORDINATOR).user, -1)
    return programme


@pytest.mark.parametrize(
    ("wanted", "found"),
    [
        ({}, ["Lublin", "Riga", "Testville"]),
        ({"q": " RIG"}, ["Riga"]),
        ({"only": "overdue"}, ["Testville"]),
        ({"only": "at_risk"}, ["Riga"]),
        ({"only": "silent"}, ["Riga", "Testville"]),
        ({"step": "pact"}, ["Riga"]),
        ({"step": "pact", "only": "overdue"}, []),
        ({"step": "body", "only": "overdue"}, ["Testville"]),
        ({"step": "pact", "only": "silent"}, ["Riga"]),
        ({"q": "x"}, []),
    ],
)
def test_filter_leaves_what_fits(wanted, found, three, network, sign_in):
    assert names(chosen(board(three), **wanted)) == found
    page = sign_in(network).get(address(three), wanted)
    assert names(page.context["page"]) == found


@pytest.mark.parametrize(
    ("sort", "first"),
    [
        ("-overdue", "Testville"),
        ("-at_risk", "Riga"),
        ("-city", "Testville"),
        ("launch", "Lublin"),
        ("-changed", "Lublin"),
    ],
)
def test_column_sorts(sort, first, three):
    assert names(chosen(board(three), sort=sort))[0] == first


def test_every_column_sorts_both_ways_and_says_so(three, network, sign_in):
    assert set(SORTS) == {name for name, _label in COLUMNS}
    for name in SORTS:
        for sort, how in ((name, "ascending"), (f"-{name}", "descending")):
            page = sign_in(network).get(address(three), {"sort": sort})
            assert len(page.context["page"]) == 3, sort
            assert f'aria-sort="{how}"' in page.content.decode()


def test_what_has_no_value_stands_last_both_ways(three, network):
    riga = City.objects.get(slug="riga")
    Nudge.objects.create(programme=three, city=riga, text="Please.", by=network, on=TODAY)
    assert names(chosen(board(three), sort="nudged"))[0] == "Riga"
    assert names(chosen(board(three), sort="-nudged"))[0] == "Riga"


@pytest.mark.parametrize("query", ["?sort=password", "?only=all", "?step=x"])
def test_choice_that_is_none_is_said_and_shows_all(query, three, network, sign_in):
    page = sign_in(network).get(address(three, query))
    assert page.status_code == 422
    assert len(page.context["page"]) == 3


# One city -------------------------------------------------------------------------------------------------------------


def test_page_of_a_city_shows_dates_and_reasons_but_neither_drafts_nor_owners(
    programme, city, add, network, coordinator, sign_in
):
    milestone = add("Mandate given", day(10))
    Promise.objects.create(milestone=milestone, due_on=day(30), reason="The council did not meet.", by=coordinator)
    Milestone.objects.filter(pk=milestone.pk).update(due_on=day(30))
    add("Members named", day(-5), **reached(day(-4)))
    add("Own matter", day(3), programme=None)
    make_strategy(city, coordinator, "Secret draft")
    page = sign_in(network).get(reverse("board_city", args=[programme.slug, city.slug])).content.decode()
    for shown in (
        "Mandate given",
        "24 July 2021",
        "13 August 2021",
        "20 days",
        "The council did not meet.",
        "The decision.",
    ):
        assert shown in page, shown
    for hidden in ("Own matter", "Secret draft", coordinator.name):
        assert hidden not in page, hidden


def test_city_that_is_not_in_the_programme_has_no_page_there(programme, network, outsider, sign_in):
    elsewhere = reverse("board_city", args=[programme.slug, "elsewhere"])
    assert sign_in(network).get(elsewhere).status_code == 404


# The spreadsheet ------------------------------------------------------------------------------------------------------


def test_spreadsheet_has_every_city_and_every_milestone(three, network, sign_in):
    answered = sign_in(network).get(reverse("board_sheet", args=[three.slug]))
    book = load_workbook(io.BytesIO(answered.content))
    cities, milestones = (
        [[cell.value for cell in row] for row in book[name].rows] for name in ("Cities", "Milestones")
    )
    head, *lines = cities
    assert [line[0] for line in lines] == ["Lublin", "Riga", "Testville"]
    testville = dict(zip(head, lines[2], strict=True))
    assert testville["Coordinating body"] == "Overdue"
    assert testville["Coordinating body: next date"] == "2021-07-11"
    assert (testville["Overdue"], testville["Milestones in all"]) == (1, 1)
    assert sorted(line[2] for line in milestones[1:]) == ["Launch planned", "Mandate given", "Pact drafted"]
    assert answered["Cache-Control"] == "private"


def test_spreadsheet_runs_no_formula(three, network, sign_in):
    Milestone.objects.filter(city__slug="riga").update(title="=1+1")
    answered = sign_in(network).get(reverse("board_sheet", args=[three.slug]))
    titles = [row[2].value for row in load_workbook(io.BytesIO(answered.content))["Milestones"].rows]
    assert "'=1+1" in titles


# What it costs --------------------------------------------------------------------------------------------------------
BOARD_QUERIES = 11  # the session's, the person's and the person's roles' among them
CITY_QUERIES = 10


def fill(programme, by, edition, number: int) -> None:
    """So many cities, each with an assessment and three milestones, of which one comes after another."""
    cities = City.objects.bulk_create(
        City(name=f"Town {n:03}", slug=f"town-{n:03}", country="ZZ", language="en") for n in range(number)
    )
    programme.cities.add(*cities)
    rows = Milestone.objects.bulk_create(
        Milestone(
            city=city, programme=programme, process=process, title="Step", due_on=day(offset + n % 40), created_by=by
        )
        for n, city in enumerate(cities)
        for process, offset in ((Process.BODY, -20), (Process.LAUNCH, 10), (Process.PACT, 30))
    )
    Promise.objects.bulk_create(Promise(milestone=row, due_on=row.due_on, by=by) for row in rows)
    Dependency.objects.bulk_create(
        Dependency(milestone=after, needs=before) for before, after in zip(rows[::3], rows[1::3], strict=True)
    )
    Assessment.objects.bulk_create(Assessment(city=city, edition=edition, year=2021) for city in cities)
    for row in rows[:3]:
        audit.record("milestone.changed", row, by=by)


@pytest.mark.parametrize("number", [7, 70, 700])
@pytest.mark.parametrize("query", ["", "?only=overdue&sort=-slipped"])
def test_board_costs_the_same_for_every_number_of_cities(number, query, network, edition, sign_in):
    programme, user = another_programme()
    fill(programme, network, edition, number)
    browser = sign_in(user)
    browser.get(address(programme))
    with CaptureQueriesContext(connection) as run:
        page = browser.get(address(programme, query))
    assert page.status_code == 200
    assert len(run) == BOARD_QUERIES <= 12
    assert len(page.context["page"]) <= 50
    if not query:
        assert page.context["page"].paginator.count == number


def test_last_page_has_the_rest(network, edition, sign_in):
    programme, user = another_programme()
    fill(programme, network, edition, 70)
    page = sign_in(user).get(address(programme, "?page=2"))
    assert names(page.context["page"]) == [f"Town {n:03}" for n in range(50, 70)]


@pytest.mark.parametrize("rows", [1, 3])
def test_page_of_a_city_costs_the_same(rows, programme, city, network, add, sign_in, django_assert_num_queries):
    for number in range(rows):
        milestone = add(f"Milestone {number}", day(number))
        Promise.objects.create(milestone=milestone, due_on=day(number), reason="Late.", by=network)
        Nudge.objects.create(programme=programme, city=city, text="Please.", by=network, on=day(-number))
    browser = sign_in(network)
    with django_assert_num_queries(CITY_QUERIES):
        page = browser.get(reverse("board_city", args=[programme.slug, city.slug]))
    assert len(page.context["nudges"]) == rows
