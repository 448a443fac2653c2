"""How actions were designed together: when, with whom, and what came of it (S14)."""

from collections.abc import Iterable
from datetime import date
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from cities.models import User
from epi.errors import CannotBeDone
from strategy.access import still_there
from strategy.plan.actions._pilots import open_action, record
from strategy.plan.actions.pilots import ours
from strategy.plan.enums import CoDesignForm
from strategy.plan.models import CoDesign, PilotAction
from strategy.plan.pilot_rules import check_has_come
from strategy.sessions.actions._common import check_names_nobody
from strategy.sessions.models import EngagementSession
from strategy.stakeholders.models import Stakeholder
from strategy.versions import change


@transaction.atomic
def add_codesign(
    *,
    action: PilotAction,
    held_on: date,
    form: CoDesignForm | str,
    stakeholders: Iterable[Stakeholder],
    session: EngagementSession | None,
    staff: int,
    residents: int,
    outcome: str,
    by: User,
) -> CoDesign:
    """Record one time that the action was designed together. Whoever took part is a co-designer from then on.

    Raises CannotBeDone for a day to come, when nobody took part, and when the outcome names somebody.
    """
    action = open_action(action, by)
    facts = {"held_on": held_on, "form": form, "session": session, "staff": staff, "residents": residents}
    there = _check(action, stakeholders=stakeholders, outcome=outcome, **facts)
    codesign = CoDesign.objects.create(action=action, outcome=outcome, by=by, **facts)
    _take_part(codesign, there)
    record("action.designed", action, by=by, codesign=codesign.pk)
    return codesign


@transaction.atomic
def change_codesign(
    *, codesign: CoDesign, base_version: int, stakeholders: Iterable[Stakeholder], by: User, **facts: Any
) -> None:
    """Change what `add_codesign` recorded. Raises Conflict when somebody saved in between."""
    action = open_action(codesign.action, by)
    codesign = still_there(action.codesigns.select_related("action"), codesign.pk)
    there = _check(action, stakeholders=stakeholders, **facts)
    change(codesign, base_version=base_version, **facts)
    _take_part(codesign, there)
    record("action.design_changed", action, by=by, codesign=codesign.pk)


@transaction.atomic
def remove_codesign(*, codesign: CoDesign, by: User) -> None:
    """Remove a record; who is a co-designer stays one."""
    action = open_action(codesign.action, by)
    removed, _by_model = action.codesigns.filter(pk=codesign.pk).delete()
    if removed:
        record("action.design_removed", action, by=by, codesign=codesign.pk)


def _check(action: PilotAction, *, stakeholders: Iterable[Stakeholder], **facts: Any) -> list[Stakeholder]:
    """The organisations as they are now, unless the record is faulty."""
    check_has_come(action, facts["held_on"])
    there = ours(action, stakeholders)
    if not (there or facts["staff"] or facts["residents"]):
        raise CannotBeDone(_("Say who took part: organisations, staff or residents."))
    if facts["session"] and facts["session"].city_id != action.strategy.city_id:
        raise CannotBeDone(_("Choose a session of this city."))
    check_names_nobody(action.strategy.city, facts["outcome"])
    return there


def _take_part(codesign: CoDesign, stakeholders: list[Stakeholder]) -> None:
    codesign.stakeholders.set(stakeholders)
    codesign.action.designers.add(*stakeholders)
