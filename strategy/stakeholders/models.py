"""Stakeholders of a city: organisations, and the persons behind them as far as these agreed."""

from collections.abc import Iterable
from datetime import date

from dateutil.relativedelta import relativedelta
from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.validators import RegexValidator
from django.db import models
from django.db.models import Q
from django.db.models.functions import Lower
from django.urls import reverse
from django.utils import timezone
from django.utils.crypto import salted_hmac
from django.utils.formats import date_format
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from cities.enums import Permission
from cities.models import City, User
from strategy.access import of_cities_where
from strategy.enums import Sector
from strategy.stakeholders import names
from strategy.stakeholders.enums import ForgottenBecause, GivenBy, Purpose

LONGEST = relativedelta(years=5)  # that a person may be kept by one consent


def kept_by_default(given_on: date) -> date:
    """Until when a person is kept whose consent of that day names no other. A day to come keeps nobody."""
    if given_on > timezone.localdate():
        return given_on
    return min(given_on + relativedelta(months=settings.EPI_CONTACTS_KEPT_MONTHS), given_on + LONGEST)


class StakeholderQuerySet(models.QuerySet["Stakeholder"]):
    def visible_to(self, user: User) -> "StakeholderQuerySet":
        return self.filter(of_cities_where(user, Permission.READ_ENGAGEMENT))


class Stakeholder(models.Model):
    """An organisation, group or body whose view of the city counts. Nobody outside the city and its partner sees it.

    `interests` holds codes of indicators, `languages` ISO 639 codes.
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

    def locked(self) -> "ContactQuerySet":
        return self.select_for_update(of=("self",), no_key=True)

    def forget(self, because: ForgottenBecause) -> int:
        """Empty these rows; those that are empty already keep their reason. Returns how many.

        An action calls this: what else of a person stands elsewhere is not touched here (strategy/consent/actions.py).
        """
        here = self.filter(forgotten_at=None)
        return here.update(
            **_NOTHING_LEFT,
            former=[],
            forgotten_at=timezone.now(),
            forgotten_because=because,
            version=models.F("version") + 1,
        )


CONSENT = ("purpose", "consent_given_on", "consent_given_by", "keep_until")  # whoever writes these, recorded it
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
    # Earlier names, addresses and telephones, as `traces` gives them: texts may hold them, and they must go from there.
    former = models.JSONField(default=list, blank=True)
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
    def traces(self) -> dict[str, str]:
        """What of this person may stand in texts."""
        return {"name": self.name, "email": self.email, "phone": self.phone}

    def remember(self, *traces: dict[str, str]) -> None:
        """Keep what this person was called before, until they are forgotten."""
        self.former = [*self.former, *(one for one in traces if one not in self.former and one != self.traces)]

    @property
    def is_known(self) -> bool:
        return self.forgotten_at is None and self.keep_until >= timezone.localdate()

    def agreed_to_sessions_on(self, day: date) -> bool:
        return self.forgotten_at is None and self.consent_given_on <= day <= self.keep_until

    def clean(self) -> None:
        """A consent lies in the past, and ends in the future, not beyond five years after it was given."""
        faults = {}
        today = timezone.localdate()
        if self.consent_given_on and self.consent_given_on > today:
            faults["consent_given_on"] = gettext("This day is still to come. Note a consent once it is given.")
        elif self.consent_given_on and self.keep_until:
            fault = _fault_of_end(self.consent_given_on, self.keep_until, today)
            if fault:
                faults["keep_until"] = fault
        if faults:
            raise ValidationError(faults)


def _fault_of_end(given_on: date, keep_until: date, today: date) -> str:
    """What is wrong with the day until when a person is kept, as a sentence; empty if nothing is."""
    last = given_on + LONGEST
    if keep_until < given_on:
        return gettext("This day is before the consent was given.")
    if keep_until < today:
        return gettext("%(day)s is over: the person would be deleted at once. Ask for their consent anew.") % {
            "day": date_format(keep_until, "j E Y")
        }
    if keep_until > last:
        return gettext("A consent holds for five years at most, here until %(day)s.") % {
            "day": date_format(last, "j E Y")
        }
    return ""


class WithdrawalQuerySet(models.QuerySet["Withdrawal"]):
    def remember(self, city: City, hashes: Iterable[str]) -> None:
        """Keep these hashes; those that are known keep their day."""
        rows = [Withdrawal(city=city, person_hash=person_hash) for person_hash in sorted(set(hashes))]
        self.bulk_create(rows, ignore_conflicts=True)


class Withdrawal(models.Model):
    """That somebody withdrew: a keyed hash, so that an old list does not bring them back by accident.

    It tells nothing by itself: only who has a name or an address, and the platform's secret, can ask if it is known.
    """

    city = models.ForeignKey(City, models.CASCADE, related_name="withdrawals")
    person_hash = models.CharField(max_length=64)
    on = models.DateField(auto_now_add=True)

    objects = WithdrawalQuerySet.as_manager()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["city", "person_hash"], name="one_withdrawal_per_person")]

    def __str__(self) -> str:
        return self.person_hash[:8]


def hashes_of(city_id: int, *, organisation: str, name: str, email: str) -> list[str]:
    """The hashes by which somebody who withdrew is known again: of their name there, and of their address."""
    traits = [f"{city_id}|{names.key(organisation)}|{names.key(name)}"]
    if email:
        traits.append(f"{city_id}|{email.lower()}")
    return [salted_hmac("strategy.withdrawal", trait, algorithm="sha256").hexdigest() for trait in traits]
