"""Engagement sessions: interviews, focus groups, round tables, open days, surveys; who came, and what was written."""

import uuid
from zoneinfo import ZoneInfo

from django.db import models
from django.db.models import Case, F, IntegerField, Q, Value, When
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from cities.enums import FigureKind, Permission
from cities.models import City, User
from epi.links import SecretLink
from icc_index.models import Assessment
from strategy.access import of_cities_where
from strategy.enums import Sector
from strategy.sessions.enums import Decision, MinutesPhase, Reply, SessionKind, SessionState, TopicReason
from strategy.stakeholders.models import Contact

SUBJECT_LENGTH = 40  # an indicator's code ("commitment") or a question's ("COM1")


class EngagementSessionQuerySet(models.QuerySet["EngagementSession"]):
    def visible_to(self, user: User) -> "EngagementSessionQuerySet":
        return self.filter(of_cities_where(user, Permission.READ_ENGAGEMENT))

    def for_list(self) -> "EngagementSessionQuerySet":
        return self.select_related("city", "assessment__edition", "assessment__city")

    def coming_first(self) -> "EngagementSessionQuerySet":
        """Those to come, the next one first; then those held and those cancelled, the last one first."""
        rank = Case(
            When(state=SessionState.PLANNED, then=Value(0)),
            When(state=SessionState.HELD, then=Value(1)),
            default=Value(2),
            output_field=IntegerField(),
        )
        return self.order_by(rank, Case(When(state=SessionState.PLANNED, then=F("starts_at"))), "-starts_at", "-pk")

    def locked(self) -> "EngagementSessionQuerySet":
        return self.select_for_update(of=("self",), no_key=True).select_related("city", "assessment__edition")

    def told(self) -> "EngagementSessionQuerySet":
        """Those whose minutes are final: only these count beside answers, in figures and in reports."""
        return self.filter(minutes_phase=MinutesPhase.FINAL)


class EngagementSession(models.Model):
    """One meeting with stakeholders, about one assessment of the city.

    `version` grows with each change of what was planned, `minutes_revision` with each save of the minutes;
    `calendar_sequence` with each change that those invited must hear of (RFC 5545, SEQUENCE).
    """

    city = models.ForeignKey(City, models.PROTECT, related_name="sessions")
    assessment = models.ForeignKey(Assessment, models.PROTECT, related_name="sessions")
    kind = models.CharField(_("kind"), max_length=20, choices=SessionKind)
    title = models.CharField(_("title"), max_length=200)
    purpose = models.TextField(_("what it is to find out"), blank=True, max_length=2000)
    language = models.CharField(_("language"), max_length=10)
    starts_at = models.DateTimeField(_("begins"))
    ends_at = models.DateTimeField(_("ends"))
    place = models.CharField(_("place"), max_length=300, blank=True)
    state = models.CharField(_("state"), max_length=10, choices=SessionState, default=SessionState.PLANNED)
    state_reason = models.TextField(blank=True, max_length=2000)
    minutes = models.TextField(_("minutes"), blank=True, max_length=50_000)
    minutes_comment = models.TextField(_("why the minutes were taken back"), blank=True, max_length=2000)
    minutes_phase = models.CharField(max_length=10, choices=MinutesPhase, default=MinutesPhase.DRAFT)
    minutes_revision = models.PositiveIntegerField(default=0)
    calendar_sequence = models.PositiveIntegerField(default=0)
    is_sample = models.BooleanField(_("sample data"), default=False)
    version = models.PositiveIntegerField(default=0)
    created_by = models.ForeignKey(User, models.PROTECT, related_name="+")
    created_at = models.DateTimeField(auto_now_add=True)

    objects = EngagementSessionQuerySet.as_manager()

    class Meta:
        ordering = ["-starts_at", "-pk"]
        verbose_name = _("engagement session")
        verbose_name_plural = _("engagement sessions")
        indexes = [models.Index(fields=["assessment", "minutes_phase"], name="session_assessment")]
        constraints = [
            models.CheckConstraint(
                name="session_begins_before_it_ends", condition=Q(starts_at__lt=models.F("ends_at"))
            ),
            models.CheckConstraint(
                name="minutes_go_out_of_a_session_that_was_held",
                condition=Q(minutes_phase=MinutesPhase.DRAFT) | (Q(state=SessionState.HELD) & ~Q(minutes="")),
            ),
            models.CheckConstraint(
                name="cancelling_has_a_reason", condition=~Q(state=SessionState.CANCELLED) | ~Q(state_reason="")
            ),
        ]

    def __str__(self) -> str:
        return self.title

    def get_absolute_url(self) -> str:
        return reverse("session", args=[self.city.slug, self.pk])

    @property
    def zone(self) -> ZoneInfo:
        return self.city.zone

    @property
    def has_begun(self) -> bool:
        return self.starts_at <= timezone.now()

    @property
    def is_to_come(self) -> bool:
        """True while people can still say if they come."""
        return self.state == SessionState.PLANNED and not self.has_begun

    @property
    def state_kind(self) -> str:
        """How templates/_state.html draws the state."""
        kinds = {SessionState.PLANNED: "part", SessionState.HELD: "done", SessionState.CANCELLED: "none"}
        return kinds[SessionState(self.state)]

    @property
    def minutes_kind(self) -> str:
        """How templates/_state.html draws the phase of the minutes."""
        kinds = {
            MinutesPhase.DRAFT: "part" if self.minutes else "none",
            MinutesPhase.CIRCULATED: "wait",
            MinutesPhase.AMENDED: "wait",
            MinutesPhase.FINAL: "done",
        }
        return kinds[MinutesPhase(self.minutes_phase)]


class Topic(models.Model):
    """One subject of a session's guide: an indicator or a question to look into, why, and what to ask."""

    session = models.ForeignKey(EngagementSession, models.CASCADE, related_name="topics")
    subject = models.CharField(max_length=SUBJECT_LENGTH)
    reason = models.CharField(max_length=15, choices=TopicReason, default=TopicReason.CHOSEN)
    prompt = models.TextField(_("what to ask"), blank=True, max_length=2000)
    position = models.PositiveSmallIntegerField()
    version = models.PositiveIntegerField(default=0)

    class Meta:
        ordering = ["session", "position", "pk"]
        constraints = [models.UniqueConstraint(fields=["session", "subject"], name="one_topic_per_subject")]

    def __str__(self) -> str:
        return self.subject


class ParticipantQuerySet(models.QuerySet["Participant"]):
    def known(self) -> "ParticipantQuerySet":
        """Those whose person may be named: the data are there and may be kept."""
        return self.filter(contact__forgotten_at=None, contact__keep_until__gte=timezone.localdate())

    def reachable(self) -> "ParticipantQuerySet":
        """Those who may get mail."""
        return self.known().exclude(contact__email="")

    def for_list(self) -> "ParticipantQuerySet":
        return self.select_related("contact__stakeholder")


class Participant(models.Model):
    """A contact person who is invited to a session: the reply, and if they came."""

    session = models.ForeignKey(EngagementSession, models.CASCADE, related_name="participants")
    contact = models.ForeignKey(Contact, models.PROTECT, related_name="participations")
    invited_at = models.DateTimeField(null=True)
    reminded_at = models.DateTimeField(null=True)
    reply = models.CharField(max_length=5, choices=Reply, blank=True, default=Reply.NONE)
    replied_at = models.DateTimeField(null=True)
    attended = models.BooleanField(default=False)

    objects = ParticipantQuerySet.as_manager()

    class Meta:
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(fields=["session", "contact"], name="one_place_per_contact"),
            models.CheckConstraint(
                name="a_reply_has_a_time",
                condition=Q(reply=Reply.NONE, replied_at=None) | (~Q(reply=Reply.NONE) & Q(replied_at__isnull=False)),
            ),
        ]

    def __str__(self) -> str:
        return str(self.contact)


class ParticipantLink(SecretLink):
    """What a participant's mail opens: the reply, later the minutes, and the way out of the register."""

    participant = models.ForeignKey(Participant, models.CASCADE, related_name="links")

    def __str__(self) -> str:
        return f"participant {self.participant_id}"


class Presence(models.Model):
    """How many of a group came without being in the register."""

    session = models.ForeignKey(EngagementSession, models.CASCADE, related_name="presences")
    sector = models.CharField(max_length=20, choices=Sector)
    count = models.PositiveSmallIntegerField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["session", "sector"], name="one_presence_per_group")]

    def __str__(self) -> str:
        return f"{self.get_sector_display()}: {self.count}"


class Tally(models.Model):
    """How many of those present are what a profile figure of the city counts, such as foreign residents."""

    session = models.ForeignKey(EngagementSession, models.CASCADE, related_name="tallies")
    kind = models.CharField(max_length=40, choices=FigureKind)
    count = models.PositiveSmallIntegerField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["session", "kind"], name="one_tally_per_figure")]

    def __str__(self) -> str:
        return f"{self.get_kind_display()}: {self.count}"


class Note(models.Model):
    """What was said, written down while listening, without a name; with the subject that it is about."""

    session = models.ForeignKey(EngagementSession, models.CASCADE, related_name="notes")
    subject = models.CharField(max_length=SUBJECT_LENGTH, blank=True)
    sector = models.CharField(_("said by"), max_length=20, choices=Sector, blank=True)
    text = models.TextField(_("note"), max_length=5000)
    key = models.UUIDField(default=uuid.uuid4, unique=True, help_text="Of the form: sent twice, it is one note.")
    by = models.ForeignKey(User, models.PROTECT, related_name="+")
    at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ["pk"]

    def __str__(self) -> str:
        return self.text[:60]


class MinutesVersion(models.Model):
    """The minutes as they were when they went out or became final. Written once, but for names that must go."""

    session = models.ForeignKey(EngagementSession, models.CASCADE, related_name="minutes_versions")
    number = models.PositiveSmallIntegerField()
    phase = models.CharField(max_length=10, choices=MinutesPhase)
    text = models.TextField()
    by = models.ForeignKey(User, models.PROTECT, related_name="+")
    at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ["-number"]
        constraints = [models.UniqueConstraint(fields=["session", "number"], name="one_version_per_number")]

    def __str__(self) -> str:
        return f"{self.session} ({self.number})"


class Amendment(models.Model):
    """What somebody present wants changed in the circulated minutes, and what became of it."""

    session = models.ForeignKey(EngagementSession, models.CASCADE, related_name="amendments")
    participant = models.ForeignKey(Participant, models.CASCADE, related_name="amendments")
    text = models.TextField(_("what should be changed"), max_length=5000)
    at = models.DateTimeField(auto_now_add=True)
    decision = models.CharField(max_length=10, choices=Decision, default=Decision.OPEN)
    reason = models.TextField(_("reason"), blank=True, max_length=2000)
    decided_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")
    decided_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ["pk"]
        constraints = [
            models.CheckConstraint(
                name="decided_at_and_by_go_with_decision",
                condition=Q(decision=Decision.OPEN, decided_at=None, decided_by=None)
                | (~Q(decision=Decision.OPEN) & Q(decided_at__isnull=False, decided_by__isnull=False)),
            ),
            models.CheckConstraint(
                name="declining_has_a_reason", condition=~Q(decision=Decision.DECLINED) | ~Q(reason="")
            ),
        ]

    def __str__(self) -> str:
        return self.text[:60]
