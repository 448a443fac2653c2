"""Writing down milestones of a city, changing what they say, promising another date."""

from collections.abc import Collection
from datetime import date
from typing import Any

from django.db import transaction
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from cities.models import City, Programme, User
from epi import audit
from epi.errors import CannotBeDone
from strategy.access import still_there
from strategy.body.models import Member
from strategy.milestones import rules
from strategy.milestones.actions._common import check_days, check_no_circle, lock, lock_city
from strategy.milestones.enums import Process
from strategy.milestones.models import Dependency, Milestone, Promise
from strategy.plan.models import PilotAction
from strategy.rules import check_can_run_strategy
from strategy.versions import change


@transaction.atomic
def add_milestone(
    *,
    city: City,
    process: Process | str,
    title: str,
    due_on: date,
    by: User,
    action: PilotAction | None = None,
    programme: Programme | None = None,
    description: str = "",
    starts_on: date | None = None,
    owner: Member | None = None,
    needs: Collection[Milestone] = (),
    is_sample: bool = False,
) -> Milestone:
    """Promise something for a day: the first promised date, by which slippage is told."""
    check_can_run_strategy(by, city)
    lock_city(city)
    check_days(starts_on, due_on)
    _check_place(city, process, action, programme)
    _check_owner(city, owner)
    milestone = Milestone.objects.create(
        city=city,
        process=process,
        action=action,
        programme=programme,
        title=title,
        description=description,
        starts_on=starts_on,
        due_on=due_on,
        owner=owner,
        is_sample=is_sample,
        created_by=by,
    )
    Promise.objects.create(milestone=milestone, due_on=due_on, by=by)
    _set_needs(milestone, needs)
    audit.record("milestone.added", milestone, by=by, city=city.slug, due_on=due_on.isoformat())
    return milestone


@transaction.atomic
def change_milestone(
    *, milestone: Milestone, needs: Collection[Milestone], base_version: int, by: User, **facts: Any
) -> Milestone:
    """Change what a milestone says, who owns it, what it comes after. Not its date: see `promise_date`."""
    milestone = lock(milestone)
    check_can_run_strategy(by, milestone.city)
    rules.check_is_open(milestone)
    check_days(facts["starts_on"], milestone.due_on)
    _check_place(milestone.city, facts["process"], facts["action"], facts["programme"])
    _check_template(milestone, facts)
    _check_owner(milestone.city, facts["owner"])
    change(milestone, base_version=base_version, **facts)
    _set_needs(milestone, needs)
    audit.record("milestone.changed", milestone, by=by, version=milestone.version)
    return milestone


@transaction.atomic
def promise_date(*, milestone: Milestone, due_on: date, reason: str, base_version: int, by: User) -> Promise:
    """Move the date. Every date that was promised before stays, and says why."""
    milestone = lock(milestone)
    check_can_run_strategy(by, milestone.city)
    rules.check_is_open(milestone)
    return move_date(milestone, due_on, milestone.starts_on, reason, base_version, by)


def move_date(
    milestone: Milestone, due_on: date, starts_on: date | None, reason: str, base_version: int, by: User
) -> Promise:
    """The promise itself, for a locked milestone: also when the programme's template moves."""
    if not reason.strip():
        raise CannotBeDone(_("Say why the date moves."))
    if due_on == milestone.due_on:
        raise CannotBeDone(_("This is the date that is promised already."))
    check_days(starts_on, due_on)
    before = milestone.due_on
    change(milestone, base_version=base_version, due_on=due_on, starts_on=starts_on)
    promise = Promise.objects.create(milestone=milestone, due_on=due_on, reason=reason.strip(), by=by)
    audit.record("milestone.date_moved", milestone, by=by, before=before.isoformat(), now=due_on.isoformat())
    return promise


@transaction.atomic
def delete_milestone(*, milestone: Milestone, by: User) -> None:
    """Take away what was never more than a plan; everything else is dropped, with a reason."""
    milestone = lock(milestone)
    check_can_run_strategy(by, milestone.city)
    if not rules.can_delete(milestone):
        raise CannotBeDone(_("This milestone has a history. Drop it instead, and say why."))
    audit.record("milestone.deleted", milestone, by=by, city=milestone.city.slug)
    milestone.delete()


def _set_needs(milestone: Milestone, needs: Collection[Milestone]) -> None:
    """What it comes after: milestones of its own city, dropped ones too, and never itself by way of others."""
    if any(one.city_id != milestone.city_id for one in needs):
        raise CannotBeDone(_("A milestone comes after others of its own city."))
    others: dict[int, list[int]] = {}
    links = Dependency.objects.filter(milestone__city=milestone.city_id).exclude(milestone=milestone)
    for pk, needed in links.values_list("milestone_id", "needs_id"):
        others.setdefault(pk, []).append(needed)
    check_no_circle(milestone, needs, others, _titles)
    wanted = [still_there(Milestone.objects.all(), one.pk) for one in needs]
    milestone.dependencies.exclude(needs__in=wanted).delete()
    there = set(milestone.dependencies.values_list("needs_id", flat=True))
    Dependency.objects.bulk_create(Dependency(milestone=milestone, needs=one) for one in wanted if one.pk not in there)


def _titles(keys: Collection[int]) -> dict[int, str]:
    return dict(Milestone.objects.filter(pk__in=keys).values_list("pk", "title"))


def _check_place(city: City, process: str, action: PilotAction | None, programme: Programme | None) -> None:
    """On the way to what it lies: one of the city's actions and nothing else has milestones of an action."""
    if (process == Process.ACTION) != (action is not None):
        raise CannotBeDone(_("A milestone of a pilot action names the action, and no other does."))
    if action is not None and action.objective.strategy.city_id != city.pk:
        raise CannotBeDone(_("This pilot action is not one of the city's."))
    if programme is not None and not programme.cities.filter(pk=city.pk).exists():
        raise CannotBeDone(_("This city does not take part in the programme."))


def _check_template(milestone: Milestone, facts: dict[str, Any]) -> None:
    """The network's coordinator counts on it under the process and the programme of its template."""
    template = milestone.template
    if template and (facts["process"] != template.process or facts["programme"] != milestone.programme):
        raise CannotBeDone(_("It comes from the programme's template, so it stays where the programme has it."))


def _check_owner(city: City, owner: Member | None) -> None:
    """The owner as they are now: a member may have left while the form was open."""
    if owner is None:
        return
    owner = still_there(Member.objects.select_related("body"), owner.pk)
    if owner.body.city_id != city.pk:
        raise CannotBeDone(_("The owner is a member of this city's coordinating body."))
    if owner.left_on:
        raise CannotBeDone(left_in_the_meantime(owner))


def left_in_the_meantime(member: Member) -> str:
    """The sentence for an owner who is not in the body any more."""
    assert member.left_on is not None
    return _("%(name)s left the coordinating body on %(day)s. Choose somebody who is in it.") % {
        "name": member,
        "day": date_format(member.left_on, "j E Y"),
    }
