"""Reads about launch events: which one a city shows, how many come, who registered, what is next. Few queries each."""

from collections.abc import Sequence
from dataclasses import dataclass

from django.conf import settings
from django.db.models import Count, Q, QuerySet
from django.utils.module_loading import import_string

from cities.models import City
from icc_index.public_links import PublicLink
from strategy.events.enums import Standing
from strategy.launch.models import Launch, Registration
from strategy.stakeholders import names
from strategy.stakeholders.enums import Purpose
from strategy.stakeholders.models import Contact


def launches_of(city: City) -> list[Launch]:
    """The one that counts first: not cancelled, the newest. One query."""
    return list(Launch.objects.for_page().filter(event__city=city).in_order())


def public_launch(city: City) -> Launch | None:
    """What the city shows of its launch event to everybody. One query."""
    return Launch.objects.for_page().public().filter(event__city=city).in_order().first()


@dataclass(frozen=True)
class Numbers:
    """How many have a place, wait for one, cancelled, were invited from the register, were there."""

    coming: int
    waiting: int
    cancelled: int
    invited: int
    attended: int


def numbers(launch: Launch) -> Numbers:
    """Two queries."""
    counts = {standing: Count("pk", filter=Q(standing=standing)) for standing in Standing.values}
    there = Count("pk", filter=Q(attended=True, standing=Standing.COMING))
    found = launch.event.attendees.order_by().aggregate(**counts, attended=there)
    return Numbers(**found, invited=launch.invitations.count())


def free_places(launch: Launch) -> int | None:
    """How many places are left; None without a limit. One query at most."""
    if launch.places is None:
        return None
    return max(launch.places - launch.event.attendees.coming().count(), 0)


def is_full(launch: Launch) -> bool:
    return free_places(launch) == 0


def registrations(launch: Launch, *, text: str = "", standing: str = "") -> list[Registration]:
    """Those that fit: who has a place first, then who waits, each in their order.

    `text` stands in name, address or whom they come for; marks and capitals do not count. One query.
    """
    found = launch.registrations.for_list()
    if standing:
        found = found.filter(attendee__standing=standing)
    order = {value: number for number, value in enumerate(Standing.values)}
    rows = sorted(found, key=lambda one: (order[one.attendee.standing], one.at, one.pk))
    looked_for = names.plain(text)
    return [one for one in rows if looked_for in _words(one)] if looked_for else rows


def _words(registration: Registration) -> str:
    person = registration.attendee
    return names.plain(f"{person.name} {person.email} {person.represents}") if person.is_known else ""


def invitable(launch: Launch) -> QuerySet[Contact]:
    """Persons of the city's register who agreed to news and have an address, and were not invited yet."""
    invited = launch.invitations.values("contact")
    agreed = Contact.objects.reachable().filter(purpose=Purpose.SESSIONS_AND_NEWS, stakeholder__city=launch.city)
    return agreed.exclude(pk__in=invited).select_related("stakeholder").order_by("stakeholder__name", "name", "pk")


def main_actions(city: City) -> Sequence[PublicLink]:
    """What the city will do, as settings.EPI_LAUNCH_SHOWS tell it; one query each."""
    return [line for path in settings.EPI_LAUNCH_SHOWS for line in import_string(path)(city)]
