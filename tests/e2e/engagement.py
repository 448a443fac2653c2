"""What people do around a session as the browser tests speak of it: at a desk, with a phone, through links in mails."""

import re
from collections.abc import Sequence
from datetime import timedelta
from typing import Any

from axe_playwright_python.base import AXE_SCRIPT
from django.utils import timezone
from playwright.sync_api import Page, expect

from epi.models import Job
from strategy.models import EngagementSession

PHONE: dict[str, Any] = {"viewport": {"width": 360, "height": 740}, "has_touch": True, "is_mobile": True}
TABLET: dict[str, Any] = {"viewport": {"width": 820, "height": 1180}, "has_touch": True}
LARGE_ENOUGH = 48  # pixels that a finger hits


def link_to(reader: str, page: str = "invited") -> str:
    """The personal link in the last mail to that person: to the session, or (`consent`) out of the register."""
    mail = Job.objects.filter(kind="epi.mail.deliver", payload__to=reader).latest("created_at").payload
    found = re.search(rf"/{page}/\S+", mail["text"])
    assert found
    return found[0]


def reply_by_phone(phone: Page, link: str) -> None:
    """Somebody invited cannot come, then can."""
    phone.goto(link)
    expect_no_barrier(phone)
    phone.get_by_label("No, I cannot come").check()
    phone.get_by_role("button", name="Send my reply").click()
    expect(phone.get_by_text("You said that you cannot come.")).to_be_visible()
    phone.get_by_label("Yes, I will come").check()
    phone.get_by_role("button", name="Send my reply").click()
    expect(phone.get_by_text("You said that you will come.")).to_be_visible()
    expect_to_fit(phone)


def take_place(session: EngagementSession) -> None:
    """The days go by: the session began an hour ago."""
    ago = timezone.now() - timedelta(hours=1)
    EngagementSession.objects.filter(pk=session.pk).update(starts_at=ago, ends_at=ago + timedelta(minutes=50))


def make_ballots(page: Page, groups: Sequence[str], count: int) -> dict[str, list[str]]:
    """The links on the sheet that is shown once, by group."""
    for group in groups:
        page.get_by_label(group, exact=True).check()
    page.get_by_label("Ballots for each group").fill(str(count))
    page.get_by_role("button", name="Make the ballots").click()
    expect(page.locator(".cutout")).to_have_count(len(groups) * count)
    links: dict[str, list[str]] = {}
    for card in page.locator(".cutout").all():
        found = re.search(r"/rate/\S+", card.locator(".address").inner_text())
        assert found
        links.setdefault(card.locator(".soft").inner_text(), []).append(found[0])
    assert {group: len(of_group) for group, of_group in links.items()} == dict.fromkeys(groups, count)
    return links


def vote_by_phone(phone: Page, link: str, practice: str) -> None:
    """One vote on Commitment, first with a question left out; the link then votes no more."""
    phone.goto(link)
    expect_to_fit(phone)
    heights = phone.locator(".choice").evaluate_all("all => all.map(one => one.getBoundingClientRect().height)")
    assert min(heights) >= LARGE_ENOUGH
    group = phone.get_by_role("group", name="Commitment: how far is this so in practice here?")
    group.get_by_text(practice, exact=True).tap()
    phone.get_by_role("button", name="Send my vote").tap()
    expect(phone.get_by_role("alert")).to_contain_text("how much does it matter?")
    expect(group.get_by_label(practice, exact=True)).to_be_checked()
    matters = phone.get_by_role("group", name="Commitment: how much does it matter?")
    matters.get_by_text("Very much", exact=True).tap()
    phone.get_by_role("button", name="Send my vote").tap()
    expect(phone.get_by_role("heading", name="Thank you")).to_be_visible()
    phone.goto(link)
    expect(phone.get_by_role("heading", name="This link does not vote any more")).to_be_visible()


def expect_to_fit(phone: Page) -> None:
    """Nothing to be scrolled sideways."""
    assert phone.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth") == 0


def expect_no_barrier(page: Page) -> None:
    page.evaluate(AXE_SCRIPT)
    result = page.evaluate("axe.run()")
    assert [(one["id"], [node["html"] for node in one["nodes"]]) for one in result["violations"]] == []
