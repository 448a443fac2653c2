"""What of engagement lies on a person's desk (settings.EPI_DESK)."""

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from cities.enums import Permission
from cities.models import User
from icc_index.desk import DeskItem
from strategy.overview.queries import Work, unfinished

SHOWN = 3  # sessions of one city, on the desk


def items(user: User) -> list[DeskItem]:
    """One line for each city whose engagement this person follows. One query, none for people without a city."""
    cities = [city for city in user.cities if user.may(Permission.READ_ENGAGEMENT, city.pk)]
    work = unfinished(cities) if cities else []
    return [
        DeskItem(
            title=_("Stakeholder engagement in %(city)s") % {"city": city.name},
            url=reverse("engagement", args=[city.slug]),
            lines=_lines([one for one in work if one.session.city_id == city.pk]),
            to_do=_to_do(user, city.pk, work),
        )
        for city in cities
    ]


def _lines(work: list[Work]) -> list[str]:
    return [f"{one.session.title}: {one.words}" for one in work[:SHOWN]]


def _to_do(user: User, city_id: int, work: list[Work]) -> str:
    """How many sessions wait for this person, in words; nothing for those who only read."""
    if not user.may(Permission.RUN_ENGAGEMENT, city_id):
        return ""
    number = sum(one.is_waiting_for_us for one in work if one.session.city_id == city_id)
    if not number:
        return ""
    return ngettext("%(number)d session waits for you", "%(number)d sessions wait for you", number) % {"number": number}
