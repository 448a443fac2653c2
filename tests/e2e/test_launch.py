"""A launch event from its plan to the waiting list: the coordinator at a desk, three people from the public."""

import re
from datetime import timedelta

from django.urls import reverse
from django.utils import timezone
from playwright.sync_api import Page, expect

from epi.models import Job

PHONE = {"viewport": {"width": 360, "height": 740}}


def link_to(address: str) -> str:
    """The personal link in the newest mail to this address."""
    mail = Job.objects.filter(payload__to=address).order_by("created_at", "pk").last()
    assert mail
    found = re.search(r"/registration/[\w-]+/", mail.payload["text"])
    assert found
    return found[0]


def subjects_to(address: str) -> list[str]:
    return [job.payload["subject"] for job in Job.objects.filter(payload__to=address).order_by("created_at", "pk")]


def test_third_waits_and_moves_up_when_somebody_cancels(open_browser, city, programme, coordinator):
    plan_and_publish(open_browser(coordinator))
    for name in ("Anna", "Bo", "Cy"):
        register(open_browser(None, **PHONE), name)
    assert subjects_to("cy@example.org") == ["You are on the waiting list: Open day"]

    phone = open_browser(None, **PHONE)
    phone.goto(link_to("anna@example.org"))
    expect(phone.get_by_text("You have a place.")).to_be_visible()
    phone.get_by_role("button", name="Cancel my registration").click()
    expect(phone.get_by_text("You have cancelled.")).to_be_visible()
    phone.goto(link_to("cy@example.org"))
    expect(phone.get_by_text("You have a place.")).to_be_visible()
    assert phone.evaluate("document.documentElement.scrollWidth") <= 360

    page = open_browser(coordinator)
    page.goto(reverse("launch", args=["testville"]))
    expect(page.get_by_text("2 of 2")).to_be_visible()
    page.get_by_role("link", name="Registrations").click()
    expect(page.get_by_role("row", name=re.compile("^Cy Has a place"))).to_be_visible()
    expect(page.get_by_role("row", name=re.compile("^Anna Cancelled"))).to_be_visible()


def plan_and_publish(page: Page) -> None:
    day = (timezone.localdate() + timedelta(days=20)).isoformat()
    page.goto(reverse("launch", args=["testville"]))
    page.get_by_role("link", name="Plan the launch event").click()
    page.get_by_label("Title").fill("Open day")
    for label in ("First day", "Last day", "Registration until"):
        page.get_by_label(label).fill(day)
    page.get_by_label("Begins").fill("16:00")
    page.get_by_label("Ends").fill("10:00")
    page.get_by_label(re.compile(r"\bPlace\b")).fill("Town hall")
    page.get_by_label("Places").fill("2")
    page.get_by_role("button", name="Plan the launch event").click()
    expect(page.get_by_role("alert")).to_contain_text("The end must be after the begin.")
    page.get_by_label("Begins").fill("10:00")
    page.get_by_label("Ends").fill("16:00")
    page.get_by_role("button", name="Plan the launch event").click()
    expect(page.get_by_text("Nobody outside sees it until it is published.")).to_be_visible()
    page.get_by_role("button", name="Publish the event").click()
    expect(page.get_by_text("its page is open to everybody")).to_be_visible()


def register(phone: Page, name: str) -> None:
    """From the city's own page, as the public finds it."""
    phone.goto(reverse("city", args=["testville"]))
    phone.get_by_role("link", name="Open day").click()
    phone.get_by_label("Name").fill(name)
    phone.get_by_label("E-mail address").fill(f"{name.lower()}@example.org")
    phone.get_by_role("button", name=re.compile("^(Register|Put me on the waiting list)$")).click()
    expect(phone.get_by_text("We sent you a mail")).to_be_visible()
    assert phone.evaluate("document.documentElement.scrollWidth") <= 360
