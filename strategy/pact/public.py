"""What everybody may read of a pact that all have signed: the version that was signed, never the rows of today.

Only how the actions stand is of today, and says so.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _

from cities.models import City
from icc_index.public_links import PublicLink
from strategy.pact import queries
from strategy.pact.enums import VersionReason
from strategy.pact.models import Pact, PactVersion, Signature
from strategy.pact.text import HOW_TO_CHECK, Content, hash_of
from strategy.plan.enums import ActionState
from strategy.plan.models import PilotAction

STATE_KINDS = {
    ActionState.AGREED: "wait",
    ActionState.RUNNING: "part",
    ActionState.COMPLETED: "done",
    ActionState.STOPPED: "none",
}


@dataclass(frozen=True)
class PublicAction:
    """A pilot action that the pact names, and how it stands today; without a state if none has this title any more."""

    title: str
    state: str = ""
    kind: str = "none"  # how templates/_state.html draws it


@dataclass(frozen=True)
class PublicPact:
    """A pact as it was signed."""

    pact: Pact
    version: PactVersion
    signatures: list[Signature]
    versions: list[PactVersion]
    actions: list[PublicAction]

    @property
    def content(self) -> Content:
        return self.version.content

    @property
    def is_intact(self) -> bool:
        """True if the stored text still has the hash that was signed."""
        signed = {self.version.hash, *(one.hash for one in self.signatures)}
        return signed == {hash_of(self.content)}

    @property
    def consulted(self) -> PactVersion | None:
        """The text that people commented on last, before it was adopted."""
        earlier = [one for one in self.versions if one.reason == VersionReason.CONSULTATION]
        return earlier[-1] if earlier else None


def told(pact: Pact) -> PublicPact:
    """Five queries. Raises PactVersion.DoesNotExist for a pact that nobody has signed."""
    versions = list(pact.versions.order_by("number"))
    signatures = list(
        Signature.objects.filter(version_signed__pact=pact, void_at=None)
        .select_related("signatory")
        .order_by("signatory__position", "pk")
    )
    signed = {one.version_signed_id for one in signatures}
    version = next((one for one in reversed(versions) if one.pk in signed), None)
    if version is None:
        raise PactVersion.DoesNotExist
    return PublicPact(pact, version, signatures, versions, _actions(pact, version.content))


def _actions(pact: Pact, content: Content) -> list[PublicAction]:
    """The actions that the signed text names, in its order."""
    named = [title for article in content["articles"] for one in article["commitments"] for title in one["actions"]]
    tied = PilotAction.objects.filter(commitments__article__pact=pact).distinct()
    by_title = {one.title: one for one in tied}
    return [_action(title, by_title.get(title)) for title in dict.fromkeys(named)]


def _action(title: str, action: PilotAction | None) -> PublicAction:
    if action is None:
        return PublicAction(title)
    kind = STATE_KINDS.get(ActionState(action.state), "none")
    return PublicAction(title, str(action.get_state_display()), kind)


def as_json(shown: PublicPact) -> dict[str, Any]:
    """All that is needed to check the hash oneself, whatever program reads it."""
    pact = shown.pact
    return {
        "city": pact.city.name,
        "number": pact.number,
        "state": pact.state,
        "adopted_by": pact.adopted_by,
        "adopted_on": pact.adopted_on,
        "in_force_from": pact.in_force_from,
        "valid_until": pact.valid_until,
        "is_sample": pact.is_sample,
        "content": shown.content,
        "hash": shown.version.hash,
        "how_to_check": HOW_TO_CHECK,
        "signatures": [
            {"signed_as": one.signed_as, "signed_at": one.signed_at, "hash": one.hash} for one in shown.signatures
        ],
        "versions": [
            {"number": one.number, "reason": one.reason, "at": one.at, "hash": one.hash} for one in shown.versions
        ],
    }


def links(city: City) -> Sequence[PublicLink]:
    """For settings.EPI_CITY_LINKS: the pact that holds, or the latest that everybody may read. One query."""
    found = queries.public_pacts(city)
    if not found:
        return []
    text = _("What the city and others have promised, and who signed it.")
    title = _("City Integration Pact: %(title)s") % {"title": found[0].title}
    return [PublicLink(title, reverse("pact_public", args=[city.slug]), text)]
