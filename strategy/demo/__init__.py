"""The demo network's engagement, for settings.EPI_DEMO_PARTS: sample stakeholders, sessions and events.

Cities are real; every organisation and person, and what they say, is made up. Surnames and names of organisations hold
the word for "sample" in the language of the city, so that nothing real comes out by chance.
"""

import random

from cities.models import City
from strategy.demo import monitoring, register, sessions
from strategy.demo.organisations import ORGANISATIONS
from strategy.events import demo as events
from strategy.stakeholders.models import Stakeholder


def build(chance: random.Random) -> None:
    """Fill the registers and sessions of the demo's cities, and the programme's events. Safe to repeat."""
    for city in City.objects.filter(slug__in=ORGANISATIONS, is_sample=False).order_by("slug"):
        if not Stakeholder.objects.filter(city=city).exists():
            register.fill(city, chance)
            sessions.tell(city, chance)
    events.build(chance)
    monitoring.build()
