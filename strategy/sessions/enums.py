"""Words about engagement sessions, who comes, and their minutes."""

from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy


class SessionKind(models.TextChoices):
    INTERVIEW = "interview", _("Interview")
    FOCUS_GROUP = "focus_group", _("Focus group")
    ROUND_TABLE = "round_table", _("Round table")
    OPEN_DAY = "open_day", _("Open day")
    SURVEY = "survey", _("Survey")


class SessionState(models.TextChoices):
    PLANNED = "planned", pgettext_lazy("session", "Planned")
    HELD = "held", pgettext_lazy("session", "Held")
    CANCELLED = "cancelled", pgettext_lazy("session", "Cancelled")


class MinutesPhase(models.TextChoices):
    """Where the minutes stand. The moves between them are in sessions/workflow.py."""

    DRAFT = "draft", pgettext_lazy("minutes", "Draft")
    CIRCULATED = "circulated", pgettext_lazy("minutes", "Circulated")
    AMENDED = "amended", pgettext_lazy("minutes", "Amended by those present")
    FINAL = "final", pgettext_lazy("minutes", "Final")


class MinutesTurn(models.TextChoices):
    """Whose turn it is to do something about the minutes."""

    CITY = "city", pgettext_lazy("turn", "the city")
    THOSE_PRESENT = "those_present", pgettext_lazy("turn", "those present")
    NOBODY = "nobody", pgettext_lazy("turn", "nobody")


class TopicReason(models.TextChoices):
    """Why a subject is in the guide."""

    LOWEST = "lowest", _("Lowest score")
    UNSURE = "unsure", _("The city is least sure")
    CONTRADICTED = "contradicted", _("Contradicted before")
    CHOSEN = "chosen", _("Chosen by hand")


class Reply(models.TextChoices):
    NONE = "", _("No reply yet")
    YES = "yes", pgettext_lazy("reply to an invitation", "Comes")
    NO = "no", pgettext_lazy("reply to an invitation", "Does not come")


class Decision(models.TextChoices):
    """What became of an amendment that somebody present proposed."""

    OPEN = "open", pgettext_lazy("amendment", "To be decided")
    TAKEN = "taken", pgettext_lazy("amendment", "Taken up")
    DECLINED = "declined", pgettext_lazy("amendment", "Not taken up")
