"""The assessment report: what it says, who may have it, and that the same data give the same document."""

import io
from html import unescape

import page
import pytest
from django.core.management import CommandError, call_command
from django.urls import reverse
from django.utils import translation
from pypdf import PdfReader

from epi import jobs
from epi.errors import CannotBeDone, NotAllowed
from epi.models import Event, Job, JobState
from icc_index import scoring
from icc_index.actions import answering, assessments, reviewing
from icc_index.actions.reports import request_report
from icc_index.enums import Layer, Status
from icc_index.models import Answer, Assessment, Benchmark, Evidence, Report, Result, Score
from icc_index.reports import data, render, words
from icc_index.reports.chapters import advice, every_answer
from tests.factories import best_values, bring_to, confirm_all, judge, save, start

POLISH = "Zażółć gęślą jaźń: ąćęłńóśźż"
REASON = "The statement is of 2009 and was never renewed."
QUOTE = "Diversity is an asset."
LONG = "The city keeps a record of it. " * 320  # close to what the form takes


@pytest.fixture
def validated(assessment, instrument, lead, expert) -> Assessment:
    """An assessment with everything that a report can show: long and strange texts, evidence, an adjustment."""
    save(assessment, lead, **best_values(instrument))
    save(assessment, lead, explanation=POLISH, COM1="yes")
    save(assessment, lead, explanation=LONG[:10_000], COM2="yes")
    save(assessment, lead, explanation="x" * 300 + " <b>not bold</b>", COM3="partly")
    save(assessment, lead, explanation="المدينة ترحب بالجميع", COM4="unknown")
    nothing_applies = {question.code: "na" for question in instrument.by_code["language"].questions}
    save(assessment, lead, **nothing_applies)
    answer = Answer.objects.get(assessment=assessment, question_id=instrument.questions["COM1"].pk)
    add = {"answer": answer, "title": "Statement", "url": "https://example.org/statement.pdf"}
    answering.add_evidence(**add, page=12, quote=QUOTE, by=lead, is_assigned=False)
    bring_to(assessment, Status.IN_REVIEW, lead=lead, expert=expert)
    judge(assessment, expert, "COM1", value="no", reason=REASON)
    comment = {"assessment": assessment, "base_version": 0, "by": expert}
    area = instrument.by_code["education"]
    reviewing.comment(**comment, indicator=area, text="Schools do much.", recommendation="Ask the parents.")
    reviewing.comment(**comment, indicator=None, text="A city on its way.", recommendation="Go on.")
    confirm_all(assessment, expert)
    reviewing.validate(assessment=assessment, by=expert)
    assessment.refresh_from_db()
    return assessment


@pytest.fixture
def result(validated) -> Result:
    return Result.objects.current().get(assessment=validated)


@pytest.fixture
def requested(result, lead) -> Report:
    return request_report(result=result, language="en", by=lead)


@pytest.fixture
def short(settings) -> None:
    """A report of one chapter, for tests that are not about what it says."""
    settings.EPI_REPORT_CHAPTERS = ["icc_index.reports.chapters.city_overview"]


@pytest.fixture
def made(requested, short) -> Report:
    """A report that a worker has made."""
    jobs.run(str(requested.job_id))
    requested.refresh_from_db()
    return requested


def html_of(result: Result, language: str = "en") -> str:
    """What the report says before it is typeset: as text, with characters as people read them."""
    with translation.override(language):
        html, _data_hash = render._html(result, language, lambda per_cent: None)
    return unescape(html)


def hash_of(result: Result, language: str = "en") -> str:
    with translation.override(language):
        return render._html(result, language, lambda per_cent: None)[1]


def text_of(content: bytes) -> list[str]:
    return [" ".join(page.extract_text().split()) for page in PdfReader(io.BytesIO(content)).pages]


# What it says -------------------------------------------------------------------------------------------------------


def test_pdf_holds_the_index_the_adjustment_and_what_was_written(result):
    rendered = render.render(result, "en")
    pages = text_of(rendered.content)
    whole = " ".join(pages)
    assert rendered.pages == len(pages) > 20
    core = scoring.rounded(data.collect(result, "en").score("core_index"), 0)
    assert f"{core} of 100" in whole
    assert POLISH in whole
    assert "Adjusted by the experts" in whole
    assert REASON in whole
    assert QUOTE in whole
    assert "<b>not bold</b>" in whole
    assert "x" * 60 in whole
    for wanted in ("Schools do much.", "Ask the parents.", "A city on its way.", "Go on."):
        assert wanted in whole
    assert rendered.data_hash[:16] in pages[-1]
    assert "TESTVILLE-2021-1-EN" in pages[-1]
    assert "Testville · ICC Index 2021" in pages[1]
    assert f"Page 2 of {len(pages)}" in pages[1]
    for indicator in data.collect(result, "en").instrument.indicators:
        assert f"{indicator.name}...." in pages[1].replace(" .", ".")
    assert not any("Sample data" in one for one in pages)
    checked = page.validate_pdf_bytes(rendered.content, profile=page.ValidationProfile.PDF_UA_1)
    assert [failure.message for failure in checked.failures] == []


def test_sample_data_is_named_on_every_page(result):
    Assessment.objects.update(is_sample=True)
    pages = text_of(render.render(result, "pl").content)
    with translation.override("pl"):
        label = str(translation.gettext("Sample data"))
    assert all(label in one for one in pages)


def test_area_without_a_score_says_so(result):
    html = html_of(result)
    language = html[html.index('id="area-language"') : html.index('id="area-media_communication"')]
    assert "this area has no score" in language
    assert "<svg" not in language


def test_every_answer_is_told_and_listed(result, instrument):
    html = html_of(result)
    for code, question in instrument.questions.items():
        assert html.count(f'<span class="code">{code}</span>') >= 1
        assert html.count(question.text) >= 2


def test_adjusted_answer_shows_both_values_and_the_reason(result):
    html = html_of(result)
    told = html[html.index('<span class="code">COM1</span>') : html.index('<span class="code">COM2</span>')]
    assert "<dt>The city's answer</dt><dd>Yes</dd>" in told
    assert "<dt>Validated answer</dt><dd><strong>No</strong></dd>" in told
    assert REASON in told


def test_contributions_of_an_area_add_up_to_its_score(result):
    report_input = data.collect(result, "en")
    for indicator in report_input.instrument.indicators:
        rows = every_answer._annex_rows(report_input, indicator)
        parts = [float(row.contribution) for row in rows if row.contribution != words.NOTHING]
        score = report_input.score(indicator.code)
        assert round(sum(parts), 2) == (float(scoring.rounded(score)) if score is not None else 0)


def test_suggestions_are_made_where_the_score_lost_most(result):
    report_input = data.collect(result, "en")
    commitment = report_input.instrument.by_code["commitment"]
    suggested = advice._suggestions(report_input, commitment)
    assert [one.code for one in suggested] == ["COM1", "COM4"]
    assert [one.to_gain for one in suggested] == ["10.0", "10.0"]


def test_mean_is_shown_from_five_cities_on(result, edition):
    row = Benchmark.objects.create(
        edition=edition, is_sample=False, subject="core_index", mean="61.5", cities=data.FEWEST_CITIES - 1
    )
    assert "It lies above the mean" not in html_of(result)
    row.cities = data.FEWEST_CITIES
    row.save()
    assert "above the mean of 5 cities, which is 62" in html_of(result)


def test_earlier_result_of_the_same_edition_stands_beside(result, city, edition, lead, expert, admin):
    earlier = start(city, edition, lead, year=2018)
    assessments.assign_expert(assessment=earlier, expert=expert, by=admin)
    bring_to(earlier, Status.VALIDATED, lead=lead, expert=expert)
    assert "In 2018 it was 0" in html_of(result)


def test_score_published_elsewhere_stands_beside_with_its_source(result, city):
    city.published_scores.create(
        year=2021, index_version="2019+", subject="core_index", score=67, source_url="https://example.org/report"
    )
    html = html_of(result)
    assert "Scores that others published" in html
    assert "https://example.org/report" in html


@pytest.mark.parametrize(
    ("text", "printed"),
    [
        ("", ""),
        ("<script>", '<div class="told" dir="ltr"><p>&lt;script&gt;</p></div>'),
        ("one\n\ntwo", '<div class="told" dir="ltr"><p>one</p>\n\n<p>two</p></div>'),
        ("12 مرحبا", '<div class="told" dir="rtl"><p>12 مرحبا</p></div>'),
    ],
)
def test_what_people_wrote_is_escaped_and_keeps_its_direction(text, printed):
    assert words.told(text) == printed


def test_figures_are_written_as_the_language_does():
    with translation.override("pl"):
        assert words.figure(scoring.Fraction(200, 3), 2) == "66,67"
        assert words.difference(scoring.Fraction(1), scoring.Fraction(3, 2), 1) == "−0,5"
    assert words.figure(None) == words.NOTHING
    assert words.difference(scoring.Fraction(1), None) == words.NOTHING
    assert words.difference(scoring.Fraction(2), scoring.Fraction(2)) == "0"


# The same data, the same document -----------------------------------------------------------------------------------


def test_same_data_give_the_same_hash_and_the_same_bytes(result, short):
    assert render.render(result, "en") == render.render(result, "en")


def test_languages_differ_and_say_which_they_are(result, short):
    english, polish = render.render(result, "en"), render.render(result, "pl")
    assert english.data_hash != polish.data_hash
    for rendered, language in ((english, "en"), (polish, "pl")):
        assert PdfReader(io.BytesIO(rendered.content)).trailer["/Root"]["/Lang"] == language


@pytest.mark.parametrize(
    "change",
    [
        lambda: Answer.objects.filter(explanation=POLISH).update(explanation="Other"),
        lambda: Evidence.objects.update(page=13),
        lambda: Evidence.objects.all().delete(),
        lambda: Assessment.objects.update(is_sample=True),
        lambda: Result.objects.update(number=2),
    ],
)
def test_whatever_the_report_shows_changes_the_hash(result, change):
    before = hash_of(result)
    change()
    assert hash_of(result) != before


def test_chapters_of_other_apps_are_asked_and_count_in_the_hash(result, settings, monkeypatch):
    before = hash_of(result)
    settings.EPI_REPORT_CHAPTERS = [
        *settings.EPI_REPORT_CHAPTERS,
        f"{__name__}.strategy_chapter",
        f"{__name__}.no_chapter",
    ]
    assert "What the strategy says" in html_of(result)
    after = hash_of(result)
    assert after != before
    monkeypatch.setattr(f"{__name__}.PRIORITY", "jobs")
    assert hash_of(result) != after


PRIORITY = "housing"


def strategy_chapter(report_input):
    return data.Chapter("What the strategy says", words.told("Much"), "strategy", data={"priority": PRIORITY})


def no_chapter(report_input):
    return None


# Gathering ----------------------------------------------------------------------------------------------------------


def test_data_are_gathered_in_few_queries(result, django_assert_num_queries):
    data.collect(result, "en")
    with django_assert_num_queries(9):
        data.collect(result, "en")


def test_scores_that_are_not_the_frozen_ones_are_refused(result):
    Score.objects.filter(result=result, layer=Layer.VALIDATED, subject="lens").update(exact="1/2", value="0.5")
    with pytest.raises(ValueError, match="stored and computed scores differ: validated:lens"):
        data.collect(result, "en")


def test_earlier_result_has_no_report_any_more(result, validated, expert):
    reviewing.reopen(assessment=validated, reason="A mistake", by=expert)
    with pytest.raises(CannotBeDone):
        data.collect(result, "en")
    reviewing.validate(assessment=validated, by=expert)
    with pytest.raises(CannotBeDone):
        data.collect(result, "en")


# Asking and making --------------------------------------------------------------------------------------------------


def test_request_is_queued_and_recorded(requested, validated, lead):
    assert requested.job.state == JobState.QUEUED
    assert requested.job.payload == {"report_id": str(requested.pk)}
    event = Event.objects.about(validated).first()
    assert (event.kind, event.by, event.detail["report"]) == ("report.requested", lead, str(requested.pk))


def test_second_request_gives_the_report_that_is_being_made(requested, result, lead, partner):
    assert request_report(result=result, language="en", by=partner) == requested
    assert request_report(result=result, language="pl", by=lead) != requested
    assert Report.objects.count() == Job.objects.filter(kind__endswith="render_report").count() == 2


def test_request_after_one_is_ready_makes_another(made, result, lead):
    assert request_report(result=result, language="en", by=lead) != made


def test_request_is_refused_while_the_assessment_is_not_validated(lead, reopened_result):
    with pytest.raises(NotAllowed):
        request_report(result=reopened_result, language="en", by=lead)


@pytest.fixture
def reopened_result(validated, expert) -> Result:
    """A result whose assessment is under review again."""
    reviewing.reopen(assessment=validated, reason="A mistake", by=expert)
    return Result.objects.get(assessment=validated)


def test_request_is_refused_for_an_earlier_result_and_an_unknown_language(result, validated, lead, expert):
    with pytest.raises(CannotBeDone):
        request_report(result=result, language="tlh", by=lead)
    reviewing.reopen(assessment=validated, reason="A mistake", by=expert)
    reviewing.validate(assessment=validated, by=expert)
    with pytest.raises(CannotBeDone):
        request_report(result=result, language="en", by=lead)


def test_made_report_has_its_file_hash_and_pages(made, result):
    assert made.job.state == JobState.DONE
    assert made.data_hash == hash_of(result)
    with made.file.open("rb") as file:
        assert made.pages == len(PdfReader(file).pages)


def test_job_run_twice_leaves_the_file_alone(made):
    name = made.file.name
    render.render_report(lambda per_cent: pytest.fail("work was begun"), report_id=str(made.pk))
    made.refresh_from_db()
    assert made.file.name == name


def test_file_of_an_overtaken_worker_is_thrown_away(requested, monkeypatch):
    def overtaken(result, language, report_progress):
        Report.objects.update(file="reports/theirs.pdf", data_hash="1" * 64, pages=1)
        return render.Rendered(b"%PDF", 1, "2" * 64)

    monkeypatch.setattr(render, "render", overtaken)
    render.render_report(lambda per_cent: None, report_id=str(requested.pk))
    requested.refresh_from_db()
    assert requested.file.name == "reports/theirs.pdf"
    assert not requested.file.storage.exists(f"reports/{requested.pk}.pdf")


def test_progress_goes_through_all_steps(result, short):
    told: list[int] = []
    render.render(result, "en", told.append)
    assert told == sorted(told)
    assert {10, 40, 90} <= set(told)
    assert any(40 < per_cent < 90 for per_cent in told)


# Pages --------------------------------------------------------------------------------------------------------------


def test_page_asks_for_a_report_and_comes_back(validated, lead, sign_in):
    browser = sign_in(lead)
    address = reverse("reports", args=[validated.pk])
    assert browser.get(address).status_code == 200
    response = browser.post(address, {"language": "pl"})
    assert (response.status_code, response["Location"]) == (302, address)
    assert Report.objects.get().language == "pl"
    assert "Waiting for its turn" in browser.get(address).content.decode()


def test_page_refuses_an_unknown_language(validated, lead, sign_in):
    response = sign_in(lead).post(reverse("reports", args=[validated.pk]), {"language": "tlh"})
    assert response.status_code == 400
    assert not Report.objects.exists()


def test_page_before_validation_says_when_there_will_be_one(assessment, lead, sign_in):
    browser = sign_in(lead)
    address = reverse("reports", args=[assessment.pk])
    html = browser.get(address).content.decode()
    assert "once the experts have validated" in html
    assert "<select" not in html[html.index("<main") : html.index("</main>")]
    assert browser.post(address, {"language": "en"}).status_code == 403


def test_fragment_asks_again_until_the_report_is_ready(requested, short, lead, sign_in):
    browser = sign_in(lead)
    address = reverse("report", args=[requested.pk])
    fragment = {"HTTP_HX_REQUEST": "true"}
    Job.objects.filter(pk=requested.job_id).update(state=JobState.RUNNING, progress=40)
    running = browser.get(address, **fragment)
    assert "HX-Request" in running["Vary"]
    assert "<html" not in running.content.decode()
    assert f'hx-get="{address}" hx-trigger="every 1s"' in running.content.decode()
    assert "40 per cent done" in running.content.decode()
    assert "<html" in browser.get(address).content.decode()
    Job.objects.filter(pk=requested.job_id).update(state=JobState.QUEUED)
    jobs.run(str(requested.job_id))
    ready = browser.get(address, **fragment).content.decode()
    assert "hx-get" not in ready
    assert reverse("report_download", args=[requested.pk]) in ready


def test_report_that_failed_says_so_and_can_be_tried_again(requested, lead, sign_in):
    browser = sign_in(lead)
    Job.objects.filter(pk=requested.job_id).update(
        state=JobState.FAILED, finished_at=requested.requested_at, error="OSError: /var/secret"
    )
    html = browser.get(reverse("report", args=[requested.pk])).content.decode()
    assert "The report could not be made." in html
    assert "/var/secret" not in html
    assert "hx-get" not in html
    browser.post(reverse("reports", args=[requested.result.assessment_id]), {"language": "en"})
    assert Report.objects.filter(job__state=JobState.QUEUED).count() == 1


def test_download_is_private_and_named_after_the_city(made, lead, sign_in):
    response = sign_in(lead).get(reverse("report_download", args=[made.pk]))
    assert response.status_code == 200
    assert response["Content-Type"] == "application/pdf"
    assert response["Content-Disposition"] == 'attachment; filename="icc-index-testville-2021-en.pdf"'
    assert response["X-Content-Type-Options"] == "nosniff"
    assert response["Cache-Control"] == "private"
    assert b"".join(response.streaming_content).startswith(b"%PDF-1.7")


def test_report_that_is_not_ready_cannot_be_downloaded(requested, lead, sign_in):
    assert sign_in(lead).get(reverse("report_download", args=[requested.pk])).status_code == 404


@pytest.mark.parametrize("name", ["report", "report_download", "reports"])
@pytest.mark.parametrize(
    ("who", "status"),
    [
        ("lead", 200),
        ("viewer", 200),
        ("partner", 200),
        ("expert", 200),
        ("outsider", 404),
        ("network", 404),
        (None, 302),
    ],
)
def test_only_those_who_see_the_assessment_see_its_reports(requested, request, sign_in, name, who, status):
    Report.objects.update(file="reports/a.pdf", data_hash="1" * 64, pages=1)
    requested.file.storage.delete("reports/a.pdf")
    requested.file.storage.save("reports/a.pdf", io.BytesIO(b"%PDF"))
    subject = requested.result.assessment_id if name == "reports" else requested.pk
    response = sign_in(request.getfixturevalue(who) if who else None).get(reverse(name, args=[subject]))
    assert response.status_code == status
    response.close()


@pytest.mark.parametrize("count", [1, 3])
def test_list_of_reports_needs_the_same_queries_for_any_number(result, lead, sign_in, django_assert_num_queries, count):
    for _number in range(count):
        report = request_report(result=result, language="en", by=lead)
        Job.objects.filter(pk=report.job_id).update(state=JobState.FAILED, finished_at=report.requested_at)
    browser = sign_in(lead)
    with django_assert_num_queries(5):
        browser.get(reverse("reports", args=[result.assessment_id]))


# The command --------------------------------------------------------------------------------------------------------


def test_command_writes_the_file_whole_and_nothing_beside_it(result, short, tmp_path, capsys):
    file = tmp_path / "report.pdf"
    call_command("render_report", city="testville", year=2021, language="pl", output=file, edition="icc-2019")
    assert file.read_bytes() == render.render(result, "pl").content
    assert [path.name for path in tmp_path.iterdir()] == ["report.pdf"]
    assert "report.pdf: " in capsys.readouterr().out


@pytest.mark.parametrize(
    ("wrong", "sentence"),
    [
        ({"city": "nowhere"}, "There is no city 'nowhere'."),
        ({"year": 1999}, "Testville has no assessment of 1999."),
        ({"language": "tlh"}, "There is no report in the language 'tlh'."),
        ({"edition": "icc-1999"}, "Testville has no assessment of 2021 by icc-1999."),
        ({"output": "/nowhere/report.pdf"}, "Cannot write /nowhere/report.pdf"),
        ({"output": "/"}, "Cannot write /: it is a folder."),
    ],
)
def test_command_says_in_one_line_what_is_wrong(result, tmp_path, wrong, sentence):
    right = {"city": "testville", "year": 2021, "language": "en", "output": tmp_path / "report.pdf"}
    with pytest.raises(CommandError) as refusal:
        call_command("render_report", **{**right, **wrong})
    assert str(refusal.value).startswith(sentence)
    assert "\n" not in str(refusal.value)
    assert refusal.value.returncode == 2


def test_command_refuses_an_assessment_without_a_result(assessment, tmp_path):
    with pytest.raises(CommandError, match="is not validated, so there is no report yet") as refusal:
        call_command("render_report", city="testville", year=2021, language="en", output=tmp_path / "report.pdf")
    assert refusal.value.returncode == 2
