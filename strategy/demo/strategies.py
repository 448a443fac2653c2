"""The demo's strategies, told through the real actions: public in Lublin and Cartagena, none in Dietzenbach.

The cities are real; what they want, decided and wrote here is made up, and every text says so.
"""

from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import Any

from django.utils import timezone

from cities.enums import Role
from cities.models import City, Membership, User
from strategy.demo.register import coordinator_of
from strategy.plan.actions import objectives, strategy
from strategy.plan.enums import Area, GapKind
from strategy.plan.gaps import offers_about
from strategy.plan.models import CityStrategy, Objective
from strategy.plan.queries import assessments_of, strategy_of

FIRST_DAY = date(2021, 6, 1)


@dataclass(frozen=True)
class Goal:
    """An objective: `on` are codes of indicators; `told` lets it rest on what a session found of the first, too."""

    area: Area
    title: str
    description: str
    root_cause: str
    on: tuple[str, ...] = ()
    told: bool = False


@dataclass(frozen=True)
class Plan:
    """A city's strategy and how far it is."""

    title: str
    goals: list[Goal]
    language: str = "en"
    vision: str = ""
    commitment: dict[str, Any] = field(default_factory=dict)
    narratives: dict[str, str] = field(default_factory=dict)
    is_public: bool = False
    before: str = ""  # the title of an earlier strategy, closed since


def _decided(decision: str, leader: str, budget: int, resources: str) -> dict[str, Any]:
    return {
        "decision": decision,
        "decided_on": date(2021, 5, 27),
        "decision_url": "https://example.org/decision",
        "leader": leader,
        "budget": Decimal(budget),
        "resources": resources,
    }


PLANS = {
    "lublin": Plan(
        title="Lublin, w którym się zostaje (przykład)",
        language="pl",
        vision=(
            "Kto przyjeżdża do Lublina na studia lub do pracy, wie, gdzie pytać, uczy się języka obok pracy i znajduje "
            "zajęcie odpowiednie do swoich umiejętności. Sąsiedzi znają się nawzajem, a miasto słucha wszystkich."
        ),
        commitment=_decided(
            "Rada Miasta, uchwała przykładowa 1/2021",
            "Zastępczyni Prezydenta Ewa Przykład",
            240_000,
            "Dwa etaty w biurze obsługi mieszkańców, sale domów kultury, tłumaczenia.",
        ),
        narratives={
            "pl": (
                "Do Lublina przyjeżdżają ludzie z ponad stu krajów. Wielu studiuje, coraz więcej pracuje. Nie wszystko "
                "im się u nas udaje: trudno znaleźć informację w jednym miejscu, kursy języka kończą się razem ze "
                "studiami, a absolwenci wyjeżdżają, bo nie znajdują pracy zgodnej z wykształceniem.\n\n"
                "Chcemy to zmienić. Powstanie jedno okienko dla wszystkich nowych mieszkańców. Kursy będą wieczorem i "
                "w weekendy, tam gdzie ludzie mieszkają. Razem z pracodawcami otworzymy drogę do pierwszej pracy.\n\n"
                "Każdy może się włączyć: na spotkaniach w dzielnicach, w domach kultury albo pisząc do nas. Co roku "
                "powiemy, co się udało, a co nie."
            ),
            "en": (
                "People from more than a hundred countries come to Lublin. Many study, more and more work. Not all of "
                "it goes well: information is scattered, language courses end with the studies, and graduates leave "
                "because they find no work that fits what they have learnt.\n\n"
                "We want to change this. There will be one desk for all new residents. Courses will be in the evening "
                "and at weekends, where people live. With employers we open a way into the first job.\n\n"
                "Everybody can take part: at meetings in the districts, in the houses of culture, or by writing to us. "
                "Every year we will say what worked and what did not."
            ),
        },
        goals=[
            Goal(
                Area.GOVERNANCE,
                "Jedno miejsce, w którym nowi mieszkańcy dostają odpowiedź",
                "Kto przyjeżdża do pracy, trafia do tego samego okienka co studenci i załatwia sprawy w swoim języku.",
                "Wydziały informują osobno, bo nikt nie odpowiada za całość; nikt nie mierzy, kto nie trafia wcale.",
                ("welcoming_newcomers",),
                told=True,
            ),
            Goal(
                Area.PARTICIPATION,
                "Nauka polskiego obok pracy",
                "Kursy wieczorem i w weekendy, w dzielnicach, z opieką nad dziećmi.",
                "Kursy płaci uczelnia, więc kończą się z dyplomem; miasto nie ma na nie własnych środków.",
                ("language",),
            ),
            Goal(
                Area.INTERACTION,
                "Pierwsza praca zgodna z wykształceniem",
                "Absolwenci z zagranicy poznają pracodawców jeszcze przed dyplomem.",
                "Pracodawcy nie znają zagranicznych absolwentów, a ci nie znają nikogo, kto by ich polecił.",
                ("business_labour_market",),
            ),
            Goal(
                Area.INTERACTION,
                "Podwórka, na których spotykają się sąsiedzi",
                "Na trzech osiedlach starzy i nowi mieszkańcy urządzają wspólne miejsca.",
                "Przestrzeń projektuje się bez tych, którzy z niej nie korzystają.",
                ("public_space",),
            ),
        ],
        is_public=True,
    ),
    "cluj-napoca": Plan(
        title="At home in Cluj (sample)",
        vision="Nobody needs a friend who speaks Romanian to be served by the city. Newcomers know where to ask.",
        commitment=_decided(
            "Local council, sample resolution 7/2021",
            "Deputy mayor Ioana Exemplu",
            90_000,
            "One post in the social service, interpreters by the hour.",
        ),
        narratives={
            "ro": (
                "Exemplu: La Cluj vin mulți oameni la studii și la muncă. Vrem ca fiecare să găsească un ghișeu, "
                "în limba sa, și un curs de română fără listă de așteptare."
            ),
            "en": (
                "Sample: Many people come to Cluj to study and to work. We want everybody to find one desk, in a "
                "language they speak, and a course of Romanian without a waiting list."
            ),
        },
        goals=[
            Goal(
                Area.GOVERNANCE,
                "One desk for all newcomers",
                "People find the right office at the first try.",
                "Each office informs about itself alone; nobody is responsible for the whole way.",
                ("welcoming_newcomers",),
            ),
            Goal(
                Area.GOVERNANCE,
                "Public services in the languages that people speak",
                "Interpreters are there without an appointment.",
                "Interpreters are paid case by case, out of each office's own budget.",
                ("public_services",),
                told=True,
            ),
            Goal(
                Area.PARTICIPATION,
                "Courses of Romanian without a waiting list",
                "Whoever asks begins within a month.",
                "Teachers are hired for a year at a time.",
                ("language",),
            ),
        ],
    ),
    "cartagena": Plan(
        title="A port for everybody (sample)",
        vision="Conflicts are talked about before they grow, and the quarters decide with the town hall.",
        commitment=_decided(
            "Plenary, sample agreement of May 2021",
            "Councillor Nuria Ejemplo",
            130_000,
            "A team of four mediators; rooms in the libraries.",
        ),
        narratives={
            "es": (
                "Muestra: En Cartagena vivimos juntos personas de muchos orígenes. A veces hay conflictos, y pocas "
                "veces nos reunimos para hablarlos. Queremos mediadores en los barrios y asambleas en las que todos "
                "puedan decidir."
            )
        },
        goals=[
            Goal(
                Area.INTERACTION,
                "Mediators in the quarters",
                "In four quarters somebody whom people trust is there when there is a quarrel.",
                "The mediation service waits in the town hall for people who do not come there.",
                ("mediation_conflict_resolution",),
                told=True,
            ),
            Goal(
                Area.PARTICIPATION,
                "Quarters decide about a part of the budget",
                "Residents without a vote in elections decide with the others.",
                "Participation rests on the electoral roll.",
                ("participation",),
            ),
        ],
        is_public=True,
        before="Living together 2017 to 2020 (sample)",
    ),
    "linkoping": Plan(
        title="Linköping together (sample)",
        vision="Who moves to Linköping has colleagues and neighbours within a year, not only a case worker.",
        commitment={"leader": "Chair of the committee Karin Exempel"},
        goals=[
            Goal(
                Area.INTERACTION,
                "A club for every newcomer",
                "Sports and study clubs take up people who have just arrived.",
                "Clubs recruit among friends of members.",
                ("neighbourhoods",),
            ),
            Goal(
                Area.GOVERNANCE,
                "A staff as mixed as the city",
                "One new colleague in four has a background from abroad.",
                "Posts ask for language levels that the work does not need.",
                ("public_services",),
            ),
        ],
    ),
    "riga": Plan(
        title="Riga speaks with everybody (sample)",
        vision="Residents of every language find themselves in what the city says.",
        goals=[
            Goal(
                Area.GOVERNANCE,
                "The city informs in plain language",
                "Every letter of the city can be understood at school level.",
                "Letters are written by lawyers and read by nobody before they go out.",
                ("media_communication",),
                told=True,
            ),
            Goal(
                Area.PARTICIPATION,
                "Neighbourhood councils that look like the neighbourhood",
                "",
                "",
                ("participation",),
            ),
        ],
    ),
    "ravenna": Plan(
        title="Ravenna, city of mosaics (sample)",
        goals=[
            Goal(
                Area.INTERACTION,
                "Schools open in the afternoon",
                "Parents and children of all origins meet in three schools after lessons.",
                "Schools close when cooks and caretakers go home.",
                ("education",),
            ),
            Goal(Area.PARTICIPATION, "A women's council of the districts", "A council meets every month.", "", ()),
        ],
    ),
}


def tell(city: City) -> None:
    """Make the city's sample strategy, unless it has one or the demo leaves it without."""
    plan = PLANS.get(city.slug)
    if plan is None or CityStrategy.objects.filter(city=city).exists():
        return
    by = coordinator_of(city)
    if plan.before:
        _before(city, plan, by)
    made = _begun(city, plan, by)
    for goal in plan.goals:
        _add(made, goal, by)
    for language, text in plan.narratives.items():
        strategy.write_narrative(strategy=made, language=language, text=text, base_version=0, by=by)
    if plan.is_public:
        strategy.publish(strategy=made, by=_lead_of(city))


def objectives_of(city: City) -> list[Objective]:
    """The objectives of the city's sample strategy, in order, for the demo's pilot actions; none without a strategy."""
    current = strategy_of(city)
    return list(current.objectives.select_related("strategy__city")) if current and current.is_sample else []


def _lead_of(city: City) -> User:
    return Membership.objects.select_related("user").filter(city=city, role=Role.LEAD)[0].user


def _before(city: City, plan: Plan, by: User) -> None:
    """What the city worked on before: closed, and not public any more."""
    earlier = strategy.begin(
        city=city,
        title=plan.before,
        starts_on=date(2017, 1, 1),
        ends_on=date(2020, 12, 31),
        assessment=None,
        language="en",
        vision="Sample: quarters that know each other.",
        is_sample=True,
        by=by,
    )
    strategy.close(strategy=earlier, by=by)


def _begun(city: City, plan: Plan, by: User) -> CityStrategy:
    last_day = date(max(2027, timezone.localdate(timezone=city.zone).year + 1), 12, 31)
    facts: dict[str, Any] = {
        "title": plan.title,
        "language": plan.language,
        "starts_on": FIRST_DAY,
        "ends_on": last_day,
        "assessment": next(iter(assessments_of(city)), None),
        "vision": plan.vision,
    }
    made = strategy.begin(city=city, is_sample=True, by=by, **facts)
    if not plan.commitment:
        return made
    nothing = {"decision": "", "decided_on": None, "decision_url": "", "leader": "", "budget": None, "resources": ""}
    given = {**nothing, **plan.commitment}
    return strategy.change_strategy(strategy=made, base_version=made.version, by=by, **facts, **given)


def _add(made: CityStrategy, goal: Goal, by: User) -> None:
    gaps = list(goal.on if made.assessment else ())
    if goal.told and gaps:
        about = offers_about(made, goal.on[0])
        gaps += [offer.key for offer in about if offer.kind == GapKind.FINDING][:1]
    objectives.add_objective(
        strategy=made,
        area=goal.area,
        title=goal.title,
        description=goal.description,
        root_cause=goal.root_cause,
        gaps=gaps,
        by=by,
    )
