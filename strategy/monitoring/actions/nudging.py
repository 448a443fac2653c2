"""Reminding cities of a programme by hand. One reminder a day and city: a second one would only annoy."""

from collections.abc import Collection, Mapping, Sequence
from datetime import date

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from cities.enums import Permission, roles_with
from cities.models import City, Membership, Programme, User
from epi import audit
from epi.errors import CannotBeDone
from strategy.milestones.models import Milestone
from strategy.milestones.queries import Judged, judged
from strategy.monitoring import emails, rules
from strategy.monitoring.models import Nudge
from strategy.monitoring.nudges import kept_text, overdue


@transaction.atomic
def nudge(*, programme: Programme, cities: Collection[City], text: str, by: User) -> list[Nudge]:
    """Remind cities of what is overdue, in these words or (empty) in the prepared ones; all of them or none.

    Raises CannotBeDone for a city of another programme, one that was reminded today, and one in which nobody reads it.
    """
    rules.check_can_nudge(by, programme)
    Programme.objects.select_for_update(no_key=True).get(pk=programme.pk)  # one reminder after the other
    _check_cities(programme, cities)
    _check_not_reminded(programme, cities)
    readers = _readers(cities)
    late = _overdue(programme, cities)
    return [_nudge(programme, city, text, late.get(city.pk, []), readers[city.pk], by) for city in cities]


def _nudge(
    programme: Programme, city: City, text: str, late: Sequence[Judged], readers: Sequence[User], by: User
) -> Nudge:
    made = Nudge.objects.create(
        programme=programme,
        city=city,
        milestone=late[0].milestone if len(late) == 1 else None,
        text=kept_text(text, late),
        by=by,
        on=_today(city),
    )
    audit.record("city.nudged", made, by=by, city=city.slug, programme=programme.slug, overdue=len(late))
    for reader in readers:
        emails.nudged(made, text, late, reader)
    return made


def _today(city: City) -> date:
    return timezone.localdate(timezone=city.zone)


def _check_cities(programme: Programme, cities: Collection[City]) -> None:
    if not cities:
        raise CannotBeDone(_("Choose at least one city."))
    if programme.cities.filter(pk__in=[city.pk for city in cities]).count() != len(cities):
        raise CannotBeDone(_("This city does not take part in the programme."))


def _check_not_reminded(programme: Programme, cities: Collection[City]) -> None:
    last = dict(Nudge.objects.filter(programme=programme, city__in=cities).order_by("on").values_list("city", "on"))
    names = [city.name for city in cities if last.get(city.pk) == _today(city)]
    if names:
        raise CannotBeDone(
            _("Reminded today already: %(cities)s. Leave them out, or write again tomorrow.")
            % {"cities": ", ".join(names)}
        )


def _readers(cities: Collection[City]) -> Mapping[int, list[User]]:
    """Who leads or coordinates each of these cities, and may sign in."""
    found: dict[int, dict[int, User]] = {city.pk: {} for city in cities}
    roles = roles_with(Permission.DECIDE_STRATEGY)
    grants = Membership.objects.filter(city__in=cities, role__in=roles, user__is_active=True).select_related("user")
    for grant in grants:
        assert grant.city_id is not None
        found[grant.city_id][grant.user_id] = grant.user
    unread = [city.name for city in cities if not found[city.pk]]
    if unread:
        raise CannotBeDone(
            _("Nobody leads or coordinates these cities here, so that nobody would read it: %(cities)s.")
            % {"cities": ", ".join(unread)}
        )
    return {city_id: list(people.values()) for city_id, people in found.items()}


def _overdue(programme: Programme, cities: Collection[City]) -> Mapping[int, list[Judged]]:
    found: dict[int, list[Judged]] = {}
    for one in overdue(judged(Milestone.objects.filter(programme=programme, city__in=cities))):
        found.setdefault(one.milestone.city_id, []).append(one)
    return found
