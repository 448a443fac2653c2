"""Who registered: looking for somebody, adding, letting in, cancelling, deleting; as a file for the day."""

from collections.abc import Callable
from typing import Any

from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from strategy.events.views._common import Asked, answer_form, do, typed
from strategy.launch import exports, queries, rules
from strategy.launch.actions import registering as actions
from strategy.launch.forms import ByHandForm, SearchForm
from strategy.launch.models import Launch, Registration
from strategy.launch.views._common import address, launch_or_404, launch_page
from strategy.rules import check_can_see_contacts

PEOPLE_A_PAGE = 50
KINDS = {
    "csv": "text/csv; charset=utf-8",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}


def _launch(request: HttpRequest, slug: str, pk: int) -> Launch:
    launch = launch_or_404(request, slug, pk)
    check_can_see_contacts(request.user, launch.city)
    return launch


@require_GET
@never_cache
def registrations(request: HttpRequest, slug: str, pk: int) -> HttpResponse:
    launch = _launch(request, slug, pk)
    form = SearchForm(request.GET)
    wanted = form.chosen()
    found = queries.registrations(launch, **wanted)
    return launch_page(
        request,
        "strategy/launch/registrations.html",
        launch,
        form=form,
        is_narrowed=any(wanted.values()),
        page=Paginator(found, PEOPLE_A_PAGE).get_page(request.GET.get("page")),
        numbers=queries.numbers(launch),
        can_change=rules.can_write(request.user, launch),
        has_begun=launch.has_begun,
    )


@require_GET
@never_cache
def registrations_export(request: HttpRequest, slug: str, pk: int) -> HttpResponse:
    launch = _launch(request, slug, pk)
    asked = request.GET.get("format", "")
    kind = asked if asked in KINDS else "xlsx"
    name = f"launch-{launch.city.slug}-{timezone.localdate(timezone=launch.zone):%Y-%m-%d}.{kind}"
    headers = {"Content-Disposition": f'attachment; filename="{name}"'}
    return HttpResponse(
        exports.table(launch, queries.registrations(launch), kind), content_type=KINDS[kind], headers=headers
    )


@require_http_methods(["GET", "POST"])
@never_cache
def registration_add(request: HttpRequest, slug: str, pk: int) -> HttpResponse:
    launch = launch_or_404(request, slug, pk)
    rules.check_can_run_people(request.user, launch)
    form = ByHandForm(typed(request), initial={"language": launch.city.language_of_mail or get_language()})
    asked = Asked(
        title=_("Register somebody by hand"),
        submit=_("Register this person"),
        done=_("The person is registered."),
        back=address("registrations", launch),
    )
    return answer_form(
        request,
        launch.event,
        form,
        lambda: actions.add_by_hand(launch=launch, key=form.cleaned_data["key"], person=form.person, by=request.user),
        asked,
    )


@require_POST
def registration_place(request: HttpRequest, slug: str, pk: int, number: int) -> HttpResponse:
    return _change(request, slug, pk, number, actions.give_place, _("The person has a place, and gets a mail."))


@require_POST
def registration_cancel(request: HttpRequest, slug: str, pk: int, number: int) -> HttpResponse:
    done = _("The registration is cancelled. Whoever waited longest has the place.")
    return _change(request, slug, pk, number, actions.cancel, done)


@require_POST
def registration_delete(request: HttpRequest, slug: str, pk: int, number: int) -> HttpResponse:
    done = _("All that was kept of this person is deleted.")
    return _change(request, slug, pk, number, actions.delete, done)


def _change(request: HttpRequest, slug: str, pk: int, number: int, act: Callable[..., Any], done: str) -> HttpResponse:
    launch = launch_or_404(request, slug, pk)
    rules.check_can_run_people(request.user, launch)
    registration: Registration = get_object_or_404(launch.registrations.for_list(), pk=number)
    registration.launch = launch
    return do(
        request,
        lambda: act(registration=registration, by=request.user),
        done=done,
        back=address("registrations", launch),
    )
