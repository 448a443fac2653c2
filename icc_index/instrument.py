"""The questionnaire as pages, commands and reports read it: one edition in one language, ready in memory.

Editions are immutable, so what is read here stays true; the checksum in the cache's key covers structure and texts.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from functools import cached_property, lru_cache
from itertools import count
from typing import Any

from django.utils.translation import get_language
from django.utils.translation import gettext as _

from icc_index import scoring
from icc_index.edition_files import read_known
from icc_index.enums import Aside, Composite, Kind, Part
from icc_index.models import Edition, EditionText, Indicator, Question

FALLBACK_LANGUAGE = "en"


@dataclass(frozen=True)
class InstrumentQuestion:
    """One question: its texts, its options as (code, label), and how it is scored."""

    pk: int
    number: int
    kind: Kind
    is_reverse: bool
    rule: scoring.Question
    texts: Mapping[str, Any]

    @property
    def code(self) -> str:
        return self.rule.code

    @property
    def text(self) -> str:
        return self.texts["text"]

    @property
    def options(self) -> list[tuple[str, str]]:
        return [(code, self.texts["options"][code]) for code in self.rule.points]

    @property
    def is_multi(self) -> bool:
        return self.kind == Kind.MULTI

    def labels(self, value: str) -> list[str]:
        """What `value` says, in words: one entry an option; an aside or "Not answered" alone."""
        if value == "":
            return [_("Not answered")]
        if value in Aside.values:
            return [str(Aside(value).label)]
        return [self.texts["options"].get(code, code) for code in value.split(scoring.SEPARATOR)]

    def label(self, value: str) -> str:
        return "; ".join(self.labels(value))

    def brief(self, value: str) -> str:
        """What `value` says, short enough for one line among others: of several ticks, how many."""
        labels = self.labels(value)
        if len(labels) == 1:
            return labels[0]
        numbers = {"ticked": len(labels), "options": len(self.rule.points) - len(self.rule.exclusive)}
        return _("%(ticked)d of %(options)d ticked") % numbers


@dataclass(frozen=True)
class InstrumentIndicator:
    """One policy area with its questions. `number` counts from 1 through the edition."""

    pk: int
    code: str
    number: int
    part: Part
    in_lens: bool
    texts: Mapping[str, str]
    questions: tuple[InstrumentQuestion, ...]

    @property
    def name(self) -> str:
        return self.texts["name"]

    @property
    def short(self) -> str:
        return self.texts["short"]


@dataclass(frozen=True, eq=False)
class Instrument:
    """One edition in one language. Two are the same when they are one object: they come from a cache."""

    code: str
    name: str
    note: str
    lens: Mapping[str, str]
    indicators: tuple[InstrumentIndicator, ...]
    rules: scoring.Edition

    @cached_property
    def by_code(self) -> dict[str, InstrumentIndicator]:
        return {indicator.code: indicator for indicator in self.indicators}

    @cached_property
    def questions(self) -> dict[str, InstrumentQuestion]:
        return {question.code: question for indicator in self.indicators for question in indicator.questions}

    @cached_property
    def indicator_of(self) -> dict[str, InstrumentIndicator]:
        """The indicator of each question code."""
        return {question.code: indicator for indicator in self.indicators for question in indicator.questions}

    @cached_property
    def codes(self) -> dict[int, str]:
        """Question codes by primary key, so that answers need no join."""
        return {question.pk: question.code for question in self.questions.values()}

    def rule_of(self, code: str) -> scoring.Indicator:
        """How the indicator of that code is scored."""
        return self.rules.indicators[self.by_code[code].number - 1]

    def subject_name(self, subject: str, *, short: bool = False) -> str:
        """The name of an indicator or a composite, as scores call them."""
        if subject == Composite.LENS:
            return self.lens["short" if short else "name"]
        if subject in Composite.values:
            return str(Composite(subject).label)
        return self.by_code[subject].texts["short" if short else "name"]

    def after(self, indicator: InstrumentIndicator) -> InstrumentIndicator | None:
        """The next indicator, or None after the last."""
        return self.indicators[indicator.number] if indicator.number < len(self.indicators) else None


def instrument_for(edition: Edition, language: str | None = None) -> Instrument:
    """`edition` in `language` (that of the reader by default); English where it has no such text."""
    wanted = (language or get_language() or FALLBACK_LANGUAGE).split("-")[0]
    return _read(edition.pk, edition.checksum, wanted)


def newest_instrument() -> Instrument | None:
    """The newest edition, for what belongs to none; None while none is loaded. One query."""
    edition = Edition.objects.order_by("-pk").first()
    return instrument_for(edition) if edition else None


def forget_all() -> None:
    """Drop what is cached in this process (tests that reload editions)."""
    _read.cache_clear()


@lru_cache(maxsize=64)
def _read(edition_id: int, checksum: str, language: str) -> Instrument:
    """Two queries. An edition has questions, and so does each of its indicators: its reader sees to that."""
    found = {
        text.language: text.texts
        for text in EditionText.objects.filter(edition=edition_id, language__in=[language, FALLBACK_LANGUAGE])
    }
    rows: dict[int, tuple[Indicator, list[Question]]] = {}
    for question in Question.objects.filter(indicator__edition=edition_id).select_related("indicator__edition"):
        rows.setdefault(question.indicator_id, (question.indicator, []))[1].append(question)
    edition = next(iter(rows.values()))[0].edition
    return _instrument(edition, list(rows.values()), found.get(language, found[FALLBACK_LANGUAGE]))


def instrument_from_files(code: str, language: str | None = None) -> Instrument:
    """The edition that comes with the platform under `code`, straight from its files; no database is touched.

    Primary keys are places in the file. Raises CannotBeDone for an unknown code, BadEdition for faulty files.
    """
    files = read_known(code)
    wanted = (language or get_language() or FALLBACK_LANGUAGE).split("-")[0]
    places = count(1)
    rows = [
        (
            Indicator(
                pk=next(places),
                code=entry["code"],
                part=entry["part"],
                in_lens=entry["lens"],
                weight=Decimal(entry["weight"]),
            ),
            [
                Question(
                    pk=next(places),
                    code=question["code"],
                    kind=question["kind"],
                    weight=Decimal(question["weight"]),
                    options=question["options"],
                    exclusive=question["exclusive"],
                    condition=question["condition"],
                    is_reverse=question["reverse"],
                )
                for question in entry["questions"]
            ],
        )
        for entry in files.structure["indicators"]
    ]
    edition = Edition(code=code, lens_weight=Decimal(files.structure["lens_weight"]))
    return _instrument(edition, rows, files.texts.get(wanted, files.texts[FALLBACK_LANGUAGE]))


def _instrument(edition: Edition, rows: list[tuple[Indicator, list[Question]]], texts: dict[str, Any]) -> Instrument:
    indicators = [_indicator(row, questions, number, texts) for number, (row, questions) in enumerate(rows, start=1)]
    return Instrument(
        code=edition.code,
        name=texts["name"],
        note=texts["note"],
        lens=texts["lens"],
        indicators=tuple(indicator for indicator, _weight in indicators),
        rules=_rules(edition, indicators),
    )


def _indicator(
    row: Indicator, questions: list[Question], number: int, texts: dict[str, Any]
) -> tuple[InstrumentIndicator, Fraction]:
    indicator = InstrumentIndicator(
        pk=row.pk,
        code=row.code,
        number=number,
        part=Part(row.part),
        in_lens=row.in_lens,
        texts=texts["indicators"][row.code],
        questions=tuple(
            InstrumentQuestion(
                pk=question.pk,
                number=place,
                kind=Kind(question.kind),
                is_reverse=question.is_reverse,
                rule=_rule(question),
                texts=texts["questions"][question.code],
            )
            for place, question in enumerate(questions, start=1)
        ),
    )
    return indicator, Fraction(row.weight)


def _rule(question: Question) -> scoring.Question:
    condition = question.condition
    return scoring.Question(
        code=question.code,
        kind=question.kind,
        weight=Fraction(question.weight),
        points={option["code"]: Fraction(option["points"]) for option in question.options},
        exclusive=frozenset(question.exclusive),
        condition=scoring.Condition(condition["question"], frozenset(condition["any_of"])) if condition else None,
    )


def _rules(edition: Edition, indicators: list[tuple[InstrumentIndicator, Fraction]]) -> scoring.Edition:
    return scoring.Edition(
        code=edition.code,
        lens_weight=Fraction(edition.lens_weight),
        indicators=[
            scoring.Indicator(
                code=indicator.code,
                part=indicator.part,
                in_lens=indicator.in_lens,
                weight=weight,
                questions=[question.rule for question in indicator.questions],
            )
            for indicator, weight in indicators
        ],
    )
