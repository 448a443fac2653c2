"""What a finding is about: an indicator of the edition or one of its questions, by code."""

from collections.abc import Mapping
from fractions import Fraction

from icc_index import scoring
from icc_index.instrument import Instrument, InstrumentIndicator

LONGEST_CHOICE = 90  # characters of a question in a list to choose from

Choice = tuple[str, str]


def is_known(instrument: Instrument, subject: str) -> bool:
    return subject in instrument.by_code or subject in instrument.questions


def indicator_of(instrument: Instrument, subject: str) -> InstrumentIndicator:
    """The indicator that the subject is or belongs to. Raises KeyError for a subject of another edition."""
    return instrument.by_code.get(subject) or instrument.indicator_of[subject]


def all_of(indicator: InstrumentIndicator) -> list[str]:
    """The indicator and its questions."""
    return [indicator.code, *(question.code for question in indicator.questions)]


def name(instrument: Instrument, subject: str) -> str:
    """An indicator's name; a question's code and text."""
    if subject in instrument.by_code:
        return instrument.by_code[subject].name
    return f"{subject}: {instrument.questions[subject].text}"


def choices(instrument: Instrument, whole: str) -> list[tuple[str, list[Choice]]]:
    """All subjects by indicator; `whole` says "the area as a whole" in the reader's language."""
    return [
        (
            indicator.name,
            [(indicator.code, whole), *((q.code, _short(f"{q.code}: {q.text}")) for q in indicator.questions)],
        )
        for indicator in instrument.indicators
    ]


def _short(text: str) -> str:
    return text if len(text) <= LONGEST_CHOICE else f"{text[: LONGEST_CHOICE - 1].rstrip()}…"


def own_scores(instrument: Instrument, values: Mapping[str, str]) -> dict[str, Fraction | None]:
    """The city's own score of each indicator, by its answers as they stand."""
    return {code: one.score for code, one in scoring.score(instrument.rules, values).indicators.items()}


def value_of(instrument: Instrument, subject: str, values: Mapping[str, str]) -> str:
    """What the city says of the subject: its answer to the question, or its own score of the indicator as "73.50"."""
    if subject in instrument.by_code:
        return scoring.rounded(own_scores(instrument, values)[subject]) or ""
    return values.get(subject, "")


def said(instrument: Instrument, subject: str, value: str) -> str:
    """A value of `value_of` in the reader's words: the answer, or the score as a whole number; a dash for no score."""
    if subject in instrument.by_code:
        return scoring.rounded(Fraction(value), 0) or "" if value else "–"
    return instrument.questions[subject].label(value)
