"""What the demo's sessions are about, and what is said there: made up, in the spirit of what each city worked on."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from cities.enums import FigureKind
from strategy.enums import Sector
from strategy.findings.enums import FindingKind
from strategy.sessions.enums import SessionKind


@dataclass(frozen=True)
class Heard:
    """A note; with a kind, a finding comes of it. What is about a question holds where the city answers "yes"."""

    subject: str
    sector: Sector | str
    text: str
    kind: FindingKind | None = None


@dataclass(frozen=True)
class Votes:
    """A round of ratings: how many of each group vote, and how many points they see practice away from the score."""

    areas: tuple[str, ...]
    by_group: Mapping[Sector, int]
    away: int = -8
    unused: int = 1  # ballots of each group
    is_open: bool = False


@dataclass(frozen=True)
class Meeting:
    """A session: what is planned, how far it is (a state of STEPS), who comes, what is said."""

    kind: SessionKind
    title: str
    purpose: str
    days: int  # from today
    until: str
    groups: tuple[Sector, ...]
    topics: tuple[str, ...]
    heard: tuple[Heard, ...] = ()
    votes: Votes | None = None
    guests: Mapping[Sector, int] = field(default_factory=dict)
    tallies: Mapping[FigureKind, int] = field(default_factory=dict)
    amendments: tuple[str, ...] = ()
    reason: str = ""  # why it was cancelled, or why the first amendment is not taken up
    place: str = "Town hall, small meeting room"
    language: str = "en"
    hour: int = 17
    most: int = 7  # people invited


CONFIRMS, NUANCES, CONTRADICTS = FindingKind.CONFIRMS, FindingKind.NUANCES, FindingKind.CONTRADICTS
PRIORITY, IDEA, QUOTATION = FindingKind.PRIORITY, FindingKind.IDEA, FindingKind.QUOTATION

LUBLIN = (
    Meeting(
        SessionKind.FOCUS_GROUP,
        "Grupa fokusowa: studenci i absolwenci z zagranicy",
        "jak studenci z zagranicy mieszkają, uczą się i szukają pracy w Lublinie, i co skłania ich do pozostania.",
        -40,
        "final",
        (Sector.EDUCATION, Sector.COMMUNITY, Sector.CIVIL_SOCIETY, Sector.BUSINESS),
        ("international_outlook", "business_labour_market", "language"),
        language="pl",
        heard=(
            Heard("international_outlook", Sector.EDUCATION, "uczelnie dobrze witają studentów.", CONFIRMS),
            Heard(
                "business_labour_market",
                Sector.COMMUNITY,
                "staże są, lecz ogłoszenia ukazują się tylko po polsku i trudno o nich usłyszeć.",
                NUANCES,
            ),
            Heard("business_labour_market", Sector.BUSINESS, "procedury zatrudnienia są dla małych firm niejasne."),
            Heard("language", Sector.COMMUNITY, "kursy języka po studiach są najważniejsze.", PRIORITY),
            Heard("language", Sector.EDUCATION, "tandemy językowe w domach kultury.", IDEA),
            Heard("welcoming_newcomers", Sector.COMMUNITY, "„Po dyplomie nikt już nie pytał, czy zostaję.”", QUOTATION),
        ),
        votes=Votes(
            ("international_outlook", "business_labour_market", "language", "welcoming_newcomers"),
            {Sector.COMMUNITY: 8, Sector.EDUCATION: 7, Sector.BUSINESS: 5, Sector.MEDIA: 3},
        ),
        guests={Sector.EDUCATION: 6, Sector.RESIDENTS: 2},
        tallies={FigureKind.FOREIGN_RESIDENTS_SHARE: 9},
        amendments=(
            "proszę dodać, że mowa była o wszystkich uczelniach.",
            "kursy po studiach to także kursy wieczorowe.",
        ),
        reason="mowa była o dwóch uczelniach.",
        place="Dom kultury Wzór",
    ),
    Meeting(
        SessionKind.ROUND_TABLE,
        "Round table on work for graduates from abroad",
        "what employers, universities and the city can do so that graduates find work that fits them.",
        -25,
        "final",
        (Sector.BUSINESS, Sector.EDUCATION, Sector.AUTHORITY, Sector.CITY),
        ("business_labour_market", "welcoming_newcomers", "WEL1"),
        heard=(
            Heard("business_labour_market", Sector.BUSINESS, "large employers hire graduates gladly.", CONFIRMS),
            Heard(
                "WEL1",
                Sector.AUTHORITY,
                "the desk for newcomers is known to students, hardly to those who come to work.",
                NUANCES,
            ),
            Heard("business_labour_market", Sector.EDUCATION, "one calendar of job fairs for all.", IDEA),
            Heard("welcoming_newcomers", Sector.CITY, "advice on permits in English comes first.", PRIORITY),
        ),
        guests={Sector.BUSINESS: 3},
        tallies={FigureKind.FOREIGN_RESIDENTS_SHARE: 2},
    ),
    Meeting(
        SessionKind.INTERVIEW,
        "Wywiad: najemcy i wspólnoty mieszkaniowe",
        "jak nowi mieszkańcy szukają mieszkania.",
        -9,
        "circulated",
        (Sector.RESIDENTS, Sector.CIVIL_SOCIETY),
        ("neighbourhoods",),
        language="pl",
        heard=(
            Heard("neighbourhoods", Sector.RESIDENTS, "sąsiedzi się znają, ale umowy najmu są niezrozumiałe.", NUANCES),
            Heard("neighbourhoods", Sector.CIVIL_SOCIETY, "wzór umowy w trzech językach.", IDEA),
        ),
        most=3,
        place="Rada dzielnicy Przykład",
    ),
    Meeting(
        SessionKind.ROUND_TABLE,
        "Round table on the draft of the strategy",
        "whether the areas that the city chose are the right ones.",
        30,
        "planned",
        (),
        ("language", "business_labour_market", "participation"),
    ),
)

CLUJ_NAPOCA = (
    Meeting(
        SessionKind.FOCUS_GROUP,
        "Focus group: what a one-stop shop should offer",
        "where people from abroad look for information and help, and what they do not find in one place.",
        -50,
        "final",
        (Sector.COMMUNITY, Sector.EDUCATION, Sector.CIVIL_SOCIETY),
        ("welcoming_newcomers", "WEL1", "language", "public_services"),
        heard=(
            Heard(
                "WEL1",
                Sector.COMMUNITY,
                "there is a person to ask, and nobody in the group knew where; people ask each other online.",
                CONTRADICTS,
            ),
            Heard("WEL1", Sector.EDUCATION, "students are sent from one office to the next.", CONTRADICTS),
            Heard("language", Sector.CIVIL_SOCIETY, "courses are good, waiting lists are long.", NUANCES),
            Heard("public_services", Sector.COMMUNITY, "one desk and one web site in five languages.", IDEA),
            Heard("welcoming_newcomers", Sector.COMMUNITY, "information before arrival matters most.", PRIORITY),
            Heard(
                "welcoming_newcomers", Sector.EDUCATION, "“I took a day off work for each of the papers.”", QUOTATION
            ),
        ),
        votes=Votes(
            ("welcoming_newcomers", "language", "public_services"),
            {Sector.COMMUNITY: 8, Sector.EDUCATION: 6, Sector.CIVIL_SOCIETY: 5, Sector.FAITH: 2},
        ),
        guests={Sector.COMMUNITY: 5},
        tallies={FigureKind.FOREIGN_RESIDENTS_SHARE: 8},
        amendments=("name the languages: English, Arabic, Vietnamese, Ukrainian, French.",),
        reason="the languages were not settled in the session.",
    ),
    Meeting(
        SessionKind.ROUND_TABLE,
        "Round table with services and employers",
        "who would bring what to a common desk.",
        -28,
        "final",
        (Sector.CITY, Sector.AUTHORITY, Sector.BUSINESS, Sector.MEDIA),
        ("public_services", "media_communication"),
        heard=(
            Heard("public_services", Sector.CITY, "social services do work with interpreters.", CONFIRMS),
            Heard("public_services", Sector.AUTHORITY, "only if the visit is announced a week before.", NUANCES),
            Heard("media_communication", Sector.MEDIA, "local media would carry a page for newcomers.", IDEA),
        ),
        guests={Sector.BUSINESS: 2},
    ),
    Meeting(
        SessionKind.OPEN_DAY,
        "Open day of the pilot desk",
        "what visitors think of the desk.",
        18,
        "cancelled",
        (Sector.COMMUNITY, Sector.RESIDENTS, Sector.CULTURE),
        ("welcoming_newcomers",),
        reason="the rooms are being rebuilt for longer than planned. A new day follows.",
    ),
)

# The clear contradiction of the demo: the city says yes, those concerned say no, and rate practice far below the score.
CARTAGENA = (
    Meeting(
        SessionKind.FOCUS_GROUP,
        "Focus group on dialogue between religions",
        "what dialogue between religions there is in everyday life.",
        -35,
        "final",
        (Sector.FAITH, Sector.COMMUNITY, Sector.RESIDENTS),
        ("mediation_conflict_resolution", "MED3", "MED2", "interaction"),
        heard=(
            Heard(
                "MED3",
                Sector.FAITH,
                "the table for dialogue met once, two years ago. Nobody was invited since, and nobody knows its chair.",
                CONTRADICTS,
            ),
            Heard(
                "MED3",
                Sector.COMMUNITY,
                "when a prayer room was to be opened, neighbours and the community were left to themselves.",
                CONTRADICTS,
            ),
            Heard("MED3", Sector.RESIDENTS, "neighbours never heard of such a body.", CONTRADICTS),
            Heard("WEL1", Sector.COMMUNITY, "the welcome office is closed after three; workers cannot go.", NUANCES),
            Heard("mediation_conflict_resolution", Sector.FAITH, "meetings four times a year, in turn.", IDEA),
            Heard(
                "mediation_conflict_resolution",
                Sector.COMMUNITY,
                "“We share the street, the school and the shop, and have never sat at one table.”",
                QUOTATION,
            ),
            Heard("interaction", Sector.RESIDENTS, "feasts of the neighbourhood bring people together.", CONFIRMS),
        ),
        votes=Votes(
            ("mediation_conflict_resolution",),
            {Sector.FAITH: 8, Sector.COMMUNITY: 7, Sector.RESIDENTS: 6, Sector.MEDIA: 3},
            away=-65,
        ),
        guests={Sector.FAITH: 3, Sector.COMMUNITY: 4},
        tallies={FigureKind.FOREIGN_RESIDENTS_SHARE: 8},
        amendments=("add that the schools were praised.", "the table met two and a half years ago."),
        reason="schools were not a subject of this session.",
        place="Biblioteca de barrio La Muestra",
    ),
    Meeting(
        SessionKind.ROUND_TABLE,
        "First round table on intercultural dialogue",
        "who could call people of all beliefs together, and what for.",
        -20,
        "final",
        (Sector.CITY, Sector.FAITH, Sector.EDUCATION, Sector.CIVIL_SOCIETY),
        ("mediation_conflict_resolution", "cultural_social_life", "education"),
        heard=(
            Heard("MED3", Sector.CITY, "the body exists in the statutes; it has had no budget since.", NUANCES),
            Heard("education", Sector.EDUCATION, "schools do bring parents in.", CONFIRMS),
            Heard("mediation_conflict_resolution", Sector.CIVIL_SOCIETY, "mediators for whole districts.", PRIORITY),
        ),
        votes=Votes(
            ("cultural_social_life", "education"),
            {Sector.CIVIL_SOCIETY: 6, Sector.EDUCATION: 5, Sector.CITY: 4},
        ),
        guests={Sector.EDUCATION: 4},
    ),
    Meeting(
        SessionKind.INTERVIEW,
        "Interview with farm workers' representatives",
        "how people who work on farms around the city reach its services.",
        -8,
        "circulated",
        (Sector.BUSINESS, Sector.COMMUNITY),
        ("public_services", "language"),
        heard=(
            Heard("public_services", Sector.COMMUNITY, "the last bus leaves before offices open again.", NUANCES),
            Heard("language", Sector.BUSINESS, "courses on the farms, in winter.", IDEA),
        ),
        most=3,
    ),
    Meeting(
        SessionKind.ROUND_TABLE,
        "Second round table on intercultural dialogue",
        "what the table for dialogue is to do, and who belongs to it.",
        12,
        "invited",
        (Sector.FAITH, Sector.COMMUNITY, Sector.CITY, Sector.RESIDENTS),
        ("mediation_conflict_resolution", "MED3"),
    ),
)

LINKOPING = (
    Meeting(
        SessionKind.INTERVIEW,
        "Interview with employers",
        "how people who are new in Sweden come to work, and what stands in the way.",
        -45,
        "final",
        (Sector.BUSINESS, Sector.AUTHORITY),
        ("business_labour_market", "BUS1"),
        heard=(
            Heard("business_labour_market", Sector.BUSINESS, "mentors at work make the difference.", CONFIRMS),
            Heard("BUS1", Sector.BUSINESS, "small firms have not heard of the federation's charter.", NUANCES),
            Heard("business_labour_market", Sector.AUTHORITY, "recognition of diplomas first.", PRIORITY),
        ),
        most=4,
    ),
    Meeting(
        SessionKind.FOCUS_GROUP,
        "Focus group on active citizenship",
        "who takes part in the life of the city, and who does not, and why.",
        -16,
        "amended",
        (Sector.CIVIL_SOCIETY, Sector.COMMUNITY, Sector.EDUCATION),
        ("leadership_citizenship", "participation", "PAR1"),
        heard=(
            Heard("participation", Sector.COMMUNITY, "consultations are in the evening, without child care.", NUANCES),
            Heard("leadership_citizenship", Sector.CIVIL_SOCIETY, "study circles before elections.", IDEA),
            Heard("commitment", Sector.EDUCATION, "the municipality's promise is known and taken seriously.", CONFIRMS),
            Heard("participation", Sector.COMMUNITY, "“They ask us, then we never hear of it again.”", QUOTATION),
        ),
        votes=Votes(
            ("leadership_citizenship", "participation", "commitment"),
            {Sector.COMMUNITY: 5, Sector.CIVIL_SOCIETY: 4, Sector.EDUCATION: 2},
            unused=4,
            is_open=True,
        ),
        guests={Sector.COMMUNITY: 3},
        tallies={FigureKind.FOREIGN_BORN_SHARE: 5},
        amendments=("add that child care was offered once.", "study circles, in plain Swedish and in Somali."),
        reason="it was offered at another event.",
    ),
    Meeting(
        SessionKind.OPEN_DAY,
        "Open day: a city for all who work and live here",
        "what passers-by think matters most.",
        -6,
        "held",
        (Sector.CULTURE, Sector.RESIDENTS, Sector.MEDIA),
        ("public_space", "cultural_social_life"),
        heard=(
            Heard("public_space", Sector.RESIDENTS, "benches and light along the stream.", IDEA),
            Heard("cultural_social_life", Sector.CULTURE, "clubs open their doors on Sundays."),
        ),
        guests={Sector.RESIDENTS: 64, Sector.COMMUNITY: 21, Sector.BUSINESS: 5},
        tallies={FigureKind.FOREIGN_BORN_SHARE: 27},
        place="Main square",
        hour=11,
    ),
)

RAVENNA = (
    Meeting(
        SessionKind.FOCUS_GROUP,
        "Focus group on work and housing",
        "how families find a home and steady work, and who helps.",
        -12,
        "held",
        (Sector.COMMUNITY, Sector.BUSINESS, Sector.CIVIL_SOCIETY),
        ("business_labour_market", "neighbourhoods", "education"),
        heard=(
            Heard(
                "neighbourhoods", Sector.COMMUNITY, "landlords ask for contracts that seasonal workers lack.", NUANCES
            ),
            Heard("neighbourhoods", Sector.CIVIL_SOCIETY, "a register of host families.", IDEA),
            Heard("education", Sector.COMMUNITY, "help with homework in the afternoon.", PRIORITY),
            Heard("business_labour_market", Sector.BUSINESS, "cooperatives train people on the job.", CONFIRMS),
        ),
        votes=Votes(
            ("business_labour_market", "neighbourhoods", "education"),
            {Sector.COMMUNITY: 4, Sector.BUSINESS: 3, Sector.CIVIL_SOCIETY: 3},
            unused=3,
            is_open=True,
        ),
        guests={Sector.COMMUNITY: 6},
        tallies={FigureKind.FOREIGN_RESIDENTS_SHARE: 8},
    ),
    Meeting(
        SessionKind.ROUND_TABLE,
        "Round table on taking part in the life of the city",
        "how residents without a vote can have a say.",
        16,
        "invited",
        (Sector.COMMUNITY, Sector.EDUCATION, Sector.CITY, Sector.RESIDENTS),
        ("participation", "leadership_citizenship"),
    ),
)

RIGA = (
    Meeting(
        SessionKind.FOCUS_GROUP,
        "Focus group on languages in everyday life",
        "in which languages people get information, and where they are lost.",
        -14,
        "circulated",
        (Sector.COMMUNITY, Sector.EDUCATION, Sector.MEDIA),
        ("language", "media_communication"),
        heard=(
            Heard("language", Sector.EDUCATION, "classes for adults begin too rarely.", NUANCES),
            Heard("media_communication", Sector.MEDIA, "stories of success are read, in every language.", CONFIRMS),
            Heard("language", Sector.COMMUNITY, "conversation clubs in libraries.", IDEA),
        ),
        votes=Votes(("language", "media_communication"), {Sector.COMMUNITY: 7, Sector.EDUCATION: 6, Sector.MEDIA: 2}),
        guests={Sector.COMMUNITY: 4},
    ),
    Meeting(
        SessionKind.INTERVIEW,
        "Interview with a neighbourhood association",
        "how neighbours meet.",
        21,
        "planned",
        (),
        ("neighbourhoods", "public_space"),
    ),
)

DIETZENBACH = (
    Meeting(
        SessionKind.ROUND_TABLE,
        "Opening round table with associations",
        "how associations want to take part in the review.",
        24,
        "planned",
        (),
        ("participation", "neighbourhoods"),
    ),
    Meeting(
        SessionKind.INTERVIEW,
        "Interview with sports clubs",
        "how clubs reach children of all backgrounds.",
        9,
        "cancelled",
        (Sector.CULTURE, Sector.EDUCATION),
        ("cultural_social_life",),
        reason="the season begins earlier than thought. We write again in spring.",
        most=3,
    ),
)

MEETINGS = {
    "lublin": LUBLIN,
    "cluj-napoca": CLUJ_NAPOCA,
    "cartagena": CARTAGENA,
    "linkoping": LINKOPING,
    "ravenna": RAVENNA,
    "riga": RIGA,
    "dietzenbach": DIETZENBACH,
}

# The areas that a city's strategy concentrates on, and why.
CHOICES = {
    "lublin": {
        "business_labour_market": "graduates from abroad leave for want of fitting work; employers offered to help.",
        "language": "courses end with the studies, when people need them most.",
        "welcoming_newcomers": "those who come to work do not know the desk that students know.",
    },
    "cluj-napoca": {
        "welcoming_newcomers": "people ask each other because they do not find the office: one desk for all.",
        "public_services": "services work with interpreters, yet only by appointment.",
        "language": "waiting lists for courses are long.",
    },
}
