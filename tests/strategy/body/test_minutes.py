"""What a meeting leaves: attendance, decisions, minutes from a draft to the final text that goes to the members."""

from datetime import date

import pytest
from django.urls import reverse

from epi.errors import CannotBeDone, Conflict, NotAllowed
from epi.models import Job
from strategy.body import queries
from strategy.body.actions import holding, members, tasks
from strategy.body.drafting import draft_of
from strategy.body.enums import MeetingState, Presence
from strategy.models import BodyDecision, MeetingPresence
from tests.factories import make_body_task, make_meeting, make_member


def address(name, meeting, *args) -> str:
    return reverse(name, args=["testville", meeting.pk, *args])


# Attendance -----------------------------------------------------------------------------------------------------------
def test_it_is_noted_who_was_there(chair, helper, begun, coordinator, sign_in):
    posted = {str(chair.pk): "present", str(helper.pk): "excused"}
    response = sign_in(coordinator).post(address("body_attendance", begun), posted)
    assert response["Location"] == f"{begun.get_absolute_url()}#attendance"
    said = dict(begun.presences.values_list("member", "presence"))
    assert said == {chair.pk: Presence.PRESENT, helper.pk: Presence.EXCUSED}


def test_two_who_note_at_once_keep_each_others(chair, helper, begun, coordinator, partner, sign_in):
    """Each page sends all members, and says what it showed: only what was changed on it is noted."""
    shown = {f"initial-{chair.pk}": "", f"initial-{helper.pk}": ""}
    first = shown | {str(chair.pk): "present", str(helper.pk): ""}
    second = shown | {str(chair.pk): "", str(helper.pk): "absent"}
    sign_in(partner).post(address("body_attendance", begun), first)
    sign_in(coordinator).post(address("body_attendance", begun), second)
    assert queries.counted(queries.presences(begun)) == {"present": 1, "excused": 0, "absent": 1}


def test_form_shows_those_who_were_members_on_the_day(body, helper, begun):
    make_member(body, "Later", since=date(2021, 9, 8))
    left_before = make_member(body, "Left before", left_on=date(2021, 9, 6))
    left_after = make_member(body, "Left after", left_on=date(2021, 9, 8))
    assert queries.expected_at(begun) == [helper, left_after]
    begun.presences.create(member=left_before, presence=Presence.PRESENT)
    assert queries.expected_at(begun) == [helper, left_after, left_before]


def test_nobody_is_noted_before_the_meeting_or_who_was_no_member(helper, coming, begun, coordinator):
    with pytest.raises(CannotBeDone, match="has not begun yet"):
        holding.record_attendance(meeting=coming, said={helper.pk: "present"}, by=coordinator)
    with pytest.raises(CannotBeDone, match="was no member"):
        holding.record_attendance(meeting=begun, said={helper.pk + 99: "present"}, by=coordinator)
    assert not MeetingPresence.objects.exists()


def test_unknown_word_is_refused_at_the_field(helper, begun, coordinator, sign_in):
    response = sign_in(coordinator).post(address("body_attendance", begun), {str(helper.pk): "asleep"})
    assert response.status_code == 422
    assert list(response.context["form"].errors) == [str(helper.pk)]


# Decisions ------------------------------------------------------------------------------------------------------------
def test_decisions_are_numbered_and_tied_to_an_item(begun, coordinator, sign_in):
    item = begun.items.create(position=1, title="Mandate")
    browser = sign_in(coordinator)
    browser.post(address("body_decision_add", begun), {"text": "We begin.", "item": item.pk, "version": 0})
    browser.post(address("body_decision_add", begun), {"text": "We meet monthly.", "item": "", "version": 0})
    assert list(begun.decisions.values_list("number", "text", "item")) == [
        (1, "We begin.", item.pk),
        (2, "We meet monthly.", None),
    ]
    assert queries.agenda(begun) == ([(item, [begun.decisions.get(number=1)])], [begun.decisions.get(number=2)])


def test_page_of_an_item_leads_to_a_decision_on_it(begun, coordinator, sign_in):
    item = begun.items.create(position=1, title="Mandate")
    page = sign_in(coordinator).get(address("body_decision_add", begun), {"item": item.pk}).content.decode()
    assert f'<option value="{item.pk}" selected>' in page


def test_item_of_another_meeting_cannot_be_chosen(begun, body, coordinator, sign_in):
    other = make_meeting(body).items.create(position=1, title="Other")
    posted = {"text": "So.", "item": other.pk, "version": 0}
    assert sign_in(coordinator).post(address("body_decision_add", begun), posted).status_code == 422
    with pytest.raises(CannotBeDone):
        holding.decide(meeting=begun, text="So.", item=other, by=coordinator)
    assert not BodyDecision.objects.exists()


def test_nothing_is_decided_before_the_meeting(coming, coordinator):
    with pytest.raises(CannotBeDone, match="has not begun yet"):
        holding.decide(meeting=coming, text="So.", item=None, by=coordinator)


def test_decisions_close_up_when_one_is_removed(begun, coordinator, sign_in):
    first, second, third = (
        holding.decide(meeting=begun, text=text, item=None, by=coordinator) for text in ("One", "Two", "Three")
    )
    sign_in(coordinator).post(address("body_decision_remove", begun, first.pk))
    assert list(begun.decisions.values_list("number", "pk")) == [(1, second.pk), (2, third.pk)]
    assert holding.decide(meeting=begun, text="Four", item=None, by=coordinator).number == 3


def test_decision_outlives_its_item(begun, coordinator):
    item = begun.items.create(position=1, title="Mandate")
    decision = holding.decide(meeting=begun, text="So.", item=item, by=coordinator)
    item.delete()
    decision.refresh_from_db()
    assert (decision.text, decision.item) == ("So.", None)


def test_two_who_edit_a_decision_are_shown_both_texts(begun, coordinator, partner, sign_in):
    decision = holding.decide(meeting=begun, text="One.", item=None, by=coordinator)
    holding.change_decision(decision=decision, text="Theirs.", item=None, base_version=0, by=partner)
    posted = {"text": "Mine.", "item": "", "version": 0}
    response = sign_in(coordinator).post(address("body_decision_edit", begun, decision.pk), posted)
    assert response.status_code == 409
    assert response.context["form"].differences == [("Decision", "Theirs.", "Mine.")]
    decision.refresh_from_db()
    assert (decision.text, decision.by) == ("Theirs.", partner)


# Minutes --------------------------------------------------------------------------------------------------------------
def test_two_who_write_minutes_keep_both_texts(begun, coordinator, partner, sign_in):
    holding.save_minutes(meeting=begun, text="Theirs.", base_version=0, by=partner)
    response = sign_in(coordinator).post(address("body_minutes", begun), {"text": "Mine.", "version": 0})
    assert response.status_code == 409
    assert response.context["form"].differences == [("Minutes", "Theirs.", "Mine.")]
    posted = {"text": "Both.", "version": response.context["form"].data["version"]}
    assert sign_in(coordinator).post(address("body_minutes", begun), posted).status_code == 302
    begun.refresh_from_db()
    assert (begun.minutes, begun.minutes_version, begun.version) == ("Both.", 2, 0)


def test_minutes_and_plan_are_changed_at_the_same_time(begun, coordinator):
    holding.save_minutes(meeting=begun, text="So.", base_version=0, by=coordinator)
    begun.refresh_from_db()
    assert begun.version == 0
    with pytest.raises(Conflict):
        holding.save_minutes(meeting=begun, text="Not so.", base_version=0, by=coordinator)


def test_draft_has_numbers_decisions_and_tasks_but_no_names(chair, helper, begun, coordinator):
    item = begun.items.create(position=1, title="Mandate", text="What may we decide?")
    holding.record_attendance(meeting=begun, said={chair.pk: "present", helper.pk: "absent"}, by=coordinator)
    holding.decide(meeting=begun, text="We begin.", item=item, by=coordinator)
    holding.decide(meeting=begun, text="We meet monthly.", item=None, by=coordinator)
    tasks.add_task(body=chair.body, meeting=begun, title="Ask", owner=helper, due_on=date(2021, 10, 1), by=coordinator)
    assert draft_of(begun) == "\n\n".join(
        [
            "Attendance\nPresent: 1\nExcused: 0\nAbsent: 1",
            "1. Mandate\nWhat may we decide?\nDecision 1: We begin.",
            "Other decisions\nDecision 2: We meet monthly.",
            "Tasks\n– Ask (Adviser, until 1 October 2021)",
        ]
    )


def test_draft_stands_below_what_is_there_and_is_not_saved(held, coordinator, sign_in):
    page = sign_in(coordinator).get(address("body_minutes", held), {"draft": 1})
    text = page.context["form"].initial["text"]
    assert text.startswith("We began.\n\n")
    assert ": 1\n" in text  # in the language of the city: how many were present
    held.refresh_from_db()
    assert held.minutes == "We began."


def test_final_minutes_go_to_every_member_with_an_address(held, chair, helper, coordinator, sign_in):
    make_member(held.body, "Without address", email="")
    response = sign_in(coordinator).post(address("body_minutes_final", held), follow=True)
    assert "They go to 2 members by mail." in response.content.decode()
    held.refresh_from_db()
    assert (held.is_final, held.minutes_final_by) == (True, coordinator)
    texts = {job.payload["to"]: job.payload["text"] for job in Job.objects.all()}
    assert set(texts) == {chair.email, helper.email}
    assert held.get_absolute_url() in texts[chair.email]
    assert "We began." not in texts[chair.email]
    assert "We began." in texts[helper.email]  # who has no account gets the text itself


@pytest.mark.parametrize(
    ("missing", "error", "sentence"),
    [
        ({"state": MeetingState.PLANNED}, NotAllowed, "Mark the meeting as held first"),
        ({"minutes": ""}, CannotBeDone, "There are no minutes yet"),
    ],
)
def test_unfinished_minutes_are_not_made_final(held, coordinator, missing, error, sentence):
    for name, value in missing.items():
        setattr(held, name, value)
    held.save()
    with pytest.raises(error, match=sentence):
        holding.finalise(meeting=held, by=coordinator)


def test_minutes_need_somebody_who_was_present(held, coordinator, sign_in):
    held.presences.update(presence=Presence.EXCUSED)
    response = sign_in(coordinator).post(address("body_minutes_final", held), follow=True)
    assert "Nobody is marked as present yet" in response.content.decode()
    held.refresh_from_db()
    assert not held.is_final


def test_final_meeting_is_closed_for_good(held, chair, coordinator):
    decision = holding.decide(meeting=held, text="So.", item=None, by=coordinator)
    task = make_body_task(chair, meeting=held)
    holding.finalise(meeting=held, by=coordinator)
    facts = {"title": "Ask", "owner": chair, "due_on": date(2021, 10, 1), "by": coordinator}
    for act in (
        lambda: holding.save_minutes(meeting=held, text="Not so.", base_version=0, by=coordinator),
        lambda: holding.record_attendance(meeting=held, said={chair.pk: "absent"}, by=coordinator),
        lambda: holding.change_decision(decision=decision, text="No.", item=None, base_version=0, by=coordinator),
        lambda: holding.remove_decision(decision=decision, by=coordinator),
        lambda: holding.finalise(meeting=held, by=coordinator),
        lambda: tasks.add_task(body=held.body, meeting=held, **facts),
    ):
        with pytest.raises(NotAllowed, match="The minutes are final"):
            act()
    with pytest.raises(CannotBeDone):
        tasks.remove_task(task=task, by=coordinator)
    tasks.tick_off(task=task, note="", by=coordinator)  # tasks live on


def test_decision_that_somebody_removed_is_said_to_be_gone(begun, coordinator):
    decision = holding.decide(meeting=begun, text="So.", item=None, by=coordinator)
    BodyDecision.objects.all().delete()
    with pytest.raises(CannotBeDone, match="removed this in the meantime"):
        holding.change_decision(decision=decision, text="No.", item=None, base_version=0, by=coordinator)


def test_readers_read_the_minutes_and_get_no_button(held, viewer, sign_in):
    page = sign_in(viewer).get(held.get_absolute_url()).content.decode()
    assert "We began." in page
    assert address("body_minutes", held) not in page
    assert address("body_minutes_final", held) not in page


def test_former_member_gets_no_minutes(held, helper, coordinator):
    members.leave(member=helper, left_on=helper.body.today, by=coordinator)
    assert holding.finalise(meeting=held, by=coordinator) == 1
