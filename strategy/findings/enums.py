"""Words about what sessions find."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class FindingKind(models.TextChoices):
    """What a finding does with the city's answer, or brings beside it."""

    CONFIRMS = "confirms", _("Confirms the answer")
    NUANCES = "nuances", _("Nuances the answer")
    CONTRADICTS = "contradicts", _("Contradicts the answer")
    PRIORITY = "priority", _("Names a priority")
    IDEA = "idea", _("Gives an idea")
    QUOTATION = "quotation", _("Quotes somebody, without the name")
