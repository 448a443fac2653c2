"""Planning a launch event, publishing it, changing it, and calling it off."""

from dataclasses import dataclass
from datetime import date, time

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from cities.models import City, Programme, User
from epi import audit
from epi.errors import CannotBeDone, Conflict
from strategy.events.actions._common import call_off, check_days
from strategy.events.enums import EventKind, Standing
from strategy.events.models import ProgrammeEvent
from strategy.launch import emails, rules
from strategy.launch.actions._common import lock, move_up
from strategy.launch.models import Launch, LaunchInvitation
from strategy.rules import check_can_run_strategy

OF_THE_EVENT = ("title", "starts_on", "ends_on", "place", "summary")
OF_THE_LAUNCH = ("begins", "ends", "places", "register_until")
# What those who come must hear of when it changes.
ANNOUNCED = {"title", "starts_on", "ends_on", "place", "begins", "ends"}


@dataclass(frozen=True)
class Plan:
    """What is planned of a launch event. Days and hours are the city's own; `places` None means no limit."""

    title: str
    starts_on: date
    ends_on: date
    begins: time
    ends: time
    place: str
    summary: str
    places: int | None
    register_until: date

    def of(self, *names: str) -> dict[str, object]:
        return {name: getattr(self, name) for name in names}


@transaction.atomic
def start(*, city: City, programme: Programme, plan: Plan, by: User, is_sample: bool = False) -> Launch:
    """Plan the city's launch event in a programme. Nobody but the city and who follows the programme sees it yet.

    Raises CannotBeDone when the plan is faulty, or there is one already that is not cancelled.
    """
    check_can_run_strategy(by, city)
    City.objects.select_for_update(no_key=True).get(pk=city.pk)  # two who start at once make one
    _check(plan)
    if not city.programmes.filter(pk=programme.pk).exists():
        raise CannotBeDone(_("Choose a programme in which the city takes part."))
    if ProgrammeEvent.objects.filter(city=city, programme=programme, cancelled_at=None).exists():
        raise CannotBeDone(_("The city has a launch event in this programme already. Cancel that one first."))
    event = ProgrammeEvent.objects.create(
        programme=programme,
        city=city,
        kind=EventKind.LAUNCH,
        is_sample=is_sample or city.is_sample,
        created_by=by,
        **plan.of(*OF_THE_EVENT),
    )
    launch = Launch.objects.create(event=event, **plan.of(*OF_THE_LAUNCH))
    audit.record("launch.started", launch, by=by, event=event.pk, programme=programme.slug)
    return launch


def _check(plan: Plan, event: ProgrammeEvent | None = None) -> None:
    check_days(event, plan.starts_on, plan.ends_on)
    if plan.ends <= plan.begins:
        raise CannotBeDone(_("The end must be after the begin."))
    if plan.register_until > plan.ends_on:
        raise CannotBeDone(_("Registration cannot end after the event."))
    if plan.places is not None and plan.places < 1:
        raise CannotBeDone(_("Offer one place at least, or leave it empty for no limit."))


@dataclass(frozen=True)
class News:
    """How many were told of a change, and how many moved up from the waiting list."""

    told: int
    moved_up: int


@transaction.atomic
def change_plan(*, launch: Launch, plan: Plan, base_version: int, by: User) -> News:
    """Change what is planned. Who comes gets the news with a new calendar file, while the event is still to come.

    More places move people up, in their order; fewer throw nobody out. Raises Conflict when somebody saved in between.
    """
    launch = lock(launch)
    rules.check_can_write(by, launch)
    if launch.version != base_version:
        raise Conflict(launch)
    _check(plan, launch.event)
    changed = _set(launch, plan)
    audit.record("launch.changed", launch, by=by, fields=changed)
    is_news = launch.is_public and not launch.is_over and ANNOUNCED & set(changed)
    return News(_announce(launch) if is_news else 0, move_up(launch))


def _set(launch: Launch, plan: Plan) -> list[str]:
    """Returns the names of what changed."""
    changed = []
    for row, names in ((launch.event, OF_THE_EVENT), (launch, OF_THE_LAUNCH)):
        changed += [name for name in names if getattr(row, name) != getattr(plan, name)]
        for name in names:
            setattr(row, name, getattr(plan, name))
        row.version += 1
        row.save()
    if "ends_on" in changed:
        _keep_as_long_as_told(launch)
    return changed


def _keep_as_long_as_told(launch: Launch) -> None:
    """Who registered is kept, and their links work, for a time that counts from the end of the event."""
    launch.event.attendees.filter(forgotten_at=None).update(keep_until=launch.keeps_until)
    launch.registrations.filter(revoked_at=None).update(expires_at=launch.links_work_until)
    launch.invitations.filter(revoked_at=None).update(expires_at=launch.links_work_until)


def _announce(launch: Launch) -> int:
    _count_on(launch)
    coming = _registered(launch, Standing.COMING)
    return emails.changed(launch, coming, _invited(launch))


def _count_on(launch: Launch) -> None:
    launch.calendar_sequence += 1
    launch.save(update_fields=["calendar_sequence"])


def _registered(launch: Launch, *standings: Standing) -> list:
    found = list(launch.registrations.filter(attendee__standing__in=standings).for_list())
    for registration in found:
        registration.launch = launch
    return found


def _invited(launch: Launch) -> list[LaunchInvitation]:
    """Those who were invited and may still be written to, and have not cancelled since."""
    gave_up = (
        launch.event.attendees.filter(standing=Standing.CANCELLED).exclude(email="").values_list("email", flat=True)
    )
    addresses = {email.lower() for email in gave_up}
    found = launch.invitations.select_related("contact")
    return [one for one in found if rules.may_be_invited(one.contact) and one.contact.email.lower() not in addresses]


@transaction.atomic
def publish(*, launch: Launch, by: User) -> None:
    """Open the public page, and registration on it. Raises CannotBeDone without a place, and if it is open already."""
    launch = lock(launch)
    rules.check_can_decide(by, launch)
    if launch.is_public:
        raise CannotBeDone(_("The event is published already."))
    if not launch.event.place:
        raise CannotBeDone(_("Say where it takes place first; a link will do for an event online."))
    launch.published_at, launch.published_by = timezone.now(), by
    launch.save(update_fields=["published_at", "published_by"])
    audit.record("launch.published", launch, by=by, event=launch.event.pk)


@transaction.atomic
def cancel(*, launch: Launch, reason: str, by: User) -> int:
    """Call the event off, for good, saying why. While it is to come, all who come, wait or were invited get a mail.

    Returns how many. Afterwards the city may start another one.
    """
    launch = lock(launch)
    rules.check_can_decide(by, launch)
    call_off(launch.event, reason, by)
    if launch.is_over:
        return 0
    _count_on(launch)
    return emails.cancelled(launch, _registered(launch, Standing.COMING, Standing.WAITING), _invited(launch))
