"""Area by area: the scores, then every question with its answer, explanation and evidence."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from epi import charts
from icc_index.enums import Composite, Layer
from icc_index.instrument import InstrumentIndicator
from icc_index.reports.chapters._common import bar_of, chapter
from icc_index.reports.data import Chapter, ReportInput, Section, ToldAnswer
from icc_index.reports.words import NOTHING, figure, told


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
    return chapter(_("Area by area"), "indicators", report_input, sections, areas=areas)


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
        [bar_of(report_input, subject)],
        title=report_input.instrument.subject_name(subject),
        description=_("Score from 0 to 100; the figures stand beside the chart."),
        chart_id=f"bar-{subject}",
        value_label=_("Validated"),
        second_label=_("The city's own answers"),
        marker_label=_("Mean of the cities") if has_mean else "",
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
