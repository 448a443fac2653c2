"""Sample events of the demo network: the workshop that opened EPI, and an exchange meeting. Seeded, safe to repeat.

Days, place, cities and partner organisations are real; every person, and what they did and said, is made up. Surnames
mean "sample" in the language of the city, so that nobody's real name comes out by chance.
"""

import random
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from django.db import transaction
from django.utils import timezone

from cities.enums import Role
from cities.models import City, Membership, Organisation, Programme, User
from epi import spreadsheets
from epi.uploads import Upload
from icc_index.demo import EXPERTS, NETWORK, PROGRAMME
from strategy.events.actions import events, feedback, materials, meeting, people, tasks
from strategy.events.enums import Capacity, EventKind
from strategy.events.models import HIGHEST, Attendee, CityTask, Feedback, FeedbackAnswer, ProgrammeEvent

WORKSHOP_DAYS = [date(2020, 2, 4), date(2020, 2, 5), date(2020, 2, 6)]
MEETING_DAY = date(2020, 7, 9)
KEEP_FOR = timedelta(days=2 * 365)
NAMES = {
    "DE": ("Anke Muster", "Jens Muster", "Ute Beispiel"),
    "ES": ("Lola Muestra", "Pablo Muestra", "Nuria Ejemplo"),
    "IT": ("Carla Esempio", "Dario Esempio", "Silvia Modello"),
    "LV": ("Liga Paraugs", "Janis Paraugs", "Ilze Piemērs"),
    "PL": ("Ewa Przykładowa", "Jan Przykładowy", "Zofia Wzorcowa"),
    "RO": ("Ioana Exemplu", "Radu Exemplu", "Mihai Model"),
    "SE": ("Karin Exempel", "Lars Exempel", "Eva Mönster"),
}
OF_PARTNERS = {
    "DE": "Bernd Vorlage",
    "ES": "Iker Modelo",
    "IT": "Piero Campione",
    "LV": "Anda Paraudziņa",
    "RO": "Doina Mostră",
    "EE": "Kadri Eeskuju",
}
TRAINERS = ("Tiina Näidis", "Mart Näidis")
FUNCTIONS = ("Integration officer", "Head of social affairs", "Policy adviser")

AGENDA = [
    (0, "14:00", "15:00", "Kick-off: the cities and partners introduce themselves", ""),
    (0, "15:00", "17:30", "What the programme is to change in each city", "Cities in turn"),
    (1, "09:00", "10:30", "The Intercultural Cities Index: what it measures, and what it cannot", "Expert"),
    (1, "11:00", "12:30", "Reading a result: areas, lens, strengths and gaps", "Expert"),
    (1, "14:00", "17:00", "Group work: which three areas would your city look into?", "Trainers"),
    (2, "09:00", "11:00", "Completing results with qualitative data: interviews and focus groups", "Trainers"),
    (2, "11:30", "12:30", "Whom to invite: finding stakeholders who are seldom asked", "Trainers"),
    (2, "14:00", "15:30", "What each city takes home", "Network coordinator"),
]
TASKS = [
    ("Name a lead for the questionnaire and the departments that hold the answers", date(2020, 2, 28), 0.95),
    ("List the stakeholders to interview, at least three of each group", date(2020, 3, 31), 0.7),
    ("Collect local policies and data sources in the register", date(2020, 4, 30), 0.5),
]
TASK_NOTES = (
    "Sample note: five departments have named a person.",
    "Sample note: done with our technical partner.",
    "Sample note: the list is in our register.",
)
LINKS = [
    ("Guide: from results to questions for interviews (sample)", ("en", "pl", "ro", "de", "sv", "es", "it", "lv")),
    ("Slides: reading an index result (sample)", ("en", "pl", "ro")),
]
WORKSHEET = [
    ["Area", "What the result says", "What we do not know", "Whom to ask"],
    ["Housing", "", "", ""],
    ["Language", "", "", ""],
    ["Public services", "", "", ""],
]
TEXTS = (
    "Sample: the group work was the best part; more of it next time.",
    "Sample: I would have liked the slides in my language before the workshop.",
    "Sample: good to hear how a city of our size does it.",
)
CONCLUSIONS = [
    (
        "",
        (),
        "Sample conclusion: the cities are strong where one department can act alone, weaker where several must.",
    ),
    (
        "commitment",
        (),
        "Sample conclusion: nearly all cities have adopted a strategy. Few have given it a budget of its own, and fewer"
        " tell residents every year what became of it.",
    ),
    (
        "language",
        ("cluj-napoca", "lublin", "riga"),
        "Sample conclusion: courses reach those who work or study. The three cities look together for ways to reach"
        " parents of small children and older people.",
    ),
    (
        "mediation_conflict_resolution",
        ("cartagena", "ravenna"),
        "Sample conclusion: intercultural mediation works in hospitals and schools. The two cities share how they train"
        " mediators, and the others may join.",
    ),
]
NOTES = """Sample notes.

The experts went through the validated results area by area. Each city said what surprised it.

Agreed: the cities name one contact for each conclusion and meet again online in the autumn."""


def build(chance: random.Random) -> None:
    """Make the sample events of the programme, unless they are there. The demo's accounts must be there first."""
    programme = Programme.objects.get(slug=PROGRAMME)
    if not programme.events.filter(is_sample=True).exists():
        _Story(programme, User.objects.get(email=NETWORK), chance).tell()


@dataclass
class _Story:
    """What happened at the two events, told through the real actions where these do not send mail."""

    programme: Programme
    network: User
    chance: random.Random

    @transaction.atomic
    def tell(self) -> None:
        self.cities = list(self.programme.cities.order_by("name"))
        self.partners = list(self.programme.partners.order_by("name"))
        self.keep_until = timezone.localdate() + KEEP_FOR
        self.hold_workshop()
        self.hold_meeting()

    # The workshop
    def hold_workshop(self) -> None:
        event = self._event(
            EventKind.WORKSHOP,
            "Kick-off and capacity-building workshop",
            WORKSHOP_DAYS,
            "Cluj-Napoca",
            "Seven cities and six technical partners begin together. After the kick-off a two-day workshop: how to use"
            " the results of the Intercultural Cities Index, and how to complete them with qualitative data.",
        )
        for day, begins, ends, title, speaker in AGENDA:
            self._agenda(event, WORKSHOP_DAYS[day], begins, ends, title, speaker)
        self._invite(event)
        self._give_out(event)
        self._take_home(event)
        self._ask(event)

    def _event(self, kind: EventKind, title: str, days: list[date], place: str, summary: str) -> ProgrammeEvent:
        return events.add_event(
            programme=self.programme,
            kind=kind,
            title=title,
            starts_on=days[0],
            ends_on=days[-1],
            place=place,
            summary=summary,
            by=self.network,
            is_sample=True,
        )

    def _agenda(self, event: ProgrammeEvent, day: date, begins: str, ends: str, title: str, speaker: str) -> None:
        events.add_item(
            event=event,
            day=day,
            begins=time.fromisoformat(begins),
            ends=time.fromisoformat(ends),
            title=title,
            speaker=speaker,
            by=self.network,
        )

    def _invite(self, event: ProgrammeEvent) -> None:
        """Three people a city and one a partner; the coordinating partner also brings two trainers. Two stay away."""
        for city in self.cities:
            for name, function in zip(NAMES[city.country], FUNCTIONS, strict=True):
                self._person(event, name, function, city=city)
        for partner in self.partners:
            self._person(event, OF_PARTNERS[partner.country], "Project manager", organisation=partner)
        coordinating = next(partner for partner in self.partners if partner.is_network_coordinator)
        for name in TRAINERS:
            self._person(event, name, "Trainer", Capacity.TRAINER, organisation=coordinating)
        everybody = list(event.attendees.all())
        away = set(self.chance.sample([one.pk for one in everybody if one.capacity == Capacity.PARTICIPANT], 2))
        there = [one for one in everybody if one.pk not in away]
        people.mark_attendance(event=event, present=there, by=self.network)

    def _person(
        self,
        event: ProgrammeEvent,
        name: str,
        function: str,
        capacity: Capacity = Capacity.PARTICIPANT,
        *,
        city: City | None = None,
        organisation: Organisation | None = None,
    ) -> Attendee:
        return people.add_attendee(
            event=event,
            name=name,
            function=function,
            email=f"sample-{event.pk}-{event.attendees.count() + 1}@epi.example",
            capacity=capacity,
            city=city,
            organisation=organisation,
            keep_until=self.keep_until,
            by=self.network,
        )

    def _give_out(self, event: ProgrammeEvent) -> None:
        for title, languages in LINKS:
            for language in languages:
                url = f"https://example.org/{language}/{title.split(':')[0].lower()}"
                materials.add_material(
                    event=event, title=title, language=language, url=url, upload=None, by=self.network
                )
        sheet = Upload(spreadsheets.write(WORKSHEET, "xlsx"), "xlsx", "worksheet-sample.xlsx")
        materials.add_material(
            event=event, title="Worksheet (sample)", language="en", url="", upload=sheet, by=self.network
        )

    def _take_home(self, event: ProgrammeEvent) -> None:
        """Every city has every task; some have done theirs."""
        for (title, due_on, likely), note in zip(TASKS, TASK_NOTES, strict=True):
            task = tasks.add_task(event=event, title=title, due_on=due_on, cities=self.cities, by=self.network)
            for row in task.rows.select_related("city", "task__event"):
                if self.chance.random() < likely:
                    tasks.tick_off(row=row, note=note, by=self._lead_of(row.city))
                    CityTask.objects.filter(pk=row.pk).update(done_at=self._shortly_before(due_on))

    def _shortly_before(self, day: date) -> datetime:
        earlier = day - timedelta(days=self.chance.randint(1, 10))
        return timezone.make_aware(datetime.combine(earlier, time(10)))

    def _lead_of(self, city: City) -> User:
        return Membership.objects.select_related("user").filter(city=city, role=Role.LEAD)[0].user

    def _ask(self, event: ProgrammeEvent) -> None:
        """Feedback that is closed. No mail is sent: the links would go to addresses that do not exist."""
        asked = Feedback.objects.create(event=event, closes_at=timezone.now(), opened_by=self.network)
        answers = [
            FeedbackAnswer(
                feedback=asked,
                useful=self._mark(),
                clear=self._mark(),
                exchange=self._mark(),
                next=self._mark(),
                text=TEXTS[number] if number < len(TEXTS) else "",
            )
            for number in range(21)
        ]
        FeedbackAnswer.objects.bulk_create(answers)
        feedback.close_feedback(event=event, by=self.network)

    def _mark(self) -> int:
        return HIGHEST - min(int(self.chance.expovariate(1.2)), HIGHEST - 1)

    # The exchange meeting
    def hold_meeting(self) -> None:
        event = self._event(
            EventKind.EXCHANGE_MEETING,
            "Experience exchange meeting",
            [MEETING_DAY],
            "",
            "The experts of the Council of Europe and the seven cities look at the results together, and for what the"
            " cities have in common.",
        )
        for begins, ends, title, speaker in (
            ("10:00", "11:30", "The results of the seven cities, area by area", "Experts"),
            ("11:45", "12:45", "What surprised us: each city in turn", "Cities in turn"),
            ("14:00", "16:00", "Common trends, and what to conclude", "Experts"),
        ):
            self._agenda(event, MEETING_DAY, begins, ends, title, speaker)
        for city in self.cities:
            for name, function in zip(NAMES[city.country][:2], FUNCTIONS, strict=False):
                self._person(event, name, function, city=city)
        experts = list(User.objects.filter(email__in=EXPERTS).order_by("email"))
        for number, expert in enumerate(experts, start=1):
            self._name_expert(event, expert, f"Sample expert {number}")
        people.mark_attendance(event=event, present=list(event.attendees.all()), by=self.network)
        meeting.take_notes(event=event, text=NOTES, base_version=0, by=self.network)
        for number, (subject, slugs, text) in enumerate(CONCLUSIONS):
            cities = [city for city in self.cities if city.slug in slugs]
            by = experts[number % len(experts)]
            meeting.conclude(event=event, subject=subject, text=text, cities=cities, by=by)
        event.conclusions.update(at=timezone.make_aware(datetime.combine(MEETING_DAY, time(16))))

    def _name_expert(self, event: ProgrammeEvent, expert: User, name: str) -> None:
        """With the account, but without the mail that tells the expert so."""
        Attendee.objects.create(
            event=event,
            name=name,
            function="Expert of the Council of Europe",
            email=expert.email,
            account=expert,
            capacity=Capacity.EXPERT,
            keep_until=self.keep_until,
        )
