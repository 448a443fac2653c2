"""Making the report: the job that a worker does, and the steps that the command shares with it."""

from collections.abc import Callable
from dataclasses import dataclass

from django.conf import settings
from django.core.files.base import ContentFile
from django.template.loader import render_to_string
from django.utils import translation
from django.utils.module_loading import import_string

from icc_index.models import Report, Result
from icc_index.reports.data import Chapter, ReportInput, collect, fingerprint

ReportProgress = Callable[[int], None]
STYLE_SHEET = "epi/css/report.css"
# Per cent that are done when a step begins.
COLLECTED, TOLD, LAID_OUT = 10, 40, 90


@dataclass(frozen=True)
class Rendered:
    content: bytes
    pages: int
    data_hash: str


def render_report(report_progress: ReportProgress, *, report_id: str) -> None:
    """The job: render the report and store its file. Safe to run twice: a report that has a file is left alone."""
    report = Report.objects.filter(pk=report_id, file="").select_related("result__assessment__city").first()
    if report is None:
        return
    rendered = render(report.result, report.language, report_progress)
    report.file.save(f"{report.pk}.pdf", ContentFile(rendered.content), save=False)
    stored = Report.objects.filter(pk=report.pk, file="").update(
        file=report.file.name, data_hash=rendered.data_hash, pages=rendered.pages
    )
    if not stored:  # another worker, taken for lost, was there in the meantime
        report.file.storage.delete(str(report.file.name))


def render(result: Result, language: str, report_progress: ReportProgress = lambda per_cent: None) -> Rendered:
    """The report of `result` in `language` as a PDF. The same data give the same bytes.

    Raises CannotBeDone when the assessment no longer stands for this result.
    """
    from epi import pdf  # takes over a second, and pages that only queue the job must not wait for it

    with translation.override(language):
        html, data_hash = _html(result, language, report_progress)
    report_progress(TOLD)
    told = _whole_per_cents(report_progress)
    document = pdf.render(html, css=STYLE_SHEET, on_progress=told)
    report_progress(LAID_OUT)
    return Rendered(document.content, document.pages, data_hash)


def file_name(result: Result, language: str) -> str:
    """What the file is called when somebody takes it home, as in `icc-index-lublin-2021-pl.pdf`."""
    assessment = result.assessment
    return f"icc-index-{assessment.city.slug}-{assessment.year}-{language}.pdf"


def _html(result: Result, language: str, report_progress: ReportProgress) -> tuple[str, str]:
    report_input = collect(result, language)
    report_progress(COLLECTED)
    chapters = []
    for number, name in enumerate(settings.EPI_REPORT_CHAPTERS, start=1):
        chapter: Chapter | None = import_string(name)(report_input)
        if chapter is not None:
            chapters.append(chapter)
        report_progress(COLLECTED + (TOLD - COLLECTED) * number // len(settings.EPI_REPORT_CHAPTERS))
    data_hash = fingerprint(report_input, chapters)
    return _bound(report_input, chapters, data_hash), data_hash


def _bound(report_input: ReportInput, chapters: list[Chapter], data_hash: str) -> str:
    """Cover, contents, chapters and what identifies the document, as one page of HTML."""
    result, assessment, city = report_input.result, report_input.assessment, report_input.city
    context = {
        "language": report_input.language,
        "assessment": assessment,
        "city": city,
        "instrument": report_input.instrument,
        "result": result,
        "chapters": chapters,
        "number": f"{city.slug}-{assessment.year}-{result.number}-{report_input.language}".upper(),
        "fingerprint": data_hash,
    }
    return render_to_string("icc_index/report/document.html", context)


def _whole_per_cents(report_progress: ReportProgress) -> Callable[[float], None]:
    """Tell of a new per cent only, since each is written into the job's row."""
    last = TOLD

    def tell(done: float) -> None:
        nonlocal last
        per_cent = TOLD + int((LAID_OUT - TOLD) * done)
        if per_cent > last:
            last = per_cent
            report_progress(per_cent)

    return tell
