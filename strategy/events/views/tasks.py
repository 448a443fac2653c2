"""What the cities take home: the overview, giving tasks, ticking them off."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from strategy.events import queries, rules
from strategy.events.actions import tasks as actions
from strategy.events.forms import TaskForm, TickForm, filled
from strategy.events.models import CityTask, ProgrammeEvent
from strategy.events.views._common import (
    Asked,
    answer_form,
    do,
    event_of_programme_or_404,
    event_of_programme_to_change,
    event_page,
    typed,
)


@require_GET
def event_tasks(request: HttpRequest, slug: str, pk: int) -> HttpResponse:
    """A city's people see what their city took home; those who run the event all cities x tasks."""
    event = event_of_programme_or_404(request, slug, pk)
    can_run = rules.can_run(request.user, event.programme)
    return event_page(
        request,
        "strategy/events/tasks.html",
        event,
        overview=queries.overview(event) if can_run else None,
        mine=queries.tasks_of(request.user, event),
    )


def _back(event: ProgrammeEvent) -> str:
    return reverse("event_tasks", args=[event.programme.slug, event.pk])


@require_http_methods(["GET", "POST"])
def task_add(request: HttpRequest, slug: str, pk: int) -> HttpResponse:
    event = event_of_programme_to_change(request, slug, pk)
    form = TaskForm(event, typed(request))
    asked = Asked(
        title=_("Give the cities a task"),
        submit=_("Give the task"),
        done=_("The cities have the task."),
        back=_back(event),
    )
    return answer_form(
        request, event, form, lambda: actions.add_task(event=event, by=request.user, **form.facts), asked
    )


@require_http_methods(["GET", "POST"])
def task_edit(request: HttpRequest, slug: str, pk: int, task_pk: int) -> HttpResponse:
    event = event_of_programme_to_change(request, slug, pk)
    task = get_object_or_404(event.tasks, pk=task_pk)
    form = filled(TaskForm, task, event, data=typed(request))
    asked = Asked(title=_("Edit a task"), submit=_("Save the task"), done=_("The task is saved."), back=_back(event))
    return answer_form(
        request,
        event,
        form,
        lambda: actions.change_task(
            task=task, base_version=form.cleaned_data["version"], by=request.user, **form.facts
        ),
        asked,
        remove_url=reverse("task_remove", args=[slug, pk, task_pk]),
        remove=_("Take the task from all cities"),
    )


@require_POST
def task_remove(request: HttpRequest, slug: str, pk: int, task_pk: int) -> HttpResponse:
    event = event_of_programme_to_change(request, slug, pk)
    task = get_object_or_404(event.tasks, pk=task_pk)
    return do(
        request,
        lambda: actions.remove_task(task=task, by=request.user),
        done=_("The task is gone."),
        back=_back(event),
    )


# A city's own row -----------------------------------------------------------------------------------------------------
def _row_or_404(request: HttpRequest, event: ProgrammeEvent, pk: int) -> CityTask:
    visible = CityTask.objects.visible_to(request.user).for_list().select_related("task__event")
    return get_object_or_404(visible, pk=pk, task__event=event)


@require_http_methods(["GET", "POST"])
def city_task(request: HttpRequest, slug: str, pk: int, row_pk: int) -> HttpResponse:
    """Tick one of the city's tasks off, saying what was done. Those who run the event read the city's note here."""
    event = event_of_programme_or_404(request, slug, pk)
    row = _row_or_404(request, event, row_pk)
    if request.method == "POST":
        rules.check_can_do_tasks(request.user, row.city)
    form = TickForm(typed(request))
    asked = Asked(
        title=row.task.title,
        submit=_("It is done"),
        done=_("Ticked off."),
        back=_back(event),
    )
    can_do = rules.can_do_tasks(request.user, row.city) and not event.is_cancelled
    return answer_form(
        request,
        event,
        form,
        lambda: actions.tick_off(row=row, by=request.user, **form.cleaned_data),
        asked,
        template="strategy/events/city_task.html",
        row=row,
        can_do=can_do,
    )


@require_POST
def city_task_reopen(request: HttpRequest, slug: str, pk: int, row_pk: int) -> HttpResponse:
    event = event_of_programme_or_404(request, slug, pk)
    row = _row_or_404(request, event, row_pk)
    rules.check_can_do_tasks(request.user, row.city)
    return do(
        request,
        lambda: actions.reopen(row=row, by=request.user),
        done=_("The task is open again."),
        back=_back(event),
    )
