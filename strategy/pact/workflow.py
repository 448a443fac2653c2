"""The workflow of a pact as two tables: the allowed moves, and whose turn it is. docs/workflow.md is made from them.

Signatories may have no account: the last of them makes the move by signing.
"""

from cities.enums import Permission
from epi.workflow import Move, Workflow
from strategy.pact.enums import PactState, PactTurn

SIGNATORIES = "the signatories"  # stands where a permission does, for people who need no role in the city

_DECIDE = Permission.DECIDE_STRATEGY

PACT: Workflow[PactState] = Workflow(
    moves={
        (PactState.DRAFT, PactState.CONSULTATION): Move(_DECIDE, "pact.consultation_opened"),
        (PactState.CONSULTATION, PactState.DRAFT): Move(_DECIDE, "pact.consultation_ended"),
        (PactState.CONSULTATION, PactState.ADOPTED): Move(_DECIDE, "pact.adopted"),
        (PactState.ADOPTED, PactState.DRAFT): Move(_DECIDE, "pact.taken_back", needs_comment=True),
        (PactState.ADOPTED, PactState.SIGNED): Move(SIGNATORIES, "pact.signed_by_all"),
        (PactState.SIGNED, PactState.IN_FORCE): Move(_DECIDE, "pact.put_into_force"),
        (PactState.IN_FORCE, PactState.EVALUATED): Move(_DECIDE, "pact.evaluated"),
    },
    turns={
        PactState.DRAFT: PactTurn.CITY,
        PactState.CONSULTATION: PactTurn.EVERYBODY,
        PactState.ADOPTED: PactTurn.SIGNATORIES,
        PactState.SIGNED: PactTurn.CITY,
        PactState.IN_FORCE: PactTurn.CITY,
        PactState.EVALUATED: PactTurn.NOBODY,
    },
    title="A City Integration Pact",
    about="""\
The city writes the text, those whom it concerns comment on it, the city adopts it, the signatories sign in order.""",
    rules="""\
The text changes in draft and in consultation only. Opening a consultation keeps the text as a version, and so does
adopting it. Adoption needs articles, signatories with an address, by whom and when it was adopted, and an answer to
each comment. A signature covers the hash of the adopted version. Taking an adopted pact back makes all its signatures
void, with the reason. It is signed when the last signatory has signed, and changes no more: what should be different
then stands in the next pact, which takes its place once it is in force.""",
)
