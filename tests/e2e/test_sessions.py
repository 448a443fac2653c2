"""A focus group from the plan to the final minutes, with somebody invited on a phone; and notes that are never lost."""

import re
from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone
from playwright.sync_api import Page, expect

from cities.models import City, User
from icc_index.models import Assessment
from strategy.enums import Sector
from strategy.models import Contact, EngagementSession, Note
from strategy.sessions.actions import guiding
from strategy.sessions.enums import MinutesPhase, TopicReason
from tests.e2e.conftest import OpenBrowser
from tests.e2e.engagement import PHONE, TABLET, expect_no_barrier, expect_to_fit, link_to, reply_by_phone, take_place
from tests.e2e.pages import end_sign_in, sign_in_by_page
from tests.factories import make_contact, make_session, make_stakeholder
from tests.strategy.sessions.conftest import address


@pytest.fixture
def register(city: City, coordinator: User) -> None:
    """Two persons of two groups who agreed to sessions."""
    make_contact(make_stakeholder(city, coordinator), "Anna Nowak")
    make_contact(make_stakeholder(city, coordinator, "School No 4", sector=Sector.EDUCATION), "Jan Kowalski")


def test_session_from_the_plan_to_the_final_minutes(
    open_browser: OpenBrowser, assessment: Assessment, coordinator: User, register: None
) -> None:
    page, phone = open_browser(coordinator, **TABLET), open_browser(**PHONE)
    _plan(page)
    session = EngagementSession.objects.get()
    _make_the_guide(page)
    _invite(page)
    reply_by_phone(phone, link_to("anna.nowak@example.org"))
    take_place(session)
    _count_who_came(page, session)
    _take_notes(page, session)
    _write_and_circulate(page)
    _read_and_amend(phone, link_to("anna.nowak@example.org"))
    _decide_and_finish(page, session)
    phone.reload()
    expect(phone.get_by_text("Taken up")).to_be_visible()
    expect(phone.get_by_text("These are the final minutes.")).to_be_visible()
    expect(phone.get_by_role("region", name="Minutes")).to_contain_text("Parents wait for four months.")
    session.refresh_from_db()
    assert session.minutes_phase == MinutesPhase.FINAL


def _plan(page: Page) -> None:
    page.goto("/engagement/testville/sessions/")
    page.get_by_role("link", name="Plan the first session").click()
    day = (timezone.localdate() + timedelta(days=20)).isoformat()
    page.get_by_label("Title").fill("Focus group on schools")
    page.get_by_label("What is it to find out?").fill("How children start school here.")
    page.get_by_role("main").get_by_label("Language").select_option("en")
    page.get_by_label("Begins").fill(f"{day}T15:00")
    page.get_by_label("Ends").fill(f"{day}T14:00")
    page.get_by_role("button", name="Plan the session").click()
    expect(page.get_by_role("alert")).to_contain_text("The session must end after it begins.")
    page.get_by_label("Ends").fill(f"{day}T17:00")
    page.get_by_role("button", name="Plan the session").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Focus group on schools")


def _make_the_guide(page: Page) -> None:
    page.get_by_role("link", name="Make the guide").click()
    page.get_by_role("checkbox").first.check()
    page.get_by_label("A subject of your own choice").select_option("education")
    page.get_by_role("button", name="Add to the guide").click()
    expect(page.get_by_text("2 subjects are added.")).to_be_visible()
    page.get_by_role("button", name="Move up: Education").click()
    expect(page.locator(".guide h2").first).to_have_text("Education")
    page.get_by_role("link", name="At a glance").click()


def _invite(page: Page) -> None:
    page.get_by_role("link", name="Choose people").click()
    expect(page.get_by_role("paragraph").filter(has_text="Nobody yet from:")).to_contain_text("Education and research")
    page.get_by_label("Anna Nowak").check()
    page.get_by_label("Jan Kowalski").check()
    page.get_by_role("button", name="Put those ticked on the list").click()
    page.get_by_role("button", name="Invite 2 people").click()
    expect(page.get_by_text("2 invitations are on their way.")).to_be_visible()


def _count_who_came(page: Page, session: EngagementSession) -> None:
    page.goto(address("session_attendance", session))
    page.get_by_label("Anna Nowak").check()
    page.get_by_label("Residents", exact=True).fill("4")
    page.get_by_label("Born abroad").fill("2")
    page.get_by_role("button", name="Save the attendance").click()
    expect(page.get_by_text("5 people are counted as present.")).to_be_visible()
    expect(page.get_by_text("2 of 5 present. The city's own share is not known.")).to_be_visible()
    expect_no_barrier(page)


def _take_notes(page: Page, session: EngagementSession) -> None:
    page.goto(address("session_notes", session))
    page.locator("#note").get_by_text("Education", exact=True).click()
    page.get_by_label("Said by").select_option("residents")
    page.get_by_label("Note", exact=True).fill("Anna Nowak says that parents wait.")
    page.get_by_role("button", name="Save the note").click()
    expect(page.get_by_role("alert")).to_contain_text("Notes carry no names")
    expect(page.get_by_label("Note", exact=True)).to_have_value("Anna Nowak says that parents wait.")
    page.get_by_label("Note", exact=True).fill("Parents wait for three months.")
    page.get_by_role("button", name="Save the note").click()
    expect(page.locator("[data-kept-state]")).to_have_text(re.compile(r"^✓ Saved \d\d:\d\d$"))
    expect(page.get_by_label("Note", exact=True)).to_be_empty()
    expect(page.get_by_label("Said by")).to_have_value("residents")
    expect_no_barrier(page)


def _write_and_circulate(page: Page) -> None:
    page.get_by_role("link", name="At a glance").click()
    page.get_by_role("button", name="Mark as held").click()
    page.get_by_role("link", name="At a glance").click()
    page.get_by_role("link", name="Write the minutes").click()
    expect(page.get_by_label("Minutes", exact=True)).to_have_value(
        "Education\n– Parents wait for three months. (Residents)"
    )
    page.get_by_role("button", name="Save the minutes").click()
    page.get_by_role("button", name="Circulate the minutes").click()
    expect(page.get_by_text("The minutes are on their way to 1 person who was there.")).to_be_visible()


def _read_and_amend(phone: Page, link: str) -> None:
    phone.goto(link)
    expect(phone.get_by_role("region", name="Minutes")).to_contain_text("Parents wait for three months.")
    phone.get_by_label("What should be changed?").fill("It is four months.")
    phone.get_by_role("button", name="Propose this change").click()
    expect(phone.get_by_text("The city has not decided yet.")).to_be_visible()
    expect_no_barrier(phone)


def _decide_and_finish(page: Page, session: EngagementSession) -> None:
    page.goto(session.get_absolute_url())
    page.get_by_role("link", name="Decide about the changes").click()
    page.get_by_role("link", name="Decide about it").click()
    page.get_by_label("Take it up").check()
    page.get_by_role("button", name="Save the decision").click()
    page.get_by_role("link", name="Change the minutes").click()
    page.get_by_label("Minutes", exact=True).fill("Education\n– Parents wait for four months. (Residents)")
    page.get_by_role("button", name="Save the minutes").click()
    page.get_by_role("button", name="Make the minutes final").click()
    expect(page.get_by_text("The minutes are final. What the session found counts from now on.")).to_be_visible()
    page.get_by_role("link", name="Version 2").click()
    expect(page.locator("ins")).to_have_text("four")
    expect(page.locator("del")).to_have_text("three")


# No barrier on any page ----------------------------------------------------------------------------------------------
PAGES = [
    "session",
    "session_edit",
    "session_cancel",
    "session_guide",
    "guide_print",
    "guide_facilitator",
    "session_people",
    "session_attendance",
    "session_notes",
    "session_minutes",
    "minutes_edit",
]


@pytest.mark.parametrize(
    "look",
    [
        {"viewport": {"width": 1280, "height": 900}, "color_scheme": "dark"},
        {"viewport": {"width": 360, "height": 740}, "color_scheme": "light"},
    ],
)
def test_pages_of_a_session_have_no_barrier_and_fit(
    look: dict[str, Any], open_browser: OpenBrowser, assessment: Assessment, coordinator: User, register: None
) -> None:
    begins = timezone.now() + timedelta(days=3)
    session = make_session(assessment, coordinator, starts_at=begins, ends_at=begins + timedelta(hours=2))
    wanted = {"education": TopicReason.LOWEST, "COM1": TopicReason.CHOSEN}
    guiding.add_topics(session=session, wanted=wanted, by=coordinator)
    session.participants.create(contact=Contact.objects.get(name="Anna Nowak"), attended=True)
    session.notes.create(subject="education", text="Parents wait.", by=coordinator)
    page = open_browser(coordinator, **look)
    paths = [address(name, session) for name in PAGES]
    for path in [*paths, "/engagement/testville/sessions/", "/engagement/testville/sessions/new/"]:
        page.goto(path)
        expect_no_barrier(page)
        expect_to_fit(page)


# Nothing is lost -----------------------------------------------------------------------------------------------------
@pytest.fixture
def notes(open_browser: OpenBrowser, assessment: Assessment, coordinator: User) -> Page:
    """The page of notes of a session with one subject in its guide."""
    session = make_session(assessment, coordinator)
    guiding.add_topics(session=session, wanted={"education": TopicReason.CHOSEN}, by=coordinator)
    page = open_browser(coordinator, **TABLET)
    page.goto(address("session_notes", session))
    return page


def _type(page: Page, text: str) -> None:
    page.locator("#note").get_by_text("Education", exact=True).click()
    page.get_by_label("Note", exact=True).fill(text)


def test_note_waits_for_the_line_and_is_sent_once(notes: Page, complaints: list[str]) -> None:
    _type(notes, "Said while the line was down.")
    notes.context.set_offline(True)
    notes.get_by_role("button", name="Save the note").click()
    expect(notes.locator("[data-kept-state]")).to_contain_text("Not saved: no connection.")
    expect(notes.get_by_label("Note", exact=True)).to_have_value("Said while the line was down.")
    notes.context.set_offline(False)
    expect(notes.get_by_role("listitem").filter(has_text="Said while the line was down.")).to_be_visible()
    assert Note.objects.get().subject == "education"
    complaints.clear()  # htmx tells the console that there was no line


def test_note_outlives_a_reload_and_is_forgotten_once_saved(notes: Page) -> None:
    _type(notes, "Said before the tablet went dark.")
    notes.reload()
    expect(notes.get_by_label("Note", exact=True)).to_have_value("Said before the tablet went dark.")
    expect(notes.locator("[data-kept-state]")).to_contain_text("It is not saved yet.")
    notes.get_by_role("button", name="Save the note").click()
    expect(notes.get_by_label("Note", exact=True)).to_be_empty()
    notes.reload()
    expect(notes.get_by_label("Note", exact=True)).to_be_empty()
    assert Note.objects.count() == 1


def test_note_outlives_the_end_of_the_sign_in(notes: Page, coordinator: User) -> None:
    _type(notes, "Said after the sign-in ran out.")
    end_sign_in(coordinator)
    notes.get_by_role("button", name="Save the note").click()
    expect(notes.locator("[data-kept-state]")).to_contain_text("Not saved: you are signed out.")
    notes.locator("[data-kept-state]").get_by_role("link", name="Sign in again").click()
    sign_in_by_page(notes, coordinator)
    expect(notes.get_by_label("Note", exact=True)).to_have_value("Said after the sign-in ran out.")
    notes.get_by_role("button", name="Save the note").click()
    expect(notes.get_by_label("Note", exact=True)).to_be_empty()
    assert Note.objects.count() == 1


def test_notes_work_without_scripts(open_browser: OpenBrowser, assessment: Assessment, coordinator: User) -> None:
    session = make_session(assessment, coordinator)
    page = open_browser(coordinator, java_script_enabled=False, **TABLET)
    page.goto(address("session_notes", session))
    page.get_by_label("Note", exact=True).fill("Said without scripts.")
    page.get_by_role("button", name="Save the note").click()
    expect(page.get_by_text("The note is saved.")).to_be_visible()
    expect(page.get_by_label("Note", exact=True)).to_be_empty()
    assert Note.objects.count() == 1
