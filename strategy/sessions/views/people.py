"""Who should be there, the invitations, and who came."""

from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST

from epi.errors import CannotBeDone
from strategy.rules import can_see_contacts
from strategy.sessions import queries, rules
from strategy.sessions.actions import inviting, recording
from strategy.sessions.forms import AttendanceForm, CandidatesForm, ChooseForm
from strategy.sessions.models import EngagementSession, Participant
from strategy.sessions.views._common import instrument_of, refuse, session_or_404, session_page
from strategy.stakeholders.models import Contact

CONTACTS_A_PAGE = 50


@require_http_methods(["GET", "POST"])
@never_cache
def session_people(request: HttpRequest, slug: str, pk: int) -> HttpResponse:
    """Who is chosen, which groups are missing, and whom the register still has. A POST adds those who are ticked."""
    session = session_or_404(request, slug, pk)
    form = None
    if request.method == "POST":
        rules.check_can_write(request.user, session)
        form = ChooseForm(queries.candidates(session, request.user), request.POST)
        if form.is_valid():
            return _add(request, session, form)
    return _people_page(request, session, form, status=422 if request.method == "POST" else 200)


def _add(request: HttpRequest, session: EngagementSession, form: ChooseForm) -> HttpResponse:
    try:
        added = inviting.add_participants(session=session, contacts=form.cleaned_data["contacts"], by=request.user)
    except CannotBeDone as error:
        form.add_error("contacts", str(error))
        return _people_page(request, session, form, status=422)
    messages.success(
        request,
        ngettext("%(count)d person is on the list.", "%(count)d people are added to the list.", added)
        % {"count": added},
    )
    return redirect("session_people", session.city.slug, session.pk)


def _people_page(
    request: HttpRequest, session: EngagementSession, form: ChooseForm | None, status: int
) -> HttpResponse:
    rows = queries.groups(session)
    context: dict[str, Any] = {
        "form": form,
        "groups": [row for row in rows if row.registered or row.chosen or row.present],
        "missing": queries.missing(rows),
        "replies": queries.replies(session),
        "people": _people(request, session),
        "can_invite": session.is_to_come,
    }
    if rules.can_write(request.user, session):
        filters = CandidatesForm(instrument_of(session), request.GET)
        found = queries.candidates(session, request.user, **filters.chosen())
        page = Paginator(found, CONTACTS_A_PAGE).get_page(request.GET.get("page"))
        ticked = form.data.getlist("contacts") if form else []
        context |= {
            "filters": filters,
            "page": page,
            "candidates": [(contact, _why_not(contact, session), str(contact.pk) in ticked) for contact in page],
        }
    return session_page(request, "strategy/sessions/people.html", session, status=status, **context)


def _people(request: HttpRequest, session: EngagementSession) -> list[Participant]:
    """The participants, for those who may see persons; the others see numbers by group."""
    if not can_see_contacts(request.user, session.city):
        return []
    return list(session.participants.for_list().order_by("contact__stakeholder__name", "pk"))


def _why_not(contact: Contact, session: EngagementSession) -> str:
    """Why this person cannot be invited; empty if they can."""
    try:
        rules.check_may_take_part(contact, session)
    except CannotBeDone as error:
        return str(error)
    return ""


@require_POST
def participant_remove(request: HttpRequest, slug: str, pk: int, participant: int) -> HttpResponse:
    session = session_or_404(request, slug, pk)
    rules.check_can_write(request.user, session)
    found = get_object_or_404(session.participants, pk=participant)
    found.session = session
    try:
        inviting.remove_participant(participant=found, by=request.user)
    except CannotBeDone as error:
        return refuse(request, error, "session_people", slug, pk)
    messages.success(request, _("The person is off the list; their link no longer works."))
    return redirect("session_people", slug, pk)


@require_POST
def session_invite(request: HttpRequest, slug: str, pk: int) -> HttpResponse:
    """Send the invitation to those who have none yet."""
    session = session_or_404(request, slug, pk)
    try:
        sent = inviting.invite(session=session, by=request.user)
    except CannotBeDone as error:
        return refuse(request, error, "session_people", slug, pk)
    messages.success(
        request,
        ngettext("%(count)d invitation is on its way.", "%(count)d invitations are on their way.", sent.mails)
        % {"count": sent.mails},
    )
    _tell_left_out(request, sent)
    return redirect("session_people", slug, pk)


@require_POST
def session_remind(request: HttpRequest, slug: str, pk: int) -> HttpResponse:
    """Remind those who were invited and have not declined."""
    session = session_or_404(request, slug, pk)
    try:
        sent = inviting.remind(session=session, by=request.user)
    except CannotBeDone as error:
        return refuse(request, error, "session_people", slug, pk)
    messages.success(
        request,
        ngettext("%(count)d reminder is on its way.", "%(count)d reminders are on their way.", sent.mails)
        % {"count": sent.mails},
    )
    _tell_left_out(request, sent)
    return redirect("session_people", slug, pk)


def _tell_left_out(request: HttpRequest, sent: inviting.Sent) -> None:
    if sent.left_out:
        messages.warning(
            request,
            ngettext(
                "%(count)d person got no mail: there is no address, or the consent ends before the session.",
                "%(count)d people got no mail: there is no address, or the consent ends before the session.",
                sent.left_out,
            )
            % {"count": sent.left_out},
        )


@require_http_methods(["GET", "POST"])
@never_cache
def session_attendance(request: HttpRequest, slug: str, pk: int) -> HttpResponse:
    """Who came, how many more of each group, and how those present mirror the city."""
    session = session_or_404(request, slug, pk)
    if request.method == "GET":
        return _attendance_page(request, session, None)
    rules.check_can_write(request.user, session)
    people = _people(request, session)
    form = AttendanceForm(session, people, request.POST)
    if form.is_valid():
        try:
            recording.record_attendance(session=session, attendance=form.attendance(), by=request.user)
        except recording.CountedMeanwhile as error:
            return _attendance_page(request, session, _seen_now(session, people, form, error), status=409)
        except CannotBeDone as error:
            form.add_error(None, str(error))
        else:
            messages.success(request, _("The attendance is saved."))
            return redirect("session_attendance", slug, pk)
    return _attendance_page(request, session, form, status=422)


def _seen_now(
    session: EngagementSession, people: list[Participant], form: AttendanceForm, error: recording.CountedMeanwhile
) -> AttendanceForm:
    """What was typed, once the person knows of the other number: the next save puts theirs in its place."""
    name = form.name_of(error.name)
    posted = form.data.copy()
    posted[form.add_initial_prefix(name)] = "" if error.theirs is None else str(error.theirs)
    again = AttendanceForm(session, people, posted)
    again.add_error(name, str(error))
    return again


def _attendance_page(
    request: HttpRequest, session: EngagementSession, form: AttendanceForm | None, status: int = 200
) -> HttpResponse:
    people = _people(request, session)
    can_write = rules.can_write(request.user, session)
    present = queries.present(session)
    if can_write and form is None:
        form = AttendanceForm(session, people)
    context = {
        "form": form,
        "people": [(person, form.person(person)) for person in people] if form else [],
        "groups": [row for row in queries.groups(session) if row.chosen or row.present],
        "present": present,
        "mirror": queries.mirror_of(session, present),
    }
    return session_page(request, "strategy/sessions/attendance.html", session, status=status, **context)
