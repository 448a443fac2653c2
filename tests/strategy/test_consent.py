"""Whoever withdraws is gone from every page, export, list, search, link and text of the city, and of no other city."""

from datetime import date, timedelta

import pytest
from django.apps import apps
from django.core.cache import cache
from django.db import models
from django.urls import reverse
from django.utils import timezone

from cities.enums import Role
from cities.models import City, Programme
from epi import audit, links, mail
from epi.errors import Conflict
from epi.models import Event, Job
from icc_index.enums import Status
from strategy.consent import actions, texts
from strategy.models import (
    AgendaItem,
    Amendment,
    BodyDecision,
    BodyMeeting,
    BodyTask,
    ChosenArea,
    CityStrategy,
    CoDesign,
    ConsultationLink,
    Contact,
    CoordinatingBody,
    EngagementSession,
    Finding,
    Gap,
    Material,
    Measure,
    MeetingItem,
    MilestoneMove,
    MinutesVersion,
    Narrative,
    Note,
    Nudge,
    PactComment,
    PactVersion,
    Participant,
    ParticipantLink,
    Promise,
    Reading,
    Stakeholder,
    Topic,
)
from strategy.sessions.actions import minutes
from strategy.stakeholders.actions import persons, register
from strategy.stakeholders.enums import ForgottenBecause
from strategy.stakeholders.models import CONSENT
from tests.access.stakeholders import TOKEN
from tests.crawl import content_of, everything_read
from tests.factories import (
    make_action,
    make_attendee,
    make_body,
    make_city,
    make_contact,
    make_event,
    make_member,
    make_milestone,
    make_objective,
    make_pact,
    make_session,
    make_stakeholder,
    make_strategy,
    make_task,
    make_user,
    start,
)
from tests.icc_index.pages import text
from tests.rows import all_rows

NAME, EMAIL, PHONE = "Żaneta Grünwald", "zaneta.grunwald@example.org", "+48 600 123 987"
TRACES = (NAME, "Grünwald", EMAIL, PHONE, "600 123 987", "600123987")
SAID = f"{NAME} asked us; write to {EMAIL} or call 600 123 987. GRÜNWALD, ŻANETA agreed."
INSTEAD = "[name removed] asked us; write to [name removed] or call [name removed]. [name removed] agreed."


@pytest.fixture(autouse=True)
def _no_guesses_yet():
    cache.clear()
    yield
    cache.clear()


@pytest.fixture
def person(stakeholder):
    return make_contact(stakeholder, NAME, email=EMAIL, phone=PHONE, function="Speaker")


@pytest.fixture
def consent_link(person, session):
    """Her place in a session that was held, and the address in her mail."""
    place = Participant.objects.create(session=session, contact=person, attended=True)
    _link, token = ParticipantLink.issue(participant=place, expires_at=timezone.now() + timedelta(days=30))
    return reverse("consent_withdraw", args=[token])


def write_everywhere(session: EngagementSession, by, said: str = SAID) -> None:
    """The same words in every place in which people write about a session and its city."""
    rows = {"title": said[:100], "purpose": said, "place": said, "state_reason": said, "minutes": said}
    EngagementSession.objects.filter(pk=session.pk).update(state="held", **rows)
    place = session.participants.first() or Participant.objects.create(
        session=session, contact=make_contact(make_stakeholder(session.city, by, "Writers"), "Ewa Lis")
    )
    Topic.objects.create(session=session, subject="education", prompt=said, position=1)
    Note.objects.create(session=session, text=said, by=by)
    MinutesVersion.objects.create(session=session, number=1, phase="draft", text=said, by=by)
    Amendment.objects.create(
        session=session,
        participant=place,
        text=said,
        decision="declined",
        reason=said,
        decided_by=by,
        decided_at=timezone.now(),
    )
    Finding.objects.create(session=session, subject="education", kind="idea", text=said, by=by)
    ChosenArea.objects.create(assessment=session.assessment, subject="media_communication", reason=said, chosen_by=by)
    make_contact(make_stakeholder(session.city, by, "Assistants"), "Ola Kos", function=f"Assistant of {NAME}")
    write_about_strategy(session.city, by, said)


def write_about_strategy(city: City, by, said: str) -> None:
    """The same words in every place of a city's strategy, coordinating body, launch event, pact and milestones."""
    today, now = timezone.localdate(), timezone.now()
    programme = Programme.objects.get_or_create(
        slug=f"of-{city.slug}", defaults={"name": "Programme", "starts_on": "2020-01-01", "ends_on": "2022-06-30"}
    )[0]
    event = make_event(
        programme,
        by,
        said,
        kind="launch",
        city=city,
        place=said,
        summary=said,
        notes=said,
        cancelled_at=now,
        cancelled_by=by,
        cancel_reason=said,
    )
    AgendaItem.objects.create(event=event, day=today, begins="10:00", ends="11:00", title=said, speaker=said)
    Material.objects.create(event=event, title=said, language="en", url="https://example.org/", added_by=by)
    task = make_task(event, city, title=said)
    task.rows.update(done_at=now, done_by=by, note=said)
    _write_about_body(city, by, said)
    _write_about_plan(city, by, said)
    pact = make_pact(city, by, number=99)
    version = PactVersion.objects.create(pact=pact, number=1, reason="consultation", content={}, hash="0" * 64, by=by)
    PactComment.objects.create(
        version_read=version, text=said, answer=said, decision="declined", decided_by=by, decided_at=now
    )
    ConsultationLink.issue(pact=pact, label=said, created_by=by, expires_at=now)
    milestone = make_milestone(
        city, by, said, description=said, proof=said, state="dropped", drop_reason=said, programme=programme
    )
    Promise.objects.create(milestone=milestone, due_on=today, reason=said, by=by)
    MilestoneMove.objects.create(milestone=milestone, source="planned", target="dropped", reason=said, by=by)
    Nudge.objects.create(programme=programme, city=city, text=said, by=by, on=today)


def _write_about_body(city: City, by, said: str) -> None:
    body = CoordinatingBody.objects.filter(city=city).first() or make_body(city, by)
    CoordinatingBody.objects.filter(pk=body.pk).update(name=said, mandate=said)
    owner = make_member(body, "Ida Chair")
    begins = timezone.now() - timedelta(days=9)
    meeting = BodyMeeting.objects.create(
        body=body,
        title=said,
        starts_at=begins,
        ends_at=begins + timedelta(hours=1),
        place=said,
        state="cancelled",
        cancel_reason=said,
        minutes=said,
        created_by=by,
    )
    MeetingItem.objects.create(meeting=meeting, position=1, title=said, text=said)
    BodyDecision.objects.create(meeting=meeting, number=1, text=said, by=by)
    BodyTask.objects.create(body=body, title=said, note=said, owner=owner, due_on=begins, created_by=by)


def _write_about_plan(city: City, by, said: str) -> None:
    strategy = CityStrategy.objects.filter(city=city).first() or make_strategy(city, by)
    written = {"title": said, "vision": said, "decision": said, "leader": said, "resources": said}
    CityStrategy.objects.filter(pk=strategy.pk).update(**written)
    Narrative.objects.create(strategy=strategy, language="lv", text=said, by=by)
    objective = make_objective(strategy, said, description=said, root_cause=said)
    Gap.objects.create(objective=objective, kind="indicator", subject="education", words=said)
    texts_of_action = dict.fromkeys(
        (
            "description",
            "target_group",
            "budget_source",
            "outputs",
            "learnt",
            "state_reason",
            "after_owner",
            "after_source",
        ),
        said,
    )
    action = make_action(objective, said, **texts_of_action)
    CoDesign.objects.create(action=action, held_on="2021-07-01", form="workshop", outcome=said, by=by)
    measure = Measure.objects.create(action=action, name=said, source=said)
    Reading.objects.create(measure=measure, read_on="2021-09-01", value=1, note=said, by=by)


def found_in_rows() -> set[str]:
    """The models whose rows hold a trace of her."""
    rows = {label: repr(rows).casefold() for label, rows in all_rows().items()}
    return {label for label, said in rows.items() if any(trace.casefold() in said for trace in TRACES)}


def found_by_readers(world) -> set[tuple[str, str]]:
    """(role, address) of all that shows a trace of her."""
    traces = [trace.casefold() for trace in TRACES]
    return {
        (role, path)
        for role, path, content in everything_read(world)
        if any(trace in content.decode(errors="replace").casefold() for trace in traces)
    }


# Gone from everything ------------------------------------------------------------------------------------------------
def test_who_withdraws_is_gone_from_every_page_export_list_search_and_link(world_at, sign_in, coordinator):
    world = world_at(Status.DRAFT)
    session, person = world.things["session"], world.things["contact"]
    Contact.objects.filter(pk=person.pk).update(name=NAME, email=EMAIL, phone=PHONE, language="pl")
    Participant.objects.update(attended=True)
    write_everywhere(session, coordinator)
    mail.send("cities/mail/invitation", to=EMAIL, language="en", invitation=world.invitation, url="/")
    kept_mail = Job.objects.count() - 1
    city, search = session.city.slug, f"{reverse('stakeholders', args=[session.city.slug])}?q=grunwald"

    shown = found_by_readers(world)
    for name in ("stakeholders", "stakeholders_export"):
        listing = reverse(name, args=[city])
        assert {role for role, path in shown if path == listing} == {"lead", "coord", "partner"}
    assert person.stakeholder.get_absolute_url() in {path for _role, path in shown}
    assert {role for role, path in shown if path.startswith("/consent/")} == set(world.cast)
    everywhere = {"epi.Job", *(place.model._meta.label for place in texts.PLACES)} - {"strategy.Stakeholder"}
    assert found_in_rows() == everywhere
    assert len(sign_in(coordinator).get(search).context["rows"]) == 1
    assert Contact.objects.reachable().filter(email=EMAIL).count() == 1

    page = reverse("consent_withdraw", args=[TOKEN])
    assert sign_in(None).post(page).status_code == 200

    assert found_by_readers(world) == set()
    assert found_in_rows() == set()
    assert len(sign_in(coordinator).get(search).context["rows"]) == 0
    assert Contact.objects.reachable().filter(pk=person.pk).count() == 0
    assert Job.objects.count() == kept_mail
    for kind in ("csv", "xlsx"):
        export = sign_in(coordinator).get(f"{reverse('stakeholders_export', args=[city])}?format={kind}")
        assert "Grünwald".encode() not in content_of(export)
    assert Participant.objects.filter(session=session, attended=True).count() == 1
    assert EngagementSession.objects.get(pk=session.pk).minutes == INSTEAD


def test_nothing_is_left_in_the_row_but_when_and_why(person, coordinator):
    actions.withdraw(contact=person, by=coordinator)
    row = Contact.objects.values("name", "email", "phone", "function", "language", "forgotten_because").get()
    assert row == {
        "name": "",
        "email": "",
        "phone": "",
        "function": "",
        "language": "",
        "forgotten_because": ForgottenBecause.WITHDRAWN,
    }
    assert str(Contact.objects.get()) == "A person whose data were deleted"


@pytest.mark.parametrize("by_link", [True, False])
def test_withdrawal_is_recorded_without_saying_who_it_was(by_link, person, coordinator):
    actions.withdraw(contact=person, by=None if by_link else coordinator)
    event = Event.objects.get(kind="contact.withdrawn")
    assert (event.by, event.subject_label) == (None if by_link else coordinator, "Testville")
    way = "link" if by_link else "register"
    assert event.detail == {"contacts": [person.pk], "reason": "withdrawn", "way": way}


def test_event_about_engagement_repeats_no_words_of_people(session, coordinator):
    session.title = f"Interview with {NAME}"
    event = audit.record("session.cancelled", session, by=coordinator, comment=f"{NAME} is ill.", state="cancelled")
    assert (event.subject_label, event.comment) == (f"engagement session {session.pk}", "")
    assert (event.subject_id, event.detail) == (str(session.pk), {"state": "cancelled"})


def test_every_entry_of_the_same_address_in_the_city_is_the_same_person(person, city, coordinator):
    other = make_contact(make_stakeholder(city, coordinator, "Chamber"), "Ż. Grünwald", email=EMAIL.upper())
    colleague = make_contact(person.stakeholder, "Ewa Lis")
    assert actions.withdraw(contact=person, by=coordinator) == 2
    assert set(Contact.objects.known()) == {colleague}
    assert Event.objects.get(kind="contact.withdrawn").detail["contacts"] == [person.pk, other.pk]


def test_persons_and_texts_of_another_city_are_untouched(person, session, edition, coordinator):
    elsewhere = make_city("elsewhere")
    neighbour = make_user("neighbour", Role.COORDINATOR, elsewhere)
    namesake = make_contact(make_stakeholder(elsewhere, neighbour), NAME, email=EMAIL)
    theirs = make_session(start(elsewhere, edition, make_user("their-lead", Role.LEAD, elsewhere)), neighbour)
    write_everywhere(theirs, neighbour)
    before = [place.model.objects.filter(**{place.city: elsewhere}).values_list() for place in texts.PLACES]
    before = [list(rows) for rows in before]
    actions.withdraw(contact=person, by=coordinator)
    after = [list(place.model.objects.filter(**{place.city: elsewhere}).values_list()) for place in texts.PLACES]
    assert after == before
    namesake.refresh_from_db()
    assert namesake.name == NAME


def test_words_instead_are_in_the_language_of_the_session(person, session, coordinator, monkeypatch):
    monkeypatch.setattr(texts, "words_instead", lambda language: f"<{language}>")
    EngagementSession.objects.update(language="pl", minutes=SAID)
    ChosenArea.objects.create(assessment=session.assessment, subject="education", reason=NAME, chosen_by=coordinator)
    actions.withdraw(contact=person, by=coordinator)
    assert EngagementSession.objects.get().minutes.startswith("<pl> asked us")
    assert ChosenArea.objects.get().reason == "<pl>"  # that of the city


def test_whoever_has_the_minutes_open_is_told_of_the_change(person, session, coordinator):
    quiet = make_session(session.assessment, coordinator, "Another", minutes="Nobody's name.")
    EngagementSession.objects.filter(pk=session.pk).update(minutes=SAID)
    actions.withdraw(contact=person, by=coordinator)
    versions = dict(EngagementSession.objects.values_list("pk", "version"))
    assert versions == {session.pk: 1, quiet.pk: 0}
    with pytest.raises(Conflict):
        minutes.save(session=session, text=SAID, base_revision=session.minutes_revision, by=coordinator)
    assert EngagementSession.objects.get(pk=session.pk).minutes == INSTEAD


def test_organisation_that_bears_the_name_gets_another(city, coordinator):
    stakeholder = make_stakeholder(city, coordinator, NAME)
    person = make_contact(stakeholder, NAME, email=EMAIL)
    make_stakeholder(city, coordinator, f"Studio {NAME}")
    actions.withdraw(contact=person, by=coordinator)
    instead = texts.words_instead(city.language_of_mail)
    assert set(Stakeholder.objects.values_list("name", flat=True)) == {
        f"{instead} ({stakeholder.pk})",
        f"Studio {instead} ({stakeholder.pk + 1})",
    }
    assert found_in_rows() == set()


def test_long_title_still_fits(person, session, coordinator):
    make_contact(person.stakeholder, "Bo Li", email="")
    EngagementSession.objects.update(title=("Bo Li " * 40)[:200])
    actions.withdraw(contact=Contact.objects.get(name="Bo Li"), by=coordinator)
    assert len(EngagementSession.objects.get().title) == 200
    assert "Bo Li" not in EngagementSession.objects.get().title


def test_second_withdrawal_writes_nothing(person, coordinator):
    actions.withdraw(contact=person, by=coordinator)
    before = all_rows()
    assert actions.withdraw(contact=person, by=coordinator) == 0
    assert all_rows() == before


def test_withdrawal_is_all_or_nothing(person, session, coordinator, monkeypatch):
    before = all_rows()
    monkeypatch.setattr(texts, "remove", lambda *args: 1 / 0)
    with pytest.raises(ZeroDivisionError):
        actions.withdraw(contact=person, by=coordinator)
    assert all_rows() == before


@pytest.mark.parametrize("rows", [1, 3])
def test_withdrawal_costs_the_same_however_much_was_written(
    rows, person, session, coordinator, django_assert_max_num_queries
):
    EngagementSession.objects.update(minutes=SAID)
    for number in range(rows):
        Note.objects.create(session=session, text=SAID, by=coordinator)
        MinutesVersion.objects.create(session=session, number=number, phase="draft", text=SAID, by=coordinator)
    with django_assert_max_num_queries(48):
        actions.withdraw(contact=person, by=coordinator)


# Where people write --------------------------------------------------------------------------------------------------
# Texts that cannot hold a name: codes, choices, states, hashes, addresses of web sites, what a person's own row says.
WITHOUT_NAMES = {
    "strategy.Contact": {"name", "email", "phone", "language"},  # emptied, not rewritten
    "strategy.Stakeholder": {"website"},
    "strategy.EngagementSession": {"language"},
    "strategy.Topic": {"subject"},
    "strategy.Note": {"subject"},
    "strategy.Finding": {"subject", "about_value"},
    "strategy.ChosenArea": {"subject"},
    "strategy.Rating": {"subject"},
    "strategy.Narrative": {"language"},
    "strategy.CityStrategy": {"decision_url", "language"},
    "strategy.Gap": {"subject"},
    "strategy.Measure": {"unit", "subject"},
    "strategy.Reading": {"url"},
    "strategy.Milestone": {"proof_url"},
    "strategy.MilestoneTemplate": {"code", "title", "description"},  # a programme's, written before there is a city
    "strategy.Carried": {"subject"},
    "strategy.Document": {"language", "data_hash"},
    # A pact is signed and public as it stands: whoever is in it agreed to that, and a text that changed would be void.
    "strategy.Pact": {"title", "language", "preamble", "sustainability", "adopted_by", "evaluation", "state_reason"},
    "strategy.Article": {"title", "text"},
    "strategy.Commitment": {"text"},
    "strategy.PactVersion": {"hash"},
    "strategy.Signatory": {"name", "represented_by", "function", "email"},
    "strategy.Signature": {"hash", "signed_as", "void_reason"},
    "strategy.SignatureLink": {"token_hash"},
    "strategy.ConsultationLink": {"token_hash"},
    # Members are there by their office, until some time after they left (body.actions).
    "strategy.Member": {"name", "function", "organisation", "email"},
    "strategy.Registration": {"token_hash"},
    "strategy.CalendarFeed": {"token_hash"},
    "strategy.Withdrawal": {"person_hash"},
    # A programme's events belong to no city, and no person of a city's register takes part in them as such; their own
    # people are emptied when their time is over (events.actions.forget_expired).
    "strategy.ProgrammeEvent": {"title", "place", "summary", "notes", "cancel_reason"},
    "strategy.AgendaItem": {"title", "speaker"},
    "strategy.Attendee": {"name", "function", "email", "represents", "language_wanted"},
    "strategy.Material": {"title", "url", "file_name", "file_kind"},
    "strategy.EventTask": {"title"},
    "strategy.CityTask": {"note"},
    "strategy.FeedbackLink": {"token_hash"},
    "strategy.FeedbackAnswer": {"text"},
    "strategy.Conclusion": {"subject", "text"},
    "strategy.ParticipantLink": {"token_hash"},
    "strategy.LaunchInvitation": {"token_hash"},
    "strategy.Ballot": {"token_hash"},
}


def test_every_text_of_engagement_is_searched_or_cannot_hold_a_name():
    searched = {place.model._meta.label: set(place.fields) for place in texts.PLACES}
    written = {}
    for model in apps.get_app_config("strategy").get_models():
        fields = {
            field.name
            for field in model._meta.get_fields()
            if isinstance(field, models.CharField | models.TextField) and not field.choices
        }
        if fields:
            written[model._meta.label] = fields
    known = {label: searched.get(label, set()) | WITHOUT_NAMES.get(label, set()) for label in written}
    assert written == known


# The link in the mail ------------------------------------------------------------------------------------------------
def test_link_shows_what_is_kept_and_asks(consent_link, person, sign_in):
    before = all_rows()
    page = sign_in(None).get(consent_link)
    said = text(page, "#main")
    for kept in (NAME, EMAIL, PHONE, "Speaker", "Open House", "Focus group on housing", "15 January 2021"):
        assert kept in said
    assert page["Cache-Control"] == "max-age=0, no-cache, no-store, must-revalidate, private"
    assert all_rows() == before


def test_dead_link_says_so_in_kind_words(consent_link, sign_in):
    done = sign_in(None).post(consent_link)
    assert "Testville keeps nothing about you any more" in text(done, "#main")
    for send in (sign_in(None).get, sign_in(None).post):
        gone = send(consent_link)
        assert gone.status_code == 404
        assert "If you withdrew your consent, all is well" in text(gone, "#main")


def test_every_link_of_the_person_dies_and_no_other(consent_link, person, session, assessment, coordinator, sign_in):
    colleague = make_contact(person.stakeholder, "Ewa Lis")
    later = make_session(assessment, coordinator, "Later")
    soon = {"expires_at": timezone.now() + timedelta(days=1)}
    ParticipantLink.issue(participant=Participant.objects.create(session=later, contact=person), **soon)
    other, token = ParticipantLink.issue(
        participant=Participant.objects.create(session=later, contact=colleague), **soon
    )
    sign_in(None).post(consent_link)
    assert list(ParticipantLink.objects.working()) == [other]
    assert "Ewa Lis" in text(sign_in(None).get(reverse("consent_withdraw", args=[token])), "#main")


@pytest.mark.parametrize("change", [{"revoked_at": timezone.now()}, {"expires_at": timezone.now()}])
def test_link_that_is_revoked_or_out_of_date_shows_nothing(change, consent_link, sign_in):
    ParticipantLink.objects.update(**change)
    assert sign_in(None).get(consent_link).status_code == 404
    assert sign_in(None).post(consent_link).status_code == 404
    assert Contact.objects.known().count() == 1


def test_link_of_a_person_whose_time_is_over_shows_nothing(consent_link, sign_in):
    Contact.objects.update(keep_until=timezone.localdate() - timedelta(days=1))
    page = sign_in(None).get(consent_link)
    assert (page.status_code, NAME in page.content.decode()) == (404, False)


def test_guesses_are_refused_after_a_while(db, sign_in):
    answers = [sign_in(None).get(reverse("consent_withdraw", args=[f"guess-{n}"])).status_code for n in range(30)]
    assert answers == [404] * links.MOST_GUESSES + [429] * (30 - links.MOST_GUESSES)


def test_coordinator_notes_that_a_person_withdrew(person, coordinator, sign_in):
    path = reverse("contact_withdraw", args=["testville", person.pk])
    assert NAME in text(sign_in(coordinator).get(path), "#main")
    assert Contact.objects.known().count() == 1
    response = sign_in(coordinator).post(path)
    assert (response.status_code, response["Location"]) == (302, person.stakeholder.get_absolute_url())
    assert Contact.objects.known().count() == 0
    assert sign_in(coordinator).post(path).status_code == 404


def test_consent_given_on_a_day_counts_from_that_day(person):
    assert person.agreed_to_sessions_on(date(2021, 1, 15))
    assert not person.agreed_to_sessions_on(date(2021, 1, 14))


@pytest.mark.parametrize(
    "name",
    [
        "stakeholders",
        "stakeholder",
        "contact_add",
        "contact_edit",
        "contact_withdraw",
        "session_people",
        "session_attendance",
        "session_minutes",
        "event_people",
        "attendee_edit",
    ],
)
def test_page_that_names_persons_stays_in_no_browser(name, person, session, event, coordinator, network, sign_in):
    """On a shared computer the next one who presses "back" must not read who is in the register."""
    of_event = {"slug": event.programme.slug, "pk": event.pk}
    places = {
        "stakeholders": ["testville"],
        "stakeholder": ["testville", person.stakeholder_id],
        "contact_add": ["testville", person.stakeholder_id],
        "contact_edit": ["testville", person.pk],
        "contact_withdraw": ["testville", person.pk],
        "event_people": [*of_event.values()],
        "attendee_edit": [*of_event.values(), make_attendee(event).pk],
    }
    by = network if name in ("event_people", "attendee_edit") else coordinator
    response = sign_in(by).get(reverse(name, args=places.get(name, ["testville", session.pk])))
    assert response.status_code == 200
    assert "no-store" in response["Cache-Control"]


# Earlier names --------------------------------------------------------------------------------------------------------
def test_earlier_name_goes_from_the_texts_with_its_person(person, session, coordinator):
    Note.objects.create(session=session, text=f"{NAME} spoke first.", by=coordinator)
    facts = {"name": "Anna Zielińska", "email": "new@example.org", "phone": "", "function": "", "language": ""}
    kept = {name: getattr(person, name) for name in CONSENT}
    persons.change(contact=person, base_version=person.version, by=coordinator, **facts, **kept)
    Note.objects.create(session=session, text=f"Anna Zielińska, once {NAME}, {EMAIL}.", by=coordinator)
    person.refresh_from_db()
    assert person.former == [{"name": NAME, "email": EMAIL, "phone": PHONE}]
    actions.withdraw(contact=person, by=coordinator)
    person.refresh_from_db()
    assert (person.former, found_in_rows()) == ([], set())
    assert list(session.notes.values_list("text", flat=True)) == [
        "[name removed] spoke first.",
        "[name removed], once [name removed], [name removed].",
    ]


def test_name_of_a_merged_entry_goes_too(person, session, coordinator):
    twin = make_stakeholder(session.city, coordinator, "Open Doors")
    make_contact(twin, "Hanna Novak", email=EMAIL.upper())
    Note.objects.create(session=session, text="Hanna Novak agreed.", by=coordinator)
    register.merge(stakeholder=twin, into=person.stakeholder, by=coordinator)
    actions.withdraw(contact=Contact.objects.get(), by=coordinator)
    assert session.notes.get().text == "[name removed] agreed."
