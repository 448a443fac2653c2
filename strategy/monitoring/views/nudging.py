"""Reminding cities by hand, and where the city reads what it was told."""

from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import ngettext
from django.views.decorators.http import require_GET, require_http_methods

from cities.models import Programme
from epi import typed_text
from epi.errors import CannotBeDone
from strategy.access import strategy_city_or_404
from strategy.milestones.models import Milestone
from strategy.monitoring import rules
from strategy.monitoring.actions import nudging
from strategy.monitoring.board import CityRow
from strategy.monitoring.board import board as cities_by_steps
from strategy.monitoring.forms import NudgeForm
from strategy.monitoring.models import Nudge
from strategy.monitoring.nudges import overdue
from strategy.monitoring.views._common import page, programme_or_404
from strategy.views import strategy_page

NUDGES_ON_A_PAGE = 50


@require_http_methods(["GET", "POST"])
def nudge(request: HttpRequest, slug: str) -> HttpResponse:
    """Write to the cities that were ticked on the board or, without any tick, to all with something overdue."""
    programme = programme_or_404(request, slug)
    rules.check_can_nudge(request.user, programme)
    typed = request.POST if request.method == "POST" else typed_text.take_back(request)
    form = NudgeForm(programme, typed)
    if request.method == "POST" and form.is_valid():
        try:
            made = nudging.nudge(programme=programme, by=request.user, **form.cleaned_data)
        except CannotBeDone as error:
            form.add_error("cities", str(error))
        else:
            messages.success(request, _done(len(made)))
            return redirect("board", programme.slug)
    return _page(request, programme, form)


def _done(number: int) -> str:
    words = ngettext(
        "%(number)d city is reminded. It sees the reminder on its desk, too.",
        "%(number)d cities are reminded. They see the reminder on their desks, too.",
        number,
    )
    return words % {"number": number}


def _page(request: HttpRequest, programme: Programme, form: NudgeForm) -> HttpResponse:
    rows = cities_by_steps(programme)
    ticked = set(form.data.getlist("cities")) if form.is_bound else _ticked(request, rows)
    shown = [row for row in rows if row.city.slug in ticked]
    context: dict[str, Any] = {
        "form": form,
        "chosen": [(row, overdue(row.milestones)) for row in shown],
        "restored": form.is_bound and request.method == "GET",
        "typed_by": typed_text.mark(request.user.pk),
        "sample_data": any(one.milestone.is_sample for row in shown for one in row.milestones),
    }
    status = 422 if form.errors else 200
    return page(request, "strategy/monitoring/nudge.html", programme, status=status, **context)


def _ticked(request: HttpRequest, rows: list[CityRow]) -> set[str]:
    asked_for = set(request.GET.getlist("cities"))
    return asked_for or {row.city.slug for row in rows if row.sum.red and not row.is_nudged_today}


@require_GET
def nudges(request: HttpRequest, slug: str) -> HttpResponse:
    """Every reminder that the network's coordinator sent to this city."""
    city = strategy_city_or_404(request, slug)
    found = Nudge.objects.visible_to(request.user).filter(city=city).select_related("programme", "by", "milestone")
    shown = Paginator(found, NUDGES_ON_A_PAGE).get_page(request.GET.get("page"))
    is_sample = Milestone.objects.filter(city=city, is_sample=True).exists()
    return strategy_page(request, "strategy/monitoring/nudges.html", city, page=shown, sample_data=is_sample)
