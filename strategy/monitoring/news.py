"""What a weekly digest tells: of a person's cities, and of the programmes that they coordinate.

Weeks begin on Monday, in the time of each city. Made-up milestones are in no digest, so that a demo writes to nobody.
"""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta

from django.db.models import Q
from django.utils import timezone

from cities.models import City, Programme
from strategy.milestones.enums import Light
from strategy.milestones.models import Milestone
from strategy.milestones.queries import Judged, judged
from strategy.monitoring.models import Nudge
from strategy.monitoring.occasions import monday

SOON = timedelta(days=14)
WEEK = timedelta(days=7)


@dataclass
class CityNews:
    """Of one city: what is overdue, what is due within 14 days, what was reached last week, who reminded it."""

    city: City
    overdue: list[Judged] = field(default_factory=list)
    due: list[Judged] = field(default_factory=list)
    reached: list[Judged] = field(default_factory=list)
    nudges: list[Nudge] = field(default_factory=list)

    @property
    def is_empty(self) -> bool:
        return not (self.overdue or self.due or self.reached or self.nudges)

    def take(self, one: Judged) -> None:
        milestone, today = one.milestone, _today(self.city)
        if one.light == Light.RED:
            self.overdue.append(one)
        elif milestone.is_open and milestone.due_on <= today + SOON:
            self.due.append(one)
        elif milestone.reached_on and _was_last_week(milestone.reached_on, today):
            self.reached.append(one)


@dataclass
class ProgrammeNews:
    """Of a programme: the same of each of its cities that has any."""

    programme: Programme
    cities: list[CityNews]


@dataclass
class News:
    cities: list[CityNews]
    programmes: list[ProgrammeNews]

    @property
    def is_empty(self) -> bool:
        return not (self.cities or self.programmes)


class Gathered:
    """The news of many cities and programmes, read in four queries for all readers of a run."""

    def __init__(self, cities: Collection[int], programmes: Collection[int]) -> None:
        where = Q(city__in=cities) | Q(programme__in=programmes)
        rows = judged(Milestone.objects.filter(where, is_sample=False).select_related("city"))
        self.of_city = _by_city(row for row in rows if row.milestone.city_id in set(cities))
        self.of_programme: dict[int, Mapping[int, CityNews]] = {
            pk: _by_city(row for row in rows if row.milestone.programme_id == pk) for pk in programmes
        }
        since = timezone.now().date() - 2 * WEEK
        nudges = Nudge.objects.filter(where, on__gte=since).select_related("city", "programme", "by").order_by("pk")
        for nudge in nudges:
            self._take(nudge)

    def _take(self, nudge: Nudge) -> None:
        if nudge.on < monday(_today(nudge.city)) - WEEK:
            return
        for found in (self.of_city, self.of_programme.get(nudge.programme_id, {})):
            if nudge.city_id in found:
                found[nudge.city_id].nudges.append(nudge)

    def for_reader(self, cities: Sequence[City], programmes: Sequence[Programme]) -> News:
        """What there is to tell to somebody with these roles; cities and programmes without news are left out."""
        of_cities = [self.of_city[city.pk] for city in cities if city.pk in self.of_city]
        of_programmes = [
            ProgrammeNews(programme, [news for news in self.of_programme[programme.pk].values() if not news.is_empty])
            for programme in programmes
        ]
        return News([news for news in of_cities if not news.is_empty], [news for news in of_programmes if news.cities])


def _by_city(rows: Iterable[Judged]) -> dict[int, CityNews]:
    found: dict[int, CityNews] = {}
    for row in rows:
        found.setdefault(row.milestone.city_id, CityNews(row.milestone.city)).take(row)
    return dict(sorted(found.items(), key=lambda pair: pair[1].city.name))


def _today(city: City) -> date:
    return timezone.localdate(timezone=city.zone)


def _was_last_week(day: date, today: date) -> bool:
    begins = monday(today)
    return begins - WEEK <= day < begins
