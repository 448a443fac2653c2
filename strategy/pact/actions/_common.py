"""What several actions share: locking a pact, moving it, keeping its text as a version."""

from collections.abc import Iterable
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _

from cities.models import User
from epi import audit
from epi.errors import CannotBeDone
from strategy.pact import queries, rules, text
from strategy.pact.enums import PactState, VersionReason
from strategy.pact.models import Pact, PactVersion
from strategy.pact.workflow import PACT
from strategy.versions import change

__all__ = ["change", "keep_version", "lock", "move", "put_in_order", "to_write"]


def lock(pact: Pact) -> Pact:
    """The pact as it is now, locked until the transaction ends."""
    return Pact.objects.locked().get(pk=pact.pk)


def to_write(pact: Pact, by: User) -> Pact:
    """The pact as it is now, locked, if this person may change its text. Raises NotAllowed."""
    locked = lock(pact)
    rules.check_can_write(by, locked)
    return locked


def move(pact: Pact, target: PactState, *, by: User | None, reason: str = "", **facts: Any) -> None:
    """Move the locked pact, with the facts that belong to the move, and record it. Who may is checked before.

    Raises CannotBeDone without a reason where the workflow wants one.
    """
    step = PACT.moves[PactState(pact.state), target]
    if step.needs_comment and not reason:
        raise CannotBeDone(_("Say why: the others need to know what to do."))
    source = pact.state
    for name, value in {**facts, "state": target, "state_since": timezone.now(), "state_reason": reason}.items():
        setattr(pact, name, value)
    pact.save()
    audit.record(step.event, pact, by=by, source=source, target=target)


def keep_version(pact: Pact, reason: VersionReason, *, by: User) -> PactVersion:
    """Keep the text of the locked pact as it stands now."""
    content = queries.content_of(pact)
    number = pact.versions.count() + 1
    return PactVersion.objects.create(
        pact=pact, number=number, reason=reason, content=content, hash=text.hash_of(content), by=by
    )


def put_in_order(rows: Iterable[Any], pk: int, *, up: bool) -> list[Any]:
    """`rows` with the one of that key moved one place up or down, numbered anew; at the end it stays."""
    ordered = list(rows)
    place = next(index for index, row in enumerate(ordered) if row.pk == pk)
    other = place - 1 if up else place + 1
    if 0 <= other < len(ordered):
        ordered[place], ordered[other] = ordered[other], ordered[place]
    for position, row in enumerate(ordered, start=1):
        row.position = position
    return ordered
