"""The chapters of the assessment report. Each takes a ReportInput and gives a Chapter, or None to be left out.

settings.EPI_REPORT_CHAPTERS lists them, with those of other apps. Templates stand in templates/icc_index/report/.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

from django.template.loader import render_to_string
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from epi import charts
from icc_index import scoring
from icc_index.enums import Composite, Layer
from icc_index.instrument import InstrumentIndicator
from icc_index.models import Commentary
from icc_index.reports.data import Chapter, ReportInput, Section, ToldAnswer
from icc_index.reports.words import NOTHING, difference, figure, points, quantity, told
from icc_index.scoring import Outcome

SUGGESTIONS_PER_INDICATOR = 2
EXTREMES = 3
NOT_COUNTED = frozenset({Outcome.NOT_APPLICABLE, Outcome.NO_POWER, Outcome.CONDITION_NOT_MET})


def _chapter(
    title: str, anchor: str, report_input: ReportInput, sections: Sequence[Section] = (), **context: Any
) -> Chapter:
    context |= {"report": report_input, "city": report_input.city, "assessment": report_input.assessment}
    html = render_to_string(f"icc_index/report/{anchor.replace('-', '_')}.html", context)
    return Chapter(title, SafeString(html), anchor, sections)


def introduction(report_input: ReportInput) -> Chapter:
    """What an intercultural city is, what the Index is, and how to read the report."""
    return _chapter(_("Introduction"), "introduction", report_input)


def method(report_input: ReportInput) -> Chapter:
    """How answers become figures, by which edition, and what the figures cannot tell."""
    return _chapter(
        _("Method"),
        "method",
        report_input,
        instrument=report_input.instrument,
        number_of_questions=len(report_input.instrument.questions),
        number_of_indicators=len(report_input.instrument.indicators),
    )


# The city -----------------------------------------------------------------------------------------------------------
def city_overview(report_input: ReportInput) -> Chapter:
    """The city in sourced figures, and the index at a glance."""
    return _chapter(
        _("The city at a glance"),
        "city-overview",
        report_input,
        figures=[
            {"row": row, "value": quantity(row.value, row.unit), "year": row.year or NOTHING}
            for row in report_input.figures
        ],
        legal_powers=told(report_input.city.legal_powers),
        headline=_headline(report_input),
        coverage=_coverage(report_input),
        radar=_overview_radar(report_input),
    )


def _headline(report_input: ReportInput) -> dict[str, Any]:
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


def _axes(report_input: ReportInput) -> list[str]:
    """The subjects of the index in the questionnaire's order, with the lens once."""
    axes: list[str] = []
    for indicator in report_input.instrument.indicators:
        subject = Composite.LENS.value if indicator.in_lens else indicator.code
        if subject not in axes:
            axes.append(subject)
    return axes


def _overview_radar(report_input: ReportInput) -> SafeString:
    axes = _axes(report_input)
    series = [
        _series(report_input, axes, Layer.VALIDATED, _("Validated"), "validated"),
        _series(report_input, axes, Layer.SELF, _("The city's own answers"), "self"),
    ]
    return _radar(report_input, axes, series, "radar-overview", _("The areas of the index"))


def _series(report_input: ReportInput, axes: Sequence[str], layer: Layer, label: str, kind: str) -> charts.Series:
    return charts.Series(label, tuple(_float(report_input.score(axis, layer)) for axis in axes), kind)


def _radar(
    report_input: ReportInput, axes: Sequence[str], series: Sequence[charts.Series], chart_id: str, title: str
) -> SafeString:
    return charts.radar(
        [report_input.instrument.subject_name(axis, short=True) for axis in axes],
        series,
        title=title,
        description=_("Scores from 0 to 100; the same figures stand in the table of all scores."),
        chart_id=chart_id,
    )


def _float(score: Fraction | None) -> float | None:
    return None if score is None else float(score)


# Area by area -------------------------------------------------------------------------------------------------------
@dataclass(frozen=True)
class Area:
    """One area as the report prints it: an indicator, or the lens, which has no questions of its own."""

    subject: str
    name: str
    texts: Any
    kind: str
    score: str
    self_score: str
    mean: str
    cities: int
    previous: str
    chart: SafeString | None
    comment: SafeString | str = ""
    questions: Sequence["PrintedAnswer"] = ()
    parts: Sequence[tuple[str, str, str]] = ()

    @property
    def anchor(self) -> str:
        return f"area-{self.subject}"

    @property
    def is_nested(self) -> bool:
        return self.kind == "in_lens"

    @property
    def has_score(self) -> bool:
        return self.score != NOTHING


@dataclass(frozen=True)
class PrintedAnswer:
    """One question in words."""

    code: str
    text: str
    state: str
    labels: Sequence[str]
    validated_labels: Sequence[str]
    reason: SafeString | str
    explanation: SafeString | str
    evidence: Sequence[Any]


def indicators(report_input: ReportInput) -> Chapter:
    """A section for every indicator; those of the lens stand under the lens, which has a score of its own."""
    areas: list[Area] = []
    for indicator in report_input.instrument.indicators:
        if indicator.in_lens and not any(area.subject == Composite.LENS for area in areas):
            areas.append(_lens_area(report_input))
        areas.append(_indicator_area(report_input, indicator))
    sections = [Section(area.name, area.anchor, area.is_nested) for area in areas]
    return _chapter(_("Area by area"), "indicators", report_input, sections, areas=areas)


def _indicator_area(report_input: ReportInput, indicator: InstrumentIndicator) -> Area:
    commentary = report_input.commentaries.get(indicator.code)
    return Area(
        **_area_scores(report_input, indicator.code),
        texts=indicator.texts,
        kind="in_lens" if indicator.in_lens else indicator.part.value,
        comment=told(commentary.text) if commentary else "",
        questions=[_printed(one) for one in report_input.answers_of(indicator)],
    )


def _lens_area(report_input: ReportInput) -> Area:
    inside = [one for one in report_input.instrument.indicators if one.in_lens]
    parts = [
        (one.name, figure(report_input.score(one.code, Layer.SELF)), figure(report_input.score(one.code)))
        for one in inside
    ]
    return Area(
        **_area_scores(report_input, Composite.LENS),
        texts=report_input.instrument.lens,
        kind="lens",
        parts=parts,
    )


def _area_scores(report_input: ReportInput, subject: str) -> dict[str, Any]:
    mean, previous = report_input.means.get(subject), report_input.previous
    return {
        "subject": subject,
        "name": report_input.instrument.subject_name(subject),
        "score": figure(report_input.score(subject)),
        "self_score": figure(report_input.score(subject, Layer.SELF)),
        "mean": figure(mean.value) if mean else "",
        "cities": mean.cities if mean else 0,
        "previous": figure(previous.scores[subject]) if previous else "",
        "chart": _area_chart(report_input, subject),
    }


def _area_chart(report_input: ReportInput, subject: str) -> SafeString | None:
    """The bar of one area beside the city's own figure and the mean, where there is one."""
    if report_input.score(subject) is None:
        return None
    has_mean = subject in report_input.means
    return charts.bars(
        [_bar(report_input, subject)],
        title=report_input.instrument.subject_name(subject),
        description=_("Score from 0 to 100; the figures stand beside the chart."),
        chart_id=f"bar-{subject}",
        value_label=_("Validated"),
        second_label=_("The city's own answers"),
        marker_label=_("Mean of the cities") if has_mean else "",
    )


def _bar(report_input: ReportInput, subject: str) -> charts.Bar:
    return charts.Bar(
        report_input.instrument.subject_name(subject, short=True),
        _float(report_input.score(subject)),
        marker=_float(report_input.mean(subject)),
        second=_float(report_input.score(subject, Layer.SELF)),
    )


def _printed(one: ToldAnswer) -> PrintedAnswer:
    return PrintedAnswer(
        code=one.question.code,
        text=one.question.text,
        state="not_asked" if not one.is_asked else "adjusted" if one.is_adjusted else "confirmed",
        labels=one.question.labels(one.self_score.value),
        validated_labels=one.question.labels(one.score.value),
        reason=told(one.reason),
        explanation=told(one.explanation),
        evidence=[{"row": row, "quote": told(row.quote)} for row in one.evidence],
    )


# Everything together ------------------------------------------------------------------------------------------------
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
    return _chapter(
        _("Overall results"),
        "overall-results",
        report_input,
        headline=_headline(report_input),
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
    series = [_series(report_input, subjects, Layer.VALIDATED, _("Validated"), "validated")]
    if report_input.previous:
        values = tuple(_float(report_input.previous.scores[subject]) for subject in subjects)
        series.append(charts.Series(str(report_input.previous.year), values, "self"))
    if report_input.means:
        means = tuple(_float(report_input.mean(subject)) for subject in subjects)
        series.append(charts.Series(_("Mean of the cities"), means, "peer"))
    return _radar(report_input, subjects, series, "radar-results", _("All indicators, the lens as its six areas"))


def _results_bars(report_input: ReportInput) -> SafeString:
    return charts.bars(
        [_bar(report_input, axis) for axis in _axes(report_input)],
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


# What to do ---------------------------------------------------------------------------------------------------------
@dataclass(frozen=True)
class Suggestion:
    """The platform's suggestion for one question, and how much of the area's score it could bring."""

    code: str
    text: str
    suggestion: str
    to_gain: str


def recommendations(report_input: ReportInput) -> Chapter:
    """What the experts recommend, then what the platform suggests where most was lost."""
    whole = report_input.commentaries.get(None)
    by_area = [
        {"name": one.name, "text": told(_recommendation(report_input.commentaries.get(one.code)))}
        for one in report_input.instrument.indicators
    ]
    return _chapter(
        _("Recommendations"),
        "recommendations",
        report_input,
        conclusion=told(whole.text) if whole else "",
        recommendation=told(_recommendation(whole)),
        expert_areas=[area for area in by_area if area["text"]],
        suggested_areas=_suggested_areas(report_input),
    )


def _recommendation(commentary: Commentary | None) -> str:
    return commentary.recommendation if commentary else ""


def _suggested_areas(report_input: ReportInput) -> list[dict[str, Any]]:
    areas = [
        {
            "name": one.name,
            "score": figure(report_input.score(one.code)),
            "general": one.texts["suggestion"],
            "suggestions": _suggestions(report_input, one),
        }
        for one in report_input.instrument.indicators
    ]
    return [area for area in areas if area["suggestions"]]


def _suggestions(report_input: ReportInput, indicator: InstrumentIndicator) -> list[Suggestion]:
    """For the questions that lost most of the area's validated score."""
    area = report_input.scores[Layer.VALIDATED].indicators[indicator.code]
    lost = [(_lost(area, score), score.code) for score in area.questions]
    most = sorted((one for one in lost if one[0] > 0), key=lambda one: -one[0])[:SUGGESTIONS_PER_INDICATOR]
    questions = {question.code: question for question in indicator.questions}
    return [
        Suggestion(code, questions[code].text, questions[code].texts["suggestion"], figure(loss, 1))
        for loss, code in most
    ]


def _lost(area: scoring.IndicatorScore, question: scoring.QuestionScore) -> Fraction:
    """How many points of the area's score (0..100) the question did not bring."""
    if question.earned is None:
        return Fraction(0)
    return 100 * question.weight * (1 - question.earned) / area.applicable_weight


# Every answer -------------------------------------------------------------------------------------------------------
@dataclass(frozen=True)
class AnnexRow:
    code: str
    text: str
    self_label: str
    validated_label: str
    is_adjusted: bool
    points: str
    contribution: str


def annex(report_input: ReportInput) -> Chapter:
    """Every answer with its points, so that each score can be followed."""
    areas = [
        {
            "name": indicator.name,
            "score": figure(report_input.score(indicator.code), 2),
            "rows": _annex_rows(report_input, indicator),
        }
        for indicator in report_input.instrument.indicators
    ]
    return _chapter(_("Annex: all answers"), "annex", report_input, areas=areas)


def _annex_rows(report_input: ReportInput, indicator: InstrumentIndicator) -> list[AnnexRow]:
    area = report_input.scores[Layer.VALIDATED].indicators[indicator.code]
    parts = scoring.apportioned([area.contribution(question) for question in area.questions])
    return [
        _annex_row(told_answer, part)
        for told_answer, part in zip(report_input.answers_of(indicator), parts, strict=True)
    ]


def _annex_row(one: ToldAnswer, contribution: str | None) -> AnnexRow:
    score = one.score
    counts = score.outcome not in NOT_COUNTED
    return AnnexRow(
        code=score.code,
        text=one.question.text,
        self_label=_self_label(one),
        validated_label=one.question.label(score.value) if one.is_adjusted else "",
        is_adjusted=one.is_adjusted,
        points=f"{points(score.points)} / {points(score.max_points)}" if counts else NOTHING,
        contribution=figure(Fraction(contribution), 2) if contribution is not None else NOTHING,
    )


def _self_label(one: ToldAnswer) -> str:
    if one.self_score.outcome is Outcome.CONDITION_NOT_MET:
        return _("Not asked")
    return one.question.label(one.self_score.value)
