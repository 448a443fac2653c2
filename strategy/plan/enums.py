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

    @property
    def kind(self) -> str:
        """How templates/_state.html draws it."""
        return _STATE_KINDS[self]

    @property
    def is_over(self) -> bool:
        return self in {ActionState.COMPLETED, ActionState.STOPPED}


_STATE_KINDS = {
    ActionState.PROPOSED: "wait",
    ActionState.AGREED: "part",
    ActionState.RUNNING: "part",
    ActionState.COMPLETED: "done",
    ActionState.STOPPED: "none",
}


class ActionTurn(models.TextChoices):
    """Who moves a pilot action on."""

    CITY = "city", _("the city")
    NOBODY = "nobody", _("nobody")


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

    @property
    def letter(self) -> str:
        """As a matrix shows it, the same in every language."""
        return self.value[0].upper()

    @property
    def explanation(self) -> str:
        return str(_DUTIES[self])


_DUTIES = {
    Duty.RESPONSIBLE: _("does the work"),
    Duty.ACCOUNTABLE: _("answers for it: one person, the owner of the action"),
    Duty.CONSULTED: _("is asked before something is decided"),
    Duty.INFORMED: _("is told of what was decided"),
}


class KeyFeature(models.TextChoices):
    """What a good strategy has (S13 to S17). What each rests on is told in docs/key-features.md."""

    COMMITMENT = "commitment", _("Political commitment")
    PARTICIPATION = "participation", pgettext_lazy("key feature", "Participation")
    NARRATIVE = "narrative", pgettext_lazy("key feature", "Narrative")
    EVALUATION = "evaluation", pgettext_lazy("key feature", "Evaluation")
    SUSTAINABILITY = "sustainability", pgettext_lazy("key feature", "Sustainability")

    @property
    def explanation(self) -> str:
        return str(_FEATURES[self])


_FEATURES = {
    KeyFeature.COMMITMENT: _(
        "Leadership in designing and carrying out a strategy that values diversity explicitly and assigns adequate "
        "resources."
    ),
    KeyFeature.PARTICIPATION: _(
        "Actions are designed and worked out together by city staff, local stakeholders and local communities."
    ),
    KeyFeature.NARRATIVE: _(
        "The city can explain the challenges, goals and actions of its strategy to a broad audience."
    ),
    KeyFeature.EVALUATION: _("There is evidence from which the city learns what succeeds."),
    KeyFeature.SUSTAINABILITY: _("Actions are meant to last beyond the project."),
}


class FeatureState(models.TextChoices):
    """How far a strategy has a key feature."""

    MET = "met", pgettext_lazy("key feature", "Met")
    PARTLY = "partly", pgettext_lazy("key feature", "Partly")
    NOT_YET = "not_yet", pgettext_lazy("key feature", "Not yet")

    @property
    def kind(self) -> str:
        """How templates/_state.html draws it."""
        return {FeatureState.MET: "done", FeatureState.PARTLY: "part", FeatureState.NOT_YET: "none"}[self]
