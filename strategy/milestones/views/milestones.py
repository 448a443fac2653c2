"""A city's milestones, one of them, adding and editing them, promising another date."""

from collections.abc import Callable, Sequence
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from cities.models import City, User
from epi import spreadsheets
from strategy.asking import Asked, answer_form, do, typed
from strategy.events.forms import filled
from strategy.milestones import exports, queries, rules
from strategy.milestones.actions import milestones as actions
from strategy.milestones.enums import Light, MilestoneState
from strategy.milestones.forms import DateForm, MilestoneForm, ShownForm
from strategy.milestones.models import Milestone, Promise
from strategy.milestones.queries import Judged
from strategy.milestones.views._common import city_or_404, city_page, form_page, milestone_or_404
from strategy.rules import can_run_strategy, check_can_run_strategy

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


@require_GET
def milestones(request: HttpRequest, slug: str) -> HttpResponse:
    """All milestones of the city that this person may see, by process and action, with their sums."""
    city = city_or_404(request, slug)
    form = ShownForm(request.GET)
    rows = _rows(request, city)
    shown = _filter(form.choice, request.user)
    return city_page(
        request,
        "strategy/milestones/list.html",
        city,
        form=form,
        is_narrowed=bool(form.choice),
        sections=queries.sections(rows, shown),
        whole=queries.whole(rows),
        sample_data=any(row.milestone.is_sample for row in rows),
    )


def _rows(request: HttpRequest, city: City) -> list[Judged]:
    return queries.judged(Milestone.objects.visible_to(request.user).filter(city=city))


def _filter(choice: str, user: User) -> Callable[[Judged], bool]:
    tests: dict[str, Callable[[Judged], bool]] = {
        ShownForm.OPEN: lambda row: row.milestone.is_open,
        ShownForm.OVERDUE: lambda row: row.light == Light.RED,
        ShownForm.MINE: lambda row: rules.is_owner(user, row.milestone),
    }
    return tests.get(choice, lambda row: True)


@require_GET
@never_cache
def milestones_export(request: HttpRequest, slug: str) -> HttpResponse:
    """What the list shows, as a table to take home."""
    city = city_or_404(request, slug)
    shown = _filter(ShownForm(request.GET).choice, request.user)
    rows = _rows(request, city)
    table = exports.table([one for one in queries.listed(rows) if shown(one.row)])
    headers = {"Content-Disposition": f'attachment; filename="milestones-{city.slug}.xlsx"'}
    return HttpResponse(spreadsheets.write(table, "xlsx"), content_type=XLSX, headers=headers)


@require_http_methods(["GET", "POST"])
def milestone_add(request: HttpRequest, slug: str) -> HttpResponse:
    """A milestone of the city's own; `?place=` says on the way to what."""
    city = city_or_404(request, slug)
    check_can_run_strategy(request.user, city)
    form = MilestoneForm(city, None, typed(request), initial={"place": request.GET.get("place", "")})
    asked = Asked(
        title=_("Add a milestone"),
        submit=_("Add the milestone"),
        done=_("The milestone is there."),
        back=reverse("milestones", args=[slug]),
    )
    return answer_form(
        request,
        form_page(request, city),
        form,
        lambda: actions.add_milestone(city=city, by=request.user, **form.facts),
        asked,
    )


# One milestone --------------------------------------------------------------------------------------------------------
@require_GET
def milestone(request: HttpRequest, slug: str, pk: int) -> HttpResponse:
    """One milestone: its light and why, every promised date, what it comes after and what after it, proof, history."""
    milestone = milestone_or_404(request, slug, pk)
    row = queries.judged(Milestone.objects.filter(pk=pk))[0]
    promises = list(milestone.promises.select_related("by"))
    return city_page(
        request,
        "strategy/milestones/milestone.html",
        milestone.city,
        milestone=milestone,
        row=row,
        promises=promises,
        **_around(request, milestone),
        history=queries.history(milestone),
        sample_data=milestone.is_sample,
        **_what_may_be_done(request.user, milestone, promises),
    )


def _around(request: HttpRequest, milestone: Milestone) -> dict[str, Any]:
    """What it comes after and what comes after it, of what this person may see."""
    visible = Milestone.objects.visible_to(request.user)
    before = queries.judged(visible.filter(pk__in=milestone.needs.values("pk")))
    after = queries.judged(visible.filter(pk__in=milestone.needed_by.values("pk")))
    return {"before": before, "after": after}


def _what_may_be_done(user: User, milestone: Milestone, promises: Sequence[Promise]) -> dict[str, Any]:
    can_run, targets = can_run_strategy(user, milestone.city), set()
    if rules.can_bring_on(user, milestone):
        targets = rules.moves_from(milestone)
    return {
        "is_mine": rules.is_owner(user, milestone),
        "can_begin": milestone.state == MilestoneState.PLANNED and MilestoneState.UNDER_WAY in targets,
        "can_reach": MilestoneState.REACHED in targets,
        "can_drop": MilestoneState.DROPPED in targets,
        "can_reopen": bool(targets) and not milestone.is_open,
        "can_prove": bool(targets) and milestone.state == MilestoneState.REACHED,
        "can_edit": can_run and milestone.is_open,
        "can_delete": can_run and len(promises) < 2 and rules.can_delete(milestone),
    }


def milestone_to_run(request: HttpRequest, slug: str, pk: int) -> Milestone:
    """The milestone for a page of those who run the strategy: others who may see it get the reason why not."""
    milestone = milestone_or_404(request, slug, pk)
    check_can_run_strategy(request.user, milestone.city)
    return milestone


@require_http_methods(["GET", "POST"])
def milestone_edit(request: HttpRequest, slug: str, pk: int) -> HttpResponse:
    milestone = milestone_to_run(request, slug, pk)
    form = filled(MilestoneForm, milestone, milestone.city, milestone, data=typed(request))
    asked = Asked(
        title=_("Edit the milestone"),
        submit=_("Save the milestone"),
        done=_("The milestone is saved."),
        back=milestone.get_absolute_url(),
    )
    return answer_form(
        request,
        form_page(request, milestone.city, milestone),
        form,
        lambda: actions.change_milestone(
            milestone=milestone, base_version=form.cleaned_data["version"], by=request.user, **form.facts
        ),
        asked,
    )


@require_http_methods(["GET", "POST"])
def milestone_date(request: HttpRequest, slug: str, pk: int) -> HttpResponse:
    """Promise another date: the earlier ones stay."""
    milestone = milestone_to_run(request, slug, pk)
    form = DateForm(milestone, typed(request), initial={"version": milestone.version})
    asked = Asked(
        title=_("Promise another date"),
        submit=_("Promise this date"),
        done=_("The new date is promised. The earlier ones stay visible."),
        back=milestone.get_absolute_url(),
    )
    return answer_form(
        request,
        form_page(request, milestone.city, milestone, shows_date=True),
        form,
        lambda: actions.promise_date(
            milestone=milestone, base_version=form.cleaned_data["version"], by=request.user, **form.facts
        ),
        asked,
    )


@require_POST
def milestone_delete(request: HttpRequest, slug: str, pk: int) -> HttpResponse:
    milestone = milestone_to_run(request, slug, pk)
    return do(
        request,
        lambda: actions.delete_milestone(milestone=milestone, by=request.user),
        done=_("The milestone is gone."),
        back=reverse("milestones", args=[slug]),
    )
