"""Who should be there: consent, groups, mails with their calendar files, reminders, taking off."""

from datetime import UTC, date, datetime, timedelta

import pytest
import time_machine
from django.urls import reverse

from epi.errors import CannotBeDone, NotAllowed
from epi.models import Event
from strategy.enums import Sector
from strategy.models import Contact, ParticipantLink
from strategy.sessions import queries
from strategy.sessions.actions import inviting
from strategy.sessions.enums import Reply
from tests.factories import make_contact, make_stakeholder
from tests.rows import all_rows
from tests.strategy.sessions.conftest import LATER, address, forget, token_in


@pytest.fixture
def invited(coming, people, coordinator):
    """The session to come, with all three persons invited."""
    inviting.add_participants(session=coming, contacts=people, by=coordinator)
    inviting.invite(session=coming, by=coordinator)
    return coming


# Choosing ------------------------------------------------------------------------------------------------------------
def test_ticked_persons_are_on_the_list_and_get_no_mail_yet(coming, people, coordinator, sign_in, mails):
    response = sign_in(coordinator).post(address("session_people", coming), {"contacts": [people[0].pk, people[2].pk]})
    assert response.url == address("session_people", coming)
    assert [one.contact for one in coming.participants.all()] == [people[0], people[2]]
    assert mails() == []


def test_nobody_ticked_is_told(coming, people, coordinator, sign_in):
    response = sign_in(coordinator).post(address("session_people", coming), {})
    assert response.status_code == 422
    assert response.context["form"].errors["contacts"] == ["Tick those who should be there."]


def test_choosing_twice_is_choosing_once(coming, people, coordinator):
    assert inviting.add_participants(session=coming, contacts=people[:2], by=coordinator) == 2
    assert inviting.add_participants(session=coming, contacts=people, by=coordinator) == 1


@pytest.mark.parametrize(
    ("fields", "why"),
    [
        ({"keep_until": date(2090, 4, 13)}, "agreed from 15 January 2021 to 13 April 2090"),
        ({"keep_until": date(2021, 2, 1)}, "consent has ended"),
        ({"consent_given_on": date(2090, 4, 15)}, "agreed from 15 April 2090"),
    ],
)
def test_nobody_is_invited_without_consent_for_that_day(fields, why, coming, people, coordinator):
    Contact.objects.filter(pk=people[1].pk).update(**fields)
    before = all_rows()
    with pytest.raises(CannotBeDone, match=why):
        inviting.add_participants(session=coming, contacts=people, by=coordinator)
    assert all_rows() == before


def test_consent_on_the_very_day_is_enough(coming, people, coordinator):
    Contact.objects.filter(pk=people[0].pk).update(keep_until=date(2090, 4, 14))
    assert inviting.add_participants(session=coming, contacts=people[:1], by=coordinator) == 1


def test_person_whose_consent_ends_too_early_stands_there_with_the_reason(coming, people, coordinator, sign_in):
    Contact.objects.filter(pk=people[0].pk).update(keep_until=date(2090, 4, 13))
    page = sign_in(coordinator).get(address("session_people", coming))
    why = {str(contact): why_not for contact, why_not, _ticked in page.context["candidates"]}
    assert why["Jan Kowalski"] == ""
    assert "the session is on another day: ask for consent first" in why["Anna Nowak"]
    assert f'value="{people[0].pk}" disabled' in page.content.decode()


def test_forgotten_person_is_no_candidate_and_cannot_be_posted(coming, people, coordinator, sign_in):
    forget(people[0])
    browser = sign_in(coordinator)
    page = browser.get(address("session_people", coming))
    assert [str(one[0]) for one in page.context["candidates"]] == ["Jan Kowalski", "Olha Koval"]
    response = browser.post(address("session_people", coming), {"contacts": [people[0].pk]})
    assert response.status_code == 422
    with pytest.raises(CannotBeDone, match="consent has ended"):
        inviting.add_participants(session=coming, contacts=people[:1], by=coordinator)


def test_person_of_another_city_cannot_be_chosen(coming, coordinator, outsider, sign_in):
    stranger = make_contact(make_stakeholder(outsider.cities[0], outsider, "Elsewhere House"), "Some Stranger")
    assert sign_in(coordinator).post(address("session_people", coming), {"contacts": [stranger.pk]}).status_code == 422
    with pytest.raises(NotAllowed):
        inviting.add_participants(session=coming, contacts=[stranger], by=coordinator)
    assert not coming.participants.exists()


def test_register_is_filtered_by_group_and_area_of_interest(coming, people, city, coordinator, sign_in):
    school = make_stakeholder(city, coordinator, "School", sector=Sector.EDUCATION, interests=["education", "language"])
    make_contact(school, "Ewa Szkolna")
    path, browser = address("session_people", coming), sign_in(coordinator)

    def shown(**query):
        return [str(contact) for contact, *_rest in browser.get(path, query).context["candidates"]]

    assert shown() == ["Anna Nowak", "Jan Kowalski", "Olha Koval", "Ewa Szkolna"]
    assert shown(sector="education") == shown(interest="education") == ["Ewa Szkolna"]
    assert shown(interest="media_communication") == shown(sector="faith") == []
    assert shown(sector="civil_society", interest="education") == []


def test_register_has_pages(coming, stakeholder, coordinator, sign_in):
    for number in range(51):
        make_contact(stakeholder, f"Person {number:02}")
    page = sign_in(coordinator).get(address("session_people", coming), {"page": 2})
    assert [str(contact) for contact, *_rest in page.context["candidates"]] == ["Person 50"]


def test_somebody_who_came_unasked_is_added_afterwards(held, people, coordinator):
    Contact.objects.filter(pk=people[0].pk).update(consent_given_on=date.today())
    assert inviting.add_participants(session=held, contacts=people[:1], by=coordinator) == 1


# By group ------------------------------------------------------------------------------------------------------------
def test_missing_groups_are_named_until_somebody_of_them_is_there(coming, people, city, coordinator):
    make_stakeholder(city, coordinator, "School", sector=Sector.EDUCATION)
    inviting.add_participants(session=coming, contacts=people[:2], by=coordinator)
    coming.presences.create(sector=Sector.FAITH, count=2)
    rows = queries.groups(coming)
    missing = {row.sector: row.registered for row in queries.missing(rows)}
    assert missing[Sector.EDUCATION] == 1
    assert missing[Sector.MEDIA] == 0
    assert {Sector.CIVIL_SOCIETY, Sector.FAITH, Sector.OTHER}.isdisjoint(missing)


def test_numbers_by_group_hold_when_somebody_is_forgotten(invited, people):
    invited.participants.filter(contact=people[0]).update(attended=True, reply=Reply.YES, replied_at=LATER)
    before = queries.groups(invited)
    forget(people[0])
    assert queries.groups(invited) == before
    row = next(row for row in before if row.sector == Sector.CIVIL_SOCIETY)
    assert (row.registered, row.chosen, row.coming, row.present) == (1, 3, 1, 1)


@pytest.mark.parametrize(("name", "sees"), [("coordinator", True), ("partner", True), ("lead", True)])
def test_names_are_for_those_who_see_contacts(name, sees, invited, cast, sign_in):
    for page in ("session_people", "session_attendance"):
        text = sign_in(cast[name]).get(address(page, invited)).content.decode()
        if page == "session_people" or name != "lead":
            assert ("Anna Nowak" in text) == sees


@pytest.mark.parametrize("name", ["contributor", "colleague", "viewer"])
def test_others_see_numbers_and_no_name_on_any_page(name, invited, cast, sign_in):
    pages = ["session", "session_guide", "session_people", "session_attendance", "session_notes", "session_minutes"]
    for page in pages:
        text = sign_in(cast[name]).get(address(page, invited)).content.decode()
        assert not any(person in text for person in ("Anna Nowak", "Jan Kowalski", "example.org/anna", "anna.nowak@"))
    text = sign_in(cast[name]).get(address("session_people", invited)).content.decode()
    assert "Your role sees numbers by group, not persons." in text


# Inviting ------------------------------------------------------------------------------------------------------------
def test_invitation_goes_to_each_in_their_language_with_calendar_and_own_link(coming, people, coordinator, mails):
    coming.language = "pl"
    coming.save()
    people[0].language = "en"
    people[0].save()
    inviting.add_participants(session=coming, contacts=people, by=coordinator)
    assert inviting.invite(session=coming, by=coordinator) == inviting.Sent(3, 0)
    sent = {mail["to"]: mail for mail in mails()}
    assert list(sent) == ["anna.nowak@example.org", "jan.kowalski@example.org", "olha.koval@example.org"]
    languages = {to: mail["html"].split('<html lang="')[1][:2] for to, mail in sent.items()}
    # The third speaks a language that the platform does not: the session's.
    assert list(languages.values()) == ["en", "pl", "pl"]
    assert len({token_in(mail) for mail in sent.values()}) == 3
    for to, mail in sent.items():
        ((name, text, kind),) = mail["attachments"]
        assert (name, kind) == ("invitation.ics", "text/calendar; method=REQUEST")
        assert f"mailto:{to}" in text.replace("\r\n ", "")
        assert token_in(mail) not in text
        others = set(sent) - {to}
        assert not any(other in mail["text"] + text for other in others)
        assert reverse("consent_withdraw", args=[token_in(mail)]) in mail["text"]


def test_invitation_tells_the_city_s_time_and_names_the_zone(coming, people, coordinator, mails):
    coming.city.time_zone = "Europe/Riga"
    coming.city.save()
    inviting.add_participants(session=coming, contacts=people[:1], by=coordinator)
    inviting.invite(session=coming, by=coordinator)
    text = mails()[0]["text"]
    assert "Dear Anna Nowak," in text
    assert "Friday, 14 April 2090, 16:00 (Europe/Riga time)" in text
    assert "Town hall" in text


def test_inviting_again_reaches_only_those_without_an_invitation(invited, stakeholder, coordinator, mails):
    with pytest.raises(CannotBeDone, match="Nobody waits for an invitation"):
        inviting.invite(session=invited, by=coordinator)
    late = make_contact(stakeholder, "Late Comer")
    inviting.add_participants(session=invited, contacts=[late], by=coordinator)
    assert inviting.invite(session=invited, by=coordinator) == inviting.Sent(1, 0)
    assert [mail["to"] for mail in mails()][3:] == ["late.comer@example.org"]


def test_who_has_no_address_or_no_consent_any_more_is_left_out_and_told(coming, people, coordinator, sign_in, mails):
    inviting.add_participants(session=coming, contacts=people, by=coordinator)
    Contact.objects.filter(pk=people[0].pk).update(email="")
    Contact.objects.filter(pk=people[1].pk).update(keep_until=date(2090, 1, 1))
    response = sign_in(coordinator).post(address("session_invite", coming), follow=True)
    assert "2 people got no mail" in response.content.decode()
    assert [mail["to"] for mail in mails()] == ["olha.koval@example.org"]
    assert queries.replies(coming).to_invite == 0
    assert queries.replies(coming).without_address == 1


def test_nobody_is_invited_to_what_has_begun(coming, people, coordinator):
    inviting.add_participants(session=coming, contacts=people, by=coordinator)
    with time_machine.travel(LATER), pytest.raises(NotAllowed, match="has begun"):
        inviting.invite(session=coming, by=coordinator)


def test_links_of_an_invitation_work_until_sixty_days_after_the_session(invited):
    ends = LATER + timedelta(hours=2)
    assert {link.expires_at for link in ParticipantLink.objects.all()} == {ends + timedelta(days=60)}


def test_events_about_invitations_name_nobody(invited, coordinator):
    inviting.remind(session=invited, by=coordinator)
    inviting.remove_participant(participant=invited.participants.first(), by=coordinator)
    events = list(Event.objects.about(invited))
    assert {event.kind for event in events} >= {"participants.added", "invitations.sent", "reminders.sent"}
    for event in events:
        assert not any(word in f"{event.subject_label}{event.comment}{event.detail}" for word in ("Anna", "nowak"))


# Reminding -----------------------------------------------------------------------------------------------------------
def test_reminder_goes_to_those_who_have_not_declined_once_a_day(invited, people, coordinator, mails):
    invited.participants.filter(contact=people[0]).update(reply=Reply.NO, replied_at=LATER)
    invited.participants.filter(contact=people[1]).update(reply=Reply.YES, replied_at=LATER)
    assert inviting.remind(session=invited, by=coordinator) == inviting.Sent(2, 0)
    assert [mail["to"] for mail in mails()[3:]] == ["jan.kowalski@example.org", "olha.koval@example.org"]
    assert all(mail["attachments"] == [] for mail in mails()[3:])
    with pytest.raises(CannotBeDone, match="nobody to remind"):
        inviting.remind(session=invited, by=coordinator)
    with time_machine.travel(datetime.now(UTC) + timedelta(days=1, minutes=1)):
        assert inviting.remind(session=invited, by=coordinator).mails == 2


def test_reminder_goes_to_nobody_who_was_not_invited(coming, people, coordinator):
    inviting.add_participants(session=coming, contacts=people, by=coordinator)
    with pytest.raises(CannotBeDone):
        inviting.remind(session=coming, by=coordinator)


def test_reminder_button_tells_how_many(invited, coordinator, sign_in):
    response = sign_in(coordinator).post(address("session_remind", invited), follow=True)
    assert "3 reminders are on their way." in response.content.decode()
    response = sign_in(coordinator).post(address("session_remind", invited), follow=True)
    assert "There is nobody to remind" in response.content.decode()


# Taking off ----------------------------------------------------------------------------------------------------------
def test_who_is_taken_off_is_told_and_their_links_are_dead(invited, people, coordinator, sign_in, mails, client):
    participant = invited.participants.get(contact=people[0])
    token = token_in(mails()[0])
    assert client.get(reverse("invited", args=[token])).status_code == 200
    sign_in(coordinator).post(address("participant_remove", invited, participant.pk))
    assert client.get(reverse("invited", args=[token])).status_code == 404
    (told,) = mails()[3:]
    assert told["to"] == "anna.nowak@example.org"
    assert "METHOD:CANCEL" in told["attachments"][0][1]
    assert "/invited/" not in told["text"]


def test_who_was_not_invited_yet_is_taken_off_in_silence(coming, people, coordinator, mails):
    inviting.add_participants(session=coming, contacts=people, by=coordinator)
    inviting.remove_participant(participant=coming.participants.first(), by=coordinator)
    assert (mails(), coming.participants.count()) == ([], 2)


def test_who_was_there_is_not_taken_off(held, present, coordinator, sign_in):
    with pytest.raises(CannotBeDone):
        inviting.remove_participant(participant=present, by=coordinator)
    response = sign_in(coordinator).post(address("participant_remove", held, present.pk), follow=True)
    assert "This person was there." in response.content.decode()
    assert held.participants.count() == 1


def test_forgotten_person_leaves_counts_and_no_name_on_any_page(invited, people, coordinator, sign_in, mails, client):
    invited.participants.filter(contact=people[0]).update(attended=True)
    token = token_in(mails()[0])
    forget(people[0])
    browser = sign_in(coordinator)
    for page in ("session", "session_people", "session_attendance", "session_notes", "session_minutes"):
        text = browser.get(address(page, invited)).content.decode()
        assert "Nowak" not in text
    assert "A person whose data were deleted" in browser.get(address("session_people", invited)).content.decode()
    assert queries.present(invited) == 1
    assert client.get(reverse("invited", args=[token])).status_code == 404
    with time_machine.travel(datetime.now(UTC) + timedelta(days=2)):
        assert inviting.remind(session=invited, by=coordinator).mails == 2
