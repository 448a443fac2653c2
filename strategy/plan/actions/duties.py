"""Who of the coordinating body is responsible, accountable, consulted and informed for an action."""

from collections.abc import Iterable, Mapping

from django.db import transaction
from django.utils.translation import gettext as _

from cities.models import User
from epi.errors import CannotBeDone
from strategy.body.models import Member
from strategy.plan.actions._pilots import open_action, record
from strategy.plan.enums import Duty
from strategy.plan.models import PilotAction, Responsibility
from strategy.plan.pilot_rules import DATED, who_left
from strategy.versions import change


@transaction.atomic
def give_duties(
    *,
    action: PilotAction,
    base_version: int,
    accountable: Member | None,
    others: Mapping[Duty, Iterable[Member]],
    by: User,
) -> None:
    """Say anew who answers for the action, and who else is for what; whoever is not named has no duty any more.

    Raises Conflict when somebody changed the action since, CannotBeDone for a person with two duties, for somebody who
    is not a member (any more), and for an agreed action without an owner.
    """
    action = open_action(action, by)
    if accountable is None and action.state in DATED:
        raise CannotBeDone(_("Others rely on an agreed action, so somebody is accountable for it."))
    given = [(member, duty) for duty, members in others.items() for member in members]
    if accountable:
        given.insert(0, (accountable, Duty.ACCOUNTABLE))
    _check_members(action, [member for member, _duty in given])
    change(action, base_version=base_version)
    action.responsibilities.all().delete()
    Responsibility.objects.bulk_create(
        Responsibility(action=action, member=member, duty=duty) for member, duty in given
    )
    record("action.duties_given", action, by=by, version=action.version)


def _check_members(action: PilotAction, members: list[Member]) -> None:
    """Their rows are locked, so that nobody leaves while duties are given."""
    ours = Member.objects.select_for_update(of=("self",), no_key=True).filter(body__city=action.strategy.city_id)
    now = {member.pk: member for member in ours.filter(pk__in=[member.pk for member in members])}
    for member in members:
        found = now.get(member.pk)
        if found is None or not found.is_current:
            raise CannotBeDone(who_left(found or member))
        if members.count(member) > 1:
            raise CannotBeDone(_("%(name)s has two duties. Choose one for each person.") % {"name": member})
