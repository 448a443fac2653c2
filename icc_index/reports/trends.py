"""Trends as a PDF: the job that a worker does, for what its reader may see at that moment."""

from collections.abc import Callable
from dataclasses import dataclass

from django.core.files.base import ContentFile
from django.template.loader import render_to_string
from django.utils import translation

from cities.models import Programme
from icc_index.models import TrendReport
from icc_index.trends.reading import Filters, city_scores, read, scope_of
from icc_index.trends.words import TrendView, caveats, labels_of_said

ReportProgress = Callable[[int], None]
STYLE_SHEET = "epi/css/report.css"
CITIES_IN_A_TABLE = 8  # as many columns as fit a page
MOST_CITIES = 96  # more are read in the spreadsheet; a hundred pages of figures are read by nobody
TOLD, LAID_OUT = 30, 90


@dataclass(frozen=True)
class RenderedTrends:
    content: bytes
    pages: int
    fingerprint: str


def render_trend_report(report_progress: ReportProgress, *, report_id: str) -> None:
    """The job: render and store the file. Safe to run twice: one that has a file is left alone."""
    report = TrendReport.objects.for_list().filter(pk=report_id, file="").first()
    if report is None:
        return
    rendered = render(report, report_progress)
    report.file.save(f"{report.pk}.pdf", ContentFile(rendered.content), save=False)
    stored = TrendReport.objects.filter(pk=report.pk, file="").update(
        file=report.file.name, data_hash=rendered.fingerprint, pages=rendered.pages
    )
    if not stored:  # another worker, taken for lost, was there in the meantime
        report.file.storage.delete(str(report.file.name))


def render(report: TrendReport, report_progress: ReportProgress = lambda per_cent: None) -> RenderedTrends:
    """The trends as a PDF. The same results and rights give the same bytes."""
    from epi import pdf  # takes over a second, and pages that only queue the job must not wait for it

    with translation.override(report.language):
        html, fingerprint = html_of(report)
    report_progress(TOLD)
    document = pdf.render(html, css=STYLE_SHEET)
    report_progress(LAID_OUT)
    return RenderedTrends(document.content, document.pages, fingerprint)


def filters_of(report: TrendReport) -> Filters:
    return Filters(
        edition=report.edition,
        is_sample=report.is_sample,
        programme=report.programme,
        size=report.size or None,
        foreign=report.foreign or None,
    )


def is_current(report: TrendReport) -> bool:
    """True if the file still tells what its reader may see, and all of it."""
    return report.data_hash == read(scope_of(report.requested_by), filters_of(report)).fingerprint


def file_name(report: TrendReport) -> str:
    """What the file is called when somebody takes it home, as in `icc-index-trends-icc-2019-en.pdf`."""
    return f"icc-index-trends-{report.edition.code}-{report.language}.pdf"


def html_of(report: TrendReport) -> tuple[str, str]:
    """The document before it is typeset, in the active language, and the fingerprint of what it tells."""
    reading = read(scope_of(report.requested_by), filters_of(report))
    view = TrendView(reading, Programme.objects.in_bulk())
    cities = city_scores(reading.results[:MOST_CITIES])
    context = {
        "language": report.language,
        "report": report,
        "view": view,
        "tables": view.heat_tables(cities, CITIES_IN_A_TABLE),
        "left_out": len(reading.results) - len(cities),
        "said_labels": labels_of_said().values(),
        "caveats": caveats(),
        "fingerprint": reading.fingerprint,
    }
    return render_to_string("icc_index/report/trends_document.html", context), reading.fingerprint
