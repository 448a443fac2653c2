"""The site's pages as the browser tests speak of them: what a person reads, ticks, types and presses."""

import re

from allauth.account.models import EmailAddress
from django.contrib.sessions.models import Session
from playwright.sync_api import Locator, Page, expect

from cities.models import User
from icc_index.models import Assessment

PASSWORD = "correct horse battery"  # of every person that tests/factories.py makes
JUST_SAVED = re.compile(r"^✓ Saved \d\d:\d\d$")


def sign_in_by_page(page: Page, user: User) -> None:
    """Through the sign-in page that stands open, or that the start page leads to."""
    EmailAddress.objects.get_or_create(user=user, email=user.email, defaults={"verified": True, "primary": True})
    if "/accounts/login/" not in page.url:
        page.goto("/")
        page.get_by_role("link", name="Sign in", exact=True).click()
    page.get_by_label("Email").fill(user.email)
    page.get_by_label("Password", exact=True).fill(PASSWORD)
    page.get_by_role("main").get_by_role("button", name="Sign in").click()


def end_sign_in(user: User) -> None:
    """The sign-in runs out while pages are open: the server no longer knows the session."""
    for session in Session.objects.all():
        if session.get_decoded().get("_auth_user_id") == str(user.pk):
            session.delete()


class Question:
    """One question on the city's page of an indicator."""

    def __init__(self, page: Page, code: str) -> None:
        self.page = page
        self.code = code
        self.box = page.locator(f"#{code}")
        self.state = page.locator(f"#{code}-state")
        self.explanation = page.locator(f'[name="{code}-explanation"]')
        self.evidence = page.locator(f"#{code}-evidence")
        self.reply = page.locator(f'[name="{code}-reply"]')

    def option(self, value: str) -> Locator:
        return self.page.locator(f'input[name="{self.code}-value"][value="{value}"]')

    def choose(self, *values: str) -> None:
        for value in values:
            self.option(value).check()

    def chosen(self) -> list[str]:
        ticked = self.page.locator(f'input[name="{self.code}-value"]:checked')
        return ticked.evaluate_all("boxes => boxes.map(box => box.value)")

    def explain(self, text: str) -> None:
        """Type and leave the field, which saves at once."""
        self.explanation.fill(text)
        self.explanation.blur()

    def expect_saved(self) -> None:
        expect(self.state.locator(".saved")).to_have_text(JUST_SAVED)

    def add_evidence(self, *, title: str, url: str, page: int | None = None, quote: str = "") -> None:
        self.box.get_by_role("button", name="Add a link").click()
        form = self.evidence.locator("[data-evidence-form]")
        form.get_by_label("Title").fill(title)
        form.get_by_label("Link").fill(url)
        form.get_by_label("Page").fill(str(page or ""))
        form.get_by_label("Quote").fill(quote)
        form.get_by_role("button", name="Add this evidence").click()
        expect(self.evidence.get_by_role("link", name=title)).to_be_visible()


class Desk:
    """One answer on the expert's page of an indicator."""

    def __init__(self, page: Page, code: str) -> None:
        self.page = page
        self.code = code
        self.box = page.locator(f"#{code}")
        self.state = self.box.locator(".code .state")

    def option(self, value: str) -> Locator:
        return self.box.locator(f'[data-key="a"] input[value="{value}"]')

    def confirm(self) -> None:
        self.box.get_by_role("button", name=f"Confirm {self.code}").click()
        expect(self.state).to_have_text("Confirmed")

    def adjust(self, value: str, reason: str) -> None:
        self.box.locator('[data-key="a"] > summary').click()
        form = self.box.locator('[data-key="a"] form')
        self.option(value).check()
        form.get_by_label("Reason").fill(reason)
        form.get_by_role("button", name="Save the adjustment").click()
        expect(self.state).to_have_text("Adjusted")

    def ask(self, text: str) -> None:
        self.box.locator('[data-key="q"] > summary').click()
        form = self.box.locator('[data-key="q"] form')
        form.get_by_label("What do you want to know?").fill(text)
        form.get_by_role("button", name="Note the question").click()
        expect(self.state).to_have_text("Clarification asked")


def indicator_address(assessment: Assessment, code: str) -> str:
    return f"{assessment.get_absolute_url()}{code}/"


def review_address(assessment: Assessment, code: str = "") -> str:
    address = f"{assessment.get_absolute_url()}review/"
    return f"{address}area/{code}/" if code else address


def confirm_the_rest(page: Page) -> None:
    """From the page of the first indicator to that of the last: one press each."""
    while True:
        here = page.url
        rest = page.get_by_role("button", name=re.compile("^Confirm the remaining"))
        following = page.get_by_role("link", name=re.compile("^Next: "))
        if rest.count():
            rest.click()
        elif following.count():
            following.click()
        else:
            return
        expect(page).not_to_have_url(here)
