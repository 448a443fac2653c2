"""Who is to sign, and in which order."""

from django.db import transaction
from django.db.models import Max
from django.utils.translation import gettext as _

from cities.models import User
from epi import audit
from epi.errors import CannotBeDone
from strategy.access import still_there
from strategy.pact import emails, queries, rules
from strategy.pact.actions._common import change, lock, put_in_order, to_write
from strategy.pact.models import Pact, Signatory, Signature


@transaction.atomic
def add_signatory(
    *, pact: Pact, kind: str, name: str, represented_by: str, function: str, email: str, by: User
) -> Signatory:
    """The last in order. Whose address is that of an account signs by it; others by a link.

    Raises CannotBeDone when the name or the address is on the list already.
    """
    pact = to_write(pact, by)
    _check_once(pact, name, email)
    facts = {"kind": kind, "name": name, "represented_by": represented_by, "function": function, "email": email}
    last = pact.signatories.aggregate(last=Max("position"))["last"] or 0
    signatory = pact.signatories.create(position=last + 1, account=_account_of(email), **facts)
    audit.record("pact.signatory_added", pact, by=by, signatory=signatory.pk)
    return signatory


@transaction.atomic
def change_signatory(
    *,
    signatory: Signatory,
    base_version: int,
    kind: str,
    name: str,
    represented_by: str,
    function: str,
    email: str,
    by: User,
) -> None:
    """Raises NotAllowed from the adoption on, Conflict, and CannotBeDone as `add_signatory` does."""
    pact = to_write(signatory.pact, by)
    stored = still_there(pact.signatories.all(), signatory.pk)
    _check_once(pact, name, email, but=stored)
    facts = {"kind": kind, "name": name, "represented_by": represented_by, "function": function, "email": email}
    change(stored, base_version=base_version, account=_account_of(email), **facts)
    audit.record("pact.signatory_changed", pact, by=by, signatory=stored.pk)


@transaction.atomic
def change_address(*, signatory: Signatory, base_version: int, email: str, by: User) -> None:
    """Correct the address of one who has not signed, while signatures are collected: it is no part of the text.

    What was sent to the former address no longer works; if it is their turn, the new one gets a link.
    """
    pact = lock(signatory.pact)
    rules.check_can_reach_signatories(by, pact)
    stored = still_there(pact.signatories.all(), signatory.pk)
    if Signature.objects.filter(signatory=stored, void_at=None).exists():
        raise CannotBeDone(_("%(name)s has signed already.") % {"name": stored.name})
    if not email:
        raise CannotBeDone(_("Give an address: without one nobody could sign."))
    _check_once(pact, stored.name, email, but=stored)
    change(stored, base_version=base_version, email=email, account=_account_of(email))
    stored.links.revoke()
    audit.record("pact.signatory_changed", pact, by=by, signatory=stored.pk)
    if queries.next_to_sign(pact) == stored:
        emails.your_turn(stored)


@transaction.atomic
def move_signatory(*, signatory: Signatory, up: bool, by: User) -> None:
    """One place earlier or later."""
    pact = to_write(signatory.pact, by)
    still_there(pact.signatories.all(), signatory.pk)
    Signatory.objects.bulk_update(put_in_order(pact.signatories.all(), signatory.pk, up=up), ["position"])
    audit.record("pact.signatories_ordered", pact, by=by, signatory=signatory.pk)


@transaction.atomic
def remove_signatory(*, signatory: Signatory, by: User) -> None:
    """What was promised stays, without who promises it.

    Raises CannotBeDone for one who signed an earlier text: that they did is kept.
    """
    pact = to_write(signatory.pact, by)
    stored = still_there(pact.signatories.all(), signatory.pk)
    if stored.signatures.exists():
        raise CannotBeDone(
            _("%(name)s signed an earlier text, which is kept. Change the entry instead of removing it.")
            % {"name": stored.name}
        )
    stored.delete()
    audit.record("pact.signatory_removed", pact, by=by, signatory=signatory.pk)


def _check_once(pact: Pact, name: str, email: str, but: Signatory | None = None) -> None:
    """Compared as people do: capitals make no difference."""
    for other in pact.signatories.all():
        if other == but:
            continue
        if other.name.casefold() == name.casefold():
            raise CannotBeDone(_("“%(name)s” is on the list already: each signs once.") % {"name": other.name})
        if email and other.email.lower() == email.lower():
            raise CannotBeDone(
                _("“%(name)s” has this e-mail address already: each signatory needs one of their own.")
                % {"name": other.name}
            )


def _account_of(email: str) -> User | None:
    return User.objects.filter(email=email.lower(), is_active=True).first() if email else None
