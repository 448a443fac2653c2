"""The coordinating body itself: who reads it, setting it up, what comes next, decisions over time, the file."""

import io
from datetime import date, timedelta

import pytest
from django.db import IntegrityError, transaction
from django.urls import reverse
from django.utils import timezone
from openpyxl import load_workbook

from cities.enums import Role
from cities.models import Membership
from epi.errors import CannotBeDone, Conflict, NotAllowed
from strategy.body import queries
from strategy.body.actions import bodies
from strategy.body.enums import MeetingState, MemberKind
from strategy.models import BodyMeeting, BodyTask, CoordinatingBody, Member
from tests.factories import make_body_task, make_city, make_meeting, make_member, make_user

FACTS = {
    "name": "Steering group",
    "mandate": "Leads the strategy, by decision of the council.",
    "set_up_on": date(2021, 6, 1),
    "works_until": date(2022, 3, 31),
}
POSTED = {**FACTS, "set_up_on": "2021-06-01", "works_until": "2022-03-31", "version": 0}


# Who reads it ---------------------------------------------------------------------------------------------------------
def readable(user) -> set[str]:
    """The models of which this person sees the test city's row."""
    return {
        model.__name__ for model in (CoordinatingBody, Member, BodyMeeting, BodyTask) if model.objects.visible_to(user)
    }


ALL = {"CoordinatingBody", "Member", "BodyMeeting", "BodyTask"}


def test_people_of_the_city_and_its_partner_read_all_of_it(
    task, begun, lead, contributor, coordinator, viewer, partner
):
    assert [readable(user) for user in (lead, contributor, coordinator, viewer, partner)] == [ALL] * 5


def test_others_read_nothing_of_it(task, begun, network, admin, outsider, expert):
    assert [readable(user) for user in (network, admin, outsider, expert)] == [set()] * 4


def test_member_without_a_role_in_the_city_reads_it_until_they_leave(task, begun, chosen_expert, other_expert):
    assert readable(other_expert) == ALL
    chosen_expert.left_on = date(2021, 9, 1)
    chosen_expert.save()
    assert readable(other_expert) == set()


def test_member_of_one_body_reads_nothing_of_another(body, chosen_expert, other_expert, outsider):
    elsewhere = CoordinatingBody.objects.create(
        city=outsider.cities[0], name="Other", mandate="Leads.", created_by=outsider
    )
    assert list(CoordinatingBody.objects.visible_to(other_expert)) == [body]
    assert list(CoordinatingBody.objects.visible_to(outsider)) == [elsewhere]


def test_reader_who_is_a_member_too_sees_each_row_once(task, chair, coordinator):
    assert CoordinatingBody.objects.visible_to(coordinator).count() == 1
    assert BodyTask.objects.visible_to(coordinator).count() == 1


def test_member_from_outside_finds_the_body_but_no_other_page_of_the_city(held, chosen_expert, other_expert, sign_in):
    browser = sign_in(other_expert)
    page = browser.get(held.body.get_absolute_url()).content.decode()
    assert held.title in page
    assert reverse("engagement", args=["testville"]) not in page
    assert "Strategy of this city" not in page  # the tabs lead to pages that are not theirs
    assert "We began." in browser.get(held.get_absolute_url()).content.decode()
    assert browser.get(reverse("engagement", args=["testville"])).status_code == 404


# Setting it up --------------------------------------------------------------------------------------------------------
def test_empty_page_says_what_a_body_is_and_begins_it(city, coordinator, sign_in):
    page = sign_in(coordinator).get(reverse("body", args=["testville"])).content.decode()
    assert "It consists of city staff, technical partners and chosen experts" in page
    assert reverse("body_set_up", args=["testville"]) in page


def test_empty_page_tells_readers_who_begins_it(city, viewer, sign_in):
    page = sign_in(viewer).get(reverse("body", args=["testville"])).content.decode()
    assert "coordinator or its technical partner sets it up." in page
    assert reverse("body_set_up", args=["testville"]) not in page


def test_coordinator_sets_the_body_up(city, coordinator, sign_in):
    response = sign_in(coordinator).post(reverse("body_set_up", args=["testville"]), POSTED)
    assert response["Location"] == reverse("body", args=["testville"])
    body = CoordinatingBody.objects.get()
    assert {name: getattr(body, name) for name in FACTS} == FACTS
    assert (body.city, body.created_by, body.is_sample) == (city, coordinator, False)


def test_second_body_of_a_city_is_refused_with_what_was_typed(body, coordinator, sign_in):
    response = sign_in(coordinator).post(reverse("body_set_up", args=["testville"]), POSTED)
    assert response.status_code == 422
    assert "The city has a coordinating body already" in response.content.decode()
    assert "Steering group" in response.content.decode()
    assert CoordinatingBody.objects.count() == 1


@pytest.mark.parametrize(
    ("posted", "field", "sentence"),
    [
        ({"works_until": "2021-05-31"}, "works_until", "The last day is before the day on which it was set up."),
        ({"set_up_on": "1 June"}, "set_up_on", "Write the date as year-month-day, for example 2022-03-31."),
        ({"set_up_on": "0021-06-01"}, "set_up_on", "Check the year."),
        ({"mandate": ""}, "mandate", "This field is required."),
    ],
)
def test_faulty_body_is_refused_at_the_field(city, coordinator, sign_in, posted, field, sentence):
    response = sign_in(coordinator).post(reverse("body_set_up", args=["testville"]), POSTED | posted)
    assert response.status_code == 422
    assert response.context["form"].errors == {field: [sentence]}
    assert not CoordinatingBody.objects.exists()


def test_action_checks_the_days_too(body, coordinator):
    with pytest.raises(CannotBeDone):
        bodies.change_body(body=body, base_version=0, by=coordinator, **FACTS | {"works_until": date(2021, 5, 31)})


def test_lead_does_not_run_the_body(body, lead):
    with pytest.raises(NotAllowed):
        bodies.change_body(body=body, base_version=0, by=lead, **FACTS)


def test_two_who_change_the_mandate_are_shown_both_texts(body, coordinator, partner, sign_in):
    bodies.change_body(body=body, base_version=0, by=partner, **FACTS)
    posted = POSTED | {"mandate": "Mine."}
    response = sign_in(coordinator).post(reverse("body_edit", args=["testville"]), posted)
    assert response.status_code == 409
    assert response.context["form"].differences == [("Mandate", FACTS["mandate"], "Mine.")]
    posted["version"] = response.context["form"].data["version"]
    assert sign_in(coordinator).post(reverse("body_edit", args=["testville"]), posted).status_code == 302
    body.refresh_from_db()
    assert (body.mandate, body.version) == ("Mine.", 2)


def test_stale_change_writes_nothing(body, coordinator):
    bodies.change_body(body=body, base_version=0, by=coordinator, **FACTS)
    with pytest.raises(Conflict):
        bodies.change_body(body=body, base_version=0, by=coordinator, **FACTS | {"name": "Mine"})
    body.refresh_from_db()
    assert body.name == "Steering group"


# What comes next ------------------------------------------------------------------------------------------------------
def next_of(body) -> queries.Next:
    members, meetings = list(body.members.current()), list(body.meetings.all())
    return queries.next_step(body, members, meetings, queries.counts_of_tasks(body)["late"])


def test_next_steps_follow_one_another(body, coordinator):
    assert next_of(body).name == "members"
    chair = make_member(body, "Chair")
    assert next_of(body).name == "chair"
    Member.objects.update(is_chair=True)
    assert next_of(body) == queries.Next("kind", kind=MemberKind.PARTNER)
    make_member(body, "Partner", kind=MemberKind.PARTNER)
    assert next_of(body) == queries.Next("kind", kind=MemberKind.EXPERT)
    make_member(body, "Expert", kind=MemberKind.EXPERT)
    assert next_of(body).name == "plan"
    meeting = make_meeting(body)
    assert next_of(body) == queries.Next("hold", meeting=meeting)
    BodyMeeting.objects.update(state=MeetingState.HELD, minutes="So.")
    assert next_of(body).name == "minutes"
    BodyMeeting.objects.update(minutes_final_at=timezone.now(), minutes_final_by=coordinator)
    assert next_of(body).name == "plan"
    later = timezone.now() + timedelta(days=9)
    make_meeting(body, "Next", starts_at=later, ends_at=later + timedelta(hours=1))
    assert next_of(body).name == "nothing"
    make_body_task(chair)
    assert next_of(body).name == "late"


def test_oldest_unfinished_meeting_comes_first(body, held):
    newer = held.starts_at + timedelta(days=30)
    make_meeting(body, "Newer", starts_at=newer, ends_at=newer + timedelta(hours=1))
    make_member(body, "Chair")
    assert next_of(body) == queries.Next("minutes", meeting=held)


def test_page_shows_members_by_kind_and_what_kind_is_missing(chair, helper, coordinator, sign_in):
    context = sign_in(coordinator).get(chair.body.get_absolute_url()).context
    assert context["groups"] == [(MemberKind.STAFF, [chair]), (MemberKind.PARTNER, [helper])]
    assert context["missing"] == [MemberKind.EXPERT]
    assert context["chair"] == chair


def test_page_says_who_has_no_role_in_the_city_any_more(chair, partner, coordinator, sign_in):
    member = make_member(chair.body, "Partner", account=partner, kind=MemberKind.PARTNER)
    partner.memberships.all().delete()
    context = sign_in(coordinator).get(chair.body.get_absolute_url()).context
    assert context["strangers"] == {member.pk}
    assert member in dict(context["groups"])[MemberKind.PARTNER]


def test_page_says_when_the_time_of_the_body_is_over(body, coordinator, sign_in):
    body.works_until = date(2022, 3, 31)
    body.save()
    page = sign_in(coordinator).get(body.get_absolute_url()).content.decode()
    assert "The body was to work until 31 March 2022. If it goes on, it needs another day." in page


def test_sample_body_has_its_banner(body, coordinator, sign_in):
    assert not sign_in(coordinator).get(body.get_absolute_url()).context["sample_data"]
    CoordinatingBody.objects.update(is_sample=True)
    assert sign_in(coordinator).get(body.get_absolute_url()).context["sample_data"]


# Decisions ------------------------------------------------------------------------------------------------------------
@pytest.fixture
def decided(body, coordinator):
    """Two meetings with three decisions."""
    first = make_meeting(body, "Opening")
    later = first.starts_at + timedelta(days=30)
    second = make_meeting(body, "Budget", starts_at=later, ends_at=later + timedelta(hours=1))
    item = first.items.create(position=1, title="Schools")
    return [
        first.decisions.create(number=1, text="Zażółć łąkę na Śródmieściu.", item=item, by=coordinator),
        first.decisions.create(number=2, text="Meet monthly.", by=coordinator),
        second.decisions.create(number=1, text="Spend 20,000 euros.", by=coordinator),
    ]


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("", [2, 0, 1]),
        ("laka", []),
        ("LAKE NA srodmiesciu", [0]),
        ("schools", [0]),
        ("budget", [2]),
        ("euros", [2]),
        ("?!", [2, 0, 1]),
        ("monthly", [1]),
    ],
)
def test_decisions_are_found_by_their_words_meeting_and_item(body, decided, text, found):
    assert queries.decisions_of(body, text) == [decided[number] for number in found]


def test_decisions_stand_by_meeting_the_newest_first(body, decided, viewer, sign_in):
    context = sign_in(viewer).get(reverse("body_decisions", args=["testville"])).context
    assert [(meeting.title, len(group)) for meeting, group in context["meetings"]] == [("Budget", 1), ("Opening", 2)]
    assert context["number"] == 3


def test_search_that_finds_nothing_says_so(body, decided, viewer, sign_in):
    page = sign_in(viewer).get(reverse("body_decisions", args=["testville"]), {"q": "xyz"}).content.decode()
    assert "No decision has these words." in page


def test_file_has_decisions_and_tasks_and_runs_no_formula(body, decided, helper, viewer, sign_in):
    make_body_task(helper, "=1+1")
    response = sign_in(viewer).get(reverse("body_export", args=["testville"]))
    assert response["Content-Disposition"] == 'attachment; filename="coordinating-body-testville.xlsx"'
    book = load_workbook(io.BytesIO(response.content))
    rows = {sheet.title: list(sheet.values) for sheet in book}
    assert rows["Decisions"][1:] == [
        ("Budget", "2021-10-07", "1", None, "Spend 20,000 euros."),
        ("Opening", "2021-09-07", "1", "Schools", "Zażółć łąkę na Śródmieściu."),
        ("Opening", "2021-09-07", "2", None, "Meet monthly."),
    ]
    assert rows["Tasks"][1:] == [("'=1+1", "Ewa Muster", "2021-10-01", "Late", None, None, None)]


# Promises of the database ---------------------------------------------------------------------------------------------
def test_database_keeps_one_chair_one_address_and_one_account(chair, helper, coordinator):
    body = chair.body
    for fields in ({"is_chair": True}, {"email": "EWA.muster@example.org"}, {"account": coordinator}):
        with pytest.raises(IntegrityError), transaction.atomic():
            make_member(body, "Somebody", **fields)
    assert body.members.count() == 2


# Queries --------------------------------------------------------------------------------------------------------------
@pytest.mark.parametrize("rows", [1, 3])
@pytest.mark.parametrize(
    ("name", "number"), [("body", 11), ("body_meetings", 5), ("body_decisions", 5), ("body_tasks", 8)]
)
def test_pages_cost_the_same(rows, name, number, body, coordinator, viewer, sign_in, django_assert_num_queries):
    for count in range(rows):
        member = make_member(body, f"Member {count}", account=make_user(f"member-{count}", Role.VIEWER, body.city))
        meeting = make_meeting(body, f"Meeting {count}")
        item = meeting.items.create(position=1, title="Item")
        meeting.decisions.create(number=1, text="So.", item=item, by=coordinator)
        make_body_task(member, meeting=meeting)
    browser = sign_in(viewer)
    with django_assert_num_queries(number):
        assert browser.get(reverse(name, args=["testville"])).status_code == 200


@pytest.mark.parametrize("rows", [1, 3])
def test_meeting_costs_the_same(rows, body, coordinator, viewer, sign_in, django_assert_num_queries):
    meeting = make_meeting(body)
    for count in range(rows):
        member = make_member(body, f"Member {count}")
        meeting.presences.create(member=member, presence="present")
        item = meeting.items.create(position=count, title="Item")
        meeting.decisions.create(number=count + 1, text="So.", item=item, by=coordinator)
        make_body_task(member, meeting=meeting)
    browser = sign_in(viewer)
    with django_assert_num_queries(8):
        assert browser.get(meeting.get_absolute_url()).status_code == 200


def test_body_of_another_city_is_not_found_under_this_ones_address(begun, task, outsider, coordinator, sign_in):
    other = make_city("other")
    Membership.objects.create(user=coordinator, role=Role.COORDINATOR, city=other)
    wrong = [reverse("body_meeting", args=["other", begun.pk]), reverse("body_task", args=["other", task.pk])]
    assert [sign_in(coordinator).get(address).status_code for address in wrong] == [404, 404]
