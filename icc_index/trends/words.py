"""Trends as people read them, on a page, in a PDF and in a report: tables, and sentences with their figures."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from functools import cached_property

from django.utils.formats import number_format
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from cities.enums import FigureKind
from cities.models import Programme
from epi import charts
from icc_index import scoring
from icc_index.enums import Composite, ForeignGroup, SizeGroup
from icc_index.instrument import InstrumentIndicator, InstrumentQuestion
from icc_index.reports.words import NOTHING, figure
from icc_index.trends.figures import FEW_TO_RANK, Figures, Pair, Said, Spread
from icc_index.trends.reading import CityScores, Reading
from icc_index.trends.sets import Choice, Verdict

EXTREMES = 3
PAIRS = 6
CLEAR = 0.5  # from here on, either way, a rank correlation is told in a sentence
SHADES = 5
COMPOSITES = (Composite.CORE_INDEX, Composite.EXTENDED_INDEX, Composite.LENS)


def decimal(value: float, places: int) -> str:
    """A computed figure rounded half up, with a proper minus sign."""
    rounded = Decimal(scoring.rounded(Fraction(abs(value)), places) or 0)
    sign = "−" if value < 0 and rounded else ""
    return sign + number_format(rounded, places)


@dataclass(frozen=True)
class Cell:
    """One score in the heat map. `shade` is 1 (lowest fifth of the scale) to 5, 0 where there is no score."""

    text: str
    shade: int


def cell(score: Fraction | None) -> Cell:
    if score is None:
        return Cell(NOTHING, 0)
    return Cell(figure(score), min(int(score * SHADES / 100), SHADES - 1) + 1)


@dataclass(frozen=True)
class HeatRow:
    name: str
    slug: str
    year: int
    cells: Sequence[Cell]


@dataclass(frozen=True)
class HeatTable:
    """Some cities of the heat map as columns, for paper: `lines` has the name of each subject with its cells."""

    cities: Sequence[HeatRow]
    lines: Sequence[tuple[str, Sequence[Cell]]]


@dataclass(frozen=True)
class AreaRow:
    """One subject over the cities, in the figures that may be told."""

    subject: str
    name: str
    group: str
    cities: str
    mean: str
    deviation: str
    lowest: str
    highest: str


@dataclass(frozen=True)
class SaidRow:
    """One question: how many cities say what, with the share of all."""

    question: InstrumentQuestion
    counts: Sequence[tuple[Said, int, str]]

    @property
    def strip(self) -> SafeString:
        return charts.strip(tuple((said.value, number) for said, number, _share in self.counts))


@dataclass(frozen=True)
class SaidArea:
    indicator: InstrumentIndicator
    rows: Sequence[SaidRow]


@dataclass(frozen=True)
class PairRow:
    first: str
    second: str
    rho: str
    cities: int


@dataclass(frozen=True)
class TrendView:
    """A reading in words. `programmes` are those that can be chosen, to name them."""

    reading: Reading
    programmes: Mapping[int, Programme]

    @property
    def cities(self) -> int:
        return len(self.reading.results)

    @property
    def is_shown(self) -> bool:
        return self.reading.figures is not None

    @property
    def figures(self) -> Figures:
        assert self.reading.figures is not None
        return self.reading.figures

    # What the figures are about
    @cached_property
    def set_name(self) -> str:
        """Which cities were chosen, in words."""
        return self.name_of(self.reading.filters.choice)

    def name_of(self, choice: Choice) -> str:
        parts = []
        if choice.programme is not None:
            parts.append(self.programmes[choice.programme].name)
        if choice.size is not None:
            parts.append(_("Population: %(group)s") % {"group": SizeGroup(choice.size).label})
        if choice.foreign is not None:
            parts.append(_("From abroad: %(group)s") % {"group": ForeignGroup(choice.foreign).label})
        return " · ".join(parts) or _("All cities")

    @property
    def why_hidden(self) -> str:
        """One sentence on why nothing is told; empty where it is."""
        judgement = self.reading.judgement
        if judgement.verdict is Verdict.FEW:
            return self._too_few()
        if judgement.verdict is Verdict.TELLING and judgement.beside:
            return _(
                "Means, shares and correlations of these cities are not shown: compared with “%(others)s” they would "
                "tell of fewer than five cities."
            ) % {"others": self.name_of(judgement.beside)}
        if judgement.verdict is Verdict.NO_CITY:
            return _("There is no validated result of such a city that you may see.")
        return ""

    def _too_few(self) -> str:
        return ngettext(
            "Means, shares and correlations are shown from five cities on, so that they tell nothing of a single one; "
            "here is %(number)d.",
            "Means, shares and correlations are shown from five cities on, so that they tell nothing of a single one; "
            "here are %(number)d.",
            self.cities,
        ) % {"number": self.cities}

    @property
    def definitions(self) -> list[str]:
        """By which definitions the share of people from abroad is counted, with how many cities use each."""
        return [
            ngettext("%(kind)s: %(number)d city", "%(kind)s: %(number)d cities", number)
            % {"kind": FigureKind(kind).label, "number": number}
            for kind, number in sorted(self.reading.definitions.items())
        ]

    # Tables
    @property
    def columns(self) -> list[InstrumentIndicator]:
        return list(self.reading.instrument.indicators)

    def heat_rows(self, cities: Sequence[CityScores]) -> list[HeatRow]:
        """The core index, then every indicator, a row a city."""
        return [
            HeatRow(one.name, one.slug, one.year, [cell(one.scores.get(subject)) for subject in self.heat_subjects])
            for one in cities
        ]

    @property
    def heat_subjects(self) -> list[str]:
        return [Composite.CORE_INDEX.value, *self.reading.instrument.by_code]

    def heat_tables(self, cities: Sequence[CityScores], columns: int) -> list[HeatTable]:
        """The same turned round, so many cities beside each other."""
        rows = self.heat_rows(cities)
        names = [self.reading.instrument.subject_name(subject, short=True) for subject in self.heat_subjects]
        return [
            HeatTable(some, list(zip(names, zip(*(row.cells for row in some), strict=True), strict=True)))
            for some in (rows[start : start + columns] for start in range(0, len(rows), columns))
        ]

    @cached_property
    def mean_cells(self) -> list[Cell]:
        """The last row of the heat map: the means that may be told."""
        spreads = self.figures.spreads
        return [cell(spreads[one].mean if one in spreads else None) for one in self.heat_subjects]

    @cached_property
    def areas(self) -> list[AreaRow]:
        """The indexes and the lens, then every indicator."""
        composites = [self._area_row(one, "composite") for one in COMPOSITES]
        return [*composites, *(self._area_row(one.code, _group(one)) for one in self.columns)]

    def _area_row(self, subject: str, group: str) -> AreaRow:
        spread = self.figures.spreads.get(subject)
        name = self.reading.instrument.subject_name(subject)
        if spread is None:
            return AreaRow(subject, name, group, NOTHING, NOTHING, NOTHING, NOTHING, NOTHING)
        return AreaRow(subject, name, group, str(spread.cities), **_spread_words(spread))

    @cached_property
    def said(self) -> list[SaidArea]:
        """What the cities say, question by question."""
        return [SaidArea(one, [self._said_row(question) for question in one.questions]) for one in self.columns]

    def _said_row(self, question: InstrumentQuestion) -> SaidRow:
        counts = self.figures.said[question.code]
        return SaidRow(question, [(one, counts[one], self.share(counts[one])) for one in Said])

    def share(self, number: int) -> str:
        """`number` of the cities in whole per cent."""
        return figure(Fraction(100 * number, self.figures.cities))

    @cached_property
    def pairs(self) -> list[PairRow]:
        """The clearest connections between areas, the strongest first, whichever way they go."""
        return [self._pair_row(pair) for pair in self._clearest]

    def _pair_row(self, pair: Pair) -> PairRow:
        return PairRow(self._name(pair.first), self._name(pair.second), decimal(pair.rho, 2), pair.cities)

    @cached_property
    def _clearest(self) -> list[Pair]:
        clear = [pair for pair in self.figures.pairs if abs(pair.rho) >= CLEAR]
        return sorted(clear, key=lambda pair: -abs(round(pair.rho, 9)))[:PAIRS]

    @property
    def hidden_names(self) -> list[str]:
        """Areas of which some cities have scores, but not enough to be told of."""
        return [self._name(one.code) for one in self.columns if one.code in self.reading.hidden]

    # Sentences
    @cached_property
    def _spreads(self) -> list[tuple[str, Spread]]:
        """The areas that have a mean, in the questionnaire's order."""
        spreads = self.figures.spreads
        return [(one.code, spreads[one.code]) for one in self.columns if one.code in spreads]

    @cached_property
    def _by_mean(self) -> list[tuple[str, Spread]]:
        return sorted(self._spreads, key=lambda one: -one[1].mean)

    @property
    def overall(self) -> str:
        """The core index of these cities in a sentence."""
        spread = self.figures.spreads.get(Composite.CORE_INDEX)
        if spread is None:
            return ""
        return ngettext(
            "The mean core index of %(cities)d city is %(mean)s, from %(lowest)s to %(highest)s.",
            "The mean core index of %(cities)d cities is %(mean)s, from %(lowest)s to %(highest)s.",
            spread.cities,
        ) % {"cities": spread.cities, **_spread_words(spread)}

    @cached_property
    def strongest(self) -> list[str]:
        ranked = self._by_mean[: self._extremes]
        first = _(
            "%(area)s is the strongest area: a mean of %(mean)s over %(cities)d cities, from %(lowest)s to %(highest)s."
        )
        return self._ranked(ranked, first)

    @cached_property
    def weakest(self) -> list[str]:
        ranked = self._by_mean[::-1][: self._extremes]
        first = _(
            "%(area)s is the weakest area: a mean of %(mean)s over %(cities)d cities, from %(lowest)s to %(highest)s."
        )
        return self._ranked(ranked, first)

    @property
    def _extremes(self) -> int:
        """How many are told at each end; none where all means are the same, as nothing is strong or weak then."""
        means = {spread.mean for _code, spread in self._spreads}
        return 0 if len(means) == 1 else min(EXTREMES, len(self._spreads) // 2)

    @property
    def is_level(self) -> bool:
        """True if every area has the same mean."""
        return len({spread.mean for _code, spread in self._spreads}) == 1

    def _ranked(self, ranked: Sequence[tuple[str, Spread]], first: str) -> list[str]:
        then = _("Then comes %(area)s: a mean of %(mean)s over %(cities)d cities, from %(lowest)s to %(highest)s.")
        return [self._spread_sentence(then if place else first, *one) for place, one in enumerate(ranked)]

    @cached_property
    def most_different(self) -> list[str]:
        """Where cities differ most, by the standard deviation."""
        uneven = [one for one in self._spreads if not one[1].is_even]
        ranked = sorted(uneven, key=lambda one: -round(one[1].deviation, 9))[:EXTREMES]
        first = _(
            "Cities differ most in %(area)s: from %(lowest)s to %(highest)s, with a standard deviation of "
            "%(deviation)s over %(cities)d cities."
        )
        then = _(
            "Then in %(area)s: from %(lowest)s to %(highest)s, with a standard deviation of %(deviation)s over "
            "%(cities)d cities."
        )
        return [self._spread_sentence(then if place else first, *one) for place, one in enumerate(ranked)]

    def _spread_sentence(self, sentence: str, code: str, spread: Spread) -> str:
        return sentence % {"area": self._name(code), "cities": spread.cities, **_spread_words(spread)}

    @cached_property
    def together(self) -> list[str]:
        """What goes together: the clearest rank correlations in sentences."""
        alike = _(
            "Cities with a higher score in %(first)s tend to have a higher one in %(second)s: rank correlation %(rho)s "
            "over %(cities)d cities."
        )
        opposed = _(
            "Cities with a higher score in %(first)s tend to have a lower one in %(second)s: rank correlation %(rho)s "
            "over %(cities)d cities."
        )
        return [
            (alike if pair.rho > 0 else opposed)
            % {
                "first": self._name(pair.first),
                "second": self._name(pair.second),
                "rho": decimal(pair.rho, 2),
                "cities": pair.cities,
            }
            for pair in self._clearest
        ]

    @property
    def warning(self) -> str:
        """That a correlation over few cities may be chance; empty where there are many, or none was computed."""
        pairs = self.figures.pairs
        fewest = min((pair.cities for pair in pairs), default=FEW_TO_RANK)
        if fewest >= FEW_TO_RANK:
            return ""
        return _(
            "With only %(cities)d cities even a strong correlation is often chance, and among the %(pairs)d pairs of "
            "areas some look strong by chance alone."
        ) % {"cities": fewest, "pairs": len(pairs)}

    @cached_property
    def answers(self) -> list[str]:
        """The questions on which most cities agree, and those that many could not answer."""
        half, third = Fraction(1, 2), Fraction(1, 3)
        yes = _("%(number)d of %(cities)d cities say yes in full (%(share)s %%): “%(question)s”")
        no = _("%(number)d of %(cities)d cities say no (%(share)s %%): “%(question)s”")
        unknown = _("%(number)d of %(cities)d cities do not know or give no answer (%(share)s %%): “%(question)s”")
        return [
            *self._said_sentences(Said.YES, half, yes),
            *self._said_sentences(Said.NO, half, no),
            *self._said_sentences(Said.UNKNOWN, third, unknown),
        ]

    def _said_sentences(self, said: Said, at_least: Fraction, sentence: str) -> list[str]:
        """The questions that most cities answer so, if that share of them does."""
        counts = {code: count[said] for code, count in self.figures.said.items()}
        enough = [code for code, number in counts.items() if number and number >= at_least * self.figures.cities]
        questions = self.reading.instrument.questions
        return [
            sentence
            % {
                "number": counts[code],
                "cities": self.figures.cities,
                "share": self.share(counts[code]),
                "question": questions[code].text,
            }
            for code in sorted(enough, key=lambda code: -counts[code])[:EXTREMES]
        ]

    def _name(self, subject: str) -> str:
        return self.reading.instrument.subject_name(subject)


def _spread_words(spread: Spread) -> dict[str, str]:
    return {
        "mean": figure(spread.mean),
        "deviation": decimal(spread.deviation, 1),
        "lowest": figure(spread.lowest),
        "highest": figure(spread.highest),
    }


def _group(indicator: InstrumentIndicator) -> str:
    return "lens" if indicator.in_lens else indicator.part.value


def caveats() -> list[str]:
    """What stands on every page, PDF and sheet of trends."""
    return [
        _("The Index proves no cause: what goes together need not follow from one another."),
        _("The wording of the questions and the points are this platform's own, not the Council of Europe's."),
    ]


def labels_of_said() -> dict[Said, str]:
    return {
        Said.YES: _("Yes"),
        Said.PARTLY: _("Partly"),
        Said.NO: _("No"),
        Said.NOT_APPLICABLE: _("Not applicable"),
        Said.UNKNOWN: _("Not known"),
    }
