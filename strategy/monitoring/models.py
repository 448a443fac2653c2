"""Watching over milestones: reminders that were sent, nudges, weekly digests, and calendar feeds."""

from django.db import models
from django.db.models import Exists, OuterRef
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from cities.enums import Permission, roles_with
from cities.models import City, Membership, Programme, User
from epi.links import SecretLink, SecretLinkQuerySet
from strategy.access import of_cities_where
from strategy.body.models import Member
from strategy.milestones.models import Milestone


class Occasion(models.TextChoices):
    """When the owner of a milestone hears of it by itself."""

    MONTH_BEFORE = "30", _("30 days before")
    WEEK_BEFORE = "7", _("7 days before")
    DAY_BEFORE = "1", _("The day before")
    OVERDUE = "overdue", _("Overdue")


class SentReminder(models.Model):
    """That somebody was reminded of a promised date. A row a date and occasion: whoever comes second sends nothing.

    `member` is the owner; without one, the city's coordinators were reminded.
    """

    milestone = models.ForeignKey(Milestone, models.CASCADE, related_name="reminders")
    member = models.ForeignKey(Member, models.PROTECT, null=True, related_name="+")
    due_on = models.DateField()
    occasion = models.CharField(max_length=10, choices=Occasion)
    at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["milestone", "due_on", "occasion"], name="one_reminder_per_date_and_occasion"
            )
        ]

    def __str__(self) -> str:
        return f"{self.milestone}, {self.occasion}"


class NudgeQuerySet(models.QuerySet["Nudge"]):
    def visible_to(self, user: User) -> "NudgeQuerySet":
        """Those who follow the programme, and the city that was reminded."""
        followed = models.Q(programme__in=Programme.objects.visible_to(user))
        return self.filter(followed | of_cities_where(user, Permission.READ_STRATEGY))


class Nudge(models.Model):
    """A reminder that the network's coordinator sent to a city, recorded where both see it. One a day and city."""

    programme = models.ForeignKey(Programme, models.PROTECT, related_name="nudges")
    city = models.ForeignKey(City, models.PROTECT, related_name="nudges")
    milestone = models.ForeignKey(Milestone, models.SET_NULL, null=True, blank=True, related_name="nudges")
    text = models.TextField(_("message"), max_length=2000)
    by = models.ForeignKey(User, models.PROTECT, related_name="+")
    on = models.DateField()
    at = models.DateTimeField(auto_now_add=True)

    objects = NudgeQuerySet.as_manager()

    class Meta:
        ordering = ["-at", "-pk"]
        verbose_name = _("reminder")
        verbose_name_plural = _("reminders")
        constraints = [
            models.UniqueConstraint(fields=["programme", "city", "on"], name="one_nudge_a_day_and_city"),
        ]

    def __str__(self) -> str:
        return f"{self.city}, {self.on}"


class DigestChoice(models.Model):
    """Whether a person wants the weekly digest. Without a row: yes."""

    user = models.OneToOneField(User, models.CASCADE, related_name="+")
    is_wanted = models.BooleanField(_("weekly digest by mail"), default=True)

    def __str__(self) -> str:
        return f"{self.user}: {self.is_wanted}"


class SentDigest(models.Model):
    """That a person's digest of a week (ISO 8601) is dealt with: sent, or there was nothing to tell.

    Whoever comes second sends nothing.
    """

    user = models.ForeignKey(User, models.CASCADE, related_name="+")
    year = models.PositiveSmallIntegerField()
    week = models.PositiveSmallIntegerField()
    at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ["pk"]
        constraints = [models.UniqueConstraint(fields=["user", "year", "week"], name="one_digest_a_week")]

    def __str__(self) -> str:
        return f"{self.user}, {self.year}-W{self.week:02}"


class CalendarFeedQuerySet(SecretLinkQuerySet):
    def visible_to(self, user: User) -> "CalendarFeedQuerySet":
        return self.filter(user=user)

    def open_now(self) -> "CalendarFeedQuerySet":
        """Those that work, and whose person may sign in and still see what they show."""
        mine = Membership.objects.filter(user=OuterRef("user"))
        reads = mine.filter(city=OuterRef("city"), role__in=roles_with(Permission.READ_STRATEGY))
        follows = mine.filter(programme=OuterRef("programme"), role__in=roles_with(Permission.FOLLOW_PROGRAMME))
        as_administrator = models.Q(user__is_superuser=True, programme__isnull=False)
        may_see = Exists(reads) | Exists(follows) | as_administrator
        return self.working().filter(may_see, user__is_active=True)


class CalendarFeed(SecretLink):
    """A secret address of one person's own, at which a calendar program reads the milestones of a city or programme.

    It shows what its person may see at that moment: who loses the role, loses the feed.
    """

    user = models.ForeignKey(User, models.CASCADE, related_name="+")
    city = models.ForeignKey(City, models.CASCADE, null=True, blank=True, related_name="+")
    programme = models.ForeignKey(Programme, models.CASCADE, null=True, blank=True, related_name="+")
    created_at = models.DateTimeField(auto_now_add=True)

    objects = CalendarFeedQuerySet.as_manager()

    class Meta:
        ordering = ["-pk"]
        verbose_name = _("calendar feed")
        verbose_name_plural = _("calendar feeds")
        constraints = [
            models.CheckConstraint(
                name="a_feed_is_of_a_city_or_a_programme",
                condition=models.Q(city=None, programme__isnull=False) | models.Q(city__isnull=False, programme=None),
            )
        ]

    def __str__(self) -> str:
        return str(self.city or self.programme)

    def get_absolute_url(self) -> str:
        return reverse("feeds")
