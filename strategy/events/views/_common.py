"""What the pages share: fetching what this person may see, pages about one event, and forms on a page of their own."""

from collections.abc import Callable
from functools import partial
from typing import Any

from django.db.models import Exists, OuterRef, Q
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render

from cities.models import Programme
from icc_index.queries import programmes_of
from strategy import asking
from strategy.asking import Asked, do, typed
from strategy.events import rules
from strategy.events.models import ProgrammeEvent
from strategy.views import SAMPLE_NOTE

__all__ = [
    "Asked",
    "answer_form",
    "do",
    "event_or_404",
    "event_page",
    "event_to_change",
    "page",
    "programme_or_404",
    "typed",
]


def programme_or_404(request: HttpRequest, slug: str) -> Programme:
    """The programme if this person takes part in it, or in one of its events, else 404."""
    shown = ProgrammeEvent.objects.visible_to(request.user).filter(programme=OuterRef("pk"))
    return get_object_or_404(Programme, Q(pk__in=programmes_of(request.user)) | Exists(shown), slug=slug)


def event_or_404(request: HttpRequest, slug: str, pk: int) -> ProgrammeEvent:
    visible = ProgrammeEvent.objects.visible_to(request.user).for_list()
    return get_object_or_404(visible, pk=pk, programme__slug=slug)


def event_to_change(request: HttpRequest, slug: str, pk: int) -> ProgrammeEvent:
    """The event for a page of those who run it: others who may see it get the reason why not this page."""
    event = event_or_404(request, slug, pk)
    rules.check_can_change(request.user, event)
    return event


def page(request: HttpRequest, template: str, programme: Programme, status: int = 200, **context: Any) -> HttpResponse:
    """A page about a programme's events, with what its crumbs and buttons need."""
    can_run = rules.can_run(request.user, programme)
    context = {
        "programme": programme,
        "can_run": can_run,
        "sample_note": SAMPLE_NOTE,
        **context,
    }
    return render(request, template, context, status=status)


def event_page(
    request: HttpRequest, template: str, event: ProgrammeEvent, status: int = 200, **context: Any
) -> HttpResponse:
    """A page about one event."""
    context = {
        "event": event,
        "sample_data": event.is_sample,
        "can_change": rules.can_run(request.user, event.programme) and not event.is_cancelled,
        **context,
    }
    return page(request, template, event.programme, status=status, **context)


def answer_form(
    request: HttpRequest,
    about: ProgrammeEvent | Programme,
    form: Any,
    save: Callable[[], Any],
    asked: Asked,
    *,
    template: str = "strategy/events/form.html",
    **context: Any,
) -> HttpResponse:
    """A form on a page of its own, about an event or about what the programme has of them."""
    shown = event_page if isinstance(about, ProgrammeEvent) else page
    return asking.answer_form(request, partial(shown, request, template, about, **context), form, save, asked)
