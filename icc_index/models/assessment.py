"""An assessment and the people at work on it."""

from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import Exists, OuterRef, Q
from django.db.models.functions import Coalesce
from django.urls import reverse
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from cities.enums import Permission, Role, roles_with
from cities.models import City, Membership, User
from icc_index.enums import Status, Turn
from icc_index.models.edition import Edition, Indicator
from icc_index.workflow import ASSESSMENT

_VALIDATED = (Status.VALIDATED, Status.PUBLISHED)
_NOT_YET_VALIDATED = (Status.DRAFT, Status.SUBMITTED, Status.IN_REVIEW, Status.CLARIFICATION)


class AssessmentQuerySet(models.QuerySet["Assessment"]):
    def visible_to(self, user: User) -> "AssessmentQuerySet":
        """The city's own people see all; assigned experts from submission on; administrators all (recorded)."""
        if user.is_superuser:
            return self
        mine = Membership.objects.filter(
            user=user, city=OuterRef("city"), role__in=roles_with(Permission.READ_ASSESSMENT)
        )
        assigned = ExpertAssignment.objects.filter(
            assessment=OuterRef("pk"), expert=user, expert__memberships__role=Role.EXPERT
        )
        return self.filter(Exists(mine) | (Exists(assigned) & ~Q(status=Status.DRAFT)))

    def for_list(self) -> "AssessmentQuerySet":
        return self.select_related("city", "edition")

    def locked(self) -> "AssessmentQuerySet":
        """Locked until the transaction ends, so that no move of the workflow can come in between."""
        return self.select_for_update(of=("self",), no_key=True).select_related("city", "edition")

    def for_answering(self, user: User, indicator: str) -> "AssessmentQuerySet":
        """With `is_assigned`: whether `indicator` (a code) is assigned to this person."""
        mine = IndicatorAssignment.objects.filter(assessment=OuterRef("pk"), user=user, indicator__code=indicator)
        return self.annotate(is_assigned=Exists(mine))

    def published(self) -> "AssessmentQuerySet":
        return self.filter(status=Status.PUBLISHED)


class Assessment(models.Model):
    """One city's answers to one edition of the index, in one year."""

    city = models.ForeignKey(City, models.PROTECT, related_name="assessments")
    edition = models.ForeignKey(Edition, models.PROTECT, related_name="assessments")
    year = models.PositiveSmallIntegerField(_("year"), validators=[MinValueValidator(2000), MaxValueValidator(2100)])
    status = models.CharField(_("status"), max_length=20, choices=Status, default=Status.DRAFT)
    status_since = models.DateTimeField(auto_now_add=True)
    is_sample = models.BooleanField(_("sample data"), default=False)
    clarify_by = models.DateField(_("to be clarified by"), null=True, blank=True)
    created_at = models.DateTimeField(auto_now_add=True)
    submitted_at = models.DateTimeField(null=True, blank=True)
    submitted_by = models.ForeignKey(User, models.PROTECT, null=True, blank=True, related_name="+")
    validated_at = models.DateTimeField(null=True, blank=True)
    validated_by = models.ForeignKey(User, models.PROTECT, null=True, blank=True, related_name="+")
    published_at = models.DateTimeField(null=True, blank=True)
    published_by = models.ForeignKey(User, models.PROTECT, null=True, blank=True, related_name="+")

    objects = AssessmentQuerySet.as_manager()

    class Meta:
        ordering = ["city__name", "-year"]
        indexes = [models.Index(fields=["status", "-published_at"], name="assessment_status")]
        constraints = [
            models.UniqueConstraint(fields=["city", "edition", "year"], name="one_assessment_per_city_edition_year"),
            models.CheckConstraint(
                name="submitted_at_and_by_go_together",
                condition=Q(submitted_at=None, submitted_by=None)
                | Q(submitted_at__isnull=False, submitted_by__isnull=False),
            ),
            models.CheckConstraint(
                name="validated_goes_with_status",
                condition=Q(status__in=_NOT_YET_VALIDATED, validated_at=None, validated_by=None)
                | Q(
                    status__in=[Status.VALIDATED, Status.PUBLISHED],
                    validated_at__isnull=False,
                    validated_by__isnull=False,
                ),
            ),
            models.CheckConstraint(
                name="published_goes_with_status",
                condition=Q(status=Status.PUBLISHED, published_at__isnull=False, published_by__isnull=False)
                | (~Q(status=Status.PUBLISHED) & Q(published_at=None, published_by=None)),
            ),
            models.CheckConstraint(
                name="clarify_by_goes_with_status", condition=Q(clarify_by=None) | Q(status=Status.CLARIFICATION)
            ),
        ]

    def __str__(self) -> str:
        return gettext("%(city)s, ICC Index %(year)s") % {"city": self.city.name, "year": self.year}

    def get_absolute_url(self) -> str:
        return reverse("assessment", args=[self.pk])

    @property
    def turn(self) -> Turn:
        return Turn(ASSESSMENT.turns[Status(self.status)])

    @property
    def state_kind(self) -> str:
        """How templates/_state.html draws the status."""
        kinds = {
            Status.DRAFT: "part",
            Status.SUBMITTED: "wait",
            Status.IN_REVIEW: "part",
            Status.CLARIFICATION: "wait",
            Status.VALIDATED: "done",
            Status.PUBLISHED: "done",
        }
        return kinds[Status(self.status)]

    @property
    def has_result(self) -> bool:
        return self.status in _VALIDATED


class ExpertAssignment(models.Model):
    """An expert who validates an assessment. The experts of one city never come from that city."""

    assessment = models.ForeignKey(Assessment, models.CASCADE, related_name="expert_assignments")
    expert = models.ForeignKey(User, models.PROTECT, related_name="expert_assignments")
    assigned_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["assessment", "expert"], name="one_assignment_per_expert")]

    def __str__(self) -> str:
        return f"{self.expert}: {self.assessment}"


class IndicatorAssignment(models.Model):
    """A colleague of the city who answers one indicator."""

    assessment = models.ForeignKey(Assessment, models.CASCADE, related_name="indicator_assignments")
    indicator = models.ForeignKey(Indicator, models.PROTECT, related_name="+")
    user = models.ForeignKey(User, models.CASCADE, related_name="indicator_assignments")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["assessment", "indicator", "user"], name="one_assignment_per_indicator")
        ]

    def __str__(self) -> str:
        return f"{self.user}: {self.indicator}"


class Commentary(models.Model):
    """What the experts write about one indicator, or (without indicator) about the whole: it goes into the report."""

    assessment = models.ForeignKey(Assessment, models.CASCADE, related_name="commentaries")
    indicator = models.ForeignKey(Indicator, models.PROTECT, null=True, blank=True, related_name="+")
    text = models.TextField(_("comment"), blank=True)
    recommendation = models.TextField(_("recommendation"), blank=True)
    version = models.PositiveIntegerField(default=0)
    by = models.ForeignKey(User, models.PROTECT, related_name="+")
    at = models.DateTimeField(auto_now=True)

    class Meta:
        constraints = [
            models.UniqueConstraint("assessment", Coalesce("indicator", 0), name="one_commentary_per_indicator")
        ]

    def __str__(self) -> str:
        return f"{self.assessment}: {self.indicator or 'all'}"
