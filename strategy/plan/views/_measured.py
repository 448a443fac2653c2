"""The chart of a measure: what its table says, drawn."""

from django.utils.formats import date_format, number_format
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from epi import charts
from strategy.plan.pilot_queries import MeasureRow


def drawn(row: MeasureRow) -> SafeString | str:
    """The readings between baseline and target; nothing where there are fewer than two figures."""
    if not row.is_drawn:
        return ""
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


def _words(day: object, figure: object) -> dict[str, str]:
    return {"day": date_format(day, "j E Y"), "figure": in_words(figure)}


def in_words(figure: object) -> str:
    return number_format(f"{figure.normalize():f}", force_grouping=True)  # type: ignore[attr-defined]
