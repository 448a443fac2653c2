"""Notes, while one listens."""

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST
from django.views.decorators.vary import vary_on_headers

from epi import typed_text
from epi.errors import CannotBeDone
from strategy.sessions import queries, rules, subjects
from strategy.sessions.actions import recording
from strategy.sessions.forms import NoteForm
from strategy.sessions.models import EngagementSession, Note
from strategy.sessions.views._common import form_page, instrument_of, session_or_404, session_page


@require_http_methods(["GET", "POST"])
@vary_on_headers("HX-Request")
def session_notes(request: HttpRequest, slug: str, pk: int) -> HttpResponse:
    """The notes by subject, and the form for the next one. A POST (htmx or not) saves one and clears the form."""
    session = session_or_404(request, slug, pk)
    instrument = instrument_of(session)
    rows = queries.guide(session, instrument)
    if request.method == "GET":
        typed = typed_text.take_back(request)
        return _notes_page(request, session, rows, NoteForm(instrument, rows, typed), restored=typed is not None)
    rules.check_can_write(request.user, session)
    form = NoteForm(instrument, rows, request.POST)
    if not form.is_valid() or not _add(request, session, form):
        return _notes_page(request, session, rows, form, status=422)
    if not request.htmx:
        messages.success(request, _("The note is saved."))
        return redirect("session_notes", slug, pk)
    # The next note is most often about the same subject, from the same group.
    said = {name: form.cleaned_data[name] for name in ("subject", "other", "sector")}
    return _notes_page(request, session, rows, NoteForm(instrument, rows, initial=said), just_saved=True)


def _add(request: HttpRequest, session: EngagementSession, form: NoteForm) -> bool:
    """Save the note; False, with the reason in the form, when it names somebody."""
    try:
        recording.add_note(session=session, key=form.cleaned_data["key"], by=request.user, **form.said())
    except CannotBeDone as error:
        form.add_error("text", str(error))
        return False
    return True


def _notes_page(
    request: HttpRequest,
    session: EngagementSession,
    rows: list[queries.GuideRow],
    form: NoteForm,
    status: int = 200,
    **context: Any,
) -> HttpResponse:
    context = {
        "form": form,
        "notes": _by_subject(session, rows),
        "typed_by": typed_text.mark(request.user.pk),
        "restored": False,
        "just_saved": False,
        "words": _words(),
        **context,
    }
    template = "strategy/sessions/_notes.html" if request.htmx else "strategy/sessions/notes.html"
    if request.htmx:
        context |= {"session": session, "city": session.city, "can_write": True}
        with timezone.override(session.zone):
            return render(request, template, context, status=status)
    return session_page(request, template, session, status=status, **context)


def _by_subject(session: EngagementSession, rows: list[queries.GuideRow]) -> list[tuple[str, list[Note]]]:
    """The notes under the names of their subjects: the guide's in its order, then others, then those about nothing."""
    instrument = instrument_of(session)
    found: dict[str, list[Note]] = {row.topic.subject: [] for row in rows}
    for note in session.notes.select_related("by"):
        found.setdefault(note.subject, []).append(note)
    loose = found.pop("", [])
    named = [(subjects.subject_of(instrument, code).name, notes) for code, notes in found.items() if notes]
    return [*named, (_("Something else"), loose)] if loose else named


def _words() -> dict[str, str]:
    """What the script says while it saves, in the reader's language."""
    return {
        "saving": _("Saving…"),
        "failed": _("Not saved: no connection. Your text is kept here and is sent again."),
        "signedOut": _("Not saved: you are signed out. Your text is kept; sign in in another tab or reload this page."),
        "refused": _("Not saved: nothing of this session changes any more. Your text is kept in this browser."),
        "restored": _("Restored what you typed before. It is not saved yet."),
    }


@require_http_methods(["GET", "POST"])
def session_note(request: HttpRequest, slug: str, pk: int, note: int) -> HttpResponse:
    """Change one's own note."""
    session = session_or_404(request, slug, pk)
    found = _note_or_404(session, note)
    rules.check_can_change_note(request.user, found)
    instrument = instrument_of(session)
    rows = queries.guide(session, instrument)
    form = NoteForm.of(found, instrument, rows, request.POST or typed_text.take_back(request))
    if request.method == "POST" and form.is_valid():
        try:
            recording.change_note(note=found, by=request.user, **form.said())
        except CannotBeDone as error:
            form.add_error("text", str(error))
        else:
            messages.success(request, _("The note is saved."))
            return redirect("session_notes", slug, pk)
    return form_page(
        request,
        session,
        form,
        heading=_("Change a note"),
        submit=_("Save the note"),
        back=reverse("session_notes", args=[slug, pk]),
        status=422 if request.method == "POST" else 200,
    )


def _note_or_404(session: EngagementSession, pk: int) -> Note:
    note = get_object_or_404(session.notes, pk=pk)
    note.session = session
    return note


@require_POST
def note_delete(request: HttpRequest, slug: str, pk: int, note: int) -> HttpResponse:
    session = session_or_404(request, slug, pk)
    recording.delete_note(note=_note_or_404(session, note), by=request.user)
    messages.success(request, _("The note is deleted."))
    return redirect("session_notes", slug, pk)
