"""Those who run the event: who registered, adding by hand, letting in, export; inviting from the register."""

import csv
import io
from datetime import timedelta
from uuid import uuid4

import pytest
from django.urls import reverse
from django.utils import timezone

from epi.errors import CannotBeDone, NotAllowed
from strategy.consent import actions as consent
from strategy.events.enums import Standing
from strategy.launch.actions import inviting, planning, registering
from strategy.models import Attendee, Contact, LaunchInvitation, Registration
from strategy.stakeholders.actions import register as stakeholders
from strategy.stakeholders.enums import Purpose
from tests.factories import make_contact, make_launch, make_registration, make_stakeholder
from tests.strategy.launch.conftest import address, posted, somebody, standings

pytestmark = pytest.mark.django_db


# By hand --------------------------------------------------------------------------------------------------------------


def test_somebody_who_called_is_registered_without_an_address(launch, coordinator, sign_in, mails):
    answer = sign_in(coordinator).post(address("registration_add", launch), posted("Anna", email=""))
    assert answer.url == address("registrations", launch)
    assert (standings(launch), mails()) == ({"Anna": "coming"}, [])


def test_form_by_hand_sent_twice_is_one_registration(launch, coordinator, sign_in, mails):
    form = posted("Anna")
    for _time in range(2):
        sign_in(coordinator).post(address("registration_add", launch), form)
    assert (Registration.objects.count(), len(mails())) == (1, 1)


def test_by_hand_the_limit_holds_and_a_known_address_is_refused(launch, coordinator, sign_in):
    for name in ("Anna", "Bo"):
        make_registration(launch, name)
    given = {"launch": launch, "by": coordinator}
    assert registering.add_by_hand(key=uuid4(), person=somebody("Cy"), **given) == Standing.WAITING
    again = sign_in(coordinator).post(address("registration_add", launch), posted("Else", email="CY@example.org"))
    assert again.status_code == 422
    assert "registered already" in again.content.decode()
    assert 'value="Else"' in again.content.decode()


def test_person_is_let_in_out_of_turn_and_beyond_the_limit(launch, coordinator, sign_in, mails):
    for name, standing in (("Anna", "coming"), ("Bo", "coming"), ("Cy", "waiting"), ("Di", "waiting")):
        make_registration(launch, name, standing=standing)
    chosen = launch.registrations.get(attendee__name="Di")
    sign_in(coordinator).post(address("registration_place", launch, chosen.pk))
    assert standings(launch) == {"Anna": "coming", "Bo": "coming", "Cy": "waiting", "Di": "coming"}
    assert mails() == [("di@example.org", "A place became free for you: Open day")]
    registering.cancel(registration=launch.registrations.get(attendee__name="Anna"), by=coordinator)
    assert standings(launch)["Cy"] == "waiting"  # two places, and two have them
    with pytest.raises(CannotBeDone, match="not on the waiting list"):
        registering.give_place(registration=chosen, by=coordinator)


def test_registration_cancelled_by_hand_is_told_and_the_next_moves_up(launch, coordinator, sign_in, mails):
    for name, standing in (("Anna", "coming"), ("Bo", "coming"), ("Cy", "waiting")):
        make_registration(launch, name, standing=standing)
    anna = launch.registrations.get(attendee__name="Anna")
    sign_in(coordinator).post(address("registration_cancel", launch, anna.pk))
    assert standings(launch) == {"Anna": "cancelled", "Bo": "coming", "Cy": "coming"}
    assert mails() == [
        ("anna@example.org", "Your registration is cancelled: Open day"),
        ("cy@example.org", "A place became free for you: Open day"),
    ]


def test_registration_of_another_city_is_not_found(launch, outsider, programme, coordinator, sign_in):
    elsewhere = outsider.cities[0]
    programme.cities.add(elsewhere)
    theirs = make_registration(make_launch(programme, elsewhere, outsider), "Anna")
    for name in ("registration_place", "registration_cancel", "registration_delete"):
        assert sign_in(coordinator).post(address(name, launch, theirs.pk)).status_code == 404
    assert Attendee.objects.get(name="Anna").standing == "coming"


def test_lead_looks_and_does_not_run_it(launch, lead):
    with pytest.raises(NotAllowed):
        registering.add_by_hand(launch=launch, key=uuid4(), person=somebody(), by=lead)


# Looking for somebody -------------------------------------------------------------------------------------------------


def test_search_finds_without_marks_and_capitals(launch, coordinator, sign_in):
    make_registration(launch, "Łucja Ząbek", represents="Chór")
    make_registration(launch, "Anna Nowak", standing=Standing.WAITING)
    page = address("registrations", launch)

    def found(query: str) -> list[str]:
        return [str(one.attendee) for one in sign_in(coordinator).get(f"{page}?{query}").context["page"]]

    assert found("") == ["Łucja Ząbek", "Anna Nowak"]
    assert found("q=lucja") == found("q=chor") == found("standing=coming") == ["Łucja Ząbek"]
    assert found("standing=waiting") == ["Anna Nowak"]
    assert found("q=nobody") == []
    assert found("standing=wrong") == ["Łucja Ząbek", "Anna Nowak"]


def test_viewer_of_the_city_sees_numbers_and_no_names(launch, viewer, sign_in):
    make_registration(launch, "Anna Nowak")
    page = sign_in(viewer).get(reverse("launch", args=["testville"])).content.decode()
    assert "1 of 2" in page
    pages = [address("registrations", launch), f"{launch.event.get_absolute_url()}people/"]
    assert [sign_in(viewer).get(one).status_code for one in pages] == [403, 403]
    assert "Anna" not in page + sign_in(viewer).get(launch.event.get_absolute_url()).content.decode()


def test_table_has_those_registered_and_runs_no_formula(launch, coordinator, sign_in):
    make_registration(launch, "Anna", represents="=1+1")
    make_registration(launch, "Gone", keep_until=timezone.localdate() - timedelta(days=1))
    export = address("registrations_export", launch)
    answer = sign_in(coordinator).get(f"{export}?format=csv")
    head, *rows = csv.reader(io.StringIO(answer.content.decode()))
    assert head == ["Name", "Comes for", "E-mail address", "Language", "State", "Registered", "Was there"]
    assert [row[:5] for row in rows] == [
        ["Anna", "'=1+1", "anna@example.org", "", "Has a place"],
        ["A person whose data were deleted", "", "", "", "Has a place"],
    ]
    assert sign_in(coordinator).get(export)["Content-Type"].endswith("spreadsheetml.sheet")


@pytest.mark.parametrize("rows", [1, 3, 30])
def test_list_of_registrations_costs_the_same(rows, launch, coordinator, sign_in, django_assert_num_queries):
    for number in range(rows):
        make_registration(launch, f"Person {number}")
    browser = sign_in(coordinator)
    browser.get(address("registrations", launch))
    with django_assert_num_queries(8):
        page = browser.get(address("registrations", launch))
    assert len(page.context["page"]) == rows


# Inviting -------------------------------------------------------------------------------------------------------------


@pytest.fixture
def guests(city, coordinator) -> list[Contact]:
    """Two who agreed to news of the strategy."""
    choir = make_stakeholder(city, coordinator, "Choir")
    return [make_contact(choir, name, purpose=Purpose.SESSIONS_AND_NEWS) for name in ("Ida Muster", "Udo Muster")]


def invite(launch, by, *contacts) -> int:
    return inviting.invite(launch=launch, contacts=contacts, by=by)


def test_only_those_who_agreed_to_news_and_have_an_address_are_offered(launch, guests, coordinator, sign_in):
    choir, given = guests[0].stakeholder, {"purpose": Purpose.SESSIONS_AND_NEWS}
    make_contact(choir, "Sessions Only", purpose=Purpose.SESSIONS)
    make_contact(choir, "No Address", email="", **given)
    make_contact(choir, "Time Over", keep_until=timezone.localdate() - timedelta(days=1), **given)
    page = sign_in(coordinator).get(address("launch_invite", launch))
    assert [str(contact) for contact, _ticked in page.context["candidates"]] == ["Ida Muster", "Udo Muster"]


def test_invited_get_calendar_file_public_page_and_way_out(launch, guests, coordinator, sign_in, mails):
    page = address("launch_invite", launch)
    sign_in(coordinator).post(page, {"contacts": [guests[0].pk]})
    (mail,) = mails("ida.muster@example.org")
    assert mail["subject"] == "Testville zaprasza: Open day"
    assert launch.get_absolute_url() in mail["text"]
    assert mail["attachments"][0][2] == "text/calendar; method=REQUEST"
    shown = sign_in(coordinator).get(page).context
    assert [str(one.contact) for one in shown["invitations"]] == ["Ida Muster"]
    assert [str(contact) for contact, _ticked in shown["candidates"]] == ["Udo Muster"]


def test_nobody_is_invited_twice_by_whatever_entry(launch, guests, city, coordinator, mails):
    ida = guests[0]
    twin = make_contact(
        make_stakeholder(city, coordinator, "School"), "Ida", email=ida.email.upper(), purpose=ida.purpose
    )
    assert invite(launch, coordinator, *guests) == 2
    assert invite(launch, coordinator, twin) == 1
    with pytest.raises(CannotBeDone, match="not invited yet"):
        invite(launch, coordinator, *guests, twin)
    assert len(mails()) == 2
    stakeholders.merge(stakeholder=twin.stakeholder, into=ida.stakeholder, by=coordinator)
    assert LaunchInvitation.objects.count() == 2


@pytest.mark.parametrize(
    ("change", "fault"),
    [
        ({"purpose": Purpose.SESSIONS}, "to sessions only"),
        ({"email": ""}, "no e-mail address"),
        ({"keep_until": timezone.localdate() - timedelta(days=1)}, "does not hold today"),
    ],
)
def test_person_who_has_not_agreed_is_refused_and_nobody_is_invited(change, fault, launch, guests, coordinator, mails):
    Contact.objects.filter(pk=guests[1].pk).update(**change)
    with pytest.raises(CannotBeDone, match=fault):
        invite(launch, coordinator, *guests)
    assert (mails(), LaunchInvitation.objects.count()) == ([], 0)


def test_person_of_another_citys_register_is_refused(launch, outsider, coordinator):
    theirs = make_contact(make_stakeholder(outsider.cities[0], outsider), "Anna", purpose=Purpose.SESSIONS_AND_NEWS)
    with pytest.raises(NotAllowed):
        invite(launch, coordinator, theirs)


def test_nobody_is_invited_before_it_is_published(programme, city, coordinator, guests, sign_in):
    launch = make_launch(programme, city, coordinator, published_at=None, published_by=None)
    answer = sign_in(coordinator).post(address("launch_invite", launch), {"contacts": [guests[0].pk]})
    assert answer.status_code == 422
    assert "Publish the event first" in answer.content.decode()


def test_invited_hear_of_changes_once_and_of_the_end(launch, guests, coordinator, mails):
    invite(launch, coordinator, *guests)
    registering.register(launch=launch, key=uuid4(), person=somebody("Ida Muster"))
    sent = len(mails())
    told = planning.cancel(launch=launch, reason="Storm.", by=coordinator)
    assert (told, [to for to, _subject in mails()[sent:]]) == (2, ["ida.muster@example.org", "udo.muster@example.org"])
    assert mails("udo.muster@example.org")[-1]["attachments"][0][2] == "text/calendar; method=CANCEL"


def test_way_out_in_the_invitation_forgets_the_person(launch, guests, coordinator, sign_in, mails):
    invite(launch, coordinator, guests[0])
    (link,) = [word for word in mails("ida.muster@example.org")[0]["text"].split() if "/consent/" in word]
    path = link.replace("http://testserver", "")
    page = sign_in(None).get(path)
    assert "Ida Muster" in page.content.decode()
    sign_in(None).post(path)
    guests[0].refresh_from_db()
    assert (guests[0].name, mails("ida.muster@example.org")) == ("", [])
    assert sign_in(None).get(path).status_code == 404


def test_who_withdrew_hears_nothing_more(launch, guests, coordinator, mails):
    invite(launch, coordinator, *guests)
    consent.withdraw(contact=guests[0], by=coordinator)
    assert planning.cancel(launch=launch, reason="Storm.", by=coordinator) == 1
    assert mails()[-1][0] == "udo.muster@example.org"
