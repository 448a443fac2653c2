"""Who is in the body: coming, changing, chairing, leaving; and the end of what is kept of former members."""

from collections.abc import Sequence
from datetime import date, timedelta

from dateutil.relativedelta import relativedelta
from django.conf import settings
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from cities.enums import Role
from cities.models import City, User
from epi import audit, mail
from epi.errors import CannotBeDone
from strategy.access import still_there
from strategy.body import emails, queries, rules
from strategy.body.actions._common import change, lock, open_body
from strategy.body.enums import MemberKind
from strategy.body.models import CoordinatingBody, Member


@transaction.atomic
def add_member(
    *,
    body: CoordinatingBody,
    kind: MemberKind | str,
    account: User | None = None,
    name: str = "",
    function: str = "",
    organisation: str = "",
    email: str = "",
    since: date,
    by: User,
) -> Member:
    """Take somebody into the body, and tell them: one of the city's people by their account, or anybody by name.

    The address of a person of the city, or of an expert, finds their account, which then opens the body for them.
    """
    body = open_body(body, by)
    if account and account not in queries.people_of(body.city):
        raise CannotBeDone(_("This person no longer works for the city on this platform."))
    account = account or _account_with(email, body.city)
    member = Member(
        body=body,
        kind=kind,
        account=account,
        name=name or (account.display_name if account else ""),
        function=function,
        organisation=organisation,
        email=account.email if account else email.lower(),
        since=since,
    )
    _check(member)
    member.save()
    audit.record("body.member_added", body, by=by, member=member.pk)
    emails.named(member)
    return member


@transaction.atomic
def change_member(
    *,
    member: Member,
    kind: MemberKind | str,
    name: str,
    function: str,
    organisation: str,
    email: str,
    since: date,
    base_version: int,
    by: User,
) -> None:
    """Change what is kept of a member. Raises Conflict. Another address may find another account."""
    body = open_body(member.body, by)
    member = still_there(body.members.select_related("account"), member.pk)
    rules.check_is_in_it(member)
    facts = {
        "kind": kind,
        "name": name,
        "function": function,
        "organisation": organisation,
        "email": email.lower(),
        "since": since,
        "account": member.account if email.lower() == member.email else _account_with(email, body.city),
    }
    _check(Member(pk=member.pk, body=body, **facts))
    was = member.account_id
    change(member, base_version=base_version, **facts)
    audit.record("body.member_changed", body, by=by, member=member.pk)
    if member.account_id and member.account_id != was:
        emails.named(member)


def _account_with(email: str, city: City) -> User | None:
    """Of the city's people and of experts only: a name on a list opens the body to nobody else's account."""
    if not email:
        return None
    found = User.objects.filter(is_active=True, email=email.lower()).first()
    if found and (found.roles_in(city.pk) or any(grant.role == Role.EXPERT for grant in found.grants)):
        return found
    return None


def _check(member: Member) -> None:
    if not member.name.strip():
        raise CannotBeDone(_("Choose a person, or write a name."))
    others = member.body.members.current().exclude(pk=member.pk)
    is_there = bool(member.email) and others.filter(email__iexact=member.email).exists()
    if is_there or (member.account and others.filter(account=member.account).exists()):
        raise CannotBeDone(_("Somebody with this e-mail address is a member already."))


@transaction.atomic
def make_chair(*, member: Member, instead_of: int | None, by: User) -> None:
    """Let a member chair the body. `instead_of` is who chaired it when that was decided.

    Raises CannotBeDone when somebody else does by now: a body has one chair, and nobody loses it unseen.
    """
    body = open_body(member.body, by)
    member = still_there(body.members.all(), member.pk)
    rules.check_is_in_it(member)
    chair = body.members.current().filter(is_chair=True).first()
    if chair and chair.pk != instead_of:
        raise CannotBeDone(_("%(name)s chairs the body already: look again before you change it.") % {"name": chair})
    body.members.current().filter(is_chair=True).update(is_chair=False)
    body.members.filter(pk=member.pk).update(is_chair=True)
    audit.record("body.chair_chosen", body, by=by, member=member.pk)


@transaction.atomic
def leave(*, member: Member, left_on: date, heir: Member | None = None, by: User) -> int:
    """Note that a member left. `heir` takes their open tasks over in the same step; returns how many.

    Raises CannotBeDone while something alive would be left without anybody: open tasks without an heir, open
    milestones, pilot actions that they are accountable for.
    """
    body = open_body(member.body, by)
    member = still_there(body.members.all(), member.pk)
    rules.check_is_in_it(member)
    if not member.since <= left_on <= body.today:
        raise CannotBeDone(_("The day must lie between the first day in the body and today."))
    handed = _hand_over(body, member, heir)
    _check_holds_nothing(member)
    member.left_on = left_on
    member.version += 1
    member.save()
    audit.record("body.member_left", body, by=by, member=member.pk, handed_over=handed)
    return handed


def _hand_over(body: CoordinatingBody, member: Member, heir: Member | None) -> int:
    if heir is None:
        return 0
    heir = still_there(body.members.all(), heir.pk)
    rules.check_is_in_it(heir)
    if heir.pk == member.pk:
        raise CannotBeDone(_("Choose another member to take the tasks over."))
    # Whoever takes a task over has heard nothing of it yet, and somebody may have it open for editing.
    tasks = list(member.tasks.open())
    for task in tasks:
        task.owner, task.version = heir, task.version + 1
        task.soon_reminded_for = task.late_reminded_for = None
        task.save()
    return len(tasks)


def _check_holds_nothing(member: Member) -> None:
    held = queries.held_by(member)
    if held.tasks:
        raise CannotBeDone(
            _("%(name)s still has open tasks: %(tasks)s. Choose who takes them over.")
            % {"name": member, "tasks": _quoted(held.tasks)}
        )
    if held.milestones or held.actions:
        raise CannotBeDone(
            _("%(name)s still answers for: %(what)s. Give these to somebody else first.")
            % {"name": member, "what": _quoted([*held.milestones, *held.actions])}
        )


def _quoted(things: Sequence[object]) -> str:
    return ", ".join(f"“{thing}”" for thing in things)


# The end of what is kept ----------------------------------------------------------------------------------------------
def forget_former() -> int:
    """Empty the rows of members who left long enough ago. Returns how many; nobody, the second time.

    That somebody was there and owned tasks stays; who it was does not. What minutes say is not changed: they are the
    body's record.
    """
    somewhere = timezone.localdate() + timedelta(days=1)  # it may be tomorrow there already
    bodies = CoordinatingBody.objects.filter(members__in=Member.objects.left_before(_kept_since(somewhere)))
    return sum(_forget_former_of(body) for body in bodies.distinct().order_by("pk"))


@transaction.atomic
def _forget_former_of(body: CoordinatingBody) -> int:
    body = lock(body)
    former = list(body.members.left_before(_kept_since(body.today)))
    if former:
        numbers = [member.pk for member in former]
        body.members.filter(pk__in=numbers).update(
            name="", email="", function="", account=None, forgotten_at=timezone.now()
        )
        _drop_mail({member.email for member in former if member.email})
        audit.record("body.members_forgotten", body, by=None, members=numbers)
    return len(former)


def _kept_since(day: date) -> date:
    """Who left on that day or before is kept no longer on `day`."""
    return day - relativedelta(months=settings.EPI_CONTACTS_KEPT_MONTHS)


def _drop_mail(addresses: set[str]) -> None:
    """Mail that still waits holds the address, too; but not of who has an account, or is a member elsewhere."""
    for address in addresses:
        has_account = User.objects.filter(email=address.lower()).exists()
        if not has_account and not Member.objects.filter(email__iexact=address).exists():
            mail.forget(address)
