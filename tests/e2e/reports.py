"""Asking for the report as PDF on its page, and reading what is printed."""

import re
import threading
from pathlib import Path

import pypdf
from django.db import connections
from playwright.sync_api import Page, expect

from epi import jobs
from icc_index.models import Assessment, Report


def report_text(page: Page, assessment: Assessment, folder: Path, *, language: str) -> str:
    """The words of the report that the person at `page` gets, on one line."""
    page.goto(f"{assessment.get_absolute_url()}result/")
    page.get_by_role("link", name="Get the report as PDF").click()
    page.get_by_label("Language of the report").select_option(language)
    page.get_by_role("button", name="Make the report").click()
    expect(page.get_by_text("Waiting for its turn")).to_be_visible()
    expect(page.get_by_role("img", name="0 per cent done")).to_be_visible()

    worker = threading.Thread(target=_work, args=[str(Report.objects.get().job_id)])
    worker.start()
    download = page.get_by_role("link", name="Download the PDF")
    expect(download).to_be_visible(timeout=60_000)
    worker.join()
    with page.expect_download() as downloading:
        download.click()
    assert downloading.value.suggested_filename.endswith(".pdf")
    path = folder / "report.pdf"
    downloading.value.save_as(path)
    text = " ".join(page.extract_text() for page in pypdf.PdfReader(path).pages)
    return re.sub(r"\s+", " ", text)


def _work(job_id: str) -> None:
    """What a worker does with the message of the queue."""
    assert jobs.run(job_id)
    connections.close_all()
