"""What of a city's strategy lies on a person's desk (settings.EPI_DESK)."""

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext

from cities.enums import Permission
from cities.models import City, User
from icc_index.desk import DeskItem
from strategy.plan.models import CityStrategy
from strategy.plan.queries import next_step, with_chosen_areas, with_facts

# What a strategy waits for, in a few words; templates/strategy/plan/_next.html says it at length.
STEPS = {
    "vision": gettext_lazy("Write the vision"),
    "objectives": gettext_lazy("Set the first objective"),
    "incomplete": gettext_lazy("Complete an objective"),
    "actions": gettext_lazy("Propose the first pilot action"),
    "commitment": gettext_lazy("Say who decided, who leads, with what"),
    "narrative": gettext_lazy("Tell it in plain language"),
    "publish": gettext_lazy("Publish the strategy"),
    "over": gettext_lazy("Its time is over: close it"),
}
DECISIONS = {"publish", "over"}


def items(user: User) -> list[DeskItem]:
    """One line for each city whose strategy this person reads. Two queries, none for people without a city."""
    cities = [city for city in user.cities if user.may(Permission.READ_STRATEGY, city.pk)]
    if not cities:
        return []
    found = with_facts(CityStrategy.objects.open().filter(city__in=cities).select_related("city"))
    by_city = {strategy.city_id: strategy for strategy in found}
    ready = with_chosen_areas(cities)
    return [_item(user, city, by_city.get(city.pk), is_ready=city.pk in ready) for city in cities]


def _item(user: User, city: City, strategy: CityStrategy | None, *, is_ready: bool) -> DeskItem:
    return DeskItem(
        title=_("Strategy of %(city)s") % {"city": city.name},
        url=reverse("strategy", args=[city.slug]),
        lines=[_line(strategy)],
        to_do=_to_do(user, strategy) if strategy else _to_begin(user, city, is_ready=is_ready),
    )


def _line(strategy: CityStrategy | None) -> str:
    if strategy is None:
        return pgettext("strategy", "Not begun yet")
    facts = {"title": strategy.title}
    return _("%(title)s: public") % facts if strategy.is_published else _("%(title)s: not public yet") % facts


def _to_do(user: User, strategy: CityStrategy) -> str:
    """The next step in words, for those whose step it is."""
    step = next_step(strategy)
    permission = Permission.DECIDE_STRATEGY if step in DECISIONS else Permission.RUN_STRATEGY
    return str(STEPS[step]) if step and user.may(permission, strategy.city_id) else ""


def _to_begin(user: User, city: City, *, is_ready: bool) -> str:
    """Once the city has chosen areas, nothing stands in the way."""
    return _("Begin the strategy") if is_ready and user.may(Permission.RUN_STRATEGY, city.pk) else ""
