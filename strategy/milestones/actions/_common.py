"""What several actions share: locking, and checks that hold of milestones and of templates alike."""

from collections.abc import Collection, Mapping
from datetime import date
from typing import Any

from django.utils.translation import gettext as _

from cities.models import City, Programme
from epi.errors import CannotBeDone
from strategy.access import still_there
from strategy.milestones.circles import circle_through
from strategy.milestones.models import Milestone


def lock_city(city: City) -> None:
    """Its milestones change one after the other until the transaction ends."""
    City.objects.select_for_update(no_key=True).get(pk=city.pk)


def lock_programme(programme: Programme) -> None:
    """Its templates change one after the other until the transaction ends."""
    Programme.objects.select_for_update(no_key=True).get(pk=programme.pk)


def lock(milestone: Milestone) -> Milestone:
    """The milestone as it is now; it and all others of its city are locked until the transaction ends."""
    lock_city(milestone.city)
    return still_there(Milestone.objects.select_related("city", "owner", "template"), milestone.pk)


def check_days(starts_on: date | None, due_on: date) -> None:
    if starts_on is not None and due_on < starts_on:
        raise CannotBeDone(_("The due date is before the start."))


def check_no_circle(row: Any, needs: Collection[Any], others: Mapping[int, Collection[int]], titles: Any) -> None:
    """Raise CannotBeDone, naming the circle, if `row` would come after itself by way of `needs`.

    `others` is what each of the others comes after; `titles` gives the titles for some primary keys.
    """
    circle = circle_through(row.pk, {**others, row.pk: [one.pk for one in needs]})
    if circle:
        names = titles(circle)
        words = " → ".join(f"“{names[pk]}”" for pk in circle)
        raise CannotBeDone(_("These would wait for each other in a circle: %(circle)s.") % {"circle": words})
