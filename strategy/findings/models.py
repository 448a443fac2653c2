"""What stakeholders say about the answers: findings, ratings without names, and the areas that the city chooses."""

from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from cities.enums import Permission
from cities.models import User
from epi.links import SecretLink
from icc_index.models import Assessment
from strategy.access import of_cities_where
from strategy.enums import Sector
from strategy.findings.enums import FindingKind, Practice
from strategy.sessions.models import SUBJECT_LENGTH, EngagementSession, Participant


class FindingQuerySet(models.QuerySet["Finding"]):
    def visible_to(self, user: User) -> "FindingQuerySet":
        return self.filter(of_cities_where(user, Permission.READ_ENGAGEMENT, "session__city"))

    def for_list(self) -> "FindingQuerySet":
        return self.select_related("by", "session__city", "session__assessment__edition")

    def told(self) -> "FindingQuerySet":
        """Those that count beside answers and in reports: the session's minutes are final."""
        return self.filter(session__in=EngagementSession.objects.told())


class Finding(models.Model):
    """What a session says about an indicator or a question. No names.

    `about_value` is what was spoken of: the city's answer to the question, or its own score of the indicator ("73.50").
    If that changes later, everybody can see it. `by` and `at` are of the last save.
    """

    session = models.ForeignKey(EngagementSession, models.CASCADE, related_name="findings")
    subject = models.CharField(_("about"), max_length=SUBJECT_LENGTH)
    kind = models.CharField(_("kind"), max_length=15, choices=FindingKind)
    sector = models.CharField(_("said by"), max_length=20, choices=Sector, blank=True)
    text = models.TextField(_("what was found, and why"), max_length=5000)
    about_value = models.CharField(max_length=600, blank=True)
    version = models.PositiveIntegerField(default=0)
    by = models.ForeignKey(User, models.PROTECT, related_name="+")
    at = models.DateTimeField(auto_now=True)

    objects = FindingQuerySet.as_manager()

    class Meta:
        ordering = ["pk"]
        verbose_name = _("finding")
        verbose_name_plural = _("findings")
        indexes = [models.Index(fields=["subject", "kind"], name="finding_subject")]
        constraints = [models.CheckConstraint(name="a_finding_has_a_reason", condition=~Q(text=""))]

    def __str__(self) -> str:
        return self.text[:60]

    def get_absolute_url(self) -> str:
        return reverse("finding", args=[self.session.city.slug, self.session_id, self.pk])


class RatingRoundQuerySet(models.QuerySet["RatingRound"]):
    def visible_to(self, user: User) -> "RatingRoundQuerySet":
        return self.filter(of_cities_where(user, Permission.READ_ENGAGEMENT, "session__city"))

    def closed(self) -> "RatingRoundQuerySet":
        return self.filter(closed_at__isnull=False)

    def locked(self) -> "RatingRoundQuerySet":
        return self.select_for_update(of=("self",), no_key=True).select_related("session__city")


class RatingRound(models.Model):
    """Stakeholders rate some indicators: how far each is true in practice, and how much it matters.

    Figures are shown once the round is closed, which is for good: two moments never differ by one vote. `asked` are
    those who got a ballot by mail, so that nobody gets two; which one it was is stored nowhere.
    """

    session = models.ForeignKey(EngagementSession, models.CASCADE, related_name="rounds")
    subjects = models.JSONField(_("areas"), help_text=_("Codes of indicators, in order."))
    closes_at = models.DateTimeField(_("open until"))
    closed_at = models.DateTimeField(null=True)
    closed_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")
    opened_by = models.ForeignKey(User, models.PROTECT, related_name="+")
    opened_at = models.DateTimeField(auto_now_add=True)
    asked = models.ManyToManyField(Participant, related_name="+")

    objects = RatingRoundQuerySet.as_manager()

    class Meta:
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(fields=["session"], condition=Q(closed_at=None), name="one_open_round_per_session"),
            models.CheckConstraint(
                name="round_closed_at_and_by_go_together",
                condition=Q(closed_at=None, closed_by=None) | Q(closed_at__isnull=False, closed_by__isnull=False),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.session} ({self.pk})"

    @property
    def is_open(self) -> bool:
        return self.closed_at is None and self.closes_at > timezone.now()


class Ballot(SecretLink):
    """A link that votes once, for one group. Which vote came of it is stored nowhere: no key, no time, no order."""

    round = models.ForeignKey(RatingRound, models.CASCADE, related_name="ballots")
    sector = models.CharField(_("group"), max_length=20, choices=Sector)
    is_used = models.BooleanField(default=False)

    class Meta:
        indexes = [models.Index(fields=["round", "sector"], name="ballot_group")]

    def __str__(self) -> str:
        return f"{self.round}: {self.get_sector_display()}"


def nobody_yet() -> list[int]:
    """Counts of votes before the first one: how many said 1, 2, 3 and 4."""
    return [0] * len(Practice)


class Rating(models.Model):
    """How many of one group said 1, 2, 3 and 4 of one indicator in one round. A single vote is stored nowhere.

    Each vote writes all the counts of its group anew, changed or not, so that not even the row versions that a
    database keeps tell what it said. "I cannot say" is not counted.
    """

    round = models.ForeignKey(RatingRound, models.CASCADE, related_name="ratings")
    sector = models.CharField(max_length=20, choices=Sector)
    subject = models.CharField(max_length=SUBJECT_LENGTH)
    practice = models.JSONField(default=nobody_yet)
    importance = models.JSONField(default=nobody_yet)

    class Meta:
        ordering = ["round", "subject", "sector"]
        constraints = [
            models.UniqueConstraint(fields=["round", "subject", "sector"], name="one_rating_per_round_area_and_group")
        ]

    def __str__(self) -> str:
        return f"{self.subject}, {self.get_sector_display()}"


class ChosenAreaQuerySet(models.QuerySet["ChosenArea"]):
    def visible_to(self, user: User) -> "ChosenAreaQuerySet":
        return self.filter(of_cities_where(user, Permission.READ_ENGAGEMENT, "assessment__city"))


class ChosenArea(models.Model):
    """An indicator that the city's strategy will concentrate on, and why: what the strategy starts from.

    `chosen_by` and `chosen_at` are of the last save.
    """

    assessment = models.ForeignKey(Assessment, models.PROTECT, related_name="chosen_areas")
    subject = models.CharField(max_length=SUBJECT_LENGTH)
    reason = models.TextField(_("why this area"), max_length=3000)
    chosen_by = models.ForeignKey(User, models.PROTECT, related_name="+")
    chosen_at = models.DateTimeField(auto_now=True)
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
