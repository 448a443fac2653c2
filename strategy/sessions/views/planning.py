"""The sessions of a city: the list, one at a glance, planning, changing, holding, cancelling, deleting."""

from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.db.models import Count, Q
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from cities.models import City
from epi import typed_text
from epi.errors import CannotBeDone, Conflict
from strategy.access import city_or_404
from strategy.rules import check_can_run_engagement
from strategy.sessions import queries, rules
from strategy.sessions.actions import planning
from strategy.sessions.enums import Reply
from strategy.sessions.forms import FilterForm, PlanForm, ReasonForm
from strategy.sessions.models import EngagementSession
from strategy.sessions.views._common import form_page, refuse, session_or_404, session_page
from strategy.views import page

SESSIONS_A_PAGE = 20


@require_GET
def sessions(request: HttpRequest, slug: str) -> HttpResponse:
    """What is to come, then what was held; by kind and state."""
    city = city_or_404(request, slug)
    filters = FilterForm(request.GET)
    chosen = filters.chosen()
    found = (
        EngagementSession.objects.visible_to(request.user)
        .filter(city=city, **chosen)
        .annotate(
            invited=Count("participants", Q(participants__invited_at__isnull=False)),
            coming=Count("participants", Q(participants__reply=Reply.YES)),
        )
        .coming_first()
    )
    paged = Paginator(found, SESSIONS_A_PAGE).get_page(request.GET.get("page"))
    context = {
        "page": paged,
        "filters": filters,
        "is_filtered": bool(chosen),
        "sample_data": any(session.is_sample for session in paged),
        "has_assessment": city.assessments.exists(),
    }
    with timezone.override(city.zone):
        return page(request, "strategy/sessions/list.html", city, **context)


@require_GET
def session(request: HttpRequest, slug: str, pk: int) -> HttpResponse:
    """One session at a glance, with the one thing to do next."""
    session = session_or_404(request, slug, pk)
    context = {
        "next": queries.next_step(session),
        "replies": queries.replies(session),
        "topics": session.topics.count(),
        "notes": session.notes.count(),
        "present": queries.present(session),
    }
    return session_page(request, "strategy/sessions/session.html", session, **context)


@require_http_methods(["GET", "POST"])
def session_plan(request: HttpRequest, slug: str) -> HttpResponse:
    """Plan a session."""
    city = city_or_404(request, slug)
    check_can_run_engagement(request.user, city)
    with timezone.override(city.zone):
        form = PlanForm(city, request.POST or typed_text.take_back(request))
        if request.method == "POST" and form.is_valid():
            try:
                made = planning.plan_session(city=city, plan=form.plan(), by=request.user)
            except CannotBeDone as error:
                form.add_error(None, str(error))
            else:
                messages.success(request, _("The session is planned. Next: what is it to look into?"))
                return redirect(made)
        return _plan_page(request, city, form, status=422 if request.method == "POST" else 200)


def _plan_page(request: HttpRequest, city: City, form: PlanForm, status: int) -> HttpResponse:
    context = {
        "form": form,
        "has_assessment": city.assessments.exists(),
        "typed_by": typed_text.mark(request.user.pk),
    }
    return page(request, "strategy/sessions/plan.html", city, status=status, **context)


@require_http_methods(["GET", "POST"])
def session_edit(request: HttpRequest, slug: str, pk: int) -> HttpResponse:
    """Change what is planned; those invited hear of what matters to them."""
    session = session_or_404(request, slug, pk)
    rules.check_can_write(request.user, session)
    with timezone.override(session.zone):
        typed = request.POST or typed_text.take_back(request)
        form = PlanForm(session.city, typed, instance=session, initial={"version": session.version})
        if request.method == "POST" and form.is_valid():
            try:
                return _change(request, session, form)
            except CannotBeDone as error:
                form.add_error(None, str(error))
            except Conflict as conflict:
                return _edit_page(request, session, _over(form, conflict), 409, theirs=conflict.theirs, mine=form)
        return _edit_page(request, session, form, 422 if request.method == "POST" else 200)


def _change(request: HttpRequest, session: EngagementSession, form: PlanForm) -> HttpResponse:
    base_version = form.cleaned_data["version"]
    told = planning.change_plan(session=session, plan=form.plan(), base_version=base_version, by=request.user)
    messages.success(request, _("Your changes are saved."))
    if told:
        messages.success(
            request,
            ngettext(
                "%(count)d person who is invited gets a mail about it.",
                "%(count)d people who are invited get a mail about it.",
                told,
            )
            % {"count": told},
        )
    return redirect(session)


def _over(form: PlanForm, conflict: Conflict) -> PlanForm:
    """What was typed, whose next save rests on what is stored now."""
    assert isinstance(conflict.theirs, EngagementSession)
    posted = form.data.copy()
    posted["version"] = str(conflict.theirs.version)
    return PlanForm(conflict.theirs.city, posted, instance=conflict.theirs)


def _edit_page(
    request: HttpRequest, session: EngagementSession, form: PlanForm, status: int, **conflict: Any
) -> HttpResponse:
    theirs, mine = conflict.get("theirs"), conflict.get("mine")
    context = {
        "form": form,
        "typed_by": typed_text.mark(request.user.pk),
        "compared": _compared(theirs, mine) if theirs and mine else [],
        "saved": queries.who_saved_last(session, "session.changed") if theirs else None,
        "can_delete": planning.can_be_deleted(session),
        "is_announced": session.is_to_come and session.participants.filter(invited_at__isnull=False).exists(),
    }
    return session_page(request, "strategy/sessions/edit.html", session, status=status, **context)


def _compared(theirs: EngagementSession, mine: PlanForm) -> list[tuple[Any, Any, Any]]:
    """Label, what is stored, what was typed: of the fields that differ."""
    rows = []
    for name, value in vars(mine.plan()).items():
        stored = getattr(theirs, name)
        if stored != value:
            rows.append((mine.fields[name].label, _in_words(theirs, name, stored), _in_words(theirs, name, value)))
    return rows


def _in_words(session: EngagementSession, name: str, value: Any) -> Any:
    """A value as a person reads it; moments are left to the template, which knows the city's time."""
    choices = dict(session._meta.get_field(name).flatchoices or [])
    return choices.get(value, value)


@require_POST
def session_hold(request: HttpRequest, slug: str, pk: int) -> HttpResponse:
    session = session_or_404(request, slug, pk)
    planning.hold(session=session, by=request.user)
    messages.success(request, _("The session is marked as held. Next: who came?"))
    return redirect("session_attendance", slug, pk)


@require_http_methods(["GET", "POST"])
def session_cancel(request: HttpRequest, slug: str, pk: int) -> HttpResponse:
    """Cancel with a reason, which those invited read."""
    session = session_or_404(request, slug, pk)
    rules.check_can_cancel(request.user, session)
    help_text = _("Those who were invited read it in the mail that tells them.")
    form = ReasonForm(request.POST or typed_text.take_back(request), help_text=help_text)
    if request.method == "POST" and form.is_valid():
        try:
            told = planning.cancel(session=session, reason=form.cleaned_data["comment"], by=request.user)
        except CannotBeDone as error:
            form.add_error("comment", str(error))
        else:
            messages.success(request, _cancelled(told))
            return redirect(session)
    return form_page(
        request,
        session,
        form,
        heading=_("Cancel this session"),
        submit=_("Cancel the session and tell those invited"),
        back=session.get_absolute_url(),
        status=422 if request.method == "POST" else 200,
    )


def _cancelled(told: int) -> str:
    return ngettext(
        "The session is cancelled. %(count)d person is told by mail.",
        "The session is cancelled. %(count)d people are told by mail.",
        told,
    ) % {"count": told}


@require_POST
def session_delete(request: HttpRequest, slug: str, pk: int) -> HttpResponse:
    session = session_or_404(request, slug, pk)
    try:
        planning.delete(session=session, by=request.user)
    except CannotBeDone as error:
        return refuse(request, error, reverse("session", args=[slug, pk]))
    messages.success(request, _("“%(title)s” is deleted.") % {"title": session})
    return redirect("sessions", slug)
