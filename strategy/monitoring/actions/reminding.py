"""Owners hear of their milestones by themselves: 30, 7 and 1 days before, and once when the day has passed."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta

from django.db import transaction
from django.db.models import Exists, OuterRef, Subquery
from django.utils import timezone

from cities.enums import Role
from cities.models import City, Membership
from strategy.body.models import Member
from strategy.milestones.models import Milestone, MilestoneQuerySet, Promise
from strategy.monitoring import emails
from strategy.monitoring.models import Occasion, SentReminder
from strategy.monitoring.occasions import FARTHEST, occasion_of


@dataclass(frozen=True)
class Reader:
    address: str
    language: str


def remind_owners() -> int:
    """Send the reminders that are due, by the day in each city, and remember them. Returns how many were sent.

    Safe to run twice and at once: the row comes first, and only who has written it sends. After some days without a
    run only the latest occasion is told. Made-up milestones remind nobody.
    """
    sent = set(_sent())
    number = 0
    for milestone in _to_look_at():
        occasion = _occasion(milestone)
        if occasion and (milestone.pk, milestone.due_on, occasion) not in sent:
            number += _remind(milestone, occasion)
    return number


def _to_look_at() -> MilestoneQuerySet:
    """Open milestones that are due soon anywhere on earth, and overdue ones that nobody was told of yet."""
    told = SentReminder.objects.filter(milestone=OuterRef("pk"), due_on=OuterRef("due_on"), occasion=Occasion.OVERDUE)
    last_day = timezone.now().date() + FARTHEST + timedelta(days=1)
    promised = Promise.objects.filter(milestone=OuterRef("pk")).order_by("-pk").values("at")
    rows = Milestone.objects.open().filter(~Exists(told), due_on__lte=last_day, is_sample=False)
    return rows.select_related("city").annotate(promised_at=Subquery(promised[:1]))


def _sent() -> Iterable[tuple[int, date, str]]:
    """Reminders of dates that may still be ahead."""
    ahead = SentReminder.objects.filter(due_on__gte=timezone.now().date() - timedelta(days=2))
    return ahead.values_list("milestone", "due_on", "occasion")


def _occasion(milestone: Milestone) -> Occasion | None:
    promised_at = getattr(milestone, "promised_at", None)
    promised_on = timezone.localdate(promised_at, milestone.city.zone) if promised_at else date.min
    return occasion_of(milestone.due_on, promised_on=promised_on, today=milestone.today)


@transaction.atomic
def _remind(milestone: Milestone, occasion: Occasion) -> bool:
    """Tell the owner, unless somebody has moved, reached or dropped it meanwhile, or another run has told."""
    unchanged = Milestone.objects.locked().open().filter(pk=milestone.pk, due_on=milestone.due_on)
    row = unchanged.select_related("city", "owner__account", "owner__body__city").first()
    if row is None:
        return False
    owner = row.owner if row.owner and _can_be_reached(row.owner) else None
    readers = [Reader(owner.address, owner.language)] if owner else _coordinators(row.city)
    if not readers:
        return False
    _row, is_ours = SentReminder.objects.get_or_create(
        milestone=row, due_on=row.due_on, occasion=occasion, defaults={"member": owner}
    )
    if is_ours:
        for reader in readers:
            emails.milestone_due(row, reader.address, reader.language, is_owner=owner is not None)
    return is_ours


def _can_be_reached(owner: Member) -> bool:
    if not owner.is_current:
        return False
    return owner.account.is_active if owner.account else bool(owner.email)


def _coordinators(city: City) -> list[Reader]:
    grants = Membership.objects.filter(city=city, role=Role.COORDINATOR, user__is_active=True).select_related("user")
    return [Reader(grant.user.email, grant.user.language or city.language_of_mail) for grant in grants]
