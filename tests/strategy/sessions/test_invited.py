"""The personal link: reply, minutes, amendments; what it reveals, and to whom it is closed."""

from datetime import UTC, datetime, timedelta

import pytest
import time_machine
from django.urls import reverse

from epi.errors import NotAllowed
from epi.links import MOST_GUESSES
from epi.models import Event
from icc_index.instrument import instrument_for
from strategy.models import Amendment, Contact, ParticipantLink
from strategy.sessions.actions import guiding, inviting, minutes, planning
from strategy.sessions.enums import MinutesPhase, Reply, TopicReason
from tests.factories import save
from tests.strategy.sessions.conftest import LATER, address, forget, token_in


@pytest.fixture
def link(coming, people, coordinator, mails):
    """The address in Anna Nowak's invitation; two others are invited, too."""
    inviting.add_participants(session=coming, contacts=people, by=coordinator)
    inviting.invite(session=coming, by=coordinator)
    return reverse("invited", args=[token_in(mails()[0])])


@pytest.fixture
def reader(in_phase, present, coordinator):
    """`reader(MinutesPhase.CIRCULATED)`: the address by which somebody who was there reads the minutes."""

    def make(phase):
        session = in_phase(phase)
        expires_at = datetime.now(UTC) + timedelta(days=1)
        _link, token = ParticipantLink.issue(expires_at=expires_at, participant=session.participants.get())
        return reverse("invited", args=[token])

    return make


# Reply ---------------------------------------------------------------------------------------------------------------
def test_reply_is_taken_without_an_account_and_may_change(link, coming, people, client):
    participant = coming.participants.get(contact=people[0])
    for reply in (Reply.YES, Reply.NO):
        assert client.post(link, {"reply": reply}).url == link
        participant.refresh_from_db()
        assert participant.reply == reply
        assert participant.replied_at is not None
    assert coming.participants.exclude(pk=participant.pk).filter(reply=Reply.NONE).count() == 2
    assert "You said that you cannot come." in client.get(link).content.decode()
    event = Event.objects.about(coming).filter(kind="invitation.replied").first()
    assert (event.by, event.detail) == (None, {"reply": "no"})


@pytest.mark.parametrize("body", [{}, {"reply": ""}, {"reply": "perhaps"}])
def test_reply_that_says_nothing_comes_back(body, link, client):
    assert client.post(link, body).status_code == 422


def test_reply_is_closed_once_the_session_has_begun(link, coming, client):
    with time_machine.travel(LATER - timedelta(minutes=1)):
        assert client.post(link, {"reply": "yes"}).status_code == 302
    with time_machine.travel(LATER):
        response = client.post(link, {"reply": "no"})
        assert response.status_code == 403
        assert "It is too late to reply" in response.content.decode()
        assert "replies are closed" in client.get(link).content.decode()
    assert coming.participants.filter(reply=Reply.YES).count() == 1


def test_cancelled_session_says_why_and_takes_no_reply(link, coming, coordinator, client):
    planning.cancel(session=coming, reason="The room is gone.", by=coordinator)
    assert "The room is gone." in client.get(link).content.decode()
    assert client.post(link, {"reply": "yes"}).status_code == 403


# What it reveals -----------------------------------------------------------------------------------------------------
def test_link_tells_about_the_session_and_its_reader_only(link, coming, assessment, lead, coordinator, client):
    save(assessment, lead, explanation="A secret of ours.", COM1="no")
    guiding.add_topics(session=coming, wanted={"COM1": TopicReason.LOWEST}, by=coordinator)
    coming.notes.create(text="Said in the room.", by=coordinator)
    page = client.get(link).content.decode()
    assert "To come" in page
    assert "15:00–17:00 (Europe/Brussels time)" in page
    hidden = ["secret", "Jan Kowalski", "Olha Koval", "Open House", "Said in the room", "COM1", "ICC Index", "Lowest"]
    hidden += [instrument_for(assessment.edition).questions["COM1"].text, "/engagement/", "/assessments/"]
    assert [text for text in hidden if text in page] == []


def test_link_leads_to_the_way_out_of_the_register(link, client):
    token = link.rstrip("/").rpartition("/")[2]
    assert reverse("consent_withdraw", args=[token]) in client.get(link).content.decode()


def test_page_is_kept_by_no_cache(link, client):
    assert "no-store" in client.get(link)["Cache-Control"]


@pytest.mark.parametrize(("cookie", "language"), [("", "pl"), ("en", "en")])
def test_page_is_in_the_language_of_the_mail_until_the_reader_chooses(cookie, language, link, mails, client):
    polish = reverse("invited", args=[token_in(mails()[1])])
    if cookie:
        client.cookies["django_language"] = cookie
    assert f'<html lang="{language}">' in client.get(polish).content.decode()


def test_page_is_in_the_session_s_language_for_who_has_told_none(link, client):
    assert '<html lang="en">' in client.get(link).content.decode()


# Closed --------------------------------------------------------------------------------------------------------------
def test_link_is_dead_when_out_of_time_revoked_or_of_nobody(link, coming, people, client):
    with time_machine.travel(LATER + timedelta(days=60, hours=2)):
        assert client.get(link).status_code == 404
    assert client.get(link).status_code == 200
    ParticipantLink.objects.filter(participant__contact=people[0]).revoke()
    assert client.get(link).status_code == 404
    assert client.post(link, {"reply": "yes"}).status_code == 404
    assert coming.participants.filter(reply=Reply.YES).count() == 0


def test_link_of_somebody_whose_time_is_over_is_dead(link, people, client):
    Contact.objects.filter(pk=people[0].pk).update(keep_until=datetime.now(UTC).date() - timedelta(days=1))
    assert client.get(link).status_code == 404


def test_every_guess_is_answered_alike_and_too_many_are_refused(link, client):
    answers = [
        client.get(reverse("invited", args=[f"guess-{number}"])).status_code for number in range(MOST_GUESSES + 3)
    ]
    assert answers == [404] * MOST_GUESSES + [429] * 3
    assert client.get(link).status_code == 429


# Minutes -------------------------------------------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("phase", "reads", "may_propose"),
    [
        (MinutesPhase.DRAFT, False, False),
        (MinutesPhase.CIRCULATED, True, True),
        (MinutesPhase.AMENDED, True, True),
        (MinutesPhase.FINAL, True, False),
    ],
)
def test_minutes_are_read_and_amended_in_their_time(phase, reads, may_propose, reader, held, client):
    link = reader(phase)
    page = client.get(link).content.decode()
    assert ("Courses are full." in page) == reads
    assert ("Propose this change" in page) == may_propose
    response = client.post(link, {"amendment": "Half of them are."})
    assert response.status_code == (302 if may_propose else 403)
    assert Amendment.objects.count() == int(may_propose)
    held.refresh_from_db()
    assert held.minutes_phase == (MinutesPhase.AMENDED if may_propose else phase)


def test_who_was_not_there_neither_reads_nor_proposes(reader, held, client):
    link = reader(MinutesPhase.CIRCULATED)
    held.participants.update(attended=False)
    assert "Courses are full." not in client.get(link).content.decode()
    assert client.post(link, {"amendment": "Half of them are."}).status_code == 403


def test_what_went_out_is_read_not_what_the_city_writes_now(reader, held, coordinator, client):
    link = reader(MinutesPhase.AMENDED)
    minutes.save(session=held, text="Something new.", base_revision=0, by=coordinator)
    page = client.get(link).content.decode()
    assert "Courses are full." in page
    assert "Something new." not in page


def test_decision_and_reason_are_read_by_who_proposed_it(reader, held, coordinator, client):
    link = reader(MinutesPhase.CIRCULATED)
    client.post(link, {"amendment": "Half of them are."})
    assert "The city has not decided yet." in client.get(link).content.decode()
    minutes.decide(amendment=Amendment.objects.get(), decision="declined", reason="We counted.", by=coordinator)
    page = client.get(link).content.decode()
    assert "We counted." in page
    assert "Not taken up" in page


def test_amendments_of_others_are_not_shown(reader, held, stakeholder, people, client):
    link = reader(MinutesPhase.CIRCULATED)
    other = held.participants.create(contact=people[1], attended=True)
    held.amendments.create(participant=other, text="Theirs alone.")
    assert "Theirs alone." not in client.get(link).content.decode()


@pytest.mark.parametrize("text", ["", "   ", "x" * 5001])
def test_amendment_that_says_nothing_or_too_much_comes_back(text, reader, client):
    response = client.post(reader(MinutesPhase.CIRCULATED), {"amendment": text})
    assert response.status_code == 422
    assert not Amendment.objects.exists()


def test_nobody_floods_the_city(reader, held, client):
    link = reader(MinutesPhase.CIRCULATED)
    for number in range(minutes.MOST_AMENDMENTS):
        held.amendments.create(participant=held.participants.get(), text=f"Change {number}")
    response = client.post(link, {"amendment": "One more."})
    assert response.status_code == 422
    assert "write the rest to the city directly" in response.content.decode()
    assert "One more." in response.content.decode()


def test_rules_hold_whatever_the_page_shows(reader, held):
    reader(MinutesPhase.FINAL)
    link = ParticipantLink.objects.get()
    with pytest.raises(NotAllowed):
        minutes.amend(link=link, text="A")
    with pytest.raises(NotAllowed):
        inviting.reply(link=link, reply=Reply.YES)


def test_amendment_goes_under_when_its_author_is_gone_but_stays_readable(
    reader, held, contact, coordinator, sign_in, client
):
    link = reader(MinutesPhase.CIRCULATED)
    client.post(link, {"amendment": "Half of them are."})
    assert "Anna Nowak" in sign_in(coordinator).get(address("session_minutes", held)).content.decode()
    forget(contact)
    page = sign_in(coordinator).get(address("session_minutes", held)).content.decode()
    assert "Anna Nowak" not in page
    assert "Half of them are." in page
    assert client.get(link).status_code == 404
