"""Assessment reports: PDFs rendered in the background, kept with who asked, when, and a hash of their data."""

import uuid

from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from cities.models import User
from epi.models import Job
from icc_index.models.assessment import Assessment
from icc_index.models.result import Result


class ReportQuerySet(models.QuerySet["Report"]):
    def visible_to(self, user: User) -> "ReportQuerySet":
        return self.filter(result__assessment__in=Assessment.objects.visible_to(user))

    def for_list(self) -> "ReportQuerySet":
        return self.select_related("job", "requested_by", "result__assessment__city")


class Report(models.Model):
    """One rendering of one result in one language."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    result = models.ForeignKey(Result, models.PROTECT, related_name="reports")
    language = models.CharField(_("language"), max_length=10)
    requested_by = models.ForeignKey(User, models.PROTECT, related_name="+")
    requested_at = models.DateTimeField(auto_now_add=True)
    job = models.OneToOneField(Job, models.PROTECT, null=True, related_name="+")
    data_hash = models.CharField(max_length=64, blank=True, help_text="SHA-256 of all that the report shows.")
    file = models.FileField(upload_to="reports/", blank=True)
    pages = models.PositiveSmallIntegerField(null=True)

    objects = ReportQuerySet.as_manager()

    class Meta:
        ordering = ["-requested_at"]
        constraints = [
            models.CheckConstraint(
                name="a_file_has_its_hash", condition=Q(file="") | (~Q(data_hash="") & Q(pages__isnull=False))
            )
        ]

    def __str__(self) -> str:
        return f"{self.result}, {self.language}"

    def get_absolute_url(self) -> str:
        return reverse("report", args=[self.pk])
