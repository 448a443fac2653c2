"""A frozen result as people read it: figures, charts, strengths and gaps, and where each figure comes from."""

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from functools import cached_property

from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from cities.models import City
from epi import charts
from icc_index import scoring
from icc_index.actions.results import scores_of
from icc_index.enums import Composite, Layer, Part
from icc_index.instrument import Instrument, InstrumentQuestion, instrument_for, newest_instrument
from icc_index.models import Benchmark, Result
from icc_index.trends.sets import FEWEST_CITIES


@dataclass(frozen=True)
class Row:
    """One subject of a result. Scores are decimal strings rounded to whole numbers, or None."""

    subject: str
    name: str
    short: str
    group: str
    validated: str | None
    self_: str | None
    mean: str | None

    @property
    def differs(self) -> bool:
        return self.validated != self.self_


@dataclass(frozen=True)
class ResultView:
    """A result with its questionnaire, its exact scores and the means beside it."""

    result: Result
    instrument: Instrument
    scores: Mapping[Layer, scoring.Scores]
    benchmarks: Mapping[str, Benchmark]

    def whole(self, subject: str, layer: Layer = Layer.VALIDATED) -> str | None:
        return scoring.rounded(self.scores[layer].by_subject()[subject], 0)

    def mean(self, subject: str) -> Benchmark | None:
        """The mean over published results, or None below five cities."""
        benchmark = self.benchmarks.get(subject)
        return benchmark if benchmark and benchmark.cities >= FEWEST_CITIES else None

    @property
    def index(self) -> str | None:
        return self.whole(Composite.CORE_INDEX)

    @property
    def index_mean(self) -> Benchmark | None:
        return self.mean(Composite.CORE_INDEX)

    @cached_property
    def shares(self) -> dict[str, int]:
        """Whole per cents of what was asked: answered (not "unknown"), with evidence, changed by the experts."""
        lines = [line for one in self.scores[Layer.SELF].indicators.values() for line in one.questions]
        asked = [line.code for line in lines if line.outcome != scoring.Outcome.CONDITION_NOT_MET]
        frozen = self.result.answers
        counts = {
            "answered": sum(frozen[code][Layer.SELF] not in ("", scoring.UNKNOWN) for code in asked),
            "evidenced": sum(frozen[code]["evidence"] > 0 for code in asked),
            "changed": sum(frozen[code][Layer.SELF] != frozen[code][Layer.VALIDATED] for code in asked),
        }
        return {name: _per_cent(count, len(asked)) for name, count in counts.items()}

    @cached_property
    def areas(self) -> list[Row]:
        """The areas as the index counts them: core areas with the lens as one, then the extended ones."""
        alone = [i for i in self.instrument.indicators if not i.in_lens]
        core = [self._row(i.code, Part.CORE) for i in alone if i.part == Part.CORE]
        extended = [self._row(i.code, Part.EXTENDED) for i in alone if i.part == Part.EXTENDED]
        return [core[0], self._row(Composite.LENS, "lens"), *core[1:], *extended]

    @cached_property
    def lens_areas(self) -> list[Row]:
        return [self._row(i.code, "lens") for i in self.instrument.indicators if i.in_lens]

    @cached_property
    def composites(self) -> list[Row]:
        names = (Composite.CORE_INDEX, Composite.EXTENDED_INDEX, Composite.CORE_INDEX_LENS_SPLIT, Composite.LENS)
        return [self._row(name, "composite") for name in names]

    def _row(self, subject: str, group: str) -> Row:
        mean = self.mean(subject)
        return Row(
            subject=subject,
            name=self.instrument.subject_name(subject),
            short=self.instrument.subject_name(subject, short=True),
            group=group,
            validated=self.whole(subject),
            self_=self.whole(subject, Layer.SELF),
            mean=scoring.rounded(Fraction(mean.mean), 0) if mean else None,
        )

    @cached_property
    def _ranked(self) -> list[Row]:
        scores = self.scores[Layer.VALIDATED].indicators
        rows = [self._row(i.code, i.part) for i in self.instrument.indicators if scores[i.code].score is not None]
        return sorted(rows, key=lambda row: scores[row.subject].score or 0, reverse=True)

    @property
    def strengths(self) -> list[Row]:
        """The three indicators with the highest scores."""
        return self._ranked[:3]

    @property
    def gaps(self) -> list[Row]:
        """The three indicators with the lowest scores, lowest first; none that is a strength."""
        return self._ranked[3:][-3:][::-1]

    @cached_property
    def radar(self) -> SafeString:
        """The areas of the index as a radar: the city, and the mean where there is one."""
        rows = self.areas
        city = self.result.assessment.city.name
        series = [charts.Series(city, tuple(self._float(row.subject) for row in rows), "city")]
        means = tuple(float(b.mean) if (b := self.mean(row.subject)) else None for row in rows)
        if any(value is not None for value in means):
            series.append(charts.Series(_("Mean of the published cities"), means, "peer"))
        return charts.radar(
            [row.short for row in rows],
            series,
            title=_("%(city)s by area") % {"city": city},
            description=_("Each axis is one area, from 0 to 100. The same figures are in the table below."),
            chart_id=f"radar-{self.result.pk}",
        )

    @cached_property
    def bars(self) -> SafeString:
        """All indicators as bars: validated, with the city's own figure beside it."""
        rows = [self._row(i.code, i.part) for i in self.instrument.indicators]
        return charts.bars(
            [
                charts.Bar(
                    row.name,
                    self._float(row.subject),
                    marker=float(mean.mean) if (mean := self.mean(row.subject)) else None,
                    second=self._float(row.subject, Layer.SELF),
                )
                for row in rows
            ],
            title=_("All indicators"),
            description=_("One bar an indicator, from 0 to 100. The same figures are in the table below."),
            chart_id=f"bars-{self.result.pk}",
            value_label=_("Validated"),
            second_label=_("The city's own answers"),
            marker_label=_("Mean of the published cities") if self.index_mean else "",
        )

    def _float(self, subject: str, layer: Layer = Layer.VALIDATED) -> float | None:
        score = self.scores[layer].by_subject()[subject]
        return None if score is None else float(score)


@dataclass(frozen=True)
class OutsideScore:
    """A figure published elsewhere, with the name of what it is of."""

    year: int
    name: str
    score: Decimal
    source_url: str


def outside_scores(city: City) -> list[OutsideScore]:
    """What others published about a city, newest first; named as in the newest edition. Two queries."""
    instrument = newest_instrument()
    return [
        OutsideScore(row.year, _name_of(row.subject, instrument), row.score, row.source_url)
        for row in city.published_scores.all()
    ]


def _name_of(subject: str, instrument: Instrument | None) -> str:
    is_known = subject in Composite.values or (instrument is not None and subject in instrument.by_code)
    return instrument.subject_name(subject) if instrument and is_known else subject


def view_of(result: Result) -> ResultView:
    """Read a result: its scores recomputed from the frozen answers, and the means stored beside. One query."""
    assessment = result.assessment
    instrument = instrument_for(assessment.edition)
    benchmarks = Benchmark.objects.filter(edition=assessment.edition, is_sample=assessment.is_sample)
    return ResultView(
        result=result,
        instrument=instrument,
        scores={layer: scores_of(instrument, result.answers, layer) for layer in Layer},
        benchmarks={benchmark.subject: benchmark for benchmark in benchmarks},
    )


@dataclass(frozen=True)
class QuestionLine:
    """How one question went into an indicator. Figures are decimal strings; None where it left the score."""

    question: InstrumentQuestion
    said: str
    outcome: scoring.Outcome
    points: str
    max_points: str
    weight: str
    contribution: str | None


@dataclass(frozen=True)
class PartLine:
    """How one score went into a composite."""

    subject: str
    name: str
    score: str | None
    weight: str
    contribution: str | None


@dataclass(frozen=True)
class Explanation:
    """Where one figure comes from: its lines add up to `score`, both rounded to two places. `exact` is the fraction."""

    subject: str
    name: str
    layer: Layer
    score: str | None
    exact: str
    questions: list[QuestionLine]
    parts: list[PartLine]

    @property
    def left_out(self) -> list[QuestionLine]:
        return [line for line in self.questions if not line.outcome.counts]


def explain(view: ResultView, subject: str, layer: Layer) -> Explanation:
    """The explanation of an indicator's or a composite's score. Raises KeyError for an unknown subject."""
    scores = view.scores[layer]
    exact = scores.by_subject()[subject]
    is_composite = subject in Composite.values
    return Explanation(
        subject=subject,
        name=view.instrument.subject_name(subject),
        layer=layer,
        score=scoring.rounded(exact),
        exact="" if exact is None else str(exact),
        questions=[] if is_composite else _question_lines(view.instrument, scores.indicators[subject]),
        parts=_part_lines(view.instrument, getattr(scores, subject)) if is_composite else [],
    )


def _question_lines(instrument: Instrument, score: scoring.IndicatorScore) -> list[QuestionLine]:
    shares = scoring.apportioned([score.contribution(question) for question in score.questions])
    lines = []
    for counted, share in zip(score.questions, shares, strict=True):
        question = instrument.questions[counted.code]
        lines.append(
            QuestionLine(
                question=question,
                said=question.label(counted.value),
                outcome=counted.outcome,
                points=_plain(counted.points),
                max_points=_plain(counted.max_points),
                weight=_plain(counted.weight),
                contribution=share,
            )
        )
    return lines


def _part_lines(instrument: Instrument, score: scoring.CompositeScore) -> list[PartLine]:
    shares = scoring.apportioned([score.contribution(part) for part in score.parts])
    return [
        PartLine(
            part.subject, instrument.subject_name(part.subject), scoring.rounded(part.score), _plain(part.weight), share
        )
        for part, share in zip(score.parts, shares, strict=True)
    ]


def _per_cent(count: int, total: int) -> int:
    return int(scoring.rounded(Fraction(100 * count, max(total, 1)), 0) or 0)


def _plain(number: Fraction) -> str:
    """A weight or a number of points without needless zeros: 1, 0.5, 1.25."""
    text = scoring.rounded(number, 4) or ""
    return text.rstrip("0").rstrip(".")
