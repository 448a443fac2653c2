"""Who may do what with a pact, and when. `check_can_x` raises with a sentence, `can_x` is for templates.

Seeing is not decided here: `visible_to` does, and what is not visible answers 404. Signatories need no role in the
city: what they may see and sign follows from being on the list.
"""

from django.utils.translation import gettext as _

from cities.models import User
from epi.errors import NotAllowed
from strategy.pact.enums import PactState
from strategy.pact.models import Pact
from strategy.pact.workflow import PACT, SIGNATORIES
from strategy.rules import (
    can_decide_strategy,
    can_run_strategy,
    check_can_decide_strategy,
    check_can_run_strategy,
)

WRITTEN_IN = (PactState.DRAFT, PactState.CONSULTATION)


def can_write(user: User, pact: Pact) -> bool:
    return can_run_strategy(user, pact.city) and pact.state in WRITTEN_IN


def check_can_write(user: User, pact: Pact) -> None:
    """Raise NotAllowed without the role, and once the text stands: from the adoption on.

    For everything that belongs to the text: articles, commitments, who is to sign; and for answers to comments.
    """
    check_can_run_strategy(user, pact.city)
    if pact.state not in WRITTEN_IN:
        raise NotAllowed(why_it_stands(pact))


def check_can_consult(user: User, pact: Pact) -> None:
    """Raise NotAllowed without the role, and unless the consultation is open: for its links."""
    check_can_run_strategy(user, pact.city)
    if pact.state != PactState.CONSULTATION:
        raise NotAllowed(_("The consultation is not open."))


def check_can_reach_signatories(user: User, pact: Pact) -> None:
    """Raise NotAllowed without the role, and unless signatures are being collected."""
    check_can_run_strategy(user, pact.city)
    if pact.state != PactState.ADOPTED:
        raise NotAllowed(_("The pact is not with the signatories."))


def can_move(user: User, pact: Pact, target: PactState) -> bool:
    move = PACT.move(PactState(pact.state), target)
    return move is not None and move.permission != SIGNATORIES and can_decide_strategy(user, pact.city)


def check_can_move(user: User, pact: Pact, target: PactState) -> None:
    """Raise NotAllowed without the role, or when the workflow has no such move."""
    check_can_decide_strategy(user, pact.city)
    if not can_move(user, pact, target):
        raise NotAllowed(_no_such_move(pact, target))


def why_it_stands(pact: Pact) -> str:
    """The sentence that says why the text does not change now."""
    if pact.state == PactState.ADOPTED:
        return _("The pact is adopted, so its text stands. Take it back to change it: all signatures become void.")
    return _("The pact is signed, so its text stands. What should be different goes into the next pact.")


def _no_such_move(pact: Pact, target: PactState) -> str:
    if pact.state == PactState.DRAFT and target == PactState.ADOPTED:
        return _("A pact is adopted out of its consultation. Open the consultation first.")
    if pact.state == PactState.ADOPTED and target == PactState.IN_FORCE:
        return _("The pact comes into force when all have signed.")
    if pact.is_public and target == PactState.DRAFT:
        return why_it_stands(pact)
    return _("This is not possible now. The pact stands here: %(state)s") % {"state": pact.get_state_display()}
