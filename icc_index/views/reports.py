"""Reports of an assessment: asking for one, watching it being made, taking it home."""

from uuid import UUID

from django import forms
from django.conf import settings
from django.contrib import messages
from django.http import FileResponse, Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _
from django.views.decorators.cache import cache_control, never_cache
from django.views.decorators.http import require_GET, require_http_methods
from django.views.decorators.vary import vary_on_headers

from epi.errors import CannotBeDone
from icc_index import rules
from icc_index.actions.reports import request_report
from icc_index.models import Assessment, Report, Result
from icc_index.reports.render import file_name
from icc_index.views._common import assessment_for, page


class ReportForm(forms.Form):
    language = forms.ChoiceField(label=_("Language of the report"), choices=lambda: settings.LANGUAGES)


@require_http_methods(["GET", "POST"])
def reports(request: HttpRequest, pk: int) -> HttpResponse:
    """The reports of an assessment; a POST asks for one. The page never waits for it."""
    assessment = assessment_for(request, pk)
    form = ReportForm(request.POST or None, initial={"language": get_language()})
    if request.method == "POST" and form.is_valid():
        return _ask(request, assessment, form.cleaned_data["language"])
    made = Report.objects.for_list().filter(result__assessment=assessment)
    status = 400 if form.is_bound else 200
    return page(request, "icc_index/reports.html", assessment, status=status, form=form, reports=made)


def _ask(request: HttpRequest, assessment: Assessment, language: str) -> HttpResponse:
    rules.check_can_request_report(assessment)
    result = get_object_or_404(Result.objects.current(), assessment=assessment)
    try:
        request_report(result=result, language=language, by=request.user)
    except CannotBeDone as refusal:
        messages.error(request, str(refusal))
    return redirect("reports", assessment.pk)


def _report_for(request: HttpRequest, report_id: UUID) -> Report:
    visible = Report.objects.visible_to(request.user).for_list()
    return get_object_or_404(visible, pk=report_id)


@require_GET
@never_cache
@vary_on_headers("HX-Request")
def report_status(request: HttpRequest, report_id: UUID) -> HttpResponse:
    """How far one report is: a page, or for htmx the fragment that asks for itself again until the report is ready."""
    report = _report_for(request, report_id)
    if request.htmx:
        return render(request, "icc_index/_report_status.html", {"report": report})
    return page(request, "icc_index/report.html", report.result.assessment, report=report)


@require_GET
@cache_control(private=True)
def report_download(request: HttpRequest, report_id: UUID) -> FileResponse:
    """The PDF. Files are private: this is the only way to them."""
    report = _report_for(request, report_id)
    if not report.file:
        raise Http404("Not made yet")
    response = FileResponse(
        report.file.open("rb"),
        as_attachment=True,
        filename=file_name(report.result, report.language),
        content_type="application/pdf",
    )
    response["X-Content-Type-Options"] = "nosniff"
    return response
