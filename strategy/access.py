"""The door to a city's engagement and strategy: its own people and its technical partner, nobody else.

Administrators of the platform have no part in it: it tells of people who trusted the city (ADR 10).
"""

from typing import Any, TypeVar

from django.db.models import Model, Q, QuerySet
from django.http import HttpRequest
from django.shortcuts import get_object_or_404
from django.utils.translation import gettext as _

from cities.enums import Permission, roles_with
from cities.models import City, Membership, User
from epi.errors import CannotBeDone

Row = TypeVar("Row", bound=Model)


def of_cities_where(user: User, permission: Permission, path: str = "city") -> Q:
    """A condition: the object's city (at `path`) is one in which this person's role carries `permission`."""
    mine = Membership.objects.filter(user=user, role__in=roles_with(permission), city__isnull=False)
    return Q(**{f"{path}__in": mine.values("city")})


def city_or_404(request: HttpRequest, slug: str) -> City:
    """The city if this person takes part in its engagement, else 404."""
    return get_object_or_404(_open_to(request.user, Permission.READ_ENGAGEMENT), slug=slug)


def strategy_city_or_404(request: HttpRequest, slug: str) -> City:
    """The city if this person may read its strategy, also as a draft, else 404."""
    return get_object_or_404(_open_to(request.user, Permission.READ_STRATEGY), slug=slug)


def still_there(rows: "QuerySet[Row]", pk: int) -> Row:
    """The row as it is now, for an action that holds the lock. Raises CannotBeDone if somebody removed it meanwhile."""
    row = rows.filter(pk=pk).first()
    if row is None:
        raise CannotBeDone(_("Somebody removed this in the meantime."))
    return row


def _open_to(user: Any, permission: Permission) -> QuerySet[City]:
    return City.objects.filter(of_cities_where(user, permission, "pk"))
