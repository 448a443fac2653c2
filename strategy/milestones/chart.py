"""A city's timeline: its milestones, launch event, pilot actions and pact as the rows of one Gantt chart."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date

from django.utils import timezone
from django.utils.formats import date_format
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from cities.models import City, User
from epi import charts
from epi.charts import Span
from strategy.events.enums import EventKind
from strategy.events.models import ProgrammeEvent
from strategy.milestones.enums import Process
from strategy.milestones.queries import Judged, Listed, address_or_nothing, listed
from strategy.pact.models import Pact
from strategy.plan.enums import ActionState
from strategy.plan.models import PilotAction


@dataclass(frozen=True)
class Line:
    """One row of the timeline: as the chart draws it, and for the table what the chart cannot say."""

    span: Span
    url: str = ""
    listed: Listed | None = None  # of a milestone


Lines = list[tuple[str, list[Line]]]


def lines(city: City, rows: Sequence[Judged], user: User) -> Lines:
    """What the city has, by what it is on the way to. Besides the milestones three queries, of what `user` may see."""
    beside = {
        Process.LAUNCH: _launch(city, user),
        Process.PACT: _pact(city, user),
        Process.ACTION: _actions(city, user),
    }
    found, every = [], listed(rows)
    for process in Process:
        ours = [_milestone(one) for one in every if one.row.milestone.process == process]
        together = [*beside.get(process, []), *ours]
        if process == Process.ACTION:
            together = _below_their_actions(beside[process], ours)
        if together:
            found.append((str(process.label), together))
    return found


def _milestone(one: Listed) -> Line:
    row, milestone = one.row, one.row.milestone
    due = milestone.reached_on or milestone.due_on
    starts = milestone.starts_on if milestone.starts_on and milestone.starts_on <= due else None
    return Line(
        Span(
            key=f"milestone-{milestone.pk}",
            label=milestone.title,
            due=due,
            kind=row.light.kind,
            word=row.says,
            starts=starts,
            first=row.promised[0] if row.promised else None,
            after=tuple(f"milestone-{pk}" for pk in row.needs),
        ),
        milestone.get_absolute_url(),
        one,
    )


def _launch(city: City, user: User) -> Iterable[Line]:
    events = ProgrammeEvent.objects.visible_to(user).filter(city=city, kind=EventKind.LAUNCH, cancelled_at=None)
    for event in events:
        span = Span(f"event-{event.pk}", event.title, event.ends_on, "plain", _("Event"), starts=event.starts_on)
        yield Line(span, address_or_nothing("launch", city.slug))


def _actions(city: City, user: User) -> list[Line]:
    """Actions with at least one date. One without a start, or an end, stands on the other."""
    found = PilotAction.objects.visible_to(user).filter(
        objective__strategy__city=city, objective__strategy__closed_at=None
    )
    dated = [action for action in found if action.starts_on or action.ends_on]
    return [
        Line(
            Span(
                key=f"action-{action.pk}",
                label=action.title,
                due=_last(action.starts_on, action.ends_on),
                kind="plain",
                word=str(ActionState(action.state).label),
                starts=action.starts_on or action.ends_on,
            ),
            address_or_nothing("action", city.slug, action.pk),
        )
        for action in dated
    ]


def _last(*days: date | None) -> date:
    return max(day for day in days if day)


def _below_their_actions(actions: Iterable[Line], milestones: Sequence[Line]) -> list[Line]:
    """Each action with its milestones, then those whose action has no dates."""
    found = []
    left = list(milestones)
    for action in actions:
        ours = [line for line in left if _action_key(line) == action.span.key]
        left = [line for line in left if line not in ours]
        found += [action, *ours]
    return [*found, *left]


def _action_key(line: Line) -> str:
    return f"action-{line.listed.row.milestone.action_id}" if line.listed else ""


def _pact(city: City, user: User) -> Iterable[Line]:
    """The days of the city's last pact: until when it is consulted, when it was adopted, how long it is in force."""
    pact = Pact.objects.visible_to(user).filter(city=city).order_by("number").last()
    if pact is None:
        return
    url, key = address_or_nothing("pact", city.slug, pact.pk), f"pact-{pact.pk}"
    if pact.consult_until:
        yield Line(Span(f"{key}-consult", _("Comments on the pact until"), pact.consult_until, "plain"), url)
    if pact.adopted_on:
        yield Line(Span(f"{key}-adopted", _("Pact adopted on"), pact.adopted_on, "plain"), url)
    if pact.in_force_from:
        until = pact.valid_until or pact.in_force_from
        yield Line(Span(f"{key}-force", _("Pact in force"), until, "plain", starts=pact.in_force_from), url)


def draw(city: City, found: Lines) -> SafeString:
    """The chart. Its table says the same."""
    today = timezone.localdate(timezone=city.zone)
    number = sum(len(members) for _name, members in found)
    return charts.gantt(
        [(name, [line.span for line in members]) for name, members in found],
        title=_("Timeline of %(city)s") % {"city": city},
        description=_("%(number)d rows with their dates. The table below says the same in words.") % {"number": number},
        chart_id="timeline",
        today=today,
        today_label=_("Today, %(day)s") % {"day": date_format(today, "j E Y")},
        first_label=_("Promised first"),
        after_label=_("Comes after"),
    )
