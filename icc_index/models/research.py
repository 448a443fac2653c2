"""Research and analysis (S5): a city's register of the policies and data sources that bear on integration."""

from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import Exists, OuterRef, Q
from django.db.models.functions import Coalesce
from django.urls import reverse
from django.utils.translation import get_language_info
from django.utils.translation import gettext_lazy as _

from cities.models import City, User
from icc_index.enums import Level, SourceKind
from icc_index.models.assessment import Assessment

SUMMARY_LENGTH = 5000


def cities_with_register_for(user: User) -> models.QuerySet[City]:
    """The cities whose register this person reads: their own, those whose assessment they see, administrators all."""
    if user.is_superuser:
        return City.objects.all()
    seen = Assessment.objects.visible_to(user).filter(city=OuterRef("pk"))
    return City.objects.filter(Q(pk__in=City.objects.run_by(user).values("pk")) | Exists(seen))


class ResearchSourceQuerySet(models.QuerySet["ResearchSource"]):
    def visible_to(self, user: User) -> "ResearchSourceQuerySet":
        return self.filter(city__in=cities_with_register_for(user))

    def for_list(self) -> "ResearchSourceQuerySet":
        return self.select_related("city").prefetch_related("areas")

    def about(self, assessment: Assessment) -> "ResearchSourceQuerySet":
        """What is told beside an assessment: the register of its city, without made-up entries beside real answers."""
        ours = self.filter(city=assessment.city_id)
        return ours if assessment.is_sample else ours.filter(is_sample=False)

    def on(self, indicator: str) -> "ResearchSourceQuerySet":
        """What bears on the indicator of that code."""
        return self.filter(areas__indicator=indicator)


class ResearchSource(models.Model):
    """A policy or a data source. The register outlives editions, so that it names indicators by their codes.

    `version` grows by one with each save: an edit based on an older one is refused.
    """

    city = models.ForeignKey(City, models.CASCADE, related_name="research_sources")
    kind = models.CharField(_("kind"), max_length=10, choices=SourceKind)
    level = models.CharField(_("level"), max_length=10, choices=Level)
    title = models.CharField(_("title"), max_length=300)
    publisher = models.CharField(_("publisher"), max_length=200, blank=True)
    year = models.PositiveSmallIntegerField(
        _("year"), null=True, blank=True, validators=[MinValueValidator(1900), MaxValueValidator(2100)]
    )
    summary = models.TextField(_("summary"), blank=True, max_length=SUMMARY_LENGTH)
    url = models.URLField(_("link"), blank=True, max_length=500)
    language = models.CharField(_("language"), max_length=10, blank=True)
    is_sample = models.BooleanField(_("sample data"), default=False)
    version = models.PositiveIntegerField(default=1)
    added_by = models.ForeignKey(User, models.PROTECT, related_name="+")
    added_at = models.DateTimeField(auto_now_add=True)
    changed_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")
    changed_at = models.DateTimeField(null=True)

    objects = ResearchSourceQuerySet.as_manager()

    class Meta:
        ordering = ["title", "pk"]
        verbose_name = _("research source")
        verbose_name_plural = _("research sources")
        constraints = [
            models.UniqueConstraint("city", "title", Coalesce("year", 0), name="one_source_per_city_title_year"),
            models.CheckConstraint(
                name="changed_at_and_by_go_together",
                condition=Q(changed_at=None, changed_by=None) | Q(changed_at__isnull=False, changed_by__isnull=False),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.title} ({self.year})" if self.year else self.title

    def get_absolute_url(self) -> str:
        return reverse("research_edit", args=[self.city.slug, self.pk])

    @property
    def codes(self) -> list[str]:
        """The codes of the indicators that it bears on."""
        return [area.indicator for area in self.areas.all()]

    @property
    def language_name(self) -> str:
        return get_language_info(self.language)["name_translated"] if self.language else ""


class ResearchArea(models.Model):
    """An indicator that a source bears on, by its code in any edition."""

    source = models.ForeignKey(ResearchSource, models.CASCADE, related_name="areas")
    indicator = models.SlugField(max_length=40, db_index=True)

    class Meta:
        ordering = ["pk"]
        constraints = [models.UniqueConstraint(fields=["source", "indicator"], name="one_area_per_source")]

    def __str__(self) -> str:
        return f"{self.source}: {self.indicator}"
