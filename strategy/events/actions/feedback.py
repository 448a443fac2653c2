"""Feedback: asked for by personal links, given once and without a name, shown when it is closed."""

from datetime import date, datetime, time, timedelta

from django.db import transaction
from django.db.models import Exists, F, OuterRef, QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from cities.models import User
from epi import audit
from epi.errors import CannotBeDone
from strategy.events import emails, rules
from strategy.events.actions._common import lock
from strategy.events.enums import FeedbackQuestion
from strategy.events.models import HIGHEST, LOWEST, Attendee, Feedback, FeedbackAnswer, FeedbackLink, ProgrammeEvent

FEWEST_ANSWERS = 5  # fewer would let one guess who said what
OPEN_FOR = timedelta(days=14)


@transaction.atomic
def open_feedback(*, event: ProgrammeEvent, closes_on: date, by: User) -> int:
    """Send everybody who was there, and whose address is known, a link of their own. Returns how many.

    Raises CannotBeDone before the last day, when feedback was asked for already, or when there is nobody to ask.
    """
    event = lock(event)
    rules.check_can_change(by, event)
    if event.today < event.ends_on:
        raise CannotBeDone(_("Ask for feedback from the last day of the event on."))
    if closes_on <= event.today:
        raise CannotBeDone(_("Give people time: choose a date after today."))
    if Feedback.objects.filter(event=event).exists():
        raise CannotBeDone(_("Feedback was asked for already."))
    feedback = Feedback.objects.create(event=event, closes_at=_end_of(closes_on, event), opened_by=by)
    audit.record("programme_event.feedback_opened", event, by=by, closes_on=closes_on.isoformat())
    return _send_links(feedback)


def _end_of(day: date, event: ProgrammeEvent) -> datetime:
    return datetime.combine(day, time.max.replace(microsecond=0), tzinfo=event.zone)


@transaction.atomic
def send_links_again(*, event: ProgrammeEvent, by: User) -> int:
    """Send a new link to those who have not answered, and to those who came on the list since. Returns how many."""
    event = lock(event)
    rules.check_can_change(by, event)
    feedback = _open(event)
    audit.record("programme_event.feedback_asked_again", event, by=by)
    return _send_links(feedback)


def _send_links(feedback: Feedback) -> int:
    """A new link for each who has not answered; what was sent before stops working."""
    answered = FeedbackLink.objects.filter(feedback=feedback, attendee=OuterRef("pk"), is_used=True)
    to_ask = list(reachable(feedback.event).exclude(Exists(answered)))
    if not to_ask:
        raise CannotBeDone(
            _("There is nobody to ask: mark who was there, and give their e-mail addresses, then try again.")
        )
    feedback.links.filter(is_used=False).revoke()
    for attendee in to_ask:
        _link, token = FeedbackLink.issue(feedback=feedback, attendee=attendee, expires_at=feedback.closes_at)
        emails.feedback_asked(attendee, feedback, token)
    return len(to_ask)


def reachable(event: ProgrammeEvent) -> QuerySet[Attendee]:
    """Those who were there and have an address."""
    return event.attendees.known().coming().filter(attended=True).exclude(email="").select_related("city", "account")


def _open(event: ProgrammeEvent) -> Feedback:
    feedback = Feedback.objects.filter(event=event).first()
    if feedback is None or not feedback.is_open:
        raise CannotBeDone(_("Feedback is not open."))
    return feedback


@transaction.atomic
def give_feedback(*, link: FeedbackLink, text: str, **marks: int) -> bool:
    """Store one answer, nobody's, and use the link up. False if that was done in the meantime."""
    event = lock(link.feedback.event)
    used = usable_links().filter(pk=link.pk).update(is_used=True)
    if not used or event.is_cancelled:
        return False
    FeedbackAnswer.objects.create(feedback=link.feedback, text=text.strip(), **marks)
    # All answers are written anew: a database's row versions would tell which came together with which link.
    link.feedback.answers.update(text=F("text"))
    return True


def usable_links() -> QuerySet[FeedbackLink]:
    """Links that still take an answer."""
    working = FeedbackLink.objects.working()
    return working.filter(is_used=False, feedback__closed_at=None, feedback__event__cancelled_at=None)


@transaction.atomic
def close_feedback(*, event: ProgrammeEvent, by: User) -> Feedback:
    """Make the figures, for good, and delete the single answers: these are gone even where they were too few to show.

    Raises CannotBeDone before the event is over and where nothing was asked.
    """
    event = lock(event)
    rules.check_can_change(by, event)
    feedback = Feedback.objects.filter(event=event).first()
    if feedback is None or feedback.closed_at:
        raise CannotBeDone(_("Feedback is not open."))
    if not event.is_over:
        raise CannotBeDone(_("Close feedback when the event is over."))
    feedback.figures = _figures(list(feedback.answers.all()))
    feedback.closed_at = timezone.now()
    feedback.save()
    feedback.answers.all().delete()
    feedback.links.all().delete()
    audit.record("programme_event.feedback_closed", event, by=by)
    return feedback


def _figures(answers: list[FeedbackAnswer]) -> dict | None:
    """What is shown of the answers. Texts stand in the order of the alphabet, which tells nothing of who wrote them."""
    if len(answers) < FEWEST_ANSWERS:
        return None
    marks = {}
    for question in FeedbackQuestion.values:
        given = [getattr(answer, question) for answer in answers]
        marks[question] = [given.count(mark) for mark in range(LOWEST, HIGHEST + 1)]
    texts = sorted(answer.text for answer in answers if answer.text)
    return {"answers": len(answers), "marks": marks, "texts": texts}
