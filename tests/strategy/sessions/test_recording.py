"""Attendance by two at once, and notes without names that are never lost nor doubled."""

import uuid

import pytest

from cities.enums import FigureKind
from epi.errors import CannotBeDone, NotAllowed
from epi.models import Event
from strategy.enums import Sector
from strategy.models import Note
from strategy.sessions import queries
from strategy.sessions.actions import guiding, inviting, recording
from strategy.sessions.actions.recording import Attendance, Change
from strategy.sessions.enums import TopicReason
from tests.rows import all_rows
from tests.strategy.sessions.conftest import address, forget

HTMX = {"HX-Request": "true"}


@pytest.fixture
def with_people(coming, people, coordinator):
    inviting.add_participants(session=coming, contacts=people, by=coordinator)
    return coming


def note_body(**fields):
    return {"key": str(uuid.uuid4()), "subject": "", "text": "Courses are full.", **fields}


# Attendance ----------------------------------------------------------------------------------------------------------
def shown(page):
    """What a browser would send back from the page as it stands: each field beside what the page showed."""
    form = page.context["form"]
    body = {}
    for field in form:
        value = "" if field.value() is None else field.value()
        body[form.add_initial_prefix(field.name)] = str(value)
        if value is not False:
            body[field.name] = "on" if value is True else str(value)
    return body


def test_who_is_ticked_came_and_groups_are_counted(with_people, coordinator, sign_in):
    first, second, _third = with_people.participants.all()
    browser, path = sign_in(coordinator), address("session_attendance", with_people)
    body = shown(browser.get(path)) | {f"came-{first.pk}": "on", "more-residents": "4", "count-under_18_share": "2"}
    assert browser.post(path, body).url == path
    assert [one.attended for one in with_people.participants.all()] == [True, False, False]
    assert queries.present(with_people) == 5
    body = shown(browser.get(path)) | {f"came-{second.pk}": "on", "more-residents": ""}
    del body[f"came-{first.pk}"]
    browser.post(path, body | {"count-under_18_share": "0"})
    assert [one.attended for one in with_people.participants.all()] == [False, True, False]
    assert (with_people.presences.count(), with_people.tallies.get().count) == (0, 0)  # nobody is an answer, too
    browser.post(path, shown(browser.get(path)) | {"count-under_18_share": ""})
    assert with_people.tallies.count() == 0


def test_two_who_tick_different_people_do_not_undo_each_other(with_people, coordinator, partner, sign_in):
    first, second, _third = with_people.participants.all()
    path = address("session_attendance", with_people)
    page = shown(sign_in(coordinator).get(path))
    sign_in(partner).post(path, page | {f"came-{first.pk}": "on", "more-faith": "2"})
    sign_in(coordinator).post(path, page | {f"came-{second.pk}": "on", "more-media": "1"})
    assert [one.attended for one in with_people.participants.all()] == [True, True, False]
    assert dict(with_people.presences.values_list("sector", "count")) == {"faith": 2, "media": 1}


def test_number_that_two_changed_is_shown_and_may_be_replaced(coming, coordinator, partner, sign_in):
    path, browser = address("session_attendance", coming), sign_in(coordinator)
    page = shown(browser.get(path))
    sign_in(partner).post(path, page | {"more-residents": "5"})
    response = browser.post(path, page | {"more-residents": "7", "more-faith": "1"})
    assert response.status_code == 409
    assert response.context["form"].errors["more-residents"] == [
        "Somebody saved 5 here meanwhile. Save again to put your number in its place."
    ]
    assert response.context["form"]["more-faith"].value() == "1"
    assert dict(coming.presences.values_list("sector", "count")) == {"residents": 5}
    browser.post(path, page | {"more-residents": "7", "initial-more-residents": "5"})
    assert dict(coming.presences.values_list("sector", "count")) == {"residents": 7}


@pytest.mark.parametrize("seen", ["9" * 5000, "-3", "many"])
def test_nonsense_about_what_was_seen_counts_as_nought(seen, coming, coordinator, sign_in):
    posted = {"more-media": "4", "initial-more-media": seen}
    assert sign_in(coordinator).post(address("session_attendance", coming), posted).status_code == 302
    assert coming.presences.get().count == 4


def test_same_number_by_two_is_no_conflict(coming, coordinator):
    for _time in range(2):
        counted = Attendance(presences={"residents": Change(0, 5)})
        recording.record_attendance(session=coming, attendance=counted, by=coordinator)
    assert coming.presences.get().count == 5


def test_more_counted_than_came_is_refused_and_nothing_written(coming, coordinator, sign_in):
    counted = Attendance(presences={Sector.RESIDENTS: Change(0, 5)}, tallies={FigureKind.UNDER_18_SHARE: Change(0, 6)})
    browser = sign_in(coordinator)
    before = all_rows()
    with pytest.raises(CannotBeDone, match="Under 18 years, share: 6 are counted, and only 5 came"):
        recording.record_attendance(session=coming, attendance=counted, by=coordinator)
    response = browser.post(address("session_attendance", coming), {"more-residents": 5, "count-under_18_share": 6})
    assert response.status_code == 422
    assert "only 5 came" in response.content.decode()
    assert all_rows() == before


@pytest.mark.parametrize("number", ["-1", "many", "5001"])
def test_faulty_number_comes_back(number, coming, coordinator, sign_in):
    response = sign_in(coordinator).post(address("session_attendance", coming), {"more-residents": number})
    assert response.status_code == 422
    assert response.context["form"]["more-residents"].value() == number


def test_mirror_stands_beside_the_city_s_figures(coming, city, coordinator, viewer, sign_in):
    source = {"source_url": "https://example.org/statistics"}
    for year, value in ((2015, 10), (2020, "13.4"), (None, 99)):
        city.figures.create(kind="foreign_born_share", year=year, value=value, definition="Born abroad", **source)
    city.figures.create(kind="international_students_share", year=2020, value=11, definition="Of students", **source)
    counted = Attendance(
        presences={Sector.RESIDENTS: Change(0, 10)}, tallies={FigureKind.FOREIGN_BORN_SHARE: Change(0, 3)}
    )
    recording.record_attendance(session=coming, attendance=counted, by=coordinator)
    page = sign_in(viewer).get(address("session_attendance", coming))
    (row,) = page.context["mirror"]
    assert (row.line.whole_per_cent, row.line.city.year, row.line.whole_points) == (30, 2020, 17)
    text = " ".join(page.content.decode().split())
    assert "30 % of those present, 13.4 % in the city: 17 percentage points more." in text
    assert "Born abroad, 2020" in text
    assert "https://example.org/statistics" in text


@pytest.mark.parametrize(
    ("present", "counted", "figure", "said"),
    [
        (0, 0, True, "Nobody is counted as present yet."),
        (4, 1, True, "1 of 4 present. Fewer than five were there: too few to compare with the city."),
        (5, 1, False, "1 of 5 present. The city's own share is not known."),
        (5, 0, True, "20 % in the city. Nobody has counted how many of those present it is."),
        (5, 1, True, "20 % of those present, 20 % in the city: about as many."),
        (20, 1, True, "5 % of those present, 20 % in the city: 15 percentage points fewer."),
    ],
)
def test_every_outcome_of_the_mirror_is_a_sentence(present, counted, figure, said, coming, city, viewer, sign_in):
    if figure:
        given = {"value": 20, "definition": "Born abroad", "source_url": "https://example.org"}
        city.figures.create(kind="foreign_born_share", year=2020, **given)
    if present:
        coming.presences.create(sector="residents", count=present)
    if counted:
        coming.tallies.create(kind="foreign_born_share", count=counted)
    page = sign_in(viewer).get(address("session_attendance", coming)).content.decode()
    assert said in " ".join(page.split())


def test_attendance_event_has_numbers_only(with_people, coordinator):
    came = {with_people.participants.first().pk: True}
    recording.record_attendance(session=with_people, attendance=Attendance(came=came), by=coordinator)
    event = Event.objects.about(with_people).filter(kind="attendance.recorded").get()
    assert event.detail == {"present": 1}


# Notes ---------------------------------------------------------------------------------------------------------------
def test_note_is_saved_with_subject_and_group(coming, coordinator, sign_in):
    guiding.add_topics(session=coming, wanted={"education": TopicReason.CHOSEN}, by=coordinator)
    path = address("session_notes", coming)
    response = sign_in(coordinator).post(path, note_body(subject="education", sector="faith"))
    assert response.url == path
    note = Note.objects.get()
    assert (note.subject, note.sector, note.text, note.by) == ("education", "faith", "Courses are full.", coordinator)
    page = sign_in(coordinator).get(path)
    assert [(name, len(notes)) for name, notes in page.context["notes"]] == [("Education", 1)]


def test_htmx_gets_a_clean_form_that_keeps_subject_and_group(coming, coordinator, sign_in):
    guiding.add_topics(session=coming, wanted={"education": TopicReason.CHOSEN}, by=coordinator)
    body = note_body(subject="education", sector="faith")
    response = sign_in(coordinator).post(address("session_notes", coming), body, headers=HTMX)
    form = response.context["form"]
    assert response.status_code == 200
    assert "<html" not in response.content.decode()
    assert (form["subject"].value(), form["sector"].value(), form["text"].value()) == ("education", "faith", None)
    assert str(form["key"].value()) != body["key"]
    assert "HX-Request" in response["Vary"]


def test_note_about_a_question_outside_the_guide(coming, coordinator, sign_in):
    sign_in(coordinator).post(address("session_notes", coming), note_body(other="COM1"))
    assert Note.objects.get().subject == "COM1"


def test_subject_that_the_questionnaire_lacks_is_refused(coming, coordinator, sign_in):
    response = sign_in(coordinator).post(address("session_notes", coming), note_body(other="nonsense"))
    assert (response.status_code, Note.objects.count()) == (422, 0)


def test_note_sent_twice_is_one_note(coming, coordinator, sign_in):
    body, browser = note_body(), sign_in(coordinator)
    for _time in range(2):
        assert browser.post(address("session_notes", coming), body, headers=HTMX).status_code == 200
    assert Note.objects.count() == 1


@pytest.mark.parametrize("headers", [{}, HTMX])
@pytest.mark.parametrize("text", ["Anna Nowak says no.", "says NOWAK  Anna", "as anna\nnowak put it"])
def test_note_with_the_name_of_somebody_invited_is_refused_and_comes_back(
    text, headers, with_people, coordinator, sign_in
):
    response = sign_in(coordinator).post(address("session_notes", with_people), note_body(text=text), headers=headers)
    assert response.status_code == 422
    assert "The note names Anna Nowak. Notes carry no names" in response.context["form"].errors["text"][0]
    assert response.context["form"]["text"].value() == text
    assert Note.objects.count() == 0


def test_name_of_a_forgotten_person_is_known_to_nobody(with_people, people, coordinator):
    forget(people[0])
    recording.add_note(
        session=with_people, key=uuid.uuid4(), subject="", sector="", text="Anna Nowak square", by=coordinator
    )
    assert Note.objects.count() == 1


def test_empty_note_is_refused(coming, coordinator, sign_in):
    response = sign_in(coordinator).post(address("session_notes", coming), note_body(text="  "))
    assert response.context["form"].errors["text"] == ["This field is required."]


def test_note_typed_before_the_sign_in_ran_out_comes_back(coming, coordinator, sign_in, client):
    path = address("session_notes", coming)
    page = sign_in(coordinator).get(path)
    body = note_body(text="Not to be lost.", typed_by=page.context["typed_by"])
    assert client.post(path, body, headers={"referer": f"http://testserver{path}"}).status_code == 302
    client.force_login(coordinator, backend="allauth.account.auth_backends.AuthenticationBackend")
    page = client.get(path).content.decode()
    assert "Not to be lost." in page
    assert "This is what you typed before your sign-in ran out." in page
    assert Note.objects.count() == 0


def test_htmx_after_the_sign_in_ran_out_is_told_so(coming, client):
    assert client.post(address("session_notes", coming), note_body(), headers=HTMX).status_code == 401


@pytest.fixture
def note(coming, coordinator):
    return recording.add_note(
        session=coming, key=uuid.uuid4(), subject="COM1", sector="", text="Courses are full.", by=coordinator
    )


def test_own_note_is_changed_and_deleted(note, coming, coordinator, sign_in):
    browser = sign_in(coordinator)
    body = note_body(key=note.key, other="COM2", sector="media", text="Courses are empty.")
    browser.post(address("session_note", coming, note.pk), body)
    note.refresh_from_db()
    assert (note.subject, note.sector, note.text) == ("COM2", "media", "Courses are empty.")
    browser.post(address("note_delete", coming, note.pk))
    assert Note.objects.count() == 0


def test_changed_note_with_a_name_is_refused_and_comes_back(note, with_people, coordinator, sign_in):
    body = note_body(key=note.key, text="Anna Nowak says no.")
    response = sign_in(coordinator).post(address("session_note", with_people, note.pk), body)
    assert response.status_code == 422
    assert "Anna Nowak says no." in response.content.decode()
    note.refresh_from_db()
    assert note.text == "Courses are full."


def test_note_of_a_colleague_is_theirs(note, coming, partner, sign_in):
    page = sign_in(partner).get(address("session_notes", coming)).content.decode()
    assert "Courses are full." in page
    assert address("note_delete", coming, note.pk) not in page
    for change in (
        lambda: recording.delete_note(note=note, by=partner),
        lambda: recording.change_note(note=note, subject="", sector="", text="A", by=partner),
    ):
        with pytest.raises(NotAllowed, match="your own notes only"):
            change()


def test_notes_close_with_the_final_minutes(note, coming, coordinator, in_phase, sign_in):
    Note.objects.update(session=in_phase("final"))
    session = Note.objects.get().session
    browser = sign_in(coordinator)
    for name, more in (("session_note", [note.pk]), ("note_delete", [note.pk]), ("session_notes", [])):
        response = browser.post(address(name, session, *more), note_body())
        assert response.status_code == 403
        assert "The minutes are final" in response.content.decode()
    assert "Save the note" not in browser.get(address("session_notes", session)).content.decode()


def test_notes_of_a_subject_taken_off_the_guide_stay(coming, coordinator, viewer, sign_in):
    (topic,) = guiding.add_topics(session=coming, wanted={"education": TopicReason.CHOSEN}, by=coordinator)
    said = {"session": coming, "sector": "", "by": coordinator}
    recording.add_note(key=uuid.uuid4(), subject="education", text="Full.", **said)
    recording.add_note(key=uuid.uuid4(), subject="", text="Cold room.", **said)
    guiding.remove_topic(topic=topic, by=coordinator)
    page = sign_in(viewer).get(address("session_notes", coming))
    assert [name for name, _notes in page.context["notes"]] == ["Education", "Something else"]
