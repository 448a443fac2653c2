"""Reads about sessions that several pages use: the guide, who comes, how they mirror the city, what comes next."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from fractions import Fraction
from typing import Literal

from django.db.models import Count, Exists, F, OuterRef, QuerySet
from django.utils import timezone

from cities.enums import FigureKind
from cities.models import City, User
from epi.models import Event
from icc_index import scoring
from icc_index.instrument import Instrument
from icc_index.queries import values_of
from strategy.enums import Sector
from strategy.sessions import rules, subjects
from strategy.sessions.enums import Decision, MinutesPhase, Reply, SessionState
from strategy.sessions.mirror import CityShare, Line, mirror
from strategy.sessions.models import Amendment, EngagementSession, MinutesVersion, Participant, Topic
from strategy.stakeholders.models import Contact, Stakeholder

# Shares of the residents. That of students among students is of another whole, and is not compared.
SHARES_OF_RESIDENTS = [
    kind for kind in FigureKind if kind.unit == "%" and kind is not FigureKind.INTERNATIONAL_STUDENTS_SHARE
]


# The guide ------------------------------------------------------------------------------------------------------------
@dataclass(frozen=True)
class GuideRow:
    topic: Topic
    subject: subjects.Subject


def guide(session: EngagementSession, instrument: Instrument) -> list[GuideRow]:
    """The topics in order, with their names. One query."""
    return [GuideRow(topic, subjects.subject_of(instrument, topic.subject)) for topic in session.topics.all()]


@dataclass(frozen=True)
class Said:
    """What the city answered to one question, in words."""

    code: str
    text: str
    answer: str


@dataclass(frozen=True)
class FacilitatorRow:
    """A topic with what the city says of it: for the one who leads the talk, never for those present."""

    topic: Topic
    subject: subjects.Subject
    score: str | None
    said: list[Said]


def facilitators_guide(session: EngagementSession, instrument: Instrument) -> list[FacilitatorRow]:
    """The guide with scores and answers as they stand. Two queries."""
    values = values_of(session.assessment, instrument)
    scores = scoring.score(instrument.rules, values).by_subject()
    return [
        FacilitatorRow(
            row.topic, row.subject, scoring.rounded(scores.get(row.subject.code), 0), _said(row, instrument, values)
        )
        for row in guide(session, instrument)
    ]


def _said(row: GuideRow, instrument: Instrument, values: dict[str, str]) -> list[Said]:
    """The answer to the question, or those to all questions of the indicator that are asked."""
    code = row.subject.code
    if row.subject.is_question:
        asked = [instrument.questions[code]]
    elif code in instrument.by_code:
        asked = [q for q in instrument.by_code[code].questions if scoring.is_asked(q.rule, values)]
    else:
        asked = []
    return [Said(question.code, question.text, question.label(values[question.code])) for question in asked]


# Who comes ------------------------------------------------------------------------------------------------------------
@dataclass(frozen=True)
class GroupRow:
    """How many of one group: in the city's register, chosen for the session, coming, and present."""

    sector: Sector
    registered: int
    chosen: int
    coming: int
    present: int


def groups(session: EngagementSession) -> list[GroupRow]:
    """Every group with its numbers, no names: a person whose data are gone counts as before. Three queries."""
    registered = dict(
        Stakeholder.objects.filter(city=session.city_id).values_list("sector").annotate(Count("pk")).order_by()
    )
    people = list(session.participants.values_list("contact__stakeholder__sector", "reply", "attended"))
    present = Counter(dict(session.presences.values_list("sector", "count")))
    present.update(sector for sector, _reply, attended in people if attended)
    chosen = Counter(sector for sector, _reply, _attended in people)
    coming = Counter(sector for sector, reply, _attended in people if reply == Reply.YES)
    return [
        GroupRow(sector, registered.get(sector, 0), chosen[sector], coming[sector], present[sector])
        for sector in Sector
    ]


def present(session: EngagementSession) -> int:
    """How many came, in the register or not. Two queries."""
    return session.participants.filter(attended=True).count() + sum(session.presences.values_list("count", flat=True))


def missing(rows: Sequence[GroupRow]) -> list[GroupRow]:
    """The groups of which nobody is chosen or came; "others" is no group that anybody would miss."""
    return [row for row in rows if not row.chosen and not row.present and row.sector != Sector.OTHER]


def candidates(session: EngagementSession, user: User, *, sector: str = "", interest: str = "") -> QuerySet[Contact]:
    """The persons whom this user sees and who are not in the session yet, with or without an address."""
    there = Participant.objects.filter(session=session, contact=OuterRef("pk"))
    found = (
        Contact.objects.visible_to(user)
        .filter(~Exists(there), stakeholder__city=session.city_id)
        .select_related("stakeholder")
        .order_by("stakeholder__name", "name", "pk")
    )
    if sector:
        found = found.filter(stakeholder__sector=sector)
    if interest:
        interested = [
            pk
            for pk, codes in Stakeholder.objects.filter(city=session.city_id).values_list("pk", "interests")
            if interest in codes
        ]
        found = found.filter(stakeholder__in=interested)
    return found


@dataclass(frozen=True)
class Replies:
    """How the invitations stand."""

    chosen: int
    to_invite: int
    without_address: int
    yes: int
    no: int
    open: int


def replies(session: EngagementSession) -> Replies:
    """Numbers only. One query."""
    people = list(session.participants.select_related("contact"))
    waiting = [one for one in people if one.invited_at is None]
    return Replies(
        chosen=len(people),
        to_invite=sum(_can_get_mail(one, session) for one in waiting),
        without_address=sum(one.contact.is_known and not one.contact.email for one in waiting),
        yes=sum(one.reply == Reply.YES for one in people),
        no=sum(one.reply == Reply.NO for one in people),
        open=sum(one.invited_at is not None and one.reply == Reply.NONE for one in people),
    )


def _can_get_mail(participant: Participant, session: EngagementSession) -> bool:
    contact = participant.contact
    return bool(contact.email) and contact.is_known and contact.agreed_to_sessions_on(rules.day_of(session))


# The mirror -----------------------------------------------------------------------------------------------------------
def city_shares(city: City) -> list[CityShare]:
    """The newest figure of each share of the residents, in the order of the kinds. One query."""
    newest: dict[str, CityShare] = {}
    for figure in city.figures.filter(kind__in=SHARES_OF_RESIDENTS).order_by(F("year").asc(nulls_first=True), "pk"):
        newest[figure.kind] = CityShare(
            kind=figure.kind,
            per_cent=Fraction(figure.value),
            year=figure.year,
            definition=figure.definition,
            source=figure.source_url,
            is_approximate=figure.is_approximate,
        )
    return [newest[kind] for kind in SHARES_OF_RESIDENTS if kind in newest]


@dataclass(frozen=True)
class MirrorRow:
    """One line of the mirror with the name of its figure; `city` is the city's share in per cent, to be rounded."""

    label: str
    line: Line
    city: Decimal | None


def mirror_of(session: EngagementSession, number_present: int) -> list[MirrorRow]:
    """How well those present mirror the city's facts. Two queries."""
    tallies = dict(session.tallies.order_by("pk").values_list("kind", "count"))
    lines = mirror(number_present, tallies, city_shares(session.city))
    return [MirrorRow(str(FigureKind(line.kind).label), line, _per_cent(line.city)) for line in lines]


def _per_cent(share: CityShare | None) -> Decimal | None:
    return None if share is None else Decimal(share.per_cent.numerator) / share.per_cent.denominator


# Minutes --------------------------------------------------------------------------------------------------------------
def open_amendments(session: EngagementSession) -> int:
    return session.amendments.filter(decision=Decision.OPEN).count()


def last_version(session: EngagementSession) -> MinutesVersion | None:
    return session.minutes_versions.first()


def amendments(session: EngagementSession) -> QuerySet[Amendment]:
    """Every amendment, the open ones first, with who wants it."""
    return session.amendments.select_related("participant__contact__stakeholder", "decided_by").order_by(
        F("decided_at").asc(nulls_first=True), "pk"
    )


def who_saved_last(session: EngagementSession, kind: str) -> Event | None:
    """The event of the last change of that kind: whose text it is that stands there now."""
    return Event.objects.about(session).filter(kind=kind).first()


# What comes next ------------------------------------------------------------------------------------------------------
StepName = Literal[
    "guide",
    "people",
    "invite",
    "wait",
    "listen",
    "hold",
    "write",
    "circulate",
    "amendments",
    "decide",
    "finish",
    "done",
    "cancelled",
]


@dataclass(frozen=True)
class NextStep:
    """The one thing to do now; `count` goes into its sentence, `since` says since when one waits."""

    name: StepName
    count: int = 0
    since: datetime | None = None


def next_step(session: EngagementSession) -> NextStep:
    """What is next with this session: what templates/strategy/sessions/_next.html says in one box."""
    if session.state == SessionState.CANCELLED:
        return NextStep("cancelled")
    if session.state == SessionState.PLANNED:
        return _before(session)
    return _after(session)


def _before(session: EngagementSession) -> NextStep:
    if session.has_begun:
        return NextStep("hold" if session.ends_at <= timezone.now() else "listen")
    if not session.topics.exists():
        return NextStep("guide")
    numbers = replies(session)
    if not numbers.chosen:
        return NextStep("people")
    if numbers.to_invite:
        return NextStep("invite", numbers.to_invite)
    return NextStep("wait", numbers.open)


def _after(session: EngagementSession) -> NextStep:
    if session.minutes_phase == MinutesPhase.FINAL:
        return NextStep("done")
    open_ones = open_amendments(session)
    if open_ones:
        return NextStep("amendments", open_ones)
    if session.minutes_phase == MinutesPhase.DRAFT:
        return NextStep("circulate" if session.minutes else "write")
    version = last_version(session)
    since = version.at if version else None
    return NextStep("finish" if session.minutes_phase == MinutesPhase.CIRCULATED else "decide", since=since)
