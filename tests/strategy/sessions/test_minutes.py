"""The minutes from the notes to the final text: every move, every phase, both texts of a conflict, every version."""

import uuid

import pytest

from epi.errors import CannotBeDone, Conflict, NotAllowed
from epi.models import Event
from strategy.models import Contact, EngagementSession, ParticipantLink
from strategy.sessions import rules
from strategy.sessions.actions import guiding, minutes, recording
from strategy.sessions.enums import Decision, MinutesPhase, SessionState, TopicReason
from strategy.sessions.workflow import MINUTES, THOSE_PRESENT
from tests.factories import make_contact
from tests.rows import all_rows
from tests.strategy.sessions.conftest import address, token_in

MOVES = {
    MinutesPhase.CIRCULATED: lambda session, by: minutes.circulate(session=session, by=by),
    MinutesPhase.DRAFT: lambda session, by: minutes.take_back(session=session, comment="A page is missing.", by=by),
    MinutesPhase.FINAL: lambda session, by: minutes.finalise(session=session, by=by),
}


def amend(session, text="It was Tuesday."):
    participant = session.participants.first()
    link, _token = ParticipantLink.issue(expires_at="2100-01-01T00:00Z", participant=participant)
    return minutes.amend(link=link, text=text)


# Moves ---------------------------------------------------------------------------------------------------------------
@pytest.mark.parametrize("target", MOVES)
@pytest.mark.parametrize("source", MinutesPhase)
def test_city_makes_the_moves_of_the_table_and_no_other(source, target, in_phase, coordinator):
    session = in_phase(source)
    before = all_rows()
    if (source, target) in MINUTES.moves:
        MOVES[target](session, coordinator)
        session.refresh_from_db()
        assert session.minutes_phase == target
        event = Event.objects.about(session).first()
        assert (event.kind, event.by) == (MINUTES.moves[source, target].event, coordinator)
        assert event.detail == {"source": source, "target": target}
    else:
        with pytest.raises(NotAllowed):
            MOVES[target](session, coordinator)
        assert all_rows() == before


@pytest.mark.parametrize("target", MinutesPhase)
@pytest.mark.parametrize("source", MinutesPhase)
def test_moves_belong_to_the_city_or_to_those_present(source, target, in_phase, coordinator, viewer):
    session = in_phase(source)
    move = MINUTES.move(source, target)

    def allowed(user):
        try:
            rules.check_can_move(user, session, target)
        except NotAllowed:
            return False
        return True

    assert allowed(coordinator) == (move is not None and move.permission != THOSE_PRESENT)
    assert allowed(None) == (move is not None and move.permission == THOSE_PRESENT)
    assert not allowed(viewer)


@pytest.mark.parametrize("state", [SessionState.PLANNED, SessionState.CANCELLED])
def test_minutes_go_out_of_a_session_that_was_held(state, held, coordinator):
    EngagementSession.objects.filter(pk=held.pk).update(state=state, state_reason="No room.")
    for target in MOVES:
        with pytest.raises(NotAllowed):
            MOVES[target](held, coordinator)


@pytest.mark.parametrize("name", ["lead", "contributor", "viewer", "expert", "network", "admin", "outsider"])
def test_others_move_nothing(name, in_phase, cast):
    session = in_phase(MinutesPhase.CIRCULATED)
    before = all_rows()
    for target in MOVES:
        with pytest.raises(NotAllowed):
            MOVES[target](session, cast[name])
    assert all_rows() == before


def test_taking_back_needs_a_comment(in_phase, coordinator, sign_in):
    session = in_phase(MinutesPhase.CIRCULATED)
    with pytest.raises(CannotBeDone, match="Say why"):
        minutes.take_back(session=session, comment=" ", by=coordinator)
    response = sign_in(coordinator).post(address("minutes_take_back", session), {"comment": ""})
    assert response.status_code == 422
    sign_in(coordinator).post(address("minutes_take_back", session), {"comment": "A page is missing."})
    session.refresh_from_db()
    assert (session.minutes_phase, session.minutes_comment) == (MinutesPhase.DRAFT, "A page is missing.")
    assert "A page is missing." in sign_in(coordinator).get(address("session_minutes", session)).content.decode()
    assert Event.objects.about(session).first().comment == ""  # events are for good, and so hold no words of people


def test_comment_that_names_a_person_is_refused(in_phase, contact, coordinator, sign_in):
    session = in_phase(MinutesPhase.CIRCULATED)
    response = sign_in(coordinator).post(address("minutes_take_back", session), {"comment": "Anna Nowak called."})
    assert response.status_code == 422
    assert not Event.objects.about(session).filter(kind="minutes.taken_back").exists()


def test_document_of_workflows_tells_of_the_minutes(settings):
    text = (settings.BASE_DIR / "docs" / "workflow.md").read_text()
    assert "## The minutes of an engagement session" in text
    assert MINUTES.diagram() in text


def test_workflow_table_says_whose_turn_every_phase_is():
    assert set(MINUTES.turns) == set(MinutesPhase)
    assert {source for source, _target in MINUTES.moves} == set(MinutesPhase) - {MinutesPhase.FINAL}


# Writing -------------------------------------------------------------------------------------------------------------
def test_minutes_are_saved_and_read_by_the_city(held, coordinator, viewer, sign_in):
    response = sign_in(coordinator).post(address("minutes_edit", held), {"text": "Half are full.", "revision": 0})
    assert response.url == address("session_minutes", held)
    assert "Half are full." in sign_in(viewer).get(response.url).content.decode()


def test_two_who_write_see_both_texts(held, coordinator, partner, sign_in):
    path, browser = address("minutes_edit", held), sign_in(coordinator)
    sign_in(partner).post(path, {"text": "Theirs.", "revision": 0})
    response = browser.post(path, {"text": "Mine.", "revision": 0})
    assert response.status_code == 409
    assert (response.context["theirs"], response.context["mine"]) == ("Theirs.", "Mine.")
    assert "Partner saved another text" in response.content.decode()
    held.refresh_from_db()
    assert held.minutes == "Theirs."
    browser.post(path, {"text": "Both.", "revision": response.context["form"]["revision"].value()})
    held.refresh_from_db()
    assert held.minutes == "Both."


def test_change_of_the_plan_is_no_conflict_of_the_minutes(held, coordinator):
    EngagementSession.objects.filter(pk=held.pk).update(version=7)
    minutes.save(session=held, text="Mine.", base_revision=0, by=coordinator)
    with pytest.raises(Conflict):
        minutes.save(session=held, text="Mine again.", base_revision=0, by=coordinator)


def test_minutes_typed_before_the_sign_in_ran_out_come_back(held, coordinator, sign_in, client):
    path = address("minutes_edit", held)
    page = sign_in(coordinator).get(path)
    body = {"text": "Not to be lost.", "revision": 0, "typed_by": page.context["typed_by"]}
    client.post(path, body, headers={"referer": f"http://testserver{path}"})
    client.force_login(coordinator, backend="allauth.account.auth_backends.AuthenticationBackend")
    assert "Not to be lost." in client.get(path).content.decode()


def test_minutes_that_went_out_cannot_become_empty(in_phase, coordinator, sign_in):
    session = in_phase(MinutesPhase.AMENDED)
    response = sign_in(coordinator).post(address("minutes_edit", session), {"text": " ", "revision": 0})
    assert response.status_code == 422
    assert response.context["form"].errors["text"] == ["Minutes that went out once cannot be empty."]


def test_notes_fill_the_form_by_subject_and_save_nothing(held, coordinator, sign_in):
    guiding.add_topics(
        session=held, wanted={"education": TopicReason.CHOSEN, "COM1": TopicReason.CHOSEN}, by=coordinator
    )
    for subject, sector, text in [
        ("COM1", "", "Nobody knows it."),
        ("", "", "The room was cold."),
        ("education", "faith", "Parents wait."),
        ("education", "", "Teachers wait."),
        ("language", "", "Courses are far away."),
    ]:
        recording.add_note(session=held, key=uuid.uuid4(), subject=subject, sector=sector, text=text, by=coordinator)
    browser = sign_in(coordinator)
    before = all_rows()
    form = browser.get(address("minutes_edit", held), {"notes": "1"}).context["form"]
    lines = [line for line in form["text"].value().splitlines() if line]
    assert lines[0] == "Courses are full."
    assert lines[1:4] == ["Education", "– Parents wait. (Faith communities)", "– Teachers wait."]
    assert lines[4].startswith("COM1: ")
    assert lines[5:] == ["– Nobody knows it.", "Language", "– Courses are far away.", *lines[8:]]
    assert lines[8:] == ["What else was said", "– The room was cold."]
    assert all_rows() == before


def test_notes_are_filled_in_in_the_session_s_language(held, coordinator, sign_in):
    EngagementSession.objects.filter(pk=held.pk).update(language="pl")
    recording.add_note(
        session=held, key=uuid.uuid4(), subject="education", sector="faith", text="Rodzice czekają.", by=coordinator
    )
    text = sign_in(coordinator).get(address("minutes_edit", held), {"notes": "1"}).context["form"]["text"].value()
    assert "Education" not in text
    assert "Rodzice czekają." in text


# Circulating ---------------------------------------------------------------------------------------------------------
def test_minutes_go_to_those_who_were_there_and_can_be_reached(held, stakeholder, contact, coordinator, mails):
    polish = make_contact(stakeholder, "Jan Kowalski", language="pl")
    absent, unreachable, forgotten = (make_contact(stakeholder, f"{name} Person") for name in ("Away", "No", "Gone"))
    for person in (contact, polish, unreachable, forgotten):
        held.participants.create(contact=person, attended=True)
    held.participants.create(contact=absent)
    held.presences.create(sector="residents", count=3)
    Contact.objects.filter(pk=unreachable.pk).update(email="")
    Contact.objects.filter(pk=forgotten.pk).update(keep_until="2021-02-01")
    assert minutes.circulate(session=held, by=coordinator) == 2
    assert [mail["to"] for mail in mails()] == ["anna.nowak@example.org", "jan.kowalski@example.org"]
    assert [mail["html"].split('lang="')[1][:2] for mail in mails()] == ["en", "pl"]
    assert all("Courses are full." not in mail["text"] for mail in mails())  # the text is read by the link only


def test_link_to_late_minutes_works(held, present, coordinator, mails, client):
    """The session was years ago: sixty days after it would be over before the mail arrives."""
    minutes.circulate(session=held, by=coordinator)
    page = client.get(f"/invited/{token_in(mails()[0])}/")
    assert "Courses are full." in page.content.decode()


def test_empty_minutes_do_not_go_out(held, coordinator, sign_in):
    EngagementSession.objects.filter(pk=held.pk).update(minutes="")
    with pytest.raises(CannotBeDone, match="no minutes yet"):
        minutes.circulate(session=held, by=coordinator)
    response = sign_in(coordinator).post(address("minutes_circulate", held), follow=True)
    assert "There are no minutes yet: write them first." in response.content.decode()


def test_text_stays_as_those_present_got_it(in_phase, coordinator, sign_in):
    session = in_phase(MinutesPhase.CIRCULATED)
    response = sign_in(coordinator).post(address("minutes_edit", session), {"text": "New.", "revision": 0})
    assert response.status_code == 403
    assert "Take them back to change them." in response.content.decode()


# Amendments ----------------------------------------------------------------------------------------------------------
def test_first_amendment_gives_the_turn_to_the_city_and_the_second_changes_nothing(in_phase, present):
    session = in_phase(MinutesPhase.CIRCULATED)
    amend(session)
    amend(session, "And it was cold.")
    session.refresh_from_db()
    assert session.minutes_phase == MinutesPhase.AMENDED
    kinds = Event.objects.about(session).values_list("kind", flat=True)
    assert sorted(kinds) == ["amendment.proposed", "amendment.proposed", "minutes.amended"]
    assert {event.by for event in Event.objects.about(session)} == {None}


@pytest.mark.parametrize("target", [MinutesPhase.CIRCULATED, MinutesPhase.FINAL])
def test_nothing_goes_on_while_an_amendment_is_open(target, in_phase, present, coordinator):
    session = in_phase(MinutesPhase.CIRCULATED)
    amendment = amend(session)
    with pytest.raises(CannotBeDone, match="1 proposed change is not decided yet"):
        MOVES[target](session, coordinator)
    minutes.decide(amendment=amendment, decision=Decision.TAKEN, reason="", by=coordinator)
    MOVES[target](session, coordinator)
    session.refresh_from_db()
    assert session.minutes_phase == target


def test_open_amendment_outlives_a_draft(in_phase, present, coordinator):
    session = in_phase(MinutesPhase.CIRCULATED)
    amendment = amend(session)
    minutes.take_back(session=session, comment="Let us rewrite it.", by=coordinator)
    with pytest.raises(CannotBeDone):
        minutes.circulate(session=session, by=coordinator)
    minutes.decide(amendment=amendment, decision=Decision.TAKEN, reason="", by=coordinator)
    minutes.circulate(session=session, by=coordinator)


def test_declining_needs_a_reason(in_phase, present, coordinator, sign_in):
    amendment = amend(session := in_phase(MinutesPhase.CIRCULATED))
    path, browser = address("amendment_decide", session, amendment.pk), sign_in(coordinator)
    response = browser.post(path, {"decision": "declined", "reason": " "})
    assert response.status_code == 422
    assert "It was Tuesday." in response.content.decode()
    with pytest.raises(CannotBeDone):
        minutes.decide(amendment=amendment, decision=Decision.DECLINED, reason="", by=coordinator)
    browser.post(path, {"decision": "declined", "reason": "It was Monday."})
    amendment.refresh_from_db()
    assert (amendment.decision, amendment.reason, amendment.decided_by) == ("declined", "It was Monday.", coordinator)


def test_decision_is_no_way_back_to_open(in_phase, present, coordinator):
    amendment = amend(in_phase(MinutesPhase.CIRCULATED))
    with pytest.raises(CannotBeDone):
        minutes.decide(amendment=amendment, decision=Decision.OPEN, reason="", by=coordinator)


def test_decisions_are_closed_with_the_final_minutes(in_phase, present, coordinator):
    amendment = amend(session := in_phase(MinutesPhase.CIRCULATED))
    minutes.decide(amendment=amendment, decision=Decision.TAKEN, reason="", by=coordinator)
    minutes.finalise(session=session, by=coordinator)
    with pytest.raises(NotAllowed, match="final"):
        minutes.decide(amendment=amendment, decision=Decision.DECLINED, reason="No.", by=coordinator)


def test_who_proposed_a_change_is_for_those_who_see_contacts(in_phase, present, coordinator, viewer, sign_in):
    amend(session := in_phase(MinutesPhase.CIRCULATED))
    path = address("session_minutes", session)
    assert "Anna Nowak" in sign_in(coordinator).get(path).content.decode()
    page = sign_in(viewer).get(path).content.decode()
    assert "It was Tuesday." in page
    assert "Civil society organisations" in page
    assert "Anna Nowak" not in page


# Versions ------------------------------------------------------------------------------------------------------------
def test_every_version_that_went_out_is_kept_and_compared(held, present, coordinator, viewer, sign_in):
    minutes.circulate(session=held, by=coordinator)
    amendment = amend(held)
    minutes.decide(amendment=amendment, decision=Decision.TAKEN, reason="", by=coordinator)
    minutes.save(session=held, text="Courses are half full.", base_revision=0, by=coordinator)
    minutes.circulate(session=held, by=coordinator)
    minutes.finalise(session=held, by=coordinator)
    assert list(held.minutes_versions.values_list("number", "phase", "text")) == [
        (3, "final", "Courses are half full."),
        (2, "circulated", "Courses are half full."),
        (1, "circulated", "Courses are full."),
    ]
    page = sign_in(viewer).get(address("minutes_version", held, 2))
    assert [(piece.kind, piece.text) for piece in page.context["pieces"] if piece.kind != "same"] == [("new", "half ")]
    assert "<ins>half </ins>" in page.content.decode()
    assert sign_in(viewer).get(address("minutes_version", held, 1)).context["pieces"] == []
    assert sign_in(viewer).get(address("minutes_version", held, 4)).status_code == 404


def test_text_of_the_minutes_is_shown_as_text(held, coordinator, sign_in):
    minutes.save(session=held, text="<script>alert(1)</script>", base_revision=0, by=coordinator)
    minutes.circulate(session=held, by=coordinator)
    for name, more in (("session_minutes", []), ("minutes_version", [1])):
        assert "<script>alert" not in sign_in(coordinator).get(address(name, held, *more)).content.decode()


def test_final_minutes_make_the_session_count(held, coordinator):
    minutes.circulate(session=held, by=coordinator)
    assert not EngagementSession.objects.told().exists()
    minutes.finalise(session=held, by=coordinator)
    assert list(EngagementSession.objects.told()) == [held]


def test_final_minutes_offer_nothing_to_change(in_phase, present, coordinator, sign_in):
    session = in_phase(MinutesPhase.FINAL)
    for name in (
        "session",
        "session_guide",
        "session_people",
        "session_attendance",
        "session_notes",
        "session_minutes",
    ):
        page = sign_in(coordinator).get(address(name, session)).content.decode()
        forms = page.split("<main")[1].split("</main>")[0].count('method="post"')
        assert forms == 0, name
