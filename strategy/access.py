"""The door to a city's engagement: its own people and its technical partner, nobody else.

Administrators of the platform have no part in it: it tells of people who trusted the city (ADR 10).
"""

from typing import Any

from django.db.models import Q, QuerySet
from django.http import HttpRequest
from django.shortcuts import get_object_or_404

from cities.enums import Permission, roles_with
from cities.models import City, Membership, User


def of_cities_where(user: User, permission: Permission, path: str = "city") -> Q:
    """A condition: the object's city (at `path`) is one in which this person's role carries `permission`."""
    mine = Membership.objects.filter(user=user, role__in=roles_with(permission), city__isnull=False)
    return Q(**{f"{path}__in": mine.values("city")})


def city_or_404(request: HttpRequest, slug: str) -> City:
    """The city if this person takes part in its engagement, else 404."""
    return get_object_or_404(_engaging(request.user), slug=slug)


def _engaging(user: Any) -> QuerySet[City]:
    return City.objects.filter(of_cities_where(user, Permission.READ_ENGAGEMENT, "pk"))
