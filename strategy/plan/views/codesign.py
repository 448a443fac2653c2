"""Co-design of an action: recorded, changed, removed."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from strategy.asking import Asked, answer_form, do, typed
from strategy.events.forms import filled
from strategy.plan.actions import codesign as changes
from strategy.plan.forms.codesign import CoDesignRecordForm
from strategy.plan.models import CoDesign, PilotAction
from strategy.plan.views._pilots import action_to_change, form_page


def _codesign_or_404(action: PilotAction, pk: int) -> CoDesign:
    found = get_object_or_404(action.codesigns, pk=pk)
    found.action = action
    return found


def _back(action: PilotAction) -> str:
    return f"{action.get_absolute_url()}#codesign"


@require_http_methods(["GET", "POST"])
def codesign_add(request: HttpRequest, slug: str, pk: int) -> HttpResponse:
    action = action_to_change(request, slug, pk)
    form = CoDesignRecordForm(action, typed(request))
    asked = Asked(title=_("Record co-design"), submit=_("Record it"), done=_("It is recorded."), back=_back(action))
    return answer_form(
        request,
        form_page(request, action, about=str(action)),
        form,
        lambda: changes.add_codesign(action=action, by=request.user, **form.facts),
        asked,
    )


@require_http_methods(["GET", "POST"])
def codesign_edit(request: HttpRequest, slug: str, pk: int, codesign_pk: int) -> HttpResponse:
    action = action_to_change(request, slug, pk)
    found = _codesign_or_404(action, codesign_pk)
    form = filled(CoDesignRecordForm, found, action, data=typed(request))
    asked = Asked(title=_("Edit the co-design"), submit=_("Save"), done=_("It is saved."), back=_back(action))
    return answer_form(
        request,
        form_page(
            request,
            action,
            about=str(action),
            remove_url=reverse("codesign_remove", args=[slug, pk, codesign_pk]),
            remove=_("Remove this record"),
        ),
        form,
        lambda: changes.change_codesign(
            codesign=found, base_version=form.cleaned_data["version"], by=request.user, **form.facts
        ),
        asked,
    )


@require_POST
def codesign_remove(request: HttpRequest, slug: str, pk: int, codesign_pk: int) -> HttpResponse:
    action = action_to_change(request, slug, pk)
    found = _codesign_or_404(action, codesign_pk)
    return do(
        request,
        lambda: changes.remove_codesign(codesign=found, by=request.user),
        done=_("The record is removed."),
        back=_back(action),
    )
