"""Reading a city's strategy."""

from cities.models import City
from strategy.plan.models import CityStrategy


def strategy_of(city: City) -> CityStrategy | None:
    """The strategy that the city works on now. One query."""
    return CityStrategy.objects.open().for_page().filter(city=city).first()
