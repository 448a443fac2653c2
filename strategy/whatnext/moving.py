"""Did it move? Indicators from the round that the strategy started from to a later one, beside the actions on them.

Only stored results are read, of the same edition, validated, and made-up ones apart from real ones. Scores and their
differences are exact, and rounded once, at display. That a figure moved after an action does not say why: nothing here
claims it, and areas at which nothing aimed stand beside the others to compare.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from functools import cached_property
from itertools import pairwise

from django.db.models import Count, Q
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from epi import charts
from icc_index import scoring
from icc_index.enums import Layer, Status
from icc_index.instrument import Instrument, InstrumentIndicator, InstrumentQuestion, instrument_for
from icc_index.models import Result, Score
from strategy.milestones.enums import MilestoneState
from strategy.milestones.models import Milestone
from strategy.plan.models import CityStrategy, PilotAction
from strategy.whatnext.aims import aims_of, indicators_of
from strategy.whatnext.delivered import Outcome, outcomes

Exact = Fraction | None


@dataclass(frozen=True)
class Round:
    """A validated result and its exact scores by indicator."""

    year: int
    result: Result
    scores: Mapping[str, Exact]


@dataclass(frozen=True)
class Aimed:
    """An action that aimed at an area: its milestones, and what its measures say."""

    action: PilotAction
    reached: int
    milestones: int
    outcomes: Sequence[Outcome]
    is_later: bool  # it began after the year of the last round, which therefore cannot tell of it


@dataclass(frozen=True)
class Changed:
    """A question whose validated answer is another in the later round."""

    question: InstrumentQuestion
    before: str
    after: str


@dataclass(frozen=True)
class Area:
    """One indicator over the rounds. `then` and `now` are the two that are compared; None where there is no score."""

    indicator: InstrumentIndicator
    scores: Sequence[Exact]
    then: Exact
    now: Exact
    aimed: Sequence[Aimed]
    changed: Sequence[Changed]

    @property
    def whole(self) -> list[str]:
        """The score of each round as a whole number, a dash for none."""
        return [scoring.rounded(score, 0) or "–" for score in self.scores]

    @property
    def difference(self) -> Exact:
        return None if self.then is None or self.now is None else self.now - self.then

    @property
    def moved(self) -> str:
        """The difference in points, signed, from the exact figures; a dash where one is missing."""
        return signed(self.difference)

    @property
    def direction(self) -> str:
        """up, down, still, or unknown."""
        if self.difference is None:
            return "unknown"
        return "up" if self.difference > 0 else "down" if self.difference < 0 else "still"


@dataclass(frozen=True)
class Moved:
    """What the page shows. `pair` is the two rounds compared, or None while there is only one."""

    strategy: CityStrategy
    base: Round | None
    rounds: Sequence[Round]
    pair: tuple[Round, Round] | None
    aimed_at: Sequence[Area]
    others: Sequence[Area]

    @property
    def is_since(self) -> bool:
        """Whether the later of the two rounds came after the one from which the strategy started."""
        return bool(self.base and self.pair and self.pair[1].year > self.base.year)

    @property
    def mean_of_aimed_at(self) -> str:
        return signed(mean_of(self.aimed_at))

    @property
    def mean_of_others(self) -> str:
        return signed(mean_of(self.others))

    @cached_property
    def chart(self) -> SafeString | None:
        """The areas that actions aimed at: the later score as a bar, the earlier as a tick."""
        rows = [area for area in self.aimed_at if area.now is not None]
        if self.pair is None or not rows:
            return None
        return charts.bars(
            [charts.Bar(row.indicator.name, _float(row.now) or 0.0, marker=_float(row.then)) for row in rows],
            title=_("Areas that the strategy works on"),
            description=_("One bar an area, from 0 to 100. The same figures are in the table below."),
            chart_id="moved",
            value_label=str(self.pair[1].year),
            marker_label=str(self.pair[0].year),
        )


def _float(score: Exact) -> float | None:
    return None if score is None else float(score)


def signed(difference: Exact) -> str:
    """A difference of scores with its sign: in whole points, under one point with one decimal; a dash for None."""
    if difference is None:
        return "–"
    places = 1 if 0 < abs(difference) < 1 else 0
    sign = "+" if difference > 0 else "−" if difference < 0 else ""
    return f"{sign}{scoring.rounded(abs(difference), places)}"


def mean_of(areas: Iterable[Area]) -> Exact:
    """The mean difference of the areas that have one."""
    found = [area.difference for area in areas if area.difference is not None]
    return sum(found, Fraction(0)) / len(found) if found else None


def moved(strategy: CityStrategy) -> Moved:
    """Ten queries or fewer, however many rounds and actions there are."""
    rounds = _rounds(strategy)
    base = next((one for one in rounds if one.result.assessment_id == strategy.assessment_id), None)
    pair = _pair(base, rounds)
    if not rounds:
        return Moved(strategy, base, rounds, pair, [], [])
    instrument = instrument_for(rounds[0].result.assessment.edition)
    aims = aims_of(strategy.city, [strategy])
    aimed = _aimed(strategy, pair)
    aimed_at = indicators_of(instrument, aims.all)
    by_area: dict[str, list[Aimed]] = {}
    for one in aimed:
        for area in indicators_of(instrument, aims.by_action.get(one.action.pk, frozenset())):
            by_area.setdefault(area.code, []).append(one)
    areas = [_area(area, rounds, pair, by_area.get(area.code, []), instrument) for area in instrument.indicators]
    codes = {area.code for area in aimed_at}
    return Moved(
        strategy=strategy,
        base=base,
        rounds=rounds,
        pair=pair,
        aimed_at=[area for area in areas if area.indicator.code in codes],
        others=[area for area in areas if area.indicator.code not in codes],
    )


def _rounds(strategy: CityStrategy) -> list[Round]:
    """The city's validated results by the edition of the one that the strategy started from, oldest first. Two queries,
    none without such an assessment."""
    start = strategy.assessment
    if start is None:
        return []
    found = Result.objects.current().filter(
        assessment__city=strategy.city_id,
        assessment__edition=start.edition_id,
        assessment__is_sample=start.is_sample,
        assessment__status__in=[Status.VALIDATED, Status.PUBLISHED],
    )
    results = list(found.select_related("assessment__edition").order_by("assessment__year"))
    scores: dict[int, dict[str, Exact]] = {}
    stored = Score.objects.filter(result__in=[one.pk for one in results], layer=Layer.VALIDATED)
    for result, subject, exact in stored.values_list("result_id", "subject", "exact"):
        scores.setdefault(result, {})[subject] = Fraction(exact) if exact else None
    return [Round(one.assessment.year, one, scores.get(one.pk, {})) for one in results]


def _pair(base: Round | None, rounds: Sequence[Round]) -> tuple[Round, Round] | None:
    """From where the strategy started to the last round; while there is none later, from the round before to there."""
    if base is None:
        return None
    if rounds[-1].year > base.year:
        return base, rounds[-1]
    return next((two for two in pairwise(rounds) if two[1] is base), None)


def _aimed(strategy: CityStrategy, pair: tuple[Round, Round] | None) -> list[Aimed]:
    """The strategy's actions with their milestones counted and their readings. Four queries."""
    measured: dict[int, list[Outcome]] = {}
    for outcome in outcomes([strategy]):
        measured.setdefault(outcome.measure.action_id, []).append(outcome)
    alive = Milestone.objects.alive().filter(action__objective__strategy=strategy).order_by()
    reached = Count("pk", filter=Q(state=MilestoneState.REACHED))
    counts = {
        action: (done, every)
        for action, done, every in alive.values_list("action").annotate(done=reached, every=Count("pk"))
    }
    actions = PilotAction.objects.filter(objective__strategy=strategy).select_related("objective")
    return [
        Aimed(
            action,
            *counts.get(action.pk, (0, 0)),
            measured.get(action.pk, []),
            is_later=bool(pair and action.starts_on and action.starts_on.year > pair[1].year),
        )
        for action in actions
    ]


def _area(
    indicator: InstrumentIndicator,
    rounds: Sequence[Round],
    pair: tuple[Round, Round] | None,
    aimed: Sequence[Aimed],
    instrument: Instrument,
) -> Area:
    then, now = pair if pair else (None, None)
    return Area(
        indicator=indicator,
        scores=[one.scores.get(indicator.code) for one in rounds],
        then=then.scores.get(indicator.code) if then else None,
        now=now.scores.get(indicator.code) if now else None,
        aimed=aimed,
        changed=_changed(indicator, then.result, now.result) if then and now else [],
    )


def _changed(indicator: InstrumentIndicator, then: Result, now: Result) -> list[Changed]:
    """The questions of the area that were asked both times and whose validated answers differ."""
    found = []
    for question in indicator.questions:
        before, after = (result.answers.get(question.code, {}).get(Layer.VALIDATED) for result in (then, now))
        if before is not None and after is not None and before != after:
            found.append(Changed(question, question.label(before), question.label(after)))
    return found
