"""Tasks of the body: all of them, giving one, ticking one off."""

from functools import partial

from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from strategy.asking import Asked, do, typed
from strategy.body import queries, rules
from strategy.body.actions import tasks as actions
from strategy.body.forms import TaskFilterForm, TaskForm, TickForm
from strategy.body.models import BodyTask
from strategy.body.views._common import (
    answer_form,
    body_or_404,
    body_page,
    body_to_run,
    meeting_to_change,
    task_or_404,
)
from strategy.events.forms import filled
from strategy.rules import check_can_run_strategy


@require_GET
def body_tasks(request: HttpRequest, slug: str) -> HttpResponse:
    """Open ones, the earliest date first; by state and by member."""
    body = body_or_404(request, slug)
    filters = TaskFilterForm(body, request.GET)
    shown, owner = filters.chosen
    return body_page(
        request,
        "strategy/body/tasks.html",
        body,
        filters=filters,
        tasks=list(queries.tasks_of(body, shown, owner)),
        has_any=body.tasks.exists(),
        has_members=body.members.current().exists(),
    )


def _asked(back: str) -> Asked:
    return Asked(
        title=_("Give a member a task"), submit=_("Give the task"), done=_("The task is on the list."), back=back
    )


@require_http_methods(["GET", "POST"])
def body_task_add(request: HttpRequest, slug: str) -> HttpResponse:
    """A task between two meetings."""
    body = body_to_run(request, slug)
    form = TaskForm(body, typed(request))
    give = partial(actions.add_task, body=body, by=request.user)
    return answer_form(request, body, form, lambda: give(**form.facts), _asked(reverse("body_tasks", args=[slug])))


@require_http_methods(["GET", "POST"])
def body_meeting_task_add(request: HttpRequest, slug: str, pk: int) -> HttpResponse:
    """A task born at a meeting."""
    meeting = meeting_to_change(request, slug, pk)
    form = TaskForm(meeting.body, typed(request))
    give = partial(actions.add_task, body=meeting.body, meeting=meeting, by=request.user)
    asked = _asked(f"{meeting.get_absolute_url()}#tasks")
    return answer_form(request, meeting, form, lambda: give(**form.facts), asked)


@require_http_methods(["GET", "POST"])
def body_task(request: HttpRequest, slug: str, task_pk: int) -> HttpResponse:
    """One task; its owner ticks it off here, whatever their role in the city."""
    task = task_or_404(request, slug, task_pk)
    if request.method == "POST":
        rules.check_can_do(request.user, task)
    form = TickForm(typed(request))
    asked = Asked(
        title=task.title, submit=_("It is done"), done=_("Ticked off."), back=reverse("body_tasks", args=[slug])
    )
    return answer_form(
        request,
        task.body,
        form,
        lambda: actions.tick_off(task=task, by=request.user, **form.cleaned_data),
        asked,
        template="strategy/body/task.html",
        task=task,
        can_do=rules.can_do(request.user, task),
    )


@require_http_methods(["GET", "POST"])
def body_task_edit(request: HttpRequest, slug: str, task_pk: int) -> HttpResponse:
    task = _task_to_change(request, slug, task_pk)
    form = filled(TaskForm, task, task.body, data=typed(request))
    asked = Asked(
        title=_("Edit a task"), submit=_("Save the task"), done=_("The task is saved."), back=task.get_absolute_url()
    )
    return answer_form(
        request,
        task.body,
        form,
        lambda: actions.change_task(
            task=task, base_version=form.cleaned_data["version"], by=request.user, **form.facts
        ),
        asked,
        remove_url=reverse("body_task_remove", args=[slug, task_pk]),
        remove=_("Remove the task"),
    )


def _task_to_change(request: HttpRequest, slug: str, task_pk: int) -> BodyTask:
    task = task_or_404(request, slug, task_pk)
    check_can_run_strategy(request.user, task.body.city)
    return task


@require_POST
def body_task_remove(request: HttpRequest, slug: str, task_pk: int) -> HttpResponse:
    task = _task_to_change(request, slug, task_pk)
    return do(
        request,
        lambda: actions.remove_task(task=task, by=request.user),
        done=_("The task is removed."),
        back=reverse("body_tasks", args=[slug]),
    )


@require_POST
def body_task_reopen(request: HttpRequest, slug: str, task_pk: int) -> HttpResponse:
    task = task_or_404(request, slug, task_pk)
    rules.check_can_do(request.user, task)
    return do(
        request,
        lambda: actions.reopen(task=task, by=request.user),
        done=_("The task is open again."),
        back=task.get_absolute_url(),
    )
