"""A city's launch event (S19): a programme event of that one city, with registration by the public.

Agenda, materials, attendance and feedback are those of every programme event (strategy/events).
"""

import uuid
from datetime import date, datetime, time
from zoneinfo import ZoneInfo

from dateutil.relativedelta import relativedelta
from django.db import models
from django.db.models import F, Q
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from cities.models import City, User
from epi.links import SecretLink, SecretLinkQuerySet, hash_of, new_token
from strategy.events.enums import Standing
from strategy.events.models import Attendee, ProgrammeEvent
from strategy.stakeholders.models import Contact

KEPT_FOR = relativedelta(months=12)  # after the event: what is known of those who registered
LINKS_WORK_FOR = relativedelta(months=2)  # after the event


class LaunchQuerySet(models.QuerySet["Launch"]):
    def for_page(self) -> "LaunchQuerySet":
        return self.select_related("event__city", "event__programme", "event__cancelled_by", "published_by")

    def public(self) -> "LaunchQuerySet":
        return self.filter(published_at__isnull=False)

    def in_order(self) -> "LaunchQuerySet":
        """What a city shows first: what was not cancelled, the newest first."""
        return self.order_by(F("event__cancelled_at").desc(nulls_first=True), "-event__starts_on", "-pk")


class Launch(models.Model):
    """What a launch event has beyond a programme event: hours, places, registration, a public page.

    Hours are in the city's own time, and on several days the same on each. Without `places` there is no limit.
    `calendar_sequence` grows with each change that those who come must hear of (RFC 5545, SEQUENCE).
    """

    event = models.OneToOneField(ProgrammeEvent, models.CASCADE, related_name="launch")
    begins = models.TimeField(_("begins"))
    ends = models.TimeField(_("ends"))
    places = models.PositiveIntegerField(_("places"), null=True, blank=True)
    register_until = models.DateField(_("registration until"))
    calendar_sequence = models.PositiveIntegerField(default=0)
    published_at = models.DateTimeField(null=True)
    published_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")
    version = models.PositiveIntegerField(default=0)

    objects = LaunchQuerySet.as_manager()

    class Meta:
        verbose_name = _("launch event")
        verbose_name_plural = _("launch events")
        constraints = [
            models.CheckConstraint(name="a_launch_begins_before_it_ends", condition=Q(begins__lt=F("ends"))),
            models.CheckConstraint(
                name="launch_published_at_and_by_go_together",
                condition=Q(published_at=None, published_by=None)
                | Q(published_at__isnull=False, published_by__isnull=False),
            ),
        ]

    def __str__(self) -> str:
        return str(self.event)

    def get_absolute_url(self) -> str:
        """The public page."""
        return reverse("launch_public", args=[self.city.slug])

    @property
    def city(self) -> City:
        assert self.event.city is not None
        return self.event.city

    @property
    def zone(self) -> ZoneInfo:
        return self.city.zone

    @property
    def starts_at(self) -> datetime:
        return self._at(self.event.starts_on, self.begins)

    @property
    def ends_at(self) -> datetime:
        return self._at(self.event.ends_on, self.ends)

    @property
    def first_ends_at(self) -> datetime:
        """On several days, the hours are those of each."""
        return self._at(self.event.starts_on, self.ends)

    def _at(self, day: date, hour: time) -> datetime:
        return datetime.combine(day, hour, tzinfo=self.zone)

    @property
    def has_begun(self) -> bool:
        return self.starts_at <= timezone.now()

    @property
    def is_over(self) -> bool:
        return self.ends_at <= timezone.now()

    @property
    def keeps_until(self) -> date:
        """Until when the platform keeps who registered; they are told so."""
        return self.event.ends_on + KEPT_FOR

    @property
    def links_work_until(self) -> datetime:
        return self.ends_at + LINKS_WORK_FOR

    @property
    def is_public(self) -> bool:
        return self.published_at is not None

    @property
    def takes_registrations(self) -> bool:
        """Published, not cancelled, not over, and not past the last day, by the city's own calendar."""
        is_open = self.is_public and not self.event.is_cancelled and not self.is_over
        return is_open and self.event.today <= self.register_until


class LaunchInvitation(SecretLink):
    """That a person of the city's register was invited; its link is the way out of the register."""

    launch = models.ForeignKey(Launch, models.CASCADE, related_name="invitations")
    contact = models.ForeignKey(Contact, models.CASCADE, related_name="launch_invitations")
    sent_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ["pk"]
        constraints = [models.UniqueConstraint(fields=["launch", "contact"], name="nobody_is_invited_twice")]

    def __str__(self) -> str:
        return f"{self.launch}: contact {self.contact_id}"


class RegistrationQuerySet(SecretLinkQuerySet):
    def for_list(self) -> "RegistrationQuerySet":
        return self.select_related("attendee")

    def waiting(self) -> "RegistrationQuerySet":
        """In the order in which places are given."""
        return self.filter(attendee__standing=Standing.WAITING).select_related("attendee").order_by("at", "pk")


class Registration(SecretLink):
    """Who registered on the public page; its link shows the registration and cancels it.

    `key` comes with the form, so that sending it twice is one registration. Whether there is a place is the attendee's
    `standing`.
    """

    launch = models.ForeignKey(Launch, models.CASCADE, related_name="registrations")
    attendee = models.OneToOneField(Attendee, models.CASCADE, related_name="registration")
    key = models.UUIDField(unique=True, default=uuid.uuid4)
    at = models.DateTimeField(default=timezone.now)

    objects = RegistrationQuerySet.as_manager()

    class Meta:
        ordering = ["at", "pk"]
        verbose_name = _("registration")
        verbose_name_plural = _("registrations")

    def __str__(self) -> str:
        return f"attendee {self.attendee_id}"

    def renew(self) -> str:
        """A new token, which is nowhere else; the link that was sent before is dead from now on."""
        token = new_token()
        self.token_hash, self.expires_at, self.revoked_at = hash_of(token), self.launch.links_work_until, None
        self.save(update_fields=["token_hash", "expires_at", "revoked_at"])
        return token
