"""Words about a programme's events, and what is asked afterwards."""

from django.conf.locale import LANG_INFO
from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

# Materials come in the languages of the network's cities, whatever the site itself speaks.
LANGUAGES = [(code, LANG_INFO[code]["name_local"].title()) for code in ("en", "de", "es", "it", "lv", "pl", "ro", "sv")]


class EventKind(models.TextChoices):
    WORKSHOP = "workshop", _("Workshop")
    EXCHANGE_MEETING = "exchange_meeting", _("Experience exchange meeting")
    LAUNCH = "launch", _("Launch event")
    OTHER = "other", pgettext_lazy("kind of event", "Other event")


class Capacity(models.TextChoices):
    """As what somebody takes part in an event."""

    PARTICIPANT = "participant", pgettext_lazy("of an event", "Participant")
    TRAINER = "trainer", pgettext_lazy("of an event", "Trainer")
    EXPERT = "expert", pgettext_lazy("of an event", "Expert")


class Standing(models.TextChoices):
    """Whether somebody who registered has a place."""

    COMING = "coming", pgettext_lazy("registration", "Has a place")
    WAITING = "waiting", pgettext_lazy("registration", "On the waiting list")
    CANCELLED = "cancelled", pgettext_lazy("registration", "Cancelled")


class FeedbackQuestion(models.TextChoices):
    """The four questions of the feedback form, each answered from 1 (not at all) to 4 (fully)."""

    USEFUL = "useful", _("What I heard is useful for my work.")
    CLEAR = "clear", _("It was explained so that I understood it.")
    EXCHANGE = "exchange", _("There was enough time to talk with the other cities.")
    NEXT = "next", _("I know what my city does next.")

    def words(self, *, at_launch: bool) -> str:
        """The question as those are asked who were at a programme's event, or at the launch event of one city."""
        return str(_AT_A_LAUNCH.get(self, self.label) if at_launch else self.label)


_AT_A_LAUNCH = {
    FeedbackQuestion.USEFUL: _("What I heard is useful for me."),
    FeedbackQuestion.EXCHANGE: _("There was enough time to talk with one another."),
    FeedbackQuestion.NEXT: _("I know what the city does next."),
}

MARKS = [
    (1, pgettext_lazy("feedback", "Not at all")),
    (2, pgettext_lazy("feedback", "A little")),
    (3, pgettext_lazy("feedback", "Mostly")),
    (4, pgettext_lazy("feedback", "Fully")),
]
