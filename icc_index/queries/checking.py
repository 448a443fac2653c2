"""All answers on one page, with what experts would stumble over."""

from dataclasses import dataclass
from typing import Any

from django.db.models import Count

from icc_index import scoring
from icc_index.instrument import Instrument, InstrumentIndicator, InstrumentQuestion
from icc_index.models import Answer, Assessment


@dataclass(frozen=True)
class CheckRow:
    """One answer on the check-answers page. `problem` is empty, `unanswered` or `unsupported`."""

    question: InstrumentQuestion
    answer: Answer
    said: str
    evidence: int
    problem: str


@dataclass(frozen=True)
class CheckSection:
    indicator: InstrumentIndicator
    rows: list[CheckRow]


def check_sections(assessment: Assessment, instrument: Instrument) -> list[CheckSection]:
    """Every asked question with its answer and what is missing. One query."""
    answers = {
        instrument.codes[answer.question_id]: answer
        for answer in Answer.objects.filter(assessment=assessment).annotate(links=Count("evidence"))
    }
    values = {code: answer.value for code, answer in answers.items()}
    return [
        CheckSection(
            indicator,
            [_check_row(q, answers[q.code]) for q in indicator.questions if scoring.is_asked(q.rule, values)],
        )
        for indicator in instrument.indicators
    ]


def _check_row(question: InstrumentQuestion, answer: Any) -> CheckRow:
    problem = ""
    if not answer.value:
        problem = "unanswered"
    elif _earns(question, answer.value) and not (answer.links or answer.explanation.strip()):
        problem = "unsupported"
    return CheckRow(question, answer, question.label(answer.value), answer.links, problem)


def _earns(question: InstrumentQuestion, value: str) -> bool:
    if value in scoring.ASIDES:
        return False
    return any(question.rule.points[code] > 0 for code in value.split(scoring.SEPARATOR))
