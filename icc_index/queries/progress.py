"""How far the city is: by indicator, in total, and who answers what."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Max

from icc_index import rules, scoring
from icc_index.instrument import Instrument, InstrumentIndicator
from icc_index.models import Answer, Assessment, Clarification


@dataclass(frozen=True)
class Progress:
    """How far one indicator is. `asked` leaves out questions whose condition is not met."""

    indicator: InstrumentIndicator
    asked: int
    answered: int
    to_clarify: int = 0
    people: tuple[str, ...] = ()

    @property
    def left(self) -> int:
        return self.asked - self.answered

    @property
    def kind(self) -> str:
        """The state's kind, as templates/_state.html names them."""
        if self.to_clarify:
            return "wait"
        if not self.answered:
            return "none"
        return "part" if self.left else "done"


def values_of(assessment: Assessment, instrument: Instrument) -> dict[str, str]:
    """Question code to value, of all answers. One query."""
    rows = Answer.objects.filter(assessment=assessment).values_list("question_id", "value")
    return {instrument.codes[pk]: value for pk, value in rows}


def progress_of(
    instrument: Instrument,
    values: Mapping[str, str],
    *,
    to_clarify: Iterable[str] = (),
    people: Mapping[str, tuple[str, ...]] | None = None,
) -> list[Progress]:
    """Progress of every indicator. `to_clarify` holds the codes of questions that the experts ask about."""
    open_codes = set(to_clarify)
    rows = []
    for indicator in instrument.indicators:
        asked = [q.code for q in indicator.questions if scoring.is_asked(q.rule, values)]
        rows.append(
            Progress(
                indicator=indicator,
                asked=len(asked),
                answered=sum(bool(values.get(code)) for code in asked),
                to_clarify=len(open_codes.intersection(q.code for q in indicator.questions)),
                people=(people or {}).get(indicator.code, ()),
            )
        )
    return rows


@dataclass(frozen=True)
class Totals:
    asked: int
    answered: int
    to_clarify: int

    @property
    def left(self) -> int:
        return self.asked - self.answered


def totals(rows: Iterable[Progress]) -> Totals:
    rows = list(rows)
    return Totals(
        sum(row.asked for row in rows), sum(row.answered for row in rows), sum(row.to_clarify for row in rows)
    )


def open_clarification_codes(assessment: Assessment, instrument: Instrument) -> list[str]:
    """Codes of the questions that wait for the city's reply or change. One query."""
    pks = Clarification.objects.filter(
        answer__assessment=assessment, closed_at=None, sent_at__isnull=False
    ).values_list("answer__question_id", flat=True)
    return [instrument.codes[pk] for pk in pks]


def people_by_indicator(assessment: Assessment) -> dict[str, tuple[str, ...]]:
    """Names of those who answer each indicator, by its code; not of those who have left. One query."""
    rows = (
        assessment.indicator_assignments.filter(user__in=rules.who_may_answer(assessment.city))
        .select_related("user", "indicator")
        .order_by("user__name")
    )
    names: dict[str, tuple[str, ...]] = {}
    for row in rows:
        names[row.indicator.code] = (*names.get(row.indicator.code, ()), row.user.display_name)
    return names


def last_saved(assessment: Assessment) -> datetime | None:
    return Answer.objects.filter(assessment=assessment).aggregate(at=Max("saved_at"))["at"]
