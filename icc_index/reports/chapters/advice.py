"""What to do: what the experts recommend, and what the platform suggests where most was lost."""

from dataclasses import dataclass
from fractions import Fraction
from typing import Any

from django.utils.translation import gettext as _

from icc_index import scoring
from icc_index.enums import Layer
from icc_index.instrument import InstrumentIndicator
from icc_index.models import Commentary
from icc_index.reports.chapters._common import chapter
from icc_index.reports.data import Chapter, ReportInput
from icc_index.reports.words import figure, told

SUGGESTIONS_PER_INDICATOR = 2


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
    return chapter(
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
