"""The demo's pacts, told through the real actions: in force in Lublin, in every other state elsewhere, two cities none.

The cities are real; what is promised, said and signed here is made up, and every name says so. Days lie in the past.
"""

from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta

from django.utils import timezone

from cities.models import City, User
from epi import mail
from strategy.demo.register import coordinator_of
from strategy.enums import Sector
from strategy.pact import queries
from strategy.pact.actions import consulting, deciding, signatories, signing, writing
from strategy.pact.enums import CommentDecision, PactState, SignatoryKind
from strategy.pact.models import ConsultationLink, Pact, PactComment, PactVersion, Signature
from strategy.plan.enums import Area

TAKEN_UP, DECLINED = CommentDecision.TAKEN_UP, CommentDecision.DECLINED
OPEN_FOR = timedelta(days=21)
# In this order the states of a pact are reached.
STATES = list(PactState)


@dataclass(frozen=True)
class Signer:
    """Who signs; `account`: the role whose demo account does, others sign by link."""

    name: str
    represented_by: str
    function: str
    account: str = ""


@dataclass(frozen=True)
class Said:
    """A comment on the article of that number (0: the whole); without a decision it is not answered."""

    article: int
    text: str
    sector: Sector
    decision: CommentDecision | None = None
    answer: str = ""


@dataclass(frozen=True)
class Story:
    """A city's pact, and how far it is."""

    until: PactState
    title: str
    signers: tuple[Signer, ...] = ()
    comments: tuple[Said, ...] = ()
    articles: tuple[tuple[str, str, Area | None, tuple[str, ...]], ...] = ()  # title, text, area, commitments
    promises: tuple[tuple[Area, str, int], ...] = ()  # beside the articles it begins with; by which signer
    preamble: str = ""
    sustainability: str = ""
    signed: int = 0
    adopted_by: str = "City council, sample resolution 12/2022"
    adopted_on: date = date(2022, 1, 27)
    in_force: tuple[date, date] = (date(2022, 3, 1), date(2027, 12, 31))
    evaluation: str = ""
    has_next: bool = False


STORIES = {
    "lublin": Story(
        PactState.IN_FORCE,
        "Miejski Pakt Integracji Lublina (przykład)",
        preamble=(
            "My, którzy podpisujemy ten pakt, chcemy, aby każdy, kto mieszka w Lublinie, czuł się u siebie, był "
            "słuchany i mógł dać miastu to, co umie. Opieramy się na przeglądzie naszych polityk i na rozmowach z "
            "mieszkańcami."
        ),
        sustainability=(
            "Działania z tego paktu trwają po zakończeniu projektu. Tabela mówi, kto prowadzi każde z nich dalej i kto "
            "za nie płaci. Co roku w listopadzie Rada Miasta dostaje o tym sprawozdanie."
        ),
        articles=(
            (
                "Cel",
                "Pakt utrwala działania Miejskiej Strategii Integracji. Mówi, co każdy z nas obiecuje, kto nad tym "
                "czuwa i co się dzieje, gdy coś nie idzie zgodnie z planem.",
                None,
                (),
            ),
            (
                "Zobowiązania: interakcja",
                "Mieszkańcy różnego pochodzenia spotykają się i tworzą razem, w miejscach otwartych dla wszystkich.",
                Area.INTERACTION,
                ("Co roku otwieramy trzy podwórka urządzone wspólnie przez dawnych i nowych sąsiadów.",),
            ),
            (
                "Zobowiązania: uczestnictwo",
                "O tym, co miasto robi dla integracji, współdecydują ci, których to dotyczy.",
                Area.PARTICIPATION,
                ("Kursy języka polskiego odbywają się wieczorem i w weekendy, z opieką nad dziećmi.",),
            ),
            (
                "Zobowiązania: zarządzanie",
                "Integracja jest zadaniem całego urzędu, a pracownicy uczą się pracy z różnorodnością.",
                Area.GOVERNANCE,
                ("Jedno okienko dla nowych mieszkańców działa w czterech językach przez cały tydzień.",),
            ),
            (
                "Organ Koordynujący",
                "Organ Koordynujący zbiera się co najmniej cztery razy w roku i ogłasza swoje decyzje.",
                None,
                (),
            ),
            (
                "Monitorowanie",
                "Raz w roku miasto mówi publicznie, które zobowiązania spełniono i czego się nauczyliśmy.",
                None,
                (),
            ),
        ),
        signers=(
            Signer("Miasto Lublin (przykład)", "Ewa Przykładowa", "Zastępczyni Prezydenta"),
            Signer("Fundacja Przykładowych Sąsiadów", "Jan Przykładowy", "Prezes zarządu"),
            Signer("Uniwersytet Wzorcowy", "Zofia Wzorcowa", "Prorektor do spraw studenckich"),
        ),
        comments=(
            Said(
                2,
                "Trzy podwórka to mało. Prosimy wpisać, w których dzielnicach.",
                Sector.RESIDENTS,
                TAKEN_UP,
                "Dzielnice wskażemy co roku razem z radami dzielnic; dopisaliśmy to do wspólnego urządzania.",
            ),
            Said(
                0,
                "Czy pakt może obowiązywać bezterminowo?",
                Sector.CIVIL_SOCIETY,
                DECLINED,
                "Wolimy pakt na czas określony, żeby go uczciwie ocenić i odnowić.",
            ),
        ),
        signed=3,
        adopted_by="Rada Miasta, uchwała przykładowa 12/2022",
    ),
    "cluj-napoca": Story(
        PactState.ADOPTED,
        "City Integration Pact of Cluj-Napoca (sample)",
        signers=(
            Signer("City of Cluj-Napoca (sample)", "Ioana Exemplu", "Deputy mayor"),
            Signer("Asociația Exemplu pentru nou-veniți", "Radu Exemplu", "Chair", account="viewer"),
            Signer("Universitatea Model", "Mihai Model", "Vice-rector"),
        ),
        promises=(
            (Area.GOVERNANCE, "Interpreters are there in the city's offices without an appointment.", 1),
            (Area.PARTICIPATION, "A council of newcomers meets every month and is heard on the city's budget.", 2),
            (Area.INTERACTION, "Students and neighbours run an open kitchen together.", 3),
        ),
        comments=(
            Said(
                4,
                "Interpreters should be there without an appointment.",
                Sector.COMMUNITY,
                TAKEN_UP,
                "It stands among the commitments now.",
            ),
        ),
        signed=1,
    ),
    "cartagena": Story(
        PactState.CONSULTATION,
        "City Integration Pact of Cartagena (sample)",
        signers=(
            Signer("City of Cartagena (sample)", "Nuria Ejemplo", "Councillor"),
            Signer("Fundación Puentes de Ejemplo", "Pablo Muestra", "Director"),
        ),
        promises=(
            (Area.INTERACTION, "Two squares are made over together with those who live around them.", 1),
            (Area.PARTICIPATION, "Mediators of the quarters are trained and paid.", 2),
        ),
        comments=(
            Said(
                2,
                "Which open spaces? Our quarter has none.",
                Sector.RESIDENTS,
                TAKEN_UP,
                "We will name the quarters in the article.",
            ),
            Said(6, "Once a year is too seldom. Could you tell us twice?", Sector.CIVIL_SOCIETY),
            Said(0, "Please have it in Arabic and French, too.", Sector.COMMUNITY),
        ),
    ),
    "linkoping": Story(
        PactState.DRAFT,
        "City Integration Pact of Linköping (sample)",
        signers=(Signer("City of Linköping (sample)", "Karin Exempel", "Municipal commissioner"),),
    ),
    "riga": Story(
        PactState.EVALUATED,
        "City Integration Pact of Riga (sample)",
        signers=(
            Signer("City of Riga (sample)", "Liga Paraugs", "Deputy mayor"),
            Signer("Biedrība Paraugs", "Janis Paraugs", "Chair"),
        ),
        promises=(
            (Area.GOVERNANCE, "An advice desk is open in three languages.", 1),
            (Area.INTERACTION, "Neighbours meet in five districts, every season.", 2),
        ),
        signed=2,
        in_force=(date(2022, 3, 1), date(2025, 12, 31)),
        evaluation=(
            "Sample: five of six commitments were kept. The meetings of neighbours went on without the city's help in "
            "four of five districts. The advice desk closed for a year, because nobody had been named who pays for it: "
            "the next pact names an owner and a budget for each action."
        ),
        has_next=True,
    ),
}


def tell(city: City) -> None:
    """Make the city's sample pact, unless it has one or the demo leaves it without. No mail goes out."""
    story = STORIES.get(city.slug)
    if story is None or city.pacts.exists():
        return
    by = coordinator_of(city)
    pact = _written(city, story, by)
    for state in STATES[1 : STATES.index(story.until) + 1]:
        _STEPS[state](pact, story, by)
        pact.refresh_from_db()
    if story.has_next:
        writing.renew(pact=pact, by=by)
    mail.forget(*(address for one in pact.signatories.select_related("account") if (address := one.address)))


def _written(city: City, story: Story, by: User) -> Pact:
    pact = writing.start(city=city, by=by, is_sample=True)
    writing.change_pact(
        pact=pact,
        base_version=0,
        title=story.title,
        language="pl" if story.articles else "en",
        preamble=story.preamble or pact.preamble,
        sustainability=story.sustainability or pact.sustainability,
        by=by,
    )
    if story.articles:
        _rewrite(pact, story, by)
    for number, signer in enumerate(story.signers, start=1):
        email = f"{signer.account}@{city.slug}.example" if signer.account else f"sample-{number}@{city.slug}.example"
        signatories.add_signatory(
            pact=pact,
            kind=SignatoryKind.BODY,
            name=signer.name,
            represented_by=signer.represented_by,
            function=signer.function,
            email=email,
            by=by,
        )
    signers = list(pact.signatories.all())
    for area, promised, number in story.promises:
        article = pact.articles.get(area=area)
        signatory = signers[number - 1]
        writing.add_commitment(article=article, text=promised, signatory=signatory, actions=[], subjects=[], by=by)
    if queries.to_take_over(pact).exists():
        writing.take_over_actions(pact=pact, by=by)
    return pact


def _rewrite(pact: Pact, story: Story, by: User) -> None:
    """The city's own articles instead of those that a pact begins with."""
    for article in list(pact.articles.all()):
        writing.remove_article(article=article, by=by)
    for title, text, area, promised in story.articles:
        article = writing.add_article(pact=pact, title=title, text=text, area=area or "", by=by)
        for commitment in promised:
            writing.add_commitment(article=article, text=commitment, signatory=None, actions=[], subjects=[], by=by)


# On its way -----------------------------------------------------------------------------------------------------------
def _consult(pact: Pact, story: Story, by: User) -> None:
    today = timezone.localdate(timezone=pact.city.zone)
    version = consulting.open_consultation(pact=pact, until=today + OPEN_FOR, by=by)
    token = consulting.add_link(pact=pact, label="Organisations of the register (sample)", by=by)
    link = ConsultationLink.objects.with_token(token).select_related("pact__city").get()
    for said in story.comments:
        _say(link, version, said, by)


def _say(link: ConsultationLink, version: PactVersion, said: Said, by: User) -> None:
    key = PactComment._meta.get_field("key").get_default()
    made = consulting.comment(
        link=link, version=version, key=key, article=said.article, sector=said.sector, text=said.text
    )
    if said.decision:
        consulting.answer(comment=made, base_version=0, decision=said.decision, answer=said.answer, by=by)


def _adopt(pact: Pact, story: Story, by: User) -> None:
    """After a change that the consultation brought, so that there is something to compare."""
    article = pact.articles.filter(area=Area.INTERACTION)[0]
    added = "Razem z radami dzielnic." if story.articles else "Together with the people of each quarter."
    writing.change_article(
        article=article,
        base_version=article.version,
        title=article.title,
        text=f"{article.text} {added}",
        area=article.area,
        by=by,
    )
    deciding.adopt(pact=pact, adopted_by=story.adopted_by, adopted_on=story.adopted_on, by=by)
    _let_it_be_then(pact, story.adopted_on)
    for _number in range(story.signed):
        _sign_next(pact, story.adopted_on)


def _sign_next(pact: Pact, adopted_on: date) -> None:
    pact.refresh_from_db()
    following = queries.next_to_sign(pact)
    version = queries.adopted_version(pact)
    assert following
    assert version
    link = following.links.working().get()
    signing.sign(signatory=following, seen_hash=version.hash, name=following.signer, by=None, link=link)
    signed_at = _noon(adopted_on + timedelta(days=7 * following.position))
    Signature.objects.filter(signatory=following, void_at=None).update(signed_at=signed_at)


def _let_it_be_then(pact: Pact, adopted_on: date) -> None:
    """Actions happen today; the story took place when the pact was adopted. Nothing that is signed tells the day."""
    consulted_on = adopted_on - timedelta(days=40)
    days = {"consultation": consulted_on, "adoption": adopted_on}
    for version in pact.versions.all():
        PactVersion.objects.filter(pk=version.pk).update(at=_noon(days[version.reason]))
    PactComment.objects.filter(version_read__pact=pact).update(at=_noon(consulted_on + timedelta(days=9)))
    Pact.objects.filter(pk=pact.pk).update(consult_until=consulted_on + OPEN_FOR)


def _noon(day: date) -> datetime:
    return datetime(day.year, day.month, day.day, 11, tzinfo=UTC)


def _put_into_force(pact: Pact, story: Story, by: User) -> None:
    first, last = story.in_force
    deciding.put_into_force(pact=pact, in_force_from=first, valid_until=last, by=by)


def _evaluate(pact: Pact, story: Story, by: User) -> None:
    deciding.evaluate(pact=pact, evaluation=story.evaluation, by=by)


def _nothing(pact: Pact, story: Story, by: User) -> None:
    """The last signature has made the move."""


_STEPS = {
    PactState.CONSULTATION: _consult,
    PactState.ADOPTED: _adopt,
    PactState.SIGNED: _nothing,
    PactState.IN_FORCE: _put_into_force,
    PactState.EVALUATED: _evaluate,
}
