"""What was delivered, beside the areas of the next round that it bears on, and what the city made of it there."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date

from cities.models import User
from icc_index import rules as index_rules
from icc_index.enums import Status
from icc_index.instrument import Instrument, InstrumentIndicator, InstrumentQuestion, instrument_for
from icc_index.models import Assessment
from strategy.plan.models import CityStrategy
from strategy.whatnext.aims import indicators_of
from strategy.whatnext.delivered import Delivered, delivered
from strategy.whatnext.models import Carried


@dataclass(frozen=True)
class Proposal:
    """One thing delivered beside one area: `named` are its questions that the strategy names, `used` those for which it
    is evidence."""

    thing: Delivered
    indicator: InstrumentIndicator
    named: Sequence[InstrumentQuestion]
    used: Sequence[Carried]
    is_set_aside: bool

    @property
    def is_open(self) -> bool:
        return not self.used and not self.is_set_aside

    def is_evidence_for(self, question: str) -> bool:
        return any(carried.subject == question for carried in self.used)


@dataclass(frozen=True)
class Section:
    """One area with what is proposed for it, and whether this person may answer it now."""

    indicator: InstrumentIndicator
    proposals: Sequence[Proposal]
    can_use: bool

    @property
    def open(self) -> list[Proposal]:
        return [proposal for proposal in self.proposals if proposal.is_open]


def strategies_before(assessment: Assessment) -> list[CityStrategy]:
    """The city's strategies for which the assessment is a later round. Made-up ones stay with made-up rounds."""
    ours = CityStrategy.objects.filter(city=assessment.city_id, is_sample=assessment.is_sample)
    return [strategy for strategy in ours.for_page() if _is_before(strategy, assessment)]


def _is_before(strategy: CityStrategy, assessment: Assessment) -> bool:
    if strategy.assessment is None:
        return strategy.starts_on.year <= assessment.year
    return strategy.assessment.year < assessment.year


def since(assessment: Assessment) -> date | None:
    """The first day of the year of the last validated round: what came after it is new. None for the first round."""
    earlier = Assessment.objects.filter(city=assessment.city_id, is_sample=assessment.is_sample)
    rounds = earlier.filter(year__lt=assessment.year, status__in=[Status.VALIDATED, Status.PUBLISHED])
    year = rounds.order_by("-year").values_list("year", flat=True).first()
    return None if year is None else date(year, 1, 1)


def things_for(assessment: Assessment, carried: Iterable[Carried]) -> list[Delivered]:
    """What the city has delivered since the round before; and what it has carried into this one already."""
    return delivered(
        assessment.city,
        strategies_before(assessment),
        since=since(assessment),
        is_sample=assessment.is_sample,
        kept={row.reading_id for row in carried if row.reading_id},
    )


def carried_into(assessment: Assessment) -> list[Carried]:
    return list(Carried.objects.filter(assessment=assessment).select_related("evidence", "by"))


def proposals_for(assessment: Assessment) -> tuple[list[Proposal], list[Delivered]]:
    """All proposals, in the order of the questionnaire; and what bears on no area of its edition. Ten queries or fewer,
    however many there are."""
    carried = carried_into(assessment)
    instrument = instrument_for(assessment.edition)
    found, without = [], []
    for thing in things_for(assessment, carried):
        areas = indicators_of(instrument, thing.subjects)
        found += [_proposal(thing, area, instrument, carried) for area in areas]
        if not areas:
            without.append(thing)
    return sorted(found, key=lambda proposal: proposal.indicator.number), without


def _proposal(
    thing: Delivered, indicator: InstrumentIndicator, instrument: Instrument, carried: Iterable[Carried]
) -> Proposal:
    of_area = {question.code for question in indicator.questions}
    rows = [row for row in carried if _is_of(row, thing)]
    return Proposal(
        thing=thing,
        indicator=indicator,
        named=[question for question in indicator.questions if question.code in thing.subjects],
        used=[row for row in rows if row.evidence_id and row.subject in of_area],
        is_set_aside=any(row.is_set_aside and row.subject == indicator.code for row in rows),
    )


def _is_of(row: Carried, thing: Delivered) -> bool:
    if thing.milestone:
        return row.milestone_id == thing.milestone.pk
    return thing.reading is not None and row.reading_id == thing.reading.pk


def sections(user: User, assessment: Assessment, proposals: Sequence[Proposal]) -> list[Section]:
    """The proposals by area. One query: which areas are assigned to this person."""
    mine = set(assessment.indicator_assignments.filter(user=user).values_list("indicator_id", flat=True))
    by_area: dict[str, list[Proposal]] = {}
    for proposal in proposals:
        by_area.setdefault(proposal.indicator.code, []).append(proposal)
    return [
        Section(area, of_area, index_rules.can_answer(user, assessment, is_assigned=area.pk in mine))
        for of_area in by_area.values()
        for area in [of_area[0].indicator]
    ]
