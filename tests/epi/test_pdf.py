"""PDFs: the same bytes for the same document, our own files only, fit for screen readers."""

import gc
import io
import os
import subprocess
import sys
from pathlib import Path

import page
import pytest
from pypdf import PdfReader

from epi import pdf

CSS = "epi/css/report.css"
HTML = """<!doctype html><html lang="pl"><head><title>Próba</title></head>
<body><h1>Zażółć gęślą jaźń</h1><p><strong>ważne</strong> <em>słowa</em></p></body></html>"""


def test_same_document_gives_the_same_bytes():
    assert pdf.render(HTML, css=CSS).content == pdf.render(HTML, css=CSS).content


def test_document_has_text_language_title_and_pages():
    document = pdf.render(HTML.replace("</p>", "</p><p style='break-before: page'>dalej</p>"), css=CSS)
    reader = PdfReader(io.BytesIO(document.content))
    assert document.pages == len(reader.pages) == 2
    assert "Zażółć gęślą jaźń" in reader.pages[0].extract_text()
    assert reader.metadata.title == "Próba"
    assert reader.trailer["/Root"]["/Lang"] == "pl"


def test_document_passes_the_checker_for_pdf_ua():
    report = page.validate_pdf_bytes(pdf.render(HTML, css=CSS).content, profile=page.ValidationProfile.PDF_UA_1)
    assert [failure.message for failure in report.failures] == []


def test_fonts_are_ours_and_embedded():
    reader = PdfReader(io.BytesIO(pdf.render(HTML, css=CSS).content))
    fonts = [font.get_object() for font in reader.pages[0]["/Resources"]["/Font"].values()]
    assert fonts
    for font in fonts:
        assert "Source-Sans-3" in font["/BaseFont"]
        assert "/FontFile2" in font["/DescendantFonts"][0]["/FontDescriptor"]


@pytest.mark.parametrize(
    "url",
    [
        "http://example.org/picture.png",
        "https://example.org/font.ttf",
        "file:///etc/passwd",
        "file:///static/../etc/passwd",
        "file:///static/%2e%2e/%2e%2e/etc/passwd",
        "file:///static//etc/passwd",
        "ftp://example.org/x",
        "data:text/plain,x",
        "file:///static/epi/css/nothing.css",
    ],
)
def test_nothing_but_static_files_is_read(url):
    with pytest.raises(Exception, match=r"Not a static file|outside of the base path"):
        pdf.OwnFilesOnly().fetch(url)


def test_static_files_are_read():
    response = pdf.OwnFilesOnly().fetch("file:///static/epi/css/report.css")
    assert response.read().startswith(b"/* The assessment report")


def test_picture_from_elsewhere_is_left_out():
    """A tag that slipped through would show nothing; it must not fetch or fail."""
    with_picture = HTML.replace("</p>", '<img src="file:///etc/passwd" alt="x"></p>')
    reader = PdfReader(io.BytesIO(pdf.render(with_picture, css=CSS).content))
    assert "root:" not in reader.pages[0].extract_text()


def test_style_sheet_has_no_fault(caplog):
    pdf._style.cache_clear()
    pdf.render(HTML, css=CSS)
    assert [record.getMessage() for record in caplog.records if record.name.startswith("weasyprint")] == []


def test_unknown_style_sheet_is_a_fault():
    with pytest.raises(FileNotFoundError):
        pdf.render(HTML, css="epi/css/nothing.css")


def test_progress_grows_and_stays_below_one():
    told: list[float] = []
    pdf.render(HTML, css=CSS, on_progress=told.append)
    assert told == sorted(set(told))
    assert told[0] > 0
    assert told[-1] < 1


def test_garbage_collector_works_again_afterwards_even_after_a_fault():
    def fail(done: float) -> None:
        assert not gc.isenabled()
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        pdf.render(HTML, css=CSS, on_progress=fail)
    assert gc.isenabled()
    assert pdf.PROGRESS_LOGGER.handlers == []


def test_pages_that_queue_a_report_do_not_import_weasyprint():
    """It takes over a second, which the worker has and a page has not."""
    code = (
        "import django, sys; django.setup(); import epi.urls, icc_index.reports.render; "
        "sys.exit('weasyprint' in sys.modules)"
    )
    environment = {**os.environ, "DJANGO_SETTINGS_MODULE": "epi.settings"}
    project = Path(__file__).resolve().parent.parent.parent
    assert subprocess.run([sys.executable, "-c", code], env=environment, cwd=project, check=False).returncode == 0
