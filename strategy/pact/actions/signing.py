"""Signing, in order: by account or by a link that works once."""

import unicodedata

from django.db import transaction
from django.utils.translation import gettext as _

from cities.models import User
from epi import audit
from epi.errors import CannotBeDone, NotAllowed
from strategy.access import still_there
from strategy.pact import emails, queries, rules
from strategy.pact.actions._common import lock, move
from strategy.pact.enums import PactState
from strategy.pact.models import Pact, Signatory, Signature, SignatureLink


class TextChanged(CannotBeDone):
    """The page that was signed on shows another text than the one that stands."""


@transaction.atomic
def sign(
    *, signatory: Signatory, seen_hash: str, name: str, by: User | None, link: SignatureLink | None = None
) -> None:
    """Sign the text with that hash. `by` is the signatory's account, or None for who holds the `link`, used up by it.

    Signing the same text twice is one signature. Raises TextChanged when the text is another one by now; NotAllowed
    out of turn; CannotBeDone when the typed name is not that of who signs, or the link was used or revoked meanwhile.
    """
    pact = lock(signatory.pact)
    version = queries.adopted_version(pact)
    if version is None or version.hash != seen_hash:
        raise TextChanged(_why_not_this_text(pact))
    signatory = still_there(pact.signatories.all(), signatory.pk)
    if Signature.objects.filter(signatory=signatory, version_signed=version, void_at=None).exists():
        return
    check_is_next(pact, signatory)
    _check_door(signatory, by, link)
    if _plain(name) != _plain(signatory.signer):
        raise CannotBeDone(_("Type the name as it stands here: %(name)s") % {"name": signatory.signer})
    Signature.objects.create(
        signatory=signatory, version_signed=version, hash=version.hash, signed_as=signatory.in_full, by=by
    )
    signatory.links.revoke()
    audit.record("pact.signed", pact, by=by, signatory=signatory.pk, version=version.number)
    _go_on(pact)


def _why_not_this_text(pact: Pact) -> str:
    if pact.state in rules.WRITTEN_IN:
        return _(
            "The text was changed after you opened it: the city took the pact back. You get a mail when there is a "
            "text to sign. Nothing was signed."
        )
    return _("The text was changed after you opened it. Read it as it stands now, then sign. Nothing was signed.")


def check_is_next(pact: Pact, signatory: Signatory) -> None:
    """Raise NotAllowed with who must sign before."""
    following = queries.next_to_sign(pact)
    if following is None:
        raise NotAllowed(_("Signatures are not being collected now."))
    if following != signatory:
        raise NotAllowed(
            _("The signatories sign in order. %(name)s signs before you; you get a mail when it is your turn.")
            % {"name": following.name}
        )


def _check_door(signatory: Signatory, by: User | None, link: SignatureLink | None) -> None:
    """One's own account, or a link that still works, looked at under the lock."""
    if by is not None and signatory.account_id == by.pk:
        return
    if link is None or not signatory.links.working().filter(pk=link.pk).exists():
        raise CannotBeDone(_("This link does not work. It was used already, withdrawn, or is out of date."))


def _go_on(pact: Pact) -> None:
    """Ask who comes next; after the last the pact is signed."""
    following = queries.next_to_sign(pact)
    if following:
        emails.your_turn(following)
    else:
        move(pact, PactState.SIGNED, by=None)


def _plain(name: str) -> str:
    """A name without what typing it makes different: capitals, spaces, how accents are stored."""
    return " ".join(unicodedata.normalize("NFC", name).casefold().split())


@transaction.atomic
def ask_again(*, pact: Pact, by: User) -> Signatory:
    """Write to the next signatory once more; a link sent before no longer works.

    Raises NotAllowed unless signatures are being collected.
    """
    pact = lock(pact)
    rules.check_can_reach_signatories(by, pact)
    following = queries.next_to_sign(pact)
    if following is None:
        raise CannotBeDone(_("Everybody has signed."))
    emails.your_turn(following)
    audit.record("pact.signatory_asked_again", pact, by=by, signatory=following.pk)
    return following
