"""The world that the access table is about, and what a part of the table holds.

A part has the table's lines for some addresses, the keys that these addresses are made of, what their forms would
post, and what must be there first. `when` names the statuses of the assessment by their initials (draft, submitted,
in Review, clarification, validated, published), or `any` where they make no difference.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from cities.models import Invitation, Membership, User
from icc_index.enums import Status
from icc_index.models import Assessment, Evidence, Report

# lead … partner are the city's people (the indicator is assigned to `contrib`, not to `peer`); `expert` is assigned to
# the assessment, `expert2` is not; `network` coordinates the city's programme; `outsider` leads another city.
ROLES = [
    "nobody",
    "lead",
    "contrib",
    "peer",
    "coord",
    "viewer",
    "partner",
    "expert",
    "expert2",
    "network",
    "admin",
    "outsider",
]
INITIALS = {
    "d": Status.DRAFT,
    "s": Status.SUBMITTED,
    "r": Status.IN_REVIEW,
    "c": Status.CLARIFICATION,
    "v": Status.VALIDATED,
    "p": Status.PUBLISHED,
}
AREA, QUESTION = "commitment", "COM1"


class Things(dict[str, Any]):
    """What the parts have made, by name. Each name once, or a part would open what another has made."""

    def __setitem__(self, name: str, thing: Any) -> None:
        assert name not in self, f"Another part of the table has made “{name}”."
        super().__setitem__(name, thing)

    def __ior__(self, others: Mapping[str, Any]) -> "Things":  # type: ignore[override, misc]
        for name, thing in others.items():
            self[name] = thing
        return self


@dataclass
class World:
    """The test city's assessment at one status, with everybody and everything around it."""

    cast: dict[str, User | None]
    assessment: Assessment
    evidence: Evidence
    membership: Membership
    invitation: Invitation
    token: str
    report: Report | None = None
    things: Things = field(default_factory=Things)


def _nothing(world: World) -> dict[str, Any]:
    return {}


@dataclass(frozen=True)
class Part:
    """Some lines of the table. Functions take the world and give what they have by the address's name."""

    lines: str
    keys: Callable[[World], Mapping[str, dict[str, Any]]] = _nothing
    bodies: Callable[[World], Mapping[str, dict[str, Any]]] = _nothing
    # What must be done for a POST to that address to have something to do.
    steps: Callable[[World], Mapping[str, Callable[[], Any]]] = _nothing
    build: Callable[[World], None] = lambda world: None
    # Addresses that say nothing of an assessment, and yet answer some people by its status.
    by_status: frozenset[str] = frozenset()
    public: frozenset[str] = frozenset()  # what everybody may read who has the address
    # Addresses that others (expert2, network, outsider) may open although they carry a key, as (role, name).
    open_to: frozenset[tuple[str, str]] = frozenset()
    # Accepted, and yet nothing to write, as (name, role).
    writes_nothing: frozenset[tuple[str, str]] = frozenset()
