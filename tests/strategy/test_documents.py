"""PDFs of strategies, pacts, minutes and programmes: who may ask, what they tell, once each, safe to repeat."""

from datetime import UTC, date, datetime
from io import BytesIO

import pytest
from django.urls import reverse
from django.utils import timezone, translation
from lxml.html import fromstring
from pypdf import PdfReader

from epi import jobs
from epi.errors import CannotBeDone, NotAllowed
from epi.models import Job
from strategy.documents import actions
from strategy.documents.models import Document
from strategy.documents.render import TELLING, file_name, html_of, render, render_document
from strategy.models import (
    BodyDecision,
    BodyMeeting,
    BodyTask,
    CoDesign,
    Gap,
    Measure,
    MeetingItem,
    MeetingPresence,
    Narrative,
    Nudge,
    PactVersion,
    Promise,
    Reading,
    Responsibility,
    Signatory,
    Signature,
)
from tests.factories import (
    make_action,
    make_body,
    make_city,
    make_member,
    make_milestone,
    make_objective,
    make_pact,
    make_stakeholder,
    make_strategy,
)
from tests.icc_index.pages import text

CONTENT = {
    "title": "Pact for Testville",
    "preamble": "We live together.",
    "sustainability": "The city pays from 2023 on.",
    "lasting": [{"action": "Open the courtyards", "owner": "Housing office", "budget": "900.00", "source": "City"}],
    "articles": [
        {
            "title": "Housing",
            "text": "Homes are open to all.",
            "commitments": [
                {
                    "text": "Ten flats a year",
                    "signatory": "City of Testville",
                    "actions": ["Open the courtyards"],
                    "subjects": ["education"],
                }
            ],
        }
    ],
    "signatories": [{"name": "City of Testville", "represented_by": "Eva Muster", "function": "Mayor"}],
}


@pytest.fixture
def plan(city, coordinator):
    """A strategy with something of everything."""
    strategy = make_strategy(city, coordinator, vision="A city of all.", leader="The mayor", budget=50_000)
    Narrative.objects.create(strategy=strategy, language="pl", text="Miasto dla wszystkich.", by=coordinator)
    objective = make_objective(strategy, root_cause="Rents are high.")
    Gap.objects.create(objective=objective, kind="indicator", subject="housing", words="Housing", score="41.5")
    action = make_action(objective, budget=1_200, starts_on=date(2021, 7, 1), after_owner="Housing office")
    action.designers.add(make_stakeholder(city, coordinator))
    CoDesign.objects.create(
        action=action, held_on="2021-07-05", form="workshop", outcome="A plan of three yards", by=coordinator
    )
    measure = Measure.objects.create(action=action, name="Yards in use", baseline=1, baseline_on="2021-06-01")
    Reading.objects.create(measure=measure, read_on="2021-12-01", value=3, by=coordinator)
    member = make_member(make_body(city, coordinator))
    Responsibility.objects.create(action=action, member=member, duty="accountable")
    make_milestone(city, coordinator, "First yard open", process="action", action=action, due_on=date(2021, 9, 1))
    return strategy


@pytest.fixture
def version(city, coordinator):
    """A pact that everybody has signed, as it was adopted."""
    pact = make_pact(city, coordinator, state="signed", adopted_by="Council", adopted_on=date(2021, 11, 1))
    version = PactVersion.objects.create(
        pact=pact, number=1, reason="adoption", content=CONTENT, hash="ab" * 32, by=coordinator
    )
    signatory = Signatory.objects.create(pact=pact, position=1, kind="body", name="City of Testville")
    Signature.objects.create(
        signatory=signatory, version_signed=version, hash=version.hash, signed_as="City of Testville, Eva Muster, Mayor"
    )
    return version


@pytest.fixture
def meeting(city, coordinator):
    """A meeting with final minutes."""
    body = make_body(city, coordinator)
    begins = datetime(2021, 9, 3, 12, tzinfo=UTC)
    meeting = BodyMeeting.objects.create(
        body=body,
        title="Second meeting",
        starts_at=begins,
        ends_at=begins.replace(hour=14),
        place="Town hall",
        state="held",
        minutes="The yards were discussed.",
        minutes_final_at=timezone.now(),
        minutes_final_by=coordinator,
        created_by=coordinator,
    )
    member = make_member(body)
    MeetingPresence.objects.create(meeting=meeting, member=member, presence="present")
    item = MeetingItem.objects.create(meeting=meeting, position=1, title="Yards")
    BodyDecision.objects.create(meeting=meeting, item=item, number=1, text="Three yards open.", by=coordinator)
    BodyTask.objects.create(
        body=body, meeting=meeting, title="Find keys", owner=member, due_on=date(2021, 10, 1), created_by=coordinator
    )
    return meeting


@pytest.fixture
def followed(programme, city, coordinator, network):
    """A programme with an overdue milestone that moved, and a reminder."""
    milestone = make_milestone(city, coordinator, programme=programme, due_on=date(2021, 8, 11))
    Promise.objects.filter(milestone=milestone).update(due_on=date(2021, 6, 30))
    Promise.objects.create(milestone=milestone, due_on=date(2021, 8, 11), reason="Holidays", by=coordinator)
    Nudge.objects.create(programme=programme, city=city, text="Please name a day.", by=network, on=date(2021, 9, 1))
    return programme


@pytest.fixture
def subjects(plan, version, followed):
    return {"strategy": plan, "pact": version, "status": followed}


def words_of(subject, by, language="en") -> str:
    document = actions.request_document(subject=subject, language=language, by=by)
    with translation.override(language):
        html, _hash = html_of(document)
    return " ".join(" ".join(fromstring(html).find("body").itertext()).split())


# What they tell ------------------------------------------------------------------------------------------------------
def test_strategy_tells_all_that_belongs_to_it(plan, coordinator):
    said = words_of(plan, coordinator)
    for words in (
        "A city of all.",
        "Sustainability Partly 0 of 1 action",
        "Miasto dla wszystkich.",
        "50,000 euros",
        "Homes without barriers",
        "Indicator: Housing (42)",
        "Rents are high.",
        "Open the courtyards",
        "1,200 euros",
        "Open House",
        "A plan of three yards",
        "Yards in use",
        "First yard open",
        "Overdue",
        "Maria Muster",
        "Housing office",
    ):
        assert words in said, words


def test_empty_strategy_says_what_is_missing(city, coordinator):
    said = words_of(make_strategy(city, coordinator), coordinator)
    assert "Nothing is written yet." in said
    assert said.count("No objective in this area.") == 3
    assert "No pilot action yet." in said


def test_pact_is_told_from_its_stored_version_alone(version, coordinator, instrument):
    version.pact.articles.create(position=1, title="Added later", text="Not signed.")
    said = words_of(version, coordinator)
    for words in (
        "We live together.",
        "Homes are open to all.",
        "Ten flats a year",
        f"Open the courtyards ; {instrument.subject_name('education')}",
        "The city pays from 2023 on.",
        "Open the courtyards Housing office 900 City",
        "City of Testville, Eva Muster, Mayor",
        "ab" * 32,
    ):
        assert words in said, words
    assert "Added later" not in said


def test_minutes_tell_who_was_there_and_what_was_decided(meeting, coordinator):
    said = words_of(meeting, coordinator)
    for words in ("Present Maria Muster (Adviser)", "The yards were discussed.", "Three yards open.", "Find keys"):
        assert words in said, words
    assert "3 September 2021, 14:00 – 16:00" in said  # in the city's own time


def test_status_report_tells_lights_slippage_and_reminders(followed, network):
    said = words_of(followed, network)
    assert "Testville Overdue 0 of 1" in said
    assert "Testville Mandate given Overdue 30 Jun 2021 11 Aug 2021 +42" in said
    assert "Please name a day." in said


@pytest.mark.parametrize("kind", ["strategy", "pact", "minutes", "status"])
def test_document_about_something_that_is_gone_says_so(kind, db):
    with pytest.raises(CannotBeDone):
        TELLING[kind](Document(kind=kind, subject_id=999, language="en"))


# Made in the background, once ----------------------------------------------------------------------------------------
def test_job_makes_a_tagged_pdf_once(plan, coordinator):
    document = actions.request_document(subject=plan, language="pl", by=coordinator)
    assert jobs.run(str(document.job_id))
    document.refresh_from_db()
    with document.file.open("rb") as file:
        reader = PdfReader(BytesIO(file.read()))
    assert (document.pages, len(document.data_hash)) == (len(reader.pages), 64)
    assert reader.trailer["/Root"]["/MarkInfo"]["/Marked"]
    assert reader.trailer["/Root"]["/Lang"] == "pl"
    assert "Living together" in reader.metadata.title
    before = document.file.name
    render_document(lambda per_cent: None, document_id=str(document.pk))
    document.refresh_from_db()
    assert document.file.name == before


def test_same_rows_give_the_same_bytes(version, coordinator):
    document = actions.request_document(subject=version, language="en", by=coordinator)
    assert render(document) == render(document)


def test_asking_again_while_it_is_made_gives_the_same(plan, coordinator):
    first = actions.request_document(subject=plan, language="en", by=coordinator)
    assert actions.request_document(subject=plan, language="en", by=coordinator) == first
    assert actions.request_document(subject=plan, language="pl", by=coordinator) != first
    assert Document.objects.count() == 2


def test_minutes_that_may_change_are_not_printed(meeting, coordinator):
    meeting.minutes_final_at = meeting.minutes_final_by = None
    meeting.save()
    with pytest.raises(NotAllowed):
        actions.request_document(subject=meeting, language="en", by=coordinator)
    assert Document.objects.count() == 0


def test_unknown_language_is_refused(plan, coordinator):
    with pytest.raises(CannotBeDone):
        actions.request_document(subject=plan, language="xx", by=coordinator)
    assert (Document.objects.count(), Job.objects.count()) == (0, 0)


def test_file_is_named_by_what_it_is(plan, coordinator):
    document = actions.request_document(subject=plan, language="en", by=coordinator)
    assert file_name(document) == f"strategy-testville-{plan.pk}-en.pdf"


# Pages ---------------------------------------------------------------------------------------------------------------
def test_page_offers_what_there_is_and_asks(plan, version, viewer, sign_in):
    page = reverse("documents", args=["testville"])
    browser = sign_in(viewer)
    offered = [label for _value, label in browser.get(page).context["form"].fields["subject"].choices]
    assert offered == [
        "City Integration Strategy: Living together",
        "City Integration Pact: Pact for Testville, 1 (As adopted)",
    ]
    answer = browser.post(page, {"subject": f"pact-{version.pk}", "language": "pl"})
    document = Document.objects.get()
    assert (answer.status_code, answer.url) == (302, document.get_absolute_url())
    assert (document.kind, document.subject_id, document.language) == ("pact", version.pk, "pl")
    assert "Waiting for its turn" in text(browser.get(answer.url), "#main")


def test_choice_that_is_not_offered_is_refused_and_comes_back(plan, coordinator, sign_in):
    page = reverse("documents", args=["testville"])
    answer = sign_in(coordinator).post(page, {"subject": "strategy-999", "language": "en"})
    assert answer.status_code == 422
    assert Document.objects.count() == 0


def test_city_without_anything_to_print_says_when_there_will_be(city, coordinator, sign_in):
    said = text(sign_in(coordinator).get(reverse("documents", args=["testville"])), "#main")
    assert "Nothing to print yet" in said


def test_failed_document_says_so(plan, coordinator, sign_in):
    document = actions.request_document(subject=plan, language="en", by=coordinator)
    Job.objects.filter(pk=document.job_id).update(state="failed", finished_at=timezone.now())
    assert "could not be made" in text(sign_in(coordinator).get(document.get_absolute_url()), "#main")


@pytest.mark.parametrize("number", [1, 3])
def test_page_of_documents_costs_the_same_however_many(number, plan, coordinator, sign_in, django_assert_num_queries):
    for language in ("en", "pl"):
        actions.request_document(subject=plan, language=language, by=coordinator)
    Job.objects.update(state="done", finished_at=timezone.now())
    for _again in range(number):
        actions.request_document(subject=plan, language="en", by=coordinator)
        Job.objects.update(state="done", finished_at=timezone.now())
    browser = sign_in(coordinator)
    with django_assert_num_queries(8):
        browser.get(reverse("documents", args=["testville"]))


# The public pact -----------------------------------------------------------------------------------------------------
def test_public_pact_is_made_once_and_read_by_everybody(version, client):
    assert actions.make_public_pacts() == 2
    assert actions.make_public_pacts() == 0
    page = reverse("pact_pdf", args=["testville", "pl"])
    assert client.get(page).status_code == 404  # not made yet
    for document in Document.objects.all():
        jobs.run(str(document.job_id))
    answer = client.get(page)
    assert (answer.status_code, answer["Content-Type"]) == (200, "application/pdf")
    assert b"".join(answer.streaming_content).startswith(b"%PDF-1.7")
    assert "The pact as a PDF (Polish)" in text(client.get("/cities/testville/"), "#main")


def test_version_whose_signatures_are_void_is_not_printed_for_everybody(version):
    Signature.objects.update(void_at=timezone.now(), void_reason="Taken back")
    assert actions.make_public_pacts() == 0


@pytest.mark.parametrize("number", [1, 3])
def test_looking_for_pacts_to_print_costs_the_same_however_many(number, version, django_assert_num_queries):
    signatory = Signatory.objects.get()
    for more in range(2, number + 1):
        pact = make_pact(make_city(f"town-{more}"), version.by, state="signed", adopted_by="x", adopted_on="2021-11-01")
        theirs = PactVersion.objects.create(
            pact=pact, number=1, reason="adoption", content=CONTENT, hash="ab" * 32, by=version.by
        )
        signatory.pk, signatory.pact = None, pact
        signatory.save()
        Signature.objects.create(signatory=signatory, version_signed=theirs, hash=theirs.hash, signed_as="Mayor")
    assert actions.make_public_pacts() == 2 * number
    with django_assert_num_queries(2):
        assert actions.make_public_pacts() == 0


def test_pact_that_is_not_signed_has_no_public_pdf(version, client):
    version.pact.state = "adopted"
    version.pact.save()
    assert actions.make_public_pacts() == 0
    assert client.get(reverse("pact_pdf", args=["testville", "pl"])).status_code == 404
