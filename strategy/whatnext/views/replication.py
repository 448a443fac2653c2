"""A programme from another one, and a city that joins a running one: every date is shown before anything is written."""

from collections.abc import Sequence
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods

from cities.models import Programme
from epi.errors import CannotBeDone
from strategy.whatnext import rules
from strategy.whatnext.actions import replication as actions
from strategy.whatnext.forms import AddCityForm, ReplicateForm
from strategy.whatnext.shifting import Span, days_between

Dates = Sequence[tuple[Span, Span]]  # as it is, as it will be


def _programme_or_404(request: HttpRequest, slug: str) -> Programme:
    """The programme for a page of those who run it: others who may see it get the reason why not this page."""
    programme = get_object_or_404(Programme.objects.visible_to(request.user), slug=slug)
    rules.check_can_replicate(request.user, programme)
    return programme


@require_http_methods(["GET", "POST"])
def replicate(request: HttpRequest, slug: str) -> HttpResponse:
    """Choose name, start and cities; look at every date (GET with the choices writes nothing); then make it."""
    programme = _programme_or_404(request, slug)
    spans = actions.plan_of(programme)
    form = ReplicateForm(_typed(request), initial={"partners": programme.partners.all()})
    dates: Dates = []
    if form.is_bound and form.is_valid():
        try:
            new = form.cleaned_data["starts_on"]
            there = actions.shift_checked(spans, days_between(programme.starts_on, new))
            dates = list(zip(spans, there, strict=True))
            if request.method == "POST":
                made = actions.replicate(programme=programme, by=request.user, **form.cleaned_data)
                messages.success(request, _("The programme is there, and you coordinate it."))
                return redirect(made)
        except CannotBeDone as error:
            form.add_error(None, str(error))
    return _page(request, "strategy/whatnext/replicate.html", programme, form, dates, is_empty=not spans)


@require_http_methods(["GET", "POST"])
def programme_city_add(request: HttpRequest, slug: str) -> HttpResponse:
    """Choose a city and its start; look at the dates of its milestones; then take it in."""
    programme = _programme_or_404(request, slug)
    spans = actions.milestones_of(programme)
    form = AddCityForm(programme, _typed(request))
    dates: Dates = []
    if form.is_bound and form.is_valid():
        try:
            there = actions.shift_checked(spans, actions.shift_of(spans, form.cleaned_data["starts_on"]))
            dates = list(zip(spans, there, strict=True))
            if request.method == "POST":
                made = actions.add_city(programme=programme, by=request.user, **form.cleaned_data)
                messages.success(request, _told(form.cleaned_data["city"].name, len(made)))
                return redirect(programme)
        except CannotBeDone as error:
            form.add_error(None, str(error))
    return _page(request, "strategy/whatnext/city_add.html", programme, form, dates, is_empty=not spans)


def _typed(request: HttpRequest) -> Any:
    """What was posted, or the choices in the address of a preview; None for a fresh form."""
    return request.POST if request.method == "POST" else request.GET or None


def _told(city: str, milestones: int) -> str:
    return ngettext(
        "%(city)s is in the programme, with %(number)d milestone.",
        "%(city)s is in the programme, with %(number)d milestones.",
        milestones,
    ) % {"city": city, "number": milestones}


def _page(
    request: HttpRequest, template: str, programme: Programme, form: Any, dates: Dates, *, is_empty: bool
) -> HttpResponse:
    is_ready = form.is_bound and not form.errors
    context = {
        "programme": programme,
        "form": form,
        "dates": dates if is_ready else [],
        "chosen": _chosen(form) if is_ready else [],
        "is_ready": is_ready,
        "is_empty": is_empty,
        "on_weekend": sum(new.is_weekend for _old, new in dates),
    }
    return render(request, template, context, status=422 if request.method == "POST" else 200)


def _chosen(form: Any) -> list[tuple[str, str]]:
    """What was chosen, as it was typed, for the button that makes it."""
    return [(name, value) for name in form.fields for value in form.data.getlist(name)]
