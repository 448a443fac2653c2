"""A programme's events: who sees them, what their coordinator does, agenda, people, materials, tasks."""

import io
from datetime import date, time, timedelta

import pytest
import time_machine
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import IntegrityError, transaction
from django.urls import reverse
from django.utils import timezone
from pypdf import PdfWriter

from cities.enums import OrganisationKind, Role
from cities.models import Membership, Organisation, Programme
from epi import mail, typed_text
from epi.errors import CannotBeDone, Conflict, NotAllowed
from epi.models import Event, Job
from strategy.events.actions import events as actions
from strategy.events.actions import forget_expired, materials, people, tasks
from strategy.events.enums import Capacity, EventKind
from strategy.models import AgendaItem, Attendee, CityTask, EventTask, Feedback, FeedbackLink, Material, ProgrammeEvent
from tests.factories import A_YEAR_ON, FAR_AWAY, make_attendee, make_city, make_event, make_file, make_task, make_user

FACTS = {
    "kind": EventKind.WORKSHOP,
    "title": "Two days",
    "starts_on": date(2020, 2, 4),
    "ends_on": date(2020, 2, 5),
    "place": "Cluj-Napoca",
    "summary": "How to use the results.",
}
POSTED = {**FACTS, "starts_on": "2020-02-04", "ends_on": "2020-02-05", "version": 0}


def address(name, event, **more):
    return reverse(name, kwargs={"slug": event.programme.slug, "pk": event.pk, **more})


@pytest.fixture
def partner_organisation(programme) -> Organisation:
    organisation = Organisation.objects.create(name="Helpers", kind=OrganisationKind.TECHNICAL_PARTNER, country="PL")
    programme.partners.add(organisation)
    return organisation


# Who sees an event ----------------------------------------------------------------------------------------------------


def sees(user) -> bool:
    return ProgrammeEvent.objects.visible_to(user).exists()


def test_people_of_the_programmes_cities_see_its_events(event, lead, contributor, coordinator, viewer, partner):
    assert all(sees(user) for user in (lead, contributor, coordinator, viewer, partner))


def test_person_of_another_city_sees_them_once_the_city_joins_the_programme(event, outsider, programme):
    assert not sees(outsider)
    programme.cities.add(outsider.cities[0])
    assert sees(outsider)


def test_person_of_a_partner_organisation_sees_them_wherever_they_work(event, partner_organisation):
    helper = make_user("helper", Role.PARTNER, make_city("far"))
    assert not sees(helper)
    helper.memberships.update(organisation=partner_organisation)
    assert sees(helper)


def test_coordinator_of_another_programme_does_not_see_them(event):
    other = Programme.objects.create(name="Other", slug="other", starts_on="2020-01-01", ends_on="2021-01-01")
    user = make_user("other-network")
    Membership.objects.create(user=user, role=Role.NETWORK_COORDINATOR, programme=other)
    assert not sees(user)


def test_expert_sees_them_while_assigned_to_one_of_the_cities(event, expert, other_expert, assessment):
    assert sees(expert)
    assert not sees(other_expert)
    assessment.expert_assignments.all().delete()
    assert not sees(expert)


def test_expert_named_by_address_sees_that_event_only_and_is_told(event, network, other_expert, sign_in, mailoutbox):
    make_event(event.programme, network, "Another")
    people.add_attendee(event=event, by=network, **PERSON | {"email": "Other-Expert@example.org"})
    assert list(ProgrammeEvent.objects.visible_to(other_expert)) == [event]
    page = sign_in(other_expert).get(reverse("events", args=[event.programme.slug]))
    assert page.context["events"] == [event]
    assert mail_to("other-expert@example.org") == ["You take part in “Workshop”"]


def test_name_at_an_event_opens_it_for_experts_only(event, network, outsider):
    people.add_attendee(event=event, by=network, **PERSON | {"email": outsider.email})
    assert Attendee.objects.get().account is None
    assert not sees(outsider)


def test_expert_who_is_none_any_more_does_not_see_it(event, network, other_expert):
    people.add_attendee(event=event, by=network, **PERSON | {"email": other_expert.email})
    other_expert.memberships.all().delete()
    assert not sees(other_expert)


def mail_to(address: str) -> list[str]:
    return [job.payload["subject"] for job in Job.objects.filter(payload__to=address)]


def test_desk_leads_city_people_and_experts_to_the_events(event, lead, expert, outsider, network, sign_in):
    url = reverse("events", args=[event.programme.slug])
    found = {user.name: url in sign_in(user).get(reverse("home")).content.decode() for user in (lead, expert, outsider)}
    assert found == {"Lead": True, "Expert": True, "Outsider": False}
    assert url in sign_in(network).get(event.programme.get_absolute_url()).content.decode()


# Events ---------------------------------------------------------------------------------------------------------------


def test_coordinator_adds_an_event(programme, network, sign_in):
    posted = sign_in(network).post(reverse("event_add", args=[programme.slug]), POSTED)
    event = ProgrammeEvent.objects.get()
    assert posted.url == reverse("events", args=[programme.slug])
    assert {name: getattr(event, name) for name in FACTS} == FACTS
    assert (event.created_by, event.is_sample) == (network, False)


def test_last_day_before_the_first_comes_back_with_what_was_typed(programme, network, sign_in):
    posted = sign_in(network).post(reverse("event_add", args=[programme.slug]), POSTED | {"ends_on": "2020-02-03"})
    assert posted.status_code == 422
    assert posted.context["form"].errors == {"ends_on": ["The last day is before the first."]}
    assert 'value="Two days"' in posted.content.decode()
    assert not ProgrammeEvent.objects.exists()


@pytest.mark.parametrize("day", ["0001-01-01", "9999-12-31"])
def test_day_at_the_limits_of_time_comes_back(day, programme, network, sign_in):
    """Two years after the last day there is, the form of a person could not be shown."""
    here = reverse("event_add", args=[programme.slug])
    posted = sign_in(network).post(here, POSTED | {"starts_on": day, "ends_on": day})
    assert posted.status_code == 422
    assert posted.context["form"].errors == {"starts_on": ["Check the year."], "ends_on": ["Check the year."]}


def test_action_and_database_refuse_days_in_the_wrong_order(programme, network):
    with pytest.raises(CannotBeDone, match="before the first"):
        actions.add_event(programme=programme, by=network, **FACTS | {"ends_on": date(2020, 2, 3)})
    with pytest.raises(IntegrityError), transaction.atomic():
        make_event(programme, network, ends_on=date(2020, 2, 3))


def test_two_people_editing_one_event_see_both_texts(event, network, admin, sign_in):
    actions.change_event(event=event, base_version=0, by=admin, **FACTS | {"place": "Lublin"})
    posted = sign_in(network).post(address("event_edit", event), POSTED | {"place": "Riga"})
    assert posted.status_code == 409
    assert posted.context["form"].differences == [("Place", "Lublin", "Riga")]
    event.refresh_from_db()
    assert event.place == "Lublin"
    again = sign_in(network).post(
        address("event_edit", event), POSTED | {"place": "Riga", "version": posted.context["form"]["version"].value()}
    )
    event.refresh_from_db()
    assert (again.status_code, event.place, event.version) == (302, "Riga", 2)


def test_days_cannot_leave_an_agenda_item_behind(event, network):
    event.agenda.create(day=event.ends_on, begins="09:00", ends="10:00", title="Closing")
    with pytest.raises(CannotBeDone, match="“Closing” is on the agenda of 5 February 2020"):
        actions.change_event(event=event, base_version=0, by=network, **FACTS | {"ends_on": date(2020, 2, 4)})


def test_meeting_with_conclusions_stays_a_meeting(meeting, network, expert):
    meeting.conclusions.create(text="They share much.", by=expert)
    with pytest.raises(CannotBeDone, match="stays an exchange meeting"):
        actions.change_event(event=meeting, base_version=0, by=network, **FACTS)


def test_cancelled_event_says_why_and_changes_no_more(event, network, lead, sign_in):
    sign_in(network).post(address("event_cancel", event), {"reason": "Nobody can travel."})
    page = sign_in(lead).get(event.get_absolute_url()).content.decode()
    assert "Nobody can travel." in page
    refused = sign_in(network).get(address("event_edit", event))
    assert refused.status_code == 403
    assert "nothing of it changes any more" in refused.content.decode()
    recorded = Event.objects.about(event).get(kind="programme_event.cancelled")
    assert (recorded.by, recorded.comment) == (network, "")  # the reason stands on the event


def test_event_is_not_cancelled_without_a_reason(event, network, sign_in):
    posted = sign_in(network).post(address("event_cancel", event), {"reason": " "})
    event.refresh_from_db()
    assert (posted.status_code, event.is_cancelled) == (422, False)
    with pytest.raises(CannotBeDone, match="Say why"):
        actions.cancel_event(event=event, reason=" ", by=network)


@pytest.mark.parametrize(
    ("today", "state"),
    [("2020-02-03", "To come"), ("2020-02-04", "On now"), ("2020-02-05", "On now"), ("2020-02-06", "Held")],
)
def test_state_of_an_event_follows_from_its_days(today, state, event):
    with time_machine.travel(f"{today} 12:00+01:00"):
        assert event.state[1] == state


def test_text_typed_before_the_sign_in_ran_out_comes_back(event, network, sign_in):
    browser = sign_in(None)
    posted = POSTED | {"summary": "Half a page of text.", "typed_by": typed_text.mark(network.pk)}
    browser.post(address("event_edit", event), posted)
    browser.force_login(network, backend="allauth.account.auth_backends.AuthenticationBackend")
    page = browser.get(address("event_edit", event))
    assert page.context["restored"]
    assert "Half a page of text." in page.content.decode()
    event.refresh_from_db()
    assert event.summary == ""


# Agenda ---------------------------------------------------------------------------------------------------------------

ITEM = {"day": "2020-02-04", "begins": "09:00", "ends": "10:30", "title": "Opening", "speaker": "PATRIR", "version": 0}


def test_item_comes_on_the_agenda_in_order(event, network, sign_in):
    browser = sign_in(network)
    for begins, title in (("11:00", "Second"), ("09:00", "First")):
        browser.post(address("agenda_add", event), ITEM | {"begins": begins, "ends": "12:00", "title": title})
    page = browser.get(event.get_absolute_url())
    assert [(day, [str(item) for item in items]) for day, items in page.context["agenda"]] == [
        (date(2020, 2, 4), ["First", "Second"])
    ]


@pytest.mark.parametrize(
    ("change", "field", "fault"),
    [
        ({"ends": "09:00"}, "ends", "The end must be after the begin."),
        ({"ends": "08:00"}, "ends", "The end must be after the begin."),
        ({"day": "2020-02-06"}, "day", "The event is from 4 February 2020 to 5 February 2020. Choose one of its days."),
    ],
)
def test_impossible_time_is_said_at_its_field(change, field, fault, event, network, sign_in):
    posted = sign_in(network).post(address("agenda_add", event), ITEM | change)
    assert (posted.status_code, posted.context["form"].errors) == (422, {field: [fault]})
    assert not AgendaItem.objects.exists()


def test_action_and_database_refuse_impossible_times(event, network):
    given = {"title": "Opening", "speaker": "", "by": network}
    with pytest.raises(CannotBeDone, match="not one of the event's days"):
        actions.add_item(event=event, day=date(2020, 2, 6), begins=time(9), ends=time(10), **given)
    with pytest.raises(CannotBeDone, match="after the begin"):
        actions.add_item(event=event, day=event.starts_on, begins=time(9), ends=time(9), **given)
    with pytest.raises(IntegrityError), transaction.atomic():
        event.agenda.create(day=event.starts_on, begins="10:00", ends="09:00", title="Opening")


def test_two_people_editing_one_item_see_both(event, network, sign_in):
    item = event.agenda.create(day=event.starts_on, begins="09:00", ends="10:30", title="Opening", version=1)
    edit = address("agenda_edit", event, item_pk=item.pk)
    posted = sign_in(network).post(edit, ITEM | {"title": "Welcome", "ends": "11:00"})
    assert posted.status_code == 409
    assert posted.context["form"].differences == [
        ("Ends", "10:30", "11:00"),
        ("Title", "Opening", "Welcome"),
        ("Speaker", "", "PATRIR"),
    ]


def test_item_is_edited_and_taken_off(event, network, sign_in):
    item = event.agenda.create(day=event.starts_on, begins="09:00", ends="10:30", title="Opening")
    sign_in(network).post(address("agenda_edit", event, item_pk=item.pk), ITEM | {"title": "Welcome"})
    item.refresh_from_db()
    assert (item.title, item.version) == ("Welcome", 1)
    sign_in(network).post(address("agenda_remove", event, item_pk=item.pk))
    assert not AgendaItem.objects.exists()


def test_item_of_another_event_is_not_found(event, network, sign_in):
    other = make_event(event.programme, network, "Another")
    item = other.agenda.create(day=event.starts_on, begins="09:00", ends="10:30", title="Opening")
    assert sign_in(network).get(address("agenda_edit", event, item_pk=item.pk)).status_code == 404


# People ---------------------------------------------------------------------------------------------------------------

PERSON = {
    "name": "Ewa Muster",
    "function": "Adviser",
    "email": "",
    "capacity": Capacity.PARTICIPANT,
    "city": None,
    "organisation": None,
    "keep_until": A_YEAR_ON,
}


def posted_person(**change):
    person = {"name": "Ewa Muster", "capacity": "trainer", "keep_until": A_YEAR_ON.isoformat(), "version": 0}
    return person | change


def test_people_stand_by_city_and_organisation(event, city, partner_organisation, network, sign_in):
    for name, place in (("Bo", f"city-{city.pk}"), ("Al", f"organisation-{partner_organisation.pk}"), ("Cy", "")):
        sign_in(network).post(address("attendee_add", event), posted_person(name=name, place=place))
    page = sign_in(network).get(address("event_people", event))
    assert [(group.name, [str(one) for one in group.people]) for group in page.context["delegations"]] == [
        ("Testville", ["Bo"]),
        ("Helpers", ["Al"]),
        ("Others", ["Cy"]),
    ]


def test_data_are_kept_for_two_years_unless_said_otherwise(event, network, sign_in):
    form = sign_in(network).get(address("attendee_add", event)).context["form"]
    assert form["keep_until"].value() == timezone.localdate() + timedelta(days=730)


def test_names_are_shown_to_colleagues_and_addresses_to_those_who_run_the_event(event, lead, network, sign_in):
    make_attendee(event, "Ewa Muster")
    theirs = sign_in(lead).get(address("event_people", event)).content.decode()
    assert "Ewa Muster" in theirs
    assert "ewa.muster@example.org" not in theirs
    assert "ewa.muster@example.org" in sign_in(network).get(address("event_people", event)).content.decode()


@pytest.mark.parametrize(
    ("change", "fault"),
    [
        ({"keep_until": date(2020, 2, 4)}, "until the event is over"),
        ({"keep_until": date(2020, 2, 5)}, "not in the past"),
        ({"keep_until": FAR_AWAY}, "five years at most"),
        ({"email": "Ewa.Muster@example.org"}, "takes part already"),
    ],
)
def test_impossible_person_is_refused(change, fault, event, network):
    make_attendee(event, "Ewa Muster")
    with pytest.raises(CannotBeDone, match=fault):
        people.add_attendee(event=event, by=network, **PERSON | change)


def test_person_comes_from_a_place_of_the_programme(event, network):
    city = make_city("far")
    organisation = Organisation.objects.create(name="Far", kind="other", country="PL")
    with pytest.raises(CannotBeDone, match="city does not take part"):
        people.add_attendee(event=event, by=network, **PERSON | {"city": city})
    with pytest.raises(CannotBeDone, match="no partner"):
        people.add_attendee(event=event, by=network, **PERSON | {"organisation": organisation})


def test_two_people_editing_one_person_see_both(event, city, network, sign_in):
    attendee = make_attendee(event, city=city, version=2)
    edit = address("attendee_edit", event, attendee_pk=attendee.pk)
    posted = sign_in(network).post(edit, posted_person(function="Head", email=attendee.email, version=1))
    assert posted.status_code == 409
    assert posted.context["form"].differences == [
        ("Comes from", "Testville", "Neither a city nor a partner"),
        ("Function", "Adviser", "Head"),
        ("Takes part as", "Participant", "Trainer"),
    ]


def test_new_address_kills_the_link_that_went_to_the_old_one(event, network):
    attendee = make_attendee(event)
    feedback = Feedback.objects.create(event=event, closes_at=timezone.now() + timedelta(1), opened_by=network)
    link, _token = FeedbackLink.issue(feedback=feedback, attendee=attendee, expires_at=feedback.closes_at)
    people.change_attendee(attendee=attendee, base_version=0, by=network, **PERSON | {"email": "new@example.org"})
    link.refresh_from_db()
    assert not link.is_working


def test_attendance_is_what_was_ticked(event, network, sign_in):
    here, gone = make_attendee(event, "Here", attended=False), make_attendee(event, "Gone")
    sign_in(network).post(address("attendance", event), {"present": [here.pk]})
    assert list(event.attendees.filter(attended=True)) == [here]
    other = make_attendee(make_event(event.programme, network, "Another"), "Stranger", attended=False)
    sign_in(network).post(address("attendance", event), {"present": [other.pk, gone.pk]})
    other.refresh_from_db()
    assert (other.attended, list(event.attendees.filter(attended=True))) == (False, [here])


@time_machine.travel("2020-02-03 12:00+01:00")
def test_nobody_was_there_before_it_began(event, network):
    attendee = make_attendee(event, attended=False)
    with pytest.raises(CannotBeDone, match="not begun"):
        people.mark_attendance(event=event, present=[attendee], by=network)


def test_person_is_taken_off_the_list(event, network, sign_in):
    attendee = make_attendee(event)
    sign_in(network).post(address("attendee_remove", event, attendee_pk=attendee.pk))
    assert not Attendee.objects.exists()


# The end of what is kept ----------------------------------------------------------------------------------------------


def expire(attendee: Attendee) -> None:
    Attendee.objects.filter(pk=attendee.pk).update(keep_until=timezone.localdate() - timedelta(days=1))


def test_person_whose_time_is_over_is_gone_from_the_pages_at_once(event, network, lead, sign_in):
    attendee = make_attendee(event, "Ewa Muster")
    expire(attendee)
    for user in (network, lead):
        page = sign_in(user).get(address("event_people", event)).content.decode()
        assert "A person whose data were deleted" in page
        assert not any(word in page for word in ("Ewa Muster", "ewa.muster@example.org", "Adviser"))
    assert sign_in(network).get(address("attendee_edit", event, attendee_pk=attendee.pk)).status_code == 404


def test_expired_people_are_emptied_and_still_counted(event, city, network, other_expert):
    kept = make_attendee(event, "Kept")
    gone = make_attendee(event, "Gone", city=city, account=other_expert)
    feedback = Feedback.objects.create(event=event, closes_at=timezone.now() + timedelta(1), opened_by=network)
    link, _token = FeedbackLink.issue(feedback=feedback, attendee=gone, expires_at=feedback.closes_at)
    expire(gone)
    assert forget_expired() == 1
    gone.refresh_from_db()
    assert (gone.name, gone.function, gone.email, gone.account) == ("", "", "", None)
    assert (gone.city, gone.attended) == (city, True)
    link.refresh_from_db()
    assert not link.is_working
    kept.refresh_from_db()
    assert kept.name == "Kept"
    assert not sees(other_expert)


def test_name_of_a_forgotten_person_goes_from_agenda_and_notes_of_the_event(event, network):
    event.agenda.create(
        day=event.starts_on, begins="09:00", ends="10:00", title="Opening", speaker="Ewa Muster, Jan Lis"
    )
    ProgrammeEvent.objects.update(notes="Ewa Muster asked for slides. Ewa is friendly.")
    other = make_event(event.programme, network, "Another", notes="Ewa Muster spoke.")
    expire(make_attendee(event, "Ewa Muster"))
    forget_expired()
    event.refresh_from_db()
    other.refresh_from_db()
    assert event.agenda.get().speaker == "[name removed], Jan Lis"
    assert event.notes == "[name removed] asked for slides. Ewa is friendly."
    assert (event.notes_version, other.notes) == (1, "Ewa Muster spoke.")


def test_forgetting_twice_changes_nothing_and_is_recorded_once_without_a_name(event):
    attendee = make_attendee(event, "Ewa Muster")
    expire(attendee)
    assert (forget_expired(), forget_expired()) == (1, 0)
    recorded = Event.objects.about(event).get(kind="programme_event.attendees_forgotten")
    assert (recorded.by, recorded.detail) == (None, {"attendees": [attendee.pk]})


def test_waiting_mail_of_a_forgotten_person_goes_unless_they_have_an_account(event, network, other_expert, lead):
    for address_ in ("ewa.muster@example.org", lead.email):
        mail.send("strategy/events/mail/expert_named", to=address_, language="en", event=event, url="")
    for attendee in (make_attendee(event, "Ewa Muster"), make_attendee(event, "Lead", email=lead.email)):
        expire(attendee)
    forget_expired()
    assert (mail_to("ewa.muster@example.org"), len(mail_to(lead.email))) == ([], 1)


def test_records_never_name_a_person_who_took_part(event, network):
    attendee = people.add_attendee(event=event, by=network, **PERSON | {"email": "ewa@example.org"})
    people.change_attendee(attendee=attendee, base_version=0, by=network, **PERSON | {"function": "Head"})
    people.mark_attendance(event=event, present=[attendee], by=network)
    people.remove_attendee(attendee=attendee, by=network)
    said = [(one.subject_label, one.comment, str(one.detail)) for one in Event.objects.about(event)]
    assert len(said) == 4
    assert not any("Muster" in text or "ewa" in text for texts in said for text in texts)


def test_database_keeps_nothing_of_a_forgotten_person(event):
    attendee = make_attendee(event)
    with pytest.raises(IntegrityError), transaction.atomic():
        Attendee.objects.filter(pk=attendee.pk).update(forgotten_at=timezone.now())


# Materials ------------------------------------------------------------------------------------------------------------


def pdf() -> bytes:
    writer, out = PdfWriter(), io.BytesIO()
    writer.add_blank_page(width=72, height=72)
    writer.write(out)
    return out.getvalue()


def test_file_is_added_and_taken_home_by_those_who_see_the_event(event, network, lead, outsider, sign_in):
    file = SimpleUploadedFile("Plan dnia.exe", pdf())
    sign_in(network).post(address("material_add", event), {"title": "Plan", "language": "pl", "upload": file})
    material = Material.objects.get()
    assert (material.file_name, material.file_kind, material.file_size) == ("Plan dnia.pdf", "pdf", len(pdf()))
    assert "Plan" not in material.file.name
    download = address("material_download", event, material_pk=material.pk)
    answer = sign_in(lead).get(download)
    assert b"".join(answer.streaming_content) == pdf()
    assert answer["Content-Disposition"] == 'attachment; filename="Plan dnia.pdf"'
    assert (answer["X-Content-Type-Options"], answer["Cache-Control"]) == ("nosniff", "private")
    assert answer["Content-Type"] == "application/pdf"
    assert sign_in(outsider).get(download).status_code == 404


def test_stored_file_has_no_address_of_its_own(event, network, sign_in):
    material = materials.add_material(event=event, title="A", language="en", url="", upload=make_file(), by=network)
    for path in (f"/media/{material.file.name}", f"/{material.file.name}", f"/static/{material.file.name}"):
        assert sign_in(network).get(path).status_code == 404


def test_bad_file_comes_back_with_the_reason(event, network, sign_in):
    file = SimpleUploadedFile("slides.pdf", b"MZ\x90")
    posted = sign_in(network).post(address("material_add", event), {"title": "A", "language": "en", "upload": file})
    assert posted.status_code == 422
    assert "this file is none of them" in str(posted.context["form"].errors["upload"])
    assert not Material.objects.exists()


@pytest.mark.parametrize("both", [True, False])
def test_material_is_either_a_link_or_a_file(both, event, network, sign_in):
    given = {"url": "https://example.org", "upload": SimpleUploadedFile("a.pdf", pdf())} if both else {}
    posted = sign_in(network).post(address("material_add", event), {"title": "A", "language": "en", **given})
    assert posted.context["form"].errors == {"url": ["Give either a link or a file."]}
    with pytest.raises(CannotBeDone, match="either a link or a file"):
        url, upload = ("https://example.org", make_file()) if both else ("", None)
        materials.add_material(event=event, title="A", language="en", url=url, upload=upload, by=network)


def test_link_is_no_file_to_download(event, network, sign_in):
    material = event.materials.create(title="A", language="en", url="https://example.org", added_by=network)
    assert sign_in(network).get(address("material_download", event, material_pk=material.pk)).status_code == 404


def test_same_material_in_two_languages_stands_together(event, network, lead, sign_in):
    for title, language in (("Slides", "pl"), ("Guide", "ro"), ("Slides", "de")):
        event.materials.create(title=title, language=language, url="https://example.org", added_by=network)
    page = sign_in(lead).get(event.get_absolute_url())
    assert [(title, [one.language for one in same]) for title, same in page.context["materials"]] == [
        ("Guide", ["ro"]),
        ("Slides", ["de", "pl"]),
    ]


def test_removed_material_takes_its_file_along(event, network, sign_in, django_capture_on_commit_callbacks):
    material = materials.add_material(event=event, title="A", language="en", url="", upload=make_file(), by=network)
    storage, name = material.file.storage, material.file.name
    assert storage.exists(name)
    with django_capture_on_commit_callbacks(execute=True):
        sign_in(network).post(address("material_remove", event, material_pk=material.pk))
    assert (storage.exists(name), Material.objects.exists()) == (False, False)


# Tasks ----------------------------------------------------------------------------------------------------------------


@pytest.fixture
def other_city(programme):
    city = make_city("riga")
    programme.cities.add(city)
    return city


def test_every_city_gets_a_row_of_its_own(event, city, other_city, network, sign_in):
    form = sign_in(network).get(address("task_add", event)).context["form"]
    ticked = form["cities"].value()
    posted = {"title": "Name a team", "due_on": "2020-03-01", "cities": ticked, "version": 0}
    sign_in(network).post(address("task_add", event), posted)
    assert {(row.city, row.task.title) for row in CityTask.objects.all()} == {
        (city, "Name a team"),
        (other_city, "Name a team"),
    }


def test_city_ticks_off_its_own_task(event, city, lead, sign_in):
    row = make_task(event, city).rows.get()
    sign_in(lead).post(address("city_task", event, row_pk=row.pk), {"note": "Four people."})
    row.refresh_from_db()
    assert (row.is_done, row.done_by, row.note) == (True, lead, "Four people.")
    assert Event.objects.about(row).get().kind == "city_task.done"


def test_other_citys_task_is_neither_seen_nor_ticked_off(event, city, other_city, lead, sign_in):
    task = make_task(event, city, other_city)
    theirs = task.rows.get(city=other_city)
    page = sign_in(lead).get(address("event_tasks", event))
    assert [row.city for row in page.context["mine"]] == [city]
    assert page.context["overview"] is None
    assert "Riga" not in page.content.decode()
    for method in ("get", "post"):
        assert getattr(sign_in(lead), method)(address("city_task", event, row_pk=theirs.pk)).status_code == 404
    with pytest.raises(NotAllowed):
        tasks.tick_off(row=theirs, note="", by=lead)


def test_task_that_is_done_opens_again(event, city, lead, coordinator, sign_in):
    row = make_task(event, city).rows.get()
    tasks.tick_off(row=row, note="Done.", by=lead)
    with pytest.raises(CannotBeDone, match="already"):
        tasks.tick_off(row=row, note="", by=lead)
    sign_in(coordinator).post(address("city_task_reopen", event, row_pk=row.pk))
    row.refresh_from_db()
    assert (row.is_done, row.note) == (False, "")
    with pytest.raises(CannotBeDone, match="not ticked off"):
        tasks.reopen(row=row, by=lead)


def test_overview_shows_every_city_and_task(event, city, other_city, lead, network, sign_in):
    first, second = make_task(event, city, other_city), make_task(event, other_city, title="Plan", due_on=FAR_AWAY)
    tasks.tick_off(row=first.rows.get(city=city), note="", by=lead)
    overview = sign_in(network).get(address("event_tasks", event)).context["overview"]
    assert list(overview.tasks) == [first, second]
    states = [(str(place), [cell and cell.state[1] for cell in cells]) for place, cells in overview.rows]
    assert states == [("Riga", ["Late", "To do"]), ("Testville", ["Done", None])]
    assert (overview.done, overview.total) == (1, 3)


def test_city_that_has_done_its_task_keeps_it(event, city, other_city, lead, network):
    task = make_task(event, city, other_city)
    tasks.tick_off(row=task.rows.get(city=city), note="", by=lead)
    given = {"task": task, "title": "New", "due_on": FAR_AWAY, "base_version": 0, "by": network}
    with pytest.raises(CannotBeDone, match="Testville has done this already"):
        tasks.change_task(cities=[other_city], **given)
    task.refresh_from_db()
    assert task.title == "Name a team"
    with pytest.raises(CannotBeDone, match="has done this already"):
        tasks.remove_task(task=task, by=network)
    tasks.change_task(cities=[city], **given)
    assert [row.city for row in task.rows.all()] == [city]


def test_two_people_editing_one_task_see_both(event, city, other_city, network, sign_in):
    task = make_task(event, city, version=1)
    posted = sign_in(network).post(
        address("task_edit", event, task_pk=task.pk),
        {"title": "Name a team", "due_on": "2020-04-01", "cities": [city.pk, other_city.pk], "version": 0},
    )
    assert posted.status_code == 409
    assert posted.context["form"].differences == [
        ("Due", "1 March 2020", "1 April 2020"),
        ("Which cities", "Testville", "Riga, Testville"),
    ]
    with pytest.raises(Conflict):
        tasks.change_task(task=task, title="", due_on=FAR_AWAY, cities=[city], base_version=0, by=network)


def test_task_without_a_city_or_for_a_strange_one_is_refused(event, network):
    for cities, fault in (([], "at least one"), ([make_city("far")], "does not take part")):
        with pytest.raises(CannotBeDone, match=fault):
            tasks.add_task(event=event, title="Plan", due_on=FAR_AWAY, cities=cities, by=network)


def test_task_is_taken_from_all_cities(event, city, network, sign_in):
    task = make_task(event, city)
    sign_in(network).post(address("task_remove", event, task_pk=task.pk))
    assert not EventTask.objects.exists()


def test_city_page_says_what_is_still_to_do(event, city, lead, sign_in):
    make_task(event, city)
    assert sign_in(lead).get(event.get_absolute_url()).context["open_tasks"] == 1


def test_tasks_of_a_cancelled_event_are_not_ticked_off(event, city, lead, network):
    row = make_task(event, city).rows.get()
    actions.cancel_event(event=event, reason="Nobody can travel.", by=network)
    with pytest.raises(NotAllowed, match="cancelled"):
        tasks.tick_off(row=row, note="", by=lead)


# Numbers of queries ---------------------------------------------------------------------------------------------------

QUERIES = {"list": 5, "event": 7, "meeting": 11, "people": 5, "tasks": 5, "tasks of all": 6}
ROWS = pytest.mark.parametrize("rows", [1, 3, 30])


@pytest.fixture
def counted(sign_in, django_assert_num_queries):
    def count(number: int, user, path: str):
        browser = sign_in(user)
        browser.get(path)
        with django_assert_num_queries(number):
            return browser.get(path)

    return count


@ROWS
def test_list_costs_the_same(rows, counted, programme, network, lead):
    for number in range(rows):
        make_event(programme, network, f"Event {number}", is_sample=True)
    page = counted(QUERIES["list"], lead, reverse("events", args=[programme.slug]))
    assert len(page.context["events"]) == rows


@ROWS
def test_page_of_an_event_costs_the_same(rows, counted, event, city, network, lead):
    for number in range(rows):
        make_attendee(event, f"Person {number}", city=city)
        make_task(event, city, title=f"Task {number}")
        event.agenda.create(day=event.starts_on, begins="09:00", ends="10:00", title=f"Item {number}")
        event.materials.create(title=f"Guide {number}", language="en", url="https://example.org", added_by=network)
    page = counted(QUERIES["event"], lead, event.get_absolute_url())
    assert (len(page.context["agenda"][0][1]), page.context["open_tasks"]) == (rows, rows)


@ROWS
def test_page_of_a_meeting_costs_the_same(rows, counted, meeting, city, expert):
    for number in range(rows):
        meeting.conclusions.create(text=f"Conclusion {number}", by=expert).cities.add(city)
    page = counted(QUERIES["meeting"], expert, meeting.get_absolute_url())
    assert len(page.context["conclusions"]) == rows


@ROWS
def test_list_of_people_costs_the_same(rows, counted, event, city, network):
    for number in range(rows):
        make_attendee(event, f"Person {number}", city=city)
    page = counted(QUERIES["people"], network, address("event_people", event))
    assert page.context["total"] == rows


@ROWS
def test_lists_of_tasks_cost_the_same(rows, counted, event, city, network, lead):
    for number in range(rows):
        place = make_city(f"city-{number}")
        event.programme.cities.add(place)
        tasks.tick_off(row=make_task(event, city, place, title=f"Task {number}").rows.get(city=city), note="", by=lead)
    page = counted(QUERIES["tasks"], lead, address("event_tasks", event))
    assert len(page.context["mine"]) == rows
    page = counted(QUERIES["tasks of all"], network, address("event_tasks", event))
    assert (len(page.context["overview"].tasks), len(page.context["overview"].rows)) == (rows, rows + 1)
