"""A pact from the draft to three signatures in order, one refused after an edit; a resident comments on a phone."""

import re
from datetime import timedelta

from django.utils import timezone
from playwright.sync_api import Page, expect

from cities.models import City, User
from icc_index.models import Edition
from strategy.models import Pact, Signature
from tests.e2e.conftest import OpenBrowser
from tests.e2e.engagement import PHONE, expect_no_barrier, expect_to_fit, link_to
from tests.factories import make_user


def test_pact_from_the_draft_to_three_signatures(
    open_browser: OpenBrowser, city: City, edition: Edition, coordinator: User
) -> None:
    City.objects.update(language="en")
    mayor = make_user("mayor")
    desk, phone = open_browser(coordinator), open_browser(**PHONE)
    _draft(desk, mayor)
    link = _consult(desk)
    _comment(phone, link)
    _answer_and_change(desk)
    _adopt(desk)

    signing = open_browser(mayor)
    signing.goto(f"/pact/{Pact.objects.get().pk}/sign/")
    _change_after_the_adoption(desk)
    _sign(signing, "Anna Muster")
    expect(signing.get_by_role("alert")).to_contain_text("The text was changed after you opened it.")
    assert not Signature.objects.exists()
    _sign(signing, "Anna Muster")
    expect(signing.get_by_text("You have signed. Thank you.")).to_be_visible()
    for email, name in (("club@example.org", "Jan Muster"), ("school@example.org", "Ewa Muster")):
        phone.goto(link_to(email, "pact/signature"))
        expect_no_barrier(phone)
        _sign(phone, name)
        expect(phone.get_by_role("heading", name="You have signed")).to_be_visible()

    _put_into_force(desk)
    phone.goto("/cities/testville/pact/")
    expect(phone.get_by_text("School, Ewa Muster, Head")).to_be_visible()
    expect(phone.get_by_text("Five yards a year.")).to_be_visible()
    expect_to_fit(phone)


def _draft(page: Page, mayor: User) -> None:
    page.goto("/strategy/testville/pact/")
    page.get_by_role("button", name="Begin the pact").click()
    page.get_by_role("link", name=re.compile(r"^Add a commitment\s?: Commitments: Interaction")).click()
    page.get_by_label("What is promised").fill("Three yards a year.")
    page.get_by_role("button", name="Add the commitment").click()
    page.get_by_role("link", name="Add a signatory").click()
    for name, signer, function, email in (
        ("City", "Anna Muster", "Mayor", mayor.email),
        ("Club", "Jan Muster", "Chair", "club@example.org"),
        ("School", "Ewa Muster", "Head", "school@example.org"),
    ):
        page.get_by_label("Name of the body or person").fill(name)
        page.get_by_label("Represented by").fill(signer)
        page.get_by_label("Function").fill(function)
        page.get_by_label("E-mail address").fill(email)
        page.get_by_role("button", name="Add the signatory").click()
        expect(page.get_by_text("The signatory is on the list")).to_be_visible()
    page.get_by_role("link", name="Cancel").click()
    expect(page.get_by_role("row", name="3 School")).to_be_visible()


def _consult(page: Page) -> str:
    page.get_by_role("link", name="Open the consultation").click()
    day = timezone.localdate() + timedelta(days=14)
    page.get_by_label("Comments until the end of").fill(day.isoformat())
    page.get_by_role("button", name="Open the consultation").click()
    page.locator(".turn").get_by_role("link", name="Make a link").click()
    page.get_by_label("For whom").fill("Residents")
    page.get_by_role("button", name="Make the link").click()
    address = page.locator(".address").inner_text()
    page.get_by_role("link", name="Back to the pact").click()
    return address[address.index("/pact/comments/") :]


def _comment(phone: Page, link: str) -> None:
    phone.goto(link)
    expect_no_barrier(phone)
    phone.get_by_label("About", exact=True).select_option("2. Commitments: Interaction")
    phone.get_by_label("Your comment").fill("Three yards are too few.")
    phone.get_by_role("button", name="Send the comment").click()
    expect(phone.get_by_text("Three yards are too few.")).to_be_visible()
    expect_to_fit(phone)


def _answer_and_change(page: Page) -> None:
    page.reload()
    page.get_by_role("link", name="Answer it").click()
    page.get_by_label("Taken up").check()
    page.get_by_label("Your answer").fill("We make it four.")
    page.get_by_role("button", name="Save the answer").click()
    _promise(page, "Four yards a year.")
    page.get_by_role("link", name="What is different between versions").click()
    expect(page.locator("ins").first).to_contain_text("Four")
    page.go_back()


def _promise(page: Page, said: str) -> None:
    page.get_by_role("link", name="Edit the commitment").click()
    page.get_by_label("What is promised").fill(said)
    page.get_by_role("button", name="Save the commitment").click()
    expect(page.get_by_text("The commitment is saved.")).to_be_visible()


def _adopt(page: Page) -> None:
    page.get_by_role("link", name="Adopt the pact").click()
    page.get_by_label("Adopted by").fill("City council")
    page.get_by_label("Adopted on").fill(timezone.localdate().isoformat())
    page.get_by_role("button", name="Record the adoption").click()
    expect(page.get_by_text("0 of 3 have signed. The turn is with: City.")).to_be_visible()


def _change_after_the_adoption(page: Page) -> None:
    page.get_by_role("link", name="Take the pact back").click()
    page.get_by_label("Why?").fill("A yard was forgotten.")
    page.get_by_role("button", name="Make it a draft again").click()
    _promise(page, "Five yards a year.")
    page.get_by_role("link", name="Open the consultation").click()
    page.get_by_label("Comments until the end of").fill(timezone.localdate().isoformat())
    page.get_by_role("button", name="Open the consultation").click()
    _adopt(page)


def _sign(page: Page, name: str) -> None:
    page.get_by_label("I have read the whole text and sign it.").check()
    page.get_by_label("Your name").fill(name)
    page.get_by_role("button", name="Sign the pact").click()


def _put_into_force(page: Page) -> None:
    page.reload()
    page.get_by_role("link", name="Put it into force").click()
    page.get_by_role("button", name="Put it into force").click()
    expect(page.get_by_text("The pact is in force.", exact=True)).to_be_visible()
