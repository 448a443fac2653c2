"""From findings to priorities: score beside what matters, and the areas that the city chooses."""

from typing import Any

from django.contrib import messages
from django.db.models import prefetch_related_objects
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from cities.models import City
from epi import charts, typed_text
from epi.errors import CannotBeDone, Conflict
from icc_index.enums import Layer
from icc_index.instrument import instrument_for
from icc_index.models import Assessment
from strategy.access import city_or_404
from strategy.findings import actions, queries
from strategy.findings.forms import AreaForm, ReasonForm
from strategy.findings.models import ChosenArea
from strategy.rules import can_choose_areas, check_can_choose_areas
from strategy.views import page


@require_http_methods(["GET", "POST"])
def priorities(request: HttpRequest, slug: str) -> HttpResponse:
    """Each indicator's score beside how much it matters to stakeholders. A POST chooses an area."""
    city = city_or_404(request, slug)
    assessments = list(Assessment.objects.filter(city=city).select_related("city", "edition").order_by("-year", "-pk"))
    if not assessments and request.method == "GET" and "assessment" not in request.GET:
        return page(request, "strategy/findings/priorities.html", city, assessment=None)
    assessment = _asked_for(request, assessments)
    areas = instrument_for(assessment.edition).indicators
    if request.method == "POST":
        return _choose(request, assessments, assessment, AreaForm(areas, request.POST))
    typed = typed_text.take_back(request)
    form = AreaForm(areas, typed) if typed else AreaForm(areas, initial={"subject": request.GET.get("choose", "")})
    return _priorities_page(request, assessments, assessment, form, restored=typed is not None)


def _asked_for(request: HttpRequest, assessments: list[Assessment]) -> Assessment:
    """The assessment whose key the address names; the newest without one."""
    wanted = request.GET.get("assessment")
    for assessment in assessments:
        if wanted is None or str(assessment.pk) == wanted:
            return assessment
    raise Http404("No such assessment")


def _choose(
    request: HttpRequest, assessments: list[Assessment], assessment: Assessment, form: AreaForm
) -> HttpResponse:
    check_can_choose_areas(request.user, assessment.city)
    if form.is_valid():
        data = form.cleaned_data
        try:
            actions.choose_area(assessment=assessment, subject=data["subject"], reason=data["reason"], by=request.user)
        except CannotBeDone as error:
            form.add_error("subject", str(error))
        else:
            messages.success(request, _("The area is chosen."))
            return redirect(address_of(assessment))
    return _priorities_page(request, assessments, assessment, form, status=422)


def address_of(assessment: Assessment) -> str:
    return f"{reverse('priorities', args=[assessment.city.slug])}?assessment={assessment.pk}"


def _priorities_page(
    request: HttpRequest,
    assessments: list[Assessment],
    assessment: Assessment,
    form: AreaForm,
    *,
    restored: bool = False,
    status: int = 200,
) -> HttpResponse:
    scores = queries.scores_for(assessment)
    rows = queries.priorities(assessment, scores)
    chosen = [row for row in rows if row.area]
    prefetch_related_objects([row.area for row in chosen if row.area], "gaps__objective")
    context = {
        "assessment": assessment,
        "others": [(one, address_of(one)) for one in assessments if one != assessment],
        "here": address_of(assessment),
        "is_validated": scores.layer == Layer.VALIDATED,
        "rows": rows,
        "chosen": sorted(chosen, key=lambda row: row.area.pk if row.area else 0),
        "matrix": _matrix(rows),
        "can_choose": can_choose_areas(request.user, assessment.city),
        "has_room": len(chosen) < actions.MOST_AREAS,
        "most": actions.MOST_AREAS,
        "form": form,
        "restored": restored,
        "typed_by": typed_text.mark(request.user.pk),
        "sample_data": assessment.is_sample,
    }
    return page(request, "strategy/findings/priorities.html", assessment.city, status=status, **context)


def _matrix(rows: list[queries.Priority]) -> SafeString | None:
    """The areas that have both figures; None when there are none."""
    points = [
        charts.Point(row.indicator.short, float(row.score), float(row.importance.value), is_marked=row.area is not None)
        for row in rows
        if row.score is not None and row.importance
    ]
    if not points:
        return None
    return charts.scatter(
        points,
        title=_("Score of the index, and how much it matters"),
        description=_("One mark an area, each figure from 0 to 100. The same figures are in the table below."),
        chart_id="matrix",
        x_label=_("Score of the index →"),
        y_label=_("↑ How much it matters to stakeholders"),
        quadrants=(_("Act first"), _("Keep up"), _("Improve in passing"), _("Leave as it is")),
        marked_label=_("Chosen for the strategy"),
    )


# One chosen area -----------------------------------------------------------------------------------------------------
def _area_or_404(city: City, number: int) -> ChosenArea:
    areas = ChosenArea.objects.filter(assessment__city=city).select_related("assessment__edition", "assessment__city")
    return get_object_or_404(areas, pk=number)


@require_http_methods(["GET", "POST"])
def chosen_area(request: HttpRequest, slug: str, number: int) -> HttpResponse:
    """Change why an area was chosen."""
    city = city_or_404(request, slug)
    area = _area_or_404(city, number)
    check_can_choose_areas(request.user, city)
    if request.method == "POST":
        return _change(request, area, ReasonForm(request.POST))
    typed = typed_text.take_back(request)
    form = ReasonForm(typed) if typed else ReasonForm(initial={"reason": area.reason, "version": area.version})
    return _area_page(request, area, form, restored=typed is not None)


def _change(request: HttpRequest, area: ChosenArea, form: ReasonForm) -> HttpResponse:
    if not form.is_valid():
        return _area_page(request, area, form, status=422)
    reason, version = form.cleaned_data["reason"], form.cleaned_data["version"]
    try:
        actions.change_choice(area=area, reason=reason, base_version=version, by=request.user)
    except CannotBeDone as error:
        form.add_error("reason", str(error))
        return _area_page(request, area, form, status=422)
    except Conflict as conflict:
        return _merge(request, area, form, conflict)
    messages.success(request, _("The reason is saved."))
    return redirect(address_of(area.assessment))


def _merge(request: HttpRequest, area: ChosenArea, form: ReasonForm, conflict: Conflict) -> HttpResponse:
    """Both texts on one page: theirs to read, mine in the form, whose next save rests on theirs."""
    theirs = conflict.theirs
    assert isinstance(theirs, ChosenArea)
    mine = ReasonForm(initial={"reason": form.cleaned_data["reason"], "version": theirs.version})
    return _area_page(request, area, mine, theirs=theirs, status=409)


def _area_page(
    request: HttpRequest, area: ChosenArea, form: ReasonForm, status: int = 200, **context: Any
) -> HttpResponse:
    context = {
        "area": area,
        "name": instrument_for(area.assessment.edition).subject_name(area.subject),
        "back": address_of(area.assessment),
        "form": form,
        "theirs": None,
        "restored": False,
        "typed_by": typed_text.mark(request.user.pk),
        "sample_data": area.assessment.is_sample,
        **context,
    }
    return page(request, "strategy/findings/area.html", area.assessment.city, status=status, **context)


@require_POST
def chosen_area_take_back(request: HttpRequest, slug: str, number: int) -> HttpResponse:
    city = city_or_404(request, slug)
    area = _area_or_404(city, number)
    actions.take_back_choice(area=area, by=request.user)
    messages.success(request, _("The area is no longer chosen."))
    return redirect(address_of(area.assessment))
