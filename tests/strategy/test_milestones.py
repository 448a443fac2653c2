"""A city's milestones: written down, promised, moved, reached with a proof; who may do what, and what pages say."""

import io
from datetime import date, timedelta

import pytest
import time_machine
from django.db import IntegrityError, transaction
from django.urls import reverse
from openpyxl import load_workbook

from cities.enums import Role
from cities.models import City, Programme
from epi.errors import CannotBeDone, Conflict, NotAllowed
from epi.models import Event
from strategy.milestones import desk, panel, queries, rules
from strategy.milestones.actions import milestones as actions
from strategy.milestones.actions import moving
from strategy.milestones.circles import circle_through
from strategy.milestones.enums import Light, MilestoneState, Process, Reason
from strategy.milestones.status import Sum
from strategy.milestones.workflow import MILESTONE
from strategy.models import Article, Commitment, Dependency, Member, Milestone, MilestoneMove, Promise
from tests.factories import (
    make_action,
    make_body,
    make_city,
    make_member,
    make_milestone,
    make_objective,
    make_pact,
    make_strategy,
    make_user,
)
from tests.icc_index.pages import texts

TODAY = date(2021, 6, 20)
FACTS = {"process": Process.BODY, "title": "Members named", "due_on": date(2021, 7, 31)}
POSTED = {"title": "Members named", "place": "body", "due_on": "2021-07-31", "version": 0}
ROWS = "table[contains(@class, 'milestones')]//tbody//th"  # the titles in the tables of a page
EDITED = {
    "title": "Mandate given",
    "description": "",
    "process": Process.BODY,
    "action": None,
    "programme": None,
    "starts_on": None,
    "owner": None,
    "needs": [],
}


@pytest.fixture(autouse=True)
def _today():
    with time_machine.travel("2021-06-20 10:00+00:00", tick=False):
        yield


@pytest.fixture
def milestone(city, coordinator) -> Milestone:
    """Planned for 30 June 2021, in ten days."""
    return make_milestone(city, coordinator)


@pytest.fixture
def member(city, coordinator) -> Member:
    return make_member(make_body(city, coordinator))


@pytest.fixture
def owner(milestone, member, viewer):
    """The account of the milestone's owner, who only reads otherwise."""
    member.account = viewer
    member.save()
    milestone.owner = member
    milestone.save()
    return viewer


def address(name: str, milestone: Milestone) -> str:
    return reverse(name, args=[milestone.city.slug, milestone.pk])


def promise(milestone: Milestone, day: date, reason: str, by) -> None:
    milestone.refresh_from_db()
    actions.promise_date(milestone=milestone, due_on=day, reason=reason, base_version=milestone.version, by=by)


def reach(milestone: Milestone, by, **facts) -> None:
    milestone.refresh_from_db()
    given = {"reached_on": TODAY, "proof": "Minutes of June.", "proof_url": "", **facts}
    moving.reach(milestone=milestone, base_version=milestone.version, by=by, **given)


def judge(milestone: Milestone) -> queries.Judged:
    return queries.judged(Milestone.objects.filter(pk=milestone.pk))[0]


# Writing down ---------------------------------------------------------------------------------------------------------
def test_coordinator_adds_a_milestone_with_its_first_promised_date(city, coordinator, sign_in):
    posted = sign_in(coordinator).post(reverse("milestone_add", args=[city.slug]), POSTED)
    milestone = Milestone.objects.get()
    assert posted.url == reverse("milestones", args=[city.slug])
    assert {name: getattr(milestone, name) for name in FACTS} == FACTS
    assert list(milestone.promises.values_list("due_on", "reason", "by")) == [(FACTS["due_on"], "", coordinator.pk)]


def test_milestone_of_an_action_names_it(city, coordinator, sign_in):
    action = make_action(make_objective(make_strategy(city, coordinator)))
    here = reverse("milestone_add", args=[city.slug])
    sign_in(coordinator).post(here, POSTED | {"place": f"action-{action.pk}"})
    assert Milestone.objects.values_list("process", "action").get() == ("action", action.pk)
    with pytest.raises(CannotBeDone, match="names the action"):
        actions.add_milestone(city=city, by=coordinator, **FACTS | {"process": Process.ACTION})


def test_action_of_another_city_is_refused(city, coordinator):
    elsewhere = make_city("elsewhere")
    action = make_action(make_objective(make_strategy(elsewhere, coordinator)))
    with pytest.raises(CannotBeDone, match="not one of the city's"):
        actions.add_milestone(city=city, by=coordinator, action=action, **FACTS | {"process": Process.ACTION})


@pytest.mark.parametrize(
    ("typed", "field", "sentence"),
    [
        ({"starts_on": "2021-08-01"}, "due_on", "The due date is before the start."),
        ({"due_on": "31.7.21"}, "due_on", "Write the date as year-month-day, for example 2022-03-31."),
        ({"due_on": "0021-07-31"}, "due_on", "Check the year."),
        ({"title": ""}, "title", "This field is required."),
    ],
)
def test_what_cannot_be_stored_comes_back_with_a_sentence(typed, field, sentence, city, coordinator, sign_in):
    posted = sign_in(coordinator).post(
        reverse("milestone_add", args=[city.slug]), POSTED | {"description": "As typed."} | typed
    )
    assert posted.status_code == 422
    assert posted.context["form"].errors == {field: [sentence]}
    assert "As typed." in posted.content.decode()
    assert not Milestone.objects.exists()


def test_action_and_database_refuse_an_end_before_the_start(city, coordinator):
    wrong = FACTS | {"starts_on": date(2021, 8, 1)}
    with pytest.raises(CannotBeDone, match="before the start"):
        actions.add_milestone(city=city, by=coordinator, **wrong)
    with pytest.raises(IntegrityError), transaction.atomic():
        make_milestone(city, coordinator, starts_on=date(2021, 8, 1))


# Owners ---------------------------------------------------------------------------------------------------------------
def test_owner_is_chosen_among_current_members(city, coordinator, member, sign_in):
    make_member(member.body, "Old Hand", left_on=date(2021, 6, 10))
    page = sign_in(coordinator).get(reverse("milestone_add", args=[city.slug]))
    assert [label for _pk, label in page.context["form"].fields["owner"].choices] == [
        "Nobody yet",
        "Maria Muster, Adviser",
    ]


def test_owner_who_left_while_the_form_was_open_is_named(city, coordinator, member, sign_in):
    member.left_on = date(2021, 6, 19)
    member.save()
    posted = sign_in(coordinator).post(reverse("milestone_add", args=[city.slug]), POSTED | {"owner": member.pk})
    sentence = "Maria Muster left the coordinating body on 19 June 2021. Choose somebody who is in it."
    assert posted.context["form"].errors == {"owner": [sentence]}
    with pytest.raises(CannotBeDone, match="left the coordinating body on 19 June 2021"):
        actions.add_milestone(city=city, owner=member, by=coordinator, **FACTS)


def test_owner_of_another_city_is_refused(city, coordinator):
    stranger = make_member(make_body(make_city("elsewhere"), coordinator))
    with pytest.raises(CannotBeDone, match="this city's coordinating body"):
        actions.add_milestone(city=city, owner=stranger, by=coordinator, **FACTS)


def test_owner_brings_on_their_own_milestone_and_no_other_and_moves_no_date(milestone, owner, coordinator, sign_in):
    other = make_milestone(milestone.city, coordinator, "Another")
    browser = sign_in(owner)
    assert browser.post(address("milestone_begin", milestone)).status_code == 302
    assert browser.post(address("milestone_begin", other)).status_code == 403
    assert browser.get(address("milestone_date", milestone)).status_code == 403
    assert browser.get(address("milestone_edit", milestone)).status_code == 403
    proven = {"reached_on": "2021-06-19", "proof": "", "proof_url": "https://example.org/minutes", "version": 1}
    assert browser.post(address("milestone_reach", milestone), proven).status_code == 302
    milestone.refresh_from_db()
    assert (milestone.state, milestone.proof_url) == (MilestoneState.REACHED, "https://example.org/minutes")


def test_owner_who_left_the_body_owns_nothing_any_more(milestone, owner, member):
    assert rules.is_owner(owner, milestone)
    member.left_on = TODAY
    member.save()
    with pytest.raises(NotAllowed, match="Only the milestone's owner"):
        moving.begin(milestone=milestone, by=owner)


def test_owner_without_a_role_in_the_city_sees_their_own_milestone_only(milestone, member, coordinator, sign_in):
    expert = make_user("body-expert")
    other = make_milestone(milestone.city, coordinator, "Another")
    member.account = expert
    member.save()
    Milestone.objects.filter(pk=milestone.pk).update(owner=member)
    assert list(Milestone.objects.visible_to(expert)) == [milestone]
    browser = sign_in(expert)
    assert browser.get(milestone.get_absolute_url()).status_code == 200
    assert browser.get(other.get_absolute_url()).status_code == 404
    listed = texts(browser.get(reverse("milestones", args=["testville"])), ROWS)
    assert listed == ["Mandate given"]


# Promised dates -------------------------------------------------------------------------------------------------------
MOVES = [
    (date(2021, 7, 15), "The hall was taken."),
    (date(2021, 8, 1), "Two members were ill."),
    (date(2021, 8, 11), "The mayor asked for time."),
]


def test_milestone_moved_three_times_shows_all_four_dates_and_why(milestone, coordinator, sign_in):
    for day, reason in MOVES:
        promise(milestone, day, reason, coordinator)
    page = sign_in(coordinator).get(milestone.get_absolute_url())
    assert texts(page, "section[@id='dates']//tbody//th") == [
        "30 June 2021",
        "15 July 2021",
        "1 August 2021",
        "11 August 2021",
    ]
    assert texts(page, "section[@id='dates']//tbody//td[last()]") == [
        "promised first",
        *(reason for _day, reason in MOVES),
    ]
    assert "42 days later than promised first. Moved 3 times." in page.content.decode()
    assert judge(milestone).slipped == 42


def test_date_moves_by_the_form_and_the_first_one_stays(milestone, coordinator, sign_in):
    posted = {"due_on": "2021-08-11", "reason": "The hall was taken.", "version": 0}
    assert sign_in(coordinator).post(address("milestone_date", milestone), posted).url == milestone.get_absolute_url()
    milestone.refresh_from_db()
    assert milestone.due_on == date(2021, 8, 11)
    assert list(milestone.promises.values_list("due_on", flat=True)) == [date(2021, 6, 30), date(2021, 8, 11)]
    assert Event.objects.about(milestone).get().detail == {"before": "2021-06-30", "now": "2021-08-11"}


@pytest.mark.parametrize(
    ("typed", "errors"),
    [
        ({"reason": " "}, {"reason": ["This field is required."]}),
        (
            {"due_on": "2021-06-19"},
            {"due_on": ["A promise is about a day to come. If it is reached already, say so instead."]},
        ),
        ({"due_on": "2021-06-30"}, {"__all__": ["This is the date that is promised already."]}),
        ({"due_on": "soon"}, {"due_on": ["Write the date as year-month-day, for example 2022-03-31."]}),
        (
            {"due_on": "2021-06-22"},
            {"due_on": ["It starts on 25 June 2021 only. Choose a later day, or edit the start first."]},
        ),
    ],
)
def test_promise_that_is_none_comes_back(typed, errors, milestone, coordinator, sign_in):
    Milestone.objects.update(starts_on=date(2021, 6, 25))
    posted = {"due_on": "2021-08-11", "reason": "The hall was taken.", "version": 0} | typed
    response = sign_in(coordinator).post(address("milestone_date", milestone), posted)
    assert (response.status_code, response.context["form"].errors) == (422, errors)
    assert milestone.promises.count() == 1


def test_closed_milestone_promises_nothing(milestone, coordinator):
    reach(milestone, coordinator)
    with pytest.raises(CannotBeDone, match="Open it again first"):
        promise(milestone, date(2021, 8, 1), "More time.", coordinator)


def test_reached_late_stays_late(milestone, coordinator):
    promise(milestone, date(2021, 8, 11), "More time.", coordinator)
    with time_machine.travel("2021-08-15 10:00+00:00"):
        reach(milestone, coordinator, reached_on=date(2021, 8, 12))
        row = judge(milestone)
    assert (row.light, row.slippage) == (Light.REACHED, "43 days later than promised first. Moved once.")


# Two people, one milestone --------------------------------------------------------------------------------------------
def test_two_coordinators_editing_one_milestone_see_both_texts(milestone, coordinator, partner, member, sign_in):
    actions.change_milestone(milestone=milestone, base_version=0, by=partner, **EDITED | {"title": "Theirs"})
    posted = POSTED | {"title": "Mine", "owner": member.pk, "version": 0}
    response = sign_in(coordinator).post(address("milestone_edit", milestone), posted)
    assert response.status_code == 409
    form = response.context["form"]
    assert form.differences == [("Title", "Theirs", "Mine"), ("Owner", "Nobody yet", "Maria Muster")]
    milestone.refresh_from_db()
    assert (milestone.title, milestone.owner) == ("Theirs", None)
    posted["version"] = form["version"].value()
    assert sign_in(coordinator).post(address("milestone_edit", milestone), posted).status_code == 302
    milestone.refresh_from_db()
    assert (milestone.title, milestone.owner, milestone.version) == ("Mine", member, 2)


def test_two_coordinators_moving_one_date_do_not_both_succeed(milestone, coordinator, partner, sign_in):
    promise(milestone, date(2021, 7, 15), "The hall was taken.", partner)
    posted = {"due_on": "2021-08-11", "reason": "Two members were ill.", "version": 0}
    response = sign_in(coordinator).post(address("milestone_date", milestone), posted)
    assert response.status_code == 409
    assert response.context["form"].differences == [("New date", "15 July 2021", "11 August 2021")]
    assert "Two members were ill." in response.content.decode()
    assert milestone.promises.count() == 2


def test_reaching_what_somebody_dropped_meanwhile_writes_nothing(milestone, coordinator, partner):
    moving.drop(milestone=milestone, reason="No money.", base_version=0, by=partner)
    with pytest.raises(CannotBeDone, match="From “Dropped” a milestone does not become “Reached”"):
        moving.reach(
            milestone=milestone, reached_on=TODAY, proof="Minutes.", proof_url="", base_version=0, by=coordinator
        )
    with pytest.raises(Conflict):
        moving.reopen(milestone=milestone, reason="Money came.", base_version=0, by=coordinator)
    assert MilestoneMove.objects.count() == 1


# The workflow ---------------------------------------------------------------------------------------------------------
P, U, R, D = MilestoneState
WAYS = {
    (P, U): ("begin", False),
    (P, R): ("reach", False),
    (U, R): ("reach", False),
    (P, D): ("drop", True),
    (U, D): ("drop", True),
    (R, U): ("reopen", True),
    (D, P): ("reopen", True),
}


def test_table_has_these_moves_and_no_other():
    assert {way: move.needs_comment for way, move in MILESTONE.moves.items()} == {
        way: comment for way, (_name, comment) in WAYS.items()
    }


def _standing(milestone: Milestone, state: MilestoneState) -> Milestone:
    facts = {"state": state}
    if state == R:
        facts |= {"proof": "Minutes.", "reached_on": TODAY}
    if state == D:
        facts |= {"drop_reason": "No money."}
    Milestone.objects.filter(pk=milestone.pk).update(**facts)
    milestone.refresh_from_db()
    return milestone


ACTS = {
    "begin": lambda milestone, by: moving.begin(milestone=milestone, by=by),
    "reach": lambda milestone, by: reach(milestone, by),
    "drop": lambda milestone, by: moving.drop(milestone=milestone, reason="Why.", base_version=0, by=by),
    "reopen": lambda milestone, by: moving.reopen(milestone=milestone, reason="Why.", base_version=0, by=by),
}


@pytest.mark.parametrize("source", MilestoneState)
@pytest.mark.parametrize("act", ACTS)
def test_act_makes_the_moves_of_the_table_and_no_other(act, source, milestone, coordinator):
    _standing(milestone, source)
    targets = [target for (begin, target), (name, _comment) in WAYS.items() if begin == source and name == act]
    if not targets:
        with pytest.raises(CannotBeDone):
            ACTS[act](milestone, coordinator)
        assert not MilestoneMove.objects.exists()
        return
    ACTS[act](milestone, coordinator)
    milestone.refresh_from_db()
    assert [milestone.state] == targets
    move = MilestoneMove.objects.get()
    assert (move.source, move.target, move.by) == (source, targets[0], coordinator)
    assert Event.objects.about(milestone).get().kind == MILESTONE.moves[source, targets[0]].event


@pytest.mark.parametrize(
    ("typed", "errors"),
    [
        ({"proof": " "}, {"proof": ["Say by what one can tell that it is reached, or give a link."]}),
        ({"reached_on": "2021-06-21"}, {"reached_on": ["This day is still to come."]}),
        ({"proof": "", "proof_url": "nowhere at all"}, {"proof_url": ["Enter a valid URL."]}),
    ],
)
def test_reached_without_proof_or_in_the_future_comes_back(typed, errors, milestone, coordinator, sign_in):
    posted = {"reached_on": "2021-06-20", "proof": "Minutes.", "proof_url": "", "version": 0} | typed
    response = sign_in(coordinator).post(address("milestone_reach", milestone), posted)
    assert (response.status_code, response.context["form"].errors) == (422, errors)
    milestone.refresh_from_db()
    assert milestone.state == MilestoneState.PLANNED


def test_action_and_database_ask_for_a_proof_and_a_day(milestone, coordinator):
    with pytest.raises(CannotBeDone, match="by what one can tell"):
        reach(milestone, coordinator, proof="  ")
    with pytest.raises(CannotBeDone, match="still to come"):
        reach(milestone, coordinator, reached_on=TODAY + timedelta(days=1))
    for facts in ({"state": R, "reached_on": TODAY}, {"state": R, "proof": "Minutes."}, {"state": D}):
        with pytest.raises(IntegrityError), transaction.atomic():
            Milestone.objects.filter(pk=milestone.pk).update(**facts)


def test_today_is_that_of_the_city(milestone, coordinator):
    """At eleven in the evening in Brussels it is tomorrow in Tonga: there, it may be reached already."""
    City.objects.update(time_zone="Pacific/Tongatapu")
    with time_machine.travel("2021-06-20 12:00+00:00"):
        reach(Milestone.objects.get(), coordinator, reached_on=date(2021, 6, 21))
    assert Milestone.objects.get().reached_on == date(2021, 6, 21)


def test_dropped_and_reopened_one_keeps_both_reasons_in_its_history(milestone, coordinator, viewer, sign_in):
    browser = sign_in(coordinator)
    browser.post(address("milestone_drop", milestone), {"reason": "No money.", "version": 0})
    assert "No money." in browser.get(milestone.get_absolute_url()).content.decode()
    browser.post(address("milestone_reopen", milestone), {"reason": "Money came.", "version": 1})
    page = sign_in(viewer).get(milestone.get_absolute_url())
    assert texts(page, "ol[@class='history']//strong") == [
        "Opened it again",
        "Dropped it",
        "Promised first for 30 June 2021",
    ]
    assert texts(page, "ol[@class='history']//p[starts-with(@class, 'prewrap')]") == ["Money came.", "No money."]
    milestone.refresh_from_db()
    assert (milestone.state, milestone.drop_reason) == (MilestoneState.PLANNED, "")


def test_reason_is_asked_for(milestone, coordinator, sign_in):
    posted = sign_in(coordinator).post(address("milestone_drop", milestone), {"reason": " ", "version": 0})
    assert posted.status_code == 422
    with pytest.raises(CannotBeDone, match="Say why"):
        moving.drop(milestone=milestone, reason=" ", base_version=0, by=coordinator)


def test_proof_is_corrected_once_reached_and_not_before(milestone, coordinator, sign_in):
    posted = {"reached_on": "2021-06-18", "proof": "Minutes, item 2.", "proof_url": "", "version": 0}
    assert sign_in(coordinator).post(address("milestone_proof", milestone), posted).status_code == 422
    reach(milestone, coordinator)
    sign_in(coordinator).post(address("milestone_proof", milestone), posted | {"version": 1})
    milestone.refresh_from_db()
    assert (milestone.proof, milestone.reached_on) == ("Minutes, item 2.", date(2021, 6, 18))


def test_history_holds_no_words_in_events(milestone, coordinator):
    moving.drop(milestone=milestone, reason="Because of Mr Muster.", base_version=0, by=coordinator)
    assert Event.objects.about(milestone).get().comment == ""


# Deleting -------------------------------------------------------------------------------------------------------------
def test_plan_without_history_is_deleted(milestone, coordinator, sign_in):
    assert sign_in(coordinator).get(milestone.get_absolute_url()).context["can_delete"]
    sign_in(coordinator).post(address("milestone_delete", milestone))
    assert not Milestone.objects.exists()


def test_milestone_that_moved_is_dropped_not_deleted(milestone, coordinator, sign_in):
    promise(milestone, date(2021, 8, 1), "More time.", coordinator)
    page = sign_in(coordinator).post(address("milestone_delete", milestone), follow=True)
    assert "Drop it instead, and say why." in page.content.decode()
    assert not sign_in(coordinator).get(milestone.get_absolute_url()).context["can_delete"]
    assert Milestone.objects.exists()


# Dependencies ---------------------------------------------------------------------------------------------------------
def after(milestone: Milestone, *needs: Milestone, by) -> None:
    milestone.refresh_from_db()
    facts = EDITED | {"title": milestone.title, "needs": list(needs)}
    actions.change_milestone(milestone=milestone, base_version=milestone.version, by=by, **facts)


def test_circle_is_refused_and_named(city, coordinator, sign_in):
    mandate, members, meeting = (
        make_milestone(city, coordinator, title) for title in ("Mandate", "Members", "Meeting")
    )
    after(members, mandate, by=coordinator)
    after(meeting, members, by=coordinator)
    sentence = "These would wait for each other in a circle: “Mandate” → “Meeting” → “Members” → “Mandate”."
    posted = POSTED | {"title": "Mandate", "needs": [meeting.pk]}
    response = sign_in(coordinator).post(address("milestone_edit", mandate), posted)
    assert (response.status_code, response.context["form"].non_field_errors()) == (422, [sentence])
    assert mandate.needs.count() == 0


def test_milestone_does_not_come_after_itself(milestone, coordinator):
    with pytest.raises(CannotBeDone, match="“Mandate given” → “Mandate given”"):
        after(milestone, milestone, by=coordinator)


def test_shortest_circle_is_found():
    assert circle_through(1, {1: [2, 5], 2: [3], 3: [1], 5: [1]}) == [1, 5, 1]
    assert circle_through(1, {1: [2], 2: [3], 3: [2]}) == []


def test_milestone_may_come_after_a_dropped_one_and_not_after_another_citys(milestone, coordinator):
    dropped = _standing(make_milestone(milestone.city, coordinator, "Gone"), D)
    after(milestone, dropped, by=coordinator)
    assert judge(milestone).needs == (dropped.pk,)
    stranger = make_milestone(make_city("elsewhere"), coordinator)
    with pytest.raises(CannotBeDone, match="its own city"):
        after(milestone, stranger, by=coordinator)


def test_page_shows_dependencies_both_ways_and_why_it_is_at_risk(milestone, coordinator, sign_in):
    late = make_milestone(milestone.city, coordinator, "Late one", due_on=date(2021, 6, 1))
    then = make_milestone(milestone.city, coordinator, "Then", due_on=date(2021, 9, 1))
    moving.begin(milestone=milestone, by=coordinator)
    after(milestone, late, by=coordinator)
    after(then, milestone, by=coordinator)
    page = sign_in(coordinator).get(milestone.get_absolute_url())
    assert [row.milestone for row in page.context["before"]] == [late]
    assert [row.milestone for row in page.context["after"]] == [then]
    assert judge(milestone).reason == Reason.HELD_UP
    assert str(Reason.HELD_UP.label) in page.content.decode()


# The list -------------------------------------------------------------------------------------------------------------
@pytest.fixture
def several(city, coordinator) -> dict[str, Milestone]:
    action = make_action(make_objective(make_strategy(city, coordinator)))
    made = {
        "Late": make_milestone(city, coordinator, "Late", due_on=date(2021, 6, 1)),
        "Soon": make_milestone(city, coordinator, "Soon"),
        "Far": make_milestone(city, coordinator, "Far", due_on=date(2021, 12, 1), process=Process.PACT),
        "Of action": make_milestone(
            city, coordinator, "Of action", due_on=date(2021, 12, 1), process=Process.ACTION, action=action
        ),
        "Gone": _standing(make_milestone(city, coordinator, "Gone"), D),
        "Done": _standing(make_milestone(city, coordinator, "Done"), R),
    }
    return made


def listed(response) -> list[str]:
    return texts(response, ROWS)


def test_list_has_sections_with_sums_and_the_whole(several, city, viewer, sign_in):
    page = sign_in(viewer).get(reverse("milestones", args=[city.slug]))
    sections = {section.process: section.sum for section in page.context["sections"]}
    assert sections == {
        Process.BODY: Sum(reached=1, red=1, amber=1),
        Process.PACT: Sum(green=1),
        Process.ACTION: Sum(green=1),
    }
    assert page.context["whole"] == Sum(reached=1, green=2, amber=1, red=1)
    assert listed(page) == ["Late", "Soon", "Gone", "Done", "Far", "Of action"]


@pytest.mark.parametrize(
    ("show", "titles"),
    [("open", ["Late", "Soon", "Far", "Of action"]), ("overdue", ["Late"]), ("mine", ["Far"]), ("nonsense", None)],
)
def test_list_is_narrowed_and_its_sums_are_not(show, titles, several, city, member, viewer, sign_in):
    member.account = viewer
    member.save()
    Milestone.objects.filter(title="Far").update(owner=member)
    page = sign_in(viewer).get(reverse("milestones", args=[city.slug]), {"show": show})
    assert listed(page) == (titles or ["Late", "Soon", "Gone", "Done", "Far", "Of action"])
    assert page.context["whole"].total == 5


def test_nothing_that_fits_leads_back_to_all(milestone, viewer, sign_in):
    page = sign_in(viewer).get(reverse("milestones", args=["testville"]), {"show": "mine"})
    assert "No milestone is like this." in page.content.decode()


def test_empty_list_starts_the_work_of_those_who_may(city, coordinator, viewer, sign_in):
    add = reverse("milestone_add", args=[city.slug])
    found = {
        user.name: add in sign_in(user).get(reverse("milestones", args=[city.slug])).content.decode()
        for user in (coordinator, viewer)
    }
    assert found == {"Coordinator": True, "Viewer": False}


def test_network_reads_what_belongs_to_its_programme_only(milestone, programme, network, coordinator, sign_in):
    shared = make_milestone(milestone.city, coordinator, "Shared", programme=programme)
    after(shared, milestone, by=coordinator)
    Milestone.objects.filter(pk=shared.pk).update(programme=programme)
    browser = sign_in(network)
    page = browser.get(reverse("milestones", args=["testville"]))
    assert listed(page) == ["Shared"]
    assert "Mandate given" not in page.content.decode()
    assert "1 more of the city" in page.content.decode()
    assert browser.get(milestone.get_absolute_url()).status_code == 404
    assert "Mandate given" not in browser.get(shared.get_absolute_url()).content.decode()
    assert browser.get(address("milestone_edit", shared)).status_code == 403


def test_coordinator_of_another_programme_finds_nothing(milestone, sign_in):
    other = Programme.objects.create(name="Other", slug="other", starts_on="2020-01-01", ends_on="2021-01-01")
    user = make_user("other-network")
    user.memberships.create(role=Role.NETWORK_COORDINATOR, programme=other)
    assert sign_in(user).get(reverse("milestones", args=["testville"])).status_code == 404


def test_export_is_what_the_list_shows(several, city, coordinator, viewer, sign_in):
    promise(several["Far"], date(2021, 12, 24), "=HYPERLINK(1)", coordinator)
    response = sign_in(viewer).get(reverse("milestones_export", args=[city.slug]), {"show": "open"})
    rows = list(load_workbook(io.BytesIO(response.content)).active.values)
    assert [row[2] for row in rows] == ["Milestone", "Late", "Soon", "Of action", "Far"]
    assert rows[4][5:12] == (None, "2021-12-01", "2021-12-24", None, "23", "1", "2021-12-01, 2021-12-24")
    assert response["Content-Disposition"] == 'attachment; filename="milestones-testville.xlsx"'


# Roll-up --------------------------------------------------------------------------------------------------------------
def test_pact_adds_up_its_own_way_and_the_actions_that_it_names_once(several, city, coordinator):
    pact = make_pact(city, coordinator)
    article = Article.objects.create(pact=pact, position=1, title="Homes", text="Open courtyards.")
    action = several["Of action"].action
    for number in range(2):
        Commitment.objects.create(article=article, text="We open them.", position=number).actions.add(action)
    rows = queries.judged(Milestone.objects.all())
    assert queries.of_pact(pact, rows) == Sum(green=2)
    empty = make_pact(make_city("elsewhere"), coordinator)
    assert (queries.of_pact(empty, rows), queries.of_pact(empty, rows).light) == (Sum(), Light.NONE)


def test_programme_is_the_sum_of_its_cities_empty_ones_included(several, city, programme, coordinator):
    Milestone.objects.filter(city=city).update(programme=programme)
    empty, half = make_city("empty"), make_city("half")
    programme.cities.add(empty, half)
    _standing(make_milestone(half, coordinator, programme=programme), D)
    sums = queries.of_programme(programme)
    assert sums == {city.pk: Sum(reached=1, green=2, amber=1, red=1), empty.pk: Sum(), half.pk: Sum()}
    rows = queries.judged(Milestone.objects.filter(programme=programme))
    assert sum(sums.values(), Sum()) == queries.whole(rows)


def test_panel_of_an_action_has_its_milestones_and_where_to_add_one(several, django_assert_num_queries):
    action = several["Of action"].action
    with django_assert_num_queries(3):
        shown = panel.of_action(action)
    assert [row.milestone for row in shown.context["rows"]] == [several["Of action"]]
    assert shown.context["sum"] == Sum(green=1)
    assert shown.context["add_url"] == f"/strategy/testville/milestones/add/?place=action-{action.pk}"


# The desk -------------------------------------------------------------------------------------------------------------
def told(user) -> list[tuple]:
    return [(item.title, item.to_do, list(item.lines)) for item in desk.items(user)]


def test_desk_tells_owners_what_is_due_and_coordinators_how_the_city_stands(several, member, viewer, coordinator):
    member.account = viewer
    member.save()
    Milestone.objects.filter(title__in=["Late", "Far", "Done"]).update(owner=member)
    assert told(viewer) == [
        ("Your milestones", "1 milestone of yours is due", ["Late: Overdue, 1 June 2021"]),
    ]
    assert told(coordinator) == [("Milestones of Testville", "1 milestone is overdue", ["1 milestone is at risk"])]


def test_desk_of_others_is_empty_for_one_query(several, lead, outsider, django_assert_num_queries):
    for user in (lead, outsider):
        assert user.cities  # read once for the whole page
        with django_assert_num_queries(1):
            assert desk.items(user) == []


# Queries: the same for 3 and for 60 -----------------------------------------------------------------------------------
def fill(city: City, by, number: int) -> None:
    member = make_member(make_body(city, by))
    before = None
    for count in range(number):
        milestone = make_milestone(city, by, f"Number {count}", owner=member)
        promise(milestone, date(2021, 9, 1), "More time.", by)
        if before:
            Dependency.objects.create(milestone=milestone, needs=before)
        before = milestone


@pytest.mark.parametrize("rows", [3, 60])
@pytest.mark.parametrize(
    ("name", "queries_needed"), [("milestones", 7), ("milestones_export", 6), ("timeline", 10), ("milestone", 16)]
)
def test_pages_cost_the_same(name, queries_needed, rows, city, coordinator, sign_in, django_assert_num_queries):
    fill(city, coordinator, rows)
    key = [Milestone.objects.all()[1].pk] if name == "milestone" else []
    here = reverse(name, args=[city.slug, *key])
    browser = sign_in(coordinator)
    browser.get(here)
    with django_assert_num_queries(queries_needed):
        assert browser.get(here).status_code == 200
    assert Promise.objects.count() == 2 * rows
