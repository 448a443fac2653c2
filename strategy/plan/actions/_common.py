"""What several actions share: locking a strategy, under whose lock all that belongs to it changes."""

from cities.models import User
from strategy.plan.models import CityStrategy
from strategy.plan.rules import check_can_change


def open_for(strategy: CityStrategy, by: User) -> CityStrategy:
    """The strategy as it is now, locked, if this person may change it. Raises NotAllowed."""
    locked = CityStrategy.objects.locked().get(pk=strategy.pk)
    check_can_change(by, locked)
    return locked
