"""From the empty page to final minutes: a coordinator sets the body up, meets, and the owner ticks the task off."""

import re
from datetime import timedelta

from django.urls import reverse
from django.utils import timezone
from playwright.sync_api import Page, expect

from strategy.body.enums import MeetingState
from strategy.models import BodyMeeting, Member


def test_body_is_set_up_meets_decides_and_its_task_is_done(open_browser, city, coordinator, viewer):
    page = open_browser(coordinator)
    page.goto(reverse("body", args=["testville"]))
    set_up(page)
    add_members(page)
    meeting = plan_and_invite(page)
    # The day of the meeting has come.
    moved = timezone.now() - timedelta(hours=3)
    BodyMeeting.objects.filter(pk=meeting.pk).update(starts_at=moved, ends_at=moved + timedelta(hours=1))
    page.reload()
    hold(page)
    decide(page)
    give_a_task(page)
    finish(page)
    meeting.refresh_from_db()
    assert (meeting.state, meeting.is_final) == (MeetingState.HELD, True)
    tick_off(open_browser(viewer))
    page.goto(reverse("body_tasks", args=["testville"]) + "?show=done")
    expect(page.get_by_role("listitem").filter(has_text="Ask the schools")).to_contain_text("Done")


def set_up(page: Page) -> None:
    page.get_by_role("link", name="Set up the coordinating body").click()
    page.get_by_label("Mandate").fill("Leads the strategy, by decision of the council.")
    page.get_by_role("button", name="Set it up").click()
    expect(page.get_by_text("Next: who is in it?")).to_be_visible()


def add_members(page: Page) -> None:
    page.get_by_role("link", name="Add a member").first.click()
    page.get_by_label("Person", exact=True).select_option(label="Viewer, viewer@example.org")
    page.get_by_role("button", name="Add the member").click()
    page.get_by_role("button", name="Let Viewer chair the body").click()
    expect(page.get_by_text("Nobody is in the body as: Technical partner.")).to_be_visible()
    page.get_by_role("link", name="Add a member").first.click()
    expect(page.get_by_label("Technical partner")).to_be_checked()
    page.get_by_label("Name", exact=True).fill("Ewa Muster")
    page.get_by_label("E-mail address").fill("ewa@example.org")
    page.get_by_role("button", name="Add the member").click()
    assert Member.objects.get(is_chair=True).name == "Viewer"


def plan_and_invite(page: Page) -> BodyMeeting:
    page.get_by_role("link", name="Plan a meeting").first.click()
    page.get_by_label("Title").fill("Opening")
    page.get_by_label("Begins").fill("2099-05-04T14:00")
    page.get_by_label("Ends").fill("2099-05-04T13:00")
    page.get_by_role("button", name="Plan the meeting").click()
    expect(page.get_by_role("alert")).to_contain_text("The meeting must end after it begins.")
    page.get_by_label("Ends").fill("2099-05-04T16:00")
    page.get_by_role("button", name="Plan the meeting").click()
    page.get_by_role("link", name="Add to the agenda").first.click()
    page.get_by_label("Title").fill("First objectives")
    page.get_by_role("button", name="Add it to the agenda").click()
    page.get_by_role("button", name="Invite the members").click()
    expect(page.get_by_text("2 invitations are on their way.")).to_be_visible()
    return BodyMeeting.objects.get()


def hold(page: Page) -> None:
    page.get_by_role("button", name="Mark as held").click()
    page.get_by_role("link", name="Note who was there").first.click()
    for name in ("Viewer", "Ewa Muster"):
        page.get_by_role("group", name=name).get_by_label("Present").check()
    page.get_by_role("button", name="Save who was there").click()
    expect(page.get_by_text("Present: 2. Excused: 0. Absent: 0.")).to_be_visible()


def decide(page: Page) -> None:
    page.get_by_role("link", name="Write down a decision on “First objectives”").click()
    page.get_by_label("Decision").fill("Schools come first.")
    page.get_by_role("button", name="Save the decision").click()
    expect(page.locator("#agenda")).to_contain_text("Decision 1: Schools come first.")


def give_a_task(page: Page) -> None:
    page.get_by_role("link", name="Give a member a task").click()
    page.get_by_label("What is to be done").fill("Ask the schools")
    page.get_by_label("Who does it").select_option(label="Viewer")
    page.get_by_label("Due").fill("2099-06-01")
    page.get_by_role("button", name="Give the task").click()
    expect(page.locator("#tasks")).to_contain_text("Ask the schools")


def finish(page: Page) -> None:
    page.get_by_role("link", name="Write the minutes", exact=True).click()
    expect(page.get_by_label("Minutes")).to_have_value(re.compile("Schools come first"))
    page.get_by_role("button", name="Save the minutes").click()
    page.get_by_role("button", name="Make the minutes final").click()
    expect(page.get_by_text("They go to 2 members by mail.")).to_be_visible()
    expect(page.get_by_role("link", name="Change the minutes")).to_have_count(0)


def tick_off(page: Page) -> None:
    page.goto("/home/")
    expect(page.get_by_text("1 task waits for you")).to_be_visible()
    page.get_by_role("link", name="Coordinating body of Testville").click()
    page.get_by_role("link", name="Ask the schools").click()
    page.get_by_label("What was done").fill("All have answered.")
    page.get_by_role("button", name="It is done").click()
    expect(page.get_by_text("Ticked off.")).to_be_visible()
