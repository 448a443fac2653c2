"""An exchange meeting's notes and conclusions."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from strategy.events import queries, rules
from strategy.events.actions import meeting as actions
from strategy.events.forms import ConclusionForm, NotesForm, filled
from strategy.events.models import ProgrammeEvent
from strategy.events.views._common import Asked, answer_form, do, event_or_404, typed


@require_http_methods(["GET", "POST"])
def event_notes(request: HttpRequest, slug: str, pk: int) -> HttpResponse:
    event = event_or_404(request, slug, pk)
    rules.check_can_take_notes(request.user, event)
    form = filled(NotesForm, event, data=typed(request))
    asked = Asked(
        title=_("Notes of the meeting"),
        submit=_("Save the notes"),
        done=_("The notes are saved."),
        back=f"{event.get_absolute_url()}#notes",
    )
    return answer_form(
        request,
        event,
        form,
        lambda: actions.take_notes(
            event=event, base_version=form.cleaned_data["version"], by=request.user, **form.facts
        ),
        asked,
    )


def _meeting_of_experts(request: HttpRequest, slug: str, pk: int) -> ProgrammeEvent:
    """The meeting for a page of its experts: others who may see it get the reason why not this page."""
    event = event_or_404(request, slug, pk)
    rules.check_can_conclude(request.user, event)
    return event


def _asked(event: ProgrammeEvent, title: str) -> Asked:
    return Asked(
        title=title,
        submit=_("Save the conclusion"),
        done=_("The conclusion is saved."),
        back=f"{event.get_absolute_url()}#conclusions",
    )


@require_http_methods(["GET", "POST"])
def conclusion_add(request: HttpRequest, slug: str, pk: int) -> HttpResponse:
    event = _meeting_of_experts(request, slug, pk)
    form = ConclusionForm(event, queries.instrument_of(event.programme), typed(request))
    return answer_form(
        request,
        event,
        form,
        lambda: actions.conclude(event=event, by=request.user, **form.facts),
        _asked(event, _("Draw a conclusion")),
    )


@require_http_methods(["GET", "POST"])
def conclusion_edit(request: HttpRequest, slug: str, pk: int, conclusion_pk: int) -> HttpResponse:
    event = _meeting_of_experts(request, slug, pk)
    conclusion = get_object_or_404(event.conclusions, pk=conclusion_pk)
    instrument = queries.instrument_of(event.programme)
    form: Any = filled(ConclusionForm, conclusion, event, instrument, data=typed(request))
    return answer_form(
        request,
        event,
        form,
        lambda: actions.change_conclusion(
            conclusion=conclusion, base_version=form.cleaned_data["version"], by=request.user, **form.facts
        ),
        _asked(event, _("Edit a conclusion")),
        remove_url=reverse("conclusion_withdraw", args=[slug, pk, conclusion_pk]),
        remove=_("Withdraw the conclusion"),
    )


@require_POST
def conclusion_withdraw(request: HttpRequest, slug: str, pk: int, conclusion_pk: int) -> HttpResponse:
    event = _meeting_of_experts(request, slug, pk)
    conclusion = get_object_or_404(event.conclusions, pk=conclusion_pk)
    return do(
        request,
        lambda: actions.withdraw_conclusion(conclusion=conclusion, by=request.user),
        done=_("The conclusion is withdrawn."),
        back=f"{event.get_absolute_url()}#conclusions",
    )
