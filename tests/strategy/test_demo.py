"""The demo's engagement: sample stakeholders and sessions in every state, labelled, repeatable, without mail."""

import re
from collections import Counter
from datetime import timedelta

from django.db.models import Count, Q
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from cities.models import City, User
from epi import links
from epi.models import Job
from icc_index import demo as network_demo
from icc_index.models import Assessment
from strategy.demo.organisations import ORGANISATIONS
from strategy.demo.sessions import STEPS
from strategy.enums import Sector
from strategy.findings.enums import FindingKind
from strategy.findings.voices import contradictions, stakeholders
from strategy.models import (
    Amendment,
    Ballot,
    ChosenArea,
    Contact,
    EngagementSession,
    Finding,
    MinutesVersion,
    Note,
    ParticipantLink,
    Presence,
    ProgrammeEvent,
    Rating,
    RatingRound,
    Stakeholder,
    Tally,
)
from strategy.sessions.enums import Decision, MinutesPhase, Reply, SessionState
from strategy.stakeholders.enums import ForgottenBecause
from tests.icc_index.pages import texts
from tests.rows import all_rows

TOKEN = "the-token-of-a-link"


def address_of(name: str, session: EngagementSession, *more: object) -> str:
    return reverse(name, args=[session.city.slug, session.pk, *more])


def in_phase(slug: str, phase: MinutesPhase) -> EngagementSession:
    return EngagementSession.objects.filter(city__slug=slug, minutes_phase=phase, state=SessionState.HELD)[0]


# What there is --------------------------------------------------------------------------------------------------------
def test_every_city_knows_stakeholders_of_every_group(db, demo_answered):
    for slug, samples in ORGANISATIONS.items():
        known = Stakeholder.objects.filter(city__slug=slug)
        assert 10 <= known.count() == len(samples) <= 15
        assert set(known.values_list("sector", flat=True)) | {Sector.OTHER} == set(Sector)
        persons = [one.persons for one in known.annotate(persons=Count("contacts"))]
        assert set(persons) == {2, 3}
        assert all(one.languages and one.interests for one in known)
    assert set(Stakeholder.objects.values_list("is_sample", flat=True)) == {True}


def test_one_person_a_city_withdrew_and_the_time_of_one_is_short(db, demo_answered):
    soon = timezone.localdate() + timedelta(days=31)
    for city in City.objects.filter(slug__in=ORGANISATIONS):
        persons = Contact.objects.filter(stakeholder__city=city)
        gone = persons.exclude(forgotten_at=None)
        assert [(one.name, one.forgotten_because) for one in gone] == [("", ForgottenBecause.WITHDRAWN)]
        assert persons.known().filter(keep_until__lt=soon).count() == 1
        assert persons.known().count() == persons.count() - 1


def test_persons_are_made_up_and_their_addresses_lead_nowhere(db, demo_answered):
    persons = Contact.objects.known().select_related("stakeholder")
    assert {one.email.rpartition(".")[2] for one in persons} == {"example"}
    assert set(persons.values_list("phone", flat=True)) == {""}
    once = Counter((one.stakeholder.city_id, one.name) for one in persons)
    assert set(once.values()) == {1}
    for one in persons:
        one.clean()


def test_sessions_are_in_every_state_and_about_the_last_assessment(db, demo_answered):
    sessions = EngagementSession.objects.annotate(invited=Count("participants"))
    states = Counter((one.state, one.minutes_phase, bool(one.invited)) for one in sessions)
    draft = MinutesPhase.DRAFT
    assert set(states) == {
        (SessionState.PLANNED, draft, False),
        (SessionState.PLANNED, draft, True),
        (SessionState.CANCELLED, draft, True),
        *((SessionState.HELD, phase, True) for phase in MinutesPhase),
    }
    assert len(states) == len(STEPS)
    assert set(sessions.values_list("assessment__year", "is_sample")) == {(network_demo.YEAR, True)}
    assert set(sessions.values_list("city__slug", flat=True)) == set(ORGANISATIONS)


def test_what_was_held_is_written_down(db, demo_answered):
    for session in EngagementSession.objects.filter(state=SessionState.HELD):
        assert session.topics.exists()
        assert session.participants.filter(attended=True).exists()
        assert session.notes.exists()
        assert session.findings.exists()
        assert session.minutes
    assert all(model.objects.exists() for model in (Presence, Tally, MinutesVersion))
    assert set(Finding.objects.values_list("kind", flat=True)) == set(FindingKind)
    assert set(Amendment.objects.values_list("decision", flat=True)) == set(Decision)
    assert Amendment.objects.filter(decision=Decision.OPEN, session__minutes_phase=MinutesPhase.AMENDED).exists()


def test_those_invited_have_replied_in_every_way(db, demo_answered):
    invited = EngagementSession.objects.filter(state=SessionState.PLANNED, participants__invited_at__isnull=False)
    assert set(invited.values_list("participants__reply", flat=True)) == set(Reply.values)


def test_texts_say_that_they_are_made_up(db, demo_answered):
    for model, name in ((Finding, "text"), (Note, "text"), (Amendment, "text"), (ChosenArea, "reason")):
        texts_of = model.objects.values_list(name, flat=True)
        assert texts_of
        assert all(re.match("Sample: |Przykład: ", text) for text in texts_of)


def test_ratings_are_open_with_ballots_used_and_closed_with_a_group_too_small_to_show(db, demo_answered):
    used = Count("ballots", filter=Q(ballots__is_used=True))
    open_ones = RatingRound.objects.filter(closed_at=None).annotate(used=used, all=Count("ballots"))
    assert open_ones
    assert all(0 < one.used < one.all for one in open_ones)
    groups = Counter(
        Ballot.objects.filter(is_used=True, round__in=RatingRound.objects.closed()).values_list("round", "sector")
    )
    assert min(groups.values()) < 5 <= max(groups.values()) <= 8
    assert {sum(one.practice) for one in Rating.objects.filter(round__in=RatingRound.objects.closed())} <= set(range(9))


def test_two_cities_chose_areas_with_reasons(db, demo_answered):
    chosen = ChosenArea.objects.values_list("assessment__city__slug", flat=True)
    assert set(chosen) == {"lublin", "cluj-napoca"}


def test_stakeholders_contradict_cartagena_clearly(db, demo_answered):
    assessment = Assessment.objects.select_related("edition", "city").get(
        city__slug="cartagena", year=network_demo.YEAR
    )
    assert contradictions([assessment])[assessment.pk] == {"MED3", "mediation_conflict_resolution"}
    finding = Finding.objects.filter(subject="MED3", kind=FindingKind.CONTRADICTS).first()
    assert finding.about_value == "yes"
    voices = stakeholders(assessment, ["mediation_conflict_resolution"])["mediation_conflict_resolution"]
    assert any(voice.is_contradiction for voice in voices)


# How it is made -------------------------------------------------------------------------------------------------------
def test_nobody_gets_mail(db, demo_answered):
    to = Job.objects.values_list("payload__to", flat=True)
    stakeholders_of = set(Contact.objects.exclude(email="").values_list("email", flat=True))
    assert stakeholders_of
    assert not stakeholders_of & set(to)


def test_second_run_changes_nothing(db, demo_answered):
    before = all_rows()
    network_demo.build()
    assert all_rows() == before


# The label ------------------------------------------------------------------------------------------------------------
def test_every_page_of_engagement_says_that_it_is_sample_data(db, demo_answered, sign_in):
    browser = sign_in(User.objects.get(email="coordinator@lublin.example"))
    for address in [*pages_of("lublin"), *pages_of_sessions("lublin"), *pages_of_launch("lublin"), *pages_of_events()]:
        assert_labelled(browser, address)
    browser = sign_in(User.objects.get(email="partner@linkoping.example"))
    for address in [*pages_of("linkoping"), *pages_of_sessions("linkoping")]:
        assert_labelled(browser, address)


def assert_labelled(browser: Client, address: str) -> None:
    page = browser.get(address, headers={"Accept-Language": "en"})
    assert page.status_code == 200, address
    assert len(texts(page, ".sample")) == 1, address


def pages_of(slug: str) -> list[str]:
    names = ("engagement", "stakeholders", "sessions", "findings", "priorities")
    stakeholder = Stakeholder.objects.filter(city__slug=slug)[0]
    of_one = ("stakeholder", "stakeholder_edit", "stakeholder_merge", "contact_add")
    contact = Contact.objects.known().filter(stakeholder=stakeholder)[0]
    assessment = Assessment.objects.get(city__slug=slug, year=network_demo.YEAR)
    return [
        *(reverse(name, args=[slug]) for name in names),
        *(reverse(name, args=[slug, stakeholder.pk]) for name in of_one),
        *(reverse(name, args=[slug, contact.pk]) for name in ("contact_edit", "contact_withdraw")),
        *(reverse("chosen_area", args=[slug, one.pk]) for one in ChosenArea.objects.filter(assessment=assessment)),
        f"/assessments/{assessment.pk}/voices/",
        "/home/",
    ]


def pages_of_sessions(slug: str) -> list[str]:
    everywhere = ("session", "session_guide", "guide_print", "guide_facilitator", "session_people")
    everywhere += ("session_findings", "session_ratings")
    found = []
    for session in EngagementSession.objects.filter(city__slug=slug).select_related("city"):
        found += [address_of(name, session) for name in everywhere]
        if session.state == SessionState.HELD:
            held = ("session_attendance", "session_notes", "session_minutes")
            found += [address_of(name, session) for name in held]
            found += [address_of("minutes_version", session, one.number) for one in session.minutes_versions.all()]
            if session.minutes_phase != MinutesPhase.FINAL:
                found += [address_of("finding", session, one.pk) for one in session.findings.all()[:1]]
            found += [address_of("round_close", session, one.pk) for one in session.rounds.filter(closed_at=None)]
        if session.state == SessionState.PLANNED:
            found += [address_of("session_edit", session), address_of("session_cancel", session)]
            found += [address_of("session_topic", session, one.pk) for one in session.topics.all()[:1]]
    return found


def pages_of_launch(slug: str) -> list[str]:
    event = ProgrammeEvent.objects.get(city__slug=slug, cancelled_at=None)
    of_one = ("launch_event", "launch_edit", "registrations", "registration_add", "launch_invite")
    as_an_event = ("event", "event_people", "event_feedback")
    return [
        reverse("launch", args=[slug]),
        reverse("launch_public", args=[slug]),
        *(reverse(name, args=[slug, event.pk]) for name in of_one),
        *(reverse(name, args=[network_demo.PROGRAMME, event.pk]) for name in as_an_event),
    ]


def pages_of_events() -> list[str]:
    found = [reverse("events", args=[network_demo.PROGRAMME])]
    for event in ProgrammeEvent.objects.filter(city=None):
        names = ("event", "event_people", "event_tasks", "event_feedback")
        found += [reverse(name, args=[network_demo.PROGRAMME, event.pk]) for name in names]
    return found


def test_pages_behind_a_link_say_so(db, demo_answered, sign_in):
    for number, session in enumerate(EngagementSession.objects.exclude(minutes_phase=MinutesPhase.DRAFT)):
        link = ParticipantLink.objects.filter(participant__session=session)[0]
        token = f"{TOKEN}-{number}"
        ParticipantLink.objects.filter(pk=link.pk).update(token_hash=links.hash_of(token))
        assert_labelled(sign_in(None), reverse("invited", args=[token]))
        assert_labelled(sign_in(None), reverse("consent_withdraw", args=[token]))
    ballot = Ballot.objects.filter(is_used=False, round__closed_at=None)[0]
    Ballot.objects.filter(pk=ballot.pk).update(token_hash=links.hash_of(TOKEN))
    assert_labelled(sign_in(None), reverse("rate", args=[TOKEN]))
