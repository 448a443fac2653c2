"""Bringing a milestone on: begin, reach, correct the proof, drop, open again."""

from collections.abc import Callable
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from strategy.asking import Asked, answer_form, do, typed
from strategy.events.forms import filled
from strategy.milestones import rules
from strategy.milestones.actions import moving as actions
from strategy.milestones.forms import ReachedForm, ReasonForm
from strategy.milestones.models import Milestone
from strategy.milestones.views._common import form_page, milestone_or_404


def milestone_to_bring_on(request: HttpRequest, slug: str, pk: int) -> Milestone:
    """The milestone for its owner and those who run the strategy: others who may see it get the reason why not."""
    milestone = milestone_or_404(request, slug, pk)
    rules.check_can_bring_on(request.user, milestone)
    return milestone


@require_POST
def milestone_begin(request: HttpRequest, slug: str, pk: int) -> HttpResponse:
    milestone = milestone_to_bring_on(request, slug, pk)
    return do(
        request,
        lambda: actions.begin(milestone=milestone, by=request.user),
        done=_("It is under way."),
        back=milestone,
    )


def _answer(
    request: HttpRequest, milestone: Milestone, form: Any, act: Callable[..., Any], asked: Asked
) -> HttpResponse:
    return answer_form(
        request,
        form_page(request, milestone.city, milestone),
        form,
        lambda: act(milestone=milestone, base_version=form.cleaned_data["version"], by=request.user, **form.facts),
        asked,
    )


@require_http_methods(["GET", "POST"])
def milestone_reach(request: HttpRequest, slug: str, pk: int) -> HttpResponse:
    milestone = milestone_to_bring_on(request, slug, pk)
    form = filled(ReachedForm, milestone, milestone, data=typed(request))
    asked = Asked(
        title=_("Say that it is reached"),
        submit=_("It is reached"),
        done=_("The milestone is reached."),
        back=milestone.get_absolute_url(),
    )
    return _answer(request, milestone, form, actions.reach, asked)


@require_http_methods(["GET", "POST"])
def milestone_proof(request: HttpRequest, slug: str, pk: int) -> HttpResponse:
    milestone = milestone_to_bring_on(request, slug, pk)
    form = filled(ReachedForm, milestone, milestone, data=typed(request))
    asked = Asked(
        title=_("Correct the proof"),
        submit=_("Save the proof"),
        done=_("The proof is saved."),
        back=milestone.get_absolute_url(),
    )
    return _answer(request, milestone, form, actions.correct_proof, asked)


@require_http_methods(["GET", "POST"])
def milestone_drop(request: HttpRequest, slug: str, pk: int) -> HttpResponse:
    milestone = milestone_to_bring_on(request, slug, pk)
    form = filled(ReasonForm, milestone, data=typed(request))
    asked = Asked(
        title=_("Drop the milestone"),
        submit=_("Drop it"),
        done=_("The milestone is dropped."),
        back=milestone.get_absolute_url(),
    )
    return _answer(request, milestone, form, actions.drop, asked)


@require_http_methods(["GET", "POST"])
def milestone_reopen(request: HttpRequest, slug: str, pk: int) -> HttpResponse:
    milestone = milestone_to_bring_on(request, slug, pk)
    form = filled(ReasonForm, milestone, data=typed(request))
    asked = Asked(
        title=_("Open the milestone again"),
        submit=_("Open it again"),
        done=_("The milestone is open again."),
        back=milestone.get_absolute_url(),
    )
    return _answer(request, milestone, form, actions.reopen, asked)
