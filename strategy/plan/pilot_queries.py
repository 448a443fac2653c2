"""Reading pilot actions with what is around them, in numbers of queries that do not grow with the rows."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from functools import cached_property

from django.db.models import Exists, OuterRef, QuerySet
from django.utils.translation import gettext as _

from cities.models import City
from epi.models import Event
from icc_index.instrument import Instrument, instrument_for
from strategy.body.models import Member
from strategy.plan.enums import ActionState, Duty
from strategy.plan.models import CityStrategy, CoDesign, Measure, PilotAction, Reading, Responsibility
from strategy.plan.progress import is_falling, progress
from strategy.plan.workflow import PILOT_ACTION
from strategy.sessions.enums import SessionState
from strategy.sessions.models import EngagementSession


# The list -----------------------------------------------------------------------------------------------------------
@dataclass(frozen=True)
class ActionRow:
    """An action with its owner and what it lacks, in a few words each."""

    action: PilotAction
    owner: Member | None
    missing: list[str]


@dataclass(frozen=True)
class Sums:
    """What actions add up to, stopped ones apart. Money is in euros."""

    number: int
    budget: Decimal
    without_budget: int
    after_budget: Decimal


def actions_of(strategy: CityStrategy, *, area: str = "", state: str = "") -> list[ActionRow]:
    """The strategy's actions in the order of its objectives, of one area or state if asked. Two queries."""
    found = PilotAction.objects.for_list().filter(objective__strategy=strategy)
    if area:
        found = found.filter(objective__area=area)
    if state:
        found = found.filter(state=state)
    actions = list(_with_facts(found).order_by("objective__position", "objective_id", "pk"))
    owners = _owners(actions)
    return [ActionRow(one, owners.get(one.pk), missing_of(one, owners.get(one.pk))) for one in actions]


def _with_facts(actions: QuerySet[PilotAction]) -> QuerySet[PilotAction]:
    """Actions with what `missing_of` looks at."""
    measures = Measure.objects.filter(action=OuterRef("pk"), baseline__isnull=False)
    readings = Reading.objects.filter(measure__action=OuterRef("pk"))
    return actions.annotate(
        is_designed=Exists(CoDesign.objects.filter(action=OuterRef("pk"))),
        is_measured=Exists(measures),
        is_read=Exists(readings),
    )


def _owners(actions: Iterable[PilotAction]) -> dict[int, Member]:
    accountable = Responsibility.objects.filter(action__in=[one.pk for one in actions], duty=Duty.ACCOUNTABLE)
    return {duty.action_id: duty.member for duty in accountable.select_related("member")}


def missing_of(action: PilotAction, owner: Member | None) -> list[str]:
    """What an action of `_with_facts` still lacks to be a good one, in a word or two each; of a stopped one nothing."""
    if action.state == ActionState.STOPPED:
        return []
    has_begun = action.state in {ActionState.RUNNING, ActionState.COMPLETED}
    facts = (
        (_("owner"), owner is not None and owner.is_current),
        (_("days"), action.starts_on and action.ends_on),
        (_("budget"), action.budget is not None),
        (_("co-design"), action.is_designed),  # type: ignore[attr-defined]  # annotated above, as are the others
        (_("measure with a baseline"), action.is_measured),  # type: ignore[attr-defined]
        (_("reading"), action.is_read or not has_begun),  # type: ignore[attr-defined]
        (_("who carries it on"), action.after_owner),
    )
    return [word for word, is_there in facts if not is_there]


def summed(rows: Iterable[ActionRow]) -> Sums:
    alive = [row.action for row in rows if row.action.state != ActionState.STOPPED]
    return Sums(
        number=len(alive),
        budget=sum((one.budget for one in alive if one.budget is not None), Decimal(0)),
        without_budget=sum(one.budget is None for one in alive),
        after_budget=sum((one.after_budget for one in alive if one.after_budget is not None), Decimal(0)),
    )


# One action ---------------------------------------------------------------------------------------------------------
@dataclass(frozen=True)
class MeasureRow:
    """A measure with its readings, the oldest first, and how far it is."""

    measure: Measure
    about: str  # the name of the indicator that it bears on
    readings: list[Reading]

    @property
    def last(self) -> Reading | None:
        return self.readings[-1] if self.readings else None

    @property
    def progress(self) -> int | None:
        """In percent of the way from baseline to target; None where that cannot be said."""
        return progress(self.measure.baseline, self.measure.target, self.last.value if self.last else None)

    @property
    def on_the_way(self) -> int:
        """`progress` as a meter can show it: from 0 to 100."""
        return min(max(self.progress or 0, 0), 100)

    @property
    def is_falling(self) -> bool:
        return is_falling(self.measure.baseline, self.measure.target)

    @cached_property
    def is_drawn(self) -> bool:
        """Whether there are two figures at least, so that a chart has something to say."""
        known = (self.measure.baseline, self.measure.target)
        return len(self.readings) + sum(figure is not None for figure in known) > 1


def measures_of(action: PilotAction) -> list[MeasureRow]:
    """Two queries."""
    areas = dict(areas_of(action.strategy))
    rows = list(action.measures.prefetch_related("readings"))
    return [MeasureRow(row, areas.get(row.subject, row.subject), list(row.readings.all())) for row in rows]


def areas_of(strategy: CityStrategy) -> list[tuple[str, str]]:
    """Indicators that a measure can bear on: those of the edition that the strategy starts from."""
    instrument = _instrument(strategy)
    return [(area.code, area.name) for area in instrument.indicators] if instrument else []


def _instrument(strategy: CityStrategy) -> Instrument | None:
    return instrument_for(strategy.assessment.edition) if strategy.assessment else None


def codesigns_of(action: PilotAction) -> list[CoDesign]:
    """Two queries."""
    return list(action.codesigns.select_related("session").prefetch_related("stakeholders"))


def held_sessions(city: City) -> list[EngagementSession]:
    """Sessions in which an action can have been designed, the newest first. One query."""
    return list(EngagementSession.objects.filter(city=city, state=SessionState.HELD).order_by("-starts_at", "-pk"))


@dataclass(frozen=True)
class Step:
    """One move of an action in its past."""

    event: Event
    source: str
    target: str


def history_of(action: PilotAction) -> list[Step]:
    """How the action came to where it stands, the newest first. One query."""
    kinds = {"action.added", *(move.event for move in PILOT_ACTION.moves.values())}
    labels = dict(ActionState.choices)
    return [
        Step(event, str(labels.get(event.detail.get("source"), "")), str(labels.get(event.detail.get("target"), "")))
        for event in Event.objects.about(action).filter(kind__in=kinds)
    ]


# Who answers for what -----------------------------------------------------------------------------------------------
@dataclass(frozen=True)
class DutyRow:
    """An action and what each member is for it, in the order of the matrix."""

    action: PilotAction
    cells: list[Duty | None]
    has_owner: bool


@dataclass(frozen=True)
class Matrix:
    """Actions that are not stopped by members: those of today, and those who left with a duty still on them."""

    members: list[Member]
    rows: list[DutyRow]

    @property
    def without_owner(self) -> int:
        return sum(not row.has_owner for row in self.rows)


def matrix_of(strategy: CityStrategy) -> Matrix:
    """Three queries."""
    found = PilotAction.objects.for_list().alive().filter(objective__strategy=strategy)
    actions = list(found.order_by("objective__position", "objective_id", "pk"))
    given = list(Responsibility.objects.filter(action__in=actions).select_related("member"))
    current = list(members_of(strategy.city))
    left = {duty.member_id: duty.member for duty in given if not duty.member.is_current}
    duties = {(duty.action_id, duty.member_id): Duty(duty.duty) for duty in given}
    members = [*current, *left.values()]
    return Matrix(members, [_duty_row(action, members, duties) for action in actions])


def _duty_row(action: PilotAction, members: list[Member], duties: Mapping[tuple[int, int], Duty]) -> DutyRow:
    cells = [duties.get((action.pk, member.pk)) for member in members]
    owners = [member for member, duty in zip(members, cells, strict=True) if duty == Duty.ACCOUNTABLE]
    return DutyRow(action, cells, has_owner=any(member.is_current for member in owners))


def members_of(city: City) -> QuerySet[Member]:
    """Who can be given a duty."""
    return Member.objects.current().filter(body__city=city)


def duties_of(action: PilotAction) -> list[tuple[Duty, list[Member]]]:
    """Each duty with its members, those who left included; duties of nobody are left out. One query."""
    given = list(action.responsibilities.select_related("member").order_by("member__name", "pk"))
    order = (Duty.ACCOUNTABLE, Duty.RESPONSIBLE, Duty.CONSULTED, Duty.INFORMED)
    by_duty = [(duty, [row.member for row in given if row.duty == duty]) for duty in order]
    return [(duty, members) for duty, members in by_duty if members]
