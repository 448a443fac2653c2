"""`manage.py score_answers SHEET --edition icc-2019`: the scores of an answer sheet. The database is never touched."""

import json
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand

from epi.management.refusals import refusals
from icc_index import scoring, sheets
from icc_index.edition_files import BadEdition
from icc_index.enums import Composite
from icc_index.instrument import Instrument, instrument_from_files
from icc_index.scoring import IndicatorScore, Outcome, Scores, rounded

NOT_APPLICABLE = (Outcome.NOT_APPLICABLE, Outcome.NO_POWER, Outcome.CONDITION_NOT_MET)


class Command(BaseCommand):
    help = "Scores an answer sheet (CSV or XLSX: question,answer,explanation,evidence) by the rules of an edition."
    requires_system_checks = ()

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("sheet", type=Path, help="the answer sheet, .csv or .xlsx")
        parser.add_argument("--edition", required=True, help="such as icc-2019")
        parser.add_argument("--format", choices=["table", "json"], default="table")

    def handle(self, *, sheet: Path, edition: str, format: str, **options: Any) -> None:
        with refusals(self, sheets.BadSheet, BadEdition):
            instrument = instrument_from_files(edition)
            answers = sheets.read(sheet, sheet.name, instrument).answers
        scores = scoring.score(instrument.rules, answers)
        self.stdout.write(as_json(scores) if format == "json" else as_table(instrument, scores))


def as_json(scores: Scores) -> str:
    """Scores as decimal strings with two places, or null; the composites beside the indicators."""
    content: dict[str, Any] = {
        "edition": scores.edition,
        "indicators": {
            code: {"score": rounded(indicator.score), **counts(indicator)}
            for code, indicator in scores.indicators.items()
        },
    }
    content |= {name: rounded(getattr(scores, name).score) for name in Composite.values}
    return json.dumps(content, indent=2)


def counts(indicator: IndicatorScore) -> dict[str, int]:
    """How many questions there are, were answered with options, were not applicable, and were said to be unknown."""
    return {
        "questions": len(indicator.questions),
        "answered": indicator.count(Outcome.ANSWERED),
        "not_applicable": indicator.count(*NOT_APPLICABLE),
        "unknown": indicator.count(Outcome.UNKNOWN),
    }


def as_table(instrument: Instrument, scores: Scores) -> str:
    """The same to read: one line an indicator, the composites below."""
    rows = [["Indicator", "Score", "Questions", "Answered", "Not applicable", "Unknown"]]
    for code, indicator in scores.indicators.items():
        numbers = [str(number) for number in counts(indicator).values()]
        rows.append([instrument.subject_name(code), rounded(indicator.score) or "-", *numbers])
    composites = [
        [instrument.subject_name(name), rounded(getattr(scores, name).score) or "-"] for name in Composite.values
    ]
    widths = [max(len(row[place]) for row in rows + composites if place < len(row)) for place in range(len(rows[0]))]
    return "\n".join(_line(row, widths) for row in [*rows, [], *composites])


def _line(cells: list[str], widths: list[int]) -> str:
    """The first cell to the left, numbers to the right."""
    padded = [
        cell.ljust(width) if place == 0 else cell.rjust(width)
        for place, (cell, width) in enumerate(zip(cells, widths, strict=False))
    ]
    return "  ".join(padded).rstrip()
