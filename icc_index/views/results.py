"""Results: the city's page, where each figure comes from, publishing and withdrawing."""

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from icc_index import results, rules
from icc_index.actions import results as publishing
from icc_index.enums import Layer, Status
from icc_index.models import Assessment, Result
from icc_index.views._common import assessment_for, page


def _current_result(assessment: Assessment) -> Result | None:
    results = Result.objects.current().select_related("assessment__city", "assessment__edition")
    return results.filter(assessment=assessment).first()


@require_GET
def result(request: HttpRequest, pk: int) -> HttpResponse:
    """The frozen result, or why there is none yet."""
    assessment = assessment_for(request, pk)
    frozen = _current_result(assessment)
    if frozen is None:
        return page(request, "icc_index/result_missing.html", assessment)
    context = {
        "view": results.view_of(frozen),
        "can_publish": rules.can_move(request.user, assessment, Status.PUBLISHED),
        "can_withdraw": assessment.status == Status.PUBLISHED
        and rules.can_move(request.user, assessment, Status.VALIDATED),
        "published_scores": results.outside_scores(assessment.city),
        "is_reopened": not assessment.has_result,
    }
    return page(request, "icc_index/result.html", assessment, **context)


@require_GET
def explanation(request: HttpRequest, pk: int, subject: str) -> HttpResponse:
    """How one figure was computed, question by question or part by part; `?layer=self` for the city's own."""
    assessment = assessment_for(request, pk)
    frozen = _current_result(assessment)
    if frozen is None:
        raise Http404("No result yet")
    return explanation_page(request, frozen, subject, "icc_index/explanation.html")


def explanation_page(request: HttpRequest, frozen: Result, subject: str, template: str) -> HttpResponse:
    """The explanation of `subject`, for the city's pages and the public ones."""
    layer = Layer.SELF if request.GET.get("layer") == Layer.SELF else Layer.VALIDATED
    view = results.view_of(frozen)
    try:
        explained = results.explain(view, subject, layer)
    except KeyError:
        raise Http404("No such figure") from None
    return page(request, template, frozen.assessment, view=view, explained=explained)


@require_POST
def publish(request: HttpRequest, pk: int) -> HttpResponse:
    assessment = assessment_for(request, pk)
    publishing.publish(assessment=assessment, by=request.user)
    messages.success(request, _("The result is public now."))
    return redirect("result", assessment.pk)


@require_POST
def withdraw(request: HttpRequest, pk: int) -> HttpResponse:
    assessment = assessment_for(request, pk)
    publishing.withdraw(assessment=assessment, by=request.user)
    messages.success(request, _("The result is no longer public."))
    return redirect("result", assessment.pk)
