"""A city's milestones as a table for a spreadsheet."""

from collections.abc import Iterable, Mapping
from datetime import date

from django.utils.translation import gettext as _

from strategy.milestones.queries import Judged

Table = list[list[str]]


def table(rows: Iterable[Judged], *, titles: Mapping[int, str]) -> Table:
    """One row a milestone. `titles` names what milestones come after; one that is not in it, its reader may not see."""
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
    return [head, *(_row(row, titles) for row in rows)]


def _row(row: Judged, titles: Mapping[int, str]) -> list[str]:
    milestone = row.milestone
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
        ", ".join(titles[pk] for pk in row.needs if pk in titles),
        milestone.description,
        milestone.proof,
        milestone.proof_url,
        milestone.drop_reason,
    ]


def _day(day: date | None) -> str:
    return day.isoformat() if day else ""
