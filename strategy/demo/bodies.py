"""The demo's coordinating bodies, told through the real actions: six cities, each at another point of the way.

Members are the city's demo accounts and made-up people, whose surnames mean "sample". Dietzenbach has none yet.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from django.utils import timezone, translation

from cities.models import City, User
from epi import mail
from icc_index.demo import EXPERTS
from strategy.body.actions import bodies, holding, meetings, members, tasks
from strategy.body.drafting import draft_of
from strategy.body.enums import MemberKind, Presence
from strategy.body.models import BodyMeeting, CoordinatingBody, Member
from strategy.demo.organisations import NAMES
from strategy.demo.register import coordinator_of

SET_UP_ON = date(2021, 6, 15)
STAFF, PARTNER, EXPERT = MemberKind.STAFF, MemberKind.PARTNER, MemberKind.EXPERT


@dataclass(frozen=True)
class Item:
    """A point of an agenda, and what was decided about it."""

    title: str
    decision: str = ""


@dataclass(frozen=True)
class Given:
    """A task: the number of the member who does it, and in how many days from today it is due, or since when done."""

    title: str
    owner: int
    due: int
    note: str = ""  # with a note it is done


@dataclass(frozen=True)
class Met:
    """A meeting: on a day of 2021, or so many days from today; how far it is (a state of STEPS)."""

    title: str
    when: date | int
    until: str
    items: Sequence[Item] = ()
    tasks: Sequence[Given] = ()
    reason: str = ""


@dataclass(frozen=True)
class Body:
    name: str
    mandate: str
    people: Sequence[tuple[MemberKind, str, str, str]]  # kind, account or "", function, organisation
    meetings: Sequence[Met] = ()
    between: Sequence[Given] = ()  # tasks given between two meetings
    has_chair: bool = True
    leaves: int | None = None  # the number of a member who has left since
    works_until: date | None = None


# What happens until a meeting is in a state: names of methods of _Story.
STEPS = {
    "planned": (),
    "invited": ("invite",),
    "cancelled": ("invite", "cancel"),
    "held": ("hold", "count", "decide"),
    "drafted": ("hold", "count", "decide", "write"),
    "final": ("hold", "count", "decide", "write", "finalise"),
}

PLACE = "Sample: town hall, room 12"
PLACES = {"lublin": "Przykład: ratusz, sala 12"}
MANDATE = "Sample: by decision of the mayor, the body leads the city's integration strategy and oversees its actions."
OFFICE = ("coordinator", "Integration coordinator", "Mayor's office")
HELPER = ("partner", "Adviser", "Technical partner of the city")
SCHOOLS = ("", "Head of the department of education", "City administration")
HOUSING = ("", "Head of housing", "City administration")
RESEARCH = ("", "Researcher on migration", "University of Sample")
COUNCIL = ("expert", "Intercultural expert", "")

BODIES = {
    "lublin": Body(
        "Zespół Koordynujący ds. integracji",
        "Przykład: zespół powołany zarządzeniem prezydenta miasta prowadzi miejską strategię integracji, nadzoruje jej"
        " działania i co kwartał składa sprawozdanie radzie miasta.",
        (
            (STAFF, "coordinator", "Koordynatorka ds. integracji", "Urząd Miasta"),
            (STAFF, "", "Dyrektor wydziału oświaty", "Urząd Miasta"),
            (PARTNER, "partner", "Doradczyni", "Partner techniczny miasta"),
            (EXPERT, "expert", "Ekspert ds. miast międzykulturowych", ""),
            (EXPERT, "", "Badaczka migracji", "Uniwersytet Przykładowy"),
            (STAFF, "", "Kierownik biura mieszkalnictwa", "Urząd Miasta"),
        ),
        (
            Met(
                "Posiedzenie inauguracyjne",
                date(2021, 6, 29),
                "final",
                (
                    Item("Zadania zespołu", "Przykład: zespół spotyka się co najmniej raz na kwartał."),
                    Item("Wyniki indeksu", "Przykład: pierwsze cele dotyczą edukacji i przestrzeni publicznej."),
                ),
                (Given("Przykład: zebrać dane o klasach przygotowawczych", 1, -30, "Przykład: dane z 42 szkół."),),
            ),
            Met(
                "Posiedzenie jesienne",
                date(2021, 10, 12),
                "final",
                (
                    Item("Wydarzenie inauguracyjne", "Przykład: wydarzenie odbędzie się na placu Litewskim."),
                    Item("Budżet działań pilotażowych", "Przykład: 40 000 euro z budżetu wydziału oświaty."),
                    Item("Sprawy różne"),
                ),
                (
                    Given("Przykład: przygotować umowę z wydziałem oświaty", 5, 12),
                    Given("Przykład: opisać zmiany w narracji miasta", 2, 4),
                ),
            ),
            Met("Posiedzenie kwartalne", 12, "invited", (Item("Postęp działań pilotażowych"), Item("Pakt Integracji"))),
        ),
        (Given("Przykład: zaprosić radę dzielnicy do współpracy", 0, -6),),
        leaves=4,
    ),
    "cartagena": Body(
        "Coordinating body for interculturality",
        MANDATE,
        ((STAFF, *OFFICE), (STAFF, *SCHOOLS), (PARTNER, *HELPER), (EXPERT, *RESEARCH)),
        (
            Met(
                "First meeting",
                date(2021, 7, 6),
                "final",
                (
                    Item("Mandate and members", "Sample: the body meets every two months."),
                    Item("From the index to objectives", "Sample: welcome of newcomers comes first."),
                ),
                (Given("Sample: list the services that newcomers ask for", 1, -90, "Sample: eleven services listed."),),
            ),
            Met(
                "Second meeting",
                date(2021, 10, 5),
                "drafted",
                (Item("Draft of the strategy", "Sample: the draft goes to the council with two changes."),),
                (Given("Sample: put the two changes into the draft", 2, 10),),
            ),
        ),
        works_until=date(2022, 3, 31),
    ),
    "linkoping": Body(
        "Steering group for integration",
        MANDATE,
        ((STAFF, *OFFICE), (PARTNER, *HELPER), (EXPERT, *RESEARCH), (STAFF, *HOUSING)),
        (
            Met(
                "Start of the steering group",
                date(2021, 8, 31),
                "final",
                (Item("How we work", "Sample: minutes go to all departments."), Item("Calendar of 2021")),
                (Given("Sample: ask the housing companies for figures", 3, -14),),
            ),
            Met("Meeting on housing", 20, "invited", (Item("Figures of the housing companies"),)),
        ),
    ),
    "cluj-napoca": Body(
        "Coordinating body",
        MANDATE,
        ((STAFF, *OFFICE), (STAFF, *SCHOOLS), (PARTNER, *HELPER)),
        (
            Met(
                "Opening meeting",
                date(2021, 9, 14),
                "held",
                (Item("Mandate", "Sample: two experts are to be chosen by November."),),
                (Given("Sample: propose two experts", 0, -3),),
            ),
            Met("Meeting with the districts", -2, "planned", (Item("Who comes from which district"),)),
        ),
    ),
    "ravenna": Body(
        "Coordinating body for the intercultural city",
        MANDATE,
        ((STAFF, *OFFICE), (PARTNER, *HELPER), (EXPERT, *RESEARCH)),
        (
            Met(
                "First meeting", 3, "cancelled", (Item("Mandate"),), reason="Sample: the town hall is closed that day."
            ),
            Met("First meeting, new date", 17, "planned"),
        ),
        has_chair=False,
    ),
    "riga": Body("Coordinating body", MANDATE, ((STAFF, *OFFICE), (EXPERT, *COUNCIL)), has_chair=False),
}


def tell(city: City) -> None:
    """Set the city's sample body up and hold its meetings. A city that has a body keeps it. No mail goes out."""
    told = BODIES.get(city.slug)
    if told is None or CoordinatingBody.objects.filter(city=city).exists():
        return
    story = _Story(city, told)
    with translation.override(city.language_of_mail):
        story.tell()
    mail.forget(*(member.address for member in story.people if member.address))


class _Story:
    """What became of one city's body."""

    def __init__(self, city: City, told: Body) -> None:
        self.city, self.told, self.by = city, told, coordinator_of(city)
        self.people: list[Member] = []
        self.today = timezone.localdate(timezone=city.zone)

    def tell(self) -> None:
        told = self.told
        self.body = bodies.set_up(
            city=self.city,
            name=told.name,
            mandate=told.mandate,
            set_up_on=SET_UP_ON,
            works_until=told.works_until,
            is_sample=True,
            by=self.by,
        )
        self.people = [self._member(number, *facts) for number, facts in enumerate(told.people)]
        if told.has_chair:
            members.make_chair(member=self.people[0], instead_of=None, by=self.by)
        for met in told.meetings:
            self._meet(met)
        for given in told.between:
            self._give(given)
        if told.leaves is not None:
            members.leave(member=self.people[told.leaves], left_on=self.today, by=self.by)

    def _member(self, number: int, kind: MemberKind, account: str, function: str, organisation: str) -> Member:
        given, surnames = NAMES[self.city.country]
        name = f"{given[number]} {surnames[0]}"
        user = self._account(account)
        return members.add_member(
            body=self.body,
            kind=kind,
            account=user if user and account != "expert" else None,
            name=user.display_name if user else name,
            function=function,
            organisation=organisation,
            email=user.email if user else f"member-{number}@{self.city.slug}.example",
            since=SET_UP_ON,
            by=self.by,
        )

    def _account(self, account: str) -> User | None:
        """The demo account of that role in the city, or that of an expert; None for somebody without one."""
        email = EXPERTS[0] if account == "expert" else f"{account}@{self.city.slug}.example"
        return User.objects.filter(email=email).first() if account else None

    def _give(self, given: Given, meeting: BodyMeeting | None = None) -> None:
        task = tasks.add_task(
            body=self.body,
            meeting=meeting,
            title=given.title,
            owner=self.people[given.owner],
            due_on=self.today + timedelta(days=given.due),
            by=self.by,
        )
        if given.note:
            tasks.tick_off(task=task, note=given.note, by=self.by)

    # Meetings
    def _meet(self, met: Met) -> None:
        self.met = met
        day = self.today + timedelta(days=met.when) if isinstance(met.when, int) else met.when
        begins = datetime.combine(day, time(14), tzinfo=self.city.zone)
        self.meeting = meetings.plan_meeting(
            body=self.body,
            title=met.title,
            starts_at=begins,
            ends_at=begins + timedelta(hours=2),
            place=PLACES.get(self.city.slug, PLACE),
            by=self.by,
        )
        self.items = [
            (meetings.add_item(meeting=self.meeting, title=item.title, text="", by=self.by), item) for item in met.items
        ]
        for step in STEPS[met.until]:
            getattr(self, f"_{step}")()

    def _invite(self) -> None:
        meetings.invite(meeting=self.meeting, by=self.by)

    def _cancel(self) -> None:
        meetings.cancel(meeting=self.meeting, reason=self.met.reason, by=self.by)

    def _hold(self) -> None:
        holding.hold(meeting=self.meeting, by=self.by)

    def _count(self) -> None:
        """All but the last one came, who had said so."""
        said = {member.pk: Presence.PRESENT for member in self.people}
        said[self.people[-1].pk] = Presence.EXCUSED
        holding.record_attendance(meeting=self.meeting, said=said, by=self.by)

    def _decide(self) -> None:
        for item, told in self.items:
            if told.decision:
                holding.decide(meeting=self.meeting, text=told.decision, item=item, by=self.by)
        for given in self.met.tasks:
            self._give(given, self.meeting)

    def _write(self) -> None:
        holding.save_minutes(meeting=self.meeting, text=draft_of(self.meeting), base_version=0, by=self.by)

    def _finalise(self) -> None:
        holding.finalise(meeting=self.meeting, by=self.by)
