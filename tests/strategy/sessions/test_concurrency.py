"""What somebody else removed while a page was open, or while one waited for the lock, is said; nothing fails."""

from collections.abc import Callable
from datetime import time
from typing import Any
from uuid import uuid4

import pytest

from epi.errors import CannotBeDone
from strategy.events.actions import events, meeting, people, tasks
from strategy.models import CityTask
from strategy.sessions.actions import guiding, inviting, minutes, recording
from strategy.sessions.enums import Decision, TopicReason
from strategy.sessions.models import ParticipantLink
from tests.factories import A_YEAR_ON, FAR_AWAY, make_attendee, make_task
from tests.strategy.sessions.conftest import LATER, address

pytestmark = pytest.mark.django_db


def a_topic(session, by) -> Any:
    (topic,) = guiding.add_topics(session=session, wanted={"commitment": TopicReason.CHOSEN}, by=by)
    return topic


def refused_when_gone(row: Any, *acts: Callable[[], Any]) -> None:
    """Remove the row behind the back of who holds it, as another one does who came first."""
    type(row)._default_manager.filter(pk=row.pk).delete()
    for act in acts:
        with pytest.raises(CannotBeDone, match="removed this in the meantime"):
            act()


def test_removed_topic_is_neither_changed_nor_moved(held, coordinator):
    topic = a_topic(held, coordinator)
    refused_when_gone(
        topic,
        lambda: guiding.change_topic(topic=topic, prompt="Why?", base_version=0, by=coordinator),
        lambda: guiding.move_topic(topic=topic, direction="up", by=coordinator),
    )


def test_deleted_note_is_not_changed(held, coordinator):
    note = recording.add_note(session=held, key=uuid4(), subject="", sector="", text="So.", by=coordinator)
    refused_when_gone(
        note, lambda: recording.change_note(note=note, subject="", sector="", text="Not so.", by=coordinator)
    )


def test_person_who_is_off_the_list_is_not_taken_off_and_proposes_nothing(present, in_phase, coordinator):
    in_phase("circulated")
    link, _token = ParticipantLink.issue(participant=present, expires_at=LATER)
    proposed = minutes.amend(link=link, text="Not so.")
    refused_when_gone(
        present,
        lambda: inviting.remove_participant(participant=present, by=coordinator),
        lambda: minutes.amend(link=link, text="So."),
        lambda: minutes.decide(amendment=proposed, decision=Decision.TAKEN, reason="", by=coordinator),
    )


def test_removed_parts_of_an_event_are_not_changed(meeting_with_all):
    for row, act in meeting_with_all:
        refused_when_gone(row, act)


@pytest.fixture
def meeting_with_all(request, network, city, coordinator, expert) -> list[tuple[Any, Callable[[], Any]]]:
    """An exchange meeting's parts, each with the change of it."""
    held = request.getfixturevalue("meeting")
    times = {"day": held.starts_on, "begins": time(9), "ends": time(10), "title": "Welcome", "speaker": ""}
    item = events.add_item(event=held, by=network, **times)
    attendee = make_attendee(held)
    task = make_task(held, city)
    row = CityTask.objects.select_related("task__event", "city").get()
    conclusion = meeting.conclude(event=held, subject="", text="All do.", cities=[], by=expert)
    facts = {"name": "Ewa", "function": "", "email": "", "capacity": "participant", "keep_until": A_YEAR_ON}
    facts |= {"city": None, "organisation": None}
    given = {"base_version": 0, "by": network}
    return [
        (item, lambda: events.change_item(item=item, **times, **given)),
        (attendee, lambda: people.change_attendee(attendee=attendee, **facts, **given)),
        (row, lambda: tasks.tick_off(row=row, note="", by=coordinator)),
        (task, lambda: tasks.change_task(task=task, title="Else", due_on=FAR_AWAY, cities=[city], **given)),
        (
            conclusion,
            lambda: meeting.change_conclusion(
                conclusion=conclusion, subject="", text="Some do.", cities=[], base_version=0, by=expert
            ),
        ),
    ]


def test_typed_question_of_a_removed_topic_comes_back_with_the_reason(held, coordinator, sign_in, monkeypatch):
    topic = a_topic(held, coordinator)
    change = guiding.change_topic

    def after_another_one(**given: Any) -> None:
        topic.delete()
        change(**given)

    monkeypatch.setattr(guiding, "change_topic", after_another_one)
    posted = {"prompt": "How long does it take?", "version": 0}
    response = sign_in(coordinator).post(address("session_topic", held, topic.pk), posted)
    assert response.status_code == 422
    assert response.context["form"].errors == {"prompt": ["Somebody removed this in the meantime."]}
    assert "How long does it take?" in response.content.decode()
