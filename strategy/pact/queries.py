"""Reads about pacts that several pages use. Constant numbers of queries."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from decimal import Decimal

from django.db.models import Count, Exists, F, OuterRef, Prefetch, Q, QuerySet

from cities.models import City, User
from icc_index.instrument import newest_instrument
from strategy.pact import text
from strategy.pact.enums import CommentDecision, PactState, VersionReason
from strategy.pact.models import Article, Commitment, Pact, PactComment, PactVersion, Signatory, Signature
from strategy.plan.enums import ActionState
from strategy.plan.models import PilotAction

AS_ADOPTED = (VersionReason.ADOPTION, VersionReason.CHANGE)
UNDER_WAY = (PactState.DRAFT, PactState.CONSULTATION, PactState.ADOPTED)


# Pacts of a city -----------------------------------------------------------------------------------------------------
def pact_under_way(city: City) -> Pact | None:
    """The one that is written, consulted about or signed now: one per city."""
    return city.pacts.filter(state__in=UNDER_WAY).order_by("-number").first()


def public_pacts(city: City) -> list[Pact]:
    """What everybody may read of a city's pacts: the one that holds, then the others, the newest first. One query."""
    found = list(city.pacts.public().select_related("city", "superseded_by").order_by("-number"))
    return sorted(found, key=lambda pact: pact.state != PactState.IN_FORCE or successor_of(pact) is not None)


def successor_of(pact: Pact) -> Pact | None:
    """The pact that has taken its place, once that one is or was in force."""
    later = getattr(pact, "superseded_by", None)
    return later if later and later.state in (PactState.IN_FORCE, PactState.EVALUATED) else None


# Text as rows ---------------------------------------------------------------------------------------------------------
def articles_of(pact: Pact) -> list[Article]:
    """With their commitments and what these are tied to. Three queries."""
    commitments = Commitment.objects.select_related("signatory").prefetch_related("actions")
    return list(pact.articles.prefetch_related(Prefetch("commitments", commitments)))


def lasting_of(articles: Iterable[Article]) -> list[PilotAction]:
    """The actions that the commitments are tied to, each once, as they come. No query after `articles_of`."""
    tied = (action for one in articles for commitment in one.commitments.all() for action in commitment.actions.all())
    return list({action.pk: action for action in tied}.values())


def content_of(pact: Pact) -> text.Content:
    """The text as it stands in the rows now. Four queries."""
    articles = articles_of(pact)
    return text.build(
        title=pact.title,
        preamble=pact.preamble,
        sustainability=pact.sustainability,
        articles=[_article_row(article) for article in articles],
        signatories=[
            text.SignatoryRow((one.position, one.pk), one.name, one.represented_by, one.function)
            for one in pact.signatories.all()
        ],
        lasting=[
            text.LastingRow(one.title, one.after_owner, _money(one.after_budget), one.after_source)
            for one in lasting_of(articles)
        ],
    )


def _article_row(article: Article) -> text.ArticleRow:
    commitments = [
        text.CommitmentRow(
            (one.position, one.pk),
            one.text,
            one.signatory.name if one.signatory else "",
            [action.title for action in one.actions.all()],
            one.subjects,
        )
        for one in article.commitments.all()
    ]
    return text.ArticleRow((article.position, article.pk), article.title, article.text, commitments)


def _money(value: Decimal | None) -> str:
    return "" if value is None else f"{value:.2f}"


def actions_of(city: City) -> QuerySet[PilotAction]:
    """What a commitment may be tied to: the actions of the city's open strategy that are not stopped."""
    return PilotAction.objects.alive().filter(objective__strategy__city=city, objective__strategy__closed_at=None)


def to_take_over(pact: Pact) -> QuerySet[PilotAction]:
    """Agreed and running actions that no commitment of this pact is tied to."""
    tied = Commitment.objects.filter(article__pact=pact, actions=OuterRef("pk"))
    agreed = actions_of(pact.city).filter(state__in=[ActionState.AGREED, ActionState.RUNNING])
    return agreed.exclude(Exists(tied)).select_related("objective").prefetch_related("objective__gaps")


def subject_names() -> dict[str, str]:
    """Names of the indicators by code, in the reader's language. One query."""
    instrument = newest_instrument()
    return {area.code: area.name for area in instrument.indicators} if instrument else {}


# Versions -------------------------------------------------------------------------------------------------------------
def adopted_version(pact: Pact) -> PactVersion | None:
    """The version that signatures cover, as long as the pact is not taken back."""
    if pact.state in (PactState.DRAFT, PactState.CONSULTATION):
        return None
    return pact.versions.filter(reason__in=AS_ADOPTED).order_by("-number").first()


def consulted_version(pact: Pact) -> PactVersion | None:
    """The version that was read in the last consultation."""
    return pact.versions.filter(reason=VersionReason.CONSULTATION).order_by("-number").first()


# Comments -------------------------------------------------------------------------------------------------------------
@dataclass(frozen=True)
class Told:
    """A comment with the title of the article that it is about, as it was read; empty for the whole."""

    comment: PactComment
    about: str


def comments_of(pact: Pact) -> list[Told]:
    """All comments of all consultations, the latest version first. One query."""
    found = PactComment.objects.filter(version_read__pact=pact).select_related("version_read", "link", "decided_by")
    return told(found.order_by("-version_read__number", "article", "at", "pk"))


def told(comments: Iterable[PactComment]) -> list[Told]:
    """Comments (with `version_read`) beside what they are about. No query."""
    return [Told(one, _about(one)) for one in comments]


def _about(comment: PactComment) -> str:
    articles: Sequence[text.Content] = comment.version_read.content["articles"]
    number = comment.article
    return f"{number}. {articles[number - 1]['title']}" if 0 < number <= len(articles) else ""


def open_comments(pact: Pact) -> int:
    return PactComment.objects.filter(version_read__pact=pact, decision=CommentDecision.OPEN).count()


# Signatures -----------------------------------------------------------------------------------------------------------
@dataclass(frozen=True)
class Line:
    """A signatory, with the valid signature and those that are void; whether it is their turn now."""

    signatory: Signatory
    signature: Signature | None
    void: list[Signature] = field(default_factory=list)
    is_next: bool = False


def lines_of(pact: Pact) -> list[Line]:
    """The signatories in order. Two queries."""
    found = []
    is_open = pact.state == PactState.ADOPTED
    for signatory in pact.signatories.select_related("account").prefetch_related("signatures"):
        signatory.pact = pact
        signatures = list(signatory.signatures.all())
        valid = next((one for one in signatures if one.void_at is None), None)
        is_next = is_open and valid is None
        is_open = is_open and valid is not None
        found.append(Line(signatory, valid, [one for one in signatures if one.void_at], is_next))
    return found


def next_to_sign(pact: Pact) -> Signatory | None:
    """The first who has not signed, while signatures are being collected."""
    if pact.state != PactState.ADOPTED:
        return None
    signed = Signature.objects.filter(signatory=OuterRef("pk"), void_at=None)
    return pact.signatories.exclude(Exists(signed)).select_related("account", "pact__city").first()


def waiting_for(user: User) -> QuerySet[Signatory]:
    """Signatories of adopted pacts who sign by this account, and whose turn it is. One query."""
    signed = Signature.objects.filter(signatory=OuterRef("pk"), void_at=None)
    unsigned = Signatory.objects.exclude(Exists(signed))
    before = unsigned.filter(pact=OuterRef("pact")).filter(
        Q(position__lt=OuterRef("position")) | Q(position=OuterRef("position"), pk__lt=OuterRef("pk"))
    )
    mine = unsigned.filter(account=user, pact__state=PactState.ADOPTED).exclude(Exists(before))
    return mine.select_related("pact__city")


def with_counts(pacts: QuerySet[Pact]) -> QuerySet[Pact]:
    """With how many comments are open, and how many have signed of how many, for the desk and lists."""
    valid = Q(signatories__signatures__isnull=False, signatories__signatures__void_at=None)
    return pacts.annotate(
        comments_open=Count(
            "versions__comments", filter=Q(versions__comments__decision=CommentDecision.OPEN), distinct=True
        ),
        to_sign=Count("signatories", distinct=True),
        have_signed=Count("signatories", filter=valid, distinct=True),
        successor_state=F("superseded_by__state"),
    )
