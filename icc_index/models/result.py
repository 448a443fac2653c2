"""Results: the frozen scores of a validated assessment; and scores that others published."""

from typing import TYPE_CHECKING

from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from cities.models import City, Programme, User
from icc_index.enums import Layer, Status
from icc_index.models.assessment import Assessment
from icc_index.models.edition import Edition

if TYPE_CHECKING:
    from django.contrib.auth.models import AnonymousUser


class ResultQuerySet(models.QuerySet["Result"]):
    def current(self) -> "ResultQuerySet":
        return self.filter(superseded_at=None)

    def visible_to(self, user: User) -> "ResultQuerySet":
        return self.filter(assessment__in=Assessment.objects.visible_to(user))

    def before(self, assessment: Assessment) -> "ResultQuerySet":
        """The city's current results of earlier years by the same edition, latest first; sample apart from real."""
        earlier = Assessment.objects.filter(
            city=assessment.city_id,
            edition=assessment.edition_id,
            is_sample=assessment.is_sample,
            year__lt=assessment.year,
        )
        rows = self.current().filter(assessment__in=earlier)
        return rows.select_related("assessment").order_by("-assessment__year")

    def public(self) -> "ResultQuerySet":
        """What everybody may read: the current results of published assessments."""
        return self.current().filter(assessment__status=Status.PUBLISHED)

    def for_trends(self, user: "User | AnonymousUser") -> "ResultQuerySet":
        """What this person's trends are made of: only results that they may read one by one.

        Everybody: what is published. The people of a city and its technical partners: also their own city's validated
        results, and those of all cities of a programme that agreed to share them (Programme.sharing_with); a network
        coordinator: those of such a programme. Experts and administrators: every validated result. So nothing that a
        person may not see can change a figure of theirs, nor can what they see before and after tell of it.
        """
        validated = self.current().filter(assessment__status__in=[Status.VALIDATED, Status.PUBLISHED])
        if not user.is_authenticated:
            return validated.public()
        if user.is_superuser or user.is_expert:
            return validated
        shared = Programme.cities.through.objects.filter(programme__in=Programme.objects.sharing_with(user))
        mine = Q(assessment__city__in=[city.pk for city in user.cities])
        ours = Q(assessment__city__in=shared.values("city"))
        return validated.filter(Q(assessment__status=Status.PUBLISHED) | mine | ours)

    def shared_in(self, programme: Programme) -> "ResultQuerySet":
        """What the cities of a programme that agreed to share read of each other: their validated results."""
        validated = self.current().filter(assessment__status__in=[Status.VALIDATED, Status.PUBLISHED])
        return (
            validated.filter(assessment__city__in=programme.cities.all()) if programme.shares_results else self.none()
        )


class Result(models.Model):
    """The scores of a validated assessment, frozen with the answers that they rest on.

    `answers` maps each question code to `{"self": value, "validated": value, "evidence": number of links}`: enough to
    recompute and explain every figure to the last digit, whatever happens to the assessment later.
    """

    assessment = models.ForeignKey(Assessment, models.PROTECT, related_name="results")
    number = models.PositiveSmallIntegerField()
    answers = models.JSONField()
    core_index = models.DecimalField(max_digits=9, decimal_places=6, null=True, help_text="Validated, for lists.")
    frozen_at = models.DateTimeField(auto_now_add=True)
    frozen_by = models.ForeignKey(User, models.PROTECT, related_name="+")
    superseded_at = models.DateTimeField(null=True)

    objects = ResultQuerySet.as_manager()

    class Meta:
        ordering = ["assessment", "-number"]
        constraints = [
            models.UniqueConstraint(fields=["assessment", "number"], name="one_result_per_number"),
            models.UniqueConstraint(fields=["assessment"], condition=Q(superseded_at=None), name="one_current_result"),
        ]

    def __str__(self) -> str:
        return f"{self.assessment} ({self.number})"


class Score(models.Model):
    """One frozen score of a result: an indicator's, the lens's or an index's, of one layer.

    `exact` is the fraction as text ("200/3"); `value` the same to six places, for sorting and means in the database.
    """

    result = models.ForeignKey(Result, models.CASCADE, related_name="scores")
    layer = models.CharField(max_length=10, choices=Layer)
    subject = models.CharField(max_length=40)
    exact = models.CharField(max_length=200, blank=True)
    value = models.DecimalField(max_digits=9, decimal_places=6, null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["result", "layer", "subject"], name="one_score_per_subject"),
            models.CheckConstraint(
                name="a_score_is_0_to_100_or_null",
                condition=Q(value=None, exact="") | (Q(value__gte=0, value__lte=100) & ~Q(exact="")),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.subject} ({self.layer}): {self.exact or '-'}"


class Benchmark(models.Model):
    """The mean of a subject over the cities' newest published results of an edition, stored at each publishing."""

    edition = models.ForeignKey(Edition, models.CASCADE, related_name="benchmarks")
    is_sample = models.BooleanField()
    subject = models.CharField(max_length=40)
    mean = models.DecimalField(max_digits=9, decimal_places=6)
    cities = models.PositiveIntegerField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["edition", "is_sample", "subject"], name="one_benchmark_per_subject")
        ]

    def __str__(self) -> str:
        return f"{self.subject}: {self.mean} ({self.cities})"


class PublishedScore(models.Model):
    """A figure from outside, such as a report of the Council of Europe, with its source. Never mixed with results."""

    city = models.ForeignKey(City, models.CASCADE, related_name="published_scores")
    year = models.PositiveSmallIntegerField(_("year"))
    index_version = models.CharField(_("version of the index"), max_length=60)
    subject = models.CharField(_("indicator"), max_length=40, help_text=_("Code of an indicator, or core_index."))
    score = models.DecimalField(
        _("score"), max_digits=5, decimal_places=2, validators=[MinValueValidator(0), MaxValueValidator(100)]
    )
    source_url = models.URLField(_("source"), max_length=500)

    class Meta:
        ordering = ["city", "-year", "subject"]
        verbose_name = _("published score")
        verbose_name_plural = _("published scores")
        constraints = [
            models.UniqueConstraint(fields=["city", "year", "subject"], name="one_published_score"),
            models.CheckConstraint(name="published_score_is_0_to_100", condition=Q(score__gte=0, score__lte=100)),
        ]

    def __str__(self) -> str:
        return f"{self.city} {self.year}, {self.subject}: {self.score}"
