"""Words of a City Integration Strategy."""

from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy


class Area(models.TextChoices):
    """The three areas of a strategy (S10 to S12)."""

    INTERACTION = "interaction", _("Interaction")
    PARTICIPATION = "participation", pgettext_lazy("area of the strategy", "Participation")
    GOVERNANCE = "governance", _("Governance")

    @property
    def explanation(self) -> str:
        return str(_EXPLANATIONS[self])


_EXPLANATIONS = {
    Area.INTERACTION: _(
        "Open spaces and chances for people of different cultural and social background to meet in depth and to create "
        "together, so that trust and unity grow and the creative potential of diversity is realised."
    ),
    Area.PARTICIPATION: _(
        "Local communities take an active part in shaping policy, with every resident's part assured."
    ),
    Area.GOVERNANCE: _(
        "Migrants' integration is a key priority of the city's strategy, with an intercultural narrative and "
        "competence among the city's staff."
    ),
}


class GapKind(models.TextChoices):
    """On what an objective rests."""

    INDICATOR = "indicator", pgettext_lazy("gap", "Indicator")
    QUESTION = "question", pgettext_lazy("gap", "Question")
    FINDING = "finding", pgettext_lazy("gap", "Finding of a session")
    CHOSEN_AREA = "chosen_area", pgettext_lazy("gap", "Chosen area")


class ActionState(models.TextChoices):
    """Where a pilot action stands. The moves between them are in plan/workflow.py."""

    PROPOSED = "proposed", pgettext_lazy("pilot action", "Proposed")
    AGREED = "agreed", pgettext_lazy("pilot action", "Agreed")
    RUNNING = "running", pgettext_lazy("pilot action", "Running")
    COMPLETED = "completed", pgettext_lazy("pilot action", "Completed")
    STOPPED = "stopped", pgettext_lazy("pilot action", "Stopped")


class CoDesignForm(models.TextChoices):
    """How an action was designed together."""

    WORKSHOP = "workshop", pgettext_lazy("co-design", "Workshop")
    MEETING = "meeting", pgettext_lazy("co-design", "Meeting")
    INTERVIEWS = "interviews", pgettext_lazy("co-design", "Interviews")
    SURVEY = "survey", pgettext_lazy("co-design", "Survey")
    OTHER = "other", pgettext_lazy("co-design", "Other")


class Duty(models.TextChoices):
    """What a member of the coordinating body is for an action (RACI)."""

    RESPONSIBLE = "responsible", _("Responsible")
    ACCOUNTABLE = "accountable", _("Accountable")
    CONSULTED = "consulted", _("Consulted")
    INFORMED = "informed", _("Informed")
