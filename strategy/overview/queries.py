"""A city's engagement at a glance: what waits to be done, who is in the register, what was found."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import timedelta

from django.db.models import Count, OuterRef, Q, QuerySet, Subquery
from django.db.models.functions import Coalesce
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from cities.models import City
from strategy.enums import Sector
from strategy.findings.enums import FindingKind
from strategy.findings.models import Finding
from strategy.sessions.enums import Decision, MinutesPhase, SessionState
from strategy.sessions.models import Amendment, EngagementSession, Participant, Topic
from strategy.stakeholders.models import Contact, Stakeholder

SOON = timedelta(days=60)  # a consent that ends within this is worth asking for anew

# What a session waits for, in a few words; sessions.queries.next_step says it at length on the session's own page.
STEPS = {
    "guide": _("Make the guide"),
    "people": _("Choose people"),
    "invite": _("Send the invitations"),
    "wait": _("Everything is prepared."),
    "listen": _("The session is on."),
    "hold": _("Mark as held"),
    "write": _("Write the minutes"),
    "circulate": _("Circulate the minutes"),
    "amendments": _("Decide about the changes"),
    "finish": _("Finish the minutes"),
}


@dataclass(frozen=True)
class Work:
    """A session that is not finished, and what it waits for."""

    session: EngagementSession
    step: str

    @property
    def words(self) -> str:
        return str(STEPS[self.step])

    @property
    def is_waiting_for_us(self) -> bool:
        return self.step != "wait"

    @property
    def kind(self) -> str:
        """How templates/_state.html draws it."""
        return "wait" if self.is_waiting_for_us else "part"


def unfinished(cities: Iterable[City]) -> list[Work]:
    """The sessions of these cities that are neither cancelled nor told, soonest first. One query."""
    open_ones = (
        EngagementSession.objects.filter(city__in=list(cities))
        .exclude(state=SessionState.CANCELLED)
        .exclude(minutes_phase=MinutesPhase.FINAL)
        .select_related("city")
        .annotate(
            topics_count=_count(Topic.objects.all()),
            chosen=_count(Participant.objects.all()),
            uninvited=_count(Participant.objects.reachable().filter(invited_at=None)),
            amendments_open=_count(Amendment.objects.filter(decision=Decision.OPEN)),
        )
        .order_by("starts_at", "pk")
    )
    return [Work(session, _step(session)) for session in open_ones]


def _count(rows: QuerySet) -> Coalesce:
    """How many of `rows` belong to a session, counted apart so that joins do not multiply each other."""
    counted = rows.filter(session=OuterRef("pk")).order_by().values("session").annotate(number=Count("pk"))
    return Coalesce(Subquery(counted.values("number")), 0)


def _step(session: EngagementSession) -> str:
    if session.state == SessionState.PLANNED:
        return _step_before(session)
    if session.amendments_open:  # type: ignore[attr-defined]  # annotated above
        return "amendments"
    if session.minutes_phase == MinutesPhase.DRAFT:
        return "circulate" if session.minutes else "write"
    return "finish"


def _step_before(session: EngagementSession) -> str:
    if session.has_begun:
        return "hold" if session.ends_at <= timezone.now() else "listen"
    counts = {"guide": "topics_count", "people": "chosen"}
    missing = next((step for step, name in counts.items() if not getattr(session, name)), None)
    return missing or ("invite" if session.uninvited else "wait")  # type: ignore[attr-defined]


@dataclass(frozen=True)
class Register:
    """Who is in a city's register, in numbers."""

    by_sector: list[tuple[str, int]]
    persons: int
    ending_soon: int

    @property
    def organisations(self) -> int:
        return sum(number for _sector, number in self.by_sector)

    @property
    def missing(self) -> list[str]:
        """Groups of whom nobody is in the register."""
        there = {name for name, _number in self.by_sector}
        return [str(sector.label) for sector in Sector if sector is not Sector.OTHER and sector.label not in there]


def register_of(city: City) -> Register:
    """Two queries."""
    numbers = dict(Stakeholder.objects.filter(city=city).order_by().values_list("sector").annotate(number=Count("pk")))
    until = timezone.localdate() + SOON
    persons = (
        Contact.objects.known()
        .filter(stakeholder__city=city)
        .aggregate(all=Count("pk"), soon=Count("pk", filter=Q(keep_until__lte=until)))
    )
    by_sector = [(str(sector.label), numbers[sector]) for sector in Sector if sector in numbers]
    return Register(by_sector, persons["all"], persons["soon"])


@dataclass(frozen=True)
class Found:
    """How many findings of each kind, of sessions whose minutes are final, and how many sessions these are."""

    by_kind: list[tuple[str, int]]
    sessions: int
    people: int


def found_in(city: City) -> Found:
    """Three queries."""
    told = EngagementSession.objects.told().filter(city=city)
    kinds = Counter(Finding.objects.filter(session__in=told).values_list("kind", flat=True))
    presences = sum(told.values_list("presences__count", flat=True).exclude(presences=None))
    came = Participant.objects.filter(session__in=told, attended=True).count()
    return Found(
        [(str(kind.label), kinds[kind]) for kind in FindingKind if kinds[kind]], told.count(), came + presences
    )
