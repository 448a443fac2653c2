"""Who may do what with a city's engagement and strategy: `check_can_x` raises a sentence, `can_x` is a boolean.

Seeing is not decided here: `visible_to` and `access.city_or_404` do, and what is not visible answers 404.
"""

from django.utils.translation import gettext as _

from cities.enums import Permission
from cities.models import City, User
from epi.errors import NotAllowed


def can_run_engagement(user: User, city: City) -> bool:
    return user.may(Permission.RUN_ENGAGEMENT, city.pk)


def check_can_run_engagement(user: User, city: City) -> None:
    """Raise NotAllowed unless the person coordinates the city or is its technical partner."""
    if not can_run_engagement(user, city):
        raise NotAllowed(_("Only the city's coordinator and its technical partner may do this."))


def can_see_contacts(user: User, city: City) -> bool:
    return user.may(Permission.SEE_CONTACTS, city.pk)


def check_can_see_contacts(user: User, city: City) -> None:
    """Raise NotAllowed for people of the city whose work needs no names of stakeholders."""
    if not can_see_contacts(user, city):
        raise NotAllowed(_("Your role sees the organisations, not the persons behind them."))


def can_choose_areas(user: User, city: City) -> bool:
    return user.may(Permission.CHOOSE_AREAS, city.pk)


def check_can_choose_areas(user: User, city: City) -> None:
    """Raise NotAllowed unless the person leads or coordinates the city: what it concentrates on is its own choice."""
    if not can_choose_areas(user, city):
        raise NotAllowed(_("Only the city's lead and coordinator choose the areas of its strategy."))


def can_run_strategy(user: User, city: City) -> bool:
    return user.may(Permission.RUN_STRATEGY, city.pk)


def check_can_run_strategy(user: User, city: City) -> None:
    """Raise NotAllowed unless the person coordinates the city or is its technical partner."""
    if not can_run_strategy(user, city):
        raise NotAllowed(_("Only the city's coordinator and its technical partner may do this."))


def can_decide_strategy(user: User, city: City) -> bool:
    return user.may(Permission.DECIDE_STRATEGY, city.pk)


def check_can_decide_strategy(user: User, city: City) -> None:
    """Raise NotAllowed unless the person leads or coordinates the city: what it makes public is its own decision."""
    if not can_decide_strategy(user, city):
        raise NotAllowed(_("Only the city's lead and coordinator decide this."))
