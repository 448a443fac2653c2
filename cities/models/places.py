"""Cities, the facts about them, the organisations beside them, and the programmes that they join."""

from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo, available_timezones

from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import Exists, OuterRef, Q
from django.db.models.functions import Coalesce
from django.urls import reverse
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from cities.enums import FigureKind, OrganisationKind, Permission, roles_with

if TYPE_CHECKING:
    from django.contrib.auth.models import AnonymousUser

    from cities.models.people import User


class CityQuerySet(models.QuerySet["City"]):
    def managed_by(self, user: "User") -> "CityQuerySet":
        """Cities whose people this person manages; an administrator manages all."""
        return self._where(user, Permission.MANAGE_PEOPLE)

    def run_by(self, user: "User") -> "CityQuerySet":
        """Cities in which this person has a role."""
        return self._where(user, Permission.READ_ASSESSMENT)

    def _where(self, user: "User", permission: Permission) -> "CityQuerySet":
        if user.is_superuser:
            return self
        from cities.models.people import Membership

        mine = Membership.objects.filter(user=user, city=OuterRef("pk"), role__in=roles_with(permission))
        return self.filter(Exists(mine))


def check_time_zone(name: str) -> None:
    """Raise ValidationError unless the time zone database has this name."""
    if name not in available_timezones():
        raise ValidationError(gettext("There is no time zone “%(name)s”.") % {"name": name})


class City(models.Model):
    """A city. That it takes part, and the sourced facts about it, are public."""

    name = models.CharField(_("name"), max_length=100)
    slug = models.SlugField(_("short name in addresses"), unique=True)
    country = models.CharField(_("country"), max_length=2, help_text=_("Two letters, ISO 3166-1."))
    language = models.CharField(_("main language"), max_length=10)
    time_zone = models.CharField(
        _("time zone"),
        max_length=40,
        blank=True,
        validators=[check_time_zone],
        help_text=_("As in Europe/Riga. Empty: Brussels, as most of the network."),
    )
    website = models.URLField(_("web site"), blank=True)
    legal_powers = models.TextField(_("legal powers of the city"), blank=True)
    is_sample = models.BooleanField(_("made up"), default=False, help_text=_("The city itself is sample data."))

    objects = CityQuerySet.as_manager()

    class Meta:
        ordering = ["name"]
        indexes = [models.Index(fields=["name"], name="city_name")]  # public lists are in the order of the alphabet
        verbose_name = _("city")
        verbose_name_plural = _("cities")

    def __str__(self) -> str:
        return self.name

    def get_absolute_url(self) -> str:
        return reverse("city", args=[self.slug])

    @property
    def language_of_mail(self) -> str:
        """The city's language if the platform speaks it, else English."""
        return self.language if self.language in dict(settings.LANGUAGES) else "en"

    @property
    def zone(self) -> ZoneInfo:
        """In which time the city lives: its meetings are shown and announced in it."""
        return ZoneInfo(self.time_zone or settings.TIME_ZONE)


class ProfileFigure(models.Model):
    """One sourced figure about a city. Definitions differ by country, so each figure carries the one used."""

    city = models.ForeignKey(City, models.CASCADE, related_name="figures")
    kind = models.CharField(_("figure"), max_length=40, choices=FigureKind)
    value = models.DecimalField(_("value"), max_digits=14, decimal_places=2, validators=[MinValueValidator(0)])
    year = models.PositiveSmallIntegerField(_("year"), null=True, blank=True, validators=[MinValueValidator(1950)])
    is_approximate = models.BooleanField(_("approximate"), default=False)
    definition = models.CharField(_("definition used"), max_length=300)
    source_url = models.URLField(_("source"), max_length=500)

    class Meta:
        ordering = ["city", "kind", "-year"]
        verbose_name = _("profile figure")
        verbose_name_plural = _("profile figures")
        constraints = [
            models.UniqueConstraint("city", "kind", Coalesce("year", 0), name="one_figure_per_city_kind_year"),
            models.CheckConstraint(
                name="a_share_is_at_most_100", condition=~Q(kind__endswith="_share") | Q(value__lte=100)
            ),
        ]

    def __str__(self) -> str:
        return f"{self.city}: {self.get_kind_display()} {self.year or ''}".strip()

    @property
    def unit(self) -> str:
        return FigureKind(self.kind).unit


class Organisation(models.Model):
    """A body beside the cities; a technical partner helps one city."""

    name = models.CharField(_("name"), max_length=200, unique=True)
    kind = models.CharField(_("kind"), max_length=30, choices=OrganisationKind)
    country = models.CharField(_("country"), max_length=2)
    is_network_coordinator = models.BooleanField(_("coordinates the programme"), default=False)

    class Meta:
        ordering = ["name"]
        verbose_name = _("organisation")
        verbose_name_plural = _("organisations")

    def __str__(self) -> str:
        return self.name


class ProgrammeQuerySet(models.QuerySet["Programme"]):
    def visible_to(self, user: "User") -> "ProgrammeQuerySet":
        """Programmes whose progress this person follows."""
        if user.is_superuser:
            return self
        from cities.models.people import Membership

        mine = Membership.objects.filter(
            user=user, programme=OuterRef("pk"), role__in=roles_with(Permission.FOLLOW_PROGRAMME)
        )
        return self.filter(Exists(mine))

    def sharing_with(self, user: "User | AnonymousUser") -> "ProgrammeQuerySet":
        """Programmes that agreed to share, and to which this person belongs: by a role in one of their cities or in
        the programme. Experts and administrators see every result, so they belong to all of them."""
        sharing = self.filter(shares_results=True)
        if not user.is_authenticated:
            return self.none()
        if user.is_superuser or user.is_expert:
            return sharing
        cities = [city.pk for city in user.cities]
        coordinated = [programme.pk for programme in user.coordinated_programmes]
        member = self.model.cities.through.objects.filter(programme=OuterRef("pk"), city__in=cities)
        return sharing.filter(Q(pk__in=coordinated) | Exists(member))


class Programme(models.Model):
    """A cohort of cities that goes through the review together, with partners and dated steps."""

    name = models.CharField(_("name"), max_length=200)
    slug = models.SlugField(_("short name in addresses"), unique=True)
    description = models.TextField(_("description"), blank=True)
    starts_on = models.DateField(_("starts on"))
    ends_on = models.DateField(_("ends on"))
    cities = models.ManyToManyField(City, related_name="programmes", verbose_name=_("cities"))
    partners = models.ManyToManyField(Organisation, related_name="programmes", verbose_name=_("partners"))
    shares_results = models.BooleanField(
        _("agreed to share results"),
        default=False,
        help_text=_(
            "The people of its cities, their partners and its coordinators see each other's validated results, also "
            "unpublished ones, and trends over fewer than five cities."
        ),
    )

    objects = ProgrammeQuerySet.as_manager()

    class Meta:
        ordering = ["-starts_on"]
        verbose_name = _("programme")
        verbose_name_plural = _("programmes")
        constraints = [
            models.CheckConstraint(
                name="programme_starts_before_it_ends", condition=Q(starts_on__lte=models.F("ends_on"))
            )
        ]

    def __str__(self) -> str:
        return self.name

    def get_absolute_url(self) -> str:
        return reverse("programme", args=[self.slug])


class ProgrammeStep(models.Model):
    """One dated step of a programme, as its plan announces it."""

    programme = models.ForeignKey(Programme, models.CASCADE, related_name="steps")
    position = models.PositiveSmallIntegerField(_("position"), validators=[MaxValueValidator(99)])
    name = models.CharField(_("name"), max_length=200)
    starts_on = models.DateField(_("starts on"))
    ends_on = models.DateField(_("ends on"))

    class Meta:
        ordering = ["programme", "position"]
        constraints = [
            models.UniqueConstraint(fields=["programme", "position"], name="one_step_per_position"),
            models.CheckConstraint(name="step_starts_before_it_ends", condition=Q(starts_on__lte=models.F("ends_on"))),
        ]

    def __str__(self) -> str:
        return self.name
