"""What the report is about and how its figures come about."""

from django.utils.translation import gettext as _

from icc_index.reports.chapters._common import chapter
from icc_index.reports.data import Chapter, ReportInput


def introduction(report_input: ReportInput) -> Chapter:
    """What an intercultural city is, what the Index is, and how to read the report."""
    return chapter(_("Introduction"), "introduction", report_input)


def method(report_input: ReportInput) -> Chapter:
    """How answers become figures, by which edition, and what the figures cannot tell."""
    return chapter(
        _("Method"),
        "method",
        report_input,
        instrument=report_input.instrument,
        number_of_questions=len(report_input.instrument.questions),
        number_of_indicators=len(report_input.instrument.indicators),
    )
