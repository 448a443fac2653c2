"""Milestones: dated points on the way, with every date that was promised."""

from datetime import date

from django.db import models
from django.db.models import F, Q
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from cities.enums import Permission, roles_with
from cities.models import City, Programme, User
from strategy.access import of_cities_where
from strategy.body.models import Member
from strategy.milestones.enums import MilestoneState, Process
from strategy.plan.models import PilotAction


class MilestoneTemplateQuerySet(models.QuerySet["MilestoneTemplate"]):
    def visible_to(self, user: User) -> "MilestoneTemplateQuerySet":
        return self.filter(programme__in=Programme.objects.visible_to(user))


class MilestoneTemplate(models.Model):
    """A milestone that every city of a programme gets. `needs` are others of the same programme that come before."""

    programme = models.ForeignKey(Programme, models.CASCADE, related_name="milestone_templates")
    code = models.SlugField(_("short name"), max_length=40)
    process = models.CharField(_("on the way to"), max_length=10, choices=Process)
    title = models.CharField(_("title"), max_length=200)
    description = models.TextField(_("what must be there"), blank=True, max_length=3000)
    starts_on = models.DateField(_("starts on"), null=True, blank=True)
    due_on = models.DateField(_("due"))
    position = models.PositiveSmallIntegerField(default=0)
    needs = models.ManyToManyField("self", symmetrical=False, blank=True, verbose_name=_("comes after"))
    version = models.PositiveIntegerField(default=0)

    objects = MilestoneTemplateQuerySet.as_manager()

    class Meta:
        ordering = ["programme", "position", "due_on", "pk"]
        verbose_name = _("milestone template")
        verbose_name_plural = _("milestone templates")
        constraints = [
            models.UniqueConstraint(fields=["programme", "code"], name="one_milestone_template_per_code"),
            models.CheckConstraint(
                name="template_starts_before_it_is_due", condition=Q(starts_on=None) | Q(starts_on__lte=F("due_on"))
            ),
        ]

    def __str__(self) -> str:
        return self.title


class MilestoneQuerySet(models.QuerySet["Milestone"]):
    def visible_to(self, user: User) -> "MilestoneQuerySet":
        """A city's people see all of the city, those who follow a programme what belongs to it, owners their own."""
        followed = Programme.objects.filter(
            memberships__user=user, memberships__role__in=roles_with(Permission.FOLLOW_PROGRAMME)
        )
        owned = Q(owner__in=Member.objects.current().filter(account=user))
        return self.filter(of_cities_where(user, Permission.READ_STRATEGY) | Q(programme__in=followed) | owned)

    def for_list(self) -> "MilestoneQuerySet":
        return self.select_related("city", "programme", "action", "owner__account", "owner__body__city")

    def locked(self) -> "MilestoneQuerySet":
        return self.select_for_update(of=("self",), no_key=True).select_related("city")

    def open(self) -> "MilestoneQuerySet":
        return self.filter(state__in=[MilestoneState.PLANNED, MilestoneState.UNDER_WAY])

    def alive(self) -> "MilestoneQuerySet":
        return self.exclude(state=MilestoneState.DROPPED)


class Milestone(models.Model):
    """A dated point on a city's way. `due_on` is the date promised last; all of them are in `promises`.

    Dates are days of the city's own calendar. A reached one says when and has its proof; a dropped one says why.
    """

    city = models.ForeignKey(City, models.PROTECT, related_name="milestones")
    programme = models.ForeignKey(Programme, models.PROTECT, null=True, blank=True, related_name="milestones")
    template = models.ForeignKey(MilestoneTemplate, models.SET_NULL, null=True, blank=True, related_name="milestones")
    process = models.CharField(_("on the way to"), max_length=10, choices=Process)
    action = models.ForeignKey(
        PilotAction, models.PROTECT, null=True, blank=True, related_name="milestones", verbose_name=_("pilot action")
    )
    title = models.CharField(_("title"), max_length=200)
    description = models.TextField(_("what must be there"), blank=True, max_length=3000)
    state = models.CharField(_("state"), max_length=10, choices=MilestoneState, default=MilestoneState.PLANNED)
    state_since = models.DateTimeField(auto_now_add=True)
    starts_on = models.DateField(_("starts on"), null=True, blank=True)
    due_on = models.DateField(_("due"))
    owner = models.ForeignKey(
        Member, models.PROTECT, null=True, blank=True, related_name="milestones", verbose_name=_("owner")
    )
    proof = models.TextField(_("proof that it is reached"), blank=True, max_length=3000)
    proof_url = models.URLField(_("where the proof can be read"), max_length=500, blank=True)
    reached_on = models.DateField(_("reached on"), null=True, blank=True)
    drop_reason = models.TextField(_("why it was dropped"), blank=True, max_length=2000)
    needs = models.ManyToManyField(
        "self", symmetrical=False, through="Dependency", related_name="needed_by", verbose_name=_("comes after")
    )
    is_sample = models.BooleanField(_("sample data"), default=False)
    version = models.PositiveIntegerField(default=0)
    created_by = models.ForeignKey(User, models.PROTECT, related_name="+")
    created_at = models.DateTimeField(auto_now_add=True)

    objects = MilestoneQuerySet.as_manager()

    class Meta:
        ordering = ["due_on", "pk"]
        verbose_name = _("milestone")
        verbose_name_plural = _("milestones")
        indexes = [
            models.Index(fields=["programme", "city"], name="milestone_board"),
            models.Index(fields=["state", "due_on"], name="milestone_due"),
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["city", "template"],
                condition=Q(template__isnull=False),
                name="a_template_is_laid_out_once_per_city",
            ),
            models.CheckConstraint(
                name="milestone_starts_before_it_is_due", condition=Q(starts_on=None) | Q(starts_on__lte=F("due_on"))
            ),
            models.CheckConstraint(
                name="a_milestone_of_an_action_names_it",
                condition=Q(process=Process.ACTION, action__isnull=False) | ~Q(process=Process.ACTION) & Q(action=None),
            ),
            models.CheckConstraint(
                name="a_reached_milestone_has_its_proof",
                condition=Q(state=MilestoneState.REACHED, reached_on__isnull=False) & ~Q(proof="", proof_url="")
                | ~Q(state=MilestoneState.REACHED) & Q(reached_on=None),
            ),
            models.CheckConstraint(
                name="a_dropped_milestone_says_why",
                condition=Q(state=MilestoneState.DROPPED) & ~Q(drop_reason="")
                | ~Q(state=MilestoneState.DROPPED) & Q(drop_reason=""),
            ),
        ]

    def __str__(self) -> str:
        return self.title

    def get_absolute_url(self) -> str:
        return reverse("milestone", args=[self.city.slug, self.pk])

    @property
    def is_open(self) -> bool:
        return self.state in {MilestoneState.PLANNED, MilestoneState.UNDER_WAY}

    @property
    def today(self) -> date:
        """Which day it is in the city."""
        return timezone.localdate(timezone=self.city.zone)


class Promise(models.Model):
    """A date that was promised for a milestone, by whom and why. Never changed; the first one is the baseline."""

    milestone = models.ForeignKey(Milestone, models.CASCADE, related_name="promises")
    due_on = models.DateField(_("due"))
    reason = models.TextField(_("why the date moved"), blank=True, max_length=2000)
    by = models.ForeignKey(User, models.PROTECT, related_name="+")
    at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ["pk"]
        verbose_name = _("promised date")
        verbose_name_plural = _("promised dates")

    def __str__(self) -> str:
        return f"{self.milestone}: {self.due_on}"


class MilestoneMove(models.Model):
    """That a milestone went from one state to another: by whom, and why where the workflow asks. Never changed."""

    milestone = models.ForeignKey(Milestone, models.CASCADE, related_name="moves")
    source = models.CharField(max_length=10, choices=MilestoneState)
    target = models.CharField(max_length=10, choices=MilestoneState)
    reason = models.TextField(_("why"), blank=True, max_length=2000)
    by = models.ForeignKey(User, models.PROTECT, related_name="+")
    at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ["pk"]
        verbose_name = _("move of a milestone")
        verbose_name_plural = _("moves of a milestone")

    def __str__(self) -> str:
        return f"{self.milestone}: {self.source} to {self.target}"


class Dependency(models.Model):
    """That a milestone comes after another of the same city."""

    milestone = models.ForeignKey(Milestone, models.CASCADE, related_name="dependencies")
    needs = models.ForeignKey(Milestone, models.CASCADE, related_name="+")

    class Meta:
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(fields=["milestone", "needs"], name="one_dependency_per_pair"),
            models.CheckConstraint(name="nothing_comes_after_itself", condition=~Q(milestone=F("needs"))),
        ]

    def __str__(self) -> str:
        return f"{self.milestone_id} after {self.needs_id}"
