"""Objectives: one at a glance, adding one from a gap, changing, moving and removing it; more gaps, and fewer."""

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from strategy.access import strategy_city_or_404
from strategy.asking import Asked, answer_form, do, typed
from strategy.events.forms import filled
from strategy.plan import queries
from strategy.plan.actions import objectives as actions
from strategy.plan.forms.objectives import GapsForm, NewObjectiveForm, ObjectiveForm
from strategy.plan.gaps import Offer, finding_offers, offers, offers_about
from strategy.plan.models import CityStrategy, Gap, Objective
from strategy.plan.rules import check_can_change
from strategy.plan.views._common import form_page, plan_page
from strategy.rules import check_can_run_strategy


def objective_or_404(request: HttpRequest, slug: str, pk: int) -> Objective:
    """The objective if this person may read its strategy; of closed ones, too."""
    visible = CityStrategy.objects.visible_to(request.user)
    found = Objective.objects.select_related("strategy__city", "strategy__assessment__edition")
    return get_object_or_404(found, pk=pk, strategy__in=visible, strategy__city__slug=slug)


def _to_change(request: HttpRequest, slug: str, pk: int) -> Objective:
    """The objective for a page of those who write it: others who may see it get the reason why not this page."""
    found = objective_or_404(request, slug, pk)
    check_can_change(request.user, found.strategy)
    return found


@require_GET
def objective(request: HttpRequest, slug: str, pk: int) -> HttpResponse:
    """One objective: what will be different, on what it rests, and which actions serve it."""
    found = objective_or_404(request, slug, pk)
    in_its_area = list(found.strategy.objectives.filter(area=found.area))
    context = {
        "objective": found,
        "gaps": queries.gaps_of(found),
        "actions": list(found.actions.all()),
        "is_first": in_its_area[0] == found,
        "is_last": in_its_area[-1] == found,
    }
    return plan_page(request, "strategy/plan/objective.html", found.strategy, **context)


# Adding --------------------------------------------------------------------------------------------------------------
@require_http_methods(["GET", "POST"])
def objective_add(request: HttpRequest, slug: str) -> HttpResponse:
    """Add an objective. `?subject=` or `?finding=` name the gap that it begins from; `?alone=1` begins without one."""
    city = strategy_city_or_404(request, slug)
    check_can_run_strategy(request.user, city)
    strategy = queries.strategy_of(city)
    if strategy is None:
        messages.warning(request, _("Begin the strategy first: objectives belong to it."))
        return redirect("strategy", slug)
    if request.method == "GET" and not _names_a_gap(request):
        back = reverse("strategy", args=[slug])
        return _choose_gap(request, strategy, _("Which gap does it begin from?"), back, may_be_alone=True)
    offered, ticked = _offered(request, strategy)
    form = NewObjectiveForm(offered, ticked, typed(request))
    asked = Asked(
        title=_("Add an objective"),
        submit=_("Add the objective"),
        done=_("The objective is there."),
        back=reverse("strategy", args=[slug]),
    )
    save = _adding(request, strategy, form)
    return answer_form(request, form_page(request, strategy), form, save, asked)


def _adding(request: HttpRequest, strategy: CityStrategy, form: NewObjectiveForm) -> Any:
    return lambda: actions.add_objective(strategy=strategy, by=request.user, **form.facts)


def _names_a_gap(request: HttpRequest) -> bool:
    return any(name in request.GET for name in ("subject", "finding", "alone"))


def _offered(request: HttpRequest, strategy: CityStrategy) -> tuple[list[Offer], list[str]]:
    """What the address asks for: the gap that it names, ticked, and what else is known of its area."""
    subject, finding = request.GET.get("subject", ""), request.GET.get("finding", "")
    if finding:
        (named,) = finding_offers(strategy, [int(finding)] if finding.isdecimal() else []) or (None,)
        if named is None:
            raise Http404("No such finding, or not told yet")
        around = offers_about(strategy, named.subject)
        return [named, *(offer for offer in around if offer.key != named.key)], [named.key]
    if subject:
        found = offers_about(strategy, subject)
        if not found:
            raise Http404("No such subject")
        return found, [subject]
    return [], []


def _choose_gap(
    request: HttpRequest, strategy: CityStrategy, title: str, back: str, *, may_be_alone: bool = False
) -> HttpResponse:
    context = {"offers": offers(strategy), "title": title, "back": back, "may_be_alone": may_be_alone}
    return plan_page(request, "strategy/plan/choose_gap.html", strategy, **context)


@require_http_methods(["GET", "POST"])
def gap_add(request: HttpRequest, slug: str, pk: int) -> HttpResponse:
    """Let an objective rest on more. `?subject=` or `?finding=` name what is chosen from."""
    found = _to_change(request, slug, pk)
    if request.method == "GET" and not _names_a_gap(request):
        title = _("On what else does it rest?")
        return _choose_gap(request, found.strategy, title, found.get_absolute_url())
    offered, ticked = _offered(request, found.strategy)
    there = {gap.key for gap in found.gaps.all()}
    form = GapsForm([offer for offer in offered if offer.key not in there], ticked, typed(request))
    asked = Asked(
        title=_("Add a gap"),
        submit=_("Add what is ticked"),
        done=_("The objective rests on it."),
        back=found.get_absolute_url(),
    )
    return answer_form(
        request,
        form_page(request, found.strategy),
        form,
        lambda: actions.add_gaps(objective=found, by=request.user, **form.cleaned_data),
        asked,
    )


@require_POST
def gap_remove(request: HttpRequest, slug: str, pk: int, gap_pk: int) -> HttpResponse:
    found = _to_change(request, slug, pk)
    gap = get_object_or_404(Gap.objects.select_related("objective__strategy__city"), pk=gap_pk, objective=found)
    return do(
        request,
        lambda: actions.remove_gap(gap=gap, by=request.user),
        done=_("The objective no longer rests on it."),
        back=found,
    )


# Changing ------------------------------------------------------------------------------------------------------------
@require_http_methods(["GET", "POST"])
def objective_edit(request: HttpRequest, slug: str, pk: int) -> HttpResponse:
    found = _to_change(request, slug, pk)
    form = filled(ObjectiveForm, found, data=typed(request))
    asked = Asked(
        title=_("Edit the objective"),
        submit=_("Save the objective"),
        done=_("The objective is saved."),
        back=found.get_absolute_url(),
    )
    return answer_form(
        request,
        form_page(
            request,
            found.strategy,
            remove_url=reverse("objective_remove", args=[slug, pk]),
            remove=_("Remove this objective"),
        ),
        form,
        lambda: actions.change_objective(
            objective=found, base_version=form.cleaned_data["version"], by=request.user, **form.facts
        ),
        asked,
    )


@require_POST
def objective_move(request: HttpRequest, slug: str, pk: int, *, up: bool) -> HttpResponse:
    """One place up or down."""
    found = _to_change(request, slug, pk)
    return do(
        request,
        lambda: actions.move_objective(objective=found, up=up, by=request.user),
        done=_("The order is changed."),
        back=f"{reverse('strategy', args=[slug])}#{found.area}",
    )


@require_POST
def objective_remove(request: HttpRequest, slug: str, pk: int) -> HttpResponse:
    found = _to_change(request, slug, pk)
    return do(
        request,
        lambda: actions.remove_objective(objective=found, by=request.user),
        done=_("The objective is removed."),
        back=reverse("strategy", args=[slug]),
    )
