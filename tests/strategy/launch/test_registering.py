"""Registering: places and the waiting list, the same form or address twice, the personal link, many people at once."""

import threading
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from uuid import uuid4

import icalendar
import pytest
import time_machine
from django.db import connection, connections
from django.test import Client
from django.utils import timezone
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from cities.models import City
from epi.errors import CannotBeDone
from epi.models import Event
from strategy.events.enums import Standing
from strategy.launch.actions import planning, registering
from strategy.launch.forms import LaunchForm
from strategy.launch.views.public import MOST_REGISTRATIONS
from strategy.models import Attendee, Launch, Registration
from tests.factories import make_launch, make_registration
from tests.rows import all_rows
from tests.strategy.launch.conftest import link_in, posted, public, somebody, standings

pytestmark = pytest.mark.django_db


def register(launch, name="Ewa Muster", **said) -> bool:
    return registering.register(launch=launch, key=uuid4(), person=somebody(name, **said))


def registration_of(launch, name) -> Registration:
    return launch.registrations.select_related("launch__event__city").get(attendee__name=name)


def said_on(page) -> str:
    return " ".join(str(message) for message in page.context["messages"])


# Places and the waiting list ------------------------------------------------------------------------------------------


def test_first_get_the_places_and_the_others_wait(launch, mails):
    waits = [register(launch, name) for name in ("Anna", "Bo", "Cy", "Di")]
    assert waits == [False, False, True, True]
    assert standings(launch) == {"Anna": "coming", "Bo": "coming", "Cy": "waiting", "Di": "waiting"}
    assert mails() == [
        ("anna@example.org", "You have a place: Open day"),
        ("bo@example.org", "You have a place: Open day"),
        ("cy@example.org", "You are on the waiting list: Open day"),
        ("di@example.org", "You are on the waiting list: Open day"),
    ]


def test_page_says_before_and_after_that_all_places_are_taken(launch, sign_in):
    browser = sign_in(None)
    page = browser.get(public(launch)).content.decode()
    assert "2 places are free." in page
    for name in ("Anna", "Bo"):
        page = browser.post(public(launch), posted(name), follow=True)
        assert said_on(page) == "Thank you. We sent you a mail with all you need, and a link by which you can cancel."
    assert "All places are taken." in page.content.decode()
    assert "Put me on the waiting list" in page.content.decode()
    page = browser.post(public(launch), posted("Cy"), follow=True)
    assert "you are on the waiting list" in said_on(page)


def test_without_a_limit_everybody_comes(programme, city, coordinator):
    launch = make_launch(programme, city, coordinator, places=None)
    assert [register(launch, name) for name in ("Anna", "Bo", "Cy")] == [False] * 3
    assert set(standings(launch).values()) == {"coming"}


def test_mail_has_the_calendar_file_for_those_with_a_place_only(launch, mails):
    for name in ("Anna", "Bo", "Cy"):
        register(launch, name)
    (file,) = mails("anna@example.org")[0]["attachments"]
    assert (file[0], file[2]) == ("invitation.ics", "text/calendar; method=REQUEST")
    (event,) = icalendar.Calendar.from_ical(file[1]).walk("VEVENT")
    assert (event["SUMMARY"], event["DTSTART"].dt) == ("Open day", launch.starts_at)
    assert "/registration/" not in file[1]
    assert mails("cy@example.org")[0]["attachments"] == []


def test_what_is_kept_is_told_and_has_an_end(launch, sign_in, mails):
    page = sign_in(None).get(public(launch)).content.decode()
    register(launch)
    end = launch.event.ends_on.replace(year=launch.event.ends_on.year + 1)
    assert Attendee.objects.get().keep_until == end == launch.keeps_until
    told = f"{end.day} {end:%B %Y}"
    assert told in page
    assert told in mails("ewa.muster@example.org")[0]["text"]


def test_person_reads_their_mail_in_the_language_they_chose(launch):
    register(launch, language="pl")
    assert Attendee.objects.get().language == "pl"


# The same again -------------------------------------------------------------------------------------------------------


def test_form_sent_twice_is_one_registration(launch, sign_in, mails):
    form = posted()
    pages = [sign_in(None).post(public(launch), form, follow=True) for _time in range(2)]
    assert said_on(pages[0]) == said_on(pages[1])
    assert (Registration.objects.count(), len(mails())) == (1, 1)


def test_form_of_who_waits_sent_twice_says_the_same(launch, sign_in):
    for name in ("Anna", "Bo"):
        register(launch, name)
    form = posted("Cy")
    pages = [sign_in(None).post(public(launch), form, follow=True) for _time in range(2)]
    assert said_on(pages[0]) == said_on(pages[1])
    assert Registration.objects.count() == 3


def test_address_that_is_registered_gets_a_mail_and_the_page_tells_nothing(launch, sign_in, mails):
    first = sign_in(None).post(public(launch), posted("Ewa Muster"), follow=True)
    again = sign_in(None).post(public(launch), posted("Somebody Else", email="EWA.Muster@example.org"), follow=True)
    assert said_on(first) == said_on(again)
    assert standings(launch) == {"Ewa Muster": "coming"}
    one, two = mails("ewa.muster@example.org")
    assert two["subject"] == "You are registered already: Open day"
    assert "Somebody Else" not in two["text"]
    assert sign_in(None).get(link_in(one)).status_code == 404
    assert sign_in(None).get(link_in(two)).status_code == 200


def test_who_cancelled_may_register_again_at_the_end(launch):
    for name in ("Anna", "Bo", "Cy"):
        register(launch, name)
    registering.cancel_own(registration=registration_of(launch, "Anna"))
    assert register(launch, "Anna")
    assert standings(launch) == {"Anna": "waiting", "Bo": "coming", "Cy": "coming"}
    assert Registration.objects.count() == 3


# When it is closed ----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("zone", "open_at_midnight_in_brussels"), [("", False), ("Europe/Riga", False), ("Atlantic/Azores", True)]
)
def test_registration_closes_at_midnight_of_the_city(zone, open_at_midnight_in_brussels, launch):
    City.objects.update(time_zone=zone)
    Launch.objects.update(register_until="2090-07-01")
    launch.event.__class__.objects.update(starts_on="2090-07-10", ends_on="2090-07-10")
    fresh = Launch.objects.select_related("event__city").get()
    with time_machine.travel("2090-07-01 12:00+02:00"):
        assert fresh.takes_registrations
    with time_machine.travel("2090-07-02 00:00:01+02:00"):
        assert fresh.takes_registrations is open_at_midnight_in_brussels


def test_closed_registration_says_so_and_what_was_typed_is_not_taken(launch, sign_in):
    Launch.objects.update(register_until=timezone.localdate() - timedelta(days=1))
    page = sign_in(None).get(public(launch)).content.decode()
    assert "Registration closed on" in page
    assert 'name="email"' not in page
    late = sign_in(None).post(public(launch), posted())
    assert late.status_code == 422
    assert "Registration closed on" in str(late.context["form"].non_field_errors())
    assert not Registration.objects.exists()


def test_cancelled_event_and_one_that_is_over_take_nobody(launch, coordinator, sign_in):
    planning.cancel(launch=launch, reason="Storm.", by=coordinator)
    assert sign_in(None).post(public(launch), posted()).status_code == 422
    with pytest.raises(CannotBeDone, match="is cancelled"):
        register(launch)
    with time_machine.travel(launch.ends_at + timedelta(minutes=1)):
        launch.event.__class__.objects.update(cancelled_at=None, cancelled_by=None, cancel_reason="")
        with pytest.raises(CannotBeDone, match="is over"):
            register(launch)


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"name": " "}, "name"),
        ({"name": "Win at https://example.org"}, "name"),
        ({"email": "no address"}, "email"),
        ({"language": "tlh"}, "language"),
    ],
)
def test_faulty_form_comes_back_with_what_was_typed(change, field, launch, sign_in):
    answer = sign_in(None).post(public(launch), posted() | {"represents": "The choir"} | change)
    assert (answer.status_code, list(answer.context["form"].errors)) == (422, [field])
    assert 'value="The choir"' in answer.content.decode()
    assert not Registration.objects.exists()


def test_machine_that_registers_without_end_is_told_to_wait(launch, sign_in):
    Launch.objects.update(places=None)
    browser = sign_in(None)
    answers = [
        browser.post(public(launch), posted(f"P {number}")).status_code for number in range(MOST_REGISTRATIONS + 2)
    ]
    assert answers == [302] * MOST_REGISTRATIONS + [429] * 2
    assert Registration.objects.count() == MOST_REGISTRATIONS


# The personal link ----------------------------------------------------------------------------------------------------


def test_who_cancels_by_link_gives_the_place_to_who_waited_longest(launch, sign_in, mails):
    for name in ("Anna", "Bo", "Cy", "Di"):
        register(launch, name)
    path = link_in(mails("bo@example.org")[0])
    assert "You have a place." in sign_in(None).get(path).content.decode()
    page = sign_in(None).post(path, {"cancel": "1"}, follow=True)
    assert "You have cancelled." in page.content.decode()
    assert standings(launch) == {"Anna": "coming", "Bo": "cancelled", "Cy": "coming", "Di": "waiting"}
    assert [one["subject"] for one in mails("cy@example.org")] == [
        "You are on the waiting list: Open day",
        "A place became free for you: Open day",
    ]
    (file,) = mails("bo@example.org")[1]["attachments"]
    assert file[2] == "text/calendar; method=CANCEL"


def test_cancelling_twice_moves_one_person_up(launch, mails):
    for name in ("Anna", "Bo", "Cy", "Di"):
        register(launch, name)
    sent = len(mails())
    for _time in range(2):
        registering.cancel_own(registration=registration_of(launch, "Bo"))
    assert standings(launch)["Di"] == "waiting"
    assert len(mails()) == sent + 2


def test_link_deletes_what_is_kept_and_is_dead_then(launch, sign_in, mails):
    for name in ("Anna", "Bo", "Cy"):
        register(launch, name)
    path = link_in(mails("anna@example.org")[0])
    page = sign_in(None).post(path, {"delete": "1"})
    assert "Your data are deleted" in page.content.decode()
    assert standings(launch) == {"Bo": "coming", "Cy": "coming"}
    assert sign_in(None).get(path).status_code == 404
    assert mails("anna@example.org") == []


def test_who_was_there_is_still_counted_after_deletion(launch):
    registration = make_registration(launch, "Anna", attended=True)
    registering.delete(registration=registration, by=None)
    row = Attendee.objects.get()
    assert (row.name, row.email, row.represents, row.attended, row.is_known) == ("", "", "", True, False)


def test_once_the_event_has_begun_nobody_cancels_or_moves_up(launch, sign_in, mails):
    for name in ("Anna", "Bo", "Cy"):
        register(launch, name)
    path = link_in(mails("anna@example.org")[0])
    with time_machine.travel(launch.starts_at + timedelta(minutes=1)):
        page = sign_in(None).post(path, {"cancel": "1"}, follow=True)
        assert "The event has begun" in said_on(page)
        registering.delete(registration=registration_of(launch, "Bo"), by=None)
    assert standings(launch) == {"Anna": "coming", "Cy": "waiting"}


def test_wrong_link_and_that_of_a_forgotten_person_say_the_same(launch, sign_in, mails):
    register(launch)
    path = link_in(mails("ewa.muster@example.org")[0])
    Attendee.objects.update(keep_until=timezone.localdate() - timedelta(days=1))
    assert [sign_in(None).get(one).status_code for one in (path, "/registration/guess/")] == [404, 404]


def test_looking_at_a_link_writes_nothing(launch, sign_in, mails):
    register(launch)
    before = all_rows()
    sign_in(None).get(link_in(mails("ewa.muster@example.org")[0]))
    assert all_rows() == before


def test_records_name_nobody(launch, coordinator):
    for name in ("Anna", "Bo", "Cy"):
        register(launch, name)
    registering.give_place(registration=registration_of(launch, "Cy"), by=coordinator)
    registering.cancel(registration=registration_of(launch, "Bo"), by=coordinator)
    registering.delete(registration=registration_of(launch, "Anna"), by=coordinator)
    said = [
        (one.subject_label, one.comment, str(one.detail)) for one in Event.objects.filter(kind__startswith="launch.")
    ]
    assert len(said) == 6
    assert not any(name in text for texts in said for text in texts for name in ("Anna", "Bo", "Cy", "@"))


# Places, whatever happens ---------------------------------------------------------------------------------------------

STEPS = st.lists(
    st.one_of(
        st.tuples(st.just("register"), st.integers(0, 7)),
        st.tuples(st.just("cancel"), st.integers(0, 7)),
        st.tuples(st.just("places"), st.integers(1, 5)),
    ),
    max_size=14,
)


@pytest.mark.django_db(transaction=False)
@given(steps=STEPS)
@settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_nobody_waits_while_a_place_is_free_and_nobody_is_thrown_out(steps, launch, coordinator):
    """And there are never more people than places were offered at the time when the last one got theirs."""
    Registration.objects.all().delete()
    Attendee.objects.all().delete()
    Launch.objects.update(places=2, version=0)
    most = 2
    for what, number in steps:
        before = launch.event.attendees.coming().count()
        if what == "register":
            register(launch, f"Person {number}")
        elif what == "cancel":
            found = (
                launch.registrations.select_related("launch__event").filter(attendee__name=f"Person {number}").first()
            )
            if found:
                registering.cancel_own(registration=found)
        else:
            _offer(launch, number, coordinator)
            most = max(number, before)
        fresh = Launch.objects.get()
        coming = launch.event.attendees.coming().count()
        waiting = launch.event.attendees.filter(standing=Standing.WAITING).count()
        assert coming <= max(most, before)
        assert not (waiting and coming < fresh.places)
        if what == "places":
            assert coming >= before


def _offer(launch, places, by) -> None:
    stored = LaunchForm.stored(Launch.objects.select_related("event").get(pk=launch.pk))
    version = Launch.objects.get(pk=launch.pk).version
    plan = planning.Plan(**{**stored, "places": places})
    planning.change_plan(launch=launch, plan=plan, base_version=version, by=by)


@pytest.mark.django_db(transaction=True)
def test_many_at_once_never_get_more_places_than_there_are(launch):
    """On SQLite one waits for the other anyway; on PostgreSQL the lock on the event makes them wait."""
    number = 12 if connection.vendor == "postgresql" else 6
    start_line = threading.Barrier(number)

    def post(one: int) -> int:
        try:
            start_line.wait()
            return Client().post(public(launch), posted(f"Person {one}")).status_code
        finally:
            connections.close_all()

    with ThreadPoolExecutor(number) as pool:
        answers = list(pool.map(post, range(number)))
    assert answers == [302] * number
    assert sorted(standings(launch).values()) == ["coming"] * 2 + ["waiting"] * (number - 2)


@pytest.mark.django_db(transaction=True)
def test_same_form_sent_twice_at_once_is_one_registration(launch):
    form, start_line = posted(), threading.Barrier(2)

    def post(_time: int) -> int:
        try:
            start_line.wait()
            return Client().post(public(launch), form).status_code
        finally:
            connections.close_all()

    with ThreadPoolExecutor(2) as pool:
        assert list(pool.map(post, range(2))) == [302, 302]
    assert Registration.objects.count() == 1
