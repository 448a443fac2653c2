"""Pilot actions: the list and its sums, proposing, planning, moving on, what is over, two people at once."""

import io
from datetime import date
from decimal import Decimal

import pytest
import time_machine
from django.db import IntegrityError, transaction
from django.urls import reverse
from openpyxl import load_workbook

from cities.enums import Role
from epi.errors import CannotBeDone, Conflict, NotAllowed
from epi.models import Event
from strategy.models import Measure, Member, PilotAction, Reading, Responsibility
from strategy.plan import pilot_queries, pilot_rules
from strategy.plan.actions import pilots
from strategy.plan.enums import ActionState, Area, Duty
from strategy.plan.workflow import PILOT_ACTION
from tests.factories import (
    make_action,
    make_city,
    make_milestone,
    make_objective,
    make_stakeholder,
    make_strategy,
    make_user,
)
from tests.icc_index.pages import tree
from tests.strategy.plan.conftest import address, close, leave

LIST = "/strategy/testville/actions/"
PLANNED = {
    "title": "Open the courtyards",
    "description": "Three of them.",
    "target_group": "Families",
    "starts_on": "2021-07-01",
    "ends_on": "2022-06-30",
    "budget": "12 000",
    "budget_source": "The city",
    "outputs": "",
    "after_owner": "Housing office",
    "after_budget": "3.500,50",
    "after_source": "",
    "version": 0,
}


def posted(action, **changes):
    return {**PLANNED, "objective": action.objective_id, **changes}


def facts(action, **changes):
    given = {name: getattr(action, name) for name in PLANNED if name != "version"}
    return {**given, "objective": action.objective, "designers": [], **changes}


# The list ------------------------------------------------------------------------------------------------------------
@pytest.mark.parametrize("rows", [1, 3])
def test_list_costs_the_same(rows, objective, members, coordinator, sign_in, django_assert_num_queries):
    for number in range(rows):
        action = make_action(objective, f"Action {number}", budget=100)
        Responsibility.objects.create(action=action, member=members[number], duty=Duty.ACCOUNTABLE)
        action.measures.create(name="People")
    browser = sign_in(coordinator)
    browser.get(LIST)
    with django_assert_num_queries(7):
        page = browser.get(LIST)
    assert len(page.context["rows"]) == rows


def test_list_is_narrowed_by_area_and_state(strategy, objective, coordinator, sign_in):
    governance = make_objective(strategy, "One desk", area=Area.GOVERNANCE)
    courtyards, desk = make_action(objective), make_action(governance, "A desk", state=ActionState.AGREED)

    def shown(query):
        return [row.action for row in sign_in(coordinator).get(f"{LIST}?{query}").context["rows"]]

    assert shown("") == [courtyards, desk]
    assert shown("area=governance") == [desk]
    assert shown("state=proposed") == [courtyards]
    assert shown("area=governance&state=proposed") == []
    assert shown("area=nowhere") == [courtyards, desk]


def test_sums_leave_stopped_actions_out_and_count_those_without_a_budget(objective, strategy):
    make_action(objective, budget=Decimal("100.50"), after_budget=Decimal(10))
    make_action(objective, "Free", budget=Decimal(0))
    make_action(objective, "Unknown")
    make_action(objective, "Given up", budget=Decimal(999), state=ActionState.STOPPED, learnt="Nobody came.")
    sums = pilot_queries.summed(pilot_queries.actions_of(strategy))
    assert (sums.number, sums.budget, sums.without_budget, sums.after_budget) == (3, Decimal("100.50"), 1, 10)


def test_list_says_what_each_action_lacks(owned, coordinator, strategy):
    (row,) = pilot_queries.actions_of(strategy)
    assert row.missing == ["budget", "co-design", "measure with a baseline", "who carries it on"]
    PilotAction.objects.update(state=ActionState.RUNNING, budget=1, after_owner="Housing office")
    owned.codesigns.create(held_on=date(2021, 4, 1), form="workshop", outcome="Later.", by=coordinator)
    measure = Measure.objects.create(action=owned, name="People", baseline=1, baseline_on=date(2021, 4, 1))
    (row,) = pilot_queries.actions_of(strategy)
    assert row.missing == ["reading"]
    Reading.objects.create(measure=measure, read_on=date(2021, 9, 1), value=2, by=coordinator)
    leave(Member.objects.get(name="Anna Muster"))
    (row,) = pilot_queries.actions_of(strategy)
    assert (row.missing, row.owner.name) == (["owner"], "Anna Muster")


def test_list_is_a_spreadsheet_too(owned, coordinator, sign_in):
    PilotAction.objects.update(budget=Decimal("1200.50"), title="=cmd()")
    answer = sign_in(coordinator).get(f"{LIST}export/")
    head, row = load_workbook(io.BytesIO(answer.content)).active.iter_rows(values_only=True)
    told = dict(zip(head, row, strict=True))
    assert (told["Pilot action"], told["Owner"], told["First day"]) == ("'=cmd()", "Anna Muster", "2021-07-01")
    assert told["Budget, in euros"] == 1200.5
    assert "budget" not in told["Missing"]


def test_city_without_a_strategy_is_sent_there(city, coordinator, sign_in):
    for name in ("actions", "responsibilities"):
        page = sign_in(coordinator).get(reverse(name, args=["testville"])).content.decode()
        assert "A pilot action serves an objective of the strategy." in page
    assert sign_in(coordinator).get(f"{LIST}export/").status_code == 404


def test_list_without_objectives_leads_to_the_strategy_and_then_to_the_first_action(strategy, coordinator, sign_in):
    browser = sign_in(coordinator)
    assert "Set the first objective" in browser.get(LIST).content.decode()
    make_objective(strategy)
    assert f'href="{LIST}add/"' in browser.get(LIST).content.decode()


def test_action_of_another_city_is_not_there(objective, coordinator, sign_in):
    other = make_city("elsewhere")
    theirs = make_action(make_objective(make_strategy(other, make_user("their", Role.COORDINATOR, other))))
    assert sign_in(coordinator).get(theirs.get_absolute_url()).status_code == 404
    assert sign_in(coordinator).get(f"{LIST}{theirs.pk}/").status_code == 404


# Proposing and planning ----------------------------------------------------------------------------------------------
def test_action_begins_from_its_objective_with_a_title_alone(strategy, objective, coordinator, sign_in):
    second = make_objective(strategy, "One desk", position=1)
    browser = sign_in(coordinator)
    link = f"{LIST}add/?objective={second.pk}"
    assert link in browser.get(second.get_absolute_url()).content.decode()
    form = browser.get(link).context["form"]
    assert form["objective"].value() == str(second.pk)
    made = browser.post(link, {"objective": second.pk, "title": "A desk", "description": ""})
    action = PilotAction.objects.get()
    assert (made.url, action.objective, action.title) == (action.get_absolute_url(), second, "A desk")
    assert (action.state, action.created_by) == (ActionState.PROPOSED, coordinator)
    assert "Nobody is accountable for it yet." in browser.get(made.url).content.decode()


def test_action_without_an_objective_to_serve_is_not_proposed(strategy, coordinator, sign_in):
    answer = sign_in(coordinator).get(f"{LIST}add/", follow=True)
    assert answer.redirect_chain == [("/strategy/testville/", 302)]
    assert "Set an objective first" in answer.content.decode()


def test_plan_is_saved_with_money_as_people_write_it(action, stakeholder, coordinator, sign_in):
    answer = sign_in(coordinator).post(address("action_edit", action), posted(action, designers=[stakeholder.pk]))
    action.refresh_from_db()
    assert answer.url == action.get_absolute_url()
    assert (action.budget, action.after_budget, action.version) == (12000, Decimal("3500.50"), 1)
    assert (action.starts_on, action.ends_on) == (date(2021, 7, 1), date(2022, 6, 30))
    assert list(action.designers.all()) == [stakeholder]


@pytest.mark.parametrize(
    ("field", "typed", "sentence"),
    [
        ("budget", "12.000 EUR", "Write the amount in digits, as in 12000 or 12000.50."),
        ("budget", "about ten", "Write the amount in digits, as in 12000 or 12000.50."),
        ("budget", "-5", "Ensure this value is greater than or equal to 0."),
        ("starts_on", "first of July", "Write the day like this: 2021-06-30."),
        ("ends_on", "2021-06-30", "The last day is before the first."),
        ("ends_on", "9999-12-31", "Check the year."),
        ("title", "", "This field is required."),
        ("designers", ["999999"], "One of these organisations is no longer in the city's register. Choose anew."),
    ],
)
def test_fault_is_said_at_its_field_and_nothing_is_saved(field, typed, sentence, action, coordinator, sign_in):
    answer = sign_in(coordinator).post(address("action_edit", action), posted(action, **{field: typed}))
    assert (answer.status_code, answer.context["form"].errors) == (422, {field: [sentence]})
    assert "Housing office" in answer.content.decode()
    action.refresh_from_db()
    assert (action.version, action.after_owner) == (0, "")


def test_action_and_database_refuse_an_end_before_the_start(action, coordinator):
    wrong = {"starts_on": date(2021, 7, 2), "ends_on": date(2021, 7, 1)}
    with pytest.raises(CannotBeDone, match="last day is before the first"):
        pilots.change_action(action=action, base_version=0, by=coordinator, **facts(action, **wrong))
    with pytest.raises(CannotBeDone, match="last day is before the first"):
        pilots.add_action(objective=action.objective, title="Another", by=coordinator, **wrong)
    with pytest.raises(IntegrityError), transaction.atomic():
        PilotAction.objects.update(**wrong)


def test_two_people_editing_one_action_see_both_texts(action, coordinator, partner, sign_in):
    pilots.change_action(action=action, base_version=0, by=partner, **facts(action, target_group="Neighbours"))
    browser = sign_in(coordinator)
    answer = browser.post(address("action_edit", action), posted(action))
    assert answer.status_code == 409
    assert ("Target group", "Neighbours", "Families") in answer.context["form"].differences
    assert ("Budget, in euros", "–", "12,000") in answer.context["form"].differences
    action.refresh_from_db()
    assert action.target_group == "Neighbours"
    again = posted(action, version=answer.context["form"]["version"].value())
    assert browser.post(address("action_edit", action), again).status_code == 302
    action.refresh_from_db()
    assert (action.target_group, action.version) == ("Families", 2)


def test_organisation_of_another_city_is_no_co_designer(action, coordinator):
    stranger = make_stakeholder(make_city("elsewhere"), coordinator)
    with pytest.raises(CannotBeDone, match="no longer in the city's register"):
        pilots.change_action(action=action, base_version=0, by=coordinator, **facts(action, designers=[stranger]))
    assert not action.designers.exists()


def test_action_does_not_move_to_another_strategy(action, coordinator):
    close(action.strategy)
    other = make_objective(make_strategy(action.strategy.city, coordinator, "The next one"))
    with pytest.raises(NotAllowed, match="closed"):
        pilots.change_action(action=action, base_version=0, by=coordinator, **facts(action, objective=other))


def test_agreed_action_keeps_its_days(at_state, coordinator):
    action = at_state(ActionState.AGREED)
    with pytest.raises(CannotBeDone, match="keeps a first and a last day"):
        pilots.change_action(action=action, base_version=0, by=coordinator, **facts(action, ends_on=None))


@pytest.mark.parametrize("name", ["action_edit", "action_duties", "action_learnt", "codesign_add", "measure_add"])
def test_form_goes_to_the_page_on_which_it_stands(name, action, coordinator, sign_in):
    page = tree(sign_in(coordinator).get(address(name, action)))
    (form,) = page.xpath("//form[@class='form-column']")
    assert "action" not in form.attrib


# Moving on -----------------------------------------------------------------------------------------------------------
def go(browser, action, target, **form):
    return browser.post(address("action_move", action, state=target), {"version": action.version, **form})


def test_action_goes_from_proposal_to_completion(owned, coordinator, sign_in):
    browser = sign_in(coordinator)
    for target in (ActionState.AGREED, ActionState.RUNNING):
        assert go(browser, owned, target).status_code == 302
        owned.refresh_from_db()
        assert owned.state == target
    told = {"outputs": "Three courtyards.", "learnt": "Benches matter."}
    assert go(browser, owned, ActionState.COMPLETED, **told).status_code == 302
    owned.refresh_from_db()
    assert (owned.state, owned.outputs, owned.learnt) == ("completed", "Three courtyards.", "Benches matter.")
    history = browser.get(owned.get_absolute_url()).context["history"]
    assert [(step.source, step.target) for step in history] == [
        ("Running", "Completed"),
        ("Agreed", "Running"),
        ("Proposed", "Agreed"),
    ]
    assert {step.event.by for step in history} == {coordinator}


@pytest.mark.parametrize("source", ActionState)
@pytest.mark.parametrize("target", ActionState)
def test_action_moves_as_the_table_says_and_not_otherwise(source, target, at_state, coordinator):
    action = at_state(source)
    move = PILOT_ACTION.move(source, target)
    given = {"outputs": "Some.", "learnt": "Much."} if target.is_over else {"reason": "It rained."}
    act = {"action": action, "target": target, "base_version": action.version, "by": coordinator, **given}
    if move is None:
        with pytest.raises(NotAllowed, match="From there it does not go to"):
            pilots.move(**act)
        return
    pilots.move(**act)
    action.refresh_from_db()
    assert (action.state, Event.objects.about(action)[0].kind) == (target, move.event)


def test_action_without_owner_and_days_is_not_agreed_and_says_what_is_missing(action, coordinator, sign_in):
    browser = sign_in(coordinator)
    answer = go(browser, action, ActionState.AGREED)
    sentence = "Nobody is accountable for it yet. Its first and last day are not set."
    assert (answer.status_code, answer.context["form"].non_field_errors()) == (422, [sentence])
    assert sentence in browser.get(action.get_absolute_url()).content.decode()
    action.refresh_from_db()
    assert (action.state, action.version) == (ActionState.PROPOSED, 0)


def test_owner_who_left_meanwhile_is_named(owned, members, coordinator, sign_in):
    leave(members[0])
    answer = go(sign_in(coordinator), owned, ActionState.AGREED)
    assert answer.context["form"].non_field_errors() == ["Anna Muster is no longer a member of the coordinating body."]


def test_action_begins_on_its_first_day_of_the_citys_calendar(at_state, coordinator):
    """In Warsaw the first of July begins at ten in the evening of the thirtieth of June in London."""
    action = at_state(ActionState.AGREED)
    act = {"action": action, "target": ActionState.RUNNING, "base_version": 0, "by": coordinator}
    with (
        time_machine.travel("2021-06-30 21:59+00:00", tick=False),
        pytest.raises(CannotBeDone, match="It starts on 1 July 2021"),
    ):
        pilots.move(**act)
    with time_machine.travel("2021-06-30 22:00+00:00", tick=False):
        pilots.move(**act)
    action.refresh_from_db()
    assert action.state == ActionState.RUNNING


def test_completion_asks_for_outputs(at_state, coordinator, sign_in):
    action = at_state(ActionState.RUNNING)
    answer = go(sign_in(coordinator), action, ActionState.COMPLETED, outputs="", learnt="Much.")
    assert (answer.status_code, answer.context["form"].errors) == (422, {"outputs": ["This field is required."]})
    with pytest.raises(CannotBeDone, match="Say what came of it"):
        pilots.move(action=action, target=ActionState.COMPLETED, base_version=0, outputs="", by=coordinator)


def test_way_back_says_why_and_so_does_stopping(at_state, coordinator, sign_in):
    action = at_state(ActionState.AGREED)
    browser = sign_in(coordinator)
    assert go(browser, action, ActionState.PROPOSED, reason="").status_code == 422
    assert go(browser, action, ActionState.PROPOSED, reason="The money is gone.").status_code == 302
    assert "The money is gone." in browser.get(action.get_absolute_url()).content.decode()
    action.refresh_from_db()
    assert go(browser, action, ActionState.AGREED).status_code == 302
    action.refresh_from_db()
    assert action.state_reason == ""
    assert go(browser, action, ActionState.STOPPED, learnt="").status_code == 422
    with pytest.raises(CannotBeDone, match="Say why"):
        pilots.move(action=action, target=ActionState.STOPPED, base_version=action.version, by=coordinator)
    assert go(browser, action, ActionState.STOPPED, learnt="Nobody came.").status_code == 302
    event = Event.objects.about(action).get(kind="action.stopped")
    assert (event.comment, event.detail["source"]) == ("", "agreed")  # the words stand on the action


def test_nobody_agrees_to_what_somebody_changed_meanwhile(owned, coordinator, partner, sign_in):
    pilots.change_action(action=owned, base_version=0, by=partner, **facts(owned, target_group="Neighbours"))
    answer = go(sign_in(coordinator), owned, ActionState.AGREED)
    assert answer.status_code == 409
    owned.refresh_from_db()
    assert owned.state == ActionState.PROPOSED
    with pytest.raises(Conflict):
        pilots.move(action=owned, target=ActionState.AGREED, base_version=0, by=coordinator)


def test_unknown_state_is_not_there(action, coordinator, sign_in):
    assert sign_in(coordinator).get(address("action_move", action, state="nowhere")).status_code == 404


# What is over --------------------------------------------------------------------------------------------------------
@pytest.mark.parametrize("state", [ActionState.COMPLETED, ActionState.STOPPED])
def test_action_that_is_over_changes_no_more_but_says_what_was_learnt(state, at_state, coordinator, sign_in):
    action = at_state(state)
    browser = sign_in(coordinator)
    for name in ("action_edit", "action_duties", "codesign_add", "measure_add"):
        refused = browser.get(address(name, action))
        assert refused.status_code == 403
        assert "This action is over." in refused.content.decode()
    answer = browser.post(address("action_learnt", action), {"learnt": "Start earlier.", "version": 0})
    action.refresh_from_db()
    assert (answer.status_code, action.learnt) == (302, "Start earlier.")
    page = browser.get(action.get_absolute_url()).content.decode()
    assert address("action_learnt", action) in page
    assert address("action_edit", action) not in page


def test_stopped_action_keeps_saying_what_was_learnt(at_state, coordinator, sign_in):
    action = at_state(ActionState.STOPPED)
    answer = sign_in(coordinator).post(address("action_learnt", action), {"learnt": "", "version": 0})
    assert (answer.status_code, answer.context["form"].non_field_errors()) == (
        422,
        ["The action was stopped: say what was learnt from it."],
    )


def test_of_a_closed_strategy_no_action_changes(at_state, coordinator, sign_in):
    action = at_state(ActionState.RUNNING)
    close(action.strategy)
    browser = sign_in(coordinator)
    page = browser.get(action.get_absolute_url())
    assert (page.status_code, page.context["can_change"], page.context["can_follow_up"]) == (200, False, False)
    for name in ("action_edit", "action_learnt", "measure_add"):
        assert browser.get(address(name, action)).status_code == 403
    assert go(browser, action, ActionState.COMPLETED, outputs="Some.").status_code == 403


# Removing ------------------------------------------------------------------------------------------------------------
def test_proposal_on_which_nothing_hangs_is_removed(owned, coordinator, sign_in):
    page = sign_in(coordinator).get(owned.get_absolute_url()).content.decode()
    assert address("action_remove", owned) in page
    assert sign_in(coordinator).post(address("action_remove", owned)).url == LIST
    assert not PilotAction.objects.exists()


def test_action_on_which_something_hangs_stays(action, coordinator, sign_in):
    make_milestone(action.strategy.city, coordinator, process="action", action=action)
    answer = sign_in(coordinator).post(address("action_remove", action), follow=True)
    assert "Stop it instead" in answer.content.decode()
    assert PilotAction.objects.get() == action


def test_agreed_action_is_not_removed(at_state, coordinator):
    with pytest.raises(CannotBeDone, match="Stop it instead"):
        pilots.remove_action(action=at_state(ActionState.AGREED), by=coordinator)


# One action ----------------------------------------------------------------------------------------------------------
@pytest.mark.parametrize("rows", [1, 3])
def test_page_of_one_costs_the_same(rows, owned, members, stakeholder, coordinator, sign_in, django_assert_num_queries):
    for number in range(rows):
        codesign = owned.codesigns.create(held_on=date(2021, 4, 1), form="workshop", outcome="Later.", by=coordinator)
        codesign.stakeholders.add(stakeholder)
        day = date(2021, 4, 1)
        measure = owned.measures.create(name=f"People {number}", baseline=1, baseline_on=day)
        for month in range(rows):
            measure.readings.create(read_on=date(2021, 5 + month, 1), value=month, by=coordinator)
        if number:
            Responsibility.objects.create(action=owned, member=members[number - 1], duty=Duty.RESPONSIBLE)
    browser = sign_in(coordinator)
    browser.get(owned.get_absolute_url())
    with django_assert_num_queries(15):
        page = browser.get(owned.get_absolute_url())
    assert (len(page.context["codesigns"]), len(page.context["measures"])) == (rows, rows)


def panel(action):
    from strategy.plan.panels import Panel

    return Panel("Weather", "strategy/plan/_days.html", {"action": action})


def test_other_parts_show_panels_on_the_page_of_an_action(owned, coordinator, sign_in, settings):
    settings.EPI_ACTION_PANELS = [f"{__name__}.panel"]
    page = sign_in(coordinator).get(owned.get_absolute_url())
    (shown,) = page.context["panels"]
    assert (shown.title, "1 July 2021" in shown.body) == ("Weather", True)
    assert "<h2>Weather</h2>" in page.content.decode()


def test_made_up_actions_are_marked(owned, strategy, coordinator, sign_in):
    strategy.is_sample = True
    strategy.save()
    for url in (LIST, owned.get_absolute_url(), "/strategy/testville/responsibilities/"):
        assert "Sample data" in sign_in(coordinator).get(url).content.decode()


@pytest.mark.parametrize("role", ["lead", "contributor", "viewer"])
def test_reader_sees_the_action_and_no_button(role, owned, request, sign_in):
    page = sign_in(request.getfixturevalue(role)).get(owned.get_absolute_url()).content.decode()
    assert "The city's coordinator and its technical partner carry this action on." in page
    assert "<button" not in page.split("<main")[1]


def test_only_those_who_run_the_strategy_move_an_action(owned, lead):
    with pytest.raises(NotAllowed, match="coordinator and its technical partner"):
        pilots.move(action=owned, target=ActionState.AGREED, base_version=0, by=lead)
    assert not pilot_rules.can_change(lead, owned)
