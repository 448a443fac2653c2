"""Planning, changing, holding, cancelling and deleting a session; the list and the first page."""

import uuid
from datetime import UTC, datetime, timedelta

import pytest
import time_machine
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.urls import reverse

from cities.models import City
from epi.errors import CannotBeDone, Conflict, NotAllowed
from epi.models import Event
from icc_index.models import Assessment, Edition
from strategy.models import EngagementSession
from strategy.sessions import queries
from strategy.sessions.actions import guiding, inviting, minutes, planning, recording
from strategy.sessions.enums import MinutesPhase, Reply, SessionKind, SessionState, TopicReason
from tests.factories import make_session, start
from tests.rows import all_rows
from tests.strategy.rated import find, open_round
from tests.strategy.sessions.conftest import LATER, address, token_in

BODY = {
    "kind": "focus_group",
    "title": "Housing",
    "purpose": "How people find a home.",
    "language": "pl",
    "starts_at": "2090-04-14T15:00",
    "ends_at": "2090-04-14T17:00",
    "place": "Town hall",
    "version": 0,
}


@pytest.fixture
def body(assessment):
    return BODY | {"assessment": assessment.pk}


@pytest.fixture
def plan_of(assessment):
    """`plan_of(session, place="Library")`: its plan, with changes."""

    def plan(session, **changes):
        names = ("kind", "title", "purpose", "language", "starts_at", "ends_at", "place", "assessment")
        return planning.Plan(**{name: getattr(session, name) for name in names} | changes)

    return plan


# Planning ------------------------------------------------------------------------------------------------------------
def test_planning_stores_the_city_s_time_and_leads_to_the_session(body, city, coordinator, sign_in):
    City.objects.filter(pk=city.pk).update(time_zone="Europe/Riga")
    response = sign_in(coordinator).post(reverse("session_plan", args=["testville"]), body)
    session = EngagementSession.objects.get()
    assert response.url == session.get_absolute_url()
    assert session.starts_at == datetime(2090, 4, 14, 12, tzinfo=UTC)
    assert (session.title, session.language, session.state) == ("Housing", "pl", SessionState.PLANNED)
    assert Event.objects.about(session).get().kind == "session.planned"
    page = sign_in(coordinator).get(session.get_absolute_url()).content.decode()
    assert "15:00–17:00 (Europe/Riga time)" in page


def test_newest_assessment_and_the_city_s_language_are_preselected(
    assessment, city, edition, lead, coordinator, sign_in
):
    newest = start(city, edition, lead, 2023)
    form = sign_in(coordinator).get(reverse("session_plan", args=["testville"])).context["form"]
    assert (form["assessment"].initial, form["language"].initial) == (newest, "pl")


@pytest.mark.parametrize(
    ("change", "field", "error"),
    [
        ({"ends_at": "2090-04-14T15:00"}, "ends_at", "The session must end after it begins."),
        ({"ends_at": "2090-04-13T17:00"}, "ends_at", "The session must end after it begins."),
        ({"starts_at": "0221-04-14T15:00"}, "starts_at", "Check the year."),
        ({"ends_at": "2221-04-14T15:00"}, "ends_at", "Check the year."),
        ({"starts_at": "tomorrow"}, "starts_at", "Write day and time as year-month-day hour:minute: 2022-03-31 14:00."),
        ({"starts_at": ""}, "starts_at", "This field is required."),
        ({"title": " "}, "title", "This field is required."),
        ({"kind": "party"}, "kind", "Select a valid choice. party is not one of the available choices."),
        ({"language": "xx"}, "language", "Select a valid choice. xx is not one of the available choices."),
        # The clocks go forward over this hour, which there is not.
        (
            {"starts_at": "2021-03-28T02:30"},
            "starts_at",
            "2021-03-28 02:30:00 couldn’t be interpreted in time zone Europe/Brussels; it may be ambiguous or it may "
            "not exist.",
        ),
    ],
)
def test_faulty_plan_comes_back_with_the_reason_and_what_was_typed(change, field, error, body, coordinator, sign_in):
    response = sign_in(coordinator).post(reverse("session_plan", args=["testville"]), body | change)
    assert response.status_code == 422
    assert response.context["form"].errors[field] == [error]
    assert "How people find a home." in response.content.decode()
    assert not EngagementSession.objects.exists()


def test_assessment_of_another_city_cannot_be_chosen(body, edition, outsider, coordinator, sign_in):
    theirs = start(outsider.cities[0], edition, outsider)
    response = sign_in(coordinator).post(reverse("session_plan", args=["testville"]), body | {"assessment": theirs.pk})
    assert list(response.context["form"].errors) == ["assessment"]


def test_action_refuses_what_no_form_has_checked(coming, plan_of, edition, outsider, city, coordinator):
    theirs = start(outsider.cities[0], edition, outsider)
    for changes in ({"ends_at": coming.starts_at}, {"assessment": theirs}):
        with pytest.raises(CannotBeDone):
            planning.plan_session(city=city, plan=plan_of(coming, **changes), by=coordinator)


@pytest.mark.parametrize("what", ["topics", "notes", "findings", "rounds"])
def test_session_stays_with_the_edition_that_its_texts_are_about(what, held, plan_of, edition, city, coordinator):
    """Codes of one edition mean nothing in another: every page that names them would fail."""
    other = Edition.objects.create(code="icc-2030", lens_weight=edition.lens_weight, checksum="0" * 64)
    plan = plan_of(held, assessment=Assessment.objects.create(city=city, edition=other, year=2030))
    made = {
        "topics": lambda: held.topics.create(subject="COM1", position=1),
        "notes": lambda: held.notes.create(subject="COM1", text="So.", by=coordinator),
        "findings": lambda: find(held, coordinator),
        "rounds": lambda: open_round(held, coordinator),
    }
    made[what]()
    with pytest.raises(CannotBeDone, match="another edition"):
        planning.change_plan(session=held, plan=plan, base_version=0, by=coordinator)
    getattr(held, what).all().delete()
    planning.change_plan(session=held, plan=plan, base_version=0, by=coordinator)
    held.refresh_from_db()
    assert held.assessment == plan.assessment


def test_session_about_sample_answers_is_sample_data(coming, plan_of, assessment, city, coordinator, sign_in):
    assessment.is_sample = True
    assessment.save()
    session = planning.plan_session(city=city, plan=plan_of(coming, assessment=assessment), by=coordinator)
    assert session.is_sample
    assert "Sample data:" in sign_in(coordinator).get(session.get_absolute_url()).content.decode()
    assert "Sample data:" in sign_in(coordinator).get(reverse("sessions", args=["testville"])).content.decode()


def test_city_without_an_assessment_is_told_what_comes_first(city, coordinator, lead, sign_in):
    for name in ("sessions", "session_plan"):
        page = sign_in(coordinator).get(reverse(name, args=["testville"])).content.decode()
        assert "The city's lead opens the questionnaire first." in page


# Changing ------------------------------------------------------------------------------------------------------------
def invite_all(session, people, by):
    inviting.add_participants(session=session, contacts=people, by=by)
    inviting.invite(session=session, by=by)


@pytest.mark.parametrize(
    ("changes", "told", "replies"),
    [
        ({"place": "Library"}, True, [Reply.YES]),
        ({"title": "Housing, again"}, True, [Reply.YES]),
        ({"starts_at": LATER + timedelta(hours=1)}, True, [Reply.NONE]),
        ({"ends_at": LATER + timedelta(hours=3)}, True, [Reply.NONE]),
        ({"purpose": "Something else."}, False, [Reply.YES]),
        ({"kind": SessionKind.INTERVIEW}, False, [Reply.YES]),
        ({}, False, [Reply.YES]),
    ],
)
def test_those_invited_hear_of_what_matters_to_them(
    changes, told, replies, coming, plan_of, people, coordinator, mails
):
    invite_all(coming, people[:1], coordinator)
    coming.participants.update(reply=Reply.YES, replied_at=LATER)
    inviting.add_participants(session=coming, contacts=people[1:], by=coordinator)  # not invited yet
    count = planning.change_plan(session=coming, plan=plan_of(coming, **changes), base_version=0, by=coordinator)
    coming.refresh_from_db()
    assert (count, coming.calendar_sequence, coming.version) == (int(told), int(told), 1)
    assert [mail["to"] for mail in mails()[1:]] == ["anna.nowak@example.org"] * told
    assert [one.reply for one in coming.participants.filter(invited_at__isnull=False)] == replies
    if told:
        assert "SEQUENCE:1" in mails()[1]["attachments"][0][1]
        assert token_in(mails()[1]) != token_in(mails()[0])


def test_change_of_a_session_that_has_begun_sends_nothing(coming, plan_of, people, coordinator, mails):
    invite_all(coming, people, coordinator)
    with time_machine.travel(LATER + timedelta(minutes=1)):
        planning.change_plan(session=coming, plan=plan_of(coming, place="Library"), base_version=0, by=coordinator)
    assert len(mails()) == len(people)


def test_session_put_off_after_its_time_is_news(coming, plan_of, people, coordinator, mails):
    """It did not take place, and is moved: those invited must hear of it."""
    invite_all(coming, people[:1], coordinator)
    with time_machine.travel(LATER + timedelta(days=1)):
        later = {"starts_at": LATER + timedelta(days=7), "ends_at": LATER + timedelta(days=7, hours=2)}
        assert planning.change_plan(session=coming, plan=plan_of(coming, **later), base_version=0, by=coordinator) == 1


@pytest.mark.parametrize("field", ["title", "purpose", "place"])
def test_plan_that_names_a_person_of_the_register_is_refused(field, body, contact, coordinator, sign_in):
    """Everybody invited reads it, and the record keeps the title."""
    response = sign_in(coordinator).post(
        reverse("session_plan", args=["testville"]), body | {field: "Interview with anna nowak"}
    )
    assert response.status_code == 422
    assert "This names Anna Nowak." in response.content.decode()
    assert not EngagementSession.objects.exists()


def test_reason_that_names_a_person_is_refused_and_comes_back(coming, contact, coordinator, sign_in):
    response = sign_in(coordinator).post(address("session_cancel", coming), {"comment": "Anna Nowak is ill."})
    assert response.status_code == 422
    assert "This names Anna Nowak." in response.content.decode()
    assert "Anna Nowak is ill." in response.content.decode()
    assert EngagementSession.objects.get().state == SessionState.PLANNED


def test_two_who_change_the_plan_see_both_texts(coming, body, coordinator, partner, sign_in):
    browser = sign_in(coordinator)
    sign_in(partner).post(address("session_edit", coming), body | {"title": "Theirs"})
    response = browser.post(address("session_edit", coming), body | {"title": "Mine"})
    page = response.content.decode()
    assert response.status_code == 409
    assert response.context["compared"] == [("Title", "Theirs", "Mine")]
    assert "Partner saved another text" in page
    assert response.context["form"]["version"].value() == "1"
    assert EngagementSession.objects.get().title == "Theirs"
    browser.post(address("session_edit", coming), body | {"title": "Mine", "version": 1})
    assert EngagementSession.objects.get().title == "Mine"


def test_compared_values_are_words(coming, body, coordinator, partner, sign_in):
    sign_in(partner).post(address("session_edit", coming), body | {"kind": "interview"})
    response = sign_in(coordinator).post(address("session_edit", coming), body)
    assert [(str(label), str(theirs), str(mine)) for label, theirs, mine in response.context["compared"]] == [
        ("Kind", "Interview", "Focus group")
    ]


def test_stale_change_is_a_conflict_and_writes_nothing(coming, plan_of, coordinator):
    planning.change_plan(session=coming, plan=plan_of(coming), base_version=0, by=coordinator)
    before = all_rows()
    with pytest.raises(Conflict):
        planning.change_plan(session=coming, plan=plan_of(coming, title="Mine"), base_version=0, by=coordinator)
    assert all_rows() == before


def test_plan_typed_before_the_sign_in_ran_out_comes_back(body, coordinator, assessment, sign_in, client):
    path = reverse("session_plan", args=["testville"])
    page = sign_in(coordinator).get(path)
    client.post(path, body | {"typed_by": page.context["typed_by"]}, headers={"referer": f"http://testserver{path}"})
    client.force_login(coordinator, backend="allauth.account.auth_backends.AuthenticationBackend")
    assert "How people find a home." in client.get(path).content.decode()
    assert not EngagementSession.objects.exists()


# Held, cancelled, deleted --------------------------------------------------------------------------------------------
def test_session_is_held_once_it_has_begun(coming, coordinator):
    with pytest.raises(NotAllowed, match="has not begun yet"):
        planning.hold(session=coming, by=coordinator)
    with time_machine.travel(LATER):
        planning.hold(session=coming, by=coordinator)
        with pytest.raises(NotAllowed, match="held already"):
            planning.hold(session=coming, by=coordinator)
    coming.refresh_from_db()
    assert coming.state == SessionState.HELD


def test_cancelling_tells_those_invited_why_and_takes_it_out_of_their_calendars(coming, people, coordinator, mails):
    invite_all(coming, people[:2], coordinator)
    inviting.add_participants(session=coming, contacts=people[2:], by=coordinator)
    assert planning.cancel(session=coming, reason="The room is gone.", by=coordinator) == 2
    told = mails()[2:]
    assert [mail["to"] for mail in told] == ["anna.nowak@example.org", "jan.kowalski@example.org"]
    for mail in told:
        assert "The room is gone." in mail["text"]
        assert "METHOD:CANCEL" in mail["attachments"][0][1]
        assert "SEQUENCE:1" in mail["attachments"][0][1]


def test_cancelling_needs_a_reason(coming, coordinator, sign_in):
    with pytest.raises(CannotBeDone):
        planning.cancel(session=coming, reason=" ", by=coordinator)
    response = sign_in(coordinator).post(address("session_cancel", coming), {"comment": ""})
    assert response.status_code == 422
    with pytest.raises(IntegrityError), transaction.atomic():
        EngagementSession.objects.filter(pk=coming.pk).update(state=SessionState.CANCELLED)


def test_session_that_was_held_is_not_cancelled(held, coordinator):
    with pytest.raises(NotAllowed, match="was held"):
        planning.cancel(session=held, reason="Late.", by=coordinator)


def test_session_planned_by_mistake_is_deleted_with_its_guide(coming, coordinator, sign_in):
    guiding.add_topics(session=coming, wanted={"education": TopicReason.CHOSEN}, by=coordinator)
    assert "Delete it, with its guide" in sign_in(coordinator).get(address("session_edit", coming)).content.decode()
    response = sign_in(coordinator).post(address("session_delete", coming))
    assert response.url == reverse("sessions", args=["testville"])
    assert not EngagementSession.objects.exists()
    assert Event.objects.filter(kind="session.deleted", subject_id=str(coming.pk)).exists()


HANGING = {
    "participant": lambda session, contact, by: session.participants.create(contact=contact),
    "presence": lambda session, contact, by: session.presences.create(sector="residents", count=1),
    "tally": lambda session, contact, by: session.tallies.create(kind="under_18_share", count=1),
    "note": lambda session, contact, by: session.notes.create(text="Slow.", by=by),
    "finding": lambda session, contact, by: session.findings.create(subject="education", kind="idea", text="A", by=by),
    "round": lambda session, contact, by: session.rounds.create(subjects=[], closes_at=LATER, opened_by=by),
    "minutes": lambda session, contact, by: minutes.save(session=session, text="A", base_revision=0, by=by),
    "cancelled": lambda session, contact, by: planning.cancel(session=session, reason="No room.", by=by),
}


@pytest.mark.parametrize("what", HANGING)
def test_session_on_which_something_hangs_is_not_deleted(what, coming, contact, coordinator, sign_in):
    HANGING[what](coming, contact, coordinator)
    response = sign_in(coordinator).post(address("session_delete", coming), follow=True)
    assert "It can be cancelled, not deleted." in response.content.decode()
    assert EngagementSession.objects.get() == coming


# Who, and when nothing changes any more ------------------------------------------------------------------------------
ACTIONS = {
    "change the plan": lambda session, by: planning.change_plan(
        session=session, plan=_plan(session), base_version=session.version, by=by
    ),
    "add topics": lambda session, by: guiding.add_topics(
        session=session, wanted={"education": TopicReason.CHOSEN}, by=by
    ),
    "add people": lambda session, by: inviting.add_participants(session=session, contacts=[], by=by),
    "attendance": lambda session, by: recording.record_attendance(
        session=session, attendance=recording.Attendance(), by=by
    ),
    "add a note": lambda session, by: recording.add_note(
        session=session, key=uuid.uuid4(), subject="", sector="", text="A", by=by
    ),
    "write the minutes": lambda session, by: minutes.save(session=session, text="A", base_revision=0, by=by),
}


def _plan(session):
    names = ("kind", "title", "purpose", "language", "starts_at", "ends_at", "place", "assessment")
    return planning.Plan(**{name: getattr(session, name) for name in names})


@pytest.mark.parametrize("phase", MinutesPhase)
@pytest.mark.parametrize("state", SessionState)
@pytest.mark.parametrize("action", ACTIONS)
def test_every_state_and_phase_opens_or_closes_everything(action, state, phase, held, coordinator):
    if phase != MinutesPhase.DRAFT and state != SessionState.HELD:
        return  # the database has no such session
    change = {"state": state, "minutes_phase": phase, "state_reason": "No room."}
    EngagementSession.objects.filter(pk=held.pk).update(**change)
    session = EngagementSession.objects.for_list().get(pk=held.pk)
    closed = state == SessionState.CANCELLED or phase == MinutesPhase.FINAL
    read_by_others = action == "write the minutes" and phase == MinutesPhase.CIRCULATED
    before = all_rows()
    if closed or read_by_others:
        with pytest.raises(NotAllowed):
            ACTIONS[action](session, coordinator)
        assert all_rows() == before
    else:
        ACTIONS[action](session, coordinator)


@pytest.mark.parametrize("name", ["lead", "contributor", "viewer", "expert", "network", "admin", "outsider"])
@pytest.mark.parametrize("action", ACTIONS)
def test_only_those_who_run_engagement_change_a_session(action, name, held, cast):
    before = all_rows()
    with pytest.raises(NotAllowed, match="coordinator and its technical partner"):
        ACTIONS[action](held, cast[name])
    assert all_rows() == before


# Pages ---------------------------------------------------------------------------------------------------------------
def test_list_has_what_comes_first_then_what_was_held(assessment, coordinator, sign_in):
    def make(title, days, **fields):
        begins = LATER + timedelta(days=days)
        return make_session(
            assessment, coordinator, title, starts_at=begins, ends_at=begins + timedelta(hours=1), **fields
        )

    make("held long ago", -900, state=SessionState.HELD)
    make("second", 2)
    make("cancelled", 0, state=SessionState.CANCELLED, state_reason="No room.")
    make("first", 1)
    make("held lately", -10, state=SessionState.HELD)
    page = sign_in(coordinator).get(reverse("sessions", args=["testville"])).context["page"]
    assert [one.title for one in page] == ["first", "second", "held lately", "held long ago", "cancelled"]


def test_list_is_filtered_by_kind_and_state(assessment, coordinator, sign_in):
    make_session(assessment, coordinator, "A", kind=SessionKind.INTERVIEW)
    make_session(assessment, coordinator, "B", kind=SessionKind.INTERVIEW, state=SessionState.HELD)
    make_session(assessment, coordinator, "C")
    browser, path = sign_in(coordinator), reverse("sessions", args=["testville"])

    def shown(**query):
        return sorted(one.title for one in browser.get(path, query).context["page"])

    assert shown(kind="interview") == ["A", "B"]
    assert shown(kind="interview", state="held") == ["B"]
    assert shown(kind="survey") == []
    assert shown(kind="nonsense", state="'") == ["A", "B", "C"]


def test_list_has_pages(assessment, coordinator, sign_in):
    for number in range(21):
        make_session(assessment, coordinator, f"Session {number}")
    response = sign_in(coordinator).get(reverse("sessions", args=["testville"]), {"page": 2})
    assert len(response.context["page"]) == 1


def test_session_of_another_city_is_not_there_under_one_s_own(session, outsider, edition, coordinator, sign_in):
    theirs = make_session(start(outsider.cities[0], edition, outsider), outsider)
    for slug in ("testville", "elsewhere"):
        assert sign_in(coordinator).get(reverse("session", args=[slug, theirs.pk])).status_code == 404
    assert sign_in(outsider).get(session.get_absolute_url()).status_code == 404


def test_empty_list_starts_the_work(assessment, coordinator, viewer, sign_in):
    path = reverse("sessions", args=["testville"])
    assert "Plan the first session" in sign_in(coordinator).get(path).content.decode()
    page = sign_in(viewer).get(path).content.decode()
    assert "Plan the first session" not in page
    assert "You will find them here." in page


def test_next_step_follows_the_session_from_the_guide_to_the_end(coming, contact, coordinator, sign_in):
    def step():
        session = EngagementSession.objects.for_list().get(pk=coming.pk)
        assert sign_in(coordinator).get(address("session", session)).status_code == 200
        return queries.next_step(session).name

    assert step() == "guide"
    guiding.add_topics(session=coming, wanted={"education": TopicReason.CHOSEN}, by=coordinator)
    assert step() == "people"
    inviting.add_participants(session=coming, contacts=[contact], by=coordinator)
    assert step() == "invite"
    inviting.invite(session=coming, by=coordinator)
    assert step() == "wait"
    with time_machine.travel(LATER + timedelta(hours=1)):
        assert step() == "listen"
    with time_machine.travel(LATER + timedelta(hours=3)):
        assert step() == "hold"
        planning.hold(session=coming, by=coordinator)
        coming.participants.update(attended=True)
        assert step() == "write"
        minutes.save(session=coming, text="Slow.", base_revision=0, by=coordinator)
        assert step() == "circulate"
        minutes.circulate(session=coming, by=coordinator)
        assert step() == "finish"
        minutes.finalise(session=coming, by=coordinator)
        assert step() == "done"


def test_next_step_is_told_to_those_only_whose_it_is(coming, coordinator, viewer, sign_in):
    assert "Make the guide" in sign_in(coordinator).get(address("session", coming)).content.decode()
    page = sign_in(viewer).get(address("session", coming)).content.decode()
    assert "Make the guide" not in page
    assert "prepare this session" in page


# Time zones ----------------------------------------------------------------------------------------------------------
def test_city_says_in_which_time_it_lives(city):
    assert str(city.zone) == "Europe/Brussels"
    city.time_zone = "Europe/Riga"
    city.full_clean()
    assert str(city.zone) == "Europe/Riga"


def test_unknown_time_zone_is_refused(city):
    city.time_zone = "Europe/Nowhere"
    with pytest.raises(ValidationError, match="There is no time zone “Europe/Nowhere”"):
        city.full_clean()
