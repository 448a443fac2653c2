"""Outcome measures of actions, and what they say over time (S16). Readings go on when an action is over."""

from datetime import date
from decimal import Decimal
from typing import Any

from django.db import transaction
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from cities.models import User
from epi.errors import CannotBeDone
from strategy.access import still_there
from strategy.plan.actions._pilots import followed_action, open_action, record
from strategy.plan.models import Measure, PilotAction, Reading
from strategy.plan.pilot_rules import check_has_come
from strategy.versions import change


@transaction.atomic
def add_measure(*, action: PilotAction, name: str, by: User, **facts: Any) -> Measure:
    """Say what is counted, from where it starts and where it should get: as much of it as is known."""
    action = open_action(action, by)
    _check(**facts)
    measure = Measure.objects.create(action=action, name=name, **facts)
    record("action.measure_added", action, by=by, measure=measure.pk)
    return measure


@transaction.atomic
def change_measure(*, measure: Measure, base_version: int, by: User, **facts: Any) -> None:
    """Change what `add_measure` set. Raises Conflict when somebody saved in between."""
    action = open_action(measure.action, by)
    measure = still_there(action.measures.all(), measure.pk)
    _check(**facts)
    change(measure, base_version=base_version, **facts)
    record("action.measure_changed", action, by=by, measure=measure.pk)


@transaction.atomic
def remove_measure(*, measure: Measure, by: User) -> None:
    """Remove a measure that was never read: readings are evidence."""
    action = open_action(measure.action, by)
    if Reading.objects.filter(measure=measure).exists():
        raise CannotBeDone(_("The measure has readings. Remove these first, if they are wrong."))
    removed, _by_model = action.measures.filter(pk=measure.pk).delete()
    if removed:
        record("action.measure_removed", action, by=by, measure=measure.pk)


def _check(
    *,
    baseline: Decimal | None = None,
    baseline_on: date | None = None,
    target: Decimal | None = None,
    target_on: date | None = None,
    **others: Any,
) -> None:
    """Raise CannotBeDone for a figure without its day, a day without its figure, and a target before its baseline."""
    if (baseline is None) != (baseline_on is None):
        raise CannotBeDone(_("Give the baseline and its day together."))
    if (target is None) != (target_on is None):
        raise CannotBeDone(_("Give the target and its day together."))
    if baseline_on and target_on and target_on < baseline_on:
        raise CannotBeDone(_("The day of the target is before that of the baseline."))


# Readings -----------------------------------------------------------------------------------------------------------
@transaction.atomic
def add_reading(*, measure: Measure, read_on: date, value: Decimal, note: str, url: str, by: User) -> Reading:
    """Write down what the measure says on a day. Raises CannotBeDone for a day to come, or one that has a reading."""
    action = followed_action(measure.action, by)
    measure = still_there(action.measures.all(), measure.pk)
    _check_day(action, measure, read_on)
    reading = Reading.objects.create(measure=measure, read_on=read_on, value=value, note=note, url=url, by=by)
    record("action.read", action, by=by, reading=reading.pk)
    return reading


@transaction.atomic
def change_reading(*, reading: Reading, base_version: int, by: User, **facts: Any) -> None:
    """Change a reading. Raises Conflict when somebody saved in between."""
    action = followed_action(reading.measure.action, by)
    reading = still_there(Reading.objects.select_related("measure").filter(measure__action=action), reading.pk)
    _check_day(action, reading.measure, facts["read_on"], but=reading)
    change(reading, base_version=base_version, by=by, **facts)
    record("action.reading_changed", action, by=by, reading=reading.pk)


@transaction.atomic
def remove_reading(*, reading: Reading, by: User) -> None:
    action = followed_action(reading.measure.action, by)
    removed, _by_model = Reading.objects.filter(pk=reading.pk, measure__action=action).delete()
    if removed:
        record("action.reading_removed", action, by=by, reading=reading.pk)


def _check_day(action: PilotAction, measure: Measure, day: date, *, but: Reading | None = None) -> None:
    check_has_come(action, day)
    there = measure.readings.filter(read_on=day).exclude(pk=but.pk if but else None).first()
    if there:
        raise CannotBeDone(
            _("There is a reading of %(day)s already. Change that one, or choose another day.")
            % {"day": date_format(day, "j E Y")}
        )
