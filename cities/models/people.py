"""People, and the roles that they hold in a city, a programme or on the platform."""

from datetime import timedelta
from functools import cached_property
from typing import Any, ClassVar

from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.contrib.auth.models import PermissionsMixin
from django.db import models
from django.db.models import Q
from django.db.models.functions import Coalesce
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from cities.enums import CITY_ROLES, ROLE_PERMISSIONS, Permission, Role
from cities.models.places import City, Organisation, Programme
from epi import links

INVITATION_VALID_FOR = timedelta(days=14)


class UserManager(BaseUserManager["User"]):
    use_in_migrations = True

    def create_user(self, email: str, password: str | None = None, **fields: Any) -> "User":
        """A person with an e-mail address, stored in lower case so that it is theirs however they type it."""
        if not email:
            raise ValueError("A user needs an e-mail address.")
        user = self.model(email=email.lower(), **fields)
        user.set_password(password)
        user.save(using=self._db)
        return user

    def create_superuser(self, email: str, password: str | None = None, **fields: Any) -> "User":
        return self.create_user(email, password, is_staff=True, is_superuser=True, **fields)

    def get_by_natural_key(self, username: str | None) -> "User":
        return self.get(email=(username or "").lower())


class User(AbstractBaseUser, PermissionsMixin):
    """A person who signs in by e-mail. What they may do comes from their memberships."""

    email = models.EmailField(_("e-mail address"), unique=True)
    name = models.CharField(pgettext_lazy("of a person", "name"), max_length=150, blank=True)
    language = models.CharField(_("language"), max_length=10, blank=True)
    is_active = models.BooleanField(_("may sign in"), default=True)
    is_staff = models.BooleanField(_("administrator"), default=False)
    date_joined = models.DateTimeField(_("joined"), auto_now_add=True)

    objects: ClassVar[UserManager] = UserManager()

    USERNAME_FIELD = "email"
    EMAIL_FIELD = "email"

    class Meta:
        ordering = ["email"]
        verbose_name = _("person")
        verbose_name_plural = _("people")

    def __str__(self) -> str:
        return self.display_name

    @property
    def display_name(self) -> str:
        return self.name or self.email

    @cached_property
    def grants(self) -> list["Membership"]:
        """Every role of this person, read once a request."""
        return list(self.memberships.select_related("city", "programme").order_by("pk"))

    def roles_in(self, city_id: int) -> frozenset[Role]:
        return frozenset(Role(grant.role) for grant in self.grants if grant.city_id == city_id)

    def may(self, permission: Permission, city_id: int) -> bool:
        """True if one of this person's roles in the city carries the permission."""
        return any(permission in ROLE_PERMISSIONS[role] for role in self.roles_in(city_id))

    def may_in_programme(self, permission: Permission, programme_id: int) -> bool:
        """True if this person's role in the programme carries the permission."""
        return any(
            grant.programme_id == programme_id and permission in ROLE_PERMISSIONS[Role(grant.role)]
            for grant in self.grants
        )

    @property
    def is_expert(self) -> bool:
        return any(grant.role == Role.EXPERT for grant in self.grants)

    @property
    def cities(self) -> list[City]:
        """The cities in which this person has a role, each once."""
        return list({grant.city_id: grant.city for grant in self.grants if grant.city}.values())

    @property
    def coordinated_programmes(self) -> list[Programme]:
        return [grant.programme for grant in self.grants if grant.programme]


_IN_A_CITY = Q(role__in=CITY_ROLES, city__isnull=False, programme=None)
_IN_A_PROGRAMME = Q(role=Role.NETWORK_COORDINATOR, city=None, programme__isnull=False)
_ON_THE_PLATFORM = Q(role=Role.EXPERT, city=None, programme=None)


class Membership(models.Model):
    """One role of one person: in a city, in a programme, or (experts) on the platform."""

    user = models.ForeignKey(User, models.CASCADE, related_name="memberships")
    role = models.CharField(_("role"), max_length=30, choices=Role)
    city = models.ForeignKey(City, models.CASCADE, null=True, blank=True, related_name="memberships")
    programme = models.ForeignKey(Programme, models.CASCADE, null=True, blank=True, related_name="memberships")
    organisation = models.ForeignKey(
        Organisation, models.PROTECT, null=True, blank=True, related_name="memberships", verbose_name=_("organisation")
    )
    since = models.DateTimeField(_("since"), auto_now_add=True)

    class Meta:
        ordering = ["pk"]
        verbose_name = _("membership")
        verbose_name_plural = _("memberships")
        constraints = [
            models.UniqueConstraint(
                "user", "role", Coalesce("city", 0), Coalesce("programme", 0), name="one_membership_per_role"
            ),
            models.CheckConstraint(
                name="a_role_stands_where_it_belongs", condition=_IN_A_CITY | _IN_A_PROGRAMME | _ON_THE_PLATFORM
            ),
        ]

    def __str__(self) -> str:
        where = self.city or self.programme
        return f"{self.user}, {self.get_role_display()}" + (f", {where}" if where else "")


class InvitationQuerySet(models.QuerySet["Invitation"]):
    def open(self) -> "InvitationQuerySet":
        """Neither accepted nor out of date."""
        return self.filter(accepted_at=None, expires_at__gt=timezone.now())

    def with_token(self, token: str) -> "InvitationQuerySet":
        return self.filter(token_hash=links.hash_of(token))


class Invitation(models.Model):
    """A role in a city offered to an e-mail address. Only the hash of its token is stored."""

    email = models.EmailField(_("e-mail address"))
    role = models.CharField(_("role"), max_length=30, choices=[(role.value, role.label) for role in CITY_ROLES])
    city = models.ForeignKey(City, models.CASCADE, related_name="invitations")
    token_hash = models.CharField(max_length=64, unique=True)
    invited_by = models.ForeignKey(User, models.PROTECT, related_name="+")
    invited_at = models.DateTimeField(_("invited"), auto_now_add=True)
    expires_at = models.DateTimeField(_("valid until"))
    accepted_at = models.DateTimeField(_("accepted"), null=True)
    accepted_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")

    objects = InvitationQuerySet.as_manager()

    class Meta:
        ordering = ["-pk"]
        constraints = [
            models.CheckConstraint(
                name="accepted_at_and_by_go_together",
                condition=Q(accepted_at=None, accepted_by=None)
                | Q(accepted_at__isnull=False, accepted_by__isnull=False),
            )
        ]

    def __str__(self) -> str:
        return f"{self.email}, {self.get_role_display()}, {self.city}"

    @property
    def is_open(self) -> bool:
        return self.accepted_at is None and self.expires_at > timezone.now()
