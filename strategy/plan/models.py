"""The City Integration Strategy: vision and narrative, objectives and the gaps that they rest on, pilot actions."""

from decimal import Decimal

from django.core.validators import MinValueValidator
from django.db import models
from django.db.models import F, Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from cities.enums import Permission
from cities.models import City, Programme, User
from icc_index.models import Assessment
from strategy.access import of_cities_where
from strategy.body.models import Member
from strategy.findings.models import ChosenArea, Finding
from strategy.plan.enums import ActionState, Area, CoDesignForm, Duty, GapKind
from strategy.sessions.models import SUBJECT_LENGTH, EngagementSession
from strategy.stakeholders.models import Stakeholder

_MONEY = {"max_digits": 12, "decimal_places": 2, "validators": [MinValueValidator(Decimal(0))]}  # euros


class CityStrategyQuerySet(models.QuerySet["CityStrategy"]):
    def visible_to(self, user: User) -> "CityStrategyQuerySet":
        return self.filter(of_cities_where(user, Permission.READ_STRATEGY))

    def for_page(self) -> "CityStrategyQuerySet":
        return self.select_related("city", "programme", "assessment__edition", "assessment__city")

    def locked(self) -> "CityStrategyQuerySet":
        """Locked until the transaction ends: objectives, actions and what belongs to them change under its lock."""
        return self.select_for_update(of=("self",), no_key=True).select_related("city")

    def open(self) -> "CityStrategyQuerySet":
        """Those that a city works on now: one per city."""
        return self.filter(closed_at=None)

    def published(self) -> "CityStrategyQuerySet":
        return self.filter(published_at__isnull=False)


class CityStrategy(models.Model):
    """What a city will do, over some years, and how it is carried: the five key features rest on these facts.

    `assessment` is the one whose result the strategy starts from. A closed strategy changes no more.
    """

    city = models.ForeignKey(City, models.PROTECT, related_name="strategies")
    programme = models.ForeignKey(Programme, models.PROTECT, null=True, blank=True, related_name="strategies")
    assessment = models.ForeignKey(Assessment, models.PROTECT, null=True, blank=True, related_name="strategies")
    title = models.CharField(_("title"), max_length=200)
    language = models.CharField(_("written in"), max_length=10, blank=True)  # empty: in the city's main language
    starts_on = models.DateField(_("starts on"))
    ends_on = models.DateField(_("ends on"))
    vision = models.TextField(_("vision"), blank=True, max_length=5000)
    # Political commitment (S13)
    decision = models.CharField(_("decided by"), max_length=300, blank=True)
    decided_on = models.DateField(_("decided on"), null=True, blank=True)
    decision_url = models.URLField(_("where the decision can be read"), max_length=500, blank=True)
    leader = models.CharField(_("who leads it politically"), max_length=200, blank=True)
    budget = models.DecimalField(_("resources assigned, in euros"), null=True, blank=True, **_MONEY)
    resources = models.TextField(_("resources in words"), blank=True, max_length=3000)
    published_at = models.DateTimeField(null=True)
    published_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")
    closed_at = models.DateTimeField(null=True)
    closed_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")
    is_sample = models.BooleanField(_("sample data"), default=False)
    version = models.PositiveIntegerField(default=0)
    created_by = models.ForeignKey(User, models.PROTECT, related_name="+")
    created_at = models.DateTimeField(auto_now_add=True)

    objects = CityStrategyQuerySet.as_manager()

    class Meta:
        ordering = ["-starts_on", "-pk"]
        verbose_name = _("City Integration Strategy")
        verbose_name_plural = _("City Integration Strategies")
        constraints = [
            models.UniqueConstraint(fields=["city"], condition=Q(closed_at=None), name="one_open_strategy_per_city"),
            models.CheckConstraint(name="strategy_starts_before_it_ends", condition=Q(starts_on__lte=F("ends_on"))),
            models.CheckConstraint(
                name="strategy_published_at_and_by_go_together",
                condition=Q(published_at=None, published_by=None)
                | Q(published_at__isnull=False, published_by__isnull=False),
            ),
            models.CheckConstraint(
                name="strategy_closed_at_and_by_go_together",
                condition=Q(closed_at=None, closed_by=None) | Q(closed_at__isnull=False, closed_by__isnull=False),
            ),
        ]

    def __str__(self) -> str:
        return self.title

    def get_absolute_url(self) -> str:
        return reverse("strategy", args=[self.city.slug])

    @property
    def is_closed(self) -> bool:
        return self.closed_at is not None

    @property
    def is_published(self) -> bool:
        return self.published_at is not None

    @property
    def written_in(self) -> str:
        """The language of its title, vision, objectives and actions; narratives have their own."""
        return self.language or self.city.language


class Narrative(models.Model):
    """The strategy in plain language, in one of the city's languages (S15): for everybody to read once published."""

    strategy = models.ForeignKey(CityStrategy, models.CASCADE, related_name="narratives")
    language = models.CharField(_("language"), max_length=10)
    text = models.TextField(_("challenges, goals and actions in plain words"), max_length=10_000)
    version = models.PositiveIntegerField(default=0)
    by = models.ForeignKey(User, models.PROTECT, related_name="+")
    at = models.DateTimeField(auto_now=True)

    class Meta:
        ordering = ["language"]
        verbose_name = _("narrative")
        verbose_name_plural = _("narratives")
        constraints = [
            models.UniqueConstraint(fields=["strategy", "language"], name="one_narrative_per_language"),
        ]

    def __str__(self) -> str:
        return f"{self.strategy}, {self.language}"


class Objective(models.Model):
    """What the city wants to reach in one area, resting on gaps, with what lies behind them."""

    strategy = models.ForeignKey(CityStrategy, models.PROTECT, related_name="objectives")
    area = models.CharField(_("area"), max_length=15, choices=Area)
    title = models.CharField(_("objective"), max_length=300)
    description = models.TextField(_("what will be different"), blank=True, max_length=5000)
    root_cause = models.TextField(_("root cause of the gap"), blank=True, max_length=5000)
    position = models.PositiveSmallIntegerField(default=0)
    version = models.PositiveIntegerField(default=0)
    created_by = models.ForeignKey(User, models.PROTECT, related_name="+")

    class Meta:
        ordering = ["position", "pk"]
        verbose_name = _("objective")
        verbose_name_plural = _("objectives")

    def __str__(self) -> str:
        return self.title

    def get_absolute_url(self) -> str:
        return reverse("objective", args=[self.strategy.city.slug, self.pk])


class Gap(models.Model):
    """What an objective rests on: an indicator, a question, a finding or a chosen area.

    `words` and `score` are what it said when it was chosen, so that it stays readable when the finding is gone or the
    next edition asks otherwise. `subject` is the code of the indicator or question.
    """

    objective = models.ForeignKey(Objective, models.CASCADE, related_name="gaps")
    kind = models.CharField(_("kind"), max_length=15, choices=GapKind)
    subject = models.CharField(_("about"), max_length=SUBJECT_LENGTH)
    finding = models.ForeignKey(Finding, models.SET_NULL, null=True, blank=True, related_name="gaps")
    chosen_area = models.ForeignKey(ChosenArea, models.SET_NULL, null=True, blank=True, related_name="gaps")
    words = models.TextField(max_length=5000)
    score = models.DecimalField(max_digits=5, decimal_places=2, null=True)

    class Meta:
        ordering = ["pk"]
        verbose_name = _("gap")
        verbose_name_plural = _("gaps")
        constraints = [
            models.UniqueConstraint(
                fields=["objective", "subject"],
                condition=~Q(kind=GapKind.FINDING),
                name="an_objective_rests_on_a_gap_once",
            ),
            models.UniqueConstraint(
                fields=["objective", "finding"],
                condition=Q(finding__isnull=False),
                name="an_objective_rests_on_a_finding_once",
            ),
        ]

    def __str__(self) -> str:
        return self.words[:80]

    @property
    def key(self) -> str:
        """By which it is known among those offered (plan/gaps.py): a finding by its number, others by the subject."""
        return f"finding-{self.finding_id}" if self.kind == GapKind.FINDING else self.subject


class PilotActionQuerySet(models.QuerySet["PilotAction"]):
    def visible_to(self, user: User) -> "PilotActionQuerySet":
        return self.filter(of_cities_where(user, Permission.READ_STRATEGY, "objective__strategy__city"))

    def for_list(self) -> "PilotActionQuerySet":
        return self.select_related("objective__strategy__city")

    def alive(self) -> "PilotActionQuerySet":
        """Those that are not stopped."""
        return self.exclude(state=ActionState.STOPPED)


class PilotAction(models.Model):
    """An action that improves a policy, for an objective. Money is in euros."""

    objective = models.ForeignKey(Objective, models.PROTECT, related_name="actions")
    title = models.CharField(_("pilot action"), max_length=300)
    description = models.TextField(_("what will be done"), blank=True, max_length=5000)
    state = models.CharField(_("state"), max_length=10, choices=ActionState, default=ActionState.PROPOSED)
    state_since = models.DateTimeField(auto_now_add=True)
    # Why it went back to where it stands; empty after any other move. Why it was stopped stands in `learnt`.
    state_reason = models.TextField(_("why it went back"), blank=True, max_length=2000)
    target_group = models.CharField(_("target group"), max_length=300, blank=True)
    budget = models.DecimalField(_("budget, in euros"), null=True, blank=True, **_MONEY)
    budget_source = models.CharField(_("who pays for it"), max_length=300, blank=True)
    starts_on = models.DateField(_("starts on"), null=True, blank=True)
    ends_on = models.DateField(_("ends on"), null=True, blank=True)
    outputs = models.TextField(_("outputs"), blank=True, max_length=3000)
    learnt = models.TextField(_("what was learnt"), blank=True, max_length=5000)
    # Sustainability (S17): who carries it on once the project is over, and with what.
    after_owner = models.CharField(_("who carries it on after the project"), max_length=200, blank=True)
    after_budget = models.DecimalField(_("budget a year after the project, in euros"), null=True, blank=True, **_MONEY)
    after_source = models.CharField(_("who pays for it after the project"), max_length=300, blank=True)
    designers = models.ManyToManyField(Stakeholder, blank=True, related_name="actions", verbose_name=_("co-designers"))
    version = models.PositiveIntegerField(default=0)
    created_by = models.ForeignKey(User, models.PROTECT, related_name="+")
    created_at = models.DateTimeField(auto_now_add=True)

    objects = PilotActionQuerySet.as_manager()

    class Meta:
        ordering = ["pk"]
        verbose_name = _("pilot action")
        verbose_name_plural = _("pilot actions")
        constraints = [
            models.CheckConstraint(
                name="action_starts_before_it_ends",
                condition=Q(starts_on=None) | Q(ends_on=None) | Q(starts_on__lte=F("ends_on")),
            ),
            models.CheckConstraint(
                name="a_stopped_action_says_what_was_learnt",
                condition=~Q(state=ActionState.STOPPED) | ~Q(learnt=""),
            ),
        ]

    def __str__(self) -> str:
        return self.title

    def get_absolute_url(self) -> str:
        return reverse("action", args=[self.objective.strategy.city.slug, self.pk])

    @property
    def strategy(self) -> CityStrategy:
        return self.objective.strategy

    @property
    def is_over(self) -> bool:
        return ActionState(self.state).is_over

    @property
    def state_kind(self) -> str:
        """How templates/_state.html draws its state."""
        return ActionState(self.state).kind


class CoDesign(models.Model):
    """One time that an action was designed together: when, how, and who took part (S14). No names of persons."""

    action = models.ForeignKey(PilotAction, models.CASCADE, related_name="codesigns")
    held_on = models.DateField(_("when"))
    form = models.CharField(_("how"), max_length=15, choices=CoDesignForm)
    stakeholders = models.ManyToManyField(Stakeholder, blank=True, related_name="+", verbose_name=_("organisations"))
    session = models.ForeignKey(EngagementSession, models.SET_NULL, null=True, blank=True, related_name="+")
    staff = models.PositiveIntegerField(_("people of the city's staff"), default=0)
    residents = models.PositiveIntegerField(_("residents"), default=0)
    outcome = models.TextField(_("what came of it"), max_length=3000)
    version = models.PositiveIntegerField(default=0)
    by = models.ForeignKey(User, models.PROTECT, related_name="+")

    class Meta:
        ordering = ["held_on", "pk"]
        verbose_name = _("co-design")
        verbose_name_plural = _("co-design")

    def __str__(self) -> str:
        return f"{self.get_form_display()}, {self.held_on}"


class Measure(models.Model):
    """An outcome measure of an action (S16): what is counted, from where it starts and where it should get."""

    action = models.ForeignKey(PilotAction, models.CASCADE, related_name="measures")
    name = models.CharField(_("what is measured"), max_length=300)
    unit = models.CharField(_("unit"), max_length=50, blank=True)
    subject = models.CharField(_("indicator that it bears on"), max_length=SUBJECT_LENGTH, blank=True)
    source = models.CharField(_("where the figures come from"), max_length=300, blank=True)
    baseline = models.DecimalField(_("baseline"), max_digits=14, decimal_places=2, null=True, blank=True)
    baseline_on = models.DateField(_("baseline of"), null=True, blank=True)
    target = models.DecimalField(_("target"), max_digits=14, decimal_places=2, null=True, blank=True)
    target_on = models.DateField(_("target for"), null=True, blank=True)
    version = models.PositiveIntegerField(default=0)

    class Meta:
        ordering = ["pk"]
        verbose_name = pgettext_lazy("of an action", "outcome measure")
        verbose_name_plural = pgettext_lazy("of an action", "outcome measures")
        constraints = [
            models.CheckConstraint(
                name="a_baseline_has_its_day",
                condition=Q(baseline=None, baseline_on=None) | Q(baseline__isnull=False, baseline_on__isnull=False),
            ),
            models.CheckConstraint(
                name="a_target_has_its_day",
                condition=Q(target=None, target_on=None) | Q(target__isnull=False, target_on__isnull=False),
            ),
        ]

    def __str__(self) -> str:
        return self.name


class Reading(models.Model):
    """What a measure said on a day."""

    measure = models.ForeignKey(Measure, models.CASCADE, related_name="readings")
    read_on = models.DateField(_("read on"))
    value = models.DecimalField(_("value"), max_digits=14, decimal_places=2)
    note = models.TextField(_("note"), blank=True, max_length=2000)
    url = models.URLField(_("where it can be read"), max_length=500, blank=True)
    version = models.PositiveIntegerField(default=0)
    by = models.ForeignKey(User, models.PROTECT, related_name="+")
    at = models.DateTimeField(auto_now=True)

    class Meta:
        ordering = ["read_on"]
        verbose_name = pgettext_lazy("of a measure", "reading")
        verbose_name_plural = pgettext_lazy("of a measure", "readings")
        constraints = [models.UniqueConstraint(fields=["measure", "read_on"], name="one_reading_a_day")]

    def __str__(self) -> str:
        return f"{self.measure}, {self.read_on}: {self.value}"


class Responsibility(models.Model):
    """What a member of the coordinating body is for an action. One is accountable: the action's owner."""

    action = models.ForeignKey(PilotAction, models.CASCADE, related_name="responsibilities")
    member = models.ForeignKey(Member, models.PROTECT, related_name="responsibilities")
    duty = models.CharField(_("duty"), max_length=15, choices=Duty)

    class Meta:
        ordering = ["pk"]
        verbose_name = _("responsibility")
        verbose_name_plural = _("responsibilities")
        constraints = [
            models.UniqueConstraint(fields=["action", "member", "duty"], name="a_duty_is_given_once"),
            models.UniqueConstraint(
                fields=["action"], condition=Q(duty=Duty.ACCOUNTABLE), name="one_is_accountable_for_an_action"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.action}: {self.member}, {self.get_duty_display()}"
