"""Common trends over validated results: a page and a spreadsheet for everybody, a PDF for who signs in."""

from uuid import UUID

from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.core.paginator import Paginator
from django.http import FileResponse, Http404, HttpRequest, HttpResponse, HttpResponseBase, QueryDict
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.http import urlencode
from django.utils.translation import get_language
from django.views.decorators.cache import cache_control, never_cache
from django.views.decorators.http import require_GET, require_POST, require_safe
from django.views.decorators.vary import vary_on_headers

from epi.errors import CannotBeDone
from icc_index.actions.trends import request_trend_report
from icc_index.forms import TrendForm
from icc_index.models import TrendReport
from icc_index.reports import trends as trend_reports
from icc_index.trends.reading import Filters, city_scores, offer_to, read
from icc_index.trends.sheet import workbook
from icc_index.trends.words import TrendView, caveats, labels_of_said

CITIES_ON_A_PAGE = 50
NOTHING = {"view": None, "has_both": False, "sample_data": False}
XLSX_TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


def _form(request: HttpRequest, chosen: QueryDict) -> TrendForm:
    """What was chosen, by somebody who is offered what they may see."""
    return TrendForm(chosen, offer=offer_to(request.user))


@require_safe
@login_not_required
@cache_control(private=True)
def trends(request: HttpRequest) -> HttpResponse:
    """What the chosen cities have in common. Without any result, how to get to some."""
    form = _form(request, request.GET)
    if not form.is_valid():
        return render(request, "icc_index/trends.html", {"form": form, **NOTHING}, status=422)
    if form.filters is None:
        return render(request, "icc_index/trends.html", {"form": None, **NOTHING})
    return render(request, "icc_index/trends.html", _context(request, form, form.filters))


def _context(request: HttpRequest, form: TrendForm, filters: Filters) -> dict[str, object]:
    reading = read(form.offer.scope, filters)
    view = TrendView(reading, form.offer.programmes)
    page = Paginator(reading.results, CITIES_ON_A_PAGE).get_page(request.GET.get("page"))
    return {
        "form": TrendForm(initial=filters.query, offer=form.offer),
        "view": view,
        "page": page,
        "rows": view.heat_rows(city_scores(page.object_list)),
        "has_both": form.offered.has_both,
        "said_labels": labels_of_said(),
        "caveats": caveats(),
        "query": urlencode(filters.query),
        "sample_data": filters.is_sample and bool(reading.results),
    }


@require_safe
@login_not_required
@cache_control(private=True)
def trends_sheet(request: HttpRequest) -> HttpResponse:
    """The same as a spreadsheet."""
    form = _form(request, request.GET)
    if not form.is_valid() or form.filters is None:
        raise Http404("No such choice of cities")
    reading = read(form.offer.scope, form.filters)
    content = workbook(TrendView(reading, form.offer.programmes), city_scores(reading.results))
    disposition = f'attachment; filename="icc-index-trends-{form.filters.edition.code}.xlsx"'
    return HttpResponse(content, content_type=XLSX_TYPE, headers={"Content-Disposition": disposition})


@require_POST
def trends_pdf(request: HttpRequest) -> HttpResponse:
    """Ask for the same as a PDF; a worker makes it."""
    form = _form(request, request.POST)
    if not form.is_valid() or form.filters is None:
        raise Http404("No such choice of cities")
    try:
        report = request_trend_report(filters=form.filters, language=get_language(), by=request.user)
    except CannotBeDone as refusal:
        messages.error(request, str(refusal))
        return redirect("trends")
    return redirect(report)


def _report_for(request: HttpRequest, report_id: UUID) -> TrendReport:
    visible = TrendReport.objects.visible_to(request.user).for_list()
    return get_object_or_404(visible, pk=report_id)


@require_GET
@never_cache
@vary_on_headers("HX-Request")
def trend_report(request: HttpRequest, report_id: UUID) -> HttpResponse:
    """How far the PDF is: a page, or for htmx the fragment that asks for itself again until it is ready."""
    report = _report_for(request, report_id)
    query = trend_reports.filters_of(report).query
    context = {
        "report": report,
        "is_current": bool(report.file) and trend_reports.is_current(report),
        "query": query,
        "address": urlencode(query),
        "sample_data": report.is_sample,
    }
    template = "icc_index/_trend_report_status.html" if request.htmx else "icc_index/trend_report.html"
    return render(request, template, context)


@require_GET
@cache_control(private=True)
def trend_report_download(request: HttpRequest, report_id: UUID) -> HttpResponseBase:
    """The PDF, while it tells what its reader may see now."""
    report = _report_for(request, report_id)
    if not report.file:
        raise Http404("Not made yet")
    if not trend_reports.is_current(report):
        return redirect(report)  # which says that it is out of date
    response = FileResponse(
        report.file.open("rb"),
        as_attachment=True,
        filename=trend_reports.file_name(report),
        content_type="application/pdf",
    )
    response["X-Content-Type-Options"] = "nosniff"
    return response
