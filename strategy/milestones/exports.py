"""A city's milestones as a table for a spreadsheet."""

from collections.abc import Iterable
from datetime import date

from django.utils.translation import gettext as _

from strategy.milestones.queries import Listed

Table = list[list[str]]


def table(rows: Iterable[Listed]) -> Table:
    """One row a milestone."""
    head = [
        _("On the way to"),
        _("Pilot action"),
        _("Milestone"),
        _("State"),
        _("Light"),
        _("Starts on"),
        _("Promised first"),
        _("Promised now"),
        _("Reached on"),
        _("Days later than promised first"),
        _("How often it moved"),
        _("All promised dates"),
        _("Owner"),
        _("Comes after"),
        _("What must be there"),
        _("Proof"),
        _("Where the proof can be read"),
        _("Why it was dropped"),
    ]
    return [head, *map(_row, rows)]


def _row(listed: Listed) -> list[str]:
    row, milestone = listed.row, listed.row.milestone
    return [
        str(milestone.get_process_display()),
        str(milestone.action or ""),
        milestone.title,
        str(milestone.get_state_display()),
        str(row.light.label),
        _day(milestone.starts_on),
        _day(row.promised[0] if row.promised else milestone.due_on),
        _day(milestone.due_on),
        _day(milestone.reached_on),
        str(row.slipped),
        str(row.moved),
        ", ".join(map(_day, row.promised)),
        row.owner,
        ", ".join(map(str, listed.waits)),
        milestone.description,
        milestone.proof,
        milestone.proof_url,
        milestone.drop_reason,
    ]


def _day(day: date | None) -> str:
    return day.isoformat() if day else ""
