"""What the pages about one pilot action share."""

from functools import partial
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404

from strategy.plan import pilot_rules as rules
from strategy.plan.models import PilotAction
from strategy.plan.views._common import plan_page


def action_or_404(request: HttpRequest, slug: str, pk: int) -> PilotAction:
    """The action if this person may read its strategy; of closed ones, too."""
    visible = PilotAction.objects.visible_to(request.user).for_list()
    found = visible.select_related("objective__strategy__city", "objective__strategy__assessment__edition")
    return get_object_or_404(found, pk=pk, objective__strategy__city__slug=slug)


def action_to_change(request: HttpRequest, slug: str, pk: int) -> PilotAction:
    """The action for a page of those who plan it: others who may see it get the reason why not this page."""
    action = action_or_404(request, slug, pk)
    rules.check_can_change(request.user, action)
    return action


def action_to_follow(request: HttpRequest, slug: str, pk: int) -> PilotAction:
    """The action for a page on which is written down what came of it, also when it is over."""
    action = action_or_404(request, slug, pk)
    rules.check_can_follow_up(request.user, action)
    return action


def action_page(
    request: HttpRequest, template: str, action: PilotAction, status: int = 200, **context: Any
) -> HttpResponse:
    """A page about one action. `can_change` is about the action here: one that is over changes no more."""
    context = {
        "action": action,
        "can_change": rules.can_change(request.user, action),
        "can_follow_up": rules.can_follow_up(request.user, action),
        **context,
    }
    return plan_page(request, template, action.strategy, status=status, **context)


def form_page(request: HttpRequest, action: PilotAction, **context: Any) -> partial[HttpResponse]:
    """Makes the page of strategy.asking.answer_form, about one action."""
    context = {"about": "", "lacking": [], **context}
    return partial(action_page, request, "strategy/plan/action_form.html", action, **context)
