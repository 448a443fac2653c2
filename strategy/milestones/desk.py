"""What of milestones lies on a person's desk (settings.EPI_DESK)."""

from collections.abc import Sequence

from django.db.models import Q
from django.urls import reverse
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from cities.enums import Permission
from cities.models import City, User
from icc_index.desk import DeskItem
from strategy.milestones import rules
from strategy.milestones.enums import Light
from strategy.milestones.models import Milestone
from strategy.milestones.queries import Judged, judged
from strategy.milestones.status import SOON

SHOWN = 3  # milestones of one's own, on the desk


def items(user: User) -> list[DeskItem]:
    """What this person owns that is overdue or due soon; and for those who run a city's milestones, how these stand.

    Three queries at most, one when there is nothing.
    """
    run = [city for city in user.cities if user.may(Permission.RUN_STRATEGY, city.pk)]
    owned = Q(owner__account=user, owner__left_on=None)
    rows = judged(Milestone.objects.open().filter(owned | Q(city__in=run)))
    mine = [row for row in rows if rules.is_owner(user, row.milestone) and _is_due(row)]
    return [*([_own(mine)] if mine else []), *(item for city in run for item in _of_city(city, rows))]


def _is_due(row: Judged) -> bool:
    milestone = row.milestone
    return row.light == Light.RED or milestone.due_on - milestone.today <= SOON


def _own(mine: Sequence[Judged]) -> DeskItem:
    first = mine[0].milestone
    return DeskItem(
        title=_("Your milestones"),
        url=first.get_absolute_url() if len(mine) == 1 else _list_of(first.city, "mine"),
        lines=[_line(row) for row in mine[:SHOWN]],
        to_do=ngettext("%(number)d milestone of yours is due", "%(number)d milestones of yours are due", len(mine))
        % {"number": len(mine)},
    )


def _line(row: Judged) -> str:
    day = date_format(row.milestone.due_on, "j E Y")
    return _("%(title)s: %(light)s, %(day)s") % {"title": row.milestone, "light": row.light.label, "day": day}


def _list_of(city: City, show: str = "") -> str:
    return reverse("milestones", args=[city.slug]) + (f"?show={show}" if show else "")


def _of_city(city: City, rows: Sequence[Judged]) -> list[DeskItem]:
    """One line for a city that has open milestones."""
    ours = [row for row in rows if row.milestone.city_id == city.pk]
    late, risky = ([row for row in ours if row.light == light] for light in (Light.RED, Light.AMBER))
    if not ours:
        return []
    to_do = ngettext("%(number)d milestone is overdue", "%(number)d milestones are overdue", len(late))
    at_risk = ngettext("%(number)d milestone is at risk", "%(number)d milestones are at risk", len(risky))
    return [
        DeskItem(
            title=_("Milestones of %(city)s") % {"city": city},
            url=_list_of(city),
            lines=[at_risk % {"number": len(risky)}] if risky else [],
            to_do=to_do % {"number": len(late)} if late else "",
        )
    ]
