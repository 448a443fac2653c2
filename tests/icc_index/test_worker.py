"""A report through a real broker and a real worker, also when the worker is killed in the middle."""

from collections.abc import Callable
from pathlib import Path

import pytest

from cities.models import User
from epi.models import JobState
from icc_index.actions import reports
from icc_index.enums import Status
from icc_index.models import Assessment, Report
from tests import worker

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.broker]


@pytest.fixture
def report(at: Callable[[Status], Assessment], lead: User) -> Report:
    """A report that was just asked for."""
    validated = at(Status.VALIDATED)
    return reports.request_report(result=validated.results.get(), language="pl", by=lead)


def state_of(report: Report) -> str:
    report.job.refresh_from_db()
    return report.job.state


def is_pdf(report: Report) -> bool:
    with report.file.open() as file:
        return file.read(5) == b"%PDF-"


def test_a_worker_makes_the_report(report: Report, tmp_path: Path) -> None:
    with worker.running(tmp_path):
        worker.wait_until(lambda: state_of(report) == JobState.DONE, "the report is ready")
    report.refresh_from_db()
    assert is_pdf(report)
    assert report.job.attempts == 1


def test_a_worker_that_is_killed_loses_no_report(report: Report, tmp_path: Path) -> None:
    with worker.running(tmp_path) as first:
        worker.wait_until(lambda: state_of(report) == JobState.RUNNING, "the report is begun")
        first.kill()
    assert state_of(report) == JobState.RUNNING
    with worker.running(tmp_path):
        worker.wait_until(lambda: state_of(report) == JobState.DONE, "the report is ready after all")
    report.refresh_from_db()
    assert report.job.attempts == 2
    assert is_pdf(report)
    assert Report.objects.count() == 1
