"""Answers, their history and evidence, and what the experts say of them."""

from django.core.validators import MinValueValidator
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from cities.models import User
from icc_index.enums import Ruling
from icc_index.models.assessment import Assessment
from icc_index.models.edition import Question

VALUE_LENGTH = 600
EXPLANATION_LENGTH = 10_000


class Answer(models.Model):
    """What the city says to one question.

    Every assessment starts with one empty answer per question, so a save is always an update of one row.
    `value` is what an answer sheet holds (ADR 0003): option codes joined by `|`, or `na`, `no_power`, `unknown`,
    or nothing. `version` grows by one with each save: an edit based on an older one is refused.
    """

    assessment = models.ForeignKey(Assessment, models.CASCADE, related_name="answers")
    question = models.ForeignKey(Question, models.PROTECT, related_name="answers")
    value = models.CharField(_("answer"), max_length=VALUE_LENGTH, blank=True)
    explanation = models.TextField(_("explanation"), blank=True, max_length=EXPLANATION_LENGTH)
    version = models.PositiveIntegerField(default=0)
    saved_at = models.DateTimeField(null=True)
    saved_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")

    class Meta:
        ordering = ["question__indicator__position", "question__position"]
        constraints = [
            models.UniqueConstraint(fields=["assessment", "question"], name="one_answer_per_question"),
            models.CheckConstraint(
                name="saved_at_and_by_go_together",
                condition=Q(saved_at=None, saved_by=None) | Q(saved_at__isnull=False, saved_by__isnull=False),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.assessment}: {self.question}"


class AnswerRevision(models.Model):
    """One saved version of an answer: who wrote what, when. Written once."""

    assessment = models.ForeignKey(Assessment, models.CASCADE, related_name="revisions")
    question = models.ForeignKey(Question, models.PROTECT, related_name="+")
    version = models.PositiveIntegerField()
    value = models.CharField(max_length=VALUE_LENGTH, blank=True)
    explanation = models.TextField(blank=True)
    by = models.ForeignKey(User, models.PROTECT, related_name="+")
    at = models.DateTimeField()

    class Meta:
        ordering = ["-version"]
        constraints = [
            models.UniqueConstraint(fields=["assessment", "question", "version"], name="one_revision_per_version")
        ]

    def __str__(self) -> str:
        return f"{self.question}, version {self.version}"


class Evidence(models.Model):
    """A document that supports an answer: a link, with the page and the words that matter."""

    answer = models.ForeignKey(Answer, models.CASCADE, related_name="evidence")
    title = models.CharField(_("title"), max_length=200)
    url = models.URLField(_("link"), max_length=500)
    page = models.PositiveIntegerField(_("page"), null=True, blank=True, validators=[MinValueValidator(1)])
    quote = models.TextField(_("quote"), blank=True, max_length=2000)
    added_by = models.ForeignKey(User, models.PROTECT, related_name="+")
    added_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ["pk"]
        verbose_name = _("evidence")
        verbose_name_plural = _("evidence")

    def __str__(self) -> str:
        return self.title


class Verdict(models.Model):
    """An expert's judgement of one version of one answer. The city's answer itself is never changed."""

    answer = models.OneToOneField(Answer, models.CASCADE, related_name="verdict")
    ruling = models.CharField(_("verdict"), max_length=20, choices=Ruling)
    value = models.CharField(_("adjusted answer"), max_length=VALUE_LENGTH, blank=True)
    reason = models.TextField(_("reason"), blank=True, max_length=5000)
    answer_version = models.PositiveIntegerField(help_text="The version of the answer that was judged.")
    by = models.ForeignKey(User, models.PROTECT, related_name="+")
    at = models.DateTimeField(auto_now=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="an_adjustment_has_a_reason", condition=~Q(ruling=Ruling.ADJUSTED) | ~Q(reason="")
            ),
            models.CheckConstraint(
                name="only_an_adjustment_has_a_value", condition=Q(ruling=Ruling.ADJUSTED) | Q(value="")
            ),
        ]

    def __str__(self) -> str:
        return f"{self.answer}: {self.ruling}"


class Clarification(models.Model):
    """One thing that an expert asks about an answer, and the city's reply."""

    answer = models.ForeignKey(Answer, models.CASCADE, related_name="clarifications")
    question = models.TextField(_("what the expert asks"), max_length=5000)
    asked_by = models.ForeignKey(User, models.PROTECT, related_name="+")
    asked_at = models.DateTimeField(auto_now_add=True)
    sent_at = models.DateTimeField(null=True, help_text="When it was sent to the city.")
    reply = models.TextField(_("reply"), blank=True, max_length=5000)
    replied_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")
    replied_at = models.DateTimeField(null=True)
    closed_at = models.DateTimeField(null=True, help_text="When a verdict ended it.")

    class Meta:
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["answer"], condition=Q(closed_at=None), name="one_open_clarification_per_answer"
            ),
            models.CheckConstraint(
                name="replied_at_and_by_go_together",
                condition=Q(replied_at=None, replied_by=None, reply="")
                | (Q(replied_at__isnull=False, replied_by__isnull=False) & ~Q(reply="")),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.answer}: {self.question[:60]}"
