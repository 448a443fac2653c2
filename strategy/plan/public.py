"""What a city's published strategy shows to everybody: no drafts, no root causes, nobody's name."""

from collections.abc import Sequence
from dataclasses import dataclass

from django.urls import reverse
from django.utils.translation import gettext as _

from cities.models import City
from icc_index.public_links import PublicLink
from strategy.plan.enums import ActionState, Area
from strategy.plan.models import CityStrategy, Objective, PilotAction
from strategy.plan.queries import public_strategy_of

TOLD = (ActionState.AGREED, ActionState.RUNNING, ActionState.COMPLETED)
STATE_KINDS = {ActionState.AGREED: "wait", ActionState.RUNNING: "part", ActionState.COMPLETED: "done"}


@dataclass(frozen=True)
class PublicAction:
    """A pilot action as everybody may read it. `kind` is how templates/_state.html draws its state."""

    title: str
    description: str
    state: str
    kind: str


@dataclass(frozen=True)
class PublicObjective:
    title: str
    description: str
    actions: list[PublicAction]


@dataclass(frozen=True)
class PublicArea:
    area: Area
    objectives: list[PublicObjective]


def areas_of(strategy: CityStrategy) -> list[PublicArea]:
    """The three areas with what the city says it will do in them. Two queries."""
    actions: dict[int, list[PublicAction]] = {}
    for one in PilotAction.objects.filter(objective__strategy=strategy, state__in=TOLD):
        kind = STATE_KINDS[ActionState(one.state)]
        shown = PublicAction(one.title, one.description, one.get_state_display(), kind)
        actions.setdefault(one.objective_id, []).append(shown)
    found: dict[str, list[PublicObjective]] = {area: [] for area in Area}
    for row in Objective.objects.filter(strategy=strategy):
        found[row.area].append(PublicObjective(row.title, row.description, actions.get(row.pk, [])))
    return [PublicArea(area, found[area]) for area in Area]


def links(city: City) -> Sequence[PublicLink]:
    """For settings.EPI_CITY_LINKS. One query."""
    strategy = public_strategy_of(city)
    if strategy is None:
        return []
    text = _("What the city wants to reach until %(year)d, and what it does for it.") % {"year": strategy.ends_on.year}
    return [PublicLink(_("City Integration Strategy: %(title)s") % {"title": strategy.title}, _address(city), text)]


def _address(city: City) -> str:
    return reverse("strategy_public", args=[city.slug])
