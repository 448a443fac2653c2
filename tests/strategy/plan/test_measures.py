"""Outcome measures and their readings: figures with their days, charts beside tables, two people at once."""

from datetime import date
from decimal import Decimal

import pytest
from django.db import IntegrityError, transaction

from epi.errors import CannotBeDone, Conflict
from strategy.models import Measure, Reading
from strategy.plan.actions import measures as actions
from strategy.plan.enums import ActionState
from tests.strategy.plan.conftest import address, close, tomorrow

POSTED = {
    "name": "Newcomers who find the desk",
    "unit": "%",
    "subject": "",
    "source": "The desk counts",
    "baseline": "22",
    "baseline_on": "2021-05-31",
    "target": "60",
    "target_on": "2022-06-30",
    "version": 0,
}
FACTS = {
    "unit": "%",
    "subject": "",
    "source": "",
    "baseline": Decimal(22),
    "baseline_on": date(2021, 5, 31),
    "target": Decimal(60),
    "target_on": date(2022, 6, 30),
}
READ = {
    "read_on": "2021-11-30",
    "value": "39,5",
    "note": "After the summer.",
    "url": "https://example.org",
    "version": 0,
}
SAID = {"read_on": date(2021, 11, 30), "value": Decimal("39.50"), "note": "After the summer.", "url": ""}


@pytest.fixture
def measure(action, coordinator) -> Measure:
    return actions.add_measure(action=action, name="Newcomers who find the desk", by=coordinator, **FACTS)


def of(measure, name, **more):
    return address(name, measure.action, measure_pk=measure.pk, **more)


def read(measure, by, **changes) -> Reading:
    return actions.add_reading(measure=measure, by=by, **SAID | changes)


# Measures ------------------------------------------------------------------------------------------------------------
def test_measure_is_added_with_baseline_and_target(action, coordinator, sign_in):
    answer = sign_in(coordinator).post(address("measure_add", action), POSTED)
    made = Measure.objects.get()
    assert answer.url == f"{action.get_absolute_url()}#measures"
    assert (made.baseline, made.baseline_on, made.target, made.unit) == (22, date(2021, 5, 31), 60, "%")


def test_measure_can_begin_as_a_name_alone(action, coordinator, sign_in):
    posted = dict.fromkeys(POSTED, "") | {"name": "Trust", "version": 0}
    assert sign_in(coordinator).post(address("measure_add", action), posted).status_code == 302
    assert Measure.objects.get().baseline is None
    page = sign_in(coordinator).get(action.get_absolute_url()).content.decode()
    assert "No baseline yet" in page


def test_measure_bears_on_an_indicator_of_the_edition(action, strategy, assessment, coordinator, sign_in):
    strategy.assessment = assessment
    strategy.save()
    browser = sign_in(coordinator)
    browser.post(address("measure_add", action), POSTED | {"subject": "welcoming_newcomers"})
    assert Measure.objects.get().subject == "welcoming_newcomers"
    assert "Bears on: Welcoming newcomers" in browser.get(action.get_absolute_url()).content.decode()


def test_indicator_of_an_earlier_edition_is_kept(measure, coordinator, sign_in):
    Measure.objects.update(subject="of-long-ago")
    form = sign_in(coordinator).get(of(measure, "measure_edit")).context["form"]
    assert ("of-long-ago", "of-long-ago") in form.fields["subject"].choices
    posted = POSTED | {"subject": "of-long-ago"}
    assert sign_in(coordinator).post(of(measure, "measure_edit"), posted).status_code == 302


@pytest.mark.parametrize(
    ("changes", "field", "sentence"),
    [
        ({"baseline": "many"}, "baseline", "Write the figure in digits, as in 1200 or 37.5."),
        ({"baseline": "1.234"}, "baseline", "Write the figure in digits, as in 1200 or 37.5."),
        ({"baseline_on": ""}, "baseline_on", "Say of which day this figure is."),
        ({"target": ""}, "target", "Say the figure of that day, or leave the day out."),
        ({"target_on": "2021-05-30"}, "target_on", "The day of the target is before that of the baseline."),
        ({"target_on": "soon"}, "target_on", "Write the day like this: 2021-06-30."),
        ({"name": ""}, "name", "This field is required."),
    ],
)
def test_fault_is_said_at_its_field(changes, field, sentence, action, coordinator, sign_in):
    answer = sign_in(coordinator).post(address("measure_add", action), POSTED | changes)
    assert (answer.status_code, answer.context["form"].errors) == (422, {field: [sentence]})
    assert not Measure.objects.exists()


@pytest.mark.parametrize("missing", ["baseline", "baseline_on", "target", "target_on"])
def test_action_and_database_refuse_half_a_figure(missing, measure, coordinator):
    with pytest.raises(CannotBeDone, match="together"):
        actions.change_measure(
            measure=measure, base_version=0, name="People", by=coordinator, **FACTS | {missing: None}
        )
    with pytest.raises(IntegrityError), transaction.atomic():
        Measure.objects.update(**{missing: None})


def test_two_people_editing_one_measure_see_both_texts(measure, coordinator, partner, sign_in):
    actions.change_measure(
        measure=measure, base_version=0, name=measure.name, by=partner, **FACTS | {"target": Decimal("62.50")}
    )
    browser = sign_in(coordinator)
    answer = browser.post(of(measure, "measure_edit"), POSTED | {"source": ""})
    assert answer.status_code == 409
    assert answer.context["form"].differences == [("Target", "62.5", "60")]
    assert browser.post(of(measure, "measure_edit"), POSTED | {"version": 1}).status_code == 302
    measure.refresh_from_db()
    assert (measure.target, measure.version) == (60, 2)


def test_measure_with_readings_is_not_removed(measure, coordinator, sign_in):
    reading = read(measure, coordinator)
    browser = sign_in(coordinator)
    answer = browser.post(of(measure, "measure_remove"), follow=True)
    assert "Remove these first, if they are wrong." in answer.content.decode()
    browser.post(of(measure, "reading_remove", reading_pk=reading.pk))
    browser.post(of(measure, "measure_remove"))
    assert not Measure.objects.exists()


# Readings ------------------------------------------------------------------------------------------------------------
def test_reading_is_added_and_moves_the_measure_on(measure, coordinator, sign_in):
    browser = sign_in(coordinator)
    answer = browser.post(of(measure, "reading_add"), READ)
    made = Reading.objects.get()
    assert answer.url == f"{measure.action.get_absolute_url()}#measure-{measure.pk}"
    assert (made.value, made.read_on, made.by) == (Decimal("39.50"), date(2021, 11, 30), coordinator)
    page = browser.get(measure.action.get_absolute_url())
    (one,) = page.context["measures"]
    assert (one.row.progress, 'class="chart chart-time"' in one.chart) == (46, True)
    assert "46% of the way from baseline to target" in page.content.decode()


def test_chart_and_table_say_the_same(measure, coordinator, sign_in):
    read(measure, coordinator)
    page = sign_in(coordinator).get(measure.action.get_absolute_url())
    chart = page.context["measures"][0].chart
    text = page.content.decode()
    assert [figure in chart for figure in (">22<", ">39.5<", ">60<")] == [True] * 3
    assert [f'<td class="num">{figure}</td>' in text for figure in ("22", "39.5", "60")] == [True] * 3
    assert "Baseline of 31 May 2021: 22. Last reading, of 30 November 2021: 39.5. Target for 30 June 2022: 60." in chart


def test_single_figure_is_not_drawn(action, coordinator, sign_in):
    only = {"baseline": Decimal(1), "baseline_on": date(2021, 5, 31), "target": None, "target_on": None}
    actions.add_measure(action=action, name="People", by=coordinator, **FACTS | only)
    (one,) = sign_in(coordinator).get(action.get_absolute_url()).context["measures"]
    assert one.chart == ""


@pytest.mark.parametrize(
    ("last", "sentence"),
    [(10, "(less is better)"), (0, "The target is reached."), (50, "It goes the wrong way.")],
)
def test_falling_target_is_told_in_words(last, sentence, action, coordinator, sign_in):
    falling = FACTS | {"baseline": Decimal(40), "target": Decimal(0)}
    measure = actions.add_measure(action=action, name="Quarrels", by=coordinator, **falling)
    read(measure, coordinator, value=Decimal(last))
    assert sentence in sign_in(coordinator).get(action.get_absolute_url()).content.decode()


@pytest.mark.parametrize(
    ("changes", "field", "sentence"),
    [
        ({"value": "some"}, "value", "Write the figure in digits, as in 1200 or 37.5."),
        ({"value": ""}, "value", "This field is required."),
        ({"read_on": "in autumn"}, "read_on", "Write the day like this: 2021-06-30."),
        ({"url": "not an address"}, "url", "Enter a valid URL."),
    ],
)
def test_fault_of_a_reading_is_said_at_its_field(changes, field, sentence, measure, coordinator, sign_in):
    answer = sign_in(coordinator).post(of(measure, "reading_add"), READ | changes)
    assert (answer.status_code, answer.context["form"].errors) == (422, {field: [sentence]})
    assert not Reading.objects.exists()


def test_day_to_come_has_no_reading(measure, coordinator, sign_in):
    answer = sign_in(coordinator).post(of(measure, "reading_add"), READ | {"read_on": tomorrow().isoformat()})
    assert answer.context["form"].errors == {"read_on": ["This day has not come yet."]}
    with pytest.raises(CannotBeDone, match="not come yet"):
        read(measure, coordinator, read_on=tomorrow())


def test_day_has_one_reading(measure, coordinator, sign_in):
    first, second = read(measure, coordinator), read(measure, coordinator, read_on=date(2021, 12, 1))
    answer = sign_in(coordinator).post(of(measure, "reading_add"), READ)
    assert answer.context["form"].non_field_errors() == [
        "There is a reading of 30 November 2021 already. Change that one, or choose another day."
    ]
    with pytest.raises(CannotBeDone, match="already"):
        actions.change_reading(reading=second, base_version=0, by=coordinator, **SAID)
    actions.change_reading(reading=first, base_version=0, by=coordinator, **SAID | {"note": ""})
    with pytest.raises(IntegrityError), transaction.atomic():
        Reading.objects.update(read_on=date(2021, 12, 1))


def test_two_people_editing_one_reading_see_both_texts(measure, coordinator, partner, sign_in):
    reading = read(measure, coordinator)
    actions.change_reading(reading=reading, base_version=0, by=partner, **SAID | {"value": Decimal(41)})
    browser, here = sign_in(coordinator), of(measure, "reading_edit", reading_pk=reading.pk)
    answer = browser.post(here, READ | {"url": ""})
    assert answer.status_code == 409
    assert answer.context["form"].differences == [("Value", "41", "39.5")]
    reading.refresh_from_db()
    assert (reading.value, reading.by) == (41, partner)
    assert browser.post(here, READ | {"version": 1}).status_code == 302
    with pytest.raises(Conflict):
        actions.change_reading(reading=reading, base_version=1, by=partner, **SAID)


def test_reading_that_somebody_removed_is_told(measure, coordinator):
    reading = read(measure, coordinator)
    actions.remove_reading(reading=reading, by=coordinator)
    with pytest.raises(CannotBeDone, match="Somebody removed this"):
        actions.change_reading(reading=reading, base_version=0, by=coordinator, **SAID)


@pytest.mark.parametrize("state", [ActionState.COMPLETED, ActionState.STOPPED])
def test_readings_go_on_when_the_action_is_over(state, at_state, coordinator, sign_in):
    action = at_state(ActionState.RUNNING)
    measure = actions.add_measure(action=action, name="People", by=coordinator, **FACTS)
    at_state(state)
    browser = sign_in(coordinator)
    assert browser.post(of(measure, "reading_add"), READ).status_code == 302
    assert browser.post(of(measure, "measure_edit"), POSTED).status_code == 403
    close(action.strategy)
    assert browser.post(of(measure, "reading_add"), READ).status_code == 403
