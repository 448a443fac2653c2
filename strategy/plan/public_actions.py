"""The main pilot actions of a published strategy, for the launch event's page (settings.EPI_LAUNCH_SHOWS)."""

from cities.models import City
from icc_index.public_links import PublicLink
from strategy.plan.enums import ActionState
from strategy.plan.models import PilotAction


def main_actions(city: City) -> list[PublicLink]:
    """Those that are agreed, in the order of the strategy; none before it is published. One query."""
    published = {"objective__strategy__published_at__isnull": False, "objective__strategy__closed_at": None}
    found = PilotAction.objects.alive().filter(objective__strategy__city=city, **published)
    agreed = found.exclude(state=ActionState.PROPOSED).order_by("objective__position", "objective_id", "pk")
    return [PublicLink(action.title, "", action.description) for action in agreed]
