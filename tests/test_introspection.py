"""Rules about the whole code base, checked on what is there: each list is a decision, and a new thing must join one."""

import re
from collections.abc import Callable
from pathlib import Path

import pytest
from django.apps import apps
from django.contrib.auth import get_user_model
from django.core.management import call_command
from django.core.management.base import CommandError
from django.db import models
from django.test import Client
from django.urls import reverse

from cities import actions as people_actions
from cities.enums import Role
from cities.models import City, Organisation
from epi.models import Job
from icc_index import emails
from icc_index.actions import assessments
from icc_index.actions.reports import request_report
from icc_index.enums import Status
from tests.addresses import OURS, path_of
from tests.factories import answer_to, bring_to, make_city, make_user, save, start
from tests.rows import APPS

PROJECT = Path(__file__).resolve().parent.parent
TEMPLATES = {str(path.relative_to(PROJECT / "templates")): path for path in (PROJECT / "templates").rglob("*.*")}
CODE = {path: path.read_text() for app in APPS for path in (PROJECT / app).rglob("*.py")}
MODELS = {model._meta.label: model for app in APPS for model in apps.get_app_config(app).get_models()}


# Models: seen by `visible_to`, or for a reason without ---------------------------------------------------------------

WITHOUT_VISIBLE_TO = {
    "epi.Event": "read about one object that is visible, and in the administration",
    "epi.Job": "read through the report that waits for it, and in the administration",
    "cities.User": "read through the memberships of a city that is visible",
    "cities.City": "public; its people through City.run_by",
    "cities.ProfileFigure": "public",
    "cities.Organisation": "public",
    "cities.ProgrammeStep": "through Programme",
    "cities.Membership": "through City.run_by",
    "cities.Invitation": "through City.run_by, or by its own secret link",
    "icc_index.Edition": "the questionnaire is no secret",
    "icc_index.EditionText": "the questionnaire is no secret",
    "icc_index.Indicator": "the questionnaire is no secret",
    "icc_index.Question": "the questionnaire is no secret",
    "icc_index.ExpertAssignment": "through Assessment",
    "icc_index.IndicatorAssignment": "through Assessment",
    "icc_index.Commentary": "through Assessment",
    "icc_index.Answer": "through Assessment",
    "icc_index.AnswerRevision": "through Assessment",
    "icc_index.Evidence": "through Assessment",
    "icc_index.Verdict": "through Assessment",
    "icc_index.Clarification": "through Assessment",
    "icc_index.ResearchArea": "through ResearchSource",
    "icc_index.Score": "through Result",
    "icc_index.Benchmark": "means over what is published",
    "icc_index.PublishedScore": "public",
    "strategy.AgendaItem": "through ProgrammeEvent",
    "strategy.Attendee": "through ProgrammeEvent",
    "strategy.Material": "through ProgrammeEvent",
    "strategy.EventTask": "through ProgrammeEvent",
    "strategy.Feedback": "through ProgrammeEvent",
    "strategy.FeedbackLink": "by its own secret link",
    "strategy.FeedbackAnswer": "never one by one: as figures of five answers and more",
    "strategy.Conclusion": "through ProgrammeEvent, and through the report of a city that it holds for",
    "strategy.Topic": "through EngagementSession",
    "strategy.Participant": "through EngagementSession, with Contact.visible_to for who it is",
    "strategy.ParticipantLink": "by its own secret link",
    "strategy.Presence": "through EngagementSession",
    "strategy.Tally": "through EngagementSession",
    "strategy.Note": "through EngagementSession",
    "strategy.MinutesVersion": "through EngagementSession",
    "strategy.Amendment": "through EngagementSession",
    "strategy.Ballot": "through RatingRound, or by its own secret link",
    "strategy.Withdrawal": "never shown: asked for a hash when somebody is added",
    "strategy.Rating": "counts of votes, shown as figures of groups of five and more",
    "strategy.MeetingItem": "through BodyMeeting",
    "strategy.MeetingPresence": "through BodyMeeting",
    "strategy.BodyDecision": "through BodyMeeting",
    "strategy.Narrative": "through CityStrategy",
    "strategy.Objective": "through CityStrategy",
    "strategy.Gap": "through CityStrategy",
    "strategy.CoDesign": "through PilotAction",
    "strategy.Measure": "through PilotAction",
    "strategy.Reading": "through PilotAction",
    "strategy.Responsibility": "through PilotAction",
    "strategy.Launch": "through ProgrammeEvent, or public once published",
    "strategy.LaunchInvitation": "through ProgrammeEvent, with Contact.visible_to for who it is",
    "strategy.Registration": "through ProgrammeEvent, or by its own secret link",
    "strategy.Article": "through Pact",
    "strategy.Commitment": "through Pact",
    "strategy.Signatory": "through Pact",
    "strategy.PactVersion": "through Pact, or by the link to a consultation or a signature",
    "strategy.PactComment": "through Pact",
    "strategy.ConsultationLink": "through Pact, or by its own secret link",
    "strategy.SignatureLink": "by its own secret link",
    "strategy.Signature": "through Pact",
    "strategy.Promise": "through Milestone",
    "strategy.MilestoneMove": "through Milestone",
    "strategy.Dependency": "through Milestone",
    "strategy.SentReminder": "never shown: asked before a reminder is sent",
    "strategy.DigestChoice": "one's own",
    "strategy.SentDigest": "never shown: asked before a digest is sent",
    "strategy.Carried": "through Assessment",
}


def test_every_model_is_reached_by_visible_to_or_needs_none():
    without = {label for label, model in MODELS.items() if not hasattr(model._default_manager.all(), "visible_to")}
    assert without == set(WITHOUT_VISIBLE_TO)


# Personal data -------------------------------------------------------------------------------------------------------

# Where it says who somebody is, or what somebody did. "theirs" goes when the account goes; "record" stays, for it tells
# what was decided by whom (the account is closed instead); "text" is written by people and may name anybody; "consent"
# is kept as long as its person agrees, "until" to the day that stands beside it.
PERSONAL_DATA = {
    "cities.User": {
        "email": "theirs",
        "name": "theirs",
        "language": "theirs",
        "password": "theirs",
        "last_login": "theirs",
        "date_joined": "theirs",
    },
    "cities.Membership": {"user": "theirs"},
    "cities.Invitation": {"email": "theirs", "invited_by": "record", "accepted_by": "record"},
    "epi.Event": {"by": "record", "comment": "text", "detail": "text", "subject_label": "text"},
    "epi.Job": {"payload": "text", "error": "text"},
    "icc_index.Answer": {"saved_by": "record", "explanation": "text"},
    "icc_index.AnswerRevision": {"by": "record", "explanation": "text"},
    "icc_index.Assessment": {"submitted_by": "record", "validated_by": "record", "published_by": "record"},
    "icc_index.Clarification": {"asked_by": "record", "replied_by": "record", "question": "text", "reply": "text"},
    "icc_index.Commentary": {"by": "record", "text": "text", "recommendation": "text"},
    "icc_index.Evidence": {"added_by": "record", "quote": "text"},
    "icc_index.ExpertAssignment": {"expert": "record"},
    "icc_index.IndicatorAssignment": {"user": "theirs"},
    "icc_index.Report": {"requested_by": "record"},
    "icc_index.ResearchSource": {"added_by": "record", "changed_by": "record", "summary": "text"},
    "icc_index.Result": {"frozen_by": "record"},
    "icc_index.TrendReport": {"requested_by": "record"},
    "icc_index.Verdict": {"by": "record", "reason": "text"},
    "cities.City": {"legal_powers": "text"},
    "cities.Programme": {"description": "text"},
    "strategy.ProgrammeEvent": {
        "created_by": "record",
        "cancelled_by": "record",
        "summary": "text",
        "notes": "text",
        "cancel_reason": "text",
    },
    "strategy.Attendee": {"email": "until", "account": "theirs"},
    "strategy.Material": {"added_by": "record"},
    "strategy.CityTask": {"done_by": "record", "note": "text"},
    "strategy.Feedback": {"opened_by": "record"},
    "strategy.FeedbackAnswer": {"text": "text"},
    "strategy.Conclusion": {"by": "record", "text": "text"},
    "strategy.Stakeholder": {"added_by": "record"},
    "strategy.Contact": {
        "former": "consent",
        "name": "consent",
        "email": "consent",
        "phone": "consent",
        "function": "consent",
        "language": "consent",
        "consent_recorded_by": "record",
    },
    "strategy.EngagementSession": {
        "created_by": "record",
        "purpose": "text",
        "state_reason": "text",
        "minutes": "text",
        "minutes_comment": "text",
    },
    "strategy.Topic": {"prompt": "text"},
    "strategy.Note": {"by": "record", "text": "text"},
    "strategy.MinutesVersion": {"by": "record", "text": "text"},
    "strategy.Amendment": {"decided_by": "record", "text": "text", "reason": "text"},
    "strategy.Finding": {"by": "record", "text": "text"},
    "strategy.RatingRound": {"opened_by": "record", "closed_by": "record"},
    "strategy.ChosenArea": {"chosen_by": "record", "reason": "text"},
    "strategy.CoordinatingBody": {"created_by": "record", "mandate": "text"},
    "strategy.Member": {"email": "until", "account": "theirs"},
    "strategy.BodyMeeting": {
        "created_by": "record",
        "minutes_final_by": "record",
        "minutes": "text",
        "cancel_reason": "text",
    },
    "strategy.MeetingItem": {"text": "text"},
    "strategy.BodyDecision": {"by": "record", "text": "text"},
    "strategy.BodyTask": {"created_by": "record", "done_by": "record", "note": "text"},
    "strategy.CityStrategy": {
        "created_by": "record",
        "published_by": "record",
        "closed_by": "record",
        "vision": "text",
        "resources": "text",
    },
    "strategy.Narrative": {"by": "record", "text": "text"},
    "strategy.Objective": {"created_by": "record", "description": "text", "root_cause": "text"},
    "strategy.Gap": {"words": "text"},
    "strategy.PilotAction": {
        "created_by": "record",
        "state_reason": "text",
        "description": "text",
        "outputs": "text",
        "learnt": "text",
    },
    "strategy.CoDesign": {"by": "record", "outcome": "text"},
    "strategy.Reading": {"by": "record", "note": "text"},
    "strategy.Launch": {"published_by": "record"},
    "strategy.Pact": {
        "created_by": "record",
        "preamble": "text",
        "sustainability": "text",
        "evaluation": "text",
    },
    "strategy.Article": {"text": "text"},
    "strategy.Commitment": {"text": "text"},
    "strategy.Signatory": {"email": "theirs", "account": "theirs"},
    "strategy.PactVersion": {"by": "record"},
    "strategy.ConsultationLink": {"created_by": "record"},
    "strategy.PactComment": {"decided_by": "record", "text": "text", "answer": "text"},
    "strategy.Signature": {"by": "record"},
    "strategy.MilestoneTemplate": {"description": "text"},
    "strategy.Milestone": {"created_by": "record", "description": "text", "proof": "text", "drop_reason": "text"},
    "strategy.Promise": {"by": "record", "reason": "text"},
    "strategy.MilestoneMove": {"by": "record", "reason": "text"},
    "strategy.Nudge": {"by": "record", "text": "text"},
    "strategy.DigestChoice": {"user": "theirs"},
    "strategy.SentDigest": {"user": "theirs"},
    "strategy.CalendarFeed": {"user": "theirs"},
    "strategy.Document": {"requested_by": "record"},
    "strategy.Carried": {"by": "record"},
}


def _is_personal(field: models.Field) -> bool:
    if field.related_model is get_user_model() and not field.many_to_many:
        return True
    return isinstance(field, models.EmailField | models.TextField | models.GenericIPAddressField)


def test_every_field_with_personal_data_is_in_the_inventory():
    found = {
        (label, field.name)
        for label, model in MODELS.items()
        for field in model._meta.get_fields()
        if field.concrete and _is_personal(field)
    }
    listed = {(label, name) for label, names in PERSONAL_DATA.items() for name in names}
    assert found - listed == set()
    assert {(label, name) for label, name in listed if not MODELS[label]._meta.get_field(name)} == set()


def test_what_is_a_record_outlives_the_account_and_what_is_theirs_does_not():
    kept = (models.PROTECT, models.RESTRICT)
    for label, names in PERSONAL_DATA.items():
        for name, fate in names.items():
            field = MODELS[label]._meta.get_field(name)
            if field.remote_field:
                assert (field.remote_field.on_delete in kept) == (fate == "record"), (label, name)


# Templates -----------------------------------------------------------------------------------------------------------

SHOWN_BY_PACKAGES = {"400.html", "403.html", "404.html", "429.html", "500.html"}


def _overrides_a_packages(name: str) -> bool:
    import django.forms

    folders = [Path(config.path) / "templates" for config in apps.get_app_configs() if config.name not in APPS]
    folders.append(Path(django.forms.__file__).parent / "templates")
    return any((folder / name).exists() for folder in folders)


def _is_named(name: str) -> bool:
    quoted = re.compile(rf"[\"']{re.escape(name)}[\"']")
    return any(quoted.search(text) for text in [*CODE.values(), *(path.read_text() for path in TEMPLATES.values())])


def _is_mail(name: str) -> bool:
    """Mail is named without its endings, and by icc_index.emails without its folder."""
    message = re.fullmatch(r"(.+/mail/(.+))\.(subject|body)\.txt", name)
    return bool(message) and (_is_named(message[1]) or hasattr(emails, message[2]) or _is_named(message[2]))


def _is_chapter(name: str) -> bool:
    """Chapters of reports and documents are named by their anchors."""
    chapter = re.fullmatch(r"(icc_index|strategy)/(report|documents)/([a-z]\w+)\.html", name)
    return bool(chapter) and any(
        f'"{chapter[3].replace("_", "-")}"' in text
        for path, text in CODE.items()
        if path.relative_to(PROJECT).parts[:2] in {(chapter[1], "reports"), (chapter[1], "documents")}
    )


def test_every_template_is_used():
    unused = {
        name
        for name in TEMPLATES
        if not any(test(name) for test in (_is_named, _is_mail, _is_chapter, _overrides_a_packages))
    }
    assert unused - SHOWN_BY_PACKAGES == set()


def test_every_mail_has_a_subject_and_a_body():
    messages = {re.sub(r"\.(subject|body)\.txt$", "", name) for name in TEMPLATES if name.endswith(".txt")}
    assert messages
    assert {name for name in TEMPLATES if name.endswith(".txt")} == {
        f"{message}.{part}.txt" for message in messages for part in ("subject", "body")
    }


# Help texts of forms are the code's own, never typed by people; Django's own template says the same.
MAY_SAY_SAFE = {"django/forms/field.html"}


def test_nothing_is_marked_safe_in_templates():
    marked = {name for name, path in TEMPLATES.items() if re.search(r"\|\s*safe(seq)?\b", path.read_text())}
    assert marked == MAY_SAY_SAFE


def test_only_plain_text_is_not_escaped():
    unescaped = {name for name, path in TEMPLATES.items() if "autoescape off" in path.read_text()}
    assert {name for name in unescaped if not name.endswith(".txt")} == set()


@pytest.mark.parametrize(
    "inline",
    [r"<style", r"\sstyle=", r"<script(?![^>]*\ssrc=)", r"\son[a-z]+=", r"javascript:", r"hx-on", r"hx-vals=.js:"],
)
def test_templates_hold_no_script_and_no_style(inline):
    assert {name for name, path in TEMPLATES.items() if re.search(inline, path.read_text(), re.IGNORECASE)} == set()


def test_nothing_is_marked_safe_in_code_but_where_it_is_reviewed():
    """format_html escapes what it is given; SafeString and mark_safe do not."""
    marked = {
        str(path.relative_to(PROJECT))
        for path, text in CODE.items()
        if re.search(r"mark_safe\(|\bSafeString\(|html_safe\(", text)
    }
    assert marked == {"icc_index/reports/chapters/_common.py", "icc_index/reports/words.py"}


# Views ---------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", OURS)
def test_view_states_its_methods(name, admin):
    browser = Client()
    browser.force_login(admin, backend="allauth.account.auth_backends.AuthenticationBackend")
    path = path_of(OURS[name])
    for method in ("PUT", "PATCH", "DELETE", "TRACE", "OPTIONS"):
        response = browser.generic(method, path)
        assert response.status_code == 405, method
        allowed = {one.strip() for one in response.headers["Allow"].split(",")}
        assert allowed in ({"GET"}, {"GET", "HEAD"}, {"POST"}, {"GET", "POST"})


@pytest.mark.parametrize("path", ["/", "/cities/testville/", "/method/", "/privacy/", "/healthz", "/readyz"])
def test_public_pages_answer_those_who_only_look_whether_they_are_there(path, client, city):
    assert client.head(path).status_code == 200


# Lists: the same number of queries for one row and for three -------------------------------------------------------


# Signed in, two of these are the session's and the person's.
QUERIES = {
    "home": 15,
    "home of an administrator": 8,
    "review queue": 7,
    "programme": 9,
    "overview": 3,
    "city": 10,
    "people": 6,
    "account": 3,
    "assignments": 6,
    "experts": 6,
    "check": 5,
    "history": 5,
    "reports": 5,
}


@pytest.fixture
def another(edition, admin, expert, programme) -> Callable[[Status], City]:
    """`another(status)`: one more city of the programme, with an assessment that the expert judges, at that status."""

    def make(status: Status) -> City:
        city = make_city(f"city-{City.objects.count()}")
        programme.cities.add(city)
        lead = make_user(f"lead-of-{city.slug}", Role.LEAD, city)
        assessment = start(city, edition, lead)
        assessments.assign_expert(assessment=assessment, expert=expert, by=admin)
        bring_to(assessment, status, lead=lead, expert=expert)
        return city

    return make


@pytest.fixture
def counted(sign_in, django_assert_num_queries) -> Callable:
    """Ask for a page as somebody and count, once the questionnaire is in the cache."""

    def count(number: int, user, path: str):
        browser = sign_in(user)
        browser.get(path)
        with django_assert_num_queries(number):
            return browser.get(path)

    return count


ROWS = pytest.mark.parametrize("rows", [1, 3])


@ROWS
def test_home_costs_the_same(rows, counted, assessment, lead, edition):
    for year in range(2022, 2021 + rows):
        start(assessment.city, edition, lead, year)
    page = counted(QUERIES["home"], lead, reverse("home"))
    assert len(page.context["items"]) == rows


@ROWS
def test_home_of_an_administrator_costs_the_same(rows, counted, at, admin, another, assessment):
    at(Status.SUBMITTED)
    for _row in range(rows - 1):
        another(Status.SUBMITTED)
    assessment.expert_assignments.model.objects.all().delete()
    page = counted(QUERIES["home of an administrator"], admin, reverse("home"))
    assert len(page.context["without_expert"]) == rows


@ROWS
def test_review_queue_costs_the_same(rows, counted, at, expert, another):
    at(Status.SUBMITTED)
    for _row in range(rows - 1):
        another(Status.IN_REVIEW)
    page = counted(QUERIES["review queue"], expert, reverse("review_queue"))
    assert len(page.context["queue"]) == rows


@ROWS
def test_programme_costs_the_same(rows, counted, at, network, programme, another):
    at(Status.VALIDATED)
    for _row in range(rows - 1):
        another(Status.SUBMITTED)
    for position in range(rows):
        programme.steps.create(position=position, name="Workshop", starts_on="2020-02-04", ends_on="2020-02-06")
        programme.partners.add(Organisation.objects.create(name=f"Partner {position}", kind="other", country="PL"))
    page = counted(QUERIES["programme"], network, programme.get_absolute_url())
    assert len(page.context["rows"]) == rows


@ROWS
def test_overview_costs_the_same(rows, counted, at, another):
    at(Status.PUBLISHED)
    for _row in range(rows - 1):
        another(Status.PUBLISHED)
    for _row in range(rows):
        another(Status.DRAFT)
    page = counted(QUERIES["overview"], None, reverse("overview"))
    assert len(page.context["page"]) == rows


@ROWS
def test_page_of_a_city_costs_the_same(rows, counted, at, city, lead, expert, edition, admin):
    at(Status.PUBLISHED)
    for year in range(2022, 2021 + rows):
        later = start(city, edition, lead, year)
        assessments.assign_expert(assessment=later, expert=expert, by=admin)
        bring_to(later, Status.PUBLISHED, lead=lead, expert=expert)
    for number in range(rows):
        source = {"source_url": "https://example.org"}
        city.figures.create(kind="population", year=2018 + number, value=1000, definition="Residents", **source)
        city.published_scores.create(year=2010 + number, index_version="1", subject="core_index", score=50, **source)
    page = counted(QUERIES["city"], None, city.get_absolute_url())
    assert (len(page.context["figures"]), 1 + len(page.context["earlier"])) == (rows, rows)


@ROWS
def test_people_page_costs_the_same(rows, counted, city, lead):
    for number in range(rows - 1):
        make_user(f"viewer-{number}", Role.VIEWER, city)
    for number in range(rows):
        people_actions.invite(city=city, email=f"new-{number}@example.org", role=Role.VIEWER, by=lead)
    page = counted(QUERIES["people"], lead, reverse("city_people", args=[city.slug]))
    assert (len(page.context["memberships"]), len(page.context["invitations"])) == (rows, rows)


@ROWS
def test_account_costs_the_same(rows, counted, viewer):
    for _row in range(rows - 1):
        viewer.memberships.create(role=Role.VIEWER, city=make_city(f"city-{City.objects.count()}"))
    page = counted(QUERIES["account"], viewer, reverse("account"))
    assert len(page.context["grants"]) == rows


@ROWS
def test_assignments_cost_the_same(rows, counted, assessment, city, lead, instrument):
    people = [lead, *(make_user(f"contributor-{number}", Role.CONTRIBUTOR, city) for number in range(rows - 1))]
    for area in instrument.indicators[: rows * 2]:
        assessments.assign_indicator(assessment=assessment, indicator=area, users=people, by=lead)
    page = counted(QUERIES["assignments"], lead, reverse("assignments", args=[assessment.pk]))
    assert len(page.context["rows"][0][1]["users"]) == rows


@ROWS
def test_experts_page_costs_the_same(rows, counted, assessment, expert, admin):
    for number in range(rows - 1):
        other = make_user(f"expert-{number}", Role.EXPERT)
        assessments.assign_expert(assessment=assessment, expert=other, by=admin)
    page = counted(QUERIES["experts"], admin, reverse("assessment_experts", args=[assessment.pk]))
    assert len(page.context["assigned"]) == rows


@ROWS
def test_check_page_costs_the_same(rows, counted, assessment, lead):
    for number in range(1, rows + 1):
        save(assessment, lead, **{f"COM{number}": "yes"})
        answer_to(assessment, f"COM{number}").evidence.create(title="Plan", url="https://example.org", added_by=lead)
    page = counted(QUERIES["check"], lead, reverse("check", args=[assessment.pk]))
    assert sum(row.evidence for section in page.context["sections"] for row in section.rows) == rows


@ROWS
def test_history_costs_the_same(rows, counted, assessment, lead, contributor):
    for value in ["yes", "no", "unknown"][:rows]:
        save(assessment, lead if value == "yes" else contributor, COM1=value)
    page = counted(QUERIES["history"], lead, reverse("history", args=[assessment.pk, "commitment", "COM1"]))
    assert len(page.context["revisions"]) == rows


@ROWS
def test_reports_cost_the_same(rows, counted, at, lead):
    assessment = at(Status.VALIDATED)
    for _row in range(rows):
        request_report(result=assessment.results.get(), language="en", by=lead)
        Job.objects.filter(state="queued").update(state="done", finished_at=assessment.status_since)
    page = counted(QUERIES["reports"], lead, reverse("reports", args=[assessment.pk]))
    assert len(page.context["reports"]) == rows


# Documents that are made from the code -------------------------------------------------------------------------------


def test_generated_documents_are_up_to_date():
    call_command("generate_docs", "--check")


def test_outdated_document_is_told_and_nothing_written(tmp_path, settings):
    settings.BASE_DIR = tmp_path
    with pytest.raises(CommandError, match=r"docs/workflow\.md, docs/permissions\.md") as refused:
        call_command("generate_docs", "--check")
    assert refused.value.returncode == 1
    assert list(tmp_path.iterdir()) == []
    call_command("generate_docs")
    call_command("generate_docs", "--check")
    assert {path.name for path in (tmp_path / "docs").iterdir()} == {"workflow.md", "permissions.md"}


def test_glossary_has_the_words_of_the_models():
    """Those of one word, and those of two that people read; the rest are parts of these, such as revisions."""
    glossary = (PROJECT / "docs" / "domain.md").read_text()
    names = {str(model._meta.verbose_name) for model in MODELS.values()}
    words = {name for name in names if " " not in name} | {"profile figure", "published score"}
    assert words - {word for word in words if word in glossary} == set()
