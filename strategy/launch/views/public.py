"""The public page of a launch event, registering on it, and what the link of somebody registered opens."""

from django.conf import settings
from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.http import FileResponse, Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone, translation
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods

from cities.models import City
from epi import tries, uploads
from epi.errors import CannotBeDone
from epi.links import link_or_404
from strategy.events.enums import Standing
from strategy.events.models import Attendee
from strategy.events.queries import agenda_by_day, materials_by_title
from strategy.launch import calendar, queries
from strategy.launch.actions import registering as actions
from strategy.launch.forms import RegistrationForm
from strategy.launch.models import Launch, Registration
from strategy.views import SAMPLE_NOTE

MOST_REGISTRATIONS = 20  # from one address in ten minutes: an office behind one address, but no machine


def _public_or_404(slug: str) -> Launch:
    launch = queries.public_launch(get_object_or_404(City, slug=slug))
    if launch is None:
        raise Http404
    return launch


@require_http_methods(["GET", "POST"])
@login_not_required
@never_cache
def launch_public(request: HttpRequest, slug: str) -> HttpResponse:
    """What, when, where, and the form to register. A POST registers."""
    launch = _public_or_404(slug)
    if request.method == "GET":
        return _page(request, launch, RegistrationForm(initial={"language": get_language()}))
    too_many = _("Many people registered from here just now. Wait ten minutes, then try again.")
    tries.check(request, "registrations", most=MOST_REGISTRATIONS, sentence=too_many)
    form = RegistrationForm(request.POST)
    if form.is_valid():
        tries.count(request, "registrations")
        try:
            waits = actions.register(launch=launch, key=form.cleaned_data["key"], person=form.person)
        except CannotBeDone as error:
            form.add_error(None, str(error))
        else:
            messages.success(request, _said(waits))
            return redirect(launch)
    return _page(request, launch, form, status=422)


def _said(waits: bool) -> str:
    """The same for somebody who was registered before: only the mail tells that."""
    if waits:
        return _(
            "Thank you. All places were taken, so you are on the waiting list. We sent you a mail with a link by which"
            " you can cancel."
        )
    return _("Thank you. We sent you a mail with all you need, and a link by which you can cancel.")


def _page(request: HttpRequest, launch: Launch, form: RegistrationForm, status: int = 200) -> HttpResponse:
    context = {
        "launch": launch,
        "event": launch.event,
        "city": launch.city,
        "form": form,
        "agenda": agenda_by_day(launch.event),
        "materials": materials_by_title(launch.event),
        "actions": queries.main_actions(launch.city),
        "free": queries.free_places(launch),
        "sample_data": launch.event.is_sample,
        "sample_note": SAMPLE_NOTE,
    }
    with timezone.override(launch.zone):
        return render(request, "strategy/launch/public.html", context, status=status)


@require_GET
@login_not_required
def launch_calendar(request: HttpRequest, slug: str) -> HttpResponse:
    """The event for one's own calendar."""
    launch = _public_or_404(slug)
    if launch.event.is_cancelled:
        raise Http404
    headers = {"Content-Disposition": f'attachment; filename="launch-{slug}.ics"'}
    return HttpResponse(calendar.file(launch), content_type="text/calendar; charset=utf-8", headers=headers)


@require_GET
@login_not_required
def launch_material(request: HttpRequest, slug: str, pk: int) -> FileResponse:
    """A file that was given out at the event, for everybody."""
    launch = _public_or_404(slug)
    material = get_object_or_404(launch.event.materials.exclude(file=""), pk=pk)
    return uploads.as_attachment(material.file, name=material.file_name, kind=material.file_kind)


@require_http_methods(["GET", "POST"])
@login_not_required
@never_cache
def registration(request: HttpRequest, token: str) -> HttpResponse:
    """What somebody registered sees by their link. A POST cancels, or deletes what is kept of them."""
    links = Registration.objects.working().filter(attendee__in=Attendee.objects.known())
    of_event = ("attendee", "launch__event__city", "launch__event__programme")
    found: Registration = link_or_404(request, links.select_related(*of_event), token)
    with translation.override(_language(request, found.attendee)):
        if request.method == "POST":
            return _take(request, found, token)
        return _registration_page(request, found)


def _language(request: HttpRequest, attendee: Attendee) -> str:
    """That of the mail, unless the reader has chosen another one on the page or has an account."""
    has_chosen = settings.LANGUAGE_COOKIE_NAME in request.COOKIES or request.user.is_authenticated
    return (get_language() or "") if has_chosen else attendee.language


def _take(request: HttpRequest, found: Registration, token: str) -> HttpResponse:
    if "delete" in request.POST:
        actions.delete(registration=found, by=None)
        return render(request, "strategy/launch/deleted.html", {"event": found.launch.event, "city": found.launch.city})
    try:
        actions.cancel_own(registration=found)
    except CannotBeDone as error:
        messages.error(request, str(error))
    else:
        messages.success(request, _("Your registration is cancelled. Thank you for telling us."))
    return redirect("registration", token)


def _registration_page(request: HttpRequest, found: Registration) -> HttpResponse:
    launch = found.launch
    can_cancel = not launch.has_begun and not launch.event.is_cancelled
    context = {
        "launch": launch,
        "event": launch.event,
        "city": launch.city,
        "person": found.attendee,
        "can_cancel": can_cancel and found.attendee.standing != Standing.CANCELLED,
        "sample_data": launch.event.is_sample,
        "sample_note": SAMPLE_NOTE,
    }
    with timezone.override(launch.zone):
        return render(request, "strategy/launch/registration.html", context)
