"""The minutes: reading, writing, circulating, deciding about amendments, comparing versions."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from epi import typed_text
from epi.errors import CannotBeDone, Conflict
from icc_index.instrument import instrument_for
from strategy.sessions import queries, rules
from strategy.sessions.actions import minutes
from strategy.sessions.comparing import differences
from strategy.sessions.drafting import draft_from_notes
from strategy.sessions.enums import Decision, MinutesPhase, SessionState
from strategy.sessions.forms import DecisionForm, MinutesForm, ReasonForm
from strategy.sessions.models import EngagementSession
from strategy.sessions.views._common import form_page, refuse, session_or_404, session_page


@require_GET
@never_cache
def session_minutes(request: HttpRequest, slug: str, pk: int) -> HttpResponse:
    """The minutes as they stand, whose turn it is, what those present want changed, and every version that went out."""
    session = session_or_404(request, slug, pk)
    amendments = list(queries.amendments(session))
    open_ones = sum(one.decision == Decision.OPEN for one in amendments)
    can_edit = rules.can_edit_minutes(request.user, session)
    context = {
        "amendments": amendments,
        "open_amendments": open_ones,
        "versions": session.minutes_versions.select_related("by"),
        "can_edit": can_edit,
        "can_circulate": _can_go_to(request, session, MinutesPhase.CIRCULATED, open_ones),
        "can_finish": _can_go_to(request, session, MinutesPhase.FINAL, open_ones),
        "can_take_back": rules.can_move(request.user, session, MinutesPhase.DRAFT),
        "is_held": session.state == SessionState.HELD,
    }
    return session_page(request, "strategy/sessions/minutes.html", session, **context)


def _can_go_to(request: HttpRequest, session: EngagementSession, target: MinutesPhase, open_ones: int) -> bool:
    return bool(session.minutes) and not open_ones and rules.can_move(request.user, session, target)


@require_http_methods(["GET", "POST"])
def minutes_edit(request: HttpRequest, slug: str, pk: int) -> HttpResponse:
    """Write the minutes. With `notes` in the address the notes stand in the form, below what is there; nothing is saved
    by that."""
    session = session_or_404(request, slug, pk)
    rules.check_can_edit_minutes(request.user, session)
    typed = request.POST or typed_text.take_back(request)
    text = _with_notes(session) if "notes" in request.GET else session.minutes
    form = MinutesForm(typed, initial={"text": text, "revision": session.minutes_revision})
    if request.method == "POST" and form.is_valid():
        data = form.cleaned_data
        try:
            minutes.save(session=session, text=data["text"], base_revision=data["revision"], by=request.user)
        except CannotBeDone as error:
            form.add_error("text", str(error))
        except Conflict as conflict:
            return _merge(request, session, data["text"], conflict)
        else:
            messages.success(request, _("The minutes are saved."))
            return redirect("session_minutes", slug, pk)
    return _edit_page(request, session, form, 422 if request.method == "POST" else 200)


def _merge(request: HttpRequest, session: EngagementSession, mine: str, conflict: Conflict) -> HttpResponse:
    """Both texts on one page: theirs to read, mine in the form, whose next save rests on theirs."""
    theirs = conflict.theirs
    assert isinstance(theirs, EngagementSession)
    form = MinutesForm(initial={"text": mine, "revision": theirs.minutes_revision})
    return _edit_page(request, session, form, 409, theirs=theirs.minutes, mine=mine)


def _with_notes(session: EngagementSession) -> str:
    """What stands in the minutes, and below it the notes by subject, in the session's language."""
    with translation.override(session.language):
        notes = draft_from_notes(session, instrument_for(session.assessment.edition, session.language))
    return "\n\n".join(part for part in (session.minutes, notes) if part)


def _edit_page(
    request: HttpRequest, session: EngagementSession, form: MinutesForm, status: int, **texts: str
) -> HttpResponse:
    return form_page(
        request,
        session,
        form,
        heading=_("Write the minutes"),
        submit=_("Save the minutes"),
        back=reverse("session_minutes", args=[session.city.slug, session.pk]),
        status=status,
        template="strategy/sessions/minutes_edit.html",
        saved=queries.who_saved_last(session, "minutes.saved") if texts else None,
        has_notes=session.notes.exists(),
        **texts,
    )


@require_POST
def minutes_circulate(request: HttpRequest, slug: str, pk: int) -> HttpResponse:
    session = session_or_404(request, slug, pk)
    try:
        count = minutes.circulate(session=session, by=request.user)
    except CannotBeDone as error:
        return refuse(request, error, "session_minutes", slug, pk)
    messages.success(
        request,
        ngettext(
            "The minutes are on their way to %(count)d person who was there.",
            "The minutes are on their way to %(count)d people who were there.",
            count,
        )
        % {"count": count},
    )
    return redirect("session_minutes", slug, pk)


@require_http_methods(["GET", "POST"])
def minutes_take_back(request: HttpRequest, slug: str, pk: int) -> HttpResponse:
    """Make the minutes a draft again, with a comment."""
    session = session_or_404(request, slug, pk)
    rules.check_can_move(request.user, session, MinutesPhase.DRAFT)
    help_text = _("Your colleagues read it, and need to know what to do.")
    form = ReasonForm(request.POST or typed_text.take_back(request), help_text=help_text)
    if request.method == "POST" and form.is_valid():
        try:
            minutes.take_back(session=session, by=request.user, **form.cleaned_data)
        except CannotBeDone as error:
            form.add_error("comment", str(error))
        else:
            messages.success(request, _("The minutes are a draft again."))
            return redirect("session_minutes", slug, pk)
    return form_page(
        request,
        session,
        form,
        heading=_("Take the minutes back"),
        submit=_("Make them a draft again"),
        back=reverse("session_minutes", args=[slug, pk]),
        status=422 if request.method == "POST" else 200,
    )


@require_POST
def minutes_final(request: HttpRequest, slug: str, pk: int) -> HttpResponse:
    session = session_or_404(request, slug, pk)
    try:
        minutes.finalise(session=session, by=request.user)
    except CannotBeDone as error:
        return refuse(request, error, "session_minutes", slug, pk)
    messages.success(request, _("The minutes are final. What the session found counts from now on."))
    return redirect("session_minutes", slug, pk)


@require_http_methods(["GET", "POST"])
def amendment_decide(request: HttpRequest, slug: str, pk: int, amendment: int) -> HttpResponse:
    """Take one proposed change up, or decline it with a reason."""
    session = session_or_404(request, slug, pk)
    rules.check_can_edit_minutes(request.user, session)
    found = get_object_or_404(session.amendments, pk=amendment)
    initial = {"decision": found.decision, "reason": found.reason}
    form = DecisionForm(request.POST or typed_text.take_back(request), initial=initial)
    if request.method == "POST" and form.is_valid():
        data = form.cleaned_data
        found.session = session
        try:
            minutes.decide(amendment=found, decision=Decision(data["decision"]), reason=data["reason"], by=request.user)
        except CannotBeDone as error:
            form.add_error(None, str(error))
        else:
            messages.success(request, _("The person who proposed it sees what you decided by their link."))
            return redirect("session_minutes", slug, pk)
    return form_page(
        request,
        session,
        form,
        heading=_("Decide about a proposed change"),
        submit=_("Save the decision"),
        back=reverse("session_minutes", args=[slug, pk]),
        status=422 if request.method == "POST" else 200,
        quoted=found.text,
        intro=_("Taking it up does not change the text by itself: change the minutes, too."),
    )


@require_GET
def minutes_version(request: HttpRequest, slug: str, pk: int, number: int) -> HttpResponse:
    """A version that went out, with what changed since the one before it."""
    session = session_or_404(request, slug, pk)
    version = get_object_or_404(session.minutes_versions.select_related("by"), number=number)
    earlier = session.minutes_versions.filter(number=number - 1).first()
    context = {
        "version": version,
        "earlier": earlier,
        "pieces": differences(earlier.text, version.text) if earlier else [],
    }
    return session_page(request, "strategy/sessions/minutes_version.html", session, **context)
