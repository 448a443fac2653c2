"""The demo's pilot actions, told through the real actions: in every state, some with measures and readings, some not.

What is planned, counted and learnt here is made up, and every text says so.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal

from cities.models import City, User
from strategy.body.models import Member
from strategy.demo.register import coordinator_of
from strategy.plan.actions import codesign, duties, measures, pilots
from strategy.plan.enums import ActionState, CoDesignForm, Duty
from strategy.plan.models import Measure, Objective, PilotAction
from strategy.plan.pilot_queries import members_of
from strategy.plan.queries import strategy_of
from strategy.stakeholders.models import Stakeholder

LONGEST_WAY = (ActionState.AGREED, ActionState.RUNNING, ActionState.COMPLETED)


@dataclass(frozen=True)
class Counted:
    """A measure: from where to where, and what was read on which day."""

    name: str
    unit: str
    baseline: int
    target: int
    readings: tuple[tuple[date, int], ...] = ()


@dataclass(frozen=True)
class Tried:
    """An action as the demo tells it; `until` is the state that it has reached."""

    title: str
    until: ActionState
    target_group: str = ""
    budget: int | None = None
    outcomes: tuple[str, ...] = ()  # of times that it was designed together
    counted: tuple[Counted, ...] = ()
    outputs: str = ""
    learnt: str = ""
    after: str = ""  # who carries it on


@dataclass(frozen=True)
class Words:
    """What all actions of a city say alike, in the language of its strategy."""

    description: str
    source: str
    payer: str
    note: str


IN_ENGLISH = Words(
    description="Sample: worked out with the organisations named below, tried out for a year, then judged.",
    source="Sample: counted by the department each quarter",
    payer="Sample: the city's budget and the programme",
    note="Sample reading",
)
IN_POLISH = Words(
    description="Przykład: opracowane z wymienionymi organizacjami, sprawdzane przez rok, potem oceniane.",
    source="Przykład: wydział liczy co kwartał",
    payer="Przykład: budżet miasta i program",
    note="Przykładowy odczyt",
)
WORDS = {"lublin": IN_POLISH}

SPRING, SUMMER, AUTUMN, WINTER = date(2021, 4, 15), date(2021, 8, 31), date(2021, 11, 30), date(2022, 2, 28)
BASELINE, TARGET = date(2021, 5, 31), date(2022, 6, 30)
FIRST_DAY, LAST_DAY = date(2021, 7, 1), date(2022, 6, 30)

# For each city, in the order of its objectives: the actions of each.
TRIED: dict[str, tuple[tuple[Tried, ...], ...]] = {
    "lublin": (
        (
            Tried(
                "Jedno okienko dla nowych mieszkańców",
                ActionState.RUNNING,
                "Osoby, które mieszkają w Lublinie krócej niż trzy lata",
                60_000,
                (
                    "Przykład: godziny otwarcia po południu i w soboty, bo rano wszyscy pracują.",
                    "Przykład: przy okienku siedzą także osoby z organizacji, raz w tygodniu.",
                ),
                (
                    Counted(
                        "Nowi mieszkańcy, którzy trafiają do okienka w pierwszym miesiącu",
                        "%",
                        22,
                        60,
                        ((SUMMER, 27), (AUTUMN, 39), (WINTER, 48)),
                    ),
                    Counted("Średnia liczba wizyt w jednej sprawie", "wizyty", 4, 2, ((AUTUMN, 3), (WINTER, 3))),
                ),
                after="Biuro obsługi mieszkańców (przykład)",
            ),
            Tried(
                "Przewodnik po mieście w czterech językach",
                ActionState.COMPLETED,
                "Osoby, które właśnie przyjechały",
                8_500,
                ("Przykład: bez urzędowych słów; rysunki zamiast akapitów.",),
                (Counted("Osoby, które znają przewodnik", "%", 0, 40, ((AUTUMN, 31), (WINTER, 44))),),
                outputs="Przykład: 6000 egzemplarzy, wersja na stronie miasta.",
                learnt="Przykład: przewodnik działa, gdy ktoś go wręczy. Sam na stojaku prawie nikomu nie pomógł.",
                after="Dom kultury Wzór",
            ),
        ),
        (
            Tried(
                "Kursy polskiego wieczorem, z opieką nad dziećmi",
                ActionState.AGREED,
                "Pracujący rodzice",
                42_000,
                ("Przykład: dwa razy w tygodniu po godzinie, nie raz po dwie.",),
                (Counted("Osoby, które kończą kurs", "osoby", 35, 120),),
            ),
        ),
        (
            Tried("Dzień u pracodawcy dla studentów z zagranicy", ActionState.PROPOSED, "Studenci ostatniego roku"),
            Tried(
                "Giełda pracy w jednym dniu",
                ActionState.STOPPED,
                "Absolwenci",
                5_000,
                learnt="Przykład: przyszło wielu studentów i trzech pracodawców. Spotkania w firmach dają więcej.",
            ),
        ),
        (Tried("Wspólny ogród na osiedlu Przykład", ActionState.PROPOSED, "Sąsiedzi", 12_000),),
    ),
    "cluj-napoca": (
        (
            Tried(
                "A welcome desk in the town hall (sample)",
                ActionState.RUNNING,
                "People who moved here within the last two years",
                25_000,
                ("Sample: staff learn from volunteers which questions come first.",),
                (Counted("Questions solved at the first visit", "%", 30, 70, ((SUMMER, 34), (WINTER, 52))),),
            ),
        ),
        (
            Tried(
                "Interpreters by telephone (sample)",
                ActionState.AGREED,
                "Users of all public services",
                18_000,
                counted=(Counted("Days of waiting for an interpreter", "days", 9, 1),),
            ),
        ),
        (Tried("Summer course for mothers with small children (sample)", ActionState.PROPOSED),),
    ),
    "cartagena": (
        (
            Tried(
                "Mediators at the weekly market (sample)",
                ActionState.COMPLETED,
                "Traders and neighbours of two quarters",
                30_000,
                ("Sample: mediators stay for a coffee first, and work afterwards.", "Sample: two women in each team."),
                (Counted("Quarrels in which the police was called", "a year", 48, 24, ((AUTUMN, 33), (WINTER, 21))),),
                outputs="Sample: four mediators trained, 41 mediations.",
                learnt="Sample: being there is half of the work. It ends at once when nobody is there any more.",
                after="Social services, from the city's own budget",
            ),
            Tried("Mediation at the port (sample)", ActionState.RUNNING, "Crews and dockers", 12_000),
        ),
        (
            Tried(
                "A budget of 20,000 euros for one quarter (sample)",
                ActionState.AGREED,
                "All residents from 16 years on",
                20_000,
                ("Sample: proposals can be spoken, too, and in three languages.",),
            ),
        ),
    ),
    "linkoping": (
        (
            Tried(
                "A buddy in each sports club (sample)",
                ActionState.RUNNING,
                "People who came within the last year",
                9_000,
                counted=(Counted("Newcomers who joined a club", "people", 40, 150, ((WINTER, 36),)),),
            ),
        ),
        (
            Tried(
                "Applications without a name (sample)",
                ActionState.STOPPED,
                "Applicants to the city",
                4_000,
                learnt="Sample: without names the language levels decided. These have to change first.",
            ),
        ),
    ),
    "riga": (
        (Tried("Ten letters in plain language (sample)", ActionState.PROPOSED, "All households"),),
        (),
    ),
    "ravenna": ((Tried("One school open until seven (sample)", ActionState.PROPOSED),),),
}


def tell(city: City) -> None:
    """Make the sample actions of the city's sample strategy, unless it has some. Without a strategy there are none."""
    strategy = strategy_of(city)
    if strategy is None or not strategy.is_sample or PilotAction.objects.filter(objective__strategy=strategy).exists():
        return
    story = _Story(coordinator_of(city), WORDS.get(city.slug, IN_ENGLISH))
    story.meet(city)
    objectives = strategy.objectives.select_related("strategy__city")
    for objective, tried in zip(objectives, TRIED.get(city.slug, ()), strict=False):
        for one in tried:
            story.tell(objective, one)


@dataclass
class _Story:
    """What becomes of a city's actions. Without members of a coordinating body nothing is agreed."""

    by: User
    words: Words
    members: list[Member] = field(default_factory=list)
    organisations: list[Stakeholder] = field(default_factory=list)

    def meet(self, city: City) -> None:
        self.members = list(members_of(city).order_by("pk"))
        self.organisations = list(Stakeholder.objects.filter(city=city).order_by("pk"))

    def tell(self, objective: Objective, tried: Tried) -> None:
        action = self._propose(objective, tried)
        self._give_duties(action)
        for number, outcome in enumerate(tried.outcomes):
            self._design(action, outcome, number)
        counted = [(one, self._measure(action, objective, one)) for one in tried.counted]
        self._move(action, tried)
        for one, measure in counted:
            for read_on, value in one.readings:
                self._read(measure, read_on, value)

    def _propose(self, objective: Objective, tried: Tried) -> PilotAction:
        is_planned = tried.until != ActionState.PROPOSED
        return pilots.add_action(
            objective=objective,
            title=tried.title,
            description=self.words.description,
            target_group=tried.target_group,
            budget=None if tried.budget is None else Decimal(tried.budget),
            budget_source=self.words.payer if tried.budget else "",
            starts_on=FIRST_DAY if is_planned else None,
            ends_on=LAST_DAY if is_planned else None,
            after_owner=tried.after,
            after_budget=Decimal(tried.budget // 2) if tried.after and tried.budget else None,
            by=self.by,
        )

    def _give_duties(self, action: PilotAction) -> None:
        """Another owner for each action, and the next members in line for the rest."""
        if not self.members:
            return
        first = action.pk % len(self.members)
        line = [*self.members[first:], *self.members[:first]]
        others = {Duty.RESPONSIBLE: line[1:3], Duty.CONSULTED: line[3:4], Duty.INFORMED: line[4:6]}
        duties.give_duties(action=action, base_version=0, accountable=line[0], others=others, by=self.by)
        action.version = 1

    def _design(self, action: PilotAction, outcome: str, number: int) -> None:
        codesign.add_codesign(
            action=action,
            held_on=(SPRING, BASELINE)[number % 2],
            form=(CoDesignForm.WORKSHOP, CoDesignForm.MEETING)[number % 2],
            stakeholders=self._some(action.pk + number),
            session=None,
            staff=3 + number,
            residents=8 - 3 * number,
            outcome=outcome,
            by=self.by,
        )

    def _some(self, first: int) -> Sequence[Stakeholder]:
        """Three organisations of the register, or as many as there are."""
        count = len(self.organisations)
        chosen = {self.organisations[(first + 4 * step) % count].pk: step for step in range(3)} if count else {}
        return [one for one in self.organisations if one.pk in chosen]

    def _measure(self, action: PilotAction, objective: Objective, one: Counted) -> Measure:
        gap = objective.gaps.first()
        return measures.add_measure(
            action=action,
            name=one.name,
            unit=one.unit,
            subject=gap.subject if gap else "",
            source=self.words.source,
            baseline=Decimal(one.baseline),
            baseline_on=BASELINE,
            target=Decimal(one.target),
            target_on=TARGET,
            by=self.by,
        )

    def _read(self, measure: Measure, read_on: date, value: int) -> None:
        note = self.words.note
        measures.add_reading(measure=measure, read_on=read_on, value=Decimal(value), note=note, url="", by=self.by)

    def _move(self, action: PilotAction, tried: Tried) -> None:
        """On to where the action is; without an owner it stays a proposal, which can still be stopped."""
        if tried.until == ActionState.STOPPED:
            self._to(action, ActionState.STOPPED, learnt=tried.learnt)
            return
        way = LONGEST_WAY[: LONGEST_WAY.index(tried.until) + 1] if tried.until in LONGEST_WAY else ()
        for target in way if self.members else ():
            over = {"outputs": tried.outputs, "learnt": tried.learnt} if target == ActionState.COMPLETED else {}
            self._to(action, target, **over)

    def _to(self, action: PilotAction, target: ActionState, **facts: str) -> None:
        moved = pilots.move(action=action, target=target, base_version=action.version, by=self.by, **facts)
        action.version = moved.version
