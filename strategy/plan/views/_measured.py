"""A measure as the page of its action shows it: figures in words, and the chart of what the table says."""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from django.utils.formats import date_format, number_format
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from epi import charts
from strategy.plan.models import Reading
from strategy.plan.pilot_queries import MeasureRow


@dataclass(frozen=True)
class Measured:
    """One measure: its row, its chart ("" with fewer than two figures), and each figure as people read it."""

    row: MeasureRow
    chart: SafeString | str
    baseline: str
    target: str
    readings: list[tuple[Reading, str]]


def shown(row: MeasureRow) -> Measured:
    return Measured(
        row=row,
        chart=_drawn(row) if row.is_drawn else "",
        baseline=_in_words(row.measure.baseline),
        target=_in_words(row.measure.target),
        readings=[(reading, _in_words(reading.value)) for reading in row.readings],
    )


def _in_words(figure: Decimal | None) -> str:
    """A figure without noughts behind the point; nothing for none."""
    return "" if figure is None else number_format(f"{figure.normalize():f}", force_grouping=True)


def _drawn(row: MeasureRow) -> SafeString:
    """The readings between baseline and target."""
    measure = row.measure
    return charts.line(
        [charts.Figure(one.read_on, one.value) for one in row.readings],
        baseline=charts.Figure.given(measure.baseline_on, measure.baseline),
        target=charts.Figure.given(measure.target_on, measure.target),
        title=measure.name,
        description=_described(row),
        chart_id=f"measure-{measure.pk}-chart",
        readings_label=_("Readings"),
        baseline_label=_("Baseline"),
        target_label=_("Target"),
        unit=measure.unit,
    )


def _described(row: MeasureRow) -> str:
    """The chart in a sentence for each part of it."""
    measure, last = row.measure, row.last
    parts = []
    if measure.baseline is not None and measure.baseline_on:
        parts.append(_("Baseline of %(day)s: %(figure)s.") % _words(measure.baseline_on, measure.baseline))
    if last:
        parts.append(_("Last reading, of %(day)s: %(figure)s.") % _words(last.read_on, last.value))
    if measure.target is not None and measure.target_on:
        parts.append(_("Target for %(day)s: %(figure)s.") % _words(measure.target_on, measure.target))
    return " ".join([*parts, _("All figures stand in the table.")])


def _words(day: date, figure: Decimal) -> dict[str, str]:
    return {"day": date_format(day, "j E Y"), "figure": _in_words(figure)}
