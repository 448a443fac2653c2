"""Pilot actions: the list, one of them whole, proposing, changing, moving on, removing."""

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from strategy.access import strategy_city_or_404
from strategy.asking import Asked, answer_form, do, typed
from strategy.events.forms import filled
from strategy.plan import exports, pilot_queries
from strategy.plan import pilot_rules as rules
from strategy.plan.actions import pilots as changes
from strategy.plan.enums import ActionState
from strategy.plan.forms.pilots import (
    ActionForm,
    FilterForm,
    LearntForm,
    MoveForm,
    NewActionForm,
)
from strategy.plan.models import PilotAction
from strategy.plan.panels import panels_of
from strategy.plan.queries import strategy_of
from strategy.plan.rules import check_can_change as check_can_change_strategy
from strategy.plan.views._common import form_page as strategy_form_page
from strategy.plan.views._common import plan_page
from strategy.plan.views._measured import shown
from strategy.plan.views._moves import MOVES, NEXT, other_moves
from strategy.plan.views._pilots import action_or_404, action_page, action_to_change, action_to_follow, form_page
from strategy.rules import check_can_run_strategy
from strategy.views import strategy_page

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


# The list ------------------------------------------------------------------------------------------------------------
@require_GET
def actions(request: HttpRequest, slug: str) -> HttpResponse:
    """The actions of the city's strategy, of one area or state if asked, with what each lacks and what they cost."""
    city = strategy_city_or_404(request, slug)
    strategy = strategy_of(city)
    if strategy is None:
        return strategy_page(request, "strategy/plan/actions_none.html", city)
    filters = FilterForm(request.GET)
    chosen = filters.chosen()
    rows = pilot_queries.actions_of(strategy, **chosen)
    context = {
        "filters": filters,
        "is_filtered": bool(chosen),
        "rows": rows,
        "sums": pilot_queries.summed(rows),
        "has_objectives": bool(rows) or strategy.objectives.exists(),
    }
    return plan_page(request, "strategy/plan/actions.html", strategy, **context)


@require_GET
def actions_export(request: HttpRequest, slug: str) -> HttpResponse:
    """What the list shows, as XLSX."""
    city = strategy_city_or_404(request, slug)
    strategy = strategy_of(city)
    if strategy is None:
        raise Http404("No strategy, no actions")
    rows = pilot_queries.actions_of(strategy, **FilterForm(request.GET).chosen())
    name = f"actions-{city.slug}-{timezone.localdate(timezone=city.zone):%Y-%m-%d}.xlsx"
    headers = {"Content-Disposition": f'attachment; filename="{name}"'}
    return HttpResponse(exports.actions_book(strategy, rows), content_type=XLSX, headers=headers)


# One of them ---------------------------------------------------------------------------------------------------------
@require_GET
def action(request: HttpRequest, slug: str, pk: int) -> HttpResponse:
    """The action whole: whom it serves, who does it, how it was designed, what it brings, how it came here."""
    found = action_or_404(request, slug, pk)
    can_follow_up = rules.can_follow_up(request.user, found)
    owner = rules.owner_of(found)
    target = NEXT.get(ActionState(found.state))
    context = {
        "owner": owner,
        "target": target,
        "verb": MOVES[ActionState(found.state), target].verb if target else "",
        "lacking": rules.lacks(found, target, owner) if target in rules.DATED else [],
        "moves": other_moves(found),
        "gaps": list(found.objective.gaps.all()),
        "designers": list(found.designers.all()),
        "codesigns": pilot_queries.codesigns_of(found),
        "measures": [shown(row) for row in pilot_queries.measures_of(found)],
        "duties": pilot_queries.duties_of(found),
        "history": pilot_queries.history_of(found),
        "panels": panels_of(request, found, can_run=can_follow_up and not found.is_over),
        "can_remove": can_follow_up and changes.can_be_removed(found),
    }
    return action_page(request, "strategy/plan/action.html", found, **context)


# Proposing and planning ----------------------------------------------------------------------------------------------
@require_http_methods(["GET", "POST"])
def action_add(request: HttpRequest, slug: str) -> HttpResponse:
    """Propose an action. `?objective=` names the objective that it serves."""
    city = strategy_city_or_404(request, slug)
    check_can_run_strategy(request.user, city)
    strategy = strategy_of(city)
    if strategy is None or not strategy.objectives.exists():
        messages.warning(request, _("Set an objective first: a pilot action serves one."))
        return redirect("strategy", slug)
    check_can_change_strategy(request.user, strategy)
    objective = request.GET.get("objective", "")
    form = NewActionForm(strategy, typed(request), initial={"objective": objective})
    asked = Asked(
        title=_("Propose a pilot action"),
        submit=_("Propose the action"),
        done=_("The action is proposed. The page says what it still needs."),
        back=reverse("actions", args=[slug]),
    )
    made: list[PilotAction] = []
    answer = answer_form(
        request,
        strategy_form_page(request, strategy),
        form,
        lambda: made.append(changes.add_action(by=request.user, **form.cleaned_data)),
        asked,
    )
    return redirect(made[0]) if made else answer


@require_http_methods(["GET", "POST"])
def action_edit(request: HttpRequest, slug: str, pk: int) -> HttpResponse:
    found = action_to_change(request, slug, pk)
    form = filled(ActionForm, found, found, data=typed(request))
    asked = Asked(
        title=_("Edit the action"),
        submit=_("Save the action"),
        done=_("The action is saved."),
        back=found.get_absolute_url(),
    )
    return answer_form(
        request,
        form_page(request, found),
        form,
        lambda: changes.change_action(
            action=found, base_version=form.cleaned_data["version"], by=request.user, **form.facts
        ),
        asked,
    )


@require_POST
def action_remove(request: HttpRequest, slug: str, pk: int) -> HttpResponse:
    found = action_to_change(request, slug, pk)
    back = reverse("actions", args=[slug]) if changes.can_be_removed(found) else found.get_absolute_url()
    return do(
        request,
        lambda: changes.remove_action(action=found, by=request.user),
        done=_("The proposal is removed."),
        back=back,
    )


# Moving on -----------------------------------------------------------------------------------------------------------
@require_http_methods(["GET", "POST"])
def action_move(request: HttpRequest, slug: str, pk: int, state: str) -> HttpResponse:
    """Move the action to another state, with what the move asks for."""
    found = action_or_404(request, slug, pk)
    if state not in ActionState:
        raise Http404("No such state")
    target = ActionState(state)
    rules.check_can_move(request.user, found, target)
    words = MOVES[ActionState(found.state), target]
    form = filled(words.form, found, data=typed(request))
    asked = Asked(title=str(words.verb), submit=str(words.verb), done=str(words.done), back=found.get_absolute_url())
    lacking = rules.lacks(found, target, rules.owner_of(found)) if words.form is MoveForm else []
    return answer_form(
        request,
        form_page(request, found, about=words.about, lacking=lacking),
        form,
        lambda: changes.move(
            action=found, target=target, base_version=form.cleaned_data["version"], by=request.user, **form.facts
        ),
        asked,
    )


@require_http_methods(["GET", "POST"])
def action_learnt(request: HttpRequest, slug: str, pk: int) -> HttpResponse:
    """Write down what was learnt, also when the action is over."""
    found = action_to_follow(request, slug, pk)
    form = filled(LearntForm, found, data=typed(request))
    asked = Asked(
        title=_("What was learnt"), submit=_("Save"), done=_("It is saved."), back=f"{found.get_absolute_url()}#learnt"
    )
    return answer_form(
        request,
        form_page(request, found),
        form,
        lambda: changes.write_learnt(
            action=found, base_version=form.cleaned_data["version"], by=request.user, **form.facts
        ),
        asked,
    )
