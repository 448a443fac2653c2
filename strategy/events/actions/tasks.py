"""What the cities take home from an event to do."""

from collections.abc import Collection
from datetime import date

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from cities.models import City, User
from epi import audit
from epi.errors import CannotBeDone
from strategy.access import still_there
from strategy.events import rules
from strategy.events.actions._common import change, lock
from strategy.events.models import CityTask, EventTask, ProgrammeEvent


@transaction.atomic
def add_task(*, event: ProgrammeEvent, title: str, due_on: date, cities: Collection[City], by: User) -> EventTask:
    """Give cities something to do: one row for each of them."""
    event = lock(event)
    rules.check_can_change_here(by, event)
    _check_cities(event, cities)
    task = EventTask.objects.create(event=event, title=title, due_on=due_on)
    CityTask.objects.bulk_create([CityTask(task=task, city=city) for city in cities])
    audit.record("programme_event.task_added", event, by=by, task=task.pk, cities=_slugs(cities))
    return task


@transaction.atomic
def change_task(
    *, task: EventTask, title: str, due_on: date, cities: Collection[City], base_version: int, by: User
) -> None:
    """Change a task and who has it. Raises Conflict, and CannotBeDone for a city that has done it already."""
    event = lock(task.event)
    rules.check_can_change_here(by, event)
    _check_cities(event, cities)
    task = still_there(event.tasks.all(), task.pk)
    change(task, base_version=base_version, title=title, due_on=due_on)
    leaving = task.rows.exclude(city__in=cities)
    done = leaving.exclude(done_at=None).select_related("city").first()
    if done:
        raise CannotBeDone(_("%(city)s has done this already, so it keeps the task.") % {"city": done.city})
    leaving.delete()
    there = set(task.rows.values_list("city_id", flat=True))
    CityTask.objects.bulk_create([CityTask(task=task, city=city) for city in cities if city.pk not in there])
    audit.record("programme_event.task_changed", event, by=by, task=task.pk, cities=_slugs(cities))


@transaction.atomic
def remove_task(*, task: EventTask, by: User) -> None:
    """Take a task from all cities. Raises CannotBeDone once a city has done it."""
    event = lock(task.event)
    rules.check_can_change_here(by, event)
    if task.rows.exclude(done_at=None).exists():
        raise CannotBeDone(_("A city has done this already, so the task stays."))
    event.tasks.filter(pk=task.pk).delete()
    audit.record("programme_event.task_removed", event, by=by, task=task.pk, title=task.title)


def _check_cities(event: ProgrammeEvent, cities: Collection[City]) -> None:
    if not cities:
        raise CannotBeDone(_("Choose at least one city."))
    if event.programme.cities.filter(pk__in=[city.pk for city in cities]).count() != len(cities):
        raise CannotBeDone(_("This city does not take part in the programme."))


def _slugs(cities: Collection[City]) -> list[str]:
    return sorted(city.slug for city in cities)


@transaction.atomic
def tick_off(*, row: CityTask, note: str, by: User) -> None:
    """Say that the city has done its task, and what there is to say of it."""
    row = _open_for_city(row, by)
    if row.is_done:
        raise CannotBeDone(_("This is ticked off already."))
    row.done_at, row.done_by, row.note = timezone.now(), by, note.strip()
    row.save()
    audit.record("city_task.done", row, by=by)


@transaction.atomic
def reopen(*, row: CityTask, by: User) -> None:
    """Say that the city's task is not done after all."""
    row = _open_for_city(row, by)
    if not row.is_done:
        raise CannotBeDone(_("This is not ticked off."))
    audit.record("city_task.reopened", row, by=by, note=row.note)
    row.done_at, row.done_by, row.note = None, None, ""
    row.save()


def _open_for_city(row: CityTask, by: User) -> CityTask:
    event = lock(row.task.event)
    rules.check_can_do_tasks(by, row.city)
    rules.check_not_cancelled(event)
    return still_there(CityTask.objects.select_related("task", "city"), row.pk)
