"""Words about what sessions find, and about ratings."""

from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy


class FindingKind(models.TextChoices):
    """What a finding does with the city's answer, or brings beside it."""

    CONFIRMS = "confirms", _("Confirms the answer")
    NUANCES = "nuances", _("Nuances the answer")
    CONTRADICTS = "contradicts", _("Contradicts the answer")
    PRIORITY = "priority", _("Names a priority")
    IDEA = "idea", _("Gives an idea")
    QUOTATION = "quotation", _("Quotes somebody, without the name")


JUDGING = (FindingKind.CONTRADICTS, FindingKind.NUANCES, FindingKind.CONFIRMS)


class Practice(models.IntegerChoices):
    """How far an area is so in practice, in the words of a ballot."""

    NOT_AT_ALL = 1, pgettext_lazy("in practice", "Not at all")
    IN_PART = 2, pgettext_lazy("in practice", "In part")
    LARGELY = 3, pgettext_lazy("in practice", "Largely")
    FULLY = 4, pgettext_lazy("in practice", "Fully")


class Importance(models.IntegerChoices):
    """How much an area matters, in the words of a ballot."""

    NOT_AT_ALL = 1, pgettext_lazy("importance", "Not at all")
    A_LITTLE = 2, pgettext_lazy("importance", "A little")
    MUCH = 3, pgettext_lazy("importance", "Much")
    VERY_MUCH = 4, pgettext_lazy("importance", "Very much")
