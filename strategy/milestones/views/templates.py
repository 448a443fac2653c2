"""The milestones of a programme: what every city gets, laying them out, moving what is laid out already."""

from collections.abc import Sequence
from functools import partial
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from cities.models import Programme
from strategy.asking import Asked, answer_form, do, typed
from strategy.events.forms import filled
from strategy.milestones import rules, templates
from strategy.milestones.actions import templates as actions
from strategy.milestones.forms import ApplyForm, TemplateForm
from strategy.milestones.models import MilestoneTemplate


def programme_or_404(request: HttpRequest, slug: str) -> Programme:
    """The programme for those who follow it."""
    return get_object_or_404(Programme.objects.visible_to(request.user), slug=slug)


def programme_to_run(request: HttpRequest, slug: str) -> Programme:
    programme = programme_or_404(request, slug)
    rules.check_can_run_templates(request.user, programme)
    return programme


def template_to_run(request: HttpRequest, slug: str, pk: int) -> MilestoneTemplate:
    programme = programme_to_run(request, slug)
    visible = MilestoneTemplate.objects.visible_to(request.user).select_related("programme")
    return get_object_or_404(visible, pk=pk, programme=programme)


def page(request: HttpRequest, html: str, programme: Programme, status: int = 200, **context: Any) -> HttpResponse:
    """A page about a programme's milestones, with what its buttons need."""
    can_run = rules.can_run_templates(request.user, programme)
    return render(request, html, {"programme": programme, "can_run": can_run, **context}, status=status)


@require_GET
def milestone_templates(request: HttpRequest, slug: str) -> HttpResponse:
    """What every city of the programme is to reach and when, in order; and where cities have it otherwise."""
    programme = programme_or_404(request, slug)
    sections = templates.sections(programme)
    return page(
        request,
        "strategy/milestones/templates.html",
        programme,
        sections=sections,
        missing=templates.missing(programme),
        cities=programme.cities.count(),
    )


def _form_page(request: HttpRequest, programme: Programme, **context: Any) -> Any:
    return partial(page, request, "strategy/milestones/template_form.html", programme, **context)


@require_http_methods(["GET", "POST"])
def template_add(request: HttpRequest, slug: str) -> HttpResponse:
    programme = programme_to_run(request, slug)
    form = TemplateForm(programme, None, typed(request))
    asked = Asked(
        title=_("Add a milestone to the programme"),
        submit=_("Add the milestone"),
        done=_("It is in the template. Cities get it when you lay the template out."),
        back=reverse("milestone_templates", args=[slug]),
    )
    return answer_form(
        request,
        _form_page(request, programme),
        form,
        lambda: actions.add_template(programme=programme, by=request.user, **form.facts),
        asked,
    )


@require_http_methods(["GET", "POST"])
def template_edit(request: HttpRequest, slug: str, pk: int) -> HttpResponse:
    """Cities keep the dates that they have: whoever saves another date is led to the list of them."""
    template = template_to_run(request, slug, pk)
    form = filled(TemplateForm, template, template.programme, template, data=typed(request))
    asked = Asked(
        title=_("Edit a milestone of the programme"),
        submit=_("Save the milestone"),
        done=_("The template is saved. What cities have already stays as it is."),
        back=reverse("milestone_templates", args=[slug]),
    )
    return answer_form(
        request,
        _form_page(
            request,
            template.programme,
            template=template,
            remove_url=reverse("template_remove", args=[slug, pk]),
            remove=_("Remove it from the template"),
        ),
        form,
        lambda: actions.change_template(
            template=template, base_version=form.cleaned_data["version"], by=request.user, **form.facts
        ),
        asked,
    )


@require_POST
def template_remove(request: HttpRequest, slug: str, pk: int) -> HttpResponse:
    template = template_to_run(request, slug, pk)
    return do(
        request,
        lambda: actions.remove_template(template=template, by=request.user),
        done=_("It is gone from the template. Cities that have it keep it as their own."),
        back=reverse("milestone_templates", args=[slug]),
    )


@require_POST
def template_order(request: HttpRequest, slug: str, pk: int) -> HttpResponse:
    template = template_to_run(request, slug, pk)
    return do(
        request,
        lambda: actions.order_template(template=template, is_up="up" in request.POST, by=request.user),
        done=_("The order is saved."),
        back=f"{reverse('milestone_templates', args=[slug])}#{template.code}",
    )


# Over the cities ------------------------------------------------------------------------------------------------------
@require_POST
def templates_lay_out(request: HttpRequest, slug: str) -> HttpResponse:
    programme = programme_to_run(request, slug)
    laid = actions.lay_out(programme=programme, by=request.user)
    messages.success(request, _laid_out(laid))
    return redirect("milestone_templates", slug)


def _laid_out(laid: actions.LaidOut) -> str:
    if not laid.milestones:
        return _("Every city has every milestone already.")
    words = ngettext(
        "%(milestones)d milestone was laid out.", "%(milestones)d milestones were laid out.", laid.milestones
    )
    cities = ngettext("It was for %(cities)d city.", "They were for %(cities)d cities.", laid.cities)
    return f"{words} {cities}" % {"milestones": laid.milestones, "cities": laid.cities}


@require_http_methods(["GET", "POST"])
def template_apply(request: HttpRequest, slug: str, pk: int) -> HttpResponse:
    """The cities that have another date than the template; for those ticked it is promised, with a reason."""
    template = template_to_run(request, slug, pk)
    rows: Sequence[templates.Otherwise] = templates.otherwise(template)
    form = ApplyForm(rows, typed(request))
    asked = Asked(
        title=_("Move the date in the cities"),
        submit=_("Promise this date in the cities ticked"),
        done=_("The cities ticked have the new date, with your reason."),
        back=reverse("milestone_templates", args=[slug]),
    )
    return answer_form(
        request,
        partial(page, request, "strategy/milestones/apply.html", template.programme, template=template, rows=rows),
        form,
        lambda: actions.apply(template=template, by=request.user, **form.facts),
        asked,
    )
