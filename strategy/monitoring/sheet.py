"""The network board as a spreadsheet: a sheet with a line for each city, and one with each milestone."""

from collections.abc import Iterable, Sequence
from datetime import date

from django.utils.translation import gettext as _

from epi import spreadsheets
from epi.spreadsheets import Value
from strategy.milestones.queries import Judged
from strategy.monitoring.board import STEPS, Cell, CityRow


def workbook(rows: Sequence[CityRow]) -> bytes:
    """An XLSX file with the whole board. Days are written as in 2021-06-30, which every spreadsheet sorts."""
    return spreadsheets.write_book({_("Cities"): _cities(rows), _("Milestones"): _milestones(rows)})


def _day(day: date | None) -> str:
    return day.isoformat() if day else ""


def _cities(rows: Sequence[CityRow]) -> Iterable[Sequence[Value]]:
    yield (_("City"), _("Index"), *_of_each_step(), *_of_each_city())
    for row in rows:
        yield (
            row.city.name,
            row.index.assessment.get_status_display() if row.index else "",
            *(value for cell in row.cells for value in _cell(cell)),
            row.actions,
            row.sum.reached,
            row.sum.total,
            row.sum.red,
            row.sum.amber,
            row.slipped,
            _day(row.changed_on),
            _day(row.nudged_on),
        )


def _of_each_step() -> Iterable[str]:
    for step in STEPS:
        yield str(step.label)
        yield _("%(step)s: reached") % {"step": step.label}
        yield _("%(step)s: all") % {"step": step.label}
        yield _("%(step)s: next date") % {"step": step.label}


def _of_each_city() -> Iterable[str]:
    yield _("Pilot actions made public")
    yield _("Milestones reached")
    yield _("Milestones in all")
    yield _("Overdue")
    yield _("At risk")
    yield _("Slipped most, in days")
    yield _("Last change")
    yield _("Last reminder")


def _cell(cell: Cell) -> tuple[Value, ...]:
    return str(cell.sum.light.label), cell.sum.reached, cell.sum.total, _day(cell.due_on)


def _milestones(rows: Sequence[CityRow]) -> Iterable[Sequence[Value]]:
    words = (_("City"), _("Step"), _("Milestone"), _("State"), _("Light"))
    yield (*words, _("Promised first"), _("Promised last"), _("Reached on"), _("Slipped, in days"), _("Moved, times"))
    for row in rows:
        for one in row.milestones:
            yield _milestone(row, one)


def _milestone(row: CityRow, one: Judged) -> tuple[Value, ...]:
    milestone = one.milestone
    return (
        row.city.name,
        milestone.get_process_display(),
        milestone.title,
        milestone.get_state_display(),
        str(one.light.label),
        _day(one.promised[0] if one.promised else milestone.due_on),
        _day(milestone.due_on),
        _day(milestone.reached_on),
        one.slipped,
        max(len(one.promised) - 1, 0),
    )
