"""What the page of a pilot action shows of its milestones."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _

from strategy.milestones import queries
from strategy.milestones.models import Milestone
from strategy.plan.models import PilotAction


@dataclass(frozen=True)
class Panel:
    """A part of a page: its title, and a template with what it needs."""

    title: str
    template: str
    context: Mapping[str, Any]


def of_action(action: PilotAction) -> Panel:
    """The action's milestones with their lights and their sum, and where to add one. Three queries."""
    rows = queries.judged(Milestone.objects.filter(action=action))
    city = action.objective.strategy.city
    add_url = f"{reverse('milestone_add', args=[city.slug])}?place=action-{action.pk}"
    return Panel(
        title=_("Milestones of this action"),
        template="strategy/milestones/_panel.html",
        context={"rows": rows, "sum": queries.whole(rows), "add_url": add_url},
    )
