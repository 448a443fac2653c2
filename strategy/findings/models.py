"""What stakeholders say about the answers: findings, ratings without names, and the areas that the city chooses."""

from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from cities.enums import Permission
from cities.models import User
from epi.links import SecretLink
from icc_index.models import Assessment
from strategy.access import of_cities_where
from strategy.enums import Sector
from strategy.findings.enums import FindingKind
from strategy.sessions.models import SUBJECT_LENGTH, EngagementSession

LOWEST, HIGHEST = 1, 4  # of a rating
_SCALE = [MinValueValidator(LOWEST), MaxValueValidator(HIGHEST)]


class FindingQuerySet(models.QuerySet["Finding"]):
    def visible_to(self, user: User) -> "FindingQuerySet":
        return self.filter(of_cities_where(user, Permission.READ_ENGAGEMENT, "session__city"))

    def told(self) -> "FindingQuerySet":
        """Those that count beside answers and in reports: the session's minutes are final."""
        return self.filter(session__in=EngagementSession.objects.told())


class Finding(models.Model):
    """What a session says about an indicator or a question. No names.

    `about_value` is the city's answer that was spoken of: if the answer changes later, everybody can see it.
    """

    session = models.ForeignKey(EngagementSession, models.CASCADE, related_name="findings")
    subject = models.CharField(_("about"), max_length=SUBJECT_LENGTH)
    kind = models.CharField(_("kind"), max_length=15, choices=FindingKind)
    sector = models.CharField(_("said by"), max_length=20, choices=Sector, blank=True)
    text = models.TextField(_("what was found, and why"), max_length=5000)
    about_value = models.CharField(max_length=600, blank=True)
    version = models.PositiveIntegerField(default=0)
    by = models.ForeignKey(User, models.PROTECT, related_name="+")
    at = models.DateTimeField(auto_now_add=True)

    objects = FindingQuerySet.as_manager()

    class Meta:
        ordering = ["pk"]
        verbose_name = _("finding")
        verbose_name_plural = _("findings")
        indexes = [models.Index(fields=["subject", "kind"], name="finding_subject")]

    def __str__(self) -> str:
        return self.text[:60]


class RatingRoundQuerySet(models.QuerySet["RatingRound"]):
    def visible_to(self, user: User) -> "RatingRoundQuerySet":
        return self.filter(of_cities_where(user, Permission.READ_ENGAGEMENT, "session__city"))

    def closed(self) -> "RatingRoundQuerySet":
        return self.filter(closed_at__isnull=False)


class RatingRound(models.Model):
    """Stakeholders rate some indicators: how far each is true in practice, and how much it matters.

    Figures are shown once the round is closed, which is for good: two moments never differ by one vote.
    """

    session = models.ForeignKey(EngagementSession, models.CASCADE, related_name="rounds")
    subjects = models.JSONField(_("areas"), help_text=_("Codes of indicators, in order."))
    closes_at = models.DateTimeField(_("open until"))
    closed_at = models.DateTimeField(null=True)
    opened_by = models.ForeignKey(User, models.PROTECT, related_name="+")
    opened_at = models.DateTimeField(auto_now_add=True)

    objects = RatingRoundQuerySet.as_manager()

    class Meta:
        ordering = ["pk"]

    def __str__(self) -> str:
        return f"{self.session} ({self.pk})"

    @property
    def is_open(self) -> bool:
        return self.closed_at is None and self.closes_at > timezone.now()


class Ballot(SecretLink):
    """A link that votes once, for one group. Which vote came of it is stored nowhere: no time, no order."""

    round = models.ForeignKey(RatingRound, models.CASCADE, related_name="ballots")
    sector = models.CharField(_("group"), max_length=20, choices=Sector)
    is_used = models.BooleanField(default=False)

    def __str__(self) -> str:
        return f"{self.round}: {self.get_sector_display()}"


class Rating(models.Model):
    """One vote on one indicator: 1 (not at all) to 4 (very much), or nothing for "I cannot say". Nobody's name."""

    round = models.ForeignKey(RatingRound, models.CASCADE, related_name="ratings")
    sector = models.CharField(max_length=20, choices=Sector)
    subject = models.CharField(max_length=SUBJECT_LENGTH)
    practice = models.PositiveSmallIntegerField(null=True, validators=_SCALE)
    importance = models.PositiveSmallIntegerField(null=True, validators=_SCALE)

    class Meta:
        indexes = [models.Index(fields=["round", "subject", "sector"], name="rating_cell")]
        constraints = [
            models.CheckConstraint(
                name="a_rating_is_1_to_4_or_null",
                condition=(Q(practice=None) | Q(practice__range=(LOWEST, HIGHEST)))
                & (Q(importance=None) | Q(importance__range=(LOWEST, HIGHEST))),
            )
        ]

    def __str__(self) -> str:
        return f"{self.subject}: {self.practice}, {self.importance}"


class ChosenAreaQuerySet(models.QuerySet["ChosenArea"]):
    def visible_to(self, user: User) -> "ChosenAreaQuerySet":
        return self.filter(of_cities_where(user, Permission.READ_ENGAGEMENT, "assessment__city"))


class ChosenArea(models.Model):
    """An indicator that the city's strategy will concentrate on, and why: what the strategy starts from."""

    assessment = models.ForeignKey(Assessment, models.PROTECT, related_name="chosen_areas")
    subject = models.CharField(max_length=SUBJECT_LENGTH)
    reason = models.TextField(_("why this area"), max_length=3000)
    chosen_by = models.ForeignKey(User, models.PROTECT, related_name="+")
    chosen_at = models.DateTimeField(auto_now_add=True)
    version = models.PositiveIntegerField(default=0)

    objects = ChosenAreaQuerySet.as_manager()

    class Meta:
        ordering = ["pk"]
        verbose_name = _("chosen area")
        verbose_name_plural = _("chosen areas")
        constraints = [
            models.UniqueConstraint(fields=["assessment", "subject"], name="an_area_is_chosen_once"),
            models.CheckConstraint(name="a_choice_has_a_reason", condition=~Q(reason="")),
        ]

    def __str__(self) -> str:
        return self.subject
