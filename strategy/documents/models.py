"""PDFs of a strategy, a pact, minutes and a programme's status: rendered in the background, as every report."""

import uuid

from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from cities.enums import Permission
from cities.models import City, Programme, User
from epi.models import Job
from strategy.access import of_cities_where


class DocumentKind(models.TextChoices):
    STRATEGY = "strategy", _("City Integration Strategy")
    PACT = "pact", _("City Integration Pact")
    MINUTES = "minutes", pgettext_lazy("document", "Minutes of the coordinating body")
    STATUS = "status", _("Status report of the programme")


class DocumentQuerySet(models.QuerySet["Document"]):
    def visible_to(self, user: User) -> "DocumentQuerySet":
        """A city's documents are for its people, a programme's for those who follow it."""
        of_programmes = Q(city=None, programme__in=Programme.objects.visible_to(user))
        return self.filter(of_cities_where(user, Permission.READ_STRATEGY) | of_programmes)

    def for_list(self) -> "DocumentQuerySet":
        return self.select_related("job", "city", "programme", "requested_by")


class Document(models.Model):
    """One rendering, in one language, of what `subject_id` names: a strategy, a pact version, a meeting, a programme.

    `data_hash` is SHA-256 of all that it shows.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    kind = models.CharField(_("kind"), max_length=10, choices=DocumentKind)
    city = models.ForeignKey(City, models.PROTECT, null=True, blank=True, related_name="+")
    programme = models.ForeignKey(Programme, models.PROTECT, null=True, blank=True, related_name="+")
    subject_id = models.PositiveBigIntegerField()
    language = models.CharField(_("language"), max_length=10)
    requested_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")  # None: the platform itself
    requested_at = models.DateTimeField(auto_now_add=True)
    job = models.OneToOneField(Job, models.PROTECT, null=True, related_name="+")
    data_hash = models.CharField(max_length=64, blank=True)
    file = models.FileField(upload_to="documents/", blank=True)
    pages = models.PositiveSmallIntegerField(null=True)

    objects = DocumentQuerySet.as_manager()

    class Meta:
        ordering = ["-requested_at"]
        verbose_name = _("document")
        verbose_name_plural = _("documents")
        indexes = [models.Index(fields=["kind", "subject_id"], name="document_subject")]
        constraints = [
            models.CheckConstraint(
                name="a_document_file_has_its_hash", condition=Q(file="") | (~Q(data_hash="") & Q(pages__isnull=False))
            ),
            models.CheckConstraint(
                name="a_document_is_of_a_city_or_a_programme",
                condition=Q(kind=DocumentKind.STATUS, city=None, programme__isnull=False)
                | ~Q(kind=DocumentKind.STATUS) & Q(city__isnull=False),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display()}, {self.language}"

    def get_absolute_url(self) -> str:
        return reverse("document", args=[self.pk])
