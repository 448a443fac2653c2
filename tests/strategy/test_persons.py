"""Contact persons: nobody without a consent, sound dates, two people at one entry, coming back after leaving."""

from datetime import date, timedelta

import pytest
from dateutil.relativedelta import relativedelta
from django.urls import reverse
from django.utils import timezone

from cities.enums import Role
from epi.errors import NotAllowed
from epi.mail import DELIVERY
from epi.models import Event, Job
from strategy.consent import actions as consent
from strategy.models import Contact, Withdrawal
from strategy.stakeholders.actions import persons
from strategy.stakeholders.models import kept_by_default
from tests.factories import make_contact, make_stakeholder, make_user
from tests.icc_index.pages import text
from tests.rows import all_rows

TODAY = timezone.localdate()
AGREED = TODAY - timedelta(days=30)
SENT = {
    "name": "Jan Kowalski",
    "email": "jan@example.org",
    "phone": "+48 81 466 10 00",
    "function": "Director",
    "language": "Polish",
    "purpose": "sessions",
    "consent_given_on": AGREED.isoformat(),
    "consent_given_by": "form",
    "keep_until": "",
    "version": 0,
}


@pytest.fixture
def add(sign_in, stakeholder, coordinator):
    """`add(name="…")`: what the form for a new person answers."""
    path = reverse("contact_add", args=[stakeholder.city.slug, stakeholder.pk])
    return lambda **sent: sign_in(coordinator).post(path, {**SENT, **sent})


@pytest.fixture
def edit(sign_in, contact, coordinator):
    path = reverse("contact_edit", args=[contact.stakeholder.city.slug, contact.pk])
    return lambda by=coordinator, **sent: sign_in(by).post(path, {**SENT, **sent})


def errors(response):
    return {name: list(messages) for name, messages in response.context["form"].errors.items()}


def test_person_is_added_with_consent_and_who_recorded_it(add, stakeholder, coordinator):
    assert add().status_code == 302
    person = Contact.objects.get()
    assert (person.name, person.email, person.language) == ("Jan Kowalski", "jan@example.org", "pl")
    assert (person.consent_given_on, person.consent_given_by) == (AGREED, "form")
    assert person.consent_recorded_by == coordinator
    assert person.keep_until == AGREED + relativedelta(months=24)
    event = Event.objects.get(kind="contact.added")
    assert event.detail == {"stakeholder": stakeholder.pk, "contact": person.pk}


def test_months_kept_come_from_the_setting_but_not_beyond_five_years(settings):
    settings.EPI_CONTACTS_KEPT_MONTHS = 6
    assert kept_by_default(date(2021, 8, 31)) == date(2022, 2, 28)
    settings.EPI_CONTACTS_KEPT_MONTHS = 120
    assert kept_by_default(date(2020, 2, 29)) == date(2025, 2, 28)


@pytest.mark.parametrize(
    ("sent", "fault"),
    [
        ({"consent_given_on": ""}, {"consent_given_on": ["This field is required."]}),
        ({"consent_given_by": ""}, {"consent_given_by": ["This field is required."]}),
        ({"purpose": ""}, {"purpose": ["This field is required."]}),
        ({"name": "  "}, {"name": ["This field is required."]}),
        ({"phone": "call me"}, {"phone": ["Digits, spaces and + only."]}),
        (
            {"consent_given_on": (TODAY + timedelta(days=1)).isoformat()},
            {"consent_given_on": ["This day is still to come. Note a consent once it is given."]},
        ),
        (
            {"keep_until": (AGREED - timedelta(days=1)).isoformat()},
            {"keep_until": ["This day is before the consent was given."]},
        ),
        (
            {"consent_given_on": "2019-01-31", "keep_until": "2019-02-01"},
            {
                "keep_until": [
                    "1 February 2019 is over: the person would be deleted at once. Ask for their consent anew."
                ]
            },
        ),
        (
            {"consent_given_on": "2019-01-31"},
            {
                "keep_until": [
                    "31 January 2021 is over: the person would be deleted at once. Ask for their consent anew."
                ]
            },
        ),
        ({"keep_until": "9999-12-31"}, {"keep_until": None}),
        ({"consent_given_on": "9999-12-31"}, {"consent_given_on": None}),
        ({"keep_until": "soon"}, {"keep_until": ["Enter a valid date."]}),
    ],
)
def test_person_without_a_sound_consent_is_refused(sent, fault, add):
    response = add(**sent)
    assert response.status_code == 422
    found = errors(response)
    assert found.keys() == fault.keys()
    assert all(messages is None or found[name] == messages for name, messages in fault.items())
    assert Contact.objects.count() == 0


def test_consent_holds_for_five_years_to_the_day(add):
    last = AGREED + relativedelta(years=5)
    assert add(keep_until=(last + timedelta(days=1)).isoformat()).status_code == 422
    assert add(keep_until=last.isoformat()).status_code == 302


def test_address_in_use_at_the_organisation_is_refused_in_any_case(add, contact):
    response = add(email="ANNA.nowak@example.org")
    assert errors(response) == {"email": ["A person with this address is in the register already."]}


def test_same_address_at_another_organisation_is_taken(add, city, coordinator):
    make_contact(make_stakeholder(city, coordinator, "Chamber"), "Jan Kowalski", email="jan@example.org")
    assert add().status_code == 302


def test_two_persons_without_an_address_are_taken(add):
    assert (add(email="").status_code, add(email="", name="Ewa Lis").status_code) == (302, 302)


def test_person_whose_time_is_over_may_agree_anew_in_the_same_row(add, contact):
    Contact.objects.update(keep_until=TODAY - timedelta(days=1), version=4)
    assert add(email=contact.email).status_code == 302
    person = Contact.objects.get()
    assert (person.pk, person.name, person.is_known, person.version) == (contact.pk, "Jan Kowalski", True, 5)


# Changing ------------------------------------------------------------------------------------------------------------
def test_consent_that_is_changed_is_recorded_by_who_changed_it(edit, contact, partner):
    assert edit(by=partner, name="Anna Nowak", email=contact.email).status_code == 302
    contact.refresh_from_db()
    assert (contact.consent_recorded_by, contact.consent_given_on, contact.version) == (partner, AGREED, 1)
    event = Event.objects.get(kind="contact.changed")
    assert event.detail["fields"] == ["function", "phone", "language", "consent_given_on", "keep_until"]


def test_other_facts_leave_who_recorded_the_consent(edit, contact, partner, coordinator):
    kept = {"consent_given_on": "2021-01-15", "keep_until": "2026-01-15"}
    Contact.objects.update(consent_given_on=TODAY - timedelta(days=9), keep_until=TODAY + timedelta(days=9))
    contact.refresh_from_db()
    kept = {name: getattr(contact, name).isoformat() for name in kept}
    assert edit(by=partner, email=contact.email, **kept).status_code == 302
    contact.refresh_from_db()
    assert (contact.name, contact.consent_recorded_by) == ("Jan Kowalski", coordinator)


def test_of_two_who_edit_one_is_told_and_sees_both_texts(edit, contact, partner):
    given = {"email": contact.email, "keep_until": TODAY.isoformat()}
    assert edit(by=partner, **given, name="Anna Nowak-Lis").status_code == 302
    response = edit(**given, name="Anna Nowak")
    assert response.status_code == 409
    assert response.context["differences"] == [("Name of the person", "Anna Nowak-Lis", "Anna Nowak")]
    assert Contact.objects.get().name == "Anna Nowak-Lis"
    again = response.context["form"]["version"].value()
    assert edit(**given, name="Anna Nowak", version=again).status_code == 302


def test_another_address_drops_mail_that_waits_for_the_old_one(edit, contact):
    old = Job.objects.create(kind=DELIVERY, payload={"to": contact.email})
    other = Job.objects.create(kind=DELIVERY, payload={"to": "somebody@example.org"})
    assert edit(email="new@example.org").status_code == 302
    assert set(Job.objects.all()) == {other}
    assert old not in Job.objects.all()


def test_address_of_a_colleague_cannot_be_taken(edit, contact):
    make_contact(contact.stakeholder, "Ewa Lis", email="ewa@example.org")
    assert "email" in errors(edit(email="Ewa@example.org"))


def test_person_who_left_in_the_meantime_cannot_be_changed(contact, coordinator):
    Contact.objects.all().forget("withdrawn")
    before = all_rows()
    with pytest.raises(Exception, match="deleted in the meantime"):
        persons.change(contact=contact, base_version=0, by=coordinator, name="Anna", email="a@example.org")
    assert all_rows() == before


@pytest.mark.parametrize("role", ["lead", "contributor", "viewer"])
def test_only_those_who_run_engagement_change_persons(role, contact, request):
    user = request.getfixturevalue(role)
    with pytest.raises(NotAllowed):
        persons.add(stakeholder=contact.stakeholder, by=user, name="Jan", email="")
    with pytest.raises(NotAllowed):
        persons.change(contact=contact, base_version=0, by=user, name="Jan", email="")
    with pytest.raises(NotAllowed):
        consent.withdraw(contact=contact, by=user)


# Coming back ---------------------------------------------------------------------------------------------------------
@pytest.mark.parametrize(
    "sent", [{"email": "Anna.Nowak@example.org"}, {"name": "anna  nowak", "email": "other@example.org"}]
)
def test_person_who_withdrew_comes_back_only_if_somebody_says_that_they_agreed_anew(sent, add, contact, coordinator):
    consent.withdraw(contact=contact, by=coordinator)
    today = {**sent, "consent_given_on": TODAY.isoformat()}
    refused = add(**today)
    assert refused.status_code == 422
    assert "This person withdrew their consent." in text(refused, ".error-summary")
    assert "They agreed anew since" in text(refused, "main")
    assert add(**today, agreed_anew="on").status_code == 302
    assert Contact.objects.known().count() == 1


def test_consent_from_before_the_withdrawal_is_no_new_one(add, contact, coordinator):
    consent.withdraw(contact=contact, by=coordinator)
    response = add(email=contact.email, agreed_anew="on")
    assert errors(response).keys() == {"consent_given_on"}
    assert Contact.objects.known().count() == 0


def test_withdrawal_is_kept_without_telling_who_it_was(contact, coordinator):
    consent.withdraw(contact=contact, by=coordinator)
    kept = "".join(Withdrawal.objects.values_list("person_hash", flat=True))
    assert (len(kept), "anna" in kept) == (128, False)


def test_withdrawal_in_one_city_says_nothing_in_another(contact, outsider, coordinator):
    elsewhere = outsider.cities[0]
    consent.withdraw(contact=contact, by=coordinator)
    neighbour = make_user("neighbour", Role.COORDINATOR, elsewhere)
    added = persons.add(
        stakeholder=make_stakeholder(elsewhere, neighbour),
        by=neighbour,
        name="Anna Nowak",
        email="anna.nowak@example.org",
        consent_given_on=AGREED,
        consent_given_by="form",
        keep_until=TODAY,
    )
    assert added.is_known
