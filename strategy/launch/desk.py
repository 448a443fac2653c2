"""What of launch events lies on the desk of those who run them (settings.EPI_DESK)."""

from datetime import timedelta

from django.db.models import Count, Q
from django.urls import reverse
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from cities.enums import Permission
from cities.models import User
from icc_index.desk import DeskItem
from strategy.events.enums import Standing
from strategy.launch.models import Launch

SOON = timedelta(days=30)


def items(user: User) -> list[DeskItem]:
    """One line for each launch event to come. One query, none for people who run no city's strategy."""
    cities = [city.pk for city in user.cities if user.may(Permission.RUN_STRATEGY, city.pk)]
    if not cities:
        return []
    counts = {
        standing: Count("event__attendees", filter=Q(event__attendees__standing=standing))
        for standing in (Standing.COMING, Standing.WAITING)
    }
    found = Launch.objects.for_page().filter(event__city__in=cities, event__cancelled_at=None)
    return [
        _item(launch) for launch in found.annotate(**counts).order_by("event__starts_on", "pk") if not launch.is_over
    ]


def _item(launch: Launch) -> DeskItem:
    return DeskItem(
        title=_("Launch event in %(city)s") % {"city": launch.city},
        url=reverse("launch_event", args=[launch.city.slug, launch.event.pk]),
        lines=_lines(launch),
        to_do=_to_do(launch),
    )


def _lines(launch: Launch) -> list[str]:
    when = f"{launch.event}: {date_format(launch.event.starts_on, 'j E Y')}"
    if not launch.is_public:
        return [when]
    coming = ngettext("%(number)d person comes", "%(number)d people come", launch.coming)  # type: ignore[attr-defined]
    return [when, coming % {"number": launch.coming}]  # type: ignore[attr-defined]


def _to_do(launch: Launch) -> str:
    waiting = launch.waiting  # type: ignore[attr-defined]
    if waiting:
        said = ngettext("%(number)d person waits for a place", "%(number)d people wait for a place", waiting)
        return said % {"number": waiting}
    if launch.event.starts_on - launch.event.today > SOON:
        return ""
    return _("It is soon") if launch.is_public else _("It is soon, and not published")
