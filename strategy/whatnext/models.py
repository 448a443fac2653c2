"""What next (S21): what was delivered, carried into the next round of the index."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from cities.models import User
from icc_index.models import Assessment, Evidence
from strategy.milestones.models import Milestone
from strategy.plan.models import Reading
from strategy.sessions.models import SUBJECT_LENGTH


class Carried(models.Model):
    """What a city did with a proposal: taken as evidence for an answer, or set aside. A proposal is a milestone that
    was reached or a reading of a measure, beside a question of the new assessment.

    Without a row, the proposal is open. `evidence` is empty once it was removed from the answer.
    """

    assessment = models.ForeignKey(Assessment, models.CASCADE, related_name="carried")
    subject = models.CharField(_("question"), max_length=SUBJECT_LENGTH)
    milestone = models.ForeignKey(Milestone, models.CASCADE, null=True, blank=True, related_name="carried")
    reading = models.ForeignKey(Reading, models.CASCADE, null=True, blank=True, related_name="carried")
    evidence = models.ForeignKey(Evidence, models.SET_NULL, null=True, blank=True, related_name="+")
    is_set_aside = models.BooleanField(default=False)
    by = models.ForeignKey(User, models.PROTECT, related_name="+")
    at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["assessment", "subject", "milestone"],
                condition=Q(milestone__isnull=False),
                name="a_milestone_is_carried_once_per_question",
            ),
            models.UniqueConstraint(
                fields=["assessment", "subject", "reading"],
                condition=Q(reading__isnull=False),
                name="a_reading_is_carried_once_per_question",
            ),
            models.CheckConstraint(
                name="carried_is_a_milestone_or_a_reading",
                condition=Q(milestone=None, reading__isnull=False) | Q(milestone__isnull=False, reading=None),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.assessment}, {self.subject}"
