"""Everything together: all scores in charts, a table and words."""

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from epi import charts
from icc_index.enums import Composite, Layer
from icc_index.instrument import InstrumentIndicator
from icc_index.reports.chapters._common import as_float, axes_of, bar_of, chapter, headline, radar_of, series_of
from icc_index.reports.data import Chapter, ReportInput
from icc_index.reports.words import difference, figure, points

EXTREMES = 3


@dataclass(frozen=True)
class ScoreRow:
    """One line of the table of all scores."""

    name: str
    kind: str
    self_score: str
    score: str
    difference: str
    mean: str
    previous: str


def overall_results(report_input: ReportInput) -> Chapter:
    """All scores in two charts, a table and words."""
    ranked = _ranked(report_input)
    extremes = min(EXTREMES, len(ranked) // 2)
    subjects = [indicator.code for indicator in report_input.instrument.indicators]
    return chapter(
        _("Overall results"),
        "overall-results",
        report_input,
        headline=headline(report_input),
        strengths=[_ranked_words(report_input, one) for one in ranked[:extremes]],
        gaps=[_ranked_words(report_input, one) for one in reversed(ranked[len(ranked) - extremes :])],
        radar=_results_radar(report_input, subjects),
        bars=_results_bars(report_input),
        rows=_score_rows(report_input),
        cities=max((mean.cities for mean in report_input.means.values()), default=0),
        published=_published(report_input),
    )


def _ranked(report_input: ReportInput) -> list[InstrumentIndicator]:
    """Indicators that have a score, the highest first; equal ones in the questionnaire's order."""
    scored = [one for one in report_input.instrument.indicators if report_input.score(one.code) is not None]
    return sorted(scored, key=lambda one: -(report_input.score(one.code) or Fraction(0)))


def _ranked_words(report_input: ReportInput, indicator: InstrumentIndicator) -> dict[str, str]:
    score = figure(report_input.score(indicator.code))
    return {"name": indicator.name, "about": indicator.texts["about"], "score": score}


def _results_radar(report_input: ReportInput, subjects: Sequence[str]) -> SafeString:
    """Every indicator, beside the mean of the cities and the city's own earlier result where there are such."""
    series = [series_of(report_input, subjects, Layer.VALIDATED, _("Validated"), "validated")]
    if report_input.previous:
        values = tuple(as_float(report_input.previous.scores[subject]) for subject in subjects)
        series.append(charts.Series(str(report_input.previous.year), values, "self"))
    if report_input.means:
        means = tuple(as_float(report_input.mean(subject)) for subject in subjects)
        series.append(charts.Series(_("Mean of the cities"), means, "peer"))
    return radar_of(report_input, subjects, series, "radar-results", _("All indicators, the lens as its six areas"))


def _results_bars(report_input: ReportInput) -> SafeString:
    return charts.bars(
        [bar_of(report_input, axis) for axis in axes_of(report_input)],
        title=_("The areas of the index"),
        description=_("Scores from 0 to 100; the same figures stand in the table of all scores."),
        chart_id="bars-results",
        value_label=_("Validated"),
        second_label=_("The city's own answers"),
        marker_label=_("Mean of the cities") if report_input.means else "",
    )


def _score_rows(report_input: ReportInput) -> list[ScoreRow]:
    """The indexes, then every indicator in order, those of the lens after the lens."""
    indexes = [Composite.CORE_INDEX, Composite.EXTENDED_INDEX, Composite.CORE_INDEX_LENS_SPLIT]
    rows = [_score_row(report_input, index, "index") for index in indexes]
    has_lens = False
    for indicator in report_input.instrument.indicators:
        if indicator.in_lens and not has_lens:
            rows.append(_score_row(report_input, Composite.LENS, "lens"))
            has_lens = True
        kind = "in_lens" if indicator.in_lens else indicator.part.value
        rows.append(_score_row(report_input, indicator.code, kind))
    return rows


def _score_row(report_input: ReportInput, subject: str, kind: str) -> ScoreRow:
    self_score, score = report_input.score(subject, Layer.SELF), report_input.score(subject)
    return ScoreRow(
        name=report_input.instrument.subject_name(subject),
        kind=kind,
        self_score=figure(self_score, 2),
        score=figure(score, 2),
        difference=difference(score, self_score, 2),
        mean=figure(report_input.mean(subject), 2),
        previous=figure(report_input.previous.scores[subject], 2) if report_input.previous else "",
    )


def _published(report_input: ReportInput) -> list[dict[str, Any]]:
    """Scores that others published, each beside the platform's own of the same year."""
    known = report_input.by_subject[Layer.VALIDATED]
    rows = []
    for one in report_input.published_scores:
        ours = known.get(one.subject) if one.year == report_input.assessment.year else None
        name = report_input.instrument.subject_name(one.subject) if one.subject in known else one.subject
        theirs = Fraction(one.score)
        rows.append(
            {
                "row": one,
                "name": name,
                "score": points(theirs),
                "ours": figure(ours),
                "difference": difference(ours, theirs),
            }
        )
    return rows
