"""The demo's launch events: six cities held theirs in the summer of 2021, Dietzenbach is late and takes registrations.

Days and cities are as the project planned them; titles, places, people and what they said are made up. The names of
those who came in 2021 are gone, as they were told: twelve months after the event, only numbers stay.
"""

import random
import uuid
from dataclasses import dataclass, field
from datetime import date, time, timedelta

from django.db import transaction
from django.utils import timezone
from django.utils.text import slugify

from cities.enums import Role
from cities.models import City, Membership, Programme, User
from epi import mail
from icc_index.demo import PROGRAMME
from strategy.demo.organisations import NAMES, ORGANISATIONS
from strategy.demo.register import coordinator_of
from strategy.events.actions import events, feedback, materials, people
from strategy.events.models import HIGHEST, Feedback, FeedbackAnswer, ProgrammeEvent
from strategy.launch.actions import inviting, planning, registering
from strategy.launch.actions.planning import Plan
from strategy.launch.actions.registering import Person
from strategy.launch.models import Launch
from strategy.launch.queries import invitable
from strategy.stakeholders.models import Contact

AHEAD = timedelta(days=24)  # Dietzenbach's event, from today
INVITED = 6
ANSWERS = 7
ENGLISH = (
    "Sample: the city shows what its strategy will be about, and which pilot actions begin this year.",
    ("Welcome by the mayor (sample)", "The pilot actions, one by one", "Talk at tables", "What happens next"),
    "Slides of the launch event (sample)",
    ("Sample: good to hear it first hand.", "Sample: I would have liked more time at the tables."),
)
POLISH = (
    "Przykład: miasto przedstawia, czego dotyczy strategia i jakie działania pilotażowe zaczynają się w tym roku.",
    ("Powitanie (przykład)", "Działania pilotażowe po kolei", "Rozmowy przy stolikach", "Co dalej"),
    "Prezentacja z wydarzenia (przykład)",
    ("Przykład: dobrze było usłyszeć to z pierwszej ręki.", "Przykład: za mało czasu na rozmowy."),
)
GERMAN = (
    "Beispiel: Die Stadt zeigt, worum es in ihrer Strategie geht und welche Pilotmaßnahmen bald beginnen.",
    ("Begrüßung (Beispiel)", "Die Pilotmaßnahmen im Einzelnen", "Gespräche an Tischen", "Wie es weitergeht"),
    "Folien der Auftaktveranstaltung (Beispiel)",
    (),
)
HOURS = ((10, 11), (11, 12), (13, 14), (14, 15))


@dataclass(frozen=True)
class Planned:
    """One launch event. Without a day it is to come."""

    title: str
    place: str
    days: tuple[date, ...] = ()
    people: int = 9
    away: int = 1
    places: int | None = 60
    cancelled: str = ""
    texts: tuple = field(default=ENGLISH, repr=False)


LAUNCHES = {
    "cartagena": (
        Planned("Open days of the strategy (sample)", "Centro de Muestra", (date(2021, 7, 15), date(2021, 7, 16))),
    ),
    "cluj-napoca": (Planned("Launch of the strategy (sample)", "Casa Exemplu", (date(2021, 8, 26),), people=11),),
    "dietzenbach": (
        Planned("Auftakt der Integrationsstrategie (Beispiel)", "Beispielhalle", people=11, places=8, texts=GERMAN),
    ),
    "linkoping": (Planned("Launch evening (sample)", "Exempelhuset", (date(2021, 8, 31),), people=8, places=None),),
    "lublin": (
        Planned("Inauguracja strategii (przykład)", "Sala Przykładowa", (date(2021, 7, 8),), people=14, texts=POLISH),
    ),
    "ravenna": (
        Planned(
            "Launch in the park (sample)",
            "Parco Esempio",
            (date(2021, 7, 22),),
            people=4,
            cancelled="Sample: storm warning; we meet in August instead.",
        ),
        Planned("Launch of the strategy (sample)", "Sala Esempio", (date(2021, 8, 24),)),
    ),
    "riga": (Planned("Launch of the strategy (sample)", "Parauga zāle", (date(2021, 7, 29),), people=10, away=2),),
}


def build(chance: random.Random) -> None:
    """Tell the launch events of the demo's cities that have none yet. No mail goes out. Safe to repeat."""
    programme = Programme.objects.get(slug=PROGRAMME)
    for city in programme.cities.filter(slug__in=LAUNCHES, is_sample=False).order_by("slug"):
        if not ProgrammeEvent.objects.filter(city=city).exists():
            for planned in LAUNCHES[city.slug]:
                _Story(city, programme, planned, chance).tell()


@dataclass
class _Story:
    """What happens with one launch event."""

    city: City
    programme: Programme
    planned: Planned
    chance: random.Random

    @transaction.atomic
    def tell(self) -> None:
        self.by = coordinator_of(self.city)
        self.summary, self.items, self.slides, self.said = self.planned.texts
        self.launch = self._planned()
        self._write_agenda()
        planning.publish(launch=self.launch, by=self._lead())
        self.launch.refresh_from_db()
        names = self._names()
        if self.planned.cancelled:
            self._register(names)
            planning.cancel(launch=self.launch, reason=self.planned.cancelled, by=self._lead())
        elif self.planned.days:
            self._register(names)
            self._hold()
        else:
            self._invite()
            self._take_registrations(names)

    def _planned(self) -> Launch:
        days = self.planned.days or (timezone.localdate(timezone=self.city.zone) + AHEAD,)
        plan = Plan(
            title=self.planned.title,
            starts_on=days[0],
            ends_on=days[-1],
            begins=time(10),
            ends=time(15),
            place=self.planned.place,
            summary=self.summary,
            places=self.planned.places,
            register_until=days[0] - timedelta(days=2),
        )
        return planning.start(city=self.city, programme=self.programme, plan=plan, by=self.by, is_sample=True)

    def _lead(self) -> User:
        return Membership.objects.select_related("user").filter(city=self.city, role=Role.LEAD)[0].user

    def _write_agenda(self) -> None:
        event = self.launch.event
        for title, (begins, ends) in zip(self.items, HOURS, strict=True):
            hours = {"begins": time(begins), "ends": time(ends)}
            events.add_item(event=event, day=event.starts_on, title=title, speaker="", by=self.by, **hours)

    # Who comes
    def _names(self) -> list[str]:
        given_names, surnames = NAMES[self.city.country]
        names = [f"{given} {surname}" for given in given_names for surname in surnames]
        return self.chance.sample(names, self.planned.people)

    def _person(self, name: str) -> Person:
        organisations = [one.name for one in ORGANISATIONS[self.city.slug]]
        represents = self.chance.choice(["", *organisations])
        return Person(name, f"{slugify(name)}@guests.example", represents, self.city.language_of_mail)

    def _key(self) -> uuid.UUID:
        return uuid.UUID(int=self.chance.getrandbits(128), version=4)

    def _register(self, names: list[str]) -> None:
        """By hand, since the public page of an event that is over takes nobody."""
        for name in names:
            registering.add_by_hand(launch=self.launch, key=self._key(), person=self._person(name), by=self.by)

    def _take_registrations(self, names: list[str]) -> None:
        """More than there are places; one who has a place cancels, so that the first who waits moves up."""
        for name in names:
            registering.register(launch=self.launch, key=self._key(), person=self._person(name))
        registering.cancel_own(registration=self.launch.registrations.select_related("launch__event")[2])
        mail.forget(*self.launch.event.attendees.values_list("email", flat=True))

    def _invite(self) -> None:
        contacts: list[Contact] = list(invitable(self.launch)[:INVITED])
        if contacts:
            inviting.invite(launch=self.launch, contacts=contacts, by=self.by)
            mail.forget(*(contact.email for contact in contacts))

    # What took place
    def _hold(self) -> None:
        event = self.launch.event
        there = list(event.attendees.order_by("pk"))[: -self.planned.away]
        people.mark_attendance(event=event, present=there, by=self.by)
        url = f"https://example.org/{self.city.slug}/launch"
        language = "pl" if self.planned.texts is POLISH else "en"
        given = {"event": event, "title": self.slides, "language": language, "url": url, "upload": None}
        materials.add_material(**given, by=self.by)
        self._ask()

    def _ask(self) -> None:
        """Feedback that is closed. No mail is sent: the links would go to addresses that do not exist."""
        asked = Feedback.objects.create(event=self.launch.event, closes_at=timezone.now(), opened_by=self.by)
        questions = ("useful", "clear", "exchange", "next")
        FeedbackAnswer.objects.bulk_create(
            FeedbackAnswer(
                feedback=asked,
                text=self.said[number] if number < len(self.said) else "",
                **{name: self._mark() for name in questions},
            )
            for number in range(ANSWERS)
        )
        feedback.close_feedback(event=self.launch.event, by=self.by)

    def _mark(self) -> int:
        return HIGHEST - min(int(self.chance.expovariate(1.2)), HIGHEST - 1)
