"""Words of milestones."""

from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy


class Process(models.TextChoices):
    """On the way to what a milestone lies: the processes of the seeds (S18 to S20), an action, or what follows."""

    BODY = "body", _("Coordinating body")
    LAUNCH = "launch", _("Launch event")
    PACT = "pact", _("City Integration Pact")
    ACTION = "action", _("Pilot action")
    NEXT = "next", _("What next")


class MilestoneState(models.TextChoices):
    """Where a milestone stands. The moves between them are in milestones/workflow.py; late follows from the dates."""

    PLANNED = "planned", pgettext_lazy("milestone", "Planned")
    UNDER_WAY = "under_way", pgettext_lazy("milestone", "Under way")
    REACHED = "reached", pgettext_lazy("milestone", "Reached")
    DROPPED = "dropped", pgettext_lazy("milestone", "Dropped")


class Light(models.TextChoices):
    """What the rule of docs/milestones.md says of a milestone, or of all under one roof."""

    RED = "red", pgettext_lazy("traffic light", "Overdue")
    AMBER = "amber", pgettext_lazy("traffic light", "At risk")
    GREEN = "green", pgettext_lazy("traffic light", "On track")
    REACHED = "reached", pgettext_lazy("traffic light", "Reached")
    NONE = "none", pgettext_lazy("traffic light", "Nothing planned")

    @property
    def kind(self) -> str:
        """How templates/_state.html draws it."""
        return _KINDS[self]


class Reason(models.TextChoices):
    """The line of the rule in docs/milestones.md that decided on a light: the first one that holds."""

    DROPPED = "dropped", _("It was dropped: it counts nowhere and holds nothing up.")
    REACHED = "reached", _("It was reached.")
    OVERDUE = "overdue", _("Its day has passed.")
    DUE_SOON = "due_soon", _("It is due within 14 days, and nobody has begun it.")
    NOT_BEGUN = "not_begun", _("It should have begun, and nobody has begun it.")
    HELD_UP = "held_up", _("It comes after a milestone that is overdue, or promised for a later day than itself.")
    ON_TRACK = "on_track", _("Nothing holds it up.")

    @property
    def light(self) -> Light:
        return _LIGHTS[self]


class MilestoneTurn(models.TextChoices):
    """Who does something next about a milestone."""

    OWNER = "owner", _("its owner and the city")
    NOBODY = "nobody", pgettext_lazy("turn", "nobody")


_LIGHTS = {
    Reason.DROPPED: Light.NONE,
    Reason.REACHED: Light.REACHED,
    Reason.OVERDUE: Light.RED,
    Reason.DUE_SOON: Light.AMBER,
    Reason.NOT_BEGUN: Light.AMBER,
    Reason.HELD_UP: Light.AMBER,
    Reason.ON_TRACK: Light.GREEN,
}
_KINDS = {Light.RED: "late", Light.AMBER: "wait", Light.GREEN: "part", Light.REACHED: "done", Light.NONE: "none"}
