"""Who may do what with a city's strategy, and when. `check_can_x` raises with a sentence, `can_x` is for templates.

Seeing is not decided here: `visible_to` does, and what is not visible answers 404.
"""

from django.utils.translation import gettext as _

from cities.models import User
from epi.errors import NotAllowed
from strategy.plan.models import CityStrategy
from strategy.rules import (
    can_decide_strategy,
    can_run_strategy,
    check_can_decide_strategy,
    check_can_run_strategy,
)


def can_change(user: User, strategy: CityStrategy) -> bool:
    return can_run_strategy(user, strategy.city) and not strategy.is_closed


def check_can_change(user: User, strategy: CityStrategy) -> None:
    """Raise NotAllowed without the role, or once the strategy is closed."""
    check_can_run_strategy(user, strategy.city)
    _check_is_open(strategy)


def can_decide(user: User, strategy: CityStrategy) -> bool:
    return can_decide_strategy(user, strategy.city) and not strategy.is_closed


def check_can_decide(user: User, strategy: CityStrategy) -> None:
    """Raise NotAllowed without the role, or once the strategy is closed: whether it is public, and when it ends."""
    check_can_decide_strategy(user, strategy.city)
    _check_is_open(strategy)


def _check_is_open(strategy: CityStrategy) -> None:
    if strategy.is_closed:
        raise NotAllowed(_("This strategy is closed and no longer changes."))
