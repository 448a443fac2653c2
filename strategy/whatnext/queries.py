"""Which strategy a city looks back on, and which round of the index comes next."""

from dataclasses import dataclass

from django.db.models import F

from cities.models import City
from icc_index.enums import Status
from icc_index.models import Assessment
from strategy.plan.models import CityStrategy

YEARS_BETWEEN_ROUNDS = 3  # as from 2018 to 2021; a city may go sooner


@dataclass(frozen=True)
class NextRound:
    """The round after the strategy: open now, or due in a year that follows from the last one."""

    open: Assessment | None
    last_year: int | None

    @property
    def due(self) -> int | None:
        return self.last_year + YEARS_BETWEEN_ROUNDS if self.last_year and not self.open else None


def strategy_to_follow(city: City) -> CityStrategy | None:
    """The strategy that the city works on; without one, the last that was closed. One query."""
    ours = CityStrategy.objects.filter(city=city).for_page()
    return ours.order_by(F("closed_at").desc(nulls_first=True), "-pk").first()


def next_round(city: City, strategy: CityStrategy | None) -> NextRound:
    """The city's open draft that is later than the strategy's own round, and the year of its last round. One query."""
    rounds = list(Assessment.objects.filter(city=city).for_list().order_by("-year", "-pk"))
    start = strategy.assessment.year if strategy and strategy.assessment else 0
    drafts = [one for one in rounds if one.status == Status.DRAFT and one.year > start]
    if strategy:
        drafts = [one for one in drafts if one.is_sample == strategy.is_sample]
    done = [one.year for one in rounds if one.status != Status.DRAFT]
    return NextRound(open=drafts[0] if drafts else None, last_year=max(done, default=None))
