"""What the pages share: fetching what this person may see, pages about one event, and forms on a page of their own."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from django.contrib import messages
from django.db.models import Exists, OuterRef, Q
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render

from cities.enums import Permission
from cities.models import Programme
from epi import typed_text
from epi.errors import CannotBeDone, Conflict
from icc_index.queries import programmes_of
from strategy.events import rules
from strategy.events.models import ProgrammeEvent
from strategy.views import SAMPLE_NOTE


def programme_or_404(request: HttpRequest, slug: str) -> Programme:
    """The programme if this person takes part in it, or in one of its events, else 404."""
    shown = ProgrammeEvent.objects.visible_to(request.user).filter(programme=OuterRef("pk"))
    return get_object_or_404(Programme, Q(pk__in=programmes_of(request.user)) | Exists(shown), slug=slug)


def event_or_404(request: HttpRequest, slug: str, pk: int) -> ProgrammeEvent:
    visible = ProgrammeEvent.objects.visible_to(request.user).for_list()
    return get_object_or_404(visible, pk=pk, programme__slug=slug)


def event_of_programme_or_404(request: HttpRequest, slug: str, pk: int) -> ProgrammeEvent:
    """An event that the programme itself holds: launch events have pages of their own for this, or nothing of it."""
    event = event_or_404(request, slug, pk)
    if event.is_launch:
        raise Http404
    return event


def event_of_programme_to_change(request: HttpRequest, slug: str, pk: int) -> ProgrammeEvent:
    event = event_of_programme_or_404(request, slug, pk)
    rules.check_can_change(request.user, event)
    return event


def event_to_change(request: HttpRequest, slug: str, pk: int) -> ProgrammeEvent:
    """The event for a page of those who run it: others who may see it get the reason why not this page."""
    event = event_or_404(request, slug, pk)
    rules.check_can_change(request.user, event)
    return event


def page(request: HttpRequest, template: str, programme: Programme, status: int = 200, **context: Any) -> HttpResponse:
    """A page about a programme's events, with what its crumbs and buttons need."""
    runs_programme = rules.can_run(request.user, programme)
    context = {
        "programme": programme,
        "runs_programme": runs_programme,
        "can_run": runs_programme,
        "launch_city": None,
        "sample_note": SAMPLE_NOTE,
        **context,
    }
    return render(request, template, context, status=status)


def event_page(
    request: HttpRequest, template: str, event: ProgrammeEvent, status: int = 200, **context: Any
) -> HttpResponse:
    """A page about one event. `launch_city` leads the people of a launch event's city back to its strategy."""
    can_run = rules.can_run_event(request.user, event)
    is_ours = event.city and request.user.may(Permission.READ_STRATEGY, event.city.pk)
    context = {
        "event": event,
        "sample_data": event.is_sample,
        "can_run": can_run,
        "can_change": can_run and not event.is_cancelled,
        "can_see_people": rules.can_see_people(request.user, event),
        "launch_city": event.city if is_ours else None,
        **context,
    }
    return page(request, template, event.programme, status=status, **context)


@dataclass(frozen=True)
class Asked:
    """The words of a form on a page of its own, and where it leads: `back`, or to `then` once it is saved."""

    title: str
    submit: str
    done: str
    back: str
    then: str = ""


def typed(request: HttpRequest) -> Mapping[str, Any] | None:
    """What was posted, or what was typed here before the sign-in ran out; None for a fresh form."""
    return request.POST if request.method == "POST" else typed_text.take_back(request)


def answer_form(
    request: HttpRequest,
    event: ProgrammeEvent | Programme,
    form: Any,
    save: Callable[[], Any],
    asked: Asked,
    **context: Any,
) -> HttpResponse:
    """Show a form on a page of its own; when posted, save it, or show it again with what was typed and why not."""
    status = 200
    if request.method == "POST":
        status = 422
        if form.is_valid():
            try:
                save()
            except CannotBeDone as error:
                form.add_error(None, str(error))
            except Conflict as conflict:
                return _show(request, event, form.resting_on(conflict.theirs), asked, 409, is_conflict=True, **context)
            else:
                messages.success(request, asked.done)
                return redirect(asked.then or asked.back)
    return _show(request, event, form, asked, status, **context)


def _show(
    request: HttpRequest,
    about: ProgrammeEvent | Programme,
    form: Any,
    asked: Asked,
    status: int,
    *,
    template: str = "strategy/events/form.html",
    is_conflict: bool = False,
    **context: Any,
) -> HttpResponse:
    context |= {
        "form": form,
        "asked": asked,
        "is_conflict": is_conflict,
        "restored": form.is_bound and request.method == "GET",
        "typed_by": typed_text.mark(request.user.pk),
    }
    shown = event_page if isinstance(about, ProgrammeEvent) else page
    return shown(request, template, about, status=status, **context)


def do(request: HttpRequest, act: Callable[[], Any], *, done: str, back: Any) -> HttpResponse:
    """What a button without a form does: say that it is done, or why it could not be."""
    try:
        act()
    except CannotBeDone as error:
        messages.error(request, str(error))
    else:
        messages.success(request, done)
    return redirect(back)
