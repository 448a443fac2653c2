"""Beginning a pact, and writing its text: articles and commitments."""

from collections.abc import Collection, Iterable
from typing import Any

from django.db import transaction
from django.db.models import Max
from django.utils.translation import gettext as _

from cities.models import City, User
from epi import audit
from epi.errors import CannotBeDone
from strategy.access import still_there
from strategy.pact import queries, skeleton
from strategy.pact.actions._common import change, lock, put_in_order, to_write
from strategy.pact.enums import PactState
from strategy.pact.models import Article, Commitment, Pact, Signatory
from strategy.plan.enums import Area
from strategy.plan.models import PilotAction
from strategy.plan.queries import strategy_of
from strategy.rules import check_can_run_strategy

MOST_OF_TEXT = 3000  # of a commitment


# Beginning ------------------------------------------------------------------------------------------------------------
@transaction.atomic
def start(*, city: City, by: User, is_sample: bool = False) -> Pact:
    """Begin a pact with a few articles in the city's language. Raises CannotBeDone while another is under way."""
    check_can_run_strategy(by, city)
    number = _next_number(city)
    strategy = strategy_of(city)
    pact = Pact.objects.create(
        city=city,
        programme=strategy.programme if strategy else None,
        number=number,
        title=skeleton.title_for(city),
        language=city.language_of_mail,
        preamble=skeleton.preamble_for(city),
        sustainability=skeleton.sustainability_for(city),
        is_sample=is_sample,
        created_by=by,
    )
    Article.objects.bulk_create(
        Article(pact=pact, position=position, title=draft.title, text=draft.text, area=draft.area)
        for position, draft in enumerate(skeleton.articles_for(city), start=1)
    )
    audit.record("pact.started", pact, by=by, number=number)
    return pact


@transaction.atomic
def renew(*, pact: Pact, by: User) -> Pact:
    """Begin the next pact as a copy of one in force or evaluated: it takes its place once it is in force itself.

    Raises CannotBeDone for any other pact, and while another is under way.
    """
    check_can_run_strategy(by, pact.city)
    number = _next_number(pact.city)
    pact = lock(pact)
    if pact.state not in (PactState.IN_FORCE, PactState.EVALUATED) or number != pact.number + 1:
        raise CannotBeDone(_("The next pact begins from the latest one, once that is in force."))
    facts = {name: getattr(pact, name) for name in _OF_PACT}
    new = Pact.objects.create(number=number, supersedes=pact, created_by=by, **facts)
    _copy(pact, new)
    audit.record("pact.started", new, by=by, number=number, after=pact.pk)
    return new


def _next_number(city: City) -> int:
    """Under the lock of the city, so that two who begin at once do not begin two."""
    locked = City.objects.select_for_update(of=("self",), no_key=True).get(pk=city.pk)
    if queries.pact_under_way(locked):
        raise CannotBeDone(_("A pact is under way already: open it and go on with it."))
    return (locked.pacts.aggregate(last=Max("number"))["last"] or 0) + 1


def _copy(pact: Pact, new: Pact) -> None:
    """Articles, commitments and who is to sign; what was stopped meanwhile is no longer tied to."""
    people = {one.pk: _copied(one, new.signatories, _OF_SIGNATORY) for one in pact.signatories.all()}
    possible = set(queries.actions_of(pact.city).values_list("pk", flat=True))
    for article in queries.articles_of(pact):
        copied = _copied(article, new.articles, _OF_ARTICLE)
        for one in article.commitments.all():
            signatory = people.get(one.signatory_id) if one.signatory_id else None
            promised = copied.commitments.create(
                position=one.position, text=one.text, signatory=signatory, subjects=one.subjects
            )
            promised.actions.set([action for action in one.actions.all() if action.pk in possible])


_OF_PACT = ("city", "programme", "title", "language", "preamble", "sustainability", "is_sample")
_OF_SIGNATORY = ("position", "kind", "name", "represented_by", "function", "email", "account")
_OF_ARTICLE = ("position", "title", "text", "area")


def _copied(row: Any, into: Any, names: Iterable[str]) -> Any:
    return into.create(**{name: getattr(row, name) for name in names})


@transaction.atomic
def change_pact(*, pact: Pact, base_version: int, by: User, **facts: str) -> None:
    """Change title, language, preamble or how it lasts. Raises Conflict when somebody saved in between."""
    pact = to_write(pact, by)
    change(pact, base_version=base_version, **facts)
    audit.record("pact.changed", pact, by=by, version=pact.version)


# Articles -------------------------------------------------------------------------------------------------------------
@transaction.atomic
def add_article(*, pact: Pact, title: str, text: str, area: str, by: User) -> Article:
    pact = to_write(pact, by)
    article = pact.articles.create(position=_last(pact.articles) + 1, title=title, text=text, area=area)
    audit.record("pact.article_added", pact, by=by, article=article.pk)
    return article


@transaction.atomic
def change_article(*, article: Article, base_version: int, by: User, **facts: Any) -> None:
    """Raises Conflict when somebody saved in between, CannotBeDone when somebody removed it."""
    pact = to_write(article.pact, by)
    change(still_there(pact.articles.all(), article.pk), base_version=base_version, **facts)
    audit.record("pact.article_changed", pact, by=by, article=article.pk)


@transaction.atomic
def move_article(*, article: Article, up: bool, by: User) -> None:
    """One place up or down."""
    pact = to_write(article.pact, by)
    still_there(pact.articles.all(), article.pk)
    Article.objects.bulk_update(put_in_order(pact.articles.all(), article.pk, up=up), ["position"])
    audit.record("pact.articles_ordered", pact, by=by, article=article.pk)


@transaction.atomic
def remove_article(*, article: Article, by: User) -> None:
    """With its commitments."""
    pact = to_write(article.pact, by)
    still_there(pact.articles.all(), article.pk).delete()
    audit.record("pact.article_removed", pact, by=by, article=article.pk)


# Commitments ----------------------------------------------------------------------------------------------------------
@transaction.atomic
def add_commitment(
    *,
    article: Article,
    text: str,
    signatory: Signatory | None,
    actions: Collection[PilotAction],
    subjects: list[str],
    by: User,
) -> Commitment:
    """Raises CannotBeDone when the article, the signatory or an action was removed meanwhile."""
    pact = to_write(article.pact, by)
    article = still_there(pact.articles.all(), article.pk)
    promised = article.commitments.create(
        position=_last(article.commitments) + 1, text=text, signatory=_among(pact, signatory), subjects=subjects
    )
    promised.actions.set(_possible(pact, actions))
    audit.record("pact.commitment_added", pact, by=by, commitment=promised.pk)
    return promised


@transaction.atomic
def change_commitment(
    *,
    commitment: Commitment,
    base_version: int,
    text: str,
    signatory: Signatory | None,
    actions: Collection[PilotAction],
    subjects: list[str],
    by: User,
) -> None:
    """Raises Conflict when somebody saved in between, CannotBeDone when something of it was removed meanwhile."""
    pact = to_write(commitment.article.pact, by)
    stored = still_there(_commitments(pact), commitment.pk)
    possible = _possible(pact, actions)
    change(stored, base_version=base_version, text=text, signatory=_among(pact, signatory), subjects=subjects)
    stored.actions.set(possible)
    audit.record("pact.commitment_changed", pact, by=by, commitment=stored.pk)


@transaction.atomic
def remove_commitment(*, commitment: Commitment, by: User) -> None:
    pact = to_write(commitment.article.pact, by)
    still_there(_commitments(pact), commitment.pk).delete()
    audit.record("pact.commitment_removed", pact, by=by, commitment=commitment.pk)


@transaction.atomic
def take_over_actions(*, pact: Pact, by: User) -> int:
    """A commitment for each agreed or running action that has none, in the article of its area. Returns how many.

    Raises CannotBeDone when there is none.
    """
    pact = to_write(pact, by)
    actions = list(queries.to_take_over(pact))
    if not actions:
        raise CannotBeDone(_("Every agreed or running pilot action stands in the pact already."))
    for action in actions:
        article = _article_for(pact, Area(action.objective.area))
        words = ". ".join(part for part in (action.title, action.description) if part)
        promised = article.commitments.create(
            position=_last(article.commitments) + 1, text=words[:MOST_OF_TEXT], subjects=_indicators(action)
        )
        promised.actions.add(action)
    audit.record("pact.actions_taken_over", pact, by=by, count=len(actions))
    return len(actions)


def _article_for(pact: Pact, area: Area) -> Article:
    found = pact.articles.filter(area=area).first()
    if found:
        return found
    draft = skeleton.article_of(pact.city, area)
    return pact.articles.create(position=_last(pact.articles) + 1, title=draft.title, text=draft.text, area=area)


def _indicators(action: PilotAction) -> list[str]:
    """What the objective of the action rests on, as far as it is an indicator of the newest questionnaire."""
    known = queries.subject_names()
    return sorted({gap.subject for gap in action.objective.gaps.all()} & set(known))


def _commitments(pact: Pact) -> Any:
    return Commitment.objects.filter(article__pact=pact)


def _last(rows: Any) -> int:
    return rows.aggregate(last=Max("position"))["last"] or 0


def _among(pact: Pact, signatory: Signatory | None) -> Signatory | None:
    return still_there(pact.signatories.all(), signatory.pk) if signatory else None


def _possible(pact: Pact, actions: Collection[PilotAction]) -> list[PilotAction]:
    """Those actions as they are now, locked. Raises CannotBeDone when one was removed, or is another city's."""
    wanted = {action.pk for action in actions}
    ours = PilotAction.objects.filter(objective__strategy__city=pact.city, pk__in=wanted).order_by("pk")
    found = list(ours.select_for_update(of=("self",), no_key=True))
    if len(found) != len(wanted):
        raise CannotBeDone(_("A pilot action that you chose was removed in the meantime. Choose again."))
    return found
