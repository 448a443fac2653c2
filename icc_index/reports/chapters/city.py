"""The city and its index at a glance."""

from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from icc_index.enums import Layer
from icc_index.reports.chapters._common import axes_of, chapter, headline, radar_of, series_of
from icc_index.reports.data import Chapter, ReportInput
from icc_index.reports.words import NOTHING, quantity, told
from icc_index.scoring import Outcome


def city_overview(report_input: ReportInput) -> Chapter:
    """The city in sourced figures, and the index at a glance."""
    return chapter(
        _("The city at a glance"),
        "city-overview",
        report_input,
        figures=[
            {"row": row, "value": quantity(row.value, row.unit), "year": row.year or NOTHING}
            for row in report_input.figures
        ],
        legal_powers=told(report_input.city.legal_powers),
        headline=headline(report_input),
        coverage=_coverage(report_input),
        radar=_overview_radar(report_input),
    )


def _coverage(report_input: ReportInput) -> dict[str, int]:
    """How much of what was asked is answered, evidenced and adjusted."""
    asked = [one for one in report_input.answers.values() if one.is_asked]
    answered = [one for one in asked if one.score.outcome not in (Outcome.UNANSWERED, Outcome.UNKNOWN)]
    return {
        "asked": len(asked),
        "answered": len(answered),
        "gaps": len(asked) - len(answered),
        "evidenced": sum(bool(one.evidence) for one in asked),
        "adjusted": sum(one.is_adjusted for one in asked),
    }


def _overview_radar(report_input: ReportInput) -> SafeString:
    axes = axes_of(report_input)
    series = [
        series_of(report_input, axes, Layer.VALIDATED, _("Validated"), "validated"),
        series_of(report_input, axes, Layer.SELF, _("The city's own answers"), "self"),
    ]
    return radar_of(report_input, axes, series, "radar-overview", _("The areas of the index"))
