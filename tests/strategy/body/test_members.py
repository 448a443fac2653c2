"""Members: coming in by account or by name, changing, chairing, leaving with a hand-over, and being forgotten."""

from datetime import date, timedelta

import pytest
import time_machine
from django.urls import reverse
from django.utils import timezone

from cities.enums import Role
from epi import mail
from epi.errors import CannotBeDone, Conflict, NotAllowed
from epi.models import Event, Job
from strategy.body import queries
from strategy.body.actions import members
from strategy.body.enums import MemberKind, Presence
from strategy.models import BodyTask, Member
from strategy.plan.enums import ActionState, Duty
from strategy.tasks import forget_persons
from tests.factories import (
    make_action,
    make_body_task,
    make_meeting,
    make_member,
    make_milestone,
    make_objective,
    make_strategy,
    make_user,
)

PERSON = {
    "kind": MemberKind.EXPERT,
    "name": "Jan Muster",
    "function": "Researcher",
    "organisation": "University",
    "email": "Jan.Muster@example.org",
    "since": date(2021, 6, 1),
}
POSTED = {**PERSON, "since": "2021-06-01", "account": "", "version": 0}


def address(name, *args) -> str:
    return reverse(name, args=["testville", *args])


# Coming in ------------------------------------------------------------------------------------------------------------
def test_somebody_comes_in_by_name_and_is_told(body, coordinator, sign_in, mail_to):
    response = sign_in(coordinator).post(address("member_add"), POSTED)
    assert response["Location"] == f"{body.get_absolute_url()}#members"
    member = Member.objects.get()
    assert {name: getattr(member, name) for name in PERSON} == PERSON | {"email": "jan.muster@example.org"}
    assert member.account is None
    assert len(mail_to("jan.muster@example.org")) == 1


def test_mail_to_somebody_without_an_account_has_no_link_to_the_body(body, coordinator):
    members.add_member(body=body, by=coordinator, **PERSON)
    text = Job.objects.get(kind=mail.DELIVERY).payload["text"]
    assert body.get_absolute_url() not in text
    assert "/privacy/" in text


def test_person_of_the_city_comes_in_by_their_account(body, coordinator, viewer, sign_in):
    posted = POSTED | {"account": viewer.pk, "name": "", "email": "", "kind": "staff"}
    assert sign_in(coordinator).post(address("member_add"), posted).status_code == 302
    member = Member.objects.get()
    assert (member.account, member.name, member.email, member.address) == (viewer, "Viewer", viewer.email, viewer.email)


def test_mail_goes_to_the_address_that_the_account_has_now(body, coordinator, viewer):
    member = members.add_member(body=body, kind="staff", account=viewer, since=date(2021, 6, 1), by=coordinator)
    viewer.email = "new@example.org"
    viewer.save()
    assert Member.objects.get(pk=member.pk).address == "new@example.org"


def test_form_offers_the_citys_people_who_are_not_in_it_yet(chair, viewer, partner, lead, outsider, coordinator):
    assert queries.not_yet_in(chair.body) == [lead, partner, viewer]


def test_account_from_elsewhere_cannot_be_chosen(body, coordinator, outsider, sign_in):
    response = sign_in(coordinator).post(address("member_add"), POSTED | {"account": outsider.pk})
    assert response.status_code == 422
    assert list(response.context["form"].errors) == ["account"]
    with pytest.raises(CannotBeDone):
        members.add_member(body=body, account=outsider, by=coordinator, **PERSON)
    assert not Member.objects.exists()


def test_address_of_an_expert_opens_the_body_to_their_account(body, coordinator, other_expert, sign_in, mail_to):
    members.add_member(body=body, by=coordinator, **PERSON | {"email": other_expert.email.upper()})
    assert Member.objects.get().account == other_expert
    assert sign_in(other_expert).get(body.get_absolute_url()).status_code == 200
    assert len(mail_to(other_expert.email)) == 1


def test_address_of_somebody_from_another_city_opens_nothing(body, coordinator, outsider, sign_in):
    members.add_member(body=body, by=coordinator, **PERSON | {"email": outsider.email})
    assert Member.objects.get().account is None
    assert sign_in(outsider).get(body.get_absolute_url()).status_code == 404


def test_member_keeps_their_place_when_the_role_in_the_city_ends(body, coordinator, viewer, sign_in):
    members.add_member(body=body, kind="staff", account=viewer, since=date(2021, 6, 1), by=coordinator)
    viewer.memberships.all().delete()
    assert Member.objects.current().get().account == viewer
    assert sign_in(viewer).get(body.get_absolute_url()).status_code == 200
    assert sign_in(viewer).get(address("member_add")).status_code == 403


@pytest.mark.parametrize(
    ("posted", "field", "sentence"),
    [
        ({"email": "EWA.MUSTER@example.org"}, "__all__", "Somebody with this e-mail address is a member already."),
        ({"name": ""}, "name", "Choose a person above, or write a name."),
        ({"since": "last year"}, "since", "Write the date as year-month-day, for example 2022-03-31."),
        ({"email": "ewa"}, "email", "Enter a valid email address."),
    ],
)
def test_faulty_member_is_refused_and_what_was_typed_comes_back(helper, coordinator, sign_in, posted, field, sentence):
    response = sign_in(coordinator).post(address("member_add"), POSTED | posted)
    assert response.status_code == 422
    assert response.context["form"].errors == {field: [sentence]}
    assert "Researcher" in response.content.decode()
    assert Member.objects.count() == 1


def test_account_is_a_member_once(chair, coordinator):
    with pytest.raises(CannotBeDone, match="is a member already"):
        members.add_member(body=chair.body, kind="staff", account=coordinator, since=date(2021, 6, 1), by=coordinator)


def test_somebody_who_left_may_come_back(helper, coordinator):
    members.leave(member=helper, left_on=date(2021, 9, 1), by=coordinator)
    members.add_member(body=helper.body, by=coordinator, **PERSON | {"email": helper.email})
    assert Member.objects.current().get().name == "Jan Muster"


def test_lead_takes_nobody_in(body, lead):
    with pytest.raises(NotAllowed):
        members.add_member(body=body, by=lead, **PERSON)


# Changing and chairing ------------------------------------------------------------------------------------------------
def test_member_is_changed(helper, coordinator, sign_in):
    assert sign_in(coordinator).post(address("member_edit", helper.pk), POSTED).status_code == 302
    helper.refresh_from_db()
    assert (helper.name, helper.kind, helper.email, helper.version) == (
        "Jan Muster",
        "expert",
        "jan.muster@example.org",
        1,
    )


def test_two_who_change_a_member_are_shown_both_texts(helper, coordinator, partner, sign_in):
    members.change_member(member=helper, base_version=0, by=partner, **PERSON)
    response = sign_in(coordinator).post(address("member_edit", helper.pk), POSTED | {"function": "Mine"})
    assert response.status_code == 409
    assert response.context["form"].differences == [("Function", "Researcher", "Mine")]
    helper.refresh_from_db()
    assert helper.function == "Researcher"
    with pytest.raises(Conflict):
        members.change_member(member=helper, base_version=0, by=coordinator, **PERSON)


def test_other_address_finds_the_account_and_tells_it(helper, coordinator, other_expert, mail_to):
    facts = PERSON | {"email": other_expert.email}
    members.change_member(member=helper, base_version=0, by=coordinator, **facts)
    helper.refresh_from_db()
    assert helper.account == other_expert
    members.change_member(member=helper, base_version=1, by=coordinator, **facts | {"name": "Other"})
    assert len(mail_to(other_expert.email)) == 1


def test_former_member_is_not_changed(helper, coordinator, sign_in):
    members.leave(member=helper, left_on=date(2021, 9, 1), by=coordinator)
    assert sign_in(coordinator).post(address("member_edit", helper.pk), POSTED).status_code == 404
    with pytest.raises(CannotBeDone, match="has left the coordinating body in the meantime"):
        members.change_member(member=helper, base_version=1, by=coordinator, **PERSON)


def test_chair_changes_hands(chair, helper, coordinator, sign_in):
    response = sign_in(coordinator).post(address("member_chair", helper.pk), {"instead_of": chair.pk})
    assert response.status_code == 302
    assert list(Member.objects.filter(is_chair=True)) == [helper]


def test_second_chair_is_refused_when_somebody_chose_one_meanwhile(chair, helper, chosen_expert, coordinator, sign_in):
    members.make_chair(member=helper, instead_of=chair.pk, by=coordinator)
    posted = {"instead_of": chair.pk}
    response = sign_in(coordinator).post(address("member_chair", chosen_expert.pk), posted, follow=True)
    assert "Ewa Muster chairs the body already: look again before you change it." in response.content.decode()
    assert list(Member.objects.filter(is_chair=True)) == [helper]


def test_nonsense_about_who_chairs_is_no_error(chair, helper, coordinator, sign_in):
    response = sign_in(coordinator).post(address("member_chair", helper.pk), {"instead_of": "²"})
    assert response.status_code == 302
    assert list(Member.objects.filter(is_chair=True)) == [chair]


# Leaving --------------------------------------------------------------------------------------------------------------
def test_member_leaves(helper, coordinator, sign_in):
    response = sign_in(coordinator).post(address("member_leave", helper.pk), {"left_on": "2021-09-01"})
    assert response["Location"] == helper.body.get_absolute_url()
    helper.refresh_from_db()
    assert (helper.left_on, helper.is_current, helper.name) == (date(2021, 9, 1), False, "Ewa Muster")


@pytest.mark.parametrize(
    ("day", "sentence"),
    [
        ("2021-05-31", "That is before the first day in the body, 1 June 2021."),
        ("2098-01-01", "That day is still to come: note it when it is there."),
        ("yesterday", "Write the date as year-month-day, for example 2022-03-31."),
    ],
)
def test_day_of_leaving_that_cannot_be_is_refused(helper, coordinator, sign_in, day, sentence):
    response = sign_in(coordinator).post(address("member_leave", helper.pk), {"left_on": day})
    assert response.context["form"].errors == {"left_on": [sentence]}
    helper.refresh_from_db()
    assert helper.is_current


def test_open_tasks_are_named_and_handed_over_in_one_step(chair, helper, coordinator, sign_in):
    tasks = [make_body_task(helper), make_body_task(helper, "Write to the mayor")]
    done = make_body_task(helper, "Done", done_at=timezone.now(), done_by=coordinator)
    browser = sign_in(coordinator)
    response = browser.post(address("member_leave", helper.pk), {"left_on": "2021-09-01", "heir": ""})
    assert response.status_code == 422
    assert response.context["form"].non_field_errors() == [
        "Ewa Muster still has open tasks: “Ask the schools”, “Write to the mayor”. Choose who takes them over."
    ]
    assert Member.objects.get(pk=helper.pk).is_current
    response = browser.post(address("member_leave", helper.pk), {"left_on": "2021-09-01", "heir": chair.pk})
    assert response.status_code == 302
    assert list(BodyTask.objects.filter(owner=chair)) == tasks
    assert BodyTask.objects.get(owner=helper) == done
    assert not Member.objects.get(pk=helper.pk).is_current


def test_whoever_takes_tasks_over_is_reminded_anew(chair, helper, coordinator):
    day = date(2021, 10, 1)
    task = make_body_task(helper, due_on=day, soon_reminded_for=day, late_reminded_for=day)
    members.leave(member=helper, left_on=date(2021, 9, 1), heir=chair, by=coordinator)
    task.refresh_from_db()
    assert (task.owner, task.soon_reminded_for, task.late_reminded_for, task.version) == (chair, None, None, 1)


def test_tasks_go_to_nobody_who_has_left_meanwhile(chair, helper, chosen_expert, coordinator):
    make_body_task(helper)
    members.leave(member=chosen_expert, left_on=date(2021, 9, 1), by=coordinator)
    for heir in (chosen_expert, helper):
        with pytest.raises(CannotBeDone):
            members.leave(member=helper, left_on=date(2021, 9, 1), heir=heir, by=coordinator)
    assert BodyTask.objects.get().owner == helper
    assert Member.objects.get(pk=helper.pk).is_current


def test_open_milestones_and_accounted_actions_are_named_and_keep_a_member(helper, city, coordinator, sign_in):
    action = make_action(make_objective(make_strategy(city, coordinator)))
    action.responsibilities.create(member=helper, duty=Duty.ACCOUNTABLE)
    milestone = make_milestone(city, coordinator, owner=helper)
    browser = sign_in(coordinator)
    page = browser.get(address("member_leave", helper.pk)).content.decode()
    assert "Mandate given" in page
    assert "Open the courtyards" in page
    with pytest.raises(CannotBeDone, match="still answers for: “Mandate given”, “Open the courtyards”"):
        members.leave(member=helper, left_on=date(2021, 9, 1), by=coordinator)
    milestone.owner = None
    milestone.save()
    action.responsibilities.update(duty=Duty.CONSULTED)
    members.leave(member=helper, left_on=date(2021, 9, 1), by=coordinator)


@pytest.mark.parametrize("state", [ActionState.COMPLETED, ActionState.STOPPED])
def test_what_is_over_keeps_nobody(helper, city, coordinator, state):
    action = make_action(make_objective(make_strategy(city, coordinator)), state=state, learnt="Much.")
    action.responsibilities.create(member=helper, duty=Duty.ACCOUNTABLE)
    make_milestone(city, coordinator, owner=helper, state="reached", proof="Minutes.", reached_on=date(2021, 6, 1))
    members.leave(member=helper, left_on=date(2021, 9, 1), by=coordinator)


def test_leaving_ends_the_chair(chair, coordinator, helper):
    members.leave(member=chair, left_on=date(2021, 9, 1), by=coordinator)
    members.make_chair(member=helper, instead_of=None, by=coordinator)
    assert Member.objects.current().get(is_chair=True) == helper


# Being forgotten ------------------------------------------------------------------------------------------------------
LEFT = date(2022, 1, 31)


@pytest.fixture
def former(helper, coordinator) -> Member:
    members.leave(member=helper, left_on=LEFT, by=coordinator)
    helper.refresh_from_db()
    return helper


def test_former_member_is_forgotten_after_the_months_and_not_a_day_before(former, settings):
    settings.EPI_CONTACTS_KEPT_MONTHS = 24
    with time_machine.travel("2024-01-30T12:00Z", tick=False):
        assert members.forget_former() == 0
    with time_machine.travel("2024-01-31T12:00Z", tick=False):
        assert members.forget_former() == 1
        assert members.forget_former() == 0
    former.refresh_from_db()
    assert (former.name, former.email, former.function, former.account) == ("", "", "", None)
    assert former.left_on == LEFT
    assert str(former) == "A former member"


def test_day_is_that_of_the_city(former, city):
    city.time_zone = "Pacific/Auckland"
    city.save()
    with time_machine.travel("2024-01-30T12:00Z", tick=False):  # it is the 31st there
        assert members.forget_former() == 1


def test_minutes_keep_how_many_were_there(former, coordinator, sign_in):
    meeting = make_meeting(former.body)
    meeting.presences.create(member=former, presence=Presence.PRESENT)
    members.forget_former()
    page = sign_in(coordinator).get(meeting.get_absolute_url())
    assert page.context["counted"]["present"] == 1
    assert "A former member" in page.content.decode()
    assert "Ewa Muster" not in page.content.decode()


def test_waiting_mail_is_dropped_but_not_of_who_has_an_account_or_is_a_member_elsewhere(
    former, body, coordinator, lead, outsider
):
    elsewhere = make_member(
        type(body).objects.create(city=outsider.cities[0], name="Other", mandate="Leads.", created_by=outsider),
        "Jan Muster",
    )
    for name, email in (("Lead", lead.email), ("Jan", elsewhere.email)):
        make_member(body, name, email=email, left_on=LEFT)
    for email in (former.email, lead.email, elsewhere.email):
        mail.send("strategy/body/mail/task_soon", to=email, language="en", **_about(former))
    members.forget_former()
    left = set(Job.objects.filter(kind=mail.DELIVERY).values_list("payload__to", flat=True))
    assert left == {lead.email, elsewhere.email}


def _about(member) -> dict:
    return {"task": make_body_task(member), "member": member, "body": member.body, "url": ""}


def test_record_names_nobody(former):
    members.forget_former()
    event = Event.objects.get(kind="body.members_forgotten")
    assert event.detail == {"members": [former.pk]}


def test_hourly_task_forgets_and_current_members_stay(former, chair):
    forget_persons()
    assert set(Member.objects.exclude(name="")) == {chair}


def test_current_member_of_long_standing_is_not_forgotten(helper):
    with time_machine.travel(timezone.now() + timedelta(days=4000), tick=False):
        assert members.forget_former() == 0


def test_privacy_page_tells_members_of_bodies(client):
    page = client.get(reverse("privacy")).content.decode()
    assert "If you are a member of a coordinating body" in page


def test_closed_account_opens_nothing(body, coordinator):
    closed = make_user("closed", Role.EXPERT)
    closed.is_active = False
    closed.save()
    members.add_member(body=body, by=coordinator, **PERSON | {"email": closed.email})
    assert Member.objects.get().account is None
