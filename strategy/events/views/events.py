"""A programme's events, one event at a glance, and its agenda."""

from collections.abc import Iterable
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from strategy.events import queries, rules
from strategy.events.actions import events as actions
from strategy.events.forms import AgendaForm, CancelForm, EventForm, filled
from strategy.events.models import ProgrammeEvent
from strategy.events.views._common import (
    Asked,
    answer_form,
    do,
    event_of_programme_to_change,
    event_or_404,
    event_page,
    event_to_change,
    page,
    programme_or_404,
    typed,
)


@require_GET
def events(request: HttpRequest, slug: str) -> HttpResponse:
    """The programme's events, the newest first."""
    programme = programme_or_404(request, slug)
    found = list(ProgrammeEvent.objects.visible_to(request.user).for_list().filter(programme=programme))
    return page(
        request,
        "strategy/events/list.html",
        programme,
        events=[event for event in found if not event.is_launch],
        launches=_by_city(event for event in found if event.is_launch),
        sample_data=any(event.is_sample for event in found),
    )


def _by_city(launches: Iterable[ProgrammeEvent]) -> list[ProgrammeEvent]:
    """Each city's launch event, after it those that the city cancelled."""
    return sorted(launches, key=lambda one: (str(one.city), one.is_cancelled, one.starts_on, one.pk))


@require_http_methods(["GET", "POST"])
def event_add(request: HttpRequest, slug: str) -> HttpResponse:
    programme = programme_or_404(request, slug)
    rules.check_can_run(request.user, programme)
    form = EventForm(typed(request))
    asked = Asked(
        title=_("Add an event"),
        submit=_("Add the event"),
        done=_("The event is there. Add its agenda and its people next."),
        back=reverse("events", args=[slug]),
    )
    return answer_form(
        request,
        programme,
        form,
        lambda: actions.add_event(programme=programme, by=request.user, **form.facts),
        asked,
    )


@require_GET
def event(request: HttpRequest, slug: str, pk: int) -> HttpResponse:
    """One event at a glance: agenda, materials, what this person's city took home, what the experts concluded."""
    event = event_or_404(request, slug, pk)
    return event_page(request, "strategy/events/event.html", event, **_glance(request, event))


def _glance(request: HttpRequest, event: ProgrammeEvent) -> dict[str, Any]:
    is_expert = rules.is_expert_of(request.user, event)
    context = {
        "agenda": queries.agenda_by_day(event),
        "materials": queries.materials_by_title(event),
        "open_tasks": sum(not row.is_done for row in queries.tasks_of(request.user, event)),
        "is_expert": is_expert,
        "cancel_form": CancelForm(),
    }
    if event.is_exchange_meeting:
        context["trends"] = f"/trends/?programme={event.programme.slug}"
        context["conclusions"] = queries.conclusions(event)
        context["can_conclude"] = is_expert and not event.is_cancelled
        context["can_take_notes"] = not event.is_cancelled and (is_expert or rules.can_run_event(request.user, event))
    return context


@require_http_methods(["GET", "POST"])
def event_edit(request: HttpRequest, slug: str, pk: int) -> HttpResponse:
    event = event_of_programme_to_change(request, slug, pk)
    form = filled(EventForm, event, data=typed(request))
    asked = Asked(
        title=_("Edit the event"),
        submit=_("Save the event"),
        done=_("The event is saved."),
        back=event.get_absolute_url(),
    )
    return answer_form(
        request,
        event,
        form,
        lambda: actions.change_event(
            event=event, base_version=form.cleaned_data["version"], by=request.user, **form.facts
        ),
        asked,
    )


@require_POST
def event_cancel(request: HttpRequest, slug: str, pk: int) -> HttpResponse:
    event = event_of_programme_to_change(request, slug, pk)
    form = CancelForm(request.POST)
    if not form.is_valid():
        return event_page(
            request, "strategy/events/event.html", event, 422, **{**_glance(request, event), "cancel_form": form}
        )
    told = actions.cancel_event(event=event, by=request.user, **form.cleaned_data)
    return do(request, lambda: None, done=_cancelled(told), back=event)


def _cancelled(told: int) -> str:
    if not told:
        return _("The event is cancelled.")
    return ngettext(
        "The event is cancelled. %(count)d person gets a mail that says so.",
        "The event is cancelled. %(count)d people get a mail that says so.",
        told,
    ) % {"count": told}


# Agenda ---------------------------------------------------------------------------------------------------------------
@require_http_methods(["GET", "POST"])
def agenda_add(request: HttpRequest, slug: str, pk: int) -> HttpResponse:
    event = event_to_change(request, slug, pk)
    form = AgendaForm(event, typed(request), initial={"day": event.starts_on})
    asked = Asked(
        title=_("Add to the agenda"),
        submit=_("Add to the agenda"),
        done=_("It is on the agenda."),
        back=f"{event.get_absolute_url()}#agenda",
    )
    return answer_form(
        request, event, form, lambda: actions.add_item(event=event, by=request.user, **form.facts), asked
    )


@require_http_methods(["GET", "POST"])
def agenda_edit(request: HttpRequest, slug: str, pk: int, item_pk: int) -> HttpResponse:
    event = event_to_change(request, slug, pk)
    item = get_object_or_404(event.agenda, pk=item_pk)
    form = filled(AgendaForm, item, event, data=typed(request))
    asked = Asked(
        title=_("Edit the agenda"),
        submit=_("Save"),
        done=_("The agenda is saved."),
        back=f"{event.get_absolute_url()}#agenda",
    )
    return answer_form(
        request,
        event,
        form,
        lambda: actions.change_item(
            item=item, base_version=form.cleaned_data["version"], by=request.user, **form.facts
        ),
        asked,
        remove_url=reverse("agenda_remove", args=[slug, pk, item_pk]),
        remove=_("Take it off the agenda"),
    )


@require_POST
def agenda_remove(request: HttpRequest, slug: str, pk: int, item_pk: int) -> HttpResponse:
    event = event_to_change(request, slug, pk)
    item = get_object_or_404(event.agenda, pk=item_pk)
    return do(
        request,
        lambda: actions.remove_item(item=item, by=request.user),
        done=_("It is off the agenda."),
        back=f"{event.get_absolute_url()}#agenda",
    )
