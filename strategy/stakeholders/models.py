"""Stakeholders of a city: organisations, and the persons behind them as far as these agreed."""

from datetime import date

from django.core.validators import RegexValidator
from django.db import models
from django.db.models import Q
from django.db.models.functions import Lower
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from cities.enums import Permission
from cities.models import City, User
from strategy.access import of_cities_where
from strategy.enums import Sector
from strategy.stakeholders.enums import ForgottenBecause, GivenBy, Purpose


class StakeholderQuerySet(models.QuerySet["Stakeholder"]):
    def visible_to(self, user: User) -> "StakeholderQuerySet":
        return self.filter(of_cities_where(user, Permission.READ_ENGAGEMENT))


class Stakeholder(models.Model):
    """An organisation, group or body whose view of the city counts. Nobody outside the city and its partner sees it.

    `interests` holds codes of indicators, `languages` ISO 639-1 codes.
    """

    city = models.ForeignKey(City, models.PROTECT, related_name="stakeholders")
    name = models.CharField(_("name"), max_length=200)
    sector = models.CharField(_("group"), max_length=20, choices=Sector)
    website = models.URLField(_("web site"), blank=True, max_length=300)
    languages = models.JSONField(_("languages"), default=list, blank=True)
    interests = models.JSONField(_("areas of interest"), default=list, blank=True)
    is_sample = models.BooleanField(_("sample data"), default=False)
    version = models.PositiveIntegerField(default=0)
    added_by = models.ForeignKey(User, models.PROTECT, related_name="+")
    added_at = models.DateTimeField(auto_now_add=True)

    objects = StakeholderQuerySet.as_manager()

    class Meta:
        ordering = ["name"]
        verbose_name = _("stakeholder")
        verbose_name_plural = _("stakeholders")
        indexes = [models.Index(fields=["city", "name"], name="stakeholder_city_name")]
        constraints = [models.UniqueConstraint("city", Lower("name"), name="one_stakeholder_per_name")]

    def __str__(self) -> str:
        return self.name

    def get_absolute_url(self) -> str:
        return reverse("stakeholder", args=[self.city.slug, self.pk])


class ContactQuerySet(models.QuerySet["Contact"]):
    def visible_to(self, user: User) -> "ContactQuerySet":
        """Persons whom this person may see: those of their city, as long as their data may be kept."""
        return self.known().filter(of_cities_where(user, Permission.SEE_CONTACTS, "stakeholder__city"))

    def known(self) -> "ContactQuerySet":
        """Those whose data are there: neither withdrawn nor out of time."""
        return self.filter(forgotten_at=None, keep_until__gte=timezone.localdate())

    def to_forget(self) -> "ContactQuerySet":
        """Those whose time is over and whose data are still there."""
        return self.filter(forgotten_at=None, keep_until__lt=timezone.localdate())

    def reachable(self) -> "ContactQuerySet":
        """Those who may get mail: known, and with an address."""
        return self.known().exclude(email="")


_NOTHING_LEFT = {"name": "", "email": "", "phone": "", "function": "", "language": ""}


class Contact(models.Model):
    """A person of a stakeholder, kept by their consent: for a purpose, since a day, until a day.

    A forgotten one is a row without anything of the person, so that counts and minutes keep their place.
    """

    stakeholder = models.ForeignKey(Stakeholder, models.CASCADE, related_name="contacts")
    name = models.CharField(_("name"), max_length=150, blank=True)
    email = models.EmailField(_("e-mail address"), blank=True)
    phone = models.CharField(
        _("telephone"),
        max_length=30,
        blank=True,
        validators=[RegexValidator(r"^\+?[0-9 ()/.-]{4,30}$", _("Digits, spaces and + only."))],
    )
    function = models.CharField(_("function"), max_length=150, blank=True)
    language = models.CharField(_("language"), max_length=10, blank=True)
    purpose = models.CharField(_("purpose"), max_length=20, choices=Purpose, default=Purpose.SESSIONS)
    consent_given_on = models.DateField(_("consent given on"))
    consent_given_by = models.CharField(_("given"), max_length=10, choices=GivenBy)
    consent_recorded_by = models.ForeignKey(User, models.PROTECT, related_name="+")
    keep_until = models.DateField(_("kept until"))
    forgotten_at = models.DateTimeField(null=True)
    forgotten_because = models.CharField(max_length=10, choices=ForgottenBecause, blank=True)
    version = models.PositiveIntegerField(default=0)

    objects = ContactQuerySet.as_manager()

    class Meta:
        ordering = ["name", "pk"]
        verbose_name = _("contact person")
        verbose_name_plural = _("contact persons")
        constraints = [
            models.CheckConstraint(
                name="of_a_forgotten_person_nothing_is_left",
                condition=Q(forgotten_at=None, forgotten_because="") & ~Q(name="")
                | Q(forgotten_at__isnull=False, **_NOTHING_LEFT) & ~Q(forgotten_because=""),
            ),
            models.CheckConstraint(
                name="consent_comes_before_its_end", condition=Q(consent_given_on__lte=models.F("keep_until"))
            ),
            models.UniqueConstraint(
                "stakeholder", Lower("email"), condition=~Q(email=""), name="one_contact_per_address"
            ),
        ]

    def __str__(self) -> str:
        return self.name if self.is_known else gettext("A person whose data were deleted")

    @property
    def is_known(self) -> bool:
        return self.forgotten_at is None and self.keep_until >= timezone.localdate()

    def agreed_to_sessions_on(self, day: date) -> bool:
        return self.forgotten_at is None and self.consent_given_on <= day <= self.keep_until
