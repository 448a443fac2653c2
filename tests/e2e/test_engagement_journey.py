"""The review around the index in one test: a focus group, ratings, a contradiction that the expert settles, the report.

Then somebody who was there withdraws the consent. Beside it: what people do by link works without scripts and mouse.
"""

import re
from collections.abc import Sequence
from datetime import timedelta
from pathlib import Path

import pytest
from django.test import Client
from django.utils import timezone
from playwright.sync_api import Page, expect

from cities.models import City, User
from epi import spreadsheets
from icc_index.actions import assessments, reviewing
from icc_index.enums import Status
from icc_index.instrument import Instrument
from icc_index.models import Assessment, Edition
from strategy.models import Contact, EngagementSession, Participant, Rating
from strategy.sessions.actions import inviting
from tests.e2e.conftest import OpenBrowser
from tests.e2e.engagement import (
    PHONE,
    TABLET,
    expect_no_barrier,
    expect_to_fit,
    link_to,
    make_ballots,
    reply_by_phone,
    take_place,
    vote_by_phone,
)
from tests.e2e.pages import Desk, review_address
from tests.e2e.reports import report_text
from tests.factories import best_values, bring_to, confirm_all, make_session, save, start
from tests.strategy.rated import ballots_of, open_round
from tests.strategy.sessions.conftest import LATER, address

ANNA, JAN, MARIA = "anna.nowak@example.org", "jan.kowalski@example.org", "maria.lis@example.org"
NAMES = ["Anna Nowak", "Jan Kowalski", "Maria Lis"]
REGISTER = [  # organisation, group, person, address
    ("Open House", "civil_society", NAMES[0], ANNA),
    ("School No 4", "education", NAMES[1], JAN),
    ("Parish of St Mary", "faith", NAMES[2], MARIA),
]
SAID = "Nobody at our school has seen the plan."
LEARNT = "The plan is not known in the schools, which should carry it out."
REASON = "A plan that those who carry it out do not know is in place in part only."
EXPORT = "/engagement/testville/stakeholders/export/?format=csv"
VOTES = {"Civil society organisations": "Fully", "Education and research": "Fully", "Residents": "Largely"}
OF_FOUR = "Faith communities"
STEPS = {"Not at all": 1, "Largely": 3, "Fully": 4}


@pytest.fixture
def in_review(
    assessment: Assessment,
    city: City,
    edition: Edition,
    instrument: Instrument,
    lead: User,
    expert: User,
    admin: User,
) -> Assessment:
    """Under review, with the best answers throughout, as in the round of 2018 before it."""
    earlier = start(city, edition, lead, year=2018)
    assessments.assign_expert(assessment=earlier, expert=expert, by=admin)
    save(earlier, lead, **best_values(instrument))
    bring_to(earlier, Status.IN_REVIEW, lead=lead, expert=expert)
    confirm_all(earlier, expert)
    reviewing.validate(assessment=earlier, by=expert)
    save(assessment, lead, explanation="See the yearly report.", **best_values(instrument))
    return bring_to(assessment, Status.IN_REVIEW, lead=lead, expert=expert)


def test_journey_of_a_focus_group_from_its_guide_to_the_report(
    open_browser: OpenBrowser, in_review: Assessment, coordinator: User, expert: User, lead: User, tmp_path: Path
) -> None:
    page, phone = open_browser(coordinator, **TABLET), open_browser(**PHONE)
    _import_the_register(page)
    session = _plan_the_session(page)
    _make_the_guide(page, session)
    _invite_three_groups(page, session)
    reply_by_phone(phone, link_to(ANNA))
    take_place(session)
    _count_who_came(page, session)
    _code_what_is_said(page, session)
    _make_findings_of_it(page, session)
    _let_four_groups_rate(open_browser, page, session)
    _circulate_the_minutes(page, session)
    _propose_a_change_by_phone(phone, link_to(JAN))
    _take_it_up_and_finish(page, session)

    desk = open_browser(expert)
    _find_the_contradiction_on_top(desk)
    _read_four_voices(desk, in_review)
    _settle_it_and_validate(desk, in_review, expert)

    text = report_text(open_browser(lead), in_review, tmp_path, language="en")
    _expect_chapters_without_names(text)

    _expect_to_be_known(page, session)
    _withdraw_by_phone(phone, link_to(ANNA, "consent"))
    _expect_to_be_gone(page, session)


# The coordinator prepares ---------------------------------------------------------------------------------------------
def _import_the_register(page: Page) -> None:
    page.goto("/engagement/testville/stakeholders/")
    page.get_by_role("link", name="Import it from XLSX or CSV").click()
    content = spreadsheets.write(_rows(), "xlsx")
    page.get_by_label("File").set_input_files({"name": "list.xlsx", "mimeType": "", "buffer": content})
    page.get_by_role("button", name="See what it would change").click()
    expect(page.get_by_role("heading", name="3 new persons")).to_be_visible()
    assert not Contact.objects.exists()
    page.get_by_role("button", name="Save the list").click()
    expect(page.get_by_text("New: 3 organisations, 3 persons.")).to_be_visible()


def _rows() -> list[Sequence[str]]:
    header = ["organisation", "group", "person", "email", "consent_given_on", "consent_given_by"]
    day = (timezone.localdate() - timedelta(days=30)).isoformat()
    return [header, *([*row, day, "form"] for row in REGISTER)]


def _plan_the_session(page: Page) -> EngagementSession:
    page.goto("/engagement/testville/sessions/")
    page.get_by_role("link", name="Plan the first session").click()
    day = (timezone.localdate() + timedelta(days=20)).isoformat()
    page.get_by_label("Title").fill("Focus group on commitment")
    page.get_by_role("main").get_by_label("Language").select_option("en")
    page.get_by_label("Begins").fill(f"{day}T15:00")
    page.get_by_label("Ends").fill(f"{day}T17:00")
    page.get_by_role("button", name="Plan the session").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Focus group on commitment")
    return EngagementSession.objects.select_related("city").get()


def _make_the_guide(page: Page, session: EngagementSession) -> None:
    page.get_by_role("link", name="Make the guide").click()
    for subject, number in (("COM2", 1), ("commitment", 2)):
        page.get_by_label("A subject of your own choice").select_option(subject)
        page.get_by_role("button", name="Add to the guide").click()
        expect(page.locator(".guide > li")).to_have_count(number)
    page.goto(address("guide_print", session))
    expect(page.locator(".guide h2")).to_have_count(2)


def _invite_three_groups(page: Page, session: EngagementSession) -> None:
    page.goto(address("session_people", session))
    for name in NAMES:
        page.get_by_label(name).check()
    page.get_by_role("button", name="Put those ticked on the list").click()
    page.get_by_role("button", name="Invite 3 people").click()
    expect(page.get_by_text("3 invitations are on their way.")).to_be_visible()


# The session, and what it found ---------------------------------------------------------------------------------------
def _count_who_came(page: Page, session: EngagementSession) -> None:
    page.goto(address("session_people", session))
    expect(page.get_by_role("row", name="Civil society organisations 1 1 1")).to_be_visible()
    page.goto(address("session_attendance", session))
    for name in NAMES:
        page.get_by_label(name).check()
    page.get_by_label("Education and research", exact=True).fill("5")
    page.get_by_label(OF_FOUR, exact=True).fill("3")
    page.get_by_role("button", name="Save the attendance").click()
    expect(page.get_by_text("11 people are counted as present.")).to_be_visible()


def _code_what_is_said(page: Page, session: EngagementSession) -> None:
    page.goto(address("session_notes", session))
    page.locator("#note").get_by_text(re.compile("^COM2")).first.click()
    page.get_by_label("Said by").select_option("education")
    page.get_by_label("Note", exact=True).fill(SAID)
    page.get_by_role("button", name="Save the note").click()
    expect(page.get_by_role("listitem").filter(has_text=SAID)).to_contain_text("Education and research")
    page.goto(session.get_absolute_url())
    page.get_by_role("button", name="Mark as held").click()
    expect(page.get_by_text("The session is marked as held.")).to_be_visible()


def _make_findings_of_it(page: Page, session: EngagementSession) -> None:
    page.goto(address("session_findings", session))
    page.get_by_role("link", name=re.compile(f"^Make a finding of it ?: {SAID}")).click()
    expect(page.get_by_label("About", exact=True)).to_have_value("COM2")
    expect(page.get_by_label("Group that said it")).to_have_value("education")
    page.get_by_label("Contradicts the answer").check()
    page.get_by_label("What was found, and why").fill(f"Jan Kowalski: {SAID}")
    page.get_by_role("button", name="Save the finding").click()
    expect(page.get_by_role("alert")).to_contain_text("Findings name nobody")
    page.get_by_label("What was found, and why").fill(LEARNT)
    page.get_by_role("button", name="Save the finding").click()
    expect(page.locator(".finding")).to_contain_text(LEARNT)
    _add_a_finding(page, "COM1", "Confirms the answer", "civil_society", "The statement hangs in the town hall.")
    _add_a_finding(page, "commitment", "Names a priority", "faith", "Let the plan be known first.")
    expect(page.locator(".finding")).to_have_count(3)


def _add_a_finding(page: Page, subject: str, kind: str, group: str, text: str) -> None:
    page.get_by_label("About", exact=True).select_option(subject)
    page.get_by_label(kind).check()
    page.get_by_label("Group that said it").select_option(group)
    page.get_by_label("What was found, and why").fill(text)
    page.get_by_role("button", name="Save the finding").click()
    expect(page.locator(".finding").filter(has_text=text)).to_be_visible()


def _let_four_groups_rate(open_browser: OpenBrowser, page: Page, session: EngagementSession) -> None:
    """Five votes of each of three groups, four of the fourth, which must not be told from the figures."""
    page.goto(address("session_ratings", session))
    page.get_by_label("Commitment").check()
    page.get_by_role("button", name="Open the round").click()
    links = make_ballots(page, list(VOTES), 5)
    page.goto(address("session_ratings", session))
    links |= make_ballots(page, [OF_FOUR], 4)
    for group, practice in {**VOTES, OF_FOUR: "Not at all"}.items():
        _vote_as_a_group(open_browser, links[group], practice)
    page.goto(address("session_ratings", session))
    expect(page.get_by_role("row", name=f"{OF_FOUR} 4 4 0")).to_be_visible()
    page.get_by_role("link", name="Close the round").click()
    page.get_by_role("button", name="Close it for good").click()
    expect(page.get_by_role("row", name="Commitment 89 15 100 15")).to_be_visible()
    expect(page.get_by_role("row", name="Residents 67 5 100 5")).to_be_visible()
    expect(page.get_by_role("row", name=f"{OF_FOUR} fewer than five fewer than five")).to_be_visible()


def _vote_as_a_group(open_browser: OpenBrowser, links: list[str], practice: str) -> None:
    """One with a phone, the others in the same words."""
    first, *others = links
    vote_by_phone(open_browser(**PHONE), first, practice)
    said = {"commitment-practice": STEPS[practice], "commitment-importance": 4}
    assert [Client().post(link, said).status_code for link in others] == [200] * len(others)


# The minutes ----------------------------------------------------------------------------------------------------------
def _circulate_the_minutes(page: Page, session: EngagementSession) -> None:
    page.goto(session.get_absolute_url())
    page.get_by_role("link", name="Write the minutes").click()
    expect(page.get_by_label("Minutes", exact=True)).to_have_value(re.compile(re.escape(SAID)))
    page.get_by_label("Minutes", exact=True).fill("Schools do not know the plan.")
    page.get_by_role("button", name="Save the minutes").click()
    page.get_by_role("button", name="Circulate the minutes").click()
    expect(page.get_by_text("The minutes are on their way to 3 people who were there.")).to_be_visible()


def _propose_a_change_by_phone(phone: Page, link: str) -> None:
    phone.goto(link)
    expect(phone.get_by_role("region", name="Minutes")).to_contain_text("Schools do not know the plan.")
    phone.get_by_label("What should be changed?").fill("Say: most schools.")
    phone.get_by_role("button", name="Propose this change").click()
    expect(phone.get_by_text("The city has not decided yet.")).to_be_visible()
    expect_no_barrier(phone)
    expect_to_fit(phone)


def _take_it_up_and_finish(page: Page, session: EngagementSession) -> None:
    page.goto(session.get_absolute_url())
    page.get_by_role("link", name="Decide about the changes").click()
    page.get_by_role("link", name="Decide about it").click()
    page.get_by_label("Take it up").check()
    page.get_by_role("button", name="Save the decision").click()
    page.get_by_role("link", name="Change the minutes").click()
    page.get_by_label("Minutes", exact=True).fill("Most schools do not know the plan.")
    page.get_by_role("button", name="Save the minutes").click()
    page.get_by_role("button", name="Make the minutes final").click()
    expect(page.get_by_text("The minutes are final. What the session found counts from now on.")).to_be_visible()


# The expert -----------------------------------------------------------------------------------------------------------
def _find_the_contradiction_on_top(desk: Page) -> None:
    desk.goto("/review/")
    expect(desk.get_by_role("listitem").first).to_contain_text("1 contradicted by stakeholders")
    desk.get_by_role("link", name="Testville, ICC Index 2021").click()
    told = desk.locator(".contradicted")
    expect(told.get_by_role("listitem")).to_have_count(1)
    expect(told.get_by_role("listitem")).to_contain_text("Stakeholders: 1 of 1 group doubts it")
    assert told.evaluate("box => box.parentElement.querySelector('section') === box")
    desk.get_by_role("link", name="Go on with Commitment").click()
    expect(Desk(desk, "COM2").box).to_be_in_viewport()


def _read_four_voices(desk: Page, assessment: Assessment) -> None:
    line = Desk(desk, "COM2").box.locator(".voice-line")
    expect(line.locator("dt")).to_have_text(["The city", "The experts", "Stakeholders", "2018"])
    expect(line.locator(".contradiction")).to_contain_text("Contradiction")
    line.get_by_text("Why: Stakeholders").click()
    expect(line.get_by_text(LEARNT).first).to_be_visible()

    desk.goto(f"{assessment.get_absolute_url()}voices/?only=differing")
    area = desk.get_by_role("region", name="Commitment")
    of_all = ["Question", "The city", "The experts", "Stakeholders", "2018", "Ratings by stakeholders"]
    assert sorted(area.get_by_role("columnheader").all_inner_texts()) == sorted(of_all)
    expect(area.get_by_role("row", name=re.compile("^COM2"))).to_contain_text("Contradiction")
    rated = area.locator('td[data-label="Ratings by stakeholders"]').first
    expect(rated).to_contain_text("89 of 100")
    assert [group for group in (*VOTES, OF_FOUR) if group in (rated.text_content() or "")] == list(VOTES)


def _settle_it_and_validate(desk: Page, assessment: Assessment, expert: User) -> None:
    desk.goto(review_address(assessment, "commitment"))
    Desk(desk, "COM2").adjust("partly", REASON)
    desk.goto("/review/")
    expect(desk.get_by_role("listitem").first).not_to_contain_text("contradicted")
    confirm_all(assessment, expert)
    desk.goto(review_address(assessment))
    expect(desk.locator(".contradicted")).to_have_count(0)
    desk.get_by_role("button", name="Validate the result").click()
    expect(desk.get_by_role("heading", level=1)).to_have_text("Result of Testville")


# The report, and the way out ------------------------------------------------------------------------------------------
def _expect_chapters_without_names(text: str) -> None:
    for told in ("Method and participation", "Findings by indicator", "Contradicts the answer", LEARNT, REASON):
        assert told in text
    assert "Education and research: 6" in text
    assert f"{OF_FOUR}: fewer than five" in text
    assert "1 change was proposed, 1 taken up." in text
    known = [word for name in NAMES for word in name.split()]
    assert [word for word in known if word in text] == []


def _expect_to_be_known(page: Page, session: EngagementSession) -> None:
    for path in _pages_that_name_people(session):
        page.goto(path)
        expect(page.get_by_role("main")).to_contain_text("Anna Nowak")
    assert ANNA in page.request.get(EXPORT).text()


def _pages_that_name_people(session: EngagementSession) -> list[str]:
    register = "/engagement/testville/stakeholders/"
    of_open_house = Contact.objects.select_related("stakeholder__city").order_by("pk")[0].stakeholder
    return [address("session_people", session), register, f"{register}?q=Nowak", of_open_house.get_absolute_url()]


def _withdraw_by_phone(phone: Page, link: str) -> None:
    phone.goto(link)
    expect(phone.get_by_role("main")).to_contain_text("Anna Nowak")
    expect_no_barrier(phone)
    expect_to_fit(phone)
    phone.get_by_role("button", name="Withdraw my consent and delete my data").tap()
    expect(phone.get_by_role("heading", name="Your data are deleted")).to_be_visible()
    phone.goto(link)
    expect(phone.get_by_role("heading", name="This link no longer works")).to_be_visible()


def _expect_to_be_gone(page: Page, session: EngagementSession) -> None:
    for path in _pages_that_name_people(session):
        page.goto(path)
        expect(page.get_by_role("main")).not_to_contain_text("Nowak")
    assert ANNA not in page.request.get(EXPORT).text()
    page.goto("/engagement/testville/stakeholders/?q=Nowak")
    expect(page.get_by_text("No stakeholder fits.")).to_be_visible()
    page.goto(address("session_attendance", session))
    expect(page.get_by_text("11 people are counted as present.")).to_be_visible()
    expect(page.get_by_role("row", name="Civil society organisations 1 1")).to_be_visible()


# Without scripts and without a mouse ----------------------------------------------------------------------------------
@pytest.fixture
def plain(open_browser: OpenBrowser) -> Page:
    """A phone that runs no scripts, of somebody without an account."""
    return open_browser(java_script_enabled=False, **PHONE)


@pytest.fixture
def invited(assessment: Assessment, contact: Contact, coordinator: User) -> Participant:
    """Anna Nowak, invited to a session to come."""
    session = make_session(assessment, coordinator, starts_at=LATER, ends_at=LATER + timedelta(hours=2))
    inviting.add_participants(session=session, contacts=[contact], by=coordinator)
    inviting.invite(session=session, by=coordinator)
    return session.participants.get()


def _press_on(page: Page, number: int, key: str) -> None:
    """Tab so many stops on, then press a key there."""
    for _stop in range(number):
        page.keyboard.press("Tab")
    page.keyboard.press(key)


def test_reply_without_scripts(plain: Page, invited: Participant) -> None:
    plain.goto(link_to(ANNA))
    plain.get_by_role("button", name="Send my reply").click()
    expect(plain.get_by_role("alert")).to_contain_text("Will you come?")
    plain.get_by_label("Yes, I will come").focus()
    plain.keyboard.press("Space")
    _press_on(plain, 1, "Enter")
    expect(plain.get_by_text("You said that you will come.")).to_be_visible()
    invited.refresh_from_db()
    assert invited.reply == "yes"


def test_ballot_without_scripts(plain: Page, session: EngagementSession, coordinator: User) -> None:
    (token,) = ballots_of(open_round(session, coordinator), coordinator)
    plain.goto(f"/rate/{token}/")
    groups = plain.get_by_role("group")
    groups.nth(0).get_by_label("Largely").focus()
    plain.keyboard.press("Space")
    _press_on(plain, 1, "ArrowDown")
    _press_on(plain, 1, "Enter")
    expect(plain.get_by_role("heading", name="Thank you")).to_be_visible()
    rating = Rating.objects.get(round__session=session)
    assert (rating.practice, rating.importance) == ([0, 0, 1, 0], [0, 1, 0, 0])


def test_consent_is_withdrawn_without_scripts(plain: Page, invited: Participant) -> None:
    plain.goto(link_to(ANNA))
    plain.get_by_role("link", name="I no longer agree: delete my data").focus()
    plain.keyboard.press("Enter")
    expect(plain.get_by_role("heading", name="What Testville keeps about you")).to_be_visible()
    plain.get_by_role("button", name="Withdraw my consent and delete my data").focus()
    plain.keyboard.press("Enter")
    expect(plain.get_by_role("heading", name="Your data are deleted")).to_be_visible()
    assert not Contact.objects.known().exists()
