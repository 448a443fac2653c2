"""Meetings: planned in the city's time, announced with a calendar file, changed, cancelled, held; and the agenda."""

from datetime import UTC, datetime, timedelta

import pytest
import time_machine
from django.urls import reverse
from icalendar import Calendar

from epi.errors import CannotBeDone, Conflict, NotAllowed
from epi.models import Event, Job
from strategy.body.actions import holding, meetings, members
from strategy.body.calendar import uid_of
from strategy.body.enums import MeetingState
from strategy.models import BodyMeeting, MeetingItem
from tests.factories import make_meeting, make_member

PLAN = {
    "title": "Second meeting",
    "starts_at": datetime(2099, 7, 1, 8, tzinfo=UTC),
    "ends_at": datetime(2099, 7, 1, 10, tzinfo=UTC),
    "place": "Town hall",
}
# The test city lives in Brussels' time, two hours ahead of UTC in summer.
POSTED = {**PLAN, "starts_at": "2099-07-01T10:00", "ends_at": "2099-07-01T12:00", "version": 0}


def address(name, meeting, *args) -> str:
    return reverse(name, args=["testville", meeting.pk, *args])


def files_to(email: str) -> list[tuple[str, int, str]]:
    """Method, number and begin of the calendar files queued for an address, in order."""
    found = []
    for job in Job.objects.filter(payload__to=email).order_by("created_at"):
        for _name, text, kind in job.payload["attachments"]:
            event = Calendar.from_ical(text).walk("VEVENT")[0]
            found.append((kind.partition("method=")[2], event["sequence"], event["dtstart"].dt.isoformat()))
    return found


# Planning -------------------------------------------------------------------------------------------------------------
def test_meeting_is_planned_in_the_citys_time(body, coordinator, sign_in):
    response = sign_in(coordinator).post(reverse("body_meeting_plan", args=["testville"]), POSTED)
    meeting = BodyMeeting.objects.get()
    assert response["Location"] == meeting.get_absolute_url()
    assert {name: getattr(meeting, name) for name in PLAN} == PLAN
    assert "1 July 2099, 10:00–12:00 (Europe/Brussels time)" in sign_in(coordinator).get(
        meeting.get_absolute_url()
    ).content.decode().replace("Wednesday, ", "")


def test_time_of_a_city_further_east_is_its_own(body, city, coordinator, sign_in):
    city.time_zone = "Europe/Riga"
    city.save()
    sign_in(coordinator).post(reverse("body_meeting_plan", args=["testville"]), POSTED)
    assert BodyMeeting.objects.get().starts_at == PLAN["starts_at"] - timedelta(hours=1)


@pytest.mark.parametrize(
    ("posted", "field", "sentence"),
    [
        ({"ends_at": "2099-07-01T10:00"}, "ends_at", "The meeting must end after it begins."),
        (
            {"starts_at": "tomorrow"},
            "starts_at",
            "Write day and time as year-month-day hour:minute: 2022-03-31 14:00.",
        ),
        ({"title": ""}, "title", "This field is required."),
    ],
)
def test_faulty_plan_is_refused_and_comes_back(body, coordinator, sign_in, posted, field, sentence):
    response = sign_in(coordinator).post(reverse("body_meeting_plan", args=["testville"]), POSTED | posted)
    assert response.status_code == 422
    assert response.context["form"].errors == {field: [sentence]}
    assert "Town hall" in response.content.decode()
    assert not BodyMeeting.objects.exists()


def test_action_checks_the_times_too(body, coordinator):
    with pytest.raises(CannotBeDone):
        meetings.plan_meeting(body=body, by=coordinator, **PLAN | {"ends_at": PLAN["starts_at"]})


# Inviting -------------------------------------------------------------------------------------------------------------
def test_members_are_invited_with_a_calendar_file_of_their_own(chair, helper, coming, coordinator, sign_in):
    nobody = make_member(chair.body, "Without address", email="")
    former = make_member(chair.body, "Former", left_on="2021-09-01")
    response = sign_in(coordinator).post(address("body_meeting_invite", coming), follow=True)
    page = response.content.decode()
    assert "2 invitations are on their way." in page
    assert "1 member has no e-mail address and must be invited in another way." in page
    assert files_to(helper.email) == [("REQUEST", 0, "2099-05-04T14:00:00+02:00")]
    assert Job.objects.filter(payload__to__in=[former.email, nobody.email]).count() == 0
    assert set(coming.presences.values_list("member", flat=True)) == {chair.pk, helper.pk}
    file = Job.objects.get(payload__to=helper.email).payload["attachments"][0][1]
    assert uid_of(coming) in file
    assert chair.email not in file


def test_invitation_has_the_agenda_and_a_link_for_those_with_an_account(chair, helper, coming, coordinator):
    coming.items.create(position=1, title="Mandate")
    meetings.invite(meeting=coming, by=coordinator)
    texts = {job.payload["to"]: job.payload["text"] for job in Job.objects.all()}
    assert all("1. Mandate" in text for text in texts.values())
    assert coming.get_absolute_url() in texts[chair.email]
    assert coming.get_absolute_url() not in texts[helper.email]


def test_only_who_came_in_since_is_invited_the_second_time(chair, coming, coordinator):
    meetings.invite(meeting=coming, by=coordinator)
    with pytest.raises(CannotBeDone, match="There is nobody to invite"):
        meetings.invite(meeting=coming, by=coordinator)
    newcomer = make_member(chair.body, "Jan Muster")
    assert meetings.invite(meeting=coming, by=coordinator).mails == 1
    assert len(files_to(newcomer.email)) == len(files_to(chair.email)) == 1


def test_nobody_is_invited_to_a_meeting_that_has_begun(chair, begun, coordinator, sign_in):
    response = sign_in(coordinator).post(address("body_meeting_invite", begun), follow=True)
    assert "The meeting has begun: nobody can be invited any more." in response.content.decode()
    assert not begun.presences.exists()
    assert not Job.objects.exists()


# Changing and cancelling ----------------------------------------------------------------------------------------------
@pytest.fixture
def invited(helper, coming, coordinator) -> BodyMeeting:
    meetings.invite(meeting=coming, by=coordinator)
    return coming


def test_change_of_time_sends_the_entry_anew(invited, helper, coordinator, sign_in):
    response = sign_in(coordinator).post(address("body_meeting_edit", invited), POSTED, follow=True)
    assert "1 member is told by mail." in response.content.decode()
    assert files_to(helper.email) == [
        ("REQUEST", 0, "2099-05-04T14:00:00+02:00"),
        ("REQUEST", 1, "2099-07-01T10:00:00+02:00"),
    ]


def test_change_of_nothing_sends_nothing(invited, helper, coordinator):
    facts = {name: getattr(invited, name) for name in PLAN}
    assert meetings.change_meeting(meeting=invited, base_version=0, by=coordinator, **facts) == 0
    assert len(files_to(helper.email)) == 1


def test_who_left_hears_of_no_change(invited, helper, coordinator):
    members.leave(member=helper, left_on=helper.body.today, by=coordinator)
    assert meetings.change_meeting(meeting=invited, base_version=0, by=coordinator, **PLAN) == 0
    assert len(files_to(helper.email)) == 1


def test_nobody_hears_of_changes_before_the_invitations(coming, helper, coordinator):
    assert meetings.change_meeting(meeting=coming, base_version=0, by=coordinator, **PLAN) == 0
    coming.refresh_from_db()
    assert (coming.title, coming.calendar_sequence) == ("Second meeting", 0)


def test_two_who_change_a_meeting_are_shown_both_texts(coming, coordinator, partner, sign_in):
    meetings.change_meeting(meeting=coming, base_version=0, by=partner, **PLAN)
    response = sign_in(coordinator).post(
        address("body_meeting_edit", coming), POSTED | {"starts_at": "2099-07-01T09:30"}
    )
    assert response.status_code == 409
    assert response.context["form"].differences == [("Begins", "1 July 2099, 10:00", "1 July 2099, 09:30")]
    with pytest.raises(Conflict):
        meetings.change_meeting(meeting=coming, base_version=0, by=coordinator, **PLAN)


def test_cancelling_takes_the_entry_away_and_says_why(invited, helper, coordinator, sign_in):
    response = sign_in(coordinator).post(address("body_meeting_cancel", invited), {"reason": "Flood."}, follow=True)
    assert "1 member is told by mail." in response.content.decode()
    assert files_to(helper.email)[-1] == ("CANCEL", 1, "2099-05-04T14:00:00+02:00")
    assert "Flood." in Job.objects.filter(payload__to=helper.email).latest("created_at").payload["text"]
    invited.refresh_from_db()
    assert (invited.state, invited.cancel_reason) == (MeetingState.CANCELLED, "Flood.")


def test_cancelling_needs_a_reason(coming, coordinator, sign_in):
    assert sign_in(coordinator).post(address("body_meeting_cancel", coming), {"reason": " "}).status_code == 422
    with pytest.raises(CannotBeDone):
        meetings.cancel(meeting=coming, reason=" ", by=coordinator)
    coming.refresh_from_db()
    assert coming.state == MeetingState.PLANNED


def test_cancelling_what_is_over_writes_to_nobody(invited, helper, coordinator):
    with time_machine.travel("2099-06-01T12:00Z", tick=False):
        assert meetings.cancel(meeting=invited, reason="Nobody came.", by=coordinator) == 0
    assert len(files_to(helper.email)) == 1


def test_nothing_of_a_cancelled_meeting_changes(coming, coordinator):
    meetings.cancel(meeting=coming, reason="Flood.", by=coordinator)
    for act in (
        lambda: meetings.change_meeting(meeting=coming, base_version=1, by=coordinator, **PLAN),
        lambda: meetings.add_item(meeting=coming, title="Money", text="", by=coordinator),
        lambda: meetings.invite(meeting=coming, by=coordinator),
        lambda: holding.hold(meeting=coming, by=coordinator),
        lambda: holding.save_minutes(meeting=coming, text="So.", base_version=0, by=coordinator),
    ):
        with pytest.raises(NotAllowed, match="cancelled"):
            act()


# Holding --------------------------------------------------------------------------------------------------------------
def test_meeting_that_has_begun_is_marked_as_held_once(begun, coordinator, sign_in):
    assert sign_in(coordinator).post(address("body_meeting_hold", begun)).status_code == 302
    begun.refresh_from_db()
    assert begun.state == MeetingState.HELD
    assert sign_in(coordinator).post(address("body_meeting_hold", begun)).status_code == 403


def test_meeting_to_come_is_not_marked_as_held(coming, coordinator):
    with pytest.raises(CannotBeDone, match="has not begun yet"):
        holding.hold(meeting=coming, by=coordinator)


def test_held_meeting_is_not_cancelled_nor_moved_into_the_future(held, coordinator):
    with pytest.raises(NotAllowed, match="was held"):
        meetings.cancel(meeting=held, reason="Flood.", by=coordinator)
    with pytest.raises(CannotBeDone, match="cannot begin in the future"):
        meetings.change_meeting(meeting=held, base_version=0, by=coordinator, **PLAN)


# The agenda -----------------------------------------------------------------------------------------------------------
@pytest.fixture
def agenda(coming, coordinator) -> list[MeetingItem]:
    return [meetings.add_item(meeting=coming, title=title, text="", by=coordinator) for title in ("A", "B", "C")]


def titles(meeting) -> str:
    return "".join(item.title for item in meeting.items.all())


@pytest.mark.parametrize(
    ("moved", "direction", "order"),
    [(0, "down", "BAC"), (2, "up", "ACB"), (0, "up", "ABC"), (2, "down", "ABC"), (1, "down", "ACB")],
)
def test_items_change_places(agenda, coming, coordinator, sign_in, moved, direction, order):
    response = sign_in(coordinator).post(address("body_item_move", coming, agenda[moved].pk), {"direction": direction})
    assert response["Location"] == f"{coming.get_absolute_url()}#agenda"
    assert titles(coming) == order


def test_item_is_edited_and_taken_off(agenda, coming, coordinator, sign_in):
    browser = sign_in(coordinator)
    browser.post(address("body_item_edit", coming, agenda[0].pk), {"title": "Z", "text": "Long.", "version": 0})
    browser.post(address("body_item_remove", coming, agenda[1].pk))
    assert titles(coming) == "ZC"
    meetings.add_item(meeting=coming, title="D", text="", by=coordinator)
    assert titles(coming) == "ZCD"


def test_two_who_edit_an_item_are_shown_both_texts(agenda, coming, coordinator, partner, sign_in):
    meetings.change_item(item=agenda[0], title="Theirs", text="", base_version=0, by=partner)
    posted = {"title": "Mine", "text": "", "version": 0}
    response = sign_in(coordinator).post(address("body_item_edit", coming, agenda[0].pk), posted)
    assert response.status_code == 409
    assert response.context["form"].differences == [("Title", "Theirs", "Mine")]


def test_item_that_somebody_removed_is_said_to_be_gone(agenda, coordinator):
    item = agenda[0]
    item.meeting.items.filter(pk=item.pk).delete()
    for act in (
        lambda: meetings.change_item(item=item, title="Z", text="", base_version=0, by=coordinator),
        lambda: meetings.move_item(item=item, direction="up", by=coordinator),
    ):
        with pytest.raises(CannotBeDone, match="removed this in the meantime"):
            act()


def test_item_of_another_meeting_is_not_found(agenda, body, coordinator, sign_in):
    other = make_meeting(body)
    assert sign_in(coordinator).get(address("body_item_edit", other, agenda[0].pk)).status_code == 404


# What the page says ---------------------------------------------------------------------------------------------------
def test_page_says_the_one_thing_to_do_next(chair, coming, coordinator, sign_in):
    def step(meeting):
        return sign_in(coordinator).get(meeting.get_absolute_url()).context["step"]

    assert step(coming) == "agenda"
    meetings.add_item(meeting=coming, title="A", text="", by=coordinator)
    assert step(coming) == "invite"
    meetings.invite(meeting=coming, by=coordinator)
    assert step(coming) == "wait"
    begun = make_meeting(chair.body)
    assert step(begun) == "hold"
    holding.hold(meeting=begun, by=coordinator)
    assert step(begun) == "attendance"
    holding.record_attendance(meeting=begun, said={chair.pk: "present"}, by=coordinator)
    assert step(begun) == "minutes"
    holding.save_minutes(meeting=begun, text="So.", base_version=0, by=coordinator)
    assert step(begun) == "finalise"
    holding.finalise(meeting=begun, by=coordinator)
    assert step(begun) == "final"
    meetings.cancel(meeting=coming, reason="Flood.", by=coordinator)
    assert step(coming) == "cancelled"


def test_record_holds_no_words_of_the_meeting(body, coordinator):
    meetings.plan_meeting(body=body, by=coordinator, **PLAN)
    event = Event.objects.get(kind="body_meeting.planned")
    assert "Second meeting" not in f"{event.subject_label} {event.detail}"
