"""What other apps have to show on a city's public page: callables in settings.EPI_CITY_LINKS, from a city to links."""

from collections.abc import Sequence
from dataclasses import dataclass

from django.conf import settings
from django.utils.module_loading import import_string

from cities.models import City


@dataclass(frozen=True)
class PublicLink:
    """Something published by the city: what it is, where it is, and one sentence about it."""

    title: str
    url: str
    text: str = ""


def links_of(city: City) -> Sequence[PublicLink]:
    """What all of settings.EPI_CITY_LINKS show of the city; one query each."""
    return [link for path in settings.EPI_CITY_LINKS for link in import_string(path)(city)]
