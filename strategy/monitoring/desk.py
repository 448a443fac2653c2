"""What of the network board lies on a person's desk (settings.EPI_DESK)."""

from datetime import timedelta

from django.urls import reverse
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from cities.enums import Permission
from cities.models import City, User
from icc_index.desk import DeskItem
from strategy.monitoring.models import Nudge

SHOWN_FOR = timedelta(days=30)
SHOWN = 3  # reminders of one city


def items(user: User) -> list[DeskItem]:
    """The boards that they follow, and the reminders that their cities got in the last 30 days. One query at most."""
    boards = [
        DeskItem(
            title=_("Milestones of the cities: %(programme)s") % {"programme": programme.name},
            url=reverse("board", args=[programme.slug]),
        )
        for programme in user.coordinated_programmes
    ]
    cities = [city for city in user.cities if user.may(Permission.READ_STRATEGY, city.pk)]
    return boards + (_reminders(user, cities) if cities else [])


def _reminders(user: User, cities: list[City]) -> list[DeskItem]:
    since = timezone.now().date() - SHOWN_FOR
    found: dict[int, list[Nudge]] = {}
    for nudge in Nudge.objects.filter(city__in=cities, on__gte=since).select_related("programme"):
        found.setdefault(nudge.city_id, []).append(nudge)
    return [_item(user, city, found[city.pk]) for city in cities if city.pk in found]


def _item(user: User, city: City, nudges: list[Nudge]) -> DeskItem:
    lines = [f"{date_format(nudge.on, 'j E Y')}: {nudge.text.splitlines()[0]}" for nudge in nudges[:SHOWN]]
    return DeskItem(
        title=_("The network reminds %(city)s of its milestones") % {"city": city.name},
        url=reverse("nudges", args=[city.slug]),
        lines=lines,
        to_do=_("Look at the dates") if user.may(Permission.RUN_STRATEGY, city.pk) else "",
    )
