"""The network board, the same as a spreadsheet, and one of its cities."""

from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.utils.translation import gettext_lazy
from django.views.decorators.cache import cache_control
from django.views.decorators.http import require_GET

from strategy.milestones.enums import Process
from strategy.milestones.models import Milestone, Promise
from strategy.milestones.queries import added_up, judged
from strategy.milestones.status import Sum, sum_of
from strategy.monitoring.board import board as cities_by_steps
from strategy.monitoring.board import chosen, roll_up
from strategy.monitoring.forms import BoardForm
from strategy.monitoring.models import Nudge
from strategy.monitoring.sheet import workbook
from strategy.monitoring.views._common import page, programme_or_404

CITIES_ON_A_PAGE = 50
XLSX_TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
# What asks for something stands first: on most screens the last columns are out of sight.
COLUMNS = [
    ("city", gettext_lazy("City")),
    ("overdue", gettext_lazy("Overdue")),
    ("at_risk", gettext_lazy("At risk")),
    ("changed", gettext_lazy("Last change")),
    ("index", gettext_lazy("Index")),
    *((step.value, step.label) for step in Process),
    ("slipped", gettext_lazy("Slipped most")),
    ("due", gettext_lazy("Next date")),
    ("nudged", gettext_lazy("Last reminder")),
]
LARGEST_FIRST = {"overdue", "at_risk", "slipped"}


@dataclass(frozen=True)
class Column:
    """The head of a column: what sorting by it puts into the address, and how it is sorted now (as aria-sort says)."""

    name: str
    label: Any
    sort: str
    sorted: str

    @property
    def is_number(self) -> bool:
        return self.name in LARGEST_FIRST


@require_GET
def board(request: HttpRequest, slug: str) -> HttpResponse:
    """Cities by steps: what is reached, at risk, overdue; who is silent. Filtered, sorted, 50 on a page."""
    programme = programme_or_404(request, slug)
    form = BoardForm(request.GET)
    wanted = {name: value for name, value in form.cleaned_data.items() if value} if form.is_valid() else {}
    everything = cities_by_steps(programme)
    rows = Paginator(chosen(everything, **wanted), CITIES_ON_A_PAGE).get_page(request.GET.get("page"))
    context = {
        "form": form,
        "columns": _columns(wanted.get("sort", "")),
        "page": rows,
        "whole": roll_up(everything),
        "is_filtered": bool({"q", "only", "step"} & set(wanted)),
        "silent_after": settings.EPI_SILENT_AFTER_DAYS,
        "sample_data": any(one.milestone.is_sample for row in everything for one in row.milestones),
    }
    status = 422 if form.errors else 200
    return page(request, "strategy/monitoring/board.html", programme, status=status, **context)


def _columns(sort: str) -> list[Column]:
    """A press on a column sorts by it, the worst or the first on top; a second press turns it round."""
    columns = []
    for name, label in COLUMNS:
        first = f"-{name}" if name in LARGEST_FIRST else name
        other = name if name in LARGEST_FIRST else f"-{name}"
        how = {"": "", name: "ascending", f"-{name}": "descending"}.get(sort, "")
        columns.append(Column(name, label, other if sort == first else first, how))
    return columns


@require_GET
@cache_control(private=True)
def board_sheet(request: HttpRequest, slug: str) -> HttpResponse:
    """The whole board, whatever was filtered, as a spreadsheet."""
    programme = programme_or_404(request, slug)
    content = workbook(cities_by_steps(programme))
    disposition = f'attachment; filename="board-{programme.slug}.xlsx"'
    return HttpResponse(content, content_type=XLSX_TYPE, headers={"Content-Disposition": disposition})


@require_GET
def board_city(request: HttpRequest, slug: str, city: str) -> HttpResponse:
    """One city as those who follow the programme see it: its milestones of the programme, and how it was reminded.

    No drafts, no owners' names: how the city divides its work is its own matter.
    """
    programme = programme_or_404(request, slug)
    found = get_object_or_404(programme.cities, slug=city)
    rows = judged(Milestone.objects.filter(programme=programme, city=found))
    sums = added_up(rows, lambda row: row.milestone.process)
    steps = [
        (step, sums.get(step.value, Sum()), [row for row in rows if row.milestone.process == step]) for step in Process
    ]
    moved = Promise.objects.filter(milestone__in=[row.milestone.pk for row in rows]).exclude(reason="")
    context = {
        "city": found,
        "sum": sum_of(row.light for row in rows),
        "steps": [step for step in steps if step[2]],
        "moved": moved.select_related("milestone").order_by("-at", "-pk"),
        "nudges": Nudge.objects.filter(programme=programme, city=found).select_related("by"),
        "sample_data": any(row.milestone.is_sample for row in rows),
    }
    return page(request, "strategy/monitoring/city.html", programme, **context)
