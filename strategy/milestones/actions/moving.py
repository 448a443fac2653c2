"""Bringing a milestone on: begun, reached with its proof, dropped, opened again (milestones/workflow.py)."""

from datetime import date
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from cities.models import User
from epi import audit
from epi.errors import CannotBeDone
from strategy.milestones import rules
from strategy.milestones.actions._common import lock
from strategy.milestones.enums import MilestoneState
from strategy.milestones.models import Milestone, MilestoneMove
from strategy.milestones.workflow import MILESTONE
from strategy.versions import change


@transaction.atomic
def begin(*, milestone: Milestone, by: User) -> None:
    """Say that somebody works on it."""
    milestone = _lock(milestone, by)
    _move(milestone, MilestoneState.UNDER_WAY, by, milestone.version)


@transaction.atomic
def reach(*, milestone: Milestone, reached_on: date, proof: str, proof_url: str, base_version: int, by: User) -> None:
    """Say that it is there, since when, and by what one can tell. Raises CannotBeDone without a proof."""
    milestone = _lock(milestone, by)
    facts = _proven(milestone, reached_on, proof, proof_url)
    _move(milestone, MilestoneState.REACHED, by, base_version, **facts)


@transaction.atomic
def correct_proof(
    *, milestone: Milestone, reached_on: date, proof: str, proof_url: str, base_version: int, by: User
) -> None:
    """Change by what one can tell that a reached milestone is there, or since when."""
    milestone = _lock(milestone, by)
    if milestone.state != MilestoneState.REACHED:
        raise CannotBeDone(_("This milestone is not reached, so there is nothing to prove yet."))
    change(milestone, base_version=base_version, **_proven(milestone, reached_on, proof, proof_url))
    audit.record("milestone.proof_corrected", milestone, by=by, version=milestone.version)


@transaction.atomic
def drop(*, milestone: Milestone, reason: str, base_version: int, by: User) -> None:
    """Say that it will not be done, and why. It counts nowhere any more, and holds nothing up."""
    _move(_lock(milestone, by), MilestoneState.DROPPED, by, base_version, reason=reason, drop_reason=reason.strip())


@transaction.atomic
def reopen(*, milestone: Milestone, reason: str, base_version: int, by: User) -> None:
    """Say that a reached one is not there after all, or that a dropped one is wanted again. Its proof stays to read."""
    milestone = _lock(milestone, by)
    was_reached = milestone.state == MilestoneState.REACHED
    target = MilestoneState.UNDER_WAY if was_reached else MilestoneState.PLANNED
    _move(milestone, target, by, base_version, reason=reason, reached_on=None, drop_reason="")


def _lock(milestone: Milestone, by: User) -> Milestone:
    """The milestone as it is now, for somebody who may bring it on: the owner may be another by now."""
    milestone = lock(milestone)
    rules.check_can_bring_on(by, milestone)
    return milestone


def _move(
    milestone: Milestone, target: MilestoneState, by: User, base_version: int, *, reason: str = "", **facts: Any
) -> None:
    """Make one move of the table, and keep it."""
    source = MilestoneState(milestone.state)
    move = MILESTONE.move(source, target)
    if move is None:
        raise CannotBeDone(
            _("From “%(source)s” a milestone does not become “%(target)s”.")
            % {"source": source.label, "target": target.label}
        )
    if move.needs_comment and not reason.strip():
        raise CannotBeDone(_("Say why: the others need to know what to make of it."))
    change(milestone, base_version=base_version, state=target, state_since=timezone.now(), **facts)
    MilestoneMove.objects.create(milestone=milestone, source=source, target=target, reason=reason.strip(), by=by)
    audit.record(move.event, milestone, by=by, version=milestone.version)


def _proven(milestone: Milestone, reached_on: date, proof: str, proof_url: str) -> dict[str, Any]:
    if not (proof.strip() or proof_url):
        raise CannotBeDone(_("Say by what one can tell that it is reached, or give a link."))
    if reached_on > milestone.today:
        raise CannotBeDone(_("This day is still to come."))
    return {"reached_on": reached_on, "proof": proof.strip(), "proof_url": proof_url}
