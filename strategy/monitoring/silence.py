"""Since when a city is silent: the day on which somebody of it last changed something of its own.

What counts is what the events tell of the city's assessment, strategy, coordinating body, pact and milestones, by
somebody who has a role in the city, and the last answer saved. Sign-ins do not count, nor who it was: the board tells
of cities, not of persons. What experts, administrators or the network's coordinator did is not the city's doing.
"""

from collections.abc import Mapping
from datetime import datetime

from django.db.models import CharField, Exists, F, OuterRef, QuerySet, Subquery
from django.db.models.functions import Cast

from cities.models import City, Membership
from epi.models import Event
from icc_index.models import Assessment
from strategy.body.models import CoordinatingBody
from strategy.milestones.models import Milestone
from strategy.pact.models import Pact
from strategy.plan.models import CityStrategy, Objective, PilotAction

# What the city works on, each with the way from it to the city.
WORK = (
    (Assessment, "city"),
    (CityStrategy, "city"),
    (Objective, "strategy__city"),
    (PilotAction, "objective__strategy__city"),
    (CoordinatingBody, "city"),
    (Pact, "city"),
    (Milestone, "city"),
)


def last_changes(cities: QuerySet[City]) -> Mapping[int, datetime]:
    """When each of these cities last changed something, by its primary key. One query, whatever their number."""
    first, *others = [_events_of(model, path, cities) for model, path in WORK]
    found: dict[int, datetime] = {}
    for city_id, at in first.union(*others, all=True):
        found[city_id] = max(at, found.get(city_id, at))
    return found


def _events_of(model: type, path: str, cities: QuerySet[City]) -> QuerySet:
    """(city, moment) of each object of that kind of which the events tell something that the city itself did."""
    by_the_city = Membership.objects.filter(user=OuterRef("by"), city=OuterRef(OuterRef(path)))
    events = Event.objects.filter(
        Exists(by_the_city),
        subject_type=model._meta.label_lower,  # type: ignore[attr-defined]
        subject_id=Cast(OuterRef("pk"), CharField()),
    )
    rows = model._default_manager.filter(**{f"{path}__in": cities})  # type: ignore[attr-defined]
    rows = rows.order_by().annotate(place=F(path), last=Subquery(events.order_by("-pk").values("at")[:1]))
    return rows.filter(last__isnull=False).values_list("place", "last")
