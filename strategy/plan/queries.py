"""Reading a city's strategy."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from django.conf.locale import LANG_INFO
from django.db.models import Count, Exists, OuterRef, Q, QuerySet
from django.utils import timezone

from cities.models import City
from icc_index.models import Assessment
from strategy.events.enums import LANGUAGES
from strategy.findings.models import ChosenArea
from strategy.plan.enums import ActionState, Area
from strategy.plan.gaps import GapRow, gap_rows
from strategy.plan.models import CityStrategy, Gap, Narrative, Objective, PilotAction


def strategy_of(city: City) -> CityStrategy | None:
    """The strategy that the city works on now. One query."""
    return CityStrategy.objects.open().for_page().filter(city=city).first()


def public_strategy_of(city: City) -> CityStrategy | None:
    """The newest strategy of the city that is public. One query."""
    return CityStrategy.objects.published().for_page().filter(city=city).first()


def earlier_ones(city: City) -> list[CityStrategy]:
    """What the city worked on before, newest first. One query."""
    return list(CityStrategy.objects.filter(city=city, closed_at__isnull=False))


def assessments_of(city: City) -> list[Assessment]:
    """What a strategy of the city can start from: validated ones before others, newest first. One query."""
    found = Assessment.objects.filter(city=city).select_related("city", "edition").order_by("-year", "-pk")
    return sorted(found, key=lambda assessment: not assessment.has_result)


def languages_of(city: City) -> list[tuple[str, str]]:
    """The languages in which a narrative can be written: the city's own first, then the network's."""
    own = [(city.language, language_name(city.language))]
    return own + [(code, name) for code, name in LANGUAGES if code != city.language]


def language_name(code: str) -> str:
    """What a language calls itself; its code if nobody knows it."""
    return dict(LANGUAGES).get(code) or LANG_INFO.get(code, {}).get("name_local", code)


# Objectives ----------------------------------------------------------------------------------------------------------
@dataclass(frozen=True)
class ObjectiveRow:
    """An objective with what it rests on and the pilot actions that serve it, by state."""

    objective: Objective
    gaps: list[GapRow]
    actions: list[tuple[ActionState, int]]

    @property
    def number_of_actions(self) -> int:
        return sum(number for _state, number in self.actions)

    @property
    def is_incomplete(self) -> bool:
        return not self.gaps or not self.objective.root_cause


@dataclass(frozen=True)
class AreaRow:
    """One of the three areas with its objectives, in order."""

    area: Area
    objectives: list[ObjectiveRow]


def areas_of(strategy: CityStrategy) -> list[AreaRow]:
    """The three areas with what the strategy has in them. Three queries."""
    objectives = list(strategy.objectives.all())
    gaps: dict[int, list[Gap]] = {}
    for gap in _gaps().filter(objective__strategy=strategy):
        gaps.setdefault(gap.objective_id, []).append(gap)
    states: dict[int, dict[str, int]] = {}
    counted = PilotAction.objects.filter(objective__strategy=strategy).order_by().values_list("objective_id", "state")
    for objective_id, state, number in counted.annotate(number=Count("pk")):
        states.setdefault(objective_id, {})[state] = number
    rows = [
        ObjectiveRow(
            objective=one,
            gaps=gap_rows(strategy, gaps.get(one.pk, [])),
            actions=[(state, states[one.pk][state]) for state in ActionState if state in states.get(one.pk, {})],
        )
        for one in objectives
    ]
    return [AreaRow(area, [row for row in rows if row.objective.area == area]) for area in Area]


def gaps_of(objective: Objective) -> list[GapRow]:
    """One query."""
    return gap_rows(objective.strategy, _gaps().filter(objective=objective))


def _gaps() -> QuerySet[Gap]:
    return Gap.objects.select_related("finding", "chosen_area")


def unused_areas(strategy: CityStrategy) -> list[ChosenArea]:
    """Areas that the city chose and on which no objective rests yet, in the order of their choice. One query."""
    used = Gap.objects.filter(objective__strategy=strategy, subject=OuterRef("subject"))
    chosen = ChosenArea.objects.filter(assessment=strategy.assessment_id).exclude(Exists(used))
    return list(chosen.order_by("pk"))


# What comes next -----------------------------------------------------------------------------------------------------
def with_facts(strategies: QuerySet[CityStrategy]) -> QuerySet[CityStrategy]:
    """Strategies with what `next_step` looks at. One query, however many."""
    objectives = Objective.objects.filter(strategy=OuterRef("pk"))
    without_gap = ~Exists(Gap.objects.filter(objective=OuterRef("pk")))
    told = Narrative.objects.filter(strategy=OuterRef("pk"))
    return strategies.annotate(
        has_objectives=Exists(objectives),
        has_incomplete=Exists(objectives.filter(Q(root_cause="") | without_gap)),
        has_actions=Exists(PilotAction.objects.filter(objective__strategy=OuterRef("pk"))),
        is_told=Exists(told.filter(language=OuterRef("city__language"))),
    )


def next_step(strategy: CityStrategy) -> str:
    """The one thing to do next with a strategy of `with_facts`; templates/strategy/plan/_next.html says it in words.

    Nothing ("") once it is public and its time is not over.
    """
    today = timezone.localdate(timezone=strategy.city.zone)
    open_ones = (
        ("over", strategy.ends_on < today),
        ("vision", not strategy.vision),
        ("objectives", not strategy.has_objectives),  # type: ignore[attr-defined]  # annotated above, as are the others
        ("incomplete", strategy.has_incomplete),  # type: ignore[attr-defined]
        ("actions", not strategy.has_actions),  # type: ignore[attr-defined]
        ("commitment", not is_committed(strategy, today)),
        ("narrative", not strategy.is_told),  # type: ignore[attr-defined]
        ("publish", not strategy.is_published),
    )
    return next((name for name, is_open in open_ones if is_open), "")


def is_committed(strategy: CityStrategy, today: date) -> bool:
    """Whether decision, leader and resources are all there (S13)."""
    return is_decided(strategy, today) and bool(strategy.leader) and has_resources(strategy)


def is_decided(strategy: CityStrategy, today: date) -> bool:
    """Somebody decided, on a day that has come."""
    return bool(strategy.decision) and strategy.decided_on is not None and strategy.decided_on <= today


def has_resources(strategy: CityStrategy) -> bool:
    """An amount above nothing, or words about people, rooms and the like."""
    return bool(strategy.budget) or bool(strategy.resources)


def with_chosen_areas(cities: Iterable[City]) -> set[int]:
    """Which of these cities have chosen areas for a strategy, by primary key. One query."""
    chosen = ChosenArea.objects.filter(assessment__city__in=list(cities)).order_by()
    return set(chosen.values_list("assessment__city_id", flat=True).distinct())
