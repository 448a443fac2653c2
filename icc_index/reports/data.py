"""All that a report shows of one result, gathered in a constant number of queries before a word is written."""

import hashlib
import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from fractions import Fraction
from functools import cached_property
from typing import Any

from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from cities.models import City, ProfileFigure
from epi.errors import CannotBeDone
from icc_index import scoring
from icc_index.actions.results import scores_of
from icc_index.enums import Layer, Ruling
from icc_index.instrument import Instrument, InstrumentIndicator, InstrumentQuestion, instrument_for
from icc_index.models import (
    Answer,
    Assessment,
    Benchmark,
    Commentary,
    Evidence,
    PublishedScore,
    Result,
    Score,
)
from icc_index.results import FEWEST_CITIES


@dataclass(frozen=True)
class Section:
    """A part of a chapter that the table of contents lists."""

    title: str
    anchor: str
    is_nested: bool = False


@dataclass(frozen=True)
class Chapter:
    """One chapter, rendered. `data` is what it shows beyond the ReportInput, as plain JSON values."""

    title: str
    html: SafeString
    anchor: str
    sections: Sequence[Section] = ()
    data: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class ToldAnswer:
    """One question: what the city said and showed, and what the experts made of it."""

    question: InstrumentQuestion
    self_score: scoring.QuestionScore
    score: scoring.QuestionScore
    explanation: str
    evidence: Sequence[Evidence]
    ruling: str
    reason: str

    @property
    def is_adjusted(self) -> bool:
        return self.ruling == Ruling.ADJUSTED

    @property
    def is_asked(self) -> bool:
        return self.score.outcome is not scoring.Outcome.CONDITION_NOT_MET


@dataclass(frozen=True)
class Mean:
    """The mean of a subject over published results of the same edition, and of how many cities it is made."""

    value: Fraction
    cities: int


@dataclass(frozen=True)
class PreviousResult:
    """The city's latest earlier result by the same edition."""

    year: int
    scores: Mapping[str, Fraction | None]


@dataclass(frozen=True)
class ReportInput:
    """What chapters may tell. Scores are exact; `commentaries` has the one on the whole under None."""

    language: str
    assessment: Assessment
    city: City
    figures: Sequence[ProfileFigure]
    instrument: Instrument
    result: Result
    scores: Mapping[Layer, scoring.Scores]
    answers: Mapping[str, ToldAnswer]
    commentaries: Mapping[str | None, Commentary]
    means: Mapping[str, Mean]
    published_scores: Sequence[PublishedScore]
    previous: PreviousResult | None

    @cached_property
    def by_subject(self) -> dict[Layer, dict[str, Fraction | None]]:
        return {layer: scores.by_subject() for layer, scores in self.scores.items()}

    def score(self, subject: str, layer: Layer = Layer.VALIDATED) -> Fraction | None:
        return self.by_subject[layer][subject]

    def mean(self, subject: str) -> Fraction | None:
        return self.means[subject].value if subject in self.means else None

    def answers_of(self, indicator: InstrumentIndicator) -> list[ToldAnswer]:
        return [self.answers[question.code] for question in indicator.questions]


def collect(result: Result, language: str) -> ReportInput:
    """Gather what a report of `result` shows, in nine queries (the instrument is kept in memory).

    Raises CannotBeDone unless `result` is what the assessment stands for now: explanations and reasons are read from
    the answers as they are today.
    """
    result = Result.objects.select_related("assessment__city", "assessment__edition").get(pk=result.pk)
    assessment = result.assessment
    if result.superseded_at or not assessment.has_result:
        raise CannotBeDone(_("The assessment was reopened, so there is no report of this result any more."))
    instrument = instrument_for(assessment.edition, language)
    scores = {layer: scores_of(instrument, result.answers, layer) for layer in Layer}
    _check_frozen(result, scores)
    return ReportInput(
        language=language,
        assessment=assessment,
        city=assessment.city,
        figures=list(assessment.city.figures.order_by("kind", "-year")),
        instrument=instrument,
        result=result,
        scores=scores,
        answers=_answers(assessment, instrument, scores),
        commentaries=_commentaries(assessment, instrument),
        means=_means(assessment),
        published_scores=list(assessment.city.published_scores.order_by("-year", "subject")),
        previous=_previous(assessment),
    )


def _check_frozen(result: Result, scores: Mapping[Layer, scoring.Scores]) -> None:
    """A report never tells other figures than those that were frozen."""
    frozen = {(score.layer, score.subject): score.exact for score in Score.objects.filter(result=result)}
    computed = {
        (layer.value, subject): "" if score is None else str(score)
        for layer, of_layer in scores.items()
        for subject, score in of_layer.by_subject().items()
    }
    if frozen != computed:
        differing = sorted(":".join(key) for key, _exact in frozen.items() ^ computed.items())
        raise ValueError(f"{result}: stored and computed scores differ: {', '.join(differing)}")


def _answers(
    assessment: Assessment, instrument: Instrument, scores: Mapping[Layer, scoring.Scores]
) -> dict[str, ToldAnswer]:
    evidence: dict[int, list[Evidence]] = {}
    for one in Evidence.objects.filter(answer__assessment=assessment):
        evidence.setdefault(one.answer_id, []).append(one)
    rows = Answer.objects.filter(assessment=assessment).order_by().select_related("verdict")
    stored = {instrument.codes[answer.question_id]: answer for answer in rows}
    by_layer = {layer: _question_scores(of_layer) for layer, of_layer in scores.items()}
    return {
        code: _told(question, stored[code], evidence.get(stored[code].pk, []), by_layer)
        for code, question in instrument.questions.items()
    }


def _question_scores(scores: scoring.Scores) -> dict[str, scoring.QuestionScore]:
    return {question.code: question for indicator in scores.indicators.values() for question in indicator.questions}


def _told(
    question: InstrumentQuestion,
    answer: Answer,
    evidence: Sequence[Evidence],
    by_layer: Mapping[Layer, Mapping[str, scoring.QuestionScore]],
) -> ToldAnswer:
    verdict = getattr(answer, "verdict", None)
    return ToldAnswer(
        question=question,
        self_score=by_layer[Layer.SELF][question.code],
        score=by_layer[Layer.VALIDATED][question.code],
        explanation=answer.explanation.strip(),
        evidence=evidence,
        ruling=verdict.ruling if verdict else "",
        reason=verdict.reason if verdict else "",
    )


def _commentaries(assessment: Assessment, instrument: Instrument) -> dict[str | None, Commentary]:
    codes = {indicator.pk: indicator.code for indicator in instrument.indicators}
    return {
        codes[commentary.indicator_id] if commentary.indicator_id else None: commentary
        for commentary in Commentary.objects.filter(assessment=assessment)
    }


def _means(assessment: Assessment) -> dict[str, Mean]:
    """Sample data is only ever compared with sample data."""
    enough = Benchmark.objects.filter(
        edition=assessment.edition, is_sample=assessment.is_sample, cities__gte=FEWEST_CITIES
    )
    return {row.subject: Mean(Fraction(row.mean), row.cities) for row in enough}


def _previous(assessment: Assessment) -> PreviousResult | None:
    earlier = Result.objects.before(assessment).first()
    if earlier is None:
        return None
    rows = Score.objects.filter(result=earlier, layer=Layer.VALIDATED)
    scores = {score.subject: Fraction(score.exact) if score.exact else None for score in rows}
    return PreviousResult(earlier.assessment.year, scores)


# Fingerprint --------------------------------------------------------------------------------------------------------
def fingerprint(report_input: ReportInput, chapters: Iterable[Chapter]) -> str:
    """SHA-256 over everything that the report shows: the same data give the same, whoever asks and whenever."""
    shown = {**_shown(report_input), "chapters": [{"anchor": one.anchor, **one.data} for one in chapters]}
    return hashlib.sha256(
        json.dumps(shown, ensure_ascii=False, sort_keys=True, separators=(",", ":")).encode()
    ).hexdigest()


def _shown(report_input: ReportInput) -> dict[str, Any]:
    result, assessment, city = report_input.result, report_input.assessment, report_input.city
    return {
        "language": report_input.language,
        "edition": [assessment.edition.code, assessment.edition.checksum],
        "assessment": [assessment.year, assessment.is_sample, str(assessment.validated_at)],
        "result": [result.number, result.frozen_at.isoformat(), result.answers],
        "city": [city.slug, city.name, city.country, city.legal_powers],
        "figures": [
            _plain(one, "kind value year is_approximate definition source_url") for one in report_input.figures
        ],
        "answers": {code: _shown_answer(told) for code, told in report_input.answers.items()},
        "commentaries": {
            code or "": [commentary.text, commentary.recommendation]
            for code, commentary in report_input.commentaries.items()
        },
        "means": {subject: [str(mean.value), mean.cities] for subject, mean in report_input.means.items()},
        "published_scores": [
            _plain(one, "year index_version subject score source_url") for one in report_input.published_scores
        ],
        "previous": _shown_previous(report_input.previous),
    }


def _shown_answer(told: ToldAnswer) -> dict[str, Any]:
    evidence = [_plain(one, "title url page quote") for one in told.evidence]
    return {"explanation": told.explanation, "evidence": evidence, "verdict": [told.ruling, told.reason]}


def _shown_previous(previous: PreviousResult | None) -> list[Any] | None:
    if previous is None:
        return None
    return [previous.year, {subject: str(score) for subject, score in previous.scores.items()}]


def _plain(row: Any, names: str) -> list[str]:
    return [str(getattr(row, name)) for name in names.split()]
