"""Tasks: given, filtered, edited, ticked off by their owner whatever the role, reminded of once each; and the desk."""

from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
import time_machine
from django.urls import reverse
from django.utils import timezone
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from cities.enums import Role
from epi.errors import CannotBeDone, Conflict, NotAllowed
from epi.models import Job
from strategy.body import desk, queries
from strategy.body.actions import members, tasks
from strategy.models import BodyTask
from strategy.tasks import remind_of_body_tasks
from tests.factories import make_body, make_body_task, make_member, make_user

DUE = date(2021, 10, 1)


def address(name, *args) -> str:
    return reverse(name, args=["testville", *args])


def posted(member, **more) -> dict:
    return {"title": "Write to the schools", "owner": member.pk, "due_on": "2021-11-01", "version": 0, **more}


# Giving and changing --------------------------------------------------------------------------------------------------
def test_task_is_given_between_meetings(helper, coordinator, sign_in):
    response = sign_in(coordinator).post(address("body_task_add"), posted(helper))
    assert response["Location"] == address("body_tasks")
    task = BodyTask.objects.get()
    assert (task.title, task.owner, task.due_on, task.meeting) == (
        "Write to the schools",
        helper,
        date(2021, 11, 1),
        None,
    )


def test_task_is_born_at_a_meeting(helper, begun, coordinator, sign_in):
    response = sign_in(coordinator).post(address("body_meeting_task_add", begun.pk), posted(helper))
    assert response["Location"] == f"{begun.get_absolute_url()}#tasks"
    assert BodyTask.objects.get().meeting == begun


def test_no_task_is_born_before_the_meeting(helper, coming, coordinator, sign_in):
    response = sign_in(coordinator).post(address("body_meeting_task_add", coming.pk), posted(helper))
    assert response.context["form"].non_field_errors() == ["The meeting has not begun yet."]
    assert not BodyTask.objects.exists()


@pytest.mark.parametrize(
    ("faulty", "field", "sentence"),
    [
        ({"due_on": "soon"}, "due_on", "Write the date as year-month-day, for example 2022-03-31."),
        ({"owner": ""}, "owner", "This field is required."),
        ({"title": " "}, "title", "This field is required."),
    ],
)
def test_faulty_task_is_refused_at_the_field(helper, coordinator, sign_in, faulty, field, sentence):
    response = sign_in(coordinator).post(address("body_task_add"), posted(helper, **faulty))
    assert response.status_code == 422
    assert response.context["form"].errors == {field: [sentence]}
    assert not BodyTask.objects.exists()


def test_owner_who_left_meanwhile_is_said_to_have_left(helper, coordinator, sign_in):
    members.leave(member=helper, left_on=date(2021, 9, 1), by=coordinator)
    response = sign_in(coordinator).post(address("body_task_add"), posted(helper))
    sentence = "Ewa Muster has left the coordinating body in the meantime. Choose somebody else."
    assert response.context["form"].errors == {"owner": [sentence]}
    with pytest.raises(CannotBeDone, match="has left"):
        tasks.add_task(body=helper.body, title="Ask", owner=helper, due_on=DUE, by=coordinator)
    assert not BodyTask.objects.exists()


def test_member_of_another_body_gets_no_task(body, outsider, coordinator, sign_in):
    stranger = make_member(make_body(outsider.cities[0], outsider))
    assert sign_in(coordinator).post(address("body_task_add"), posted(stranger)).status_code == 422
    with pytest.raises(CannotBeDone):
        tasks.add_task(body=body, title="Ask", owner=stranger, due_on=DUE, by=coordinator)


def test_two_who_edit_a_task_are_shown_both_texts(task, helper, coordinator, partner, sign_in):
    facts = {"title": "Ask the schools", "due_on": DUE}
    tasks.change_task(task=task, owner=helper, base_version=0, by=partner, **facts)
    mine = posted(task.owner, title="Ask the schools", due_on="2021-10-01")
    response = sign_in(coordinator).post(address("body_task_edit", task.pk), mine)
    assert response.status_code == 409
    assert response.context["form"].differences == [("Who does it", "Ewa Muster", "Coordinator")]
    with pytest.raises(Conflict):
        tasks.change_task(task=task, owner=helper, base_version=0, by=coordinator, **facts)


def test_task_given_by_mistake_is_removed_unless_done(task, coordinator, sign_in):
    done = make_body_task(task.owner, done_at=timezone.now(), done_by=coordinator)
    browser = sign_in(coordinator)
    browser.post(address("body_task_remove", task.pk))
    response = browser.post(address("body_task_remove", done.pk), follow=True)
    assert "It stays." in response.content.decode()
    assert list(BodyTask.objects.all()) == [done]


# Doing ----------------------------------------------------------------------------------------------------------------
@pytest.mark.parametrize("role", [Role.VIEWER, Role.CONTRIBUTOR, Role.EXPERT])
def test_owner_ticks_their_own_task_off_whatever_the_role(body, city, coordinator, sign_in, role):
    user = make_user("owner", role, None if role == Role.EXPERT else city)
    task = make_body_task(make_member(body, "Owner", account=user))
    browser = sign_in(user)
    response = browser.post(address("body_task", task.pk), {"note": "All have answered."})
    assert response["Location"] == address("body_tasks")
    task.refresh_from_db()
    assert (task.is_done, task.done_by, task.note) == (True, user, "All have answered.")
    browser.post(address("body_task_reopen", task.pk))
    task.refresh_from_db()
    assert (task.is_done, task.done_by, task.note) == (False, None, "All have answered.")


def test_owner_does_not_edit_their_task(body, viewer, sign_in):
    task = make_body_task(make_member(body, "Viewer", account=viewer))
    assert sign_in(viewer).post(address("body_task_edit", task.pk), posted(task.owner)).status_code == 403


def test_other_people_of_the_city_do_not_tick_it_off(task, viewer, lead, sign_in):
    for user in (viewer, lead):
        assert sign_in(user).post(address("body_task", task.pk), {"note": ""}).status_code == 403
    task.refresh_from_db()
    assert not task.is_done


def test_owner_who_left_does_nothing_any_more(body, viewer, sign_in):
    member = make_member(body, "Viewer", account=viewer, left_on=date(2021, 9, 1))
    task = make_body_task(member)
    assert sign_in(viewer).post(address("body_task", task.pk), {"note": ""}).status_code == 403
    with pytest.raises(NotAllowed):
        tasks.tick_off(task=task, note="", by=viewer)


def test_task_is_ticked_off_once(task, coordinator):
    tasks.tick_off(task=task, note="First.", by=coordinator)
    with pytest.raises(CannotBeDone, match="ticked off already"):
        tasks.tick_off(task=task, note="Second.", by=coordinator)
    tasks.reopen(task=task, by=coordinator)
    with pytest.raises(CannotBeDone, match="not ticked off"):
        tasks.reopen(task=task, by=coordinator)
    task.refresh_from_db()
    assert task.note == "First."


def test_edit_that_began_before_somebody_ticked_it_off_is_a_conflict(task, coordinator):
    tasks.tick_off(task=task, note="", by=coordinator)
    with pytest.raises(Conflict):
        tasks.change_task(task=task, title="Else", owner=task.owner, due_on=DUE, base_version=0, by=coordinator)


# The list -------------------------------------------------------------------------------------------------------------
@pytest.fixture
def listed(chair, helper, coordinator) -> dict[str, BodyTask]:
    return {
        "far": make_body_task(helper, "Far", due_on=date(2099, 1, 1)),
        "late": make_body_task(helper, "Late", due_on=DUE),
        "mine": make_body_task(chair, "Mine", due_on=DUE - timedelta(days=1)),
        "done": make_body_task(chair, "Done", due_on=DUE, done_at=timezone.now(), done_by=coordinator),
    }


@pytest.mark.parametrize(
    ("asked", "shown"),
    [
        ({}, "mine late far"),
        ({"show": "late"}, "mine late"),
        ({"show": "done"}, "done"),
        ({"show": "all"}, "mine late far done"),
        ({"show": "nonsense", "owner": "nonsense"}, "mine late far"),
        ({"owner": "chair"}, "mine"),
        ({"show": "all", "owner": "chair"}, "mine done"),
    ],
)
def test_list_shows_what_was_asked_for_late_ones_first(listed, chair, viewer, sign_in, asked, shown):
    if asked.get("owner") == "chair":
        asked = {**asked, "owner": chair.pk}
    found = sign_in(viewer).get(address("body_tasks"), asked).context["tasks"]
    assert found == [listed[name] for name in shown.split()]


@given(hour=st.integers(0, 23), zone=st.sampled_from(["Europe/Riga", "Europe/Lisbon", "Pacific/Auckland"]))
@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_late_is_told_by_the_day_of_the_city(listed, city, hour, zone):
    city.time_zone = zone
    city.save()
    at = datetime(2021, 10, 1, hour, 30, tzinfo=ZoneInfo("UTC"))
    with time_machine.travel(at, tick=False):
        is_over = at.astimezone(ZoneInfo(zone)).date() > DUE
        task = BodyTask.objects.for_list().get(pk=listed["late"].pk)
        assert task.is_late == is_over
        body = task.body
        assert (task in queries.tasks_of(body, queries.Shown.LATE)) == is_over
        assert queries.counts_of_tasks(body)["late"] == (2 if is_over else 1)


# Reminders ------------------------------------------------------------------------------------------------------------
def at(day: date) -> time_machine.travel:
    return time_machine.travel(datetime(day.year, day.month, day.day, 12, tzinfo=ZoneInfo("UTC")), tick=False)


def days(number: int) -> date:
    return DUE + timedelta(days=number)


def test_owner_is_reminded_a_week_before_and_once_when_late(helper, mail_to):
    make_body_task(helper)
    sent = {}
    for number in range(-9, 30):
        with at(days(number)):
            for _twice in range(2):
                if tasks.remind_owners():
                    sent[number] = mail_to(helper.email)[-1]
    assert list(sent) == [-7, 1]
    assert len(mail_to(helper.email)) == 2


@pytest.mark.parametrize(("first_run", "then", "mails"), [(-4, 1, 2), (0, 1, 2), (1, 2, 1), (9, 40, 1)])
def test_what_was_missed_while_nothing_ran_is_sent_if_it_is_still_true(helper, mail_to, first_run, then, mails):
    make_body_task(helper)
    for number in (first_run, then):
        with at(days(number)):
            remind_of_body_tasks()
            remind_of_body_tasks()
    assert len(mail_to(helper.email)) == mails


def test_new_date_is_reminded_of_anew(helper, coordinator, mail_to):
    task = make_body_task(helper)
    with at(days(2)):
        tasks.remind_owners()
        tasks.change_task(task=task, title=task.title, owner=helper, due_on=days(20), base_version=0, by=coordinator)
        assert tasks.remind_owners() == 0
    with at(days(14)):
        assert tasks.remind_owners() == 1
    with at(days(21)):
        assert tasks.remind_owners() == 1
    assert len(mail_to(helper.email)) == 3


def test_new_owner_is_reminded_although_the_old_one_was(chair, helper, coordinator, mail_to):
    task = make_body_task(helper)
    with at(days(-6)):
        tasks.remind_owners()
        tasks.change_task(task=task, title=task.title, owner=chair, due_on=DUE, base_version=0, by=coordinator)
        assert tasks.remind_owners() == 1
    assert len(mail_to(chair.email)) == 1


def test_nobody_is_reminded_of_what_is_done_or_without_an_address_or_after_leaving(body, helper, coordinator):
    make_body_task(helper, done_at=timezone.now(), done_by=coordinator)
    silent = make_body_task(make_member(body, "Silent", email=""))
    make_body_task(make_member(body, "Former", left_on=date(2021, 9, 1)))
    with at(days(1)):
        assert tasks.remind_owners() == 0
        silent.owner.email = "silent@example.org"
        silent.owner.save()
        assert tasks.remind_owners() == 1


def test_reminder_leads_to_the_task_where_its_reader_has_an_account(task, helper):
    make_body_task(helper)
    with at(days(1)):
        tasks.remind_owners()
    texts = {job.payload["to"]: job.payload["text"] for job in Job.objects.all()}
    assert task.get_absolute_url() in texts[task.owner.email]
    assert "/strategy/" not in texts[helper.email]


def test_reminder_changes_no_version(task):
    """Whoever has the task open for editing is not disturbed by it."""
    with at(days(1)):
        tasks.remind_owners()
    task.refresh_from_db()
    assert (task.version, task.late_reminded_for) == (0, DUE)


# The desk -------------------------------------------------------------------------------------------------------------
def test_members_find_their_tasks_and_the_next_meeting_on_the_desk(task, coming, coordinator):
    make_body_task(task.owner, "Far", due_on=date(2099, 1, 1))
    (item,) = desk.items(coordinator)
    assert item.title == "Coordinating body of Testville"
    assert item.url == task.body.get_absolute_url()
    assert list(item.lines) == [
        "Next meeting: Next meeting, 4 May 2099, 14:00",
        "Ask the schools: was due on 1 October 2021",
        "Far: due on 1 January 2099",
    ]
    assert item.to_do == "2 tasks wait for you"


def test_desk_of_a_member_from_outside_leads_to_the_body(chosen_expert, other_expert, task, sign_in):
    page = sign_in(other_expert).get(reverse("home"), follow=True).content.decode()
    assert chosen_expert.body.get_absolute_url() in page


def test_desk_shows_nothing_of_others_or_of_what_is_over(task, helper, viewer, coordinator, begun):
    make_body_task(helper)
    task.done_at, task.done_by = timezone.now(), coordinator
    task.save()
    assert desk.items(viewer) == []
    (item,) = desk.items(coordinator)
    assert (list(item.lines), item.to_do) == ([], "")


@pytest.mark.parametrize("rows", [1, 3])
def test_desk_costs_the_same(rows, chair, coordinator, coming, django_assert_num_queries):
    for number in range(rows):
        make_body_task(chair, f"Task {number}")
    with django_assert_num_queries(3):
        desk.items(coordinator)


def test_desk_of_others_costs_one_query(viewer, task, django_assert_num_queries):
    with django_assert_num_queries(1):
        assert desk.items(viewer) == []
