"""Every page about sessions costs the same number of queries, whatever hangs on a session."""

import pytest
from django.urls import reverse

from strategy.enums import Sector
from strategy.models import ParticipantLink
from strategy.sessions.actions import guiding, inviting
from strategy.sessions.enums import MinutesPhase, SessionState, TopicReason
from tests.factories import make_contact, make_session, make_stakeholder, make_user
from tests.strategy.sessions.conftest import LATER, address

QUERIES = {
    "sessions": 7,
    "session": 10,
    "session_guide": 8,
    "guide_print": 5,
    "guide_facilitator": 6,
    "session_people": 11,
    "session_attendance": 14,
    "session_notes": 6,
    "session_minutes": 6,
    "minutes_version": 6,
    "invited": 2,
}
ROWS = pytest.mark.parametrize("rows", [1, 3])


@pytest.fixture
def counted(sign_in, django_assert_num_queries):
    """Ask for a page as somebody and count, once the questionnaire is in the cache."""

    def count(name, user, path):
        browser = sign_in(user)
        browser.get(path)
        with django_assert_num_queries(QUERIES[name]):
            return browser.get(path)

    return count


@pytest.fixture
def full(assessment, coordinator, city):
    """`full(rows)`: a session that was held, with so many rows of everything."""

    def fill(rows):
        session = make_session(assessment, coordinator, state=SessionState.HELD, minutes="Full.")
        codes = ["education", "COM1", "language"][:rows]
        guiding.add_topics(session=session, wanted=dict.fromkeys(codes, TopicReason.CHOSEN), by=coordinator)
        for number, sector in enumerate(list(Sector)[:rows]):
            stakeholder = make_stakeholder(city, coordinator, f"House {number}", sector=sector)
            participant = session.participants.create(contact=make_contact(stakeholder, f"Chosen Nr{number}"))
            make_contact(stakeholder, f"Candidate Nr{number}")
            session.presences.create(sector=sector, count=5)
            session.tallies.create(kind=["under_18_share", "foreign_born_share", "majority_share"][number], count=1)
            by = make_user(f"writer-{number}")
            session.notes.create(subject="COM1", text="Full.", by=by)
            session.amendments.create(participant=participant, text="Half full.")
            session.minutes_versions.create(number=number + 1, phase=MinutesPhase.CIRCULATED, text="Full.", by=by)
            source = {"definition": "Residents", "source_url": "https://example.org"}
            city.figures.create(kind="under_18_share", year=2018 + number, value=20, **source)
        return session

    return fill


@ROWS
def test_list_costs_the_same(rows, counted, assessment, coordinator):
    for number in range(rows):
        session = make_session(assessment, coordinator, f"Session {number}")
        stakeholder = make_stakeholder(assessment.city, coordinator, f"House {number}")
        session.participants.create(contact=make_contact(stakeholder))
    page = counted("sessions", coordinator, reverse("sessions", args=["testville"]))
    assert len(page.context["page"]) == rows


@ROWS
@pytest.mark.parametrize(
    ("name", "shown"),
    [
        ("session", lambda context: context["topics"]),
        ("session_guide", lambda context: len(context["rows"])),
        ("guide_print", lambda context: len(context["rows"])),
        ("guide_facilitator", lambda context: len(context["rows"])),
        ("session_people", lambda context: len(context["candidates"])),
        ("session_attendance", lambda context: len(context["people"])),
        ("session_notes", lambda context: sum(len(notes) for _name, notes in context["notes"])),
        ("session_minutes", lambda context: len(context["amendments"])),
    ],
)
def test_page_of_a_session_costs_the_same(rows, name, shown, counted, full, coordinator):
    page = counted(name, coordinator, address(name, full(rows)))
    assert shown(page.context) == rows


@ROWS
def test_version_costs_the_same(rows, counted, full, coordinator):
    session = full(rows)
    session.minutes_versions.create(number=9, phase=MinutesPhase.CIRCULATED, text="Full.", by=coordinator)
    session.minutes_versions.create(number=10, phase=MinutesPhase.FINAL, text="Full.", by=coordinator)
    counted("minutes_version", coordinator, address("minutes_version", session, 10))


@ROWS
def test_personal_link_costs_the_same(rows, full, client, django_assert_num_queries):
    session = full(rows)
    session.participants.update(attended=True)
    participant = session.participants.first()
    for number in range(rows - 1):
        session.amendments.create(participant=participant, text=f"Change {number}")
    _link, token = ParticipantLink.issue(expires_at=LATER, participant=participant)
    with django_assert_num_queries(QUERIES["invited"]):
        page = client.get(reverse("invited", args=[token]))
    assert len(page.context["amendments"]) == rows


@ROWS
def test_inviting_costs_two_for_each(rows, coming, stakeholder, coordinator, django_assert_num_queries):
    """A link and a mail to send for each; the rest once."""
    contacts = [make_contact(stakeholder, f"Person Nr{number}") for number in range(rows)]
    inviting.add_participants(session=coming, contacts=contacts, by=coordinator)
    with django_assert_num_queries(7 + 2 * rows):
        inviting.invite(session=coming, by=coordinator)
