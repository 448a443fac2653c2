"""A city's launch event (S19): a programme event of that one city, with registration by the public.

Agenda, materials, attendance and feedback are those of every programme event (strategy/events).
"""

import uuid

from django.db import models
from django.db.models import F, Q
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from cities.models import User
from epi.links import SecretLink
from strategy.events.models import Attendee, ProgrammeEvent
from strategy.stakeholders.models import Contact


class Launch(models.Model):
    """What a launch event has beyond a programme event: hours, places, registration, a public page.

    Hours are the city's own. Without `places` there is no limit. `calendar_sequence` grows with each change that those
    who come must hear of (RFC 5545, SEQUENCE).
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
        assert self.event.city is not None
        return reverse("launch_public", args=[self.event.city.slug])

    @property
    def is_public(self) -> bool:
        return self.published_at is not None

    @property
    def takes_registrations(self) -> bool:
        """Published, not cancelled, and not past the last day, by the city's own calendar."""
        assert self.event.city is not None
        today = timezone.localdate(timezone=self.event.city.zone)
        return self.is_public and not self.event.is_cancelled and today <= self.register_until


class LaunchInvitation(models.Model):
    """That a person of the city's register was invited. It goes with the person."""

    launch = models.ForeignKey(Launch, models.CASCADE, related_name="invitations")
    contact = models.ForeignKey(Contact, models.CASCADE, related_name="+")
    sent_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ["pk"]
        constraints = [models.UniqueConstraint(fields=["launch", "contact"], name="nobody_is_invited_twice")]

    def __str__(self) -> str:
        return f"{self.launch}: contact {self.contact_id}"


class Registration(SecretLink):
    """Who registered on the public page; its link shows the registration and cancels it.

    `key` comes with the form, so that sending it twice is one registration. Whether there is a place is the attendee's
    `standing`.
    """

    launch = models.ForeignKey(Launch, models.CASCADE, related_name="registrations")
    attendee = models.OneToOneField(Attendee, models.CASCADE, related_name="registration")
    key = models.UUIDField(unique=True, default=uuid.uuid4)
    at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ["at", "pk"]
        verbose_name = _("registration")
        verbose_name_plural = _("registrations")

    def __str__(self) -> str:
        return f"attendee {self.attendee_id}"
