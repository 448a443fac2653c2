"""Reads about a coordinating body: who is in it, what waits to be done, decisions over time. Few queries each."""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import Any

from django.db.models import Count, F, Q, QuerySet
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from cities.models import City, Membership, User
from strategy.body.enums import MeetingState, MemberKind, Presence
from strategy.body.models import BodyDecision, BodyMeeting, BodyTask, CoordinatingBody, MeetingPresence, Member
from strategy.stakeholders.names import plain

SHOWN = 5  # tasks and decisions on the body's first page

# Of what stands above this package, by their words: plan.enums.Duty and ActionState.
ACCOUNTABLE = "accountable"
OVER = ("completed", "stopped")


def body_of(city: City) -> CoordinatingBody | None:
    return CoordinatingBody.objects.filter(city=city).first()


# Members --------------------------------------------------------------------------------------------------------------
def people_of(city: City) -> list[User]:
    """Those with an account and a role in the city, its technical partner among them, by name. One query."""
    grants = Membership.objects.filter(city=city, user__is_active=True)
    return sorted(User.objects.filter(pk__in=grants.values("user")), key=lambda one: one.display_name.casefold())


def not_yet_in(body: CoordinatingBody) -> list[User]:
    """Of the city's people with an account, those who are no members. Two queries."""
    there = set(body.members.current().values_list("account_id", flat=True))
    return [user for user in people_of(body.city) if user.pk not in there]


def members_by_kind(members: Sequence[Member]) -> list[tuple[MemberKind, list[Member]]]:
    """In the order of the kinds; a kind without anybody is not there."""
    found: dict[str, list[Member]] = {}
    for member in members:
        found.setdefault(member.kind, []).append(member)
    return [(kind, found[kind]) for kind in MemberKind if kind in found]


def missing_kinds(members: Sequence[Member]) -> list[MemberKind]:
    there = {member.kind for member in members}
    return [kind for kind in MemberKind if kind not in there]


def strangers(body: CoordinatingBody, members: Sequence[Member]) -> set[int]:
    """Numbers of city staff and partners among `members` whose account has no role in the city any more. One query.

    They stay members until somebody notes that they left: perhaps only their post is a new one.
    """
    ours = set(Membership.objects.filter(city=body.city).values_list("user_id", flat=True))
    return {
        member.pk
        for member in members
        if member.account_id and member.account_id not in ours and member.kind != MemberKind.EXPERT
    }


@dataclass(frozen=True)
class Held:
    """What a member answers for and would leave behind."""

    tasks: Sequence[BodyTask]
    milestones: Sequence[Any]
    actions: Sequence[Any]

    @property
    def is_any(self) -> bool:
        return bool(self.tasks or self.milestones or self.actions)


def held_by(member: Member) -> Held:
    """Open tasks, open milestones, and pilot actions under way that they are accountable for. Three queries."""
    duties = member.responsibilities.filter(duty=ACCOUNTABLE).exclude(action__state__in=OVER)
    return Held(
        tasks=list(member.tasks.open()),
        milestones=list(member.milestones.open()),
        actions=[duty.action for duty in duties.select_related("action")],
    )


def expected_at(meeting: BodyMeeting) -> list[Member]:
    """Who was in the body on the day of the meeting, and whoever was noted there or invited. One query."""
    day = timezone.localdate(meeting.starts_at, meeting.zone)
    then = Q(since__lte=day) & (Q(left_on=None) | Q(left_on__gte=day))
    noted = Q(pk__in=meeting.presences.exclude(presence="").values("member"))
    return list(meeting.body.members.filter(then | noted).order_by("name", "pk"))


# Meetings -------------------------------------------------------------------------------------------------------------
def meetings_of(body: CoordinatingBody) -> QuerySet[BodyMeeting]:
    """The newest first, each with how many were present and how much it decided. One query."""
    present = Count("presences", Q(presences__presence=Presence.PRESENT), distinct=True)
    return body.meetings.for_list().annotate(present=present, decided=Count("decisions", distinct=True))


def presences(meeting: BodyMeeting) -> list[MeetingPresence]:
    """Those invited or noted, by name; forgotten ones last. One query."""
    rows = meeting.presences.select_related("member")
    return sorted(rows, key=lambda row: (not row.member.name, row.member.name.casefold(), row.pk))


def counted(rows: Sequence[MeetingPresence]) -> dict[str, int]:
    """How many were present, excused, absent."""
    return {kind.value: sum(row.presence == kind for row in rows) for kind in Presence}


def not_invited(meeting: BodyMeeting) -> int:
    """How many members could still be invited: with an address, and not invited yet. Two queries."""
    there = set(meeting.presences.filter(invited_at__isnull=False).values_list("member_id", flat=True))
    members = meeting.body.members.current().select_related("account")
    return sum(bool(member.address) and member.pk not in there for member in members)


def agenda(meeting: BodyMeeting) -> tuple[list[tuple[Any, list[BodyDecision]]], list[BodyDecision]]:
    """Each item of the agenda with what was decided about it, and the decisions about none. Two queries."""
    decisions: dict[int | None, list[BodyDecision]] = {}
    for decision in meeting.decisions.all():
        decisions.setdefault(decision.item_id, []).append(decision)
    items = [(item, decisions.get(item.pk, [])) for item in meeting.items.all()]
    return items, decisions.get(None, [])


def step_of(meeting: BodyMeeting, *, items: int, waiting: int, noted: int) -> str:
    """The one thing to do next about a meeting: how many items it has, wait for an invitation, were noted as there."""
    if meeting.is_final or meeting.is_cancelled:
        return "final" if meeting.is_final else "cancelled"
    if meeting.is_to_come:
        return "agenda" if not items else "invite" if waiting else "wait"
    if meeting.state == MeetingState.PLANNED:
        return "hold"
    if not noted:
        return "attendance"
    return "finalise" if meeting.minutes else "minutes"


# What waits -----------------------------------------------------------------------------------------------------------
@dataclass(frozen=True)
class Next:
    """The one thing to do next about a body, by name; the meeting that it is about, or the kind that is missing."""

    name: str
    meeting: BodyMeeting | None = None
    kind: MemberKind | None = None


def next_step(body: CoordinatingBody, members: Sequence[Member], meetings: Sequence[BodyMeeting], late: int) -> Next:
    """From what the page has read: current members, meetings newest first, how many tasks are late."""
    if not members:
        return Next("members")
    unfinished = [one for one in meetings if _is_unfinished(one)]
    if unfinished:
        last = unfinished[-1]  # the oldest one first: what is held longest ago is forgotten first
        return Next("hold" if last.state == MeetingState.PLANNED else "minutes", meeting=last)
    if not any(member.is_chair for member in members):
        return Next("chair")
    if missing := missing_kinds(members):
        return Next("kind", kind=missing[0])
    if not any(one.is_to_come for one in meetings):
        return Next("plan")
    return Next("late") if late else Next("nothing")


def _is_unfinished(meeting: BodyMeeting) -> bool:
    """Its time has come, and its minutes are not final."""
    return meeting.has_begun and not meeting.is_cancelled and not meeting.is_final


# Decisions ------------------------------------------------------------------------------------------------------------
def decisions_of(body: CoordinatingBody, text: str = "") -> list[BodyDecision]:
    """All decisions, the newest meeting first; with `text`, those that have it in them, their meeting or their item.

    Marks and capitals do not count ("laka" finds "Łąka"), for which a body's decisions are read: hundreds at most.
    """
    found = BodyDecision.objects.filter(meeting__body=body).select_related("meeting__body__city", "item")
    ordered = found.order_by("-meeting__starts_at", "-meeting__pk", "number")
    return [one for one in ordered if not plain(text) or plain(text) in plain(_words(one))]


def _words(decision: BodyDecision) -> str:
    item = decision.item.title if decision.item else ""
    return " ".join([decision.text, decision.meeting.title, item])


def last_decisions(body: CoordinatingBody) -> list[BodyDecision]:
    """The newest ones, the last of a meeting first. One query."""
    found = BodyDecision.objects.filter(meeting__body=body).select_related("meeting__body__city")
    return list(found.order_by("-meeting__starts_at", "-number")[:SHOWN])


def by_meeting(decisions: Sequence[BodyDecision]) -> list[tuple[BodyMeeting, list[BodyDecision]]]:
    return [(meeting, list(group)) for meeting, group in groupby(decisions, lambda one: one.meeting)]


# Tasks ----------------------------------------------------------------------------------------------------------------
class Shown:
    """Which tasks to show."""

    OPEN, LATE, DONE, ALL = "open", "late", "done", "all"
    CHOICES = ((OPEN, _("Open")), (LATE, _("Late")), (DONE, _("Done")), (ALL, _("All")))


def tasks_of(body: CoordinatingBody, shown: str = Shown.OPEN, owner: int | None = None) -> QuerySet[BodyTask]:
    """Late ones come first by themselves, since the earliest date does; done ones last."""
    tasks = BodyTask.objects.filter(body=body).for_list()
    narrowed = {
        Shown.OPEN: Q(done_at=None),
        Shown.LATE: Q(done_at=None, due_on__lt=body.today),
        Shown.DONE: Q(done_at__isnull=False),
    }.get(shown, Q())
    if owner:
        narrowed &= Q(owner=owner)
    return tasks.filter(narrowed).order_by(F("done_at").asc(nulls_first=True), "due_on", "pk")


def counts_of_tasks(body: CoordinatingBody) -> dict[str, int]:
    """How many are open, and how many of these are late. One query."""
    is_open = Q(done_at=None)
    return body.tasks.aggregate(
        open=Count("pk", filter=is_open), late=Count("pk", filter=is_open & Q(due_on__lt=body.today))
    )
