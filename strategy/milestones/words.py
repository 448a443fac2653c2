"""What pages, tables and mails say of a milestone's dates, as whole sentences."""

from datetime import date

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from strategy.milestones.enums import MilestoneState
from strategy.milestones.queries import Judged


def slippage(row: Judged) -> str:
    """How the date stands to the one promised first: "42 days later than promised first. Moved 3 times."; or nothing.

    Of a dropped one nothing is told: its date holds no more.
    """
    if row.milestone.state == MilestoneState.DROPPED:
        return ""
    return " ".join(sentence for sentence in (_slipped(row.slipped), _moved(row.moved)) if sentence)


def _slipped(days: int) -> str:
    if days > 0:
        return ngettext("%(days)d day later than promised first.", "%(days)d days later than promised first.", days) % {
            "days": days
        }
    if days < 0:
        return ngettext(
            "%(days)d day earlier than promised first.", "%(days)d days earlier than promised first.", -days
        ) % {"days": -days}
    return ""


def _moved(times: int) -> str:
    if not times:
        return ""
    return ngettext("Moved once.", "Moved %(times)d times.", times) % {"times": times}


def overdue(due_on: date, today: date) -> str:
    """By how much a date has passed."""
    days = (today - due_on).days
    return ngettext("%(days)d day overdue", "%(days)d days overdue", days) % {"days": days}
