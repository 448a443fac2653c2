"""The demo network's engagement and strategies, for settings.EPI_DEMO_PARTS.

Cities are real; every organisation and person, and what they say, is made up. Surnames and names of organisations hold
the word for "sample" in the language of the city, so that nothing real comes out by chance.
"""

import random

from cities.models import City
from strategy.demo import (
    bodies,
    launches,
    milestones,
    monitoring,
    pacts,
    pilots,
    register,
    sessions,
    strategies,
    whatnext,
)
from strategy.demo.organisations import ORGANISATIONS
from strategy.events import demo as events
from strategy.stakeholders.models import Stakeholder


def build(chance: random.Random) -> None:
    """Fill what the demo's cities do beside the index, in the order in which it happens. Safe to repeat."""
    for city in City.objects.filter(slug__in=ORGANISATIONS, is_sample=False).order_by("slug"):
        if not Stakeholder.objects.filter(city=city).exists():
            register.fill(city, chance)
            sessions.tell(city, chance)
        strategies.tell(city)
        bodies.tell(city)
        pilots.tell(city)  # members of the body answer for actions
        pacts.tell(city)
    events.build(chance)
    launches.build(chance)
    milestones.build(chance)
    whatnext.build()
    monitoring.build()
