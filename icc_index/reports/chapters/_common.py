"""What the chapters share: rendering one, the headline, the figures and charts of a subject."""

from collections.abc import Mapping, Sequence
from fractions import Fraction
from typing import Any

from django.template.loader import render_to_string
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from epi import charts
from icc_index import scoring
from icc_index.enums import Composite, Layer
from icc_index.reports.data import Chapter, ReportInput, Section
from icc_index.reports.words import difference, figure


def chapter(
    title: str,
    anchor: str,
    report_input: ReportInput,
    sections: Sequence[Section] = (),
    *,
    data: Mapping[str, Any] | None = None,
    **context: Any,
) -> Chapter:
    """One chapter from its template, which is named by the anchor; `data` is what it shows beyond the ReportInput."""
    context |= {"report": report_input, "city": report_input.city, "assessment": report_input.assessment}
    html = render_to_string(f"icc_index/report/{anchor.replace('-', '_')}.html", context)
    return Chapter(title, SafeString(html), anchor, sections, data or {})


def headline(report_input: ReportInput) -> dict[str, Any]:
    """The core index with what stands beside it."""
    score, subject = report_input.score, Composite.CORE_INDEX
    mean = report_input.means.get(subject)
    core = scoring.rounded(score(subject), 0)
    return {
        "core": figure(score(subject)),
        "core_self": figure(score(subject, Layer.SELF)),
        "extended": figure(score(Composite.EXTENDED_INDEX)),
        "split": figure(score(Composite.CORE_INDEX_LENS_SPLIT)),
        "mean": mean and {"value": figure(mean.value), "cities": mean.cities},
        "place": mean and core and _place(int(core), int(scoring.rounded(mean.value, 0) or 0)),
        "previous": report_input.previous and _change(report_input, report_input.previous.scores[subject]),
    }


def _place(value: int, mean: int) -> str:
    return "above" if value > mean else "below" if value < mean else "at"


def _change(report_input: ReportInput, before: Fraction | None) -> dict[str, Any]:
    assert report_input.previous
    now = report_input.score(Composite.CORE_INDEX)
    return {"year": report_input.previous.year, "value": figure(before), "change": difference(now, before)}


def axes_of(report_input: ReportInput) -> list[str]:
    """The subjects of the index in the questionnaire's order, with the lens once."""
    axes: list[str] = []
    for indicator in report_input.instrument.indicators:
        subject = Composite.LENS.value if indicator.in_lens else indicator.code
        if subject not in axes:
            axes.append(subject)
    return axes


def series_of(report_input: ReportInput, axes: Sequence[str], layer: Layer, label: str, kind: str) -> charts.Series:
    return charts.Series(label, tuple(as_float(report_input.score(axis, layer)) for axis in axes), kind)


def radar_of(
    report_input: ReportInput, axes: Sequence[str], series: Sequence[charts.Series], chart_id: str, title: str
) -> SafeString:
    return charts.radar(
        [report_input.instrument.subject_name(axis, short=True) for axis in axes],
        series,
        title=title,
        description=_("Scores from 0 to 100; the same figures stand in the table of all scores."),
        chart_id=chart_id,
    )


def as_float(score: Fraction | None) -> float | None:
    return None if score is None else float(score)


def bar_of(report_input: ReportInput, subject: str) -> charts.Bar:
    return charts.Bar(
        report_input.instrument.subject_name(subject, short=True),
        as_float(report_input.score(subject)),
        marker=as_float(report_input.mean(subject)),
        second=as_float(report_input.score(subject, Layer.SELF)),
    )
