"""Planning a session, changing the plan, and what becomes of it: held, cancelled, deleted."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from cities.models import City, User
from epi.errors import CannotBeDone, Conflict
from icc_index.models import Assessment
from strategy.rules import check_can_run_engagement
from strategy.sessions import emails, rules
from strategy.sessions.actions._common import check_names_nobody, lock, record
from strategy.sessions.enums import Reply, SessionKind, SessionState
from strategy.sessions.models import EngagementSession

# What those invited must hear of when it changes.
ANNOUNCED = ("title", "starts_at", "ends_at", "place")
# What is about the questions of one edition, by the names under which it hangs on a session.
CODED = ("topics", "notes", "findings", "rounds")
# What a deletion would lose, by the names under which it hangs on a session.
HANGS_ON_IT = (
    "participants",
    "presences",
    "tallies",
    "notes",
    "minutes_versions",
    "amendments",
    "findings",
    "rounds",
)


@dataclass(frozen=True)
class Plan:
    """What is planned of a session. Times are aware; `starts_at` comes before `ends_at`."""

    kind: SessionKind
    title: str
    purpose: str
    language: str
    starts_at: datetime
    ends_at: datetime
    place: str
    assessment: Assessment


@transaction.atomic
def plan_session(*, city: City, plan: Plan, by: User) -> EngagementSession:
    """Plan a session of the city. Raises NotAllowed without the right, CannotBeDone when the plan is faulty."""
    check_can_run_engagement(by, city)
    _check(plan, city)
    session = EngagementSession.objects.create(
        city=city, is_sample=plan.assessment.is_sample or city.is_sample, created_by=by, **vars(plan)
    )
    record("session.planned", session, by=by)
    return session


def _check(plan: Plan, city: City) -> None:
    if plan.starts_at >= plan.ends_at:
        raise CannotBeDone(_("The session must end after it begins."))
    if plan.assessment.city_id != city.pk:
        raise CannotBeDone(_("Choose an assessment of this city."))
    check_names_nobody(city, plan.title, plan.purpose, plan.place)


@transaction.atomic
def change_plan(*, session: EngagementSession, plan: Plan, base_version: int, by: User) -> int:
    """Change what is planned. Those invited to a session to come get the news by mail; returns how many.

    When the time changes, they are asked again whether they come. Raises Conflict when somebody saved in between.
    """
    session = lock(session)
    rules.check_can_write(by, session)
    if session.version != base_version:
        raise Conflict(session)
    _check(plan, session.city)
    _check_edition(session, plan.assessment)
    changed = [name for name, value in vars(plan).items() if getattr(session, name) != value]
    _set(session, **vars(plan), version=session.version + 1)
    record("session.changed", session, by=by, fields=changed)
    is_news = session.is_to_come and bool(set(changed) & set(ANNOUNCED))
    return _announce(session, changed) if is_news else 0


def _check_edition(session: EngagementSession, wanted: Assessment) -> None:
    """Raise CannotBeDone when what the session holds is about questions that the wanted assessment does not have."""
    if wanted.edition_id == session.assessment.edition_id:
        return
    if any(getattr(session, name).exists() for name in CODED):
        raise CannotBeDone(
            _("The guide, notes, findings or ratings of this session are about another edition. Plan a new session.")
        )


def _announce(session: EngagementSession, changed: list[str]) -> int:
    invited = session.participants.filter(invited_at__isnull=False)
    if not invited.exists():
        return 0
    if {"starts_at", "ends_at"} & set(changed):
        invited.update(reply=Reply.NONE, replied_at=None)
    _set(session, calendar_sequence=session.calendar_sequence + 1)
    return emails.changed(session, invited)


@transaction.atomic
def hold(*, session: EngagementSession, by: User) -> None:
    """Mark the session as held: from now on there can be minutes."""
    session = lock(session)
    rules.check_can_hold(by, session)
    _set(session, state=SessionState.HELD)
    record("session.held", session, by=by)


@transaction.atomic
def cancel(*, session: EngagementSession, reason: str, by: User) -> int:
    """Cancel a planned session, saying why. Those invited are told by mail; returns how many."""
    session = lock(session)
    rules.check_can_cancel(by, session)
    if not reason.strip():
        raise CannotBeDone(_("Say why: those invited will read it."))
    check_names_nobody(session.city, reason)
    _set(
        session,
        state=SessionState.CANCELLED,
        state_reason=reason.strip(),
        calendar_sequence=session.calendar_sequence + 1,
    )
    record("session.cancelled", session, by=by, comment=reason.strip())
    return emails.cancelled(session, session.participants.filter(invited_at__isnull=False))


@transaction.atomic
def delete(*, session: EngagementSession, by: User) -> None:
    """Delete a session planned by mistake, with its guide. Raises CannotBeDone once anything else hangs on it."""
    session = lock(session)
    check_can_run_engagement(by, session.city)
    if not can_be_deleted(session):
        raise CannotBeDone(_("People or texts hang on this session. It can be cancelled, not deleted."))
    record("session.deleted", session, by=by)
    session.delete()


def can_be_deleted(session: EngagementSession) -> bool:
    """True while a session that was neither held nor cancelled has nobody invited and nothing written."""
    if session.state != SessionState.PLANNED or session.minutes:
        return False
    return not any(getattr(session, name).exists() for name in HANGS_ON_IT)


def _set(session: EngagementSession, **changes: Any) -> None:
    for name, value in changes.items():
        setattr(session, name, value)
    session.save(update_fields=list(changes))
