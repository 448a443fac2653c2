"""The coordinating body of a city: who is in it, when it met, what it decided, who does what until when."""

from datetime import date
from zoneinfo import ZoneInfo

from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Lower
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext, pgettext_lazy
from django.utils.translation import gettext_lazy as _

from cities.enums import Permission
from cities.models import City, User
from strategy.access import of_cities_where
from strategy.body.enums import MeetingState, MemberKind, Presence


def of_bodies_open_to(user: User, path: str = "") -> Q:
    """A condition: the body (at `path`) is of a city whose strategy this person reads, or has them as a member.

    Members come from outside the city, too: they read of its body what the body does, and nothing else of the city.
    """
    prefix = f"{path}__" if path else ""
    mine = Member.objects.current().filter(account=user)
    return of_cities_where(user, Permission.READ_STRATEGY, f"{prefix}city") | Q(
        **{f"{prefix}pk__in": mine.values("body")}
    )


class CoordinatingBodyQuerySet(models.QuerySet["CoordinatingBody"]):
    def visible_to(self, user: User) -> "CoordinatingBodyQuerySet":
        return self.filter(of_bodies_open_to(user))

    def locked(self) -> "CoordinatingBodyQuerySet":
        """Locked until the transaction ends: members, meetings and tasks change under its lock."""
        return self.select_for_update(of=("self",), no_key=True).select_related("city")


class CoordinatingBody(models.Model):
    """City staff, technical partners and chosen experts, who lead and oversee a city's strategy. One per city."""

    city = models.OneToOneField(City, models.PROTECT, related_name="coordinating_body")
    name = models.CharField(_("name"), max_length=200)
    mandate = models.TextField(_("mandate"), max_length=10_000, help_text=_("What it decides, and who gave it that."))
    set_up_on = models.DateField(_("set up on"), null=True, blank=True)
    works_until = models.DateField(_("works until"), null=True, blank=True)
    is_sample = models.BooleanField(_("sample data"), default=False)
    version = models.PositiveIntegerField(default=0)
    created_by = models.ForeignKey(User, models.PROTECT, related_name="+")
    created_at = models.DateTimeField(auto_now_add=True)

    objects = CoordinatingBodyQuerySet.as_manager()

    class Meta:
        verbose_name = _("coordinating body")
        verbose_name_plural = _("coordinating bodies")
        constraints = [
            models.CheckConstraint(
                name="body_is_set_up_before_it_ends",
                condition=Q(set_up_on=None) | Q(works_until=None) | Q(set_up_on__lte=F("works_until")),
            )
        ]

    def __str__(self) -> str:
        return self.name

    def get_absolute_url(self) -> str:
        return reverse("body", args=[self.city.slug])

    @property
    def today(self) -> date:
        """Which day it is in the city."""
        return timezone.localdate(timezone=self.city.zone)


class MemberQuerySet(models.QuerySet["Member"]):
    def visible_to(self, user: User) -> "MemberQuerySet":
        """Those who read the strategy (READ_STRATEGY) see who is in the body, and its members see one another."""
        return self.filter(of_bodies_open_to(user, "body"))

    def current(self) -> "MemberQuerySet":
        return self.filter(left_on=None)

    def left_before(self, day: date) -> "MemberQuerySet":
        """Former members who are still known, and left on `day` or before."""
        return self.filter(left_on__lte=day, forgotten_at=None)


_NOTHING_LEFT = {"name": "", "email": "", "function": "", "account": None}


class Member(models.Model):
    """A person in a coordinating body, by their office. A forgotten one is a row without anything of the person.

    Members own milestones and tasks and answer for actions, so that a row outlives the membership (`left_on`).
    """

    body = models.ForeignKey(CoordinatingBody, models.PROTECT, related_name="members")
    kind = models.CharField(_("member as"), max_length=10, choices=MemberKind)
    name = models.CharField(pgettext_lazy("of a person", "name"), max_length=150, blank=True)
    function = models.CharField(_("function"), max_length=150, blank=True)
    organisation = models.CharField(_("department or organisation"), max_length=200, blank=True)
    email = models.EmailField(_("e-mail address"), blank=True)
    account = models.ForeignKey(User, models.SET_NULL, null=True, blank=True, related_name="+")
    is_chair = models.BooleanField(_("chairs the body"), default=False)
    since = models.DateField(_("since"))
    left_on = models.DateField(_("left on"), null=True, blank=True)
    forgotten_at = models.DateTimeField(null=True)
    version = models.PositiveIntegerField(default=0)

    objects = MemberQuerySet.as_manager()

    class Meta:
        ordering = ["-is_chair", "name", "pk"]
        verbose_name = _("member of the coordinating body")
        verbose_name_plural = _("members of the coordinating body")
        constraints = [
            models.UniqueConstraint(
                "body", Lower("email"), condition=~Q(email="") & Q(left_on=None), name="a_member_is_in_it_once"
            ),
            models.UniqueConstraint(
                fields=["body", "account"],
                condition=Q(account__isnull=False, left_on=None),
                name="an_account_is_in_a_body_once",
            ),
            models.UniqueConstraint(
                fields=["body"], condition=Q(is_chair=True, left_on=None), name="one_chair_of_a_body"
            ),
            models.CheckConstraint(
                name="a_member_comes_before_leaving", condition=Q(left_on=None) | Q(since__lte=F("left_on"))
            ),
            models.CheckConstraint(
                name="of_a_forgotten_member_nothing_is_left",
                condition=Q(forgotten_at=None) & ~Q(name="")
                | Q(forgotten_at__isnull=False, left_on__isnull=False, **_NOTHING_LEFT),
            ),
        ]

    def __str__(self) -> str:
        return self.name or gettext("A former member")

    @property
    def is_current(self) -> bool:
        return self.left_on is None

    @property
    def office(self) -> str:
        """By what they are in the body: function and organisation, as far as they are known."""
        return ", ".join(part for part in (self.function, self.organisation) if part)

    @property
    def address(self) -> str:
        """Where to write: the account's own address, which its person keeps right, or what the list says."""
        return self.account.email if self.account else self.email

    @property
    def language(self) -> str:
        """In which to write to them."""
        if self.account and self.account.language:
            return self.account.language
        return self.body.city.language_of_mail


class MeetingQuerySet(models.QuerySet["BodyMeeting"]):
    def visible_to(self, user: User) -> "MeetingQuerySet":
        return self.filter(of_bodies_open_to(user, "body"))

    def for_list(self) -> "MeetingQuerySet":
        return self.select_related("body__city")


class BodyMeeting(models.Model):
    """One meeting of a coordinating body. What was decided stands in `decisions`, the rest in `minutes`.

    `minutes_version` is apart from `version`, since minutes are written while others change what is planned.
    With `minutes_final_at` the meeting is closed for good.
    """

    body = models.ForeignKey(CoordinatingBody, models.PROTECT, related_name="meetings")
    title = models.CharField(_("title"), max_length=200)
    starts_at = models.DateTimeField(_("begins"))
    ends_at = models.DateTimeField(_("ends"))
    place = models.CharField(_("place"), max_length=300, blank=True)
    state = models.CharField(max_length=10, choices=MeetingState, default=MeetingState.PLANNED)
    cancel_reason = models.TextField(blank=True, max_length=2000)
    calendar_sequence = models.PositiveIntegerField(default=0)
    minutes = models.TextField(_("minutes"), blank=True, max_length=50_000)
    minutes_version = models.PositiveIntegerField(default=0)
    minutes_final_at = models.DateTimeField(null=True)
    minutes_final_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")
    version = models.PositiveIntegerField(default=0)
    created_by = models.ForeignKey(User, models.PROTECT, related_name="+")
    created_at = models.DateTimeField(auto_now_add=True)

    objects = MeetingQuerySet.as_manager()

    class Meta:
        ordering = ["-starts_at", "-pk"]
        verbose_name = _("meeting of the coordinating body")
        verbose_name_plural = _("meetings of the coordinating body")
        constraints = [
            models.CheckConstraint(name="body_meeting_begins_before_it_ends", condition=Q(starts_at__lt=F("ends_at"))),
            models.CheckConstraint(
                name="body_minutes_are_final_once_held",
                condition=Q(minutes_final_at=None, minutes_final_by=None)
                | Q(minutes_final_at__isnull=False, minutes_final_by__isnull=False, state=MeetingState.HELD)
                & ~Q(minutes=""),
            ),
            models.CheckConstraint(
                name="a_cancelled_body_meeting_says_why",
                condition=Q(state=MeetingState.CANCELLED) & ~Q(cancel_reason="")
                | ~Q(state=MeetingState.CANCELLED) & Q(cancel_reason=""),
            ),
        ]

    def __str__(self) -> str:
        return self.title

    def get_absolute_url(self) -> str:
        return reverse("body_meeting", args=[self.body.city.slug, self.pk])

    @property
    def zone(self) -> ZoneInfo:
        return self.body.city.zone

    @property
    def is_final(self) -> bool:
        return self.minutes_final_at is not None

    @property
    def is_cancelled(self) -> bool:
        return self.state == MeetingState.CANCELLED

    @property
    def has_begun(self) -> bool:
        return self.starts_at <= timezone.now()

    @property
    def is_to_come(self) -> bool:
        return self.state == MeetingState.PLANNED and not self.has_begun

    @property
    def kind_of_state(self) -> tuple[str, str]:
        """The state's kind, as templates/_state.html names them, and its word."""
        if self.is_final:
            return "done", gettext("Minutes final")
        kinds = {MeetingState.PLANNED: "wait", MeetingState.HELD: "part", MeetingState.CANCELLED: "none"}
        return kinds[MeetingState(self.state)], self.get_state_display()


class MeetingItem(models.Model):
    """One item of a meeting's agenda."""

    meeting = models.ForeignKey(BodyMeeting, models.CASCADE, related_name="items")
    position = models.PositiveSmallIntegerField(_("position"))
    title = models.CharField(_("title"), max_length=300)
    text = models.TextField(_("what it is about"), blank=True, max_length=3000)
    version = models.PositiveIntegerField(default=0)

    class Meta:
        ordering = ["position", "pk"]
        verbose_name = _("agenda item of the coordinating body")
        verbose_name_plural = _("agenda items of the coordinating body")

    def __str__(self) -> str:
        return self.title


class MeetingPresence(models.Model):
    """A member at a meeting: invited, and once it was held, there or not."""

    meeting = models.ForeignKey(BodyMeeting, models.CASCADE, related_name="presences")
    member = models.ForeignKey(Member, models.PROTECT, related_name="presences")
    invited_at = models.DateTimeField(null=True)
    presence = models.CharField(_("presence"), max_length=10, choices=Presence, blank=True)

    class Meta:
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(fields=["meeting", "member"], name="a_member_is_at_a_meeting_once"),
        ]

    def __str__(self) -> str:
        return f"{self.meeting}: {self.member}"


class BodyDecision(models.Model):
    """What a meeting decided. Numbered in the meeting; closed with its minutes."""

    meeting = models.ForeignKey(BodyMeeting, models.CASCADE, related_name="decisions")
    item = models.ForeignKey(MeetingItem, models.SET_NULL, null=True, blank=True, related_name="decisions")
    number = models.PositiveSmallIntegerField()
    text = models.TextField(_("decision"), max_length=3000)
    version = models.PositiveIntegerField(default=0)
    by = models.ForeignKey(User, models.PROTECT, related_name="+")
    at = models.DateTimeField(auto_now=True)

    class Meta:
        ordering = ["number"]
        verbose_name = _("decision of the coordinating body")
        verbose_name_plural = _("decisions of the coordinating body")
        constraints = [models.UniqueConstraint(fields=["meeting", "number"], name="one_decision_per_number")]

    def __str__(self) -> str:
        return self.text[:60]


class BodyTaskQuerySet(models.QuerySet["BodyTask"]):
    def visible_to(self, user: User) -> "BodyTaskQuerySet":
        return self.filter(of_bodies_open_to(user, "body"))

    def for_list(self) -> "BodyTaskQuerySet":
        return self.select_related("body__city", "meeting", "owner__account", "done_by")

    def open(self) -> "BodyTaskQuerySet":
        return self.filter(done_at=None)


class BodyTask(models.Model):
    """Something that a member does until a day, decided at a meeting or between two."""

    body = models.ForeignKey(CoordinatingBody, models.PROTECT, related_name="tasks")
    meeting = models.ForeignKey(BodyMeeting, models.SET_NULL, null=True, blank=True, related_name="tasks")
    title = models.CharField(_("what is to be done"), max_length=300)
    owner = models.ForeignKey(Member, models.PROTECT, related_name="tasks", verbose_name=_("who does it"))
    due_on = models.DateField(_("due"))
    done_at = models.DateTimeField(null=True)
    done_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")
    note = models.TextField(_("note"), blank=True, max_length=2000)
    # For which due date the owner was reminded a week before, and once it was over: nobody is reminded of one twice.
    soon_reminded_for = models.DateField(null=True)
    late_reminded_for = models.DateField(null=True)
    version = models.PositiveIntegerField(default=0)
    created_by = models.ForeignKey(User, models.PROTECT, related_name="+")

    objects = BodyTaskQuerySet.as_manager()

    class Meta:
        ordering = ["due_on", "pk"]
        verbose_name = _("task of the coordinating body")
        verbose_name_plural = _("tasks of the coordinating body")
        constraints = [
            models.CheckConstraint(
                name="body_task_done_at_and_by_go_together",
                condition=Q(done_at=None, done_by=None) | Q(done_at__isnull=False, done_by__isnull=False),
            )
        ]

    def __str__(self) -> str:
        return self.title

    def get_absolute_url(self) -> str:
        return reverse("body_task", args=[self.body.city.slug, self.pk])

    @property
    def is_done(self) -> bool:
        return self.done_at is not None

    @property
    def is_late(self) -> bool:
        """Told in the city's own time."""
        return not self.is_done and self.due_on < timezone.localdate(timezone=self.body.city.zone)

    @property
    def state(self) -> tuple[str, str]:
        """The state's kind, as templates/_state.html names them, and its word."""
        if self.is_done:
            return "done", gettext("Done")
        if self.is_late:
            return "late", gettext("Late")
        return "wait", gettext("To do")
