"""Trends as PDFs: rendered in the background, for the person who asked and nobody else."""

import uuid

from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from cities.models import Programme, User
from epi.models import Job
from icc_index.enums import ForeignGroup, SizeGroup
from icc_index.models.edition import Edition


class TrendReportQuerySet(models.QuerySet["TrendReport"]):
    def visible_to(self, user: User) -> "TrendReportQuerySet":
        """One's own: others may see other results, so the same filters are another document for them."""
        return self.filter(requested_by=user)

    def for_list(self) -> "TrendReportQuerySet":
        return self.select_related("job", "edition", "programme", "requested_by")


class TrendReport(models.Model):
    """One rendering of the trends that one person may see, by some filters, in one language.

    `data_hash` is the fingerprint of what it tells (trends.reading): when that of today is another, a result or a right
    to see it has changed since, and the file is no longer given out.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    edition = models.ForeignKey(Edition, models.PROTECT, related_name="+")
    is_sample = models.BooleanField(_("sample data"))
    programme = models.ForeignKey(Programme, models.CASCADE, null=True, blank=True, related_name="+")
    size = models.CharField(_("size"), max_length=20, choices=SizeGroup, blank=True)
    foreign = models.CharField(_("people from abroad"), max_length=20, choices=ForeignGroup, blank=True)
    language = models.CharField(_("language"), max_length=10)
    requested_by = models.ForeignKey(User, models.PROTECT, related_name="+")
    requested_at = models.DateTimeField(auto_now_add=True)
    job = models.OneToOneField(Job, models.PROTECT, null=True, related_name="+")
    data_hash = models.CharField(max_length=64, blank=True, help_text="SHA-256 of what the trends are made of.")
    file = models.FileField(upload_to="trends/", blank=True)
    pages = models.PositiveSmallIntegerField(null=True)

    objects = TrendReportQuerySet.as_manager()

    class Meta:
        ordering = ["-requested_at"]
        verbose_name = _("trend report")
        constraints = [
            models.CheckConstraint(
                name="a_trend_file_has_its_hash", condition=Q(file="") | (~Q(data_hash="") & Q(pages__isnull=False))
            )
        ]

    def __str__(self) -> str:
        return gettext("Common trends, %(edition)s") % {"edition": self.edition.code}

    def get_absolute_url(self) -> str:
        return reverse("trend_report", args=[self.pk])
