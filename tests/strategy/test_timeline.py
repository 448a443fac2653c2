"""A city's timeline: what stands on it, for whom, and that the table says what the chart says."""

from datetime import date

import pytest
import time_machine
from django.urls import reverse

from strategy.events.enums import EventKind
from strategy.milestones import chart, queries
from strategy.milestones.enums import MilestoneState, Process
from strategy.models import Dependency, Milestone, Promise
from tests.factories import make_action, make_event, make_milestone, make_objective, make_pact, make_strategy
from tests.icc_index.pages import text, texts

TITLES = "table[contains(@class, 'milestones')]//tbody//th[@scope='row']"


@pytest.fixture(autouse=True)
def _today():
    with time_machine.travel("2021-07-20 10:00+00:00", tick=False):
        yield


@pytest.fixture
def timeline(city, programme, coordinator, network) -> dict[str, Milestone]:
    """A launch event, an action with a milestone, a pact with dates, and milestones of the body, one moved."""
    make_event(
        programme,
        network,
        "Launch",
        kind=EventKind.LAUNCH,
        city=city,
        starts_on=date(2021, 8, 20),
        ends_on=date(2021, 8, 20),
    )
    objective = make_objective(make_strategy(city, coordinator))
    action = make_action(objective, starts_on=date(2021, 9, 1), ends_on=date(2022, 2, 1))
    make_action(objective, "Without dates")
    make_pact(city, coordinator, consult_until=date(2021, 12, 1), adopted_on=date(2022, 1, 10))
    late = make_milestone(city, coordinator, "Late", starts_on=date(2021, 6, 1), programme=programme)
    then = make_milestone(city, coordinator, "Then", due_on=date(2021, 9, 1))
    Dependency.objects.create(milestone=then, needs=late)
    Promise.objects.create(milestone=then, due_on=date(2021, 10, 1), reason="Holidays.", by=coordinator)
    Milestone.objects.filter(pk=then.pk).update(due_on=date(2021, 10, 1))
    of_action = make_milestone(
        city, coordinator, "Of action", process=Process.ACTION, action=action, due_on=date(2021, 11, 1)
    )
    return {"late": late, "then": then, "of_action": of_action}


def lines(city, user) -> dict[str, list[tuple]]:
    rows = queries.judged(Milestone.objects.visible_to(user).filter(city=city))
    return {
        name: [(line.span.label, line.span.kind, line.span.due) for line in members]
        for name, members in chart.lines(city, rows, user)
    }


def test_timeline_has_milestones_launch_actions_and_pact_by_process(timeline, city, viewer):
    assert lines(city, viewer) == {
        "Coordinating body": [("Late", "late", date(2021, 6, 30)), ("Then", "wait", date(2021, 10, 1))],
        "Launch event": [("Launch", "plain", date(2021, 8, 20))],
        "City Integration Pact": [
            ("Comments on the pact until", "plain", date(2021, 12, 1)),
            ("Pact adopted on", "plain", date(2022, 1, 10)),
        ],
        "Pilot action": [("Open the courtyards", "plain", date(2022, 2, 1)), ("Of action", "part", date(2021, 11, 1))],
    }


def test_network_sees_no_drafts_on_it(timeline, city, network):
    assert lines(city, network) == {
        "Coordinating body": [("Late", "late", date(2021, 6, 30))],
        "Launch event": [("Launch", "plain", date(2021, 8, 20))],
    }


def test_table_says_what_the_chart_says(timeline, city, viewer, sign_in):
    page = sign_in(viewer).get(reverse("timeline", args=[city.slug]))
    assert texts(page, TITLES) == [
        "Late",
        "Then",
        "Launch",
        "Comments on the pact until",
        "Pact adopted on",
        "Open the courtyards",
        "Of action",
    ]
    table = text(page, "table")
    for said in ("20 days overdue", "At risk", "30 days later than promised first. Moved once.", "1 September 2021"):
        assert said in table
    drawn = page.content.decode()
    assert drawn.count('class="gantt-after"') == 1
    assert drawn.count('class="gantt-slip"') == 2  # one is the legend's
    assert "Today, 20 July 2021" in drawn


def test_reached_milestone_stands_on_the_day_it_was_reached(timeline, city, viewer):
    reached = {"state": MilestoneState.REACHED, "proof": "Minutes.", "reached_on": date(2021, 7, 12)}
    Milestone.objects.filter(pk=timeline["late"].pk).update(**reached)
    assert lines(city, viewer)["Coordinating body"][0] == ("Late", "done", date(2021, 7, 12))


def test_milestone_reached_before_its_start_is_drawn(timeline, city, viewer, sign_in):
    reached = {"state": MilestoneState.REACHED, "proof": "Minutes.", "reached_on": date(2021, 5, 1)}
    Milestone.objects.filter(pk=timeline["late"].pk).update(**reached)
    assert sign_in(viewer).get(reverse("timeline", args=[city.slug])).status_code == 200


def test_title_with_markup_stays_a_title(timeline, city, viewer, sign_in):
    Milestone.objects.filter(pk=timeline["late"].pk).update(title="<script>alert(1)</script>")
    page = sign_in(viewer).get(reverse("timeline", args=[city.slug])).content.decode()
    assert "<script>alert" not in page
    assert page.count("&lt;script&gt;alert(1)") >= 2


def test_empty_timeline_leads_to_the_milestones(city, viewer, sign_in):
    page = sign_in(viewer).get(reverse("timeline", args=[city.slug]))
    assert "Nothing has a date yet" in page.content.decode()
