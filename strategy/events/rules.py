"""Who may do what with a programme's events. `check_can_x` raises with a sentence, `can_x` is for templates.

Seeing is not decided here: `visible_to` does, and what is not visible answers 404.
"""

from django.utils.translation import gettext as _

from cities.enums import Permission
from cities.models import City, Programme, User
from epi.errors import NotAllowed
from icc_index.models import ExpertAssignment
from strategy.events.models import ProgrammeEvent
from strategy.rules import can_run_strategy, can_see_contacts, check_can_run_strategy


def can_run(user: User, programme: Programme) -> bool:
    return user.is_superuser or user.may_in_programme(Permission.RUN_PROGRAMME, programme.pk)


def check_can_run(user: User, programme: Programme) -> None:
    """Raise NotAllowed unless the person coordinates the programme or is an administrator."""
    if not can_run(user, programme):
        raise NotAllowed(_("Only the network's coordinator runs the events of a programme."))


def can_run_event(user: User, event: ProgrammeEvent) -> bool:
    """A launch event is run by its city; what the programme itself holds, by the network's coordinator."""
    return can_run_strategy(user, event.city) if event.city else can_run(user, event.programme)


def check_can_run_event(user: User, event: ProgrammeEvent) -> None:
    if event.city:
        check_can_run_strategy(user, event.city)
    else:
        check_can_run(user, event.programme)


def check_can_change(user: User, event: ProgrammeEvent) -> None:
    """Raise NotAllowed unless the person runs the event and it is not cancelled."""
    check_can_run_event(user, event)
    check_not_cancelled(event)


def check_can_change_here(user: User, event: ProgrammeEvent) -> None:
    """The same for what a launch event has on pages of its own: plan, people, cancelling; or not at all: tasks."""
    check_can_change(user, event)
    if event.is_launch:
        raise NotAllowed(_("A launch event is run on the pages of its city's strategy."))


def can_see_people(user: User, event: ProgrammeEvent) -> bool:
    """At a programme's event colleagues meet; at a launch event people who gave their names to the city alone."""
    return can_see_contacts(user, event.city) if event.city else True


def check_can_see_people(user: User, event: ProgrammeEvent) -> None:
    if not can_see_people(user, event):
        raise NotAllowed(_("Your role sees how many people come, not who they are."))


def check_not_cancelled(event: ProgrammeEvent) -> None:
    if event.is_cancelled:
        raise NotAllowed(_("The event is cancelled, so nothing of it changes any more."))


def is_expert_of(user: User, event: ProgrammeEvent) -> bool:
    """True if this person is an expert who is named at the event, or who judges one of the programme's cities."""
    if not user.is_expert:
        return False
    assigned = ExpertAssignment.objects.filter(expert=user, assessment__city__programmes=event.programme_id)
    return event.attendees.filter(account=user).exists() or assigned.exists()


def check_can_conclude(user: User, event: ProgrammeEvent) -> None:
    """Raise NotAllowed unless the person is an expert of this exchange meeting."""
    if not event.is_exchange_meeting:
        raise NotAllowed(_("Conclusions are drawn at exchange meetings only."))
    if not is_expert_of(user, event):
        raise NotAllowed(_("Only the experts draw conclusions."))
    check_not_cancelled(event)


def check_can_take_notes(user: User, event: ProgrammeEvent) -> None:
    """Raise NotAllowed unless the person is an expert of this exchange meeting or runs it."""
    if not event.is_exchange_meeting:
        raise NotAllowed(_("Notes are taken at exchange meetings only."))
    if not (can_run_event(user, event) or is_expert_of(user, event)):
        raise NotAllowed(_("Only the experts and the network's coordinator take notes."))
    check_not_cancelled(event)


def can_do_tasks(user: User, city: City) -> bool:
    return user.may(Permission.DO_TASKS, city.pk)


def check_can_do_tasks(user: User, city: City) -> None:
    """Raise NotAllowed unless the person leads or coordinates the city."""
    if not can_do_tasks(user, city):
        raise NotAllowed(_("Only the city's lead and coordinator tick off its tasks."))
