"""Starting an assessment, its task list, and who answers what."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from cities.models import City
from epi.errors import CannotBeDone
from icc_index import proposals, queries, rules
from icc_index.actions import assessments
from icc_index.enums import Status
from icc_index.forms import AssignForm, StartForm
from icc_index.instrument import instrument_for
from icc_index.views._common import assessment_for, indicator_or_404, page


@require_http_methods(["GET", "POST"])
def assessment_start(request: HttpRequest, slug: str) -> HttpResponse:
    """Choose edition and year, and open the questionnaire."""
    city = get_object_or_404(City.objects.run_by(request.user), slug=slug)
    rules.check_can_start(request.user, city)
    form = StartForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            assessment = assessments.start(city=city, by=request.user, **form.cleaned_data)
        except CannotBeDone as error:
            form.add_error("year", str(error))
        else:
            return redirect(assessment)
    return render(request, "icc_index/start.html", {"form": form, "city": city})


@require_GET
def assessment(request: HttpRequest, pk: int) -> HttpResponse:
    """The task list: every indicator with its progress, whose turn it is, and what comes next."""
    assessment = assessment_for(request, pk)
    instrument = instrument_for(assessment.edition)
    rows = queries.progress_of(
        instrument,
        queries.values_of(assessment, instrument),
        to_clarify=queries.open_clarification_codes(assessment, instrument),
        people=queries.people_by_indicator(assessment),
    )
    context = {
        "rows": rows,
        "totals": queries.totals(rows),
        "last_saved": queries.last_saved(assessment),
        "can_submit": rules.can_move(request.user, assessment, Status.SUBMITTED),
        "can_send_replies": assessment.status == Status.CLARIFICATION
        and rules.can_move(request.user, assessment, Status.IN_REVIEW),
        "can_assign": rules.can_assign_indicators(request.user, assessment),
        "can_publish": rules.can_move(request.user, assessment, Status.PUBLISHED),
        "is_expert": rules.is_assigned_expert(request.user, assessment),
        "offers": proposals.offers_for(request.user, assessment),
        "next_row": next((row for row in rows if row.to_clarify or row.left), None),
    }
    return page(request, "icc_index/assessment.html", assessment, **context)


@require_http_methods(["GET", "POST"])
def assignments(request: HttpRequest, pk: int) -> HttpResponse:
    """Who answers which indicator; one form an indicator, chosen by `indicator` in the address."""
    assessment = assessment_for(request, pk)
    rules.check_can_assign_indicators(request.user, assessment)
    instrument = instrument_for(assessment.edition)
    if request.method == "POST":
        area = indicator_or_404(instrument, request.POST.get("indicator", ""))
        form = AssignForm(assessment.city, request.POST, prefix=area.code)
        if form.is_valid():
            assessments.assign_indicator(
                assessment=assessment, indicator=area, users=form.cleaned_data["users"], by=request.user
            )
            messages.success(request, _("Saved: who answers %(indicator)s.") % {"indicator": area.name})
        return redirect("assignments", assessment.pk)
    people = list(rules.who_may_answer(assessment.city))
    chosen: dict[int, list[int]] = {}
    for indicator_id, user_id in assessment.indicator_assignments.values_list("indicator_id", "user_id"):
        chosen.setdefault(indicator_id, []).append(user_id)
    rows = [
        (area, AssignForm(assessment.city, prefix=area.code, people=people, initial={"users": chosen.get(area.pk, [])}))
        for area in instrument.indicators
    ]
    return page(request, "icc_index/assignments.html", assessment, rows=rows)
