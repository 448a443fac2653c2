"""Who takes part in an event, and who was there."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from epi.errors import CannotBeDone
from strategy.events import queries, rules
from strategy.events.actions import people as actions
from strategy.events.forms import AttendanceForm, AttendeeForm, filled
from strategy.events.models import Attendee, ProgrammeEvent
from strategy.events.views._common import (
    Asked,
    answer_form,
    do,
    event_of_programme_to_change,
    event_or_404,
    event_page,
    event_to_change,
    typed,
)


@require_GET
@never_cache
def event_people(request: HttpRequest, slug: str, pk: int) -> HttpResponse:
    """Who takes part, by city and organisation. Addresses show to those who run the event only."""
    event = event_or_404(request, slug, pk)
    rules.check_can_see_people(request.user, event)
    groups = queries.delegations(event)
    people = [attendee for group in groups for attendee in group.people]
    return event_page(
        request,
        "strategy/events/people.html",
        event,
        delegations=groups,
        people=people,
        has_begun=event.starts_on <= event.today,
        total=len(people),
        there=sum(attendee.attended for attendee in people),
        cities=sum(group.people[0].city_id is not None for group in groups),
        partners=sum(group.people[0].organisation_id is not None for group in groups),
    )


def _back(event: ProgrammeEvent) -> str:
    return reverse("event_people", args=[event.programme.slug, event.pk])


@require_http_methods(["GET", "POST"])
def attendee_add(request: HttpRequest, slug: str, pk: int) -> HttpResponse:
    event = event_of_programme_to_change(request, slug, pk)
    form = AttendeeForm(event, typed(request))
    asked = Asked(
        title=_("Add a person"),
        submit=_("Add the person"),
        done=_("The person is on the list. Add the next one, or go back to the list."),
        back=_back(event),
        then=reverse("attendee_add", args=[slug, pk]),
    )
    return answer_form(
        request, event, form, lambda: actions.add_attendee(event=event, by=request.user, **form.facts), asked
    )


def _attendee_or_404(event: ProgrammeEvent, pk: int) -> Attendee:
    return get_object_or_404(event.attendees.known().for_list(), pk=pk)


@require_http_methods(["GET", "POST"])
@never_cache
def attendee_edit(request: HttpRequest, slug: str, pk: int, attendee_pk: int) -> HttpResponse:
    event = event_of_programme_to_change(request, slug, pk)
    attendee = _attendee_or_404(event, attendee_pk)
    form = filled(AttendeeForm, attendee, event, data=typed(request))
    asked = Asked(title=_("Edit a person"), submit=_("Save"), done=_("The person is saved."), back=_back(event))
    return answer_form(
        request,
        event,
        form,
        lambda: actions.change_attendee(
            attendee=attendee, base_version=form.cleaned_data["version"], by=request.user, **form.facts
        ),
        asked,
        remove_url=reverse("attendee_remove", args=[slug, pk, attendee_pk]),
        remove=_("Take the person off the list"),
    )


@require_POST
def attendee_remove(request: HttpRequest, slug: str, pk: int, attendee_pk: int) -> HttpResponse:
    event = event_of_programme_to_change(request, slug, pk)
    attendee = _attendee_or_404(event, attendee_pk)
    return do(
        request,
        lambda: actions.remove_attendee(attendee=attendee, by=request.user),
        done=_("The person is off the list."),
        back=_back(event),
    )


@require_POST
def attendance(request: HttpRequest, slug: str, pk: int) -> HttpResponse:
    """Who was there: all ticks of the list together."""
    event = event_to_change(request, slug, pk)
    form = AttendanceForm(event, request.POST)
    if not form.is_valid():
        return do(request, _refuse_unknown, done="", back=_back(event))
    present = list(form.cleaned_data["present"])
    said = ngettext("%(count)d person was there.", "%(count)d people were there.", len(present))
    return do(
        request,
        lambda: actions.mark_attendance(event=event, present=present, by=request.user),
        done=said % {"count": len(present)},
        back=_back(event),
    )


def _refuse_unknown() -> None:
    raise CannotBeDone(_("Somebody was taken off the list in the meantime. Tick again who was there."))
