"""The questionnaire for other programs (JSON) and for reading in a spreadsheet (CSV, XLSX)."""

import json
from decimal import Decimal
from fractions import Fraction
from typing import Any

from epi import spreadsheets
from icc_index import scoring
from icc_index.instrument import Instrument, InstrumentIndicator, InstrumentQuestion

OPTION_COLUMNS = (
    "edition",
    "indicator",
    "indicator_name",
    "part",
    "lens",
    "question",
    "kind",
    "weight",
    "condition",
    "text",
    "option",
    "option_text",
    "points",
    "max_points",
    "exclusive",
)


def edition_as_json(rules: scoring.Edition) -> str:
    """The structure of an edition; weights and points are decimal strings, codes are in the edition's order."""
    content = {
        "edition": rules.code,
        "lens_weight": decimal_text(rules.lens_weight),
        "indicators": [
            {
                "code": indicator.code,
                "part": str(indicator.part),
                "lens": indicator.in_lens,
                "weight": decimal_text(indicator.weight),
                "questions": [_question(rules, question) for question in indicator.questions],
            }
            for indicator in rules.indicators
        ],
    }
    return json.dumps(content, ensure_ascii=False, indent=2) + "\n"


def _question(rules: scoring.Edition, question: scoring.Question) -> dict[str, Any]:
    return {
        "code": question.code,
        "kind": str(question.kind),
        "weight": decimal_text(question.weight),
        "condition": _condition(rules, question.condition),
        "exclusive": [code for code in question.points if code in question.exclusive],
        "options": [{"code": code, "points": decimal_text(points)} for code, points in question.points.items()],
        "max_points": decimal_text(question.max_points),
    }


def _condition(rules: scoring.Edition, condition: scoring.Condition | None) -> dict[str, Any] | None:
    if condition is None:
        return None
    options = rules.questions[condition.question].points
    return {"question": condition.question, "any_of": [code for code in options if code in condition.any_of]}


def edition_as_table(instrument: Instrument, kind: str) -> bytes:
    """One row an option, with the texts of the instrument's language, as a file of `kind` ("csv" or "xlsx")."""
    rows = (
        _option_row(instrument, indicator, question, option, label)
        for indicator in instrument.indicators
        for question in indicator.questions
        for option, label in question.options
    )
    return spreadsheets.write([OPTION_COLUMNS, *rows], kind)


def _option_row(
    instrument: Instrument, indicator: InstrumentIndicator, question: InstrumentQuestion, option: str, label: str
) -> tuple[str, ...]:
    rule = question.rule
    condition = _condition(instrument.rules, rule.condition)
    return (
        instrument.code,
        indicator.code,
        indicator.name,
        indicator.part,
        _yes_or_no(indicator.in_lens),
        question.code,
        question.kind,
        decimal_text(rule.weight),
        f"{condition['question']}={scoring.SEPARATOR.join(condition['any_of'])}" if condition else "",
        question.text,
        option,
        label,
        decimal_text(rule.points[option]),
        decimal_text(rule.max_points),
        _yes_or_no(option in rule.exclusive),
    )


def _yes_or_no(flag: bool) -> str:
    return "yes" if flag else "no"


def decimal_text(number: Fraction) -> str:
    """A fraction that comes from a decimal, in the shortest plain notation: 3/2 as "1.5", 10 as "10"."""
    return f"{(Decimal(number.numerator) / number.denominator).normalize():f}"
