"""The annex: every answer with its points, so that each score can be followed."""

from dataclasses import dataclass
from fractions import Fraction

from django.utils.translation import gettext as _

from icc_index import scoring
from icc_index.enums import Layer
from icc_index.instrument import InstrumentIndicator
from icc_index.reports.chapters._common import chapter
from icc_index.reports.data import Chapter, ReportInput, ToldAnswer
from icc_index.reports.words import NOTHING, figure, points
from icc_index.scoring import Outcome

NOT_COUNTED = frozenset({Outcome.NOT_APPLICABLE, Outcome.NO_POWER, Outcome.CONDITION_NOT_MET})


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
    return chapter(_("Annex: all answers"), "annex", report_input, areas=areas)


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
