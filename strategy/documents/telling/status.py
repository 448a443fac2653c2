"""How far the cities of a programme are: by step, what is overdue, what moved, who was reminded."""

from collections.abc import Mapping, Sequence
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _

from cities.models import City, Programme
from epi.errors import CannotBeDone
from strategy.documents.models import Document
from strategy.documents.told import Told, chapter
from strategy.milestones.enums import Light, Process
from strategy.milestones.models import Milestone
from strategy.milestones.queries import Judged, added_up, judged
from strategy.milestones.status import Sum
from strategy.monitoring.models import Nudge

MOST_ROWS = 200  # of one list; the board has them all


def tell(document: Document) -> Told:
    """Raises CannotBeDone when the programme is not there."""
    programme = Programme.objects.filter(pk=document.subject_id).first()
    if programme is None:
        raise CannotBeDone(_("There is no such programme."))
    rows = judged(Milestone.objects.filter(programme=programme).order_by("city__name", "due_on", "pk"))
    whole = sum((added_up(rows, lambda row: "all")).values(), Sum())
    return Told(
        kind=_("Status report"),
        title=programme.name,
        place=programme.name,
        as_of=timezone.localdate(document.requested_at),
        is_sample=any(row.milestone.is_sample for row in rows),
        facts=[
            (_("Cities"), str(programme.cities.count())),
            (_("Milestones reached"), f"{whole.reached} / {whole.total}"),
            (_("Overdue"), str(whole.red)),
            (_("At risk"), str(whole.amber)),
        ],
        chapters=[
            chapter(_("Cities and steps"), "status-steps", **_steps(programme, rows)),
            chapter(_("Overdue and at risk"), "status-risks", **_risks(rows)),
            chapter(_("Dates that moved"), "status-moved", **_moved(rows)),
            chapter(_("Reminders"), "status-nudges", nudges=_nudges(programme)),
        ],
    )


def _steps(programme: Programme, rows: Sequence[Judged]) -> dict[str, Any]:
    """Each city's sum by process, and that of all cities together."""
    by_step = added_up(rows, lambda row: (row.milestone.city_id, row.milestone.process))
    cities = list(programme.cities.order_by("name"))
    return {
        "steps": [process.label for process in Process],
        "cities": [(city.name, _sums_of(city, by_step)) for city in cities],
        "whole": [sum((by_step.get((city.pk, one), Sum()) for city in cities), Sum()) for one in Process],
    }


def _sums_of(city: City, by_step: Mapping[tuple[int, str], Sum]) -> list[Sum]:
    return [by_step.get((city.pk, process), Sum()) for process in Process]


def _risks(rows: Sequence[Judged]) -> dict[str, Any]:
    found = [row for row in rows if row.light in {Light.RED, Light.AMBER}]
    return {"rows": found[:MOST_ROWS], "left_out": max(0, len(found) - MOST_ROWS)}


def _moved(rows: Sequence[Judged]) -> dict[str, Any]:
    """The milestones whose date was promised anew, the furthest first."""
    found = sorted((row for row in rows if len(row.promised) > 1), key=lambda row: -row.slipped)
    return {"rows": found[:MOST_ROWS], "left_out": max(0, len(found) - MOST_ROWS)}


def _nudges(programme: Programme) -> list[Nudge]:
    return list(Nudge.objects.filter(programme=programme).select_related("city")[:MOST_ROWS])
