"""Mail about a programme's events: one function a message, in the reader's language."""

from django.conf import settings
from django.urls import reverse

from epi import mail
from strategy.events.models import Attendee, Feedback, ProgrammeEvent


def feedback_asked(attendee: Attendee, feedback: Feedback, token: str) -> None:
    mail.send(
        "strategy/events/mail/feedback_asked",
        to=attendee.email,
        language=attendee.language,
        event=feedback.event,
        until=feedback.closes_at,
        url=settings.SITE_URL + reverse("feedback_give", args=[token]),
    )


def cancelled(event: ProgrammeEvent) -> int:
    """To all who take part and have an address. Returns how many."""
    people = list(event.attendees.known().exclude(email="").for_list())
    for attendee in people:
        mail.send(
            "strategy/events/mail/event_cancelled",
            to=attendee.email,
            language=attendee.language,
            event=event,
            name=attendee,
        )
    return len(people)


def expert_named(attendee: Attendee) -> None:
    """To an expert whose account now opens the event: how else would they find it?"""
    mail.send(
        "strategy/events/mail/expert_named",
        to=attendee.email,
        language=attendee.language,
        event=attendee.event,
        url=settings.SITE_URL + attendee.event.get_absolute_url(),
    )
