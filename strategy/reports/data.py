"""What the report tells of stakeholders: of sessions whose minutes are final, and of closed rounds of ratings.

How many came is told like a rating: of one group at one session, from five on; what is added up adds only what is told
by itself. So no difference, neither within a report nor between two of them, tells of fewer than five.
"""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import Count, Q
from django.utils.timezone import localtime

from icc_index.models import Assessment
from strategy.enums import Sector
from strategy.findings import figures, queries
from strategy.findings.figures import Cell
from strategy.findings.models import Finding
from strategy.sessions.enums import Decision, MinutesPhase, SessionState
from strategy.sessions.models import Amendment, EngagementSession, MinutesVersion, Participant, Presence

Here = Counter[tuple[int, str]]  # how many came, by session and group


@dataclass(frozen=True)
class Group:
    """How many of a group came; None for fewer than five."""

    sector: str
    people: int | None

    @property
    def name(self) -> str:
        return str(Sector(self.sector).label)


@dataclass(frozen=True)
class ToldSession:
    """One session, without its title, place and people."""

    kind: str
    held_on: date
    groups: Sequence[Group]
    circulated_on: date | None
    final_on: date | None
    amendments: int
    taken: int


@dataclass(frozen=True)
class Participation:
    """Who was heard, and how it was agreed. `groups` are sums of what single sessions tell."""

    sessions: Sequence[ToldSession]
    groups: Sequence[Group]
    not_final: int
    rounds: int

    @property
    def is_empty(self) -> bool:
        return not (self.sessions or self.rounds)


def participation(assessment: Assessment) -> Participation:
    """Seven queries."""
    told = list(EngagementSession.objects.told().filter(assessment=assessment).order_by("starts_at", "pk"))
    here = _here(told)
    versions = MinutesVersion.objects.filter(session__in=told).order_by("number").values_list("session", "phase", "at")
    on = {(pk, phase): localtime(at).date() for pk, phase, at in versions}
    amendments = _amendments(told)
    return Participation(
        sessions=[_told_session(one, here, on, amendments) for one in told],
        groups=_sums(here),
        not_final=_not_final(assessment),
        rounds=len({cell.round for cell in queries.cells_of(assessment)}),
    )


def _here(told: Sequence[EngagementSession]) -> Here:
    """Those of the register who came, and those who came without being in it."""
    here: Here = Counter()
    came = Participant.objects.filter(session__in=told, attended=True).order_by()
    for pk, sector, count in came.values_list("session", "contact__stakeholder__sector").annotate(people=Count("pk")):
        here[pk, sector] += count
    for pk, sector, count in Presence.objects.filter(session__in=told).values_list("session", "sector", "count"):
        here[pk, sector] += count
    return +here


def _told_session(
    one: EngagementSession, here: Here, on: Mapping[tuple[int, str], date], amendments: Mapping[int, tuple[int, int]]
) -> ToldSession:
    proposed, taken = amendments.get(one.pk, (0, 0))
    return ToldSession(
        kind=one.kind,
        held_on=localtime(one.starts_at).date(),
        groups=[Group(sector, _told(here[one.pk, sector])) for sector in Sector.values if here[one.pk, sector]],
        circulated_on=on.get((one.pk, MinutesPhase.CIRCULATED)),
        final_on=on.get((one.pk, MinutesPhase.FINAL)),
        amendments=proposed,
        taken=taken,
    )


def _told(people: int) -> int | None:
    return people if figures.shown(people) else None


def _sums(here: Here) -> list[Group]:
    """By group over all sessions: only of what is told of a single session."""
    sums = []
    for sector in Sector.values:
        counts = [count for (_pk, group), count in here.items() if group == sector]
        if counts:
            sums.append(Group(sector, sum(filter(figures.shown, counts)) or None))
    return sums


def _amendments(told: Sequence[EngagementSession]) -> dict[int, tuple[int, int]]:
    """How many were proposed and how many of them taken up, by session."""
    rows = Amendment.objects.filter(session__in=told).order_by().values_list("session")
    counted = rows.annotate(proposed=Count("pk"), taken=Count("pk", filter=Q(decision=Decision.TAKEN)))
    return {pk: (proposed, taken) for pk, proposed, taken in counted}


def _not_final(assessment: Assessment) -> int:
    """How many sessions were held of which the report tells nothing, since their minutes are not final."""
    held = EngagementSession.objects.filter(assessment=assessment, state=SessionState.HELD)
    return held.exclude(minutes_phase=MinutesPhase.FINAL).count()


@dataclass(frozen=True)
class Heard:
    """What was found and rated, by subject and as cells of closed rounds."""

    findings: Mapping[str, Sequence[Finding]]
    cells: Sequence[Cell]


def heard(assessment: Assessment) -> Heard:
    """Two queries."""
    by_subject: dict[str, list[Finding]] = {}
    for finding in Finding.objects.told().filter(session__assessment=assessment).order_by("session__starts_at", "pk"):
        by_subject.setdefault(finding.subject, []).append(finding)
    return Heard(by_subject, queries.cells_of(assessment))


def plain(told: Participation) -> dict[str, Any]:
    """The same as JSON values, for the fingerprint."""
    return {
        "sessions": [
            [
                one.kind,
                str(one.held_on),
                [[group.sector, group.people] for group in one.groups],
                [str(one.circulated_on), str(one.final_on), one.amendments, one.taken],
            ]
            for one in told.sessions
        ],
        "groups": [[group.sector, group.people] for group in told.groups],
        "not_final": told.not_final,
        "rounds": told.rounds,
    }
