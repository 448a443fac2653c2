"""An edition: one immutable version of the questionnaire. Loaded by `manage.py load_edition`, never edited."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from icc_index.enums import Kind, Part

_POSITIVE = {"max_digits": 8, "decimal_places": 4}


class Edition(models.Model):
    """One version of the questionnaire. `checksum` covers structure and texts."""

    code = models.SlugField(_("code"), max_length=40, unique=True)
    lens_weight = models.DecimalField(_("weight of the lens"), **_POSITIVE)
    checksum = models.CharField(max_length=64)
    loaded_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ["code"]
        verbose_name = _("edition")
        verbose_name_plural = _("editions")

    def __str__(self) -> str:
        return self.code


class EditionText(models.Model):
    """All texts of an edition in one language, as one document: it is read whole and never queried into."""

    edition = models.ForeignKey(Edition, models.CASCADE, related_name="texts")
    language = models.CharField(max_length=10)
    texts = models.JSONField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["edition", "language"], name="one_text_per_edition_and_language")
        ]

    def __str__(self) -> str:
        return f"{self.edition} ({self.language})"


class Indicator(models.Model):
    """A policy area of an edition."""

    edition = models.ForeignKey(Edition, models.CASCADE, related_name="indicators")
    code = models.SlugField(max_length=40)
    position = models.PositiveSmallIntegerField()
    part = models.CharField(max_length=10, choices=Part)
    in_lens = models.BooleanField(default=False)
    weight = models.DecimalField(**_POSITIVE)

    class Meta:
        ordering = ["edition", "position"]
        constraints = [
            models.UniqueConstraint(fields=["edition", "code"], name="one_indicator_per_code"),
            models.UniqueConstraint(fields=["edition", "position"], name="one_indicator_per_position"),
            models.CheckConstraint(name="indicator_weight_is_positive", condition=Q(weight__gt=0)),
            models.CheckConstraint(name="the_lens_is_core", condition=Q(in_lens=False) | Q(part=Part.CORE)),
        ]

    def __str__(self) -> str:
        return self.code


class Question(models.Model):
    """A question with its options as `[{"code", "points"}]`; points are decimal strings."""

    indicator = models.ForeignKey(Indicator, models.CASCADE, related_name="questions")
    code = models.CharField(max_length=20)
    position = models.PositiveSmallIntegerField()
    kind = models.CharField(max_length=10, choices=Kind)
    weight = models.DecimalField(**_POSITIVE)
    options = models.JSONField()
    exclusive = models.JSONField(default=list)
    condition = models.JSONField(null=True, default=None)
    is_reverse = models.BooleanField(default=False)

    class Meta:
        ordering = ["indicator", "position"]
        constraints = [
            models.UniqueConstraint(fields=["indicator", "code"], name="one_question_per_code"),
            models.UniqueConstraint(fields=["indicator", "position"], name="one_question_per_position"),
            models.CheckConstraint(name="question_weight_is_positive", condition=Q(weight__gt=0)),
        ]

    def __str__(self) -> str:
        return self.code
