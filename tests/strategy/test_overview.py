"""A city's engagement at a glance, and the same on the desk."""

from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from strategy import tasks
from strategy.enums import Sector
from strategy.findings.enums import FindingKind
from strategy.models import Amendment, ChosenArea, Finding, Participant, Presence, Topic
from strategy.overview import desk, queries
from strategy.sessions.enums import MinutesPhase, SessionState
from tests.factories import make_attendee, make_contact, make_event, make_session, make_stakeholder
from tests.rows import all_rows

TOMORROW = {
    "starts_at": timezone.now() + timedelta(days=1),
    "ends_at": timezone.now() + timedelta(days=1, hours=2),
}


@pytest.fixture
def overview(sign_in, city):
    return lambda user: sign_in(user).get(reverse("engagement", args=[city.slug]))


def steps(city) -> list[str]:
    return [one.step for one in queries.unfinished([city])]


def test_session_to_come_waits_for_guide_people_and_invitations_in_turn(city, assessment, coordinator, contact):
    session = make_session(assessment, coordinator, **TOMORROW)
    assert steps(city) == ["guide"]
    Topic.objects.create(session=session, subject="language", position=1)
    assert steps(city) == ["people"]
    participant = Participant.objects.create(session=session, contact=contact)
    assert steps(city) == ["invite"]
    Participant.objects.filter(pk=participant.pk).update(invited_at=timezone.now())
    assert steps(city) == ["wait"]


def test_person_out_of_time_is_nobody_to_invite(city, assessment, coordinator, contact):
    """Else the desk asks for an invitation that the session's own page no longer offers."""
    session = make_session(assessment, coordinator, **TOMORROW)
    Topic.objects.create(session=session, subject="language", position=1)
    Participant.objects.create(session=session, contact=contact)
    assert steps(city) == ["invite"]
    contact.keep_until = contact.consent_given_on
    contact.save()
    assert steps(city) == ["wait"]


def test_session_that_was_waits_for_holding_minutes_and_amendments_in_turn(city, session, contact):
    assert steps(city) == ["hold"]
    _set(session, state=SessionState.HELD)
    assert steps(city) == ["write"]
    _set(session, minutes="What was said.")
    assert steps(city) == ["circulate"]
    _set(session, minutes_phase=MinutesPhase.CIRCULATED)
    assert steps(city) == ["finish"]
    participant = Participant.objects.create(session=session, contact=contact, attended=True)
    Amendment.objects.create(session=session, participant=participant, text="Add the library.")
    assert steps(city) == ["amendments"]
    _set(session, minutes_phase=MinutesPhase.FINAL)
    assert steps(city) == []


def _set(session, **values):
    type(session).objects.filter(pk=session.pk).update(**values)


def test_cancelled_session_and_those_of_other_cities_are_not_listed(city, session, outsider):
    _set(session, state=SessionState.CANCELLED, state_reason="The hall burned down.")
    assert steps(city) == []
    assert queries.unfinished(outsider.cities) == []


def test_sentences_lead_a_coordinator_from_the_register_to_the_choice(overview, city, assessment, coordinator):
    assert "Begin with the register." in overview(coordinator).content.decode()
    stakeholder = make_stakeholder(city, coordinator)
    assert "Now plan a session." in overview(coordinator).content.decode()
    session = make_session(assessment, coordinator)
    page = overview(coordinator).content.decode()
    assert "“Focus group on housing” waits for you." in page
    _set(session, state=SessionState.HELD, minutes="Said.", minutes_phase=MinutesPhase.FINAL)
    assert "The sessions have spoken." in overview(coordinator).content.decode()
    ChosenArea.objects.create(assessment=assessment, subject="language", reason="Weak.", chosen_by=coordinator)
    page = overview(coordinator).content.decode()
    assert ("The sessions have spoken." in page, "<li>Language" in page) == (False, True)
    assert stakeholder.name not in page


def test_reader_is_told_what_there_is_and_not_what_to_do(overview, city, viewer):
    page = overview(viewer).content.decode()
    assert ("Begin with the register." in page, "Nobody yet." in page) == (False, True)


def test_numbers_are_those_of_the_register_and_of_told_sessions(city, session, coordinator, contact):
    make_contact(contact.stakeholder, "Soon Over", keep_until=timezone.localdate() + timedelta(days=10))
    make_contact(contact.stakeholder, "Long Gone", keep_until=timezone.localdate() - timedelta(days=1))
    make_stakeholder(city, coordinator, "Parish", sector=Sector.FAITH)
    register = queries.register_of(city)
    assert register.by_sector == [("Civil society organisations", 1), ("Faith communities", 1)]
    assert (register.organisations, register.persons, register.ending_soon) == (2, 2, 1)
    assert "Media" in register.missing
    assert "Faith communities" not in register.missing

    Finding.objects.create(session=session, subject="COM1", kind=FindingKind.IDEA, text="A map.", by=coordinator)
    Participant.objects.create(session=session, contact=contact, attended=True)
    Presence.objects.create(session=session, sector=Sector.MEDIA, count=4)
    assert queries.found_in(city) == queries.Found([], 0, 0)
    _set(session, state=SessionState.HELD, minutes="Said.", minutes_phase=MinutesPhase.FINAL)
    assert queries.found_in(city) == queries.Found([("Gives an idea", 1)], 1, 5)


def test_desk_tells_those_who_run_engagement_what_waits_and_others_what_there_is(session, coordinator, viewer, expert):
    line = "Focus group on housing: Mark as held"
    told = {
        user.name: [(item.lines, item.to_do) for item in desk.items(user)] for user in (coordinator, viewer, expert)
    }
    assert told == {
        "Coordinator": [([line], "1 session waits for you")],
        "Viewer": [([line], "")],
        "Expert": [],
    }


def test_desk_shows_it_and_leads_there(sign_in, session, coordinator, city):
    page = sign_in(coordinator).get(reverse("home")).content.decode()
    assert f'href="{reverse("engagement", args=[city.slug])}"' in page
    assert "1 session waits for you" in page


@pytest.mark.parametrize("rows", [1, 3])
def test_overview_costs_the_same(rows, sign_in, city, assessment, coordinator, django_assert_num_queries):
    for number in range(rows):
        session = make_session(assessment, coordinator, f"Session {number}")
        told = make_session(assessment, coordinator, f"Told {number}")
        _set(told, state=SessionState.HELD, minutes="Said.", minutes_phase=MinutesPhase.FINAL)
        contact = make_contact(make_stakeholder(city, coordinator, f"Organisation {number}"), f"Person {number}")
        Participant.objects.create(session=session, contact=contact)
        Finding.objects.create(session=told, subject="COM1", kind=FindingKind.IDEA, text="A map.", by=coordinator)
        area = ("language", "commitment", "education")[number]
        ChosenArea.objects.create(assessment=assessment, subject=area, reason="Weak.", chosen_by=coordinator)
    browser = sign_in(coordinator)
    address = reverse("engagement", args=[city.slug])
    browser.get(address)
    with django_assert_num_queries(13):
        page = browser.get(address)
    assert len(page.context["work"]) == rows


def test_scheduled_task_forgets_people_of_events_too(programme, network):
    event = make_event(programme, network)
    attendee = make_attendee(event, keep_until=timezone.localdate() - timedelta(days=1))
    tasks.forget_persons()
    attendee.refresh_from_db()
    assert (attendee.name, attendee.forgotten_at is not None) == ("", True)
    before = all_rows()
    tasks.forget_persons()
    assert all_rows() == before


def test_partner_runs_it_too(overview, city, partner):
    assert "Begin with the register." in overview(partner).content.decode()
