"""When the owner of a milestone hears of it, and which week a digest is of. Plain values in, plain values out."""

from datetime import date, datetime, timedelta

from strategy.monitoring.models import Occasion

DAYS_BEFORE = {Occasion.DAY_BEFORE: 1, Occasion.WEEK_BEFORE: 7, Occasion.MONTH_BEFORE: 30}
FARTHEST = timedelta(days=max(DAYS_BEFORE.values()))
DIGEST_HOUR = 6  # on Monday, by the reader's clock


def occasion_of(due_on: date, *, promised_on: date, today: date) -> Occasion | None:
    """The latest occasion on which the owner should have heard of this date by `today`; the earlier ones are missed.

    A day before the date was promised was no occasion: whoever promises on Monday to be ready on Friday knows it.
    """
    if due_on < today:
        return Occasion.OVERDUE
    for occasion, days in DAYS_BEFORE.items():
        day = due_on - timedelta(days=days)
        if day <= today:
            return occasion if day >= promised_on else None
    return None


def week_of_digest(now: datetime) -> tuple[int, int] | None:
    """Year and week (ISO 8601) whose digest is due at `now`, in the reader's time; None before six on Monday."""
    if now.isoweekday() == 1 and now.hour < DIGEST_HOUR:
        return None
    year, week, _day = now.isocalendar()
    return year, week


def monday(today: date) -> date:
    return today - timedelta(days=today.weekday())
