"""Pilot actions as a table for a spreadsheet."""

from collections.abc import Iterable
from datetime import date
from decimal import Decimal

from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from epi import spreadsheets
from strategy.plan.models import CityStrategy
from strategy.plan.pilot_queries import ActionRow

Row = list[spreadsheets.Value]


def actions_book(strategy: CityStrategy, rows: Iterable[ActionRow]) -> bytes:
    """An XLSX file with a row for each action. Money is in euros, days as 2021-06-30."""
    head: Row = [
        _("Area"),
        _("Objective"),
        _("Pilot action"),
        _("State"),
        _("Owner"),
        _("Target group"),
        _("First day"),
        _("Last day"),
        _("Budget, in euros"),
        _("Who pays for it"),
        _("Outputs"),
        _("What was learnt"),
        _("Who carries it on after the project"),
        _("Budget a year after the project, in euros"),
        _("Who pays for it after the project"),
        _("Missing"),
    ]
    sheet = _("Pilot actions")
    return spreadsheets.write_book({sheet: [head, *(_row(row) for row in rows)]})


def _row(row: ActionRow) -> Row:
    action = row.action
    return [
        action.objective.get_area_display(),
        action.objective.title,
        action.title,
        action.get_state_display(),
        _owner(row),
        action.target_group,
        _day(action.starts_on),
        _day(action.ends_on),
        _amount(action.budget),
        action.budget_source,
        action.outputs,
        action.learnt,
        action.after_owner,
        _amount(action.after_budget),
        action.after_source,
        ", ".join(row.missing),
    ]


def _owner(row: ActionRow) -> str:
    if row.owner is None:
        return ""
    if row.owner.is_current:
        return str(row.owner)
    return pgettext("a former member", "%(name)s (has left)") % {"name": row.owner}


def _day(day: date | None) -> str:
    return day.isoformat() if day else ""


def _amount(amount: Decimal | None) -> spreadsheets.Value:
    return "" if amount is None else amount
