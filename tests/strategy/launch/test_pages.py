"""A launch event among the events: who sees and runs it, its public page, what is next, the desk."""

from datetime import timedelta

import icalendar
import pytest
import time_machine
from django.urls import reverse
from django.utils import timezone

from epi.errors import NotAllowed
from strategy.events.actions import events, feedback, materials, people, tasks
from strategy.events.enums import Standing
from strategy.launch.desk import items
from strategy.launch.next_steps import next_step
from strategy.launch.queries import numbers
from strategy.models import CityStrategy, Launch, ProgrammeEvent
from tests.factories import (
    A_YEAR_ON,
    make_action,
    make_event,
    make_file,
    make_launch,
    make_objective,
    make_registration,
    make_strategy,
)
from tests.strategy.launch.conftest import address, public

pytestmark = pytest.mark.django_db


def of_event(name, launch, **more):
    return reverse(name, kwargs={"slug": launch.event.programme.slug, "pk": launch.event.pk, **more})


@pytest.fixture
def held(programme, city, coordinator) -> Launch:
    """Yesterday's, with three who had a place and one who had none."""
    day = timezone.localdate() - timedelta(days=1)
    launch = make_launch(programme, city, coordinator, starts_on=day, ends_on=day)
    for name in ("Anna", "Bo", "Cy"):
        make_registration(launch, name)
    make_registration(launch, "Di", standing=Standing.WAITING)
    return launch


# Among the events -----------------------------------------------------------------------------------------------------


def test_city_and_network_see_it_and_nobody_else(launch, cast):
    seen = {
        name
        for name, user in cast.items()
        if user and ProgrammeEvent.objects.visible_to(user).filter(pk=launch.event.pk).exists()
    }
    assert seen == {"lead", "contributor", "colleague", "coordinator", "viewer", "partner", "network"}


def test_administrator_finds_nothing_of_it(launch, admin, sign_in):
    for page in (launch.event.get_absolute_url(), of_event("event_people", launch), of_event("event_feedback", launch)):
        assert sign_in(admin).get(page).status_code == 404


def test_network_coordinator_looks_and_does_not_run_it(launch, network, sign_in):
    browser = sign_in(network)
    page = browser.get(launch.event.get_absolute_url())
    assert (page.status_code, page.context["can_change"], page.context["launch_city"]) == (200, False, None)
    assert browser.get(of_event("agenda_add", launch)).status_code == 403
    assert browser.get(of_event("event_people", launch)).status_code == 403
    with pytest.raises(NotAllowed):
        materials.add_material(
            event=launch.event, title="A", language="en", url="https://example.org", upload=None, by=network
        )


def test_coordinator_of_the_city_writes_agenda_and_materials_and_finds_back(launch, coordinator, sign_in):
    day = launch.event.starts_on.isoformat()
    item = {"day": day, "begins": "10:00", "ends": "11:00", "title": "Welcome", "version": 0}
    assert sign_in(coordinator).post(of_event("agenda_add", launch), item).status_code == 302
    page = sign_in(coordinator).get(launch.event.get_absolute_url()).content.decode()
    assert "Welcome" in page
    assert reverse("launch", args=["testville"]) in page


def test_coordinator_of_the_city_does_not_run_the_programmes_events(event, coordinator, sign_in):
    assert sign_in(coordinator).get(reverse("agenda_add", args=[event.programme.slug, event.pk])).status_code == 403


def test_what_launch_events_have_elsewhere_or_not_at_all_is_not_found(launch, coordinator, sign_in):
    attendee = make_registration(launch).attendee
    pages = [
        *(of_event(name, launch) for name in ("event_edit", "attendee_add", "event_tasks", "task_add")),
        of_event("attendee_edit", launch, attendee_pk=attendee.pk),
    ]
    assert [sign_in(coordinator).get(page).status_code for page in pages] == [404] * 5
    assert sign_in(coordinator).post(of_event("event_cancel", launch), {"reason": "x"}).status_code == 404


def test_actions_of_events_refuse_what_is_done_elsewhere(launch, city, coordinator):
    event, by = launch.event, coordinator
    attendee = make_registration(launch).attendee
    for act in (
        lambda: events.cancel_event(event=event, reason="x", by=by),
        lambda: people.remove_attendee(attendee=attendee, by=by),
        lambda: tasks.add_task(event=event, title="x", due_on=A_YEAR_ON, cities=[city], by=by),
    ):
        with pytest.raises(NotAllowed, match="pages of its city's strategy"):
            act()


def test_list_of_the_programme_shows_launch_events_apart_by_city(launch, programme, outsider, network, sign_in):
    elsewhere = outsider.cities[0]
    programme.cities.add(elsewhere)
    theirs = make_launch(programme, elsewhere, outsider)
    workshop = make_event(programme, network)
    page = sign_in(network).get(reverse("events", args=[programme.slug]))
    assert page.context["events"] == [workshop]
    assert page.context["launches"] == [theirs.event, launch.event]


def test_who_takes_part_in_a_programmes_event_hears_that_it_is_cancelled(programme, network, mails):
    day = timezone.localdate() + timedelta(days=9)
    coming = make_event(programme, network, starts_on=day, ends_on=day)
    over = make_event(programme, network, "Over")
    for event in (coming, over):
        people.add_attendee(
            event=event,
            name="Anna",
            function="",
            email="anna@example.org",
            capacity="participant",
            city=None,
            organisation=None,
            keep_until=A_YEAR_ON,
            by=network,
        )
        events.cancel_event(event=event, reason="Nobody can travel.", by=network)
    assert mails() == [("anna@example.org", "Cancelled: “Workshop”")]
    assert "Nobody can travel." in mails("anna@example.org")[0]["text"]


# After the event ------------------------------------------------------------------------------------------------------


def test_attendance_is_of_those_with_a_place(held, coordinator, sign_in):
    page = sign_in(coordinator).get(of_event("event_people", held))
    assert [str(one) for one in page.context["people"]] == ["Anna", "Bo", "Cy"]
    waiting = held.event.attendees.get(name="Di")
    anna = held.event.attendees.get(name="Anna")
    people.mark_attendance(event=held.event, present=[anna, waiting], by=coordinator)
    assert list(held.event.attendees.filter(attended=True)) == [anna]


def test_feedback_is_asked_of_those_who_were_there_in_words_that_fit(held, coordinator, sign_in, mails):
    held.event.attendees.filter(name__in=("Anna", "Bo")).update(attended=True)
    assert feedback.open_feedback(event=held.event, closes_on=A_YEAR_ON, by=coordinator) == 2
    text = mails("anna@example.org")[0]["text"]
    (link,) = [word for word in text.split() if "/feedback/" in word]
    page = sign_in(None).get(link.replace("http://testserver", "")).content.decode()
    assert "There was enough time to talk with one another." in page
    assert "other cities" not in page


def test_public_page_shows_materials_and_that_it_took_place(held, coordinator, sign_in):
    file = materials.add_material(
        event=held.event, title="Slides", language="en", url="", upload=make_file(), by=coordinator
    )
    page = sign_in(None).get(public(held)).content.decode()
    assert "This event took place." in page
    download = reverse("launch_material", args=["testville", file.pk])
    assert download in page
    assert b"".join(sign_in(None).get(download).streaming_content) == b"%PDF-1.7 a report"


def test_material_of_another_event_and_of_an_unpublished_one_is_not_for_everybody(
    launch, event, network, coordinator, sign_in
):
    given = {"title": "Slides", "language": "en", "url": ""}
    internal = materials.add_material(event=event, upload=make_file(), by=network, **given)
    ours = materials.add_material(event=launch.event, upload=make_file(), by=coordinator, **given)
    Launch.objects.update(published_at=None, published_by=None)
    for material in (internal, ours):
        assert sign_in(None).get(reverse("launch_material", args=["testville", material.pk])).status_code == 404


# The public page ------------------------------------------------------------------------------------------------------


def test_page_says_when_in_the_citys_time_and_where(launch, city, sign_in):
    city.time_zone = "Europe/Riga"
    city.save()
    page = sign_in(None).get(public(launch)).content.decode()
    assert "10:00–16:00 (Europe/Riga time)" in page
    assert "Town hall" in page


def test_calendar_file_for_everybody_names_nobody(launch, sign_in):
    make_registration(launch, "Anna")
    day = launch.event.starts_on
    ProgrammeEvent.objects.update(ends_on=day + timedelta(days=1))
    answer = sign_in(None).get(reverse("launch_calendar", args=["testville"]))
    calendar = icalendar.Calendar.from_ical(answer.content)
    (event,) = calendar.walk("VEVENT")
    assert (calendar["METHOD"], event["DTSTART"].dt, event["RRULE"]["COUNT"]) == ("PUBLISH", launch.starts_at, [2])
    assert event["DTEND"].dt - event["DTSTART"].dt == timedelta(hours=6)
    assert "anna" not in answer.content.decode()


def test_main_actions_stand_there_once_the_strategy_is_published(launch, city, coordinator, sign_in):
    strategy = make_strategy(city, coordinator)
    objective = make_objective(strategy)
    make_action(objective, "Open the courtyards", state="agreed")
    make_action(objective, "Only an idea")
    assert sign_in(None).get(public(launch)).context["actions"] == []
    CityStrategy.objects.update(published_at=timezone.now(), published_by=coordinator)
    shown = sign_in(None).get(public(launch)).context["actions"]
    assert [one.title for one in shown] == ["Open the courtyards"]


# What is next ---------------------------------------------------------------------------------------------------------


def step(launch, user) -> str:
    found = next_step(launch, numbers(launch), user)
    return found.title if found else ""


def test_next_step_leads_from_the_agenda_to_the_invitations(launch, coordinator, partner, viewer):
    Launch.objects.update(published_at=None, published_by=None)
    launch.refresh_from_db()
    assert step(launch, coordinator) == "Write the agenda."
    launch.event.agenda.create(day=launch.event.starts_on, begins="10:00", ends="11:00", title="Welcome")
    assert step(launch, coordinator) == "Publish the event."
    assert step(launch, partner) == "The city's lead or coordinator publishes the event."
    Launch.objects.update(published_at=timezone.now(), published_by=coordinator)
    launch.refresh_from_db()
    assert (step(launch, coordinator), step(launch, viewer)) == ("Invite people.", "")


def test_next_step_after_the_event_leads_from_attendance_to_materials(held, coordinator):
    assert step(held, coordinator) == "The event is over."
    held.event.attendees.filter(name="Anna").update(attended=True)
    assert step(held, coordinator) == "Ask how it was."
    feedback.open_feedback(event=held.event, closes_on=timezone.localdate() + timedelta(days=3), by=coordinator)
    assert step(held, coordinator) == "Add the materials."
    with time_machine.travel(timezone.now() + timedelta(days=5)):
        assert step(held, coordinator) == "The time to answer is over."


def test_desk_tells_who_waits_and_what_is_soon(launch, coordinator, viewer):
    make_registration(launch, "Anna")
    (item,) = items(coordinator)
    assert (item.url, item.to_do) == (address("launch_event", launch), "It is soon")
    assert item.lines[1] == "1 person comes"
    make_registration(launch, "Bo", standing=Standing.WAITING)
    assert [one.to_do for one in items(coordinator)] == ["1 person waits for a place"]
    assert items(viewer) == []


def test_desk_costs_nothing_without_a_city_and_one_query_with_one(
    launch, coordinator, network, django_assert_num_queries
):
    for user, queries in ((network, 0), (coordinator, 1)):
        user.roles_in(0)
        with django_assert_num_queries(queries):
            items(user)


@pytest.mark.parametrize("rows", [1, 3, 30])
def test_page_of_a_launch_event_costs_the_same(rows, launch, coordinator, sign_in, django_assert_num_queries):
    for number in range(rows):
        make_registration(launch, f"Person {number}")
        launch.event.agenda.create(day=launch.event.starts_on, begins="09:00", ends="10:00", title=f"Item {number}")
        launch.event.materials.create(
            title=f"Guide {number}", language="en", url="https://example.org", added_by=coordinator
        )
    pages = {reverse("launch", args=["testville"]): (coordinator, 11), public(launch): (None, 6)}
    for page, (user, queries) in pages.items():
        browser = sign_in(user)
        browser.get(page)
        with django_assert_num_queries(queries):
            assert len(browser.get(page).context["agenda"][0][1]) == rows
