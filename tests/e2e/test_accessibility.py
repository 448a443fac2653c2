"""Every page in every state by axe, light and dark, wide and narrow; and no page says anything in the console."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

import pytest
from axe_playwright_python.base import AXE_SCRIPT
from django.core.files.base import ContentFile
from django.core.management import call_command
from django.urls import reverse
from django.utils import timezone
from playwright.sync_api import Browser, BrowserContext, Page, expect
from pytest_django import DjangoDbBlocker

from cities import actions as people
from cities.enums import Role
from cities.models import City, Invitation, User
from epi import links
from epi.models import Job, JobState
from icc_index import demo
from icc_index.actions.reports import request_report
from icc_index.models import Answer, Assessment, ResearchSource
from strategy.models import (
    Ballot,
    BodyMeeting,
    BodyTask,
    ChosenArea,
    CityStrategy,
    ConsultationLink,
    EngagementSession,
    Feedback,
    FeedbackLink,
    Launch,
    Member,
    Milestone,
    Pact,
    ParticipantLink,
    PilotAction,
    ProgrammeEvent,
    Registration,
    SignatureLink,
    Stakeholder,
)
from strategy.monitoring.actions.digesting import token_of
from tests.e2e.conftest import new_context
from tests.e2e.pages import Question
from tests.factories import make_user

WIDE = {"width": 1280, "height": 900}
NARROW = {"width": 360, "height": 740}
TOKEN = "the-token-of-an-invitation"
NOBODY = ""
WEEK = timedelta(days=7)


@dataclass(frozen=True)
class World:
    """The demo network, which has an assessment in every state, and what the demo leaves out."""

    numbers: dict[str, int]  # of the assessments, by slug of the city
    reports: dict[str, str]  # their primary keys, by state
    places: dict[str, str]  # addresses of one of each kind: of a session by its state, of a stakeholder, of an event

    def address(self, template: str) -> str:
        return template.format(**self.numbers, **self.reports, **self.places, token=TOKEN)


@dataclass(frozen=True)
class Look:
    """One page in one state: who looks at it, its address, and what they do there first."""

    name: str
    who: str
    address: str
    prepare: Callable[[Page], object] | None = None


@pytest.fixture(scope="module")
def transactional_db(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> Iterator[None]:
    """pytest-django's, for all tests here together: they only look, and the network takes seconds to make."""
    with django_db_blocker.unblock():
        yield
        call_command("flush", interactive=False, verbosity=0)


@pytest.fixture(scope="module")
def world(transactional_db: None) -> World:
    call_command("load_cities", verbosity=0)
    call_command("load_edition", "icc-2019", verbosity=0)
    call_command("load_published_scores", verbosity=0)
    demo.build()
    return _complete()


def _complete() -> World:
    lead = User.objects.get(email="lead@cluj-napoca.example")
    result = Assessment.objects.get(city__slug="cluj-napoca", year=demo.YEAR).results.get()
    ready, failed = (request_report(result=result, language=language, by=lead) for language in ("en", "pl"))
    ready.pages, ready.data_hash = 37, "0" * 64
    ready.file.save("report.pdf", ContentFile(b"%PDF-1.7"))
    for report, state in ((ready, JobState.DONE), (failed, JobState.FAILED)):
        Job.objects.filter(pk=report.job_id).update(state=state, finished_at=timezone.now())
    queued = request_report(result=result, language="en", by=lead)
    reports = {"queued": str(queued.pk), "ready": str(ready.pk), "failed": str(failed.pk)}
    new_city = City.objects.create(name="Newtown", slug="newtown", country="PL", language="pl")
    make_user("newcomer", Role.LEAD, new_city)
    make_user("stranger")
    invitation = people.invite(
        city=new_city, email="guest@example.org", role=Role.VIEWER, by=User.objects.get(email="newcomer@example.org")
    )
    Invitation.objects.filter(pk=invitation.pk).update(token_hash=links.hash_of(TOKEN))
    now = Assessment.objects.filter(year=demo.YEAR).values_list("city__slug", "pk")
    return World({slug.replace("-", "_"): pk for slug, pk in now}, reports, _places())


def _places() -> dict[str, str]:
    """Where the engagement's pages are; and links that work, whose tokens the demo gave away."""
    stakeholder = Stakeholder.objects.filter(city__slug="cartagena")[0]
    person = stakeholder.contacts.known()[0]
    meeting = ProgrammeEvent.objects.get(kind="exchange_meeting")
    workshop = ProgrammeEvent.objects.get(kind="workshop")
    asked = Feedback.objects.create(event=meeting, closes_at=timezone.now() + WEEK, opened_by=meeting.created_by)
    attendee = meeting.attendees.all()[0]
    FeedbackLink.objects.create(
        feedback=asked, attendee=attendee, token_hash=links.hash_of(TOKEN), expires_at=asked.closes_at
    )
    chosen = ChosenArea.objects.filter(assessment__city__slug="lublin")[0]
    strategy = CityStrategy.objects.get(city__slug="lublin")
    closed = CityStrategy.objects.get(city__slug="cartagena", closed_at__isnull=False)
    ballot = Ballot.objects.filter(is_used=False, round__session__city__slug="ravenna")[0]
    Ballot.objects.filter(pk=ballot.pk).update(token_hash=links.hash_of(TOKEN))
    late = Launch.objects.get(event__city__slug="dietzenbach")
    registered = late.registrations.filter(attendee__standing="coming")[0]
    Registration.objects.filter(pk=registered.pk).update(token_hash=links.hash_of(TOKEN))
    return {
        "launch": f"/strategy/dietzenbach/launch/{late.event_id}/",
        "launch_agenda": late.event.get_absolute_url(),
        "engagement": "/engagement/cartagena/",
        "digest": token_of(User.objects.get(email="lead@riga.example")),
        "stakeholder": stakeholder.get_absolute_url(),
        "person": reverse("contact_edit", args=["cartagena", person.pk]),
        "person_withdraws": reverse("contact_withdraw", args=["cartagena", person.pk]),
        "chosen": reverse("chosen_area", args=["lublin", chosen.pk]),
        "open_strategy": reverse("strategy_earlier", args=["lublin", strategy.pk]),
        "closed_strategy": reverse("strategy_earlier", args=["cartagena", closed.pk]),
        "objective": strategy.objectives.all()[0].get_absolute_url(),
        "measured_action": _action(strategy, measures__readings__isnull=False, state__in=["proposed", "running"]),
        "stopped_action": _action(strategy, state="stopped"),
        "planned": _session("dietzenbach", state="planned"),
        "invited": _session("ravenna", state="planned"),
        "cancelled": _session("cluj-napoca", state="cancelled"),
        "held": _session("linkoping", state="held", minutes_phase="draft"),
        "rated": _session("ravenna", state="held"),
        "circulated": _session("riga", minutes_phase="circulated"),
        "amended": _session("linkoping", minutes_phase="amended"),
        "final": _session("cartagena", minutes_phase="final"),
        "in_polish": _session("lublin", minutes_phase="final", language="pl"),
        "workshop": workshop.get_absolute_url(),
        "milestone": _milestone("lublin").get_absolute_url(),
        "milestone_open": _milestone("dietzenbach").get_absolute_url(),
        "template": reverse("template_edit", args=[demo.PROGRAMME, _milestone("dietzenbach").template_id]),
        "meeting": meeting.get_absolute_url(),
        "body_member": reverse("member_edit", args=["cartagena", _of_body(Member, "cartagena", kind="partner").pk]),
        "body_task": _of_body(BodyTask, "cartagena", done_at=None).get_absolute_url(),
        "body_invited": _of_body(BodyMeeting, "linkoping", state="planned").get_absolute_url(),
        "body_cancelled": _of_body(BodyMeeting, "ravenna", state="cancelled").get_absolute_url(),
        "body_held": _of_body(BodyMeeting, "cartagena", minutes_final_at=None).get_absolute_url(),
        "body_final": _of_body(BodyMeeting, "cartagena", minutes_final_at__isnull=False).get_absolute_url(),
        **_pacts(),
        **{f"link_{phase}": _link(phase) for phase in ("draft", "circulated", "amended", "final")},
    }


def _milestone(slug: str) -> Milestone:
    """The draft of the city's pact: moved three times in Lublin, still open in Dietzenbach."""
    return Milestone.objects.get(city__slug=slug, template__code="pact-draft")


def _action(strategy: CityStrategy, **state: object) -> str:
    return PilotAction.objects.filter(objective__strategy=strategy, **state)[0].get_absolute_url()


def _pacts() -> dict[str, str]:
    """Where the sample pacts are; and links to one in consultation and to one that is to be signed."""
    states = ("draft", "consultation", "adopted", "in_force")
    pacts = {state: Pact.objects.filter(state=state).earliest("pk") for state in states}
    ConsultationLink.objects.filter(pact=pacts["consultation"]).update(token_hash=links.hash_of(TOKEN))
    signatory = pacts["adopted"].signatories.all()[1]
    expires_at = timezone.now() + WEEK
    SignatureLink.objects.create(signatory=signatory, token_hash=links.hash_of(TOKEN), expires_at=expires_at)
    places = {f"pact_{state}": pact.get_absolute_url() for state, pact in pacts.items()}
    return places | {"pact_to_sign": reverse("pact_sign_own", args=[pacts["adopted"].pk])}


def _session(slug: str, **state: str) -> str:
    return EngagementSession.objects.filter(city__slug=slug, **state).latest("starts_at").get_absolute_url()


def _of_body(model: Any, slug: str, **facts: object) -> Any:
    """The first one of a city's coordinating body."""
    return model.objects.filter(body__city__slug=slug, **facts)[0]


def _link(phase: str) -> str:
    """The token of a link of somebody invited to a session whose minutes are in that phase."""
    found = ParticipantLink.objects.filter(participant__session__minutes_phase=phase, revoked_at=None)
    if phase == "draft":
        found = found.filter(participant__session__state="planned", participant__reply="")
    else:
        found = found.filter(participant__attended=True)
    token = f"{TOKEN}-{phase}"
    ParticipantLink.objects.filter(pk=found.order_by("pk")[0].pk).update(token_hash=links.hash_of(token))
    return token


# What people do before they look --------------------------------------------------------------------------------------
def _open_everything(page: Page) -> None:
    page.locator("main details").evaluate_all("all => all.forEach(one => { one.open = true })")


def _answer_wrongly(page: Page) -> None:
    """As a browser without our script would: "none" beside other ticks."""
    for value in ("parks", "none"):
        Question(page, "SPA1").option(value).evaluate("box => { box.checked = true }")
    page.locator("#answers").evaluate("form => HTMLFormElement.prototype.submit.call(form)")
    expect(page.get_by_text("There is a problem")).to_be_visible()


def _meet_a_colleague(page: Page) -> None:
    """A colleague saves while this page is open; then this one is saved, too."""
    Answer.objects.filter(assessment__city__slug="ravenna", assessment__year=demo.YEAR, question__code="COM2").update(
        version=99, value="partly", explanation="Theirs."
    )
    Question(page, "COM2").explanation.fill("Mine.")


def _meet_a_colleague_while_typing(page: Page) -> None:
    _meet_a_colleague(page)
    Question(page, "COM2").explanation.blur()
    expect(page.get_by_role("button", name="Save mine instead")).to_be_visible()


def _meet_a_colleague_at_the_button(page: Page) -> None:
    _meet_a_colleague(page)
    page.locator("#answers").evaluate("form => HTMLFormElement.prototype.submit.call(form)")
    expect(page.get_by_role("button", name="Save mine instead")).to_be_visible()


def _meet_a_colleague_in_the_register(page: Page) -> None:
    page.get_by_role("link", name="Change").first.click()
    page.get_by_label("Publisher").fill("Mine")
    lead = User.objects.get(email="lead@ravenna.example")
    ResearchSource.objects.filter(city__slug="ravenna").update(version=99, changed_by=lead, changed_at=timezone.now())
    page.get_by_role("button", name="Save").click()
    expect(page.get_by_text("saved another text")).to_be_visible()


def _open_evidence_form(page: Page) -> None:
    Question(page, "COM1").box.get_by_role("button", name="Add a link").click()
    page.locator("[data-evidence-form]").get_by_role("button", name="Add this evidence").click()
    expect(page.locator("[data-evidence-form]").get_by_role("alert")).to_be_visible()


def _lose_the_connection(page: Page) -> None:
    page.route("**/commitment/", lambda route: route.abort())
    Question(page, "COM3").explain("Typed without a connection.")
    expect(Question(page, "COM3").state).to_contain_text("Not saved")


def _adjust_without_reason(page: Page) -> None:
    page.locator('article:last-of-type [data-key="a"] > summary').click()
    page.locator('article:last-of-type [data-key="a"]').get_by_role("button", name="Save the adjustment").click()
    expect(page.get_by_role("alert")).to_be_visible()


def _press(name: str) -> Callable[[Page], None]:
    def press(page: Page) -> None:
        page.get_by_role("main").get_by_role("button", name=name).first.click()
        expect(page.get_by_role("alert").first).to_be_visible()

    return press


def _send(page: Page) -> None:
    """Press the form's own button, whatever the page's language calls it."""
    page.get_by_role("main").locator("form button[type=submit]").first.click()
    expect(page.get_by_role("alert").first).to_be_visible()


def _make_a_feed(page: Page) -> None:
    page.get_by_role("button", name="Make the feed").click()
    expect(page.get_by_label("Address")).to_be_visible()


def _upload_a_list(page: Page) -> None:
    table = "organisation,group\nBiblioteca de barrio La Muestra,culture\nUnión de Ejemplo,business\n"
    file = {"name": "list.csv", "mimeType": "text/csv", "buffer": table.encode()}
    page.get_by_role("main").locator("input[type=file]").set_input_files(file)
    page.get_by_role("main").locator("form:has(input[type=file]) button").first.click()
    page.wait_for_load_state()


ABSENT = ("not found", "gone")  # in the name of a look: there is nothing at the address
LEAD = "lead@{}.example"
COORDINATOR = "coordinator@{}.example"
PARTNER = "partner@{}.example"
EXPERT = "expert@coe.example"
LOOKS = [
    Look("overview", NOBODY, "/"),
    Look("overview, nothing found", NOBODY, "/?q=xyz"),
    Look("city with a result", NOBODY, "/cities/lublin/"),
    Look("city without a result", NOBODY, "/cities/ravenna/"),
    Look("explanation of an index", NOBODY, "/cities/lublin/2021/core_index/"),
    Look("explanation of an indicator", NOBODY, "/cities/lublin/2021/public_space/?layer=self"),
    Look("method", NOBODY, "/method/"),
    Look("accessibility", NOBODY, "/accessibility/"),
    Look("privacy", NOBODY, "/privacy/"),
    Look("components", NOBODY, "/components/"),
    Look("sign in", NOBODY, "/accounts/login/"),
    Look("sign in, refused", NOBODY, "/accounts/login/", _press("Sign in")),
    Look("sign up, closed", NOBODY, "/accounts/signup/"),
    Look("password reset", NOBODY, "/accounts/password/reset/"),
    Look("invitation", NOBODY, "/invitations/{token}/"),
    Look("invitation gone", NOBODY, "/invitations/gone/"),
    Look("not found", NOBODY, "/nowhere/"),
    Look("home of a lead", LEAD.format("ravenna"), "/home/"),
    Look("home of a lead with replies to give", LEAD.format("riga"), "/home/"),
    Look("home of a lead who may begin", "newcomer@example.org", "/home/"),
    Look("home of a contributor", "contributor@ravenna.example", "/home/"),
    Look("home of a coordinator", "coordinator@ravenna.example", "/home/"),
    Look("home of a viewer", "viewer@ravenna.example", "/home/"),
    Look("home of a partner", "partner@ravenna.example", "/home/"),
    Look("home of an expert", EXPERT, "/home/"),
    Look("home of a network coordinator", demo.NETWORK, "/home/"),
    Look("home of an administrator", demo.ADMINISTRATOR, "/home/"),
    Look("home of somebody without a role", "stranger@example.org", "/home/"),
    Look("start", "newcomer@example.org", "/cities/newtown/start/"),
    Look("task list, draft", LEAD.format("ravenna"), "/assessments/{ravenna}/"),
    Look("task list, to clarify", LEAD.format("riga"), "/assessments/{riga}/"),
    Look("task list, validated", LEAD.format("cluj-napoca"), "/assessments/{cluj_napoca}/"),
    Look("indicator, draft", LEAD.format("ravenna"), "/assessments/{ravenna}/public_space/", _open_everything),
    Look("indicator, with errors", LEAD.format("ravenna"), "/assessments/{ravenna}/public_space/", _answer_wrongly),
    Look(
        "indicator, in conflict while typing",
        LEAD.format("ravenna"),
        "/assessments/{ravenna}/commitment/",
        _meet_a_colleague_while_typing,
    ),
    Look(
        "indicator, in conflict at the button",
        LEAD.format("ravenna"),
        "/assessments/{ravenna}/commitment/",
        _meet_a_colleague_at_the_button,
    ),
    Look(
        "indicator, evidence form",
        LEAD.format("dietzenbach"),
        "/assessments/{dietzenbach}/commitment/",
        _open_evidence_form,
    ),
    Look(
        "indicator, not saved",
        LEAD.format("dietzenbach"),
        "/assessments/{dietzenbach}/commitment/",
        _lose_the_connection,
    ),
    Look("indicator, read-only", LEAD.format("linkoping"), "/assessments/{linkoping}/commitment/"),
    Look("indicator, not assigned", "contributor@ravenna.example", "/assessments/{ravenna}/commitment/"),
    Look("indicator, to clarify", LEAD.format("riga"), "/assessments/{riga}/media_communication/"),
    Look("indicator, validated", LEAD.format("cluj-napoca"), "/assessments/{cluj_napoca}/commitment/"),
    Look("evidence page", LEAD.format("ravenna"), "/assessments/{ravenna}/commitment/COM1/evidence/"),
    Look(
        "evidence page, refused",
        LEAD.format("ravenna"),
        "/assessments/{ravenna}/commitment/COM1/evidence/",
        _press("Add this evidence"),
    ),
    Look("history", LEAD.format("ravenna"), "/assessments/{ravenna}/commitment/COM1/history/"),
    Look("history, empty", LEAD.format("dietzenbach"), "/assessments/{dietzenbach}/commitment/COM1/history/"),
    Look("register", LEAD.format("ravenna"), "/cities/ravenna/research/"),
    Look("register of a reader", EXPERT, "/cities/lublin/research/"),
    Look("register, nothing found", LEAD.format("ravenna"), "/cities/ravenna/research/?q=xyz"),
    Look("register, empty", "newcomer@example.org", "/cities/newtown/research/"),
    Look("new entry", LEAD.format("ravenna"), "/cities/ravenna/research/add/"),
    Look(
        "new entry, refused", LEAD.format("ravenna"), "/cities/ravenna/research/add/", _press("Put it on the register")
    ),
    Look(
        "entry, changed by another",
        LEAD.format("ravenna"),
        "/cities/ravenna/research/",
        _meet_a_colleague_in_the_register,
    ),
    Look("voices of a city", LEAD.format("cluj-napoca"), "/assessments/{cluj_napoca}/voices/", _open_everything),
    Look("voices, nobody differs", LEAD.format("ravenna"), "/assessments/{ravenna}/voices/?only=differing"),
    Look("voices of an expert", EXPERT, "/assessments/{cartagena}/voices/?only=differing", _open_everything),
    Look("check, draft", LEAD.format("ravenna"), "/assessments/{ravenna}/check/"),
    Look("who answers what", LEAD.format("ravenna"), "/assessments/{ravenna}/people/"),
    Look("people of a city", "newcomer@example.org", "/cities/newtown/people/"),
    Look("people, refused", "newcomer@example.org", "/cities/newtown/people/", _press("Send the invitation")),
    Look("account", LEAD.format("ravenna"), "/account/"),
    Look("account, addresses", LEAD.format("ravenna"), "/accounts/email/"),
    Look("account, password", LEAD.format("ravenna"), "/accounts/password/change/"),
    Look("account, second step", LEAD.format("ravenna"), "/accounts/2fa/"),
    Look("sign out", LEAD.format("ravenna"), "/accounts/logout/"),
    Look("refused", LEAD.format("ravenna"), "/review/"),
    Look("not found, signed in", LEAD.format("ravenna"), "/assessments/{lublin}/"),
    Look("result missing", LEAD.format("ravenna"), "/assessments/{ravenna}/result/"),
    Look("result, validated", LEAD.format("cluj-napoca"), "/assessments/{cluj_napoca}/result/"),
    Look("result, published", LEAD.format("lublin"), "/assessments/{lublin}/result/"),
    Look("explanation of a lens", LEAD.format("cluj-napoca"), "/assessments/{cluj_napoca}/result/lens/"),
    Look("reports, none yet", LEAD.format("ravenna"), "/assessments/{ravenna}/reports/"),
    Look("reports", LEAD.format("cluj-napoca"), "/assessments/{cluj_napoca}/reports/"),
    Look("report waiting", LEAD.format("cluj-napoca"), "/reports/{queued}/"),
    Look("report failed", LEAD.format("cluj-napoca"), "/reports/{failed}/"),
    Look("report ready", LEAD.format("cluj-napoca"), "/reports/{ready}/"),
    Look("queue", EXPERT, "/review/"),
    Look("review, submitted", EXPERT, "/assessments/{linkoping}/review/", _open_everything),
    Look("review, under way", EXPERT, "/assessments/{cartagena}/review/", _open_everything),
    Look("review, validated", EXPERT, "/assessments/{cluj_napoca}/review/", _open_everything),
    Look("desk, judged", EXPERT, "/assessments/{cartagena}/review/area/commitment/", _open_everything),
    Look("desk, not judged", EXPERT, "/assessments/{cartagena}/review/area/media_communication/"),
    Look(
        "desk, refused",
        EXPERT,
        "/assessments/{cartagena}/review/area/media_communication/",
        _adjust_without_reason,
    ),
    Look("desk, not one's turn", EXPERT, "/assessments/{riga}/review/area/media_communication/"),
    Look("experts", demo.ADMINISTRATOR, "/assessments/{linkoping}/experts/"),
    Look("programme", demo.NETWORK, f"/programmes/{demo.PROGRAMME}/"),
    Look("trends of what is published", NOBODY, "/trends/"),
    Look("trends of a programme", demo.NETWORK, f"/trends/?programme={demo.PROGRAMME}", _open_everything),
    Look("trends, no city", NOBODY, "/trends/?size=over-500k"),
    Look("trends, refused", NOBODY, "/trends/?size=huge"),
    # Engagement
    Look("engagement", COORDINATOR.format("cartagena"), "{engagement}"),
    Look("engagement of a partner", PARTNER.format("linkoping"), "/engagement/linkoping/"),
    Look("engagement of a lead", LEAD.format("lublin"), "/engagement/lublin/"),
    Look("engagement, nothing yet", "newcomer@example.org", "/engagement/newtown/"),
    Look("stakeholders", COORDINATOR.format("cartagena"), "{engagement}stakeholders/", _open_everything),
    Look("stakeholders of a viewer", "viewer@cartagena.example", "{engagement}stakeholders/"),
    Look("stakeholders, nothing found", PARTNER.format("cartagena"), "{engagement}stakeholders/?q=xyz"),
    Look("stakeholders, none", "newcomer@example.org", "/engagement/newtown/stakeholders/"),
    Look("stakeholder", COORDINATOR.format("cartagena"), "{stakeholder}", _open_everything),
    Look("stakeholder of a viewer", "viewer@cartagena.example", "{stakeholder}"),
    Look("stakeholder, changing", PARTNER.format("cartagena"), "{stakeholder}edit/"),
    Look("stakeholder, merging", COORDINATOR.format("cartagena"), "{stakeholder}merge/"),
    Look("person", COORDINATOR.format("cartagena"), "{person}"),
    Look("person withdraws", COORDINATOR.format("cartagena"), "{person_withdraws}"),
    Look("import", COORDINATOR.format("cartagena"), "{engagement}stakeholders/import/", _open_everything),
    Look("import, preview", COORDINATOR.format("cartagena"), "{engagement}stakeholders/import/", _upload_a_list),
    Look("sessions", COORDINATOR.format("cartagena"), "{engagement}sessions/"),
    Look("sessions, none", "newcomer@example.org", "/engagement/newtown/sessions/"),
    Look("new session", COORDINATOR.format("cartagena"), "{engagement}sessions/new/"),
    Look("session, planned", COORDINATOR.format("dietzenbach"), "{planned}"),
    Look("session, invited", COORDINATOR.format("ravenna"), "{invited}"),
    Look("session, cancelled", COORDINATOR.format("cluj-napoca"), "{cancelled}"),
    Look("session, held", COORDINATOR.format("linkoping"), "{held}"),
    Look("session, circulated", COORDINATOR.format("riga"), "{circulated}"),
    Look("session, amended", PARTNER.format("linkoping"), "{amended}"),
    Look("session, final", COORDINATOR.format("cartagena"), "{final}"),
    Look("session of a lead", LEAD.format("cartagena"), "{final}"),
    Look("guide", COORDINATOR.format("dietzenbach"), "{planned}guide/", _open_everything),
    Look("guide, printed", COORDINATOR.format("dietzenbach"), "{planned}guide/sheet/"),
    Look("guide of the facilitator", COORDINATOR.format("dietzenbach"), "{planned}guide/facilitator/"),
    Look("people of a session to come", COORDINATOR.format("ravenna"), "{invited}people/", _open_everything),
    Look("people, nobody yet", COORDINATOR.format("dietzenbach"), "{planned}people/"),
    Look("attendance", COORDINATOR.format("linkoping"), "{held}attendance/"),
    Look("attendance, final", COORDINATOR.format("cartagena"), "{final}attendance/"),
    Look("notes", COORDINATOR.format("linkoping"), "{held}notes/", _open_everything),
    Look("minutes, draft", COORDINATOR.format("linkoping"), "{held}minutes/", _open_everything),
    Look("minutes, writing", COORDINATOR.format("linkoping"), "{held}minutes/edit/"),
    Look("minutes, circulated", COORDINATOR.format("riga"), "{circulated}minutes/", _open_everything),
    Look("minutes, amended", COORDINATOR.format("linkoping"), "{amended}minutes/", _open_everything),
    Look("minutes, final", COORDINATOR.format("lublin"), "{in_polish}minutes/", _open_everything),
    Look("minutes as they went out", COORDINATOR.format("lublin"), "{in_polish}minutes/1/"),
    Look("findings of a session", COORDINATOR.format("linkoping"), "{held}findings/", _open_everything),
    Look("findings of a session, final", COORDINATOR.format("cartagena"), "{final}findings/"),
    Look("findings of a city", COORDINATOR.format("cartagena"), "{engagement}findings/", _open_everything),
    Look("ratings, none", COORDINATOR.format("linkoping"), "{held}ratings/"),
    Look("ratings, open", COORDINATOR.format("ravenna"), "{rated}ratings/", _open_everything),
    Look("ratings, closed", COORDINATOR.format("lublin"), "{in_polish}ratings/", _open_everything),
    Look("priorities", LEAD.format("cartagena"), "{engagement}priorities/", _open_everything),
    Look("priorities, chosen", COORDINATOR.format("lublin"), "/engagement/lublin/priorities/", _open_everything),
    Look("chosen area", LEAD.format("lublin"), "{chosen}"),
    Look("strategy, public", COORDINATOR.format("lublin"), "/strategy/lublin/", _open_everything),
    Look("strategy, incomplete", COORDINATOR.format("riga"), "/strategy/riga/", _open_everything),
    Look("strategy of a reader", "viewer@ravenna.example", "/strategy/ravenna/"),
    Look("strategy, closed", COORDINATOR.format("cartagena"), "{closed_strategy}"),
    Look("no strategy yet", COORDINATOR.format("dietzenbach"), "/strategy/dietzenbach/"),
    Look("strategy, beginning", COORDINATOR.format("dietzenbach"), "/strategy/dietzenbach/begin/"),
    Look(
        "strategy, begun wrongly",
        COORDINATOR.format("dietzenbach"),
        "/strategy/dietzenbach/begin/",
        _press("Begin the strategy"),
    ),
    Look("strategy, editing", COORDINATOR.format("lublin"), "{open_strategy}edit/"),
    Look("narrative", COORDINATOR.format("lublin"), "{open_strategy}narratives/pl/"),
    Look("key features", COORDINATOR.format("lublin"), "/strategy/lublin/features/"),
    Look("objective", COORDINATOR.format("lublin"), "{objective}"),
    Look("objective, editing", COORDINATOR.format("lublin"), "{objective}edit/"),
    Look("objective, which gap", COORDINATOR.format("lublin"), "/strategy/lublin/objectives/add/"),
    Look("objective, adding", COORDINATOR.format("lublin"), "/strategy/lublin/objectives/add/?subject=language"),
    Look("pilot actions", COORDINATOR.format("lublin"), "/strategy/lublin/actions/"),
    Look("no pilot action, without a strategy", COORDINATOR.format("dietzenbach"), "/strategy/dietzenbach/actions/"),
    Look("pilot action, proposing", COORDINATOR.format("lublin"), "/strategy/lublin/actions/add/"),
    Look("pilot action, measured", COORDINATOR.format("lublin"), "{measured_action}", _open_everything),
    Look("pilot action of a reader", "viewer@lublin.example", "{measured_action}"),
    Look("pilot action, stopped", COORDINATOR.format("lublin"), "{stopped_action}"),
    Look("pilot action, editing", COORDINATOR.format("lublin"), "{measured_action}edit/"),
    Look("pilot action, who answers for it", COORDINATOR.format("lublin"), "{measured_action}responsibilities/"),
    Look("pilot action, stopping", COORDINATOR.format("lublin"), "{measured_action}to/stopped/"),
    Look(
        "co-design, recorded wrongly",
        COORDINATOR.format("lublin"),
        "{measured_action}co-design/add/",
        _send,
    ),
    Look(
        "measure, added wrongly",
        COORDINATOR.format("lublin"),
        "{measured_action}measures/add/",
        _send,
    ),
    Look("responsibilities", COORDINATOR.format("lublin"), "/strategy/lublin/responsibilities/"),
    Look("strategy for everybody", NOBODY, "/cities/lublin/strategy/"),
    Look("strategy for everybody, in another language", NOBODY, "/cities/lublin/strategy/?language=pl"),
    Look("engagement, not found", demo.NETWORK, "{engagement}"),
    # The coordinating body
    Look("body, none yet", COORDINATOR.format("dietzenbach"), "/strategy/dietzenbach/body/"),
    Look("body, none yet, for a reader", "newcomer@example.org", "/strategy/newtown/body/"),
    Look("body, setting up", COORDINATOR.format("dietzenbach"), "/strategy/dietzenbach/body/set-up/"),
    Look("body", COORDINATOR.format("lublin"), "/strategy/lublin/body/", _open_everything),
    Look("body without a chair", COORDINATOR.format("riga"), "/strategy/riga/body/"),
    Look("body of a member from outside", EXPERT, "/strategy/lublin/body/"),
    Look("body, new member", COORDINATOR.format("cartagena"), "/strategy/cartagena/body/members/add/"),
    Look("body, member", COORDINATOR.format("cartagena"), "{body_member}"),
    Look("body, member leaves", COORDINATOR.format("cartagena"), "{body_member}leave/"),
    Look("body, meetings", COORDINATOR.format("ravenna"), "/strategy/ravenna/body/meetings/"),
    Look("body, no meeting yet", COORDINATOR.format("riga"), "/strategy/riga/body/meetings/"),
    Look("body, meeting to come", COORDINATOR.format("linkoping"), "{body_invited}"),
    Look("body, cancelled meeting", COORDINATOR.format("ravenna"), "{body_cancelled}"),
    Look("body, held meeting", COORDINATOR.format("cartagena"), "{body_held}"),
    Look("body, final minutes of a viewer", "viewer@cartagena.example", "{body_final}"),
    Look("body, attendance", COORDINATOR.format("cartagena"), "{body_held}attendance/"),
    Look("body, minutes", COORDINATOR.format("cartagena"), "{body_held}minutes/?draft=1"),
    Look(
        "body, plan refused", COORDINATOR.format("riga"), "/strategy/riga/body/meetings/plan/", _press("Plan the meet")
    ),
    Look("body, decisions", COORDINATOR.format("lublin"), "/strategy/lublin/body/decisions/"),
    Look("body, no decision yet", COORDINATOR.format("riga"), "/strategy/riga/body/decisions/"),
    Look("body, tasks", COORDINATOR.format("lublin"), "/strategy/lublin/body/tasks/?show=all"),
    Look("body, no task yet", COORDINATOR.format("riga"), "/strategy/riga/body/tasks/"),
    Look("body, task", PARTNER.format("cartagena"), "{body_task}"),
    # Links that need no account: each look is narrow, too
    Look("link to an invitation", NOBODY, "/invited/{link_draft}/"),
    Look("link to minutes", NOBODY, "/invited/{link_circulated}/"),
    Look("link to minutes, amended", NOBODY, "/invited/{link_amended}/"),
    Look("link to minutes, final", NOBODY, "/invited/{link_final}/"),
    Look("link gone", NOBODY, "/invited/gone/"),
    Look("withdrawing consent", NOBODY, "/consent/{link_circulated}/"),
    Look("ballot", NOBODY, "/rate/{token}/"),
    Look("ballot in Polish", NOBODY, "/rate/{token}/?language=pl"),
    Look("ballot gone", NOBODY, "/rate/gone/"),
    Look("feedback on an event", NOBODY, "/feedback/{token}/"),
    # Events of a programme
    Look("events", demo.NETWORK, f"/programmes/{demo.PROGRAMME}/events/"),
    Look("new event", demo.NETWORK, f"/programmes/{demo.PROGRAMME}/events/add/"),
    Look("workshop", demo.NETWORK, "{workshop}", _open_everything),
    Look("workshop of a lead", LEAD.format("lublin"), "{workshop}"),
    Look("workshop, people", demo.NETWORK, "{workshop}people/", _open_everything),
    Look("workshop, tasks", demo.NETWORK, "{workshop}tasks/", _open_everything),
    Look("workshop, tasks of a city", LEAD.format("lublin"), "{workshop}tasks/"),
    Look("workshop, feedback", demo.NETWORK, "{workshop}feedback/"),
    Look("milestones", COORDINATOR.format("dietzenbach"), "/strategy/dietzenbach/milestones/"),
    Look("milestones of the network", demo.NETWORK, "/strategy/lublin/milestones/"),
    Look("new milestone", COORDINATOR.format("lublin"), "/strategy/lublin/milestones/add/"),
    Look("milestone", COORDINATOR.format("lublin"), "{milestone}"),
    Look("milestone, another date", COORDINATOR.format("dietzenbach"), "{milestone_open}date/"),
    Look("milestone, reached", COORDINATOR.format("dietzenbach"), "{milestone_open}reach/"),
    Look("timeline", COORDINATOR.format("dietzenbach"), "/strategy/dietzenbach/timeline/"),
    Look("milestones of the programme", demo.NETWORK, f"/programmes/{demo.PROGRAMME}/milestones/"),
    Look("milestone of the programme", demo.NETWORK, "{template}"),
    Look("milestone of the programme, cities", demo.NETWORK, "{template}apply/"),
    Look("meeting", EXPERT, "{meeting}", _open_everything),
    Look("meeting, feedback", demo.NETWORK, "{meeting}feedback/"),
    # What follows a strategy
    Look("what next", LEAD.format("ravenna"), "/strategy/ravenna/next/"),
    Look("delivered", LEAD.format("ravenna"), "/strategy/ravenna/next/{ravenna}/"),
    Look("did it move", LEAD.format("lublin"), "/strategy/lublin/moved/"),
    Look("programme replicated", demo.NETWORK, f"/programmes/{demo.PROGRAMME}/replicate/?starts_on=2023-01-02"),
    Look("city joins a programme", demo.NETWORK, f"/programmes/{demo.PROGRAMME}/cities/add/"),
    # Launch events
    Look("launch", COORDINATOR.format("dietzenbach"), "/strategy/dietzenbach/launch/", _open_everything),
    Look("launch held, of a viewer", "viewer@lublin.example", "/strategy/lublin/launch/"),
    Look("launch, none", "newcomer@example.org", "/strategy/newtown/launch/"),
    Look("launch, planning", COORDINATOR.format("dietzenbach"), "/strategy/dietzenbach/launch/start/"),
    Look("launch, changing", COORDINATOR.format("dietzenbach"), "{launch}edit/"),
    Look("launch, registrations", COORDINATOR.format("dietzenbach"), "{launch}registrations/"),
    Look("launch, by hand", COORDINATOR.format("dietzenbach"), "{launch}registrations/add/"),
    Look("launch, invitations", COORDINATOR.format("dietzenbach"), "{launch}invitations/"),
    Look("launch, agenda", COORDINATOR.format("dietzenbach"), "{launch_agenda}", _open_everything),
    Look("launch, attendance", COORDINATOR.format("dietzenbach"), "{launch_agenda}people/"),
    Look("launch for everybody, full", NOBODY, "/cities/dietzenbach/launch/"),
    Look("launch for everybody, held", NOBODY, "/cities/lublin/launch/"),
    Look("link of a registration", NOBODY, "/registration/{token}/"),
    # Pacts
    Look("pacts", COORDINATOR.format("riga"), "/strategy/riga/pact/"),
    Look("pacts, none", COORDINATOR.format("ravenna"), "/strategy/ravenna/pact/"),
    Look("pact, draft", COORDINATOR.format("linkoping"), "{pact_draft}"),
    Look("pact, in consultation", COORDINATOR.format("cartagena"), "{pact_consultation}"),
    Look("pact of a lead, adopted", LEAD.format("cluj-napoca"), "{pact_adopted}"),
    Look("pact of a viewer, in force", "viewer@lublin.example", "{pact_in_force}"),
    Look("pact, differences", COORDINATOR.format("lublin"), "{pact_in_force}changes/?before=1&after=2"),
    Look("pact, version", COORDINATOR.format("lublin"), "{pact_in_force}versions/1/"),
    Look("pact, new article", COORDINATOR.format("linkoping"), "{pact_draft}articles/add/"),
    Look("pact, signatory refused", COORDINATOR.format("linkoping"), "{pact_draft}signatories/add/", _press("Add the")),
    Look("pact, link", COORDINATOR.format("cartagena"), "{pact_consultation}consultation/links/add/"),
    Look("pact, adopting", COORDINATOR.format("cartagena"), "{pact_consultation}adopt/"),
    Look("pact, taking back", LEAD.format("cluj-napoca"), "{pact_adopted}take-back/"),
    Look("pact to sign", "viewer@cluj-napoca.example", "{pact_to_sign}"),
    Look("public pact", NOBODY, "/cities/lublin/pact/"),
    Look("public pact, evaluated", NOBODY, "/cities/riga/pact/"),
    Look("public pact, differences", NOBODY, "/cities/lublin/pact/changes/"),
    Look("link to a consultation", NOBODY, "/pact/comments/{token}/"),
    Look("link to a signature", NOBODY, "/pact/signature/{token}/"),
    # The network board
    Look("board", demo.NETWORK, f"/programmes/{demo.PROGRAMME}/board/"),
    Look("board, nothing found", demo.NETWORK, f"/programmes/{demo.PROGRAMME}/board/?q=xyz"),
    Look("board, refused", demo.NETWORK, f"/programmes/{demo.PROGRAMME}/board/?sort=x"),
    Look("board of an administrator", demo.ADMINISTRATOR, f"/programmes/{demo.PROGRAMME}/board/?sort=-overdue"),
    Look("city on the board", demo.NETWORK, f"/programmes/{demo.PROGRAMME}/board/lublin/"),
    Look("reminding all who are late", demo.NETWORK, f"/programmes/{demo.PROGRAMME}/remind/"),
    Look("reminding a city", demo.NETWORK, f"/programmes/{demo.PROGRAMME}/remind/?cities=riga&cities=ravenna"),
    Look("reminders of a city", COORDINATOR.format("cartagena"), "/strategy/cartagena/reminders/"),
    Look("reminders, none", "newcomer@example.org", "/strategy/newtown/reminders/"),
    Look("calendar feeds", demo.NETWORK, "/account/calendars/"),
    Look("calendar feed, made", COORDINATOR.format("cluj-napoca"), "/account/calendars/", _make_a_feed),
    Look("calendar feeds, nothing to offer", "stranger@example.org", "/account/calendars/"),
    Look("weekly digest", COORDINATOR.format("lublin"), "/account/digest/"),
    Look("weekly digest, stopping", NOBODY, "/digest/off/{digest}/"),
]


@pytest.fixture(scope="module")
def module_complaints() -> list[str]:
    return []


@pytest.fixture(scope="module")
def contexts(
    world: World, browser: Browser, site: str, module_complaints: list[str]
) -> Iterator[Callable[[str], BrowserContext]]:
    """`contexts(address)`: one browser for each person, kept for all tests here."""
    opened: dict[str, BrowserContext] = {}

    def context_of(who: str) -> BrowserContext:
        if who not in opened:
            user = User.objects.get(email=who) if who else None
            opened[who] = new_context(browser, site, user, module_complaints, viewport=WIDE, reduced_motion="reduce")
        return opened[who]

    yield context_of
    for context in opened.values():
        context.close()


@pytest.mark.parametrize("look", LOOKS, ids=lambda look: look.name)
def test_page(
    look: Look, world: World, contexts: Callable[[str], BrowserContext], module_complaints: list[str]
) -> None:
    page = contexts(look.who).new_page()
    try:
        answered = page.goto(world.address(look.address))
        if look.prepare:
            look.prepare(page)
        page.evaluate(AXE_SCRIPT)
        found = [finding for view in _views(page) for finding in view]
    finally:
        page.close()
    complaints = [text for text in module_complaints if not text.startswith("htmx:")]
    module_complaints.clear()
    assert answered is not None
    assert (answered.status == 404) == any(word in look.name for word in ABSENT), answered.status
    assert found == []
    assert complaints == []


def _views(page: Page) -> Iterator[list[str]]:
    """What is wrong with the page, wide and narrow, light and dark."""
    for name, viewport in (("wide", WIDE), ("narrow", NARROW)):
        page.set_viewport_size(viewport)
        for scheme in ("light", "dark"):
            page.emulate_media(color_scheme=scheme)
            options = {"runOnly": ["color-contrast"]} if scheme == "dark" else {}  # only colours differ
            yield [f"{name}, {scheme}: {finding}" for finding in _violations(page, **options)]
    width = page.evaluate("document.documentElement.scrollWidth")
    yield [f"{width} px wide where 360 are there: {_too_wide(page)}"] if width > NARROW["width"] else []


def _violations(page: Page, **options: object) -> list[str]:
    result = page.evaluate("options => axe.run(options)", {"resultTypes": ["violations"], **options})
    return [
        f"{violation['id']} ({violation['impact']}): {violation['help']}: "
        + "; ".join(node["html"][:160] for node in violation["nodes"][:3])
        for violation in result["violations"]
    ]


def _too_wide(page: Page) -> list[str]:
    return page.evaluate(
        """() => [...document.querySelectorAll("body *")]
            .filter(one => one.getBoundingClientRect().right > innerWidth + 1)
            .filter(one => !one.closest(".scroll, .tabs, .main-nav"))
            .map(one => one.outerHTML.slice(0, 100)).slice(0, 5)"""
    )
