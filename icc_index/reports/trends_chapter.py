"""The report's chapter on common trends: what the city has in common with others, and where it stands beside them."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.template.loader import render_to_string
from django.utils.translation import gettext as _

from cities.models import Programme
from icc_index import scoring
from icc_index.reports.data import Chapter, ReportInput
from icc_index.reports.words import NOTHING, figure
from icc_index.trends.reading import Filters, Reading, read, scope_of_everybody, scope_of_programme
from icc_index.trends.words import AreaRow, TrendView, caveats

ANCHOR = "common-trends"


@dataclass(frozen=True)
class AreaPlace:
    """The city's own score beside the figures of all, and whether it lies above their mean as both are printed."""

    row: AreaRow
    score: str
    word: str


def common_trends(report_input: ReportInput) -> Chapter | None:
    """Over the cities of the city's programme if it agreed to share, otherwise over all that published.

    None when the two privacy rules let nothing be told. What the report tells, everybody in the city may see.
    """
    programme = report_input.city.programmes.filter(shares_results=True).order_by("-starts_on").first()
    reading = _reading(report_input, programme)
    if reading.figures is None:
        return None
    view = TrendView(reading, {programme.pk: programme} if programme else {})
    places = [_place(report_input, reading, row) for row in view.areas]
    context = {"view": view, "places": places, "whose": _whose(view, programme), "caveats": caveats()}
    html = render_to_string("icc_index/report/common_trends.html", context)
    return Chapter(_("Common trends"), html, ANCHOR, data=_data(view, places))


def _reading(report_input: ReportInput, programme: Programme | None) -> Reading:
    assessment = report_input.assessment
    filters = Filters(edition=assessment.edition, is_sample=assessment.is_sample, programme=programme)
    return read(scope_of_programme(programme) if programme else scope_of_everybody(), filters)


def _whose(view: TrendView, programme: Programme | None) -> str:
    if programme:
        return _(
            "Over the %(cities)d validated results of %(programme)s, whose cities agreed to show theirs to each other."
        ) % {"cities": view.cities, "programme": programme.name}
    return _("Over the %(cities)d published results by the same edition.") % {"cities": view.cities}


def _place(report_input: ReportInput, reading: Reading, row: AreaRow) -> AreaPlace:
    score = report_input.score(row.subject)
    spread = reading.figures.spreads.get(row.subject) if reading.figures else None
    if score is None or spread is None:
        return AreaPlace(row, figure(score), NOTHING)
    own, mean = (int(scoring.rounded(value, 0) or 0) for value in (score, spread.mean))
    return AreaPlace(row, figure(score), _("above") if own > mean else _("below") if own < mean else _("equal"))


def _data(view: TrendView, places: Sequence[AreaPlace]) -> dict[str, Any]:
    """What the chapter shows, for the report's fingerprint."""
    return {
        "cities": view.cities,
        "set": view.set_name,
        "areas": [[one.row.subject, one.score, one.row.mean, one.row.deviation, one.row.cities] for one in places],
        "sentences": [
            view.overall,
            *view.strongest,
            *view.weakest,
            *view.most_different,
            *view.answers,
            *view.together,
        ],
    }
