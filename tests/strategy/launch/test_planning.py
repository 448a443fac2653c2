"""Planning a launch event: by whom, what is refused, what those who come hear of changes, and how it is called off."""

import re
from datetime import date, time, timedelta
from uuid import uuid4

import icalendar
import pytest
from django.urls import reverse
from django.utils import timezone

from epi.errors import CannotBeDone, Conflict, NotAllowed
from strategy.events.actions import events
from strategy.events.enums import EventKind, Standing
from strategy.launch.actions import planning, registering
from strategy.launch.forms import LaunchForm
from strategy.models import Launch, ProgrammeEvent
from tests.factories import make_city, make_launch, make_registration
from tests.strategy.launch.conftest import address, public, somebody, standings

pytestmark = pytest.mark.django_db

DAY = date(2090, 7, 8)
PLAN = {
    "title": "Open day",
    "starts_on": DAY,
    "ends_on": DAY,
    "begins": time(10),
    "ends": time(16),
    "place": "Town hall",
    "summary": "What the city will do.",
    "places": 40,
    "register_until": DAY - timedelta(days=2),
}
POSTED = {**PLAN, "begins": "10:00", "ends": "16:00", "version": 0} | {
    name: PLAN[name].isoformat() for name in ("starts_on", "ends_on", "register_until")
}


def changed(launch, by, **facts):
    stored = LaunchForm.stored(launch)
    plan = planning.Plan(**{**stored, **facts})
    return planning.change_plan(launch=launch, plan=plan, base_version=launch.version, by=by)


def calendar_in(mail):
    (file,) = mail["attachments"]
    (event,) = icalendar.Calendar.from_ical(file[1]).walk("VEVENT")
    return file[2], event


# Starting -------------------------------------------------------------------------------------------------------------


def test_empty_page_starts_the_work_for_those_who_may(city, programme, coordinator, viewer, sign_in):
    page = reverse("launch", args=[city.slug])
    start = reverse("launch_start", args=[city.slug])
    assert start in sign_in(coordinator).get(page).content.decode()
    assert start not in sign_in(viewer).get(page).content.decode()


def test_coordinator_plans_the_launch_event(city, programme, coordinator, sign_in):
    answer = sign_in(coordinator).post(reverse("launch_start", args=[city.slug]), POSTED | {"programme": programme.pk})
    launch = Launch.objects.select_related("event__city").get()
    assert answer.url == address("launch_event", launch)
    assert LaunchForm.stored(launch) == PLAN
    assert (launch.event.kind, launch.event.city, launch.event.programme) == (EventKind.LAUNCH, city, programme)
    assert not launch.is_public


FAULTS = [
    ({"ends_on": "2090-07-07"}, "ends_on", "The last day is before the first."),
    ({"ends": "10:00"}, "ends", "The end must be after the begin."),
    ({"register_until": "2090-07-09"}, "register_until", "Registration cannot end after the event."),
    ({"places": "0"}, "places", "Offer one place at least, or leave it empty for no limit."),
    ({"places": "-3"}, "places", "Offer one place at least, or leave it empty for no limit."),
    ({"starts_on": "8.7.2090 or so"}, "starts_on", "Enter a valid date."),
    ({"begins": "morning"}, "begins", "Enter a valid time."),
    ({"starts_on": "0001-01-01"}, "starts_on", "Check the year."),
    ({"programme": ""}, "programme", "This field is required."),
]


@pytest.mark.parametrize(("change", "field", "fault"), FAULTS)
def test_impossible_plan_is_said_at_its_field(change, field, fault, city, programme, coordinator, sign_in):
    given = POSTED | {"programme": programme.pk} | change
    answer = sign_in(coordinator).post(reverse("launch_start", args=[city.slug]), given)
    assert (answer.status_code, answer.context["form"].errors[field]) == (422, [fault])
    assert "What the city will do." in answer.content.decode()
    assert not ProgrammeEvent.objects.exists()


@pytest.mark.parametrize(
    ("change", "fault"),
    [
        ({"ends_on": DAY - timedelta(days=1)}, "before the first"),
        ({"ends": time(9)}, "after the begin"),
        ({"register_until": DAY + timedelta(days=1)}, "after the event"),
        ({"places": 0}, "one place at least"),
    ],
)
def test_action_refuses_an_impossible_plan(change, fault, city, programme, coordinator):
    with pytest.raises(CannotBeDone, match=fault):
        planning.start(city=city, programme=programme, plan=planning.Plan(**PLAN | change), by=coordinator)


def test_second_one_in_the_programme_is_refused_until_the_first_is_cancelled(
    launch, city, programme, coordinator, sign_in
):
    start = {"city": city, "programme": programme, "plan": planning.Plan(**PLAN), "by": coordinator}
    answer = sign_in(coordinator).post(reverse("launch_start", args=[city.slug]), POSTED | {"programme": programme.pk})
    assert answer.status_code == 422
    assert "has a launch event in this programme already" in answer.content.decode()
    with pytest.raises(CannotBeDone, match="already"):
        planning.start(**start)
    planning.cancel(launch=launch, reason="Storm.", by=coordinator)
    again = planning.start(**start)
    assert sign_in(coordinator).get(reverse("launch", args=[city.slug])).context["launch"] == again


def test_programme_must_be_one_of_the_citys(programme, outsider, coordinator):
    far = make_city("far")
    with pytest.raises(NotAllowed):
        planning.start(city=far, programme=programme, plan=planning.Plan(**PLAN), by=coordinator)
    programme.cities.clear()
    with pytest.raises(CannotBeDone, match="takes part"):
        city = coordinator.cities[0]
        planning.start(city=city, programme=programme, plan=planning.Plan(**PLAN), by=coordinator)


def test_events_of_a_programme_do_not_become_launch_events(event, programme, network, sign_in):
    form = sign_in(network).get(reverse("event_add", args=[programme.slug])).context["form"]
    assert EventKind.LAUNCH not in dict(form.fields["kind"].choices)
    facts = {name: PLAN[name] for name in ("title", "starts_on", "ends_on", "place", "summary")}
    with pytest.raises(CannotBeDone, match="a city's own"):
        events.add_event(programme=programme, kind=EventKind.LAUNCH, by=network, **facts)
    with pytest.raises(CannotBeDone, match="a city's own"):
        events.change_event(event=event, base_version=0, kind=EventKind.LAUNCH, by=network, **facts)


# Publishing -----------------------------------------------------------------------------------------------------------


def test_public_page_is_there_once_the_lead_publishes(programme, city, coordinator, lead, partner, sign_in):
    launch = make_launch(programme, city, coordinator, published_at=None, published_by=None)
    assert sign_in(None).get(public(launch)).status_code == 404
    assert sign_in(partner).post(address("launch_publish", launch)).status_code == 403
    sign_in(lead).post(address("launch_publish", launch))
    assert sign_in(None).get(public(launch)).status_code == 200
    launch.refresh_from_db()
    assert launch.published_by == lead
    with pytest.raises(CannotBeDone, match="already"):
        planning.publish(launch=launch, by=lead)


def test_event_without_a_place_is_not_published(programme, city, coordinator):
    launch = make_launch(programme, city, coordinator, place="", published_at=None, published_by=None)
    with pytest.raises(CannotBeDone, match="Say where"):
        planning.publish(launch=launch, by=coordinator)


def test_citys_page_leads_to_the_published_event(launch, city, sign_in):
    links = sign_in(None).get(city.get_absolute_url()).context["links"]
    assert [(one.title, one.url) for one in links if one.url == public(launch)] == [("Open day", public(launch))]


# Changing -------------------------------------------------------------------------------------------------------------


def test_who_comes_gets_the_new_time_in_the_same_entry(launch, coordinator, mails):
    registering.register(launch=launch, key=uuid4(), person=somebody("Anna"))
    before = calendar_in(mails("anna@example.org")[0])[1]
    day = launch.event.starts_on + timedelta(days=7)
    news = changed(launch, coordinator, starts_on=day, ends_on=day, begins=time(18), ends=time(20))
    (mail,) = mails("anna@example.org")[1:]
    kind, event = calendar_in(mail)
    assert (news.told, mail["subject"], kind) == (1, "Testville: changed – Open day", "text/calendar; method=REQUEST")
    assert (event["UID"], event["SEQUENCE"]) == (before["UID"], before["SEQUENCE"] + 1)
    assert event["DTSTART"].dt == Launch.objects.select_related("event__city").get().starts_at


def test_change_of_places_or_words_mails_nobody(launch, coordinator, mails):
    make_registration(launch, "Anna")
    assert changed(launch, coordinator, summary="More words.", places=3).told == 0
    assert mails() == []


def test_more_places_move_people_up_in_their_order_and_fewer_throw_nobody_out(launch, coordinator, mails):
    for name in ("Anna", "Bo", "Cy", "Di", "Ed"):
        registering.register(launch=launch, key=uuid4(), person=somebody(name))
    assert changed(launch, coordinator, places=4).moved_up == 2
    assert standings(launch) == {"Anna": "coming", "Bo": "coming", "Cy": "coming", "Di": "coming", "Ed": "waiting"}
    assert mails("cy@example.org")[-1]["subject"] == "A place became free for you: Open day"
    launch = Launch.objects.select_related("event__city").get()
    assert changed(launch, coordinator, places=1).moved_up == 0
    assert list(standings(launch).values()).count("coming") == 4
    launch = Launch.objects.select_related("event__city").get()
    assert changed(launch, coordinator, places=None).moved_up == 1


def test_data_are_kept_and_links_work_by_the_new_end(launch, coordinator):
    registration = make_registration(launch, "Anna")
    day = launch.event.ends_on + timedelta(days=40)
    changed(launch, coordinator, starts_on=day, ends_on=day)
    registration.refresh_from_db()
    fresh = Launch.objects.select_related("event__city").get()
    assert registration.attendee.keep_until == fresh.keeps_until
    assert registration.expires_at == fresh.links_work_until


def test_two_coordinators_editing_one_event_see_both_texts(launch, coordinator, partner, sign_in):
    edit = address("launch_edit", launch)
    form = sign_in(coordinator).get(edit).context["form"]
    given = {name: form[name].value() for name in form.fields} | {"begins": "10:00", "ends": "16:00"}
    sign_in(partner).post(edit, given | {"place": "Library"})
    mine = sign_in(coordinator).post(edit, given | {"place": "School"})
    assert mine.status_code == 409
    assert mine.context["form"].differences == [("Place", "Library", "School")]
    assert ProgrammeEvent.objects.get().place == "Library"
    again = sign_in(coordinator).post(
        edit, given | {"place": "School", "version": mine.context["form"]["version"].value()}
    )
    assert (again.status_code, ProgrammeEvent.objects.get().place) == (302, "School")


def test_old_version_is_refused(launch, coordinator):
    Launch.objects.update(version=3)
    with pytest.raises(Conflict):
        changed(launch, coordinator, place="School")


def test_days_cannot_leave_an_agenda_item_behind(launch, coordinator):
    launch.event.agenda.create(day=launch.event.starts_on, begins="10:00", ends="11:00", title="Welcome")
    day = launch.event.starts_on + timedelta(days=1)
    with pytest.raises(CannotBeDone, match="“Welcome” is on the agenda"):
        changed(launch, coordinator, starts_on=day, ends_on=day)


# Calling off ----------------------------------------------------------------------------------------------------------


def test_all_who_come_or_wait_hear_that_it_is_cancelled(launch, coordinator, sign_in, mails):
    for name, standing in (("Anna", Standing.COMING), ("Bo", Standing.WAITING), ("Cy", Standing.CANCELLED)):
        make_registration(launch, name, standing=standing)
    sign_in(coordinator).post(address("launch_cancel", launch), {"reason": "A storm is coming."})
    assert mails() == [
        ("anna@example.org", "Testville: cancelled – Open day"),
        ("bo@example.org", "Testville: cancelled – Open day"),
    ]
    kind, event = calendar_in(mails("anna@example.org")[0])
    assert (kind, event["STATUS"], event["SEQUENCE"]) == ("text/calendar; method=CANCEL", "CANCELLED", 1)
    assert "A storm is coming." in mails("anna@example.org")[0]["text"]
    page = sign_in(None).get(public(launch)).content.decode()
    assert "This event is cancelled." in page
    assert "A storm is coming." in page
    assert sign_in(coordinator).get(address("launch_edit", launch)).status_code == 403


def test_partner_runs_the_event_and_does_not_call_it_off(launch, partner, sign_in):
    assert sign_in(partner).get(address("launch_edit", launch)).status_code == 200
    assert sign_in(partner).post(address("launch_cancel", launch), {"reason": "No."}).status_code == 403
    launch.event.refresh_from_db()
    assert not launch.event.is_cancelled


def test_event_that_is_over_is_cancelled_without_mail(programme, city, coordinator, mails):
    past = timezone.localdate() - timedelta(days=9)
    launch = make_launch(programme, city, coordinator, starts_on=past, ends_on=past)
    make_registration(launch, "Anna")
    assert planning.cancel(launch=launch, reason="It did not take place.", by=coordinator) == 0
    assert mails() == []


def test_cancelling_without_a_reason_comes_back(launch, coordinator, sign_in):
    answer = sign_in(coordinator).post(address("launch_cancel", launch), {"reason": " "})
    assert answer.status_code == 422
    assert re.search(r"<details[^>]* open>", answer.content.decode())
