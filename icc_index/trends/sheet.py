"""Trends as a spreadsheet: one sheet for each table, with numbers that can be counted on."""

from collections.abc import Iterable, Sequence
from decimal import Decimal
from fractions import Fraction

from django.utils.translation import gettext as _

from epi import spreadsheets
from epi.spreadsheets import Value
from icc_index import scoring
from icc_index.trends.figures import Spread
from icc_index.trends.reading import CityScores
from icc_index.trends.words import TrendView, caveats, labels_of_said

PLACES = 2


def workbook(view: TrendView, cities: Sequence[CityScores]) -> bytes:
    """An XLSX file with what the page tells: every city, and the figures over all where they may be told."""
    sheets = {_("About"): _about(view), _("Cities"): _cities(view, cities)}
    if view.is_shown:
        sheets |= {_("Areas"): _areas(view), _("Questions"): _questions(view), _("Together"): _pairs(view)}
    return spreadsheets.write_book(sheets)


def _number(value: Fraction | float | None) -> Value:
    """Rounded half up to two places; nothing where there is no figure."""
    if value is None:
        return ""
    rounded = Decimal(scoring.rounded(abs(Fraction(value)), PLACES) or 0)
    return -rounded if value < 0 else rounded


def _range(spread: Spread) -> tuple[Value, Value]:
    return _number(spread.lowest), _number(spread.highest)


def _about(view: TrendView) -> Iterable[Sequence[Value]]:
    filters = view.reading.filters
    yield _("Common trends"), view.set_name
    yield _("Edition"), filters.edition.code
    yield _("Data"), _("Sample data: made up") if filters.is_sample else _("Validated results")
    yield _("Cities"), view.cities
    if view.why_hidden:
        yield _("Not shown"), view.why_hidden
    if view.is_shown and view.hidden_names:
        yield _("Areas not shown, since they would tell of fewer than five cities"), ", ".join(view.hidden_names)
    for number, sentence in enumerate(caveats(), start=1):
        yield _("Note %(number)d") % {"number": number}, sentence


def _cities(view: TrendView, cities: Sequence[CityScores]) -> Iterable[Sequence[Value]]:
    subjects = view.heat_subjects
    yield _("City"), _("Year"), *(view.reading.instrument.subject_name(subject) for subject in subjects)
    for city in cities:
        yield city.name, city.year, *(_number(city.scores.get(subject)) for subject in subjects)


def _areas(view: TrendView) -> Iterable[Sequence[Value]]:
    yield _("Area"), _("Cities"), _("Mean"), _("Standard deviation"), _("Lowest"), _("Highest")
    for subject, spread in view.figures.spreads.items():
        name = view.reading.instrument.subject_name(subject)
        yield name, spread.cities, _number(spread.mean), _number(spread.deviation), *_range(spread)


def _questions(view: TrendView) -> Iterable[Sequence[Value]]:
    labels = labels_of_said().values()
    in_per_cent = [_("%(answer)s, per cent") % {"answer": label} for label in labels]
    yield _("Question"), _("Text"), _("Cities"), *labels, *in_per_cent
    total = view.figures.cities
    for code, counts in view.figures.said.items():
        shares = [_number(Fraction(100 * number, total)) for number in counts.values()]
        yield code, view.reading.instrument.questions[code].text, total, *counts.values(), *shares


def _pairs(view: TrendView) -> Iterable[Sequence[Value]]:
    yield _("Area"), _("Other area"), _("Rank correlation"), _("Cities")
    name = view.reading.instrument.subject_name
    for pair in view.figures.pairs:
        yield name(pair.first), name(pair.second), _number(pair.rho), pair.cities
    if view.warning:
        yield (view.warning,)
