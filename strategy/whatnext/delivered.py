"""What a city has delivered: the milestones that it reached, and what the measures of its actions say by now."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date

from django.db.models import Exists, OuterRef, Q, QuerySet
from django.template.defaultfilters import floatformat
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from cities.models import City
from strategy.milestones.enums import MilestoneState
from strategy.milestones.models import Milestone
from strategy.plan.models import CityStrategy, Measure, PilotAction, Reading
from strategy.whatnext.aims import Aims, Codes, aims_of


@dataclass(frozen=True)
class Outcome:
    """An outcome measure and its readings, oldest first: at least one."""

    measure: Measure
    readings: Sequence[Reading]

    @property
    def latest(self) -> Reading:
        return self.readings[-1]

    @property
    def is_reached(self) -> bool | None:
        """Whether the target is reached, in the direction that leads from the baseline to it; None without one."""
        measure = self.measure
        if measure.target is None:
            return None
        if measure.baseline is not None and measure.target < measure.baseline:
            return self.latest.value <= measure.target
        return self.latest.value >= measure.target


@dataclass(frozen=True)
class Delivered:
    """One thing that was delivered: a milestone with its proof, or a measure's reading. One of the two is set."""

    title: str
    words: str
    url: str
    on: date
    action: PilotAction | None
    subjects: Codes
    milestone: Milestone | None = None
    reading: Reading | None = None

    @property
    def key(self) -> str:
        """Its name in addresses."""
        return f"milestone-{self.milestone.pk}" if self.milestone else f"reading-{self.reading.pk}"  # type: ignore[union-attr]

    @property
    def is_sample(self) -> bool:
        made_up = self.milestone or (self.action and self.action.objective.strategy)
        return bool(made_up and made_up.is_sample)


def has_delivered(city_id: int) -> bool:
    """Whether the city has reached a milestone or read a measure at all: one query, for pages opened often."""
    reached = Milestone.objects.filter(city=OuterRef("pk"), state=MilestoneState.REACHED)
    read = Reading.objects.filter(measure__action__objective__strategy__city=OuterRef("pk"))
    return City.objects.filter(Exists(reached) | Exists(read), pk=city_id).exists()


def delivered(
    city: City, strategies: Sequence[CityStrategy], *, since: date | None, is_sample: bool, kept: Collection[int] = ()
) -> list[Delivered]:
    """What the city delivered from `since` on, newest first: reached milestones of these strategies' actions and of
    none, and the last reading of each measure; of readings also those `kept` (primary keys). Up to seven queries.
    """
    milestones = list(_reached(city, strategies, since, is_sample))
    measured = outcomes(strategies) if strategies else []
    if not milestones and not measured:
        return []
    aims = aims_of(city, strategies)
    things = [_of_milestone(milestone, aims) for milestone in milestones]
    for outcome in measured:
        shown = {reading.pk: reading for reading in outcome.readings if reading.pk in kept}
        if since is None or outcome.latest.read_on >= since:
            shown[outcome.latest.pk] = outcome.latest
        things += [_of_reading(reading, aims) for reading in shown.values()]
    return sorted(things, key=lambda thing: (thing.on, thing.key), reverse=True)


def _reached(
    city: City, strategies: Sequence[CityStrategy], since: date | None, is_sample: bool
) -> QuerySet[Milestone]:
    of_actions = Q(action__objective__strategy__in=[strategy.pk for strategy in strategies])
    found = Milestone.objects.filter(Q(action=None) | of_actions, city=city, is_sample=is_sample)
    found = found.filter(state=MilestoneState.REACHED).select_related("action__objective__strategy")
    return found.filter(reached_on__gte=since) if since else found


def outcomes(strategies: Sequence[CityStrategy]) -> list[Outcome]:
    """The measures of these strategies that were read at least once. Two queries."""
    measures = Measure.objects.filter(action__objective__strategy__in=[strategy.pk for strategy in strategies])
    found = measures.select_related("action__objective__strategy").prefetch_related("readings").order_by("pk")
    return [Outcome(measure, readings) for measure in found if (readings := _in_order(measure))]


def _in_order(measure: Measure) -> list[Reading]:
    readings = list(measure.readings.all())
    for reading in readings:
        reading.measure = measure  # with what was read along with it
    return readings


def _of_milestone(milestone: Milestone, aims: Aims) -> Delivered:
    assert milestone.reached_on is not None
    return Delivered(
        title=milestone.title,
        words=milestone.proof,
        url=milestone.proof_url,
        on=milestone.reached_on,
        action=milestone.action,
        subjects=aims.of_milestone(milestone),
        milestone=milestone,
    )


def _of_reading(reading: Reading, aims: Aims) -> Delivered:
    return Delivered(
        title=reading.measure.name,
        words="\n".join(filter(None, [in_words(reading), reading.note])),
        url=reading.url,
        on=reading.read_on,
        action=reading.measure.action,
        subjects=aims.of_reading(reading),
        reading=reading,
    )


def in_words(reading: Reading) -> str:
    """From the baseline to this reading, and what the target is, in a sentence."""
    measure = reading.measure
    said = {
        "value": _with_unit(reading.value, measure),
        "day": date_format(reading.read_on, "j E Y"),
        "baseline": _with_unit(measure.baseline, measure),
        "from": date_format(measure.baseline_on, "j E Y") if measure.baseline_on else "",
        "target": _with_unit(measure.target, measure),
        "by": date_format(measure.target_on, "j E Y") if measure.target_on else "",
    }
    sentence = _("%(value)s on %(day)s.") % said
    if measure.baseline is not None:
        sentence = _("From %(baseline)s on %(from)s to %(value)s on %(day)s.") % said
    if measure.target is not None:
        sentence += " " + _("The target is %(target)s by %(by)s.") % said
    return sentence


def _with_unit(value: object, measure: Measure) -> str:
    return "" if value is None else f"{floatformat(value, -2)} {measure.unit}".strip()
