"""What those who run a launch event do next: one thing at a time."""

from dataclasses import dataclass

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from cities.models import User
from strategy.events.models import Feedback
from strategy.launch import rules
from strategy.launch.models import Launch
from strategy.launch.queries import Numbers
from strategy.rules import can_run_strategy


@dataclass(frozen=True)
class Step:
    """What templates/_turn.html shows; without `action` somebody else does it."""

    title: str
    text: str
    url: str = ""
    action: str = ""


def next_step(launch: Launch, numbers: Numbers, user: User) -> Step | None:
    """None for those who only read, and when nothing is left to do. Two queries at most."""
    if launch.event.is_cancelled or not (can_run_strategy(user, launch.city) or rules.can_decide(user, launch)):
        return None
    return _to_hold(launch, numbers) if launch.is_over else _to_prepare(launch, numbers, user)


def _to_prepare(launch: Launch, numbers: Numbers, user: User) -> Step | None:
    page = launch.event.get_absolute_url()
    if not launch.event.agenda.exists() and can_run_strategy(user, launch.city):
        return Step(
            _("Write the agenda."),
            _("People decide by it whether they come."),
            f"{page}#agenda",
            _("To the agenda"),
        )
    if not launch.is_public:
        text = _("Then its page is open to everybody, and people can register.")
        if rules.can_decide(user, launch):
            return Step(_("Publish the event."), text, "#publish", _("To publishing"))
        return Step(_("The city's lead or coordinator publishes the event."), text)
    if not can_run_strategy(user, launch.city) or launch.has_begun:
        return None
    people = reverse("registrations", args=[launch.city.slug, launch.event.pk])
    if not numbers.invited:
        return Step(
            _("Invite people."),
            _("Those of your register who agreed to news of the strategy get a mail with a calendar file."),
            reverse("launch_invite", args=[launch.city.slug, launch.event.pk]),
            _("Choose whom to invite"),
        )
    if numbers.waiting:
        text = ngettext(
            "%(number)d person waits for a place. Is there a larger room?",
            "%(number)d people wait for a place. Is there a larger room?",
            numbers.waiting,
        )
        return Step(_("All places are taken."), text % {"number": numbers.waiting}, people, _("See who waits"))
    return None


def _to_hold(launch: Launch, numbers: Numbers) -> Step | None:
    slug, pk = launch.event.programme.slug, launch.event.pk
    if numbers.coming and not numbers.attended:
        url = reverse("event_people", args=[slug, pk])
        return Step(_("The event is over."), _("Note who was there."), url, _("Mark who was there"))
    feedback = Feedback.objects.filter(event=launch.event).first()
    to_feedback = reverse("event_feedback", args=[slug, pk])
    if numbers.attended and feedback is None:
        return Step(_("Ask how it was."), _("Those who were there answer without a name."), to_feedback, _("Ask them"))
    if feedback and feedback.closed_at is None and not feedback.is_open:
        return Step(_("The time to answer is over."), _("Close feedback to see it."), to_feedback, _("To the feedback"))
    if launch.is_public and not launch.event.materials.exists():
        text = _("Everybody can take from the public page what was shown at the event.")
        return Step(
            _("Add the materials."), text, f"{launch.event.get_absolute_url()}#materials", _("To the materials")
        )
    return None
