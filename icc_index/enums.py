"""Words of the index that several modules use."""

from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy


class Kind(models.TextChoices):
    """How a question is answered."""

    SINGLE = "single", _("One of several")
    MULTI = "multi", _("Any of several")
    SCALE = "scale", _("A scale")
    BAND = "band", _("A band")


class Part(models.TextChoices):
    CORE = "core", _("Core")
    EXTENDED = "extended", _("Extended")


class Aside(models.TextChoices):
    """Answers that are apart from "no": the first two leave the score, the third is a gap in the data."""

    NOT_APPLICABLE = "na", _("Not applicable here")
    NO_POWER = "no_power", _("The city has no legal power")
    UNKNOWN = "unknown", _("We do not know")


class Status(models.TextChoices):
    """Where an assessment stands. The moves between them are in workflow.py."""

    DRAFT = "draft", pgettext_lazy("assessment", "Being answered")
    SUBMITTED = "submitted", pgettext_lazy("assessment", "Submitted")
    IN_REVIEW = "in_review", pgettext_lazy("assessment", "In review")
    CLARIFICATION = "clarification", pgettext_lazy("assessment", "To be clarified")
    VALIDATED = "validated", pgettext_lazy("assessment", "Validated")
    PUBLISHED = "published", pgettext_lazy("assessment", "Published")


class Turn(models.TextChoices):
    CITY = "city", pgettext_lazy("turn", "the city")
    EXPERTS = "experts", pgettext_lazy("turn", "the experts")
    NOBODY = "nobody", pgettext_lazy("turn", "nobody")


class Ruling(models.TextChoices):
    """What an expert says of one answer."""

    CONFIRMED = "confirmed", _("Confirmed")
    ADJUSTED = "adjusted", _("Adjusted")
    ASKED = "asked", _("Clarification asked")


class Stance(models.TextChoices):
    """How what somebody says stands to the city's answer."""

    CONFIRMS = "confirms", _("Confirms")
    NUANCES = "nuances", _("Nuances")
    CONTRADICTS = "contradicts", _("Contradicts")
    NEUTRAL = "neutral", _("Neutral")

    @property
    def beside(self) -> str:
        """In a word or two behind what is said; nothing where it says nothing about the answer."""
        return str(BESIDE[self])


BESIDE = {
    Stance.CONFIRMS: pgettext_lazy("beside the city's answer", "agrees"),
    Stance.NUANCES: pgettext_lazy("beside the city's answer", "agrees in part"),
    Stance.CONTRADICTS: pgettext_lazy("beside the city's answer", "says otherwise"),
    Stance.NEUTRAL: "",
}


class Layer(models.TextChoices):
    """Whose answers a score rests on. The two are never mixed."""

    SELF = "self", _("The city's own answers")
    VALIDATED = "validated", _("Validated by the experts")


class SourceKind(models.TextChoices):
    """What a city's register of research holds."""

    POLICY = "policy", _("Policy")
    DATA = "data", _("Data source")


class Level(models.TextChoices):
    """Whose policy or data it is."""

    LOCAL = "local", pgettext_lazy("level of a policy", "Local")
    REGIONAL = "regional", pgettext_lazy("level of a policy", "Regional")
    NATIONAL = "national", pgettext_lazy("level of a policy", "National")
    EUROPEAN = "european", pgettext_lazy("level of a policy", "European")


class Composite(models.TextChoices):
    """Scores made from other scores."""

    LENS = "lens", _("Intercultural lens")
    CORE_INDEX = "core_index", _("Core index")
    EXTENDED_INDEX = "extended_index", _("Extended index")
    CORE_INDEX_LENS_SPLIT = "core_index_lens_split", _("Core index with the lens as six areas")


class SizeGroup(models.TextChoices):
    """Cities by their newest population figure. A figure on a boundary belongs to the larger group."""

    SMALL = "under-100k", _("Under 100,000 people")
    MEDIUM = "100k-200k", _("100,000 to 200,000 people")
    LARGE = "200k-500k", _("200,000 to 500,000 people")
    VERY_LARGE = "over-500k", _("500,000 people or more")
    UNKNOWN = "unknown", pgettext_lazy("size of a city", "Not known")


class ForeignGroup(models.TextChoices):
    """Cities by the share of residents who came from abroad, by the definition that is known of each."""

    LOW = "under-10", _("Under 10 %")
    MEDIUM = "10-15", _("10 to 15 %")
    HIGH = "15-20", _("15 to 20 %")
    VERY_HIGH = "over-20", _("20 % or more")
    UNKNOWN = "unknown", pgettext_lazy("share of residents", "Not known")
