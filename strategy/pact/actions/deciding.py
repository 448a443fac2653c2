"""Adopting, taking back, putting into force, evaluating."""

from datetime import date

from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from cities.models import User
from epi import audit
from epi.errors import CannotBeDone
from strategy.pact import emails, queries, rules
from strategy.pact.actions._common import keep_version, lock, move
from strategy.pact.enums import PactState, VersionReason
from strategy.pact.models import Pact, PactVersion, Signature, SignatureLink


@transaction.atomic
def adopt(*, pact: Pact, adopted_by: str, adopted_on: date, by: User) -> PactVersion:
    """Keep the text as adopted, and ask the first signatory.

    Raises NotAllowed out of turn, CannotBeDone when something is missing or a comment is not answered.
    """
    pact = lock(pact)
    rules.check_can_move(by, pact, PactState.ADOPTED)
    _check_complete(pact)
    if not adopted_by.strip():
        raise CannotBeDone(_("Say who adopted it."))
    if adopted_on > timezone.localdate(timezone=pact.city.zone):
        raise CannotBeDone(_("This day is to come: record the adoption once it has taken place."))
    was_adopted = pact.versions.filter(reason__in=queries.AS_ADOPTED).exists()
    move(pact, PactState.ADOPTED, by=by, adopted_by=adopted_by.strip(), adopted_on=adopted_on)
    version = keep_version(pact, VersionReason.CHANGE if was_adopted else VersionReason.ADOPTION, by=by)
    first = queries.next_to_sign(pact)
    if first:
        emails.your_turn(first)
    return version


def missing(pact: Pact) -> list[str]:
    """What the adoption still needs, in sentences. Three queries."""
    found = []
    if not pact.articles.exists():
        found.append(_("The pact has no article."))
    signatories = list(pact.signatories.select_related("account"))
    if not signatories:
        found.append(_("The pact has no signatory: who is to sign it?"))
    found += [
        _("%(name)s has no e-mail address, so nobody could sign.") % {"name": one.name}
        for one in signatories
        if not one.address
    ]
    waiting = queries.open_comments(pact)
    if waiting:
        said = ngettext("%(count)d comment is not answered yet.", "%(count)d comments are not answered yet.", waiting)
        found.append(said % {"count": waiting})
    return found


def _check_complete(pact: Pact) -> None:
    lacking = missing(pact)
    if lacking:
        raise CannotBeDone(" ".join(lacking))


@transaction.atomic
def take_back(*, pact: Pact, reason: str, by: User) -> int:
    """Make an adopted pact a draft again. Its signatures are void from now on, and those who signed are told.

    Returns how many signatures became void. Raises NotAllowed once all have signed, CannotBeDone without a reason.
    """
    pact = lock(pact)
    rules.check_can_move(by, pact, PactState.DRAFT)
    if pact.state != PactState.ADOPTED:
        raise CannotBeDone(_("The pact is not adopted."))
    reason = reason.strip()
    move(pact, PactState.DRAFT, by=by, reason=reason, adopted_by="", adopted_on=None)
    signatures = list(_valid(pact).select_related("signatory__account"))
    for signature in signatures:
        signature.signatory.pact = pact
        emails.taken_back(signature.signatory, reason)
    _valid(pact).update(void_at=timezone.now(), void_reason=reason)
    SignatureLink.objects.filter(signatory__pact=pact).revoke()
    return len(signatures)


def _valid(pact: Pact) -> QuerySet[Signature]:
    return Signature.objects.filter(signatory__pact=pact, void_at=None)


@transaction.atomic
def put_into_force(*, pact: Pact, in_force_from: date, valid_until: date | None, by: User) -> None:
    """From now on the pact holds; the one that it supersedes no longer does.

    Raises NotAllowed before all have signed, CannotBeDone for a day to come and for an end before the begin.
    """
    pact = lock(pact)
    rules.check_can_move(by, pact, PactState.IN_FORCE)
    if in_force_from > timezone.localdate(timezone=pact.city.zone):
        raise CannotBeDone(_("This day is to come: put the pact into force once it has come."))
    if valid_until and valid_until < in_force_from:
        raise CannotBeDone(_("The pact would end before it is in force."))
    move(pact, PactState.IN_FORCE, by=by, in_force_from=in_force_from, valid_until=valid_until)
    if pact.supersedes_id:
        audit.record("pact.superseded", pact, by=by, earlier=pact.supersedes_id)


@transaction.atomic
def evaluate(*, pact: Pact, evaluation: str, by: User) -> None:
    """Say what became of it. For good: everybody reads it."""
    pact = lock(pact)
    rules.check_can_move(by, pact, PactState.EVALUATED)
    if not evaluation.strip():
        raise CannotBeDone(_("Say what became of the commitments, and what was learnt."))
    move(pact, PactState.EVALUATED, by=by, evaluation=evaluation.strip())
