"""Outcome measures of an action and their readings."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from strategy.asking import Asked, answer_form, do, typed
from strategy.events.forms import filled
from strategy.plan.actions import measures as changes
from strategy.plan.forms.measures import MeasureForm, ReadingForm
from strategy.plan.models import Measure, PilotAction, Reading
from strategy.plan.views._pilots import action_to_change, action_to_follow, form_page


def _measure_or_404(action: PilotAction, pk: int) -> Measure:
    found = get_object_or_404(action.measures, pk=pk)
    found.action = action
    return found


def _reading_or_404(measure: Measure, pk: int) -> Reading:
    found = get_object_or_404(measure.readings, pk=pk)
    found.measure = measure
    return found


def _back(action: PilotAction, measure: Measure | None = None) -> str:
    place = f"measure-{measure.pk}" if measure else "measures"
    return f"{action.get_absolute_url()}#{place}"


@require_http_methods(["GET", "POST"])
def measure_add(request: HttpRequest, slug: str, pk: int) -> HttpResponse:
    action = action_to_change(request, slug, pk)
    form = MeasureForm(action, typed(request))
    asked = Asked(
        title=_("Add an outcome measure"),
        submit=_("Add the measure"),
        done=_("The measure is there. Add what it says, as often as you look."),
        back=_back(action),
    )
    return answer_form(
        request,
        form_page(request, action, about=str(action)),
        form,
        lambda: changes.add_measure(action=action, by=request.user, **form.facts),
        asked,
    )


@require_http_methods(["GET", "POST"])
def measure_edit(request: HttpRequest, slug: str, pk: int, measure_pk: int) -> HttpResponse:
    action = action_to_change(request, slug, pk)
    found = _measure_or_404(action, measure_pk)
    initial = {**MeasureForm.stored(found), "version": found.version}
    form = MeasureForm(action, typed(request), initial=initial, subject=found.subject)
    asked = Asked(
        title=_("Edit the measure"),
        submit=_("Save the measure"),
        done=_("The measure is saved."),
        back=_back(action, found),
    )
    return answer_form(
        request,
        form_page(
            request,
            action,
            about=str(action),
            remove_url=reverse("measure_remove", args=[slug, pk, measure_pk]),
            remove=_("Remove this measure"),
        ),
        form,
        lambda: changes.change_measure(
            measure=found, base_version=form.cleaned_data["version"], by=request.user, **form.facts
        ),
        asked,
    )


@require_POST
def measure_remove(request: HttpRequest, slug: str, pk: int, measure_pk: int) -> HttpResponse:
    action = action_to_change(request, slug, pk)
    found = _measure_or_404(action, measure_pk)
    return do(
        request,
        lambda: changes.remove_measure(measure=found, by=request.user),
        done=_("The measure is removed."),
        back=_back(action),
    )


# Readings ------------------------------------------------------------------------------------------------------------
@require_http_methods(["GET", "POST"])
def reading_add(request: HttpRequest, slug: str, pk: int, measure_pk: int) -> HttpResponse:
    action = action_to_follow(request, slug, pk)
    measure = _measure_or_404(action, measure_pk)
    form = ReadingForm(action, typed(request))
    asked = Asked(
        title=_("Add a reading"),
        submit=_("Add the reading"),
        done=_("The reading is added."),
        back=_back(action, measure),
    )
    return answer_form(
        request,
        form_page(request, action, about=_in_words(measure)),
        form,
        lambda: changes.add_reading(measure=measure, by=request.user, **form.facts),
        asked,
    )


def _in_words(measure: Measure) -> str:
    return f"{measure} ({measure.unit})" if measure.unit else str(measure)


@require_http_methods(["GET", "POST"])
def reading_edit(request: HttpRequest, slug: str, pk: int, measure_pk: int, reading_pk: int) -> HttpResponse:
    action = action_to_follow(request, slug, pk)
    measure = _measure_or_404(action, measure_pk)
    found = _reading_or_404(measure, reading_pk)
    form = filled(ReadingForm, found, action, data=typed(request))
    asked = Asked(
        title=_("Edit the reading"),
        submit=_("Save the reading"),
        done=_("The reading is saved."),
        back=_back(action, measure),
    )
    return answer_form(
        request,
        form_page(
            request,
            action,
            about=_in_words(measure),
            remove_url=reverse("reading_remove", args=[slug, pk, measure_pk, reading_pk]),
            remove=_("Remove this reading"),
        ),
        form,
        lambda: changes.change_reading(
            reading=found, base_version=form.cleaned_data["version"], by=request.user, **form.facts
        ),
        asked,
    )


@require_POST
def reading_remove(request: HttpRequest, slug: str, pk: int, measure_pk: int, reading_pk: int) -> HttpResponse:
    action = action_to_follow(request, slug, pk)
    measure = _measure_or_404(action, measure_pk)
    found = _reading_or_404(measure, reading_pk)
    return do(
        request,
        lambda: changes.remove_reading(reading=found, by=request.user),
        done=_("The reading is removed."),
        back=_back(action, measure),
    )
