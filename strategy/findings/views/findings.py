"""Findings: on a session's page, one by one, and all of a city."""

import re
from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from cities.models import City
from epi import spreadsheets, typed_text
from epi.errors import CannotBeDone, Conflict
from icc_index.instrument import Instrument, instrument_for
from icc_index.models import Assessment
from strategy.access import city_or_404
from strategy.findings import actions, exports, queries, subjects
from strategy.findings.forms import FindingFilterForm, FindingForm
from strategy.findings.models import Finding
from strategy.findings.rules import can_write_findings, check_can_write_findings, is_final
from strategy.sessions.models import EngagementSession
from strategy.sessions.views import session_or_404, session_page
from strategy.views import page

ROWS_A_PAGE = 25
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


# One session ---------------------------------------------------------------------------------------------------------
@require_http_methods(["GET", "POST"])
def session_findings(request: HttpRequest, slug: str, pk: int) -> HttpResponse:
    """What a session found, its notes beside the form. A POST adds a finding."""
    session = session_or_404(request, slug, pk)
    instrument = instrument_for(session.assessment.edition)
    if request.method == "POST":
        return _add(request, session, FindingForm(instrument, request.POST))
    typed = typed_text.take_back(request)
    form = FindingForm(instrument, typed) if typed else FindingForm(instrument, initial=_from_note(request, session))
    return _findings_page(request, session, form, restored=typed is not None)


def _add(request: HttpRequest, session: EngagementSession, form: FindingForm) -> HttpResponse:
    check_can_write_findings(request.user, session)
    if form.is_valid():
        try:
            actions.write_finding(session=session, by=request.user, **form.content)
        except CannotBeDone as error:
            form.add_error("text", str(error))
        else:
            messages.success(request, _("The finding is saved."))
            return redirect("session_findings", session.city.slug, session.pk)
    return _findings_page(request, session, form, status=422)


def _from_note(request: HttpRequest, session: EngagementSession) -> dict[str, Any]:
    """What a note of this session already says of a finding."""
    number = request.GET.get("note", "")
    note = session.notes.filter(pk=number).first() if re.fullmatch(r"[0-9]{1,18}", number) else None
    return {"subject": note.subject, "sector": note.sector, "text": note.text} if note else {}


def _findings_page(
    request: HttpRequest, session: EngagementSession, form: FindingForm, status: int = 200, **context: Any
) -> HttpResponse:
    found = list(Finding.objects.filter(session=session).for_list())
    can_write = can_write_findings(request.user, session)
    context = {
        "rows": queries.finding_rows(found),
        "notes": queries.note_rows(session, found) if can_write else [],
        "form": form,
        "can_write": can_write,
        "is_final": is_final(session),
        "typed_by": typed_text.mark(request.user.pk),
        "restored": False,
        **context,
    }
    return session_page(request, "strategy/findings/findings.html", session, status=status, **context)


# One finding ---------------------------------------------------------------------------------------------------------
def _finding_or_404(session: EngagementSession, number: int) -> Finding:
    return get_object_or_404(Finding.objects.for_list().filter(session=session), pk=number)


@require_http_methods(["GET", "POST"])
def finding(request: HttpRequest, slug: str, pk: int, number: int) -> HttpResponse:
    """Change one finding."""
    session = session_or_404(request, slug, pk)
    check_can_write_findings(request.user, session)
    instrument = instrument_for(session.assessment.edition)
    if request.method == "POST":
        return _change_or_add(request, session, number, FindingForm(instrument, request.POST))
    stored = _finding_or_404(session, number)
    typed = typed_text.take_back(request)
    form = FindingForm(instrument, typed) if typed else FindingForm(instrument, initial=_initial(stored))
    return _finding_page(request, session, stored, form, restored=typed is not None)


def _initial(finding: Finding) -> dict[str, Any]:
    return {name: getattr(finding, name) for name in ("subject", "kind", "sector", "text", "version")}


def _change_or_add(request: HttpRequest, session: EngagementSession, number: int, form: FindingForm) -> HttpResponse:
    """Change the finding; if somebody deleted it in the meantime, offer what was typed as a new one."""
    stored = Finding.objects.for_list().filter(session=session, pk=number).first()
    if stored:
        return _change(request, session, stored, form)
    form.full_clean()
    form.add_error(None, _("Somebody deleted this finding in the meantime. You can add what you typed as a new one."))
    return _findings_page(request, session, form, status=409)


def _change(request: HttpRequest, session: EngagementSession, stored: Finding, form: FindingForm) -> HttpResponse:
    if not form.is_valid():
        return _finding_page(request, session, stored, form, status=422)
    try:
        actions.change_finding(
            finding=stored, base_version=form.cleaned_data["version"], by=request.user, **form.content
        )
    except CannotBeDone as error:
        form.add_error("text", str(error))
        return _finding_page(request, session, stored, form, status=422)
    except Conflict as conflict:
        return _merge(request, session, form, conflict)
    messages.success(request, _("The finding is saved."))
    return redirect("session_findings", session.city.slug, session.pk)


def _merge(request: HttpRequest, session: EngagementSession, form: FindingForm, conflict: Conflict) -> HttpResponse:
    """Both texts on one page: theirs to read, mine in the form, whose next save rests on theirs."""
    theirs = conflict.theirs
    assert isinstance(theirs, Finding)
    instrument = instrument_for(session.assessment.edition)
    mine = FindingForm(instrument, initial={**form.cleaned_data, "version": theirs.version})
    return _finding_page(request, session, theirs, mine, theirs=theirs, status=409)


def _finding_page(
    request: HttpRequest,
    session: EngagementSession,
    stored: Finding,
    form: FindingForm,
    *,
    theirs: Finding | None = None,
    restored: bool = False,
    status: int = 200,
) -> HttpResponse:
    instrument = instrument_for(session.assessment.edition)
    context = {
        "finding": stored,
        "form": form,
        "theirs": theirs,
        "theirs_about": subjects.name(instrument, theirs.subject) if theirs else "",
        "restored": restored,
        "typed_by": typed_text.mark(request.user.pk),
    }
    return session_page(request, "strategy/findings/finding.html", session, status=status, **context)


@require_POST
def finding_delete(request: HttpRequest, slug: str, pk: int, number: int) -> HttpResponse:
    session = session_or_404(request, slug, pk)
    actions.delete_finding(finding=_finding_or_404(session, number), by=request.user)
    messages.success(request, _("The finding is deleted."))
    return redirect("session_findings", session.city.slug, session.pk)


# All of a city -------------------------------------------------------------------------------------------------------
@require_GET
def findings(request: HttpRequest, slug: str) -> HttpResponse:
    """All findings of a city, narrowed by area, kind, group and session."""
    city = city_or_404(request, slug)
    form, found = _filtered(request, city)
    shown = Paginator(found, ROWS_A_PAGE).get_page(request.GET.get("page"))
    rows = queries.finding_rows(shown.object_list)
    context = {
        "form": form,
        "page": shown,
        "rows": rows,
        "is_narrowed": any(form.cleaned_data.values()) if form.is_valid() else True,
        "sample_data": any(row.finding.session.is_sample for row in rows),
    }
    return page(request, "strategy/findings/list.html", city, **context)


@require_GET
def findings_export(request: HttpRequest, slug: str) -> HttpResponse:
    """The same findings, all pages, for a spreadsheet."""
    _form, found = _filtered(request, city_or_404(request, slug))
    return _xlsx(exports.findings_table(queries.finding_rows(found)), f"findings-{slug}.xlsx")


@require_GET
def ratings_export(request: HttpRequest, slug: str) -> HttpResponse:
    """The ratings of all closed rounds of a city, as far as they are shown."""
    city = city_or_404(request, slug)
    return _xlsx(exports.ratings_table(city), f"ratings-{slug}.xlsx")


def _xlsx(rows: list[list[str]], name: str) -> HttpResponse:
    disposition = {"Content-Disposition": f'attachment; filename="{name}"', "Cache-Control": "private"}
    return HttpResponse(spreadsheets.write(rows, "xlsx"), content_type=XLSX, headers=disposition)


def _filtered(request: HttpRequest, city: City) -> tuple[FindingFilterForm, QuerySet[Finding]]:
    """The filter as it was asked for, and the findings that pass; an unknown value lets nothing pass."""
    sessions = list(EngagementSession.objects.filter(city=city).select_related("assessment__edition"))
    instrument = _newest_instrument(sessions)
    form = FindingFilterForm(instrument, sessions, request.GET)
    found = Finding.objects.filter(session__city=city).for_list().order_by("-session__starts_at", "pk")
    if not form.is_valid():
        return form, found.none()
    wanted = form.cleaned_data
    if wanted["indicator"] and instrument:
        found = found.filter(subject__in=subjects.all_of(instrument.by_code[wanted["indicator"]]))
    for field, name in (("kind", "kind"), ("sector", "group"), ("session", "session")):
        if wanted[name]:
            found = found.filter(**{field: wanted[name]})
    return form, found


def _newest_instrument(sessions: list[EngagementSession]) -> Instrument | None:
    newest: Assessment | None = max((one.assessment for one in sessions), key=lambda one: one.year, default=None)
    return instrument_for(newest.edition) if newest else None
