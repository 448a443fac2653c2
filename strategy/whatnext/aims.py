"""At what actions and the pact aim, by codes of the index: what a milestone or a reading bears on follows from it."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from cities.models import City
from icc_index.instrument import Instrument, InstrumentIndicator
from strategy.findings import subjects
from strategy.milestones.enums import Process
from strategy.milestones.models import Milestone
from strategy.pact.models import Commitment
from strategy.plan.models import CityStrategy, Gap, Measure, PilotAction, Reading

# Strategy, budget and body of the city are what the index asks of in this area, if the edition has it.
OF_THE_WHOLE = "commitment"

Codes = frozenset[str]
NOTHING: Codes = frozenset()


@dataclass(frozen=True)
class Aims:
    """Codes of indicators and questions: at what each action aims, on what objectives rest, what the pact promises."""

    by_action: Mapping[int, Codes] = field(default_factory=dict)
    of_objectives: Codes = NOTHING
    of_pact: Codes = NOTHING

    def of_milestone(self, milestone: Milestone) -> Codes:
        """What a milestone bears on: that of its action; without one, the city's commitment, and what its pact says."""
        if milestone.action_id:
            return self.by_action.get(milestone.action_id, NOTHING)
        promised = self.of_pact if milestone.process == Process.PACT else NOTHING
        return promised | {OF_THE_WHOLE}

    def of_reading(self, reading: Reading) -> Codes:
        """The indicator that the measure names; else what its action aims at."""
        measure = reading.measure
        return frozenset({measure.subject}) if measure.subject else self.by_action.get(measure.action_id, NOTHING)

    @property
    def all(self) -> Codes:
        return self.of_objectives.union(*self.by_action.values())


def aims_of(city: City, strategies: Iterable[CityStrategy]) -> Aims:
    """Of the actions of these strategies, and of the city's pacts. Four queries."""
    ours = [strategy.pk for strategy in strategies]
    at_objective: dict[int, set[str]] = defaultdict(set)
    at_action: dict[int, set[str]] = defaultdict(set)
    promised: set[str] = set()
    for objective, subject in Gap.objects.filter(objective__strategy__in=ours).values_list("objective_id", "subject"):
        at_objective[objective].add(subject)
    actions = PilotAction.objects.filter(objective__strategy__in=ours)
    for action, objective in actions.order_by().values_list("pk", "objective_id"):
        at_action[action] |= at_objective[objective]
    measures = Measure.objects.filter(action__objective__strategy__in=ours).exclude(subject="")
    for action, subject in measures.order_by().values_list("action_id", "subject"):
        at_action[action].add(subject)
    commitments = Commitment.objects.filter(article__pact__city=city).order_by()
    for codes, action in commitments.values_list("subjects", "actions"):
        promised.update(codes)
        if action in at_action:
            at_action[action].update(codes)
    return Aims(
        by_action={action: frozenset(codes) for action, codes in at_action.items()},
        of_objectives=frozenset().union(*at_objective.values()),
        of_pact=frozenset(promised),
    )


def indicators_of(instrument: Instrument, codes: Codes) -> list[InstrumentIndicator]:
    """The indicators that these codes are or belong to, in the order of the edition; codes of others are left out."""
    known = {subjects.indicator_of(instrument, code).code for code in codes if subjects.is_known(instrument, code)}
    return [indicator for indicator in instrument.indicators if indicator.code in known]
