"""Links that are their own key: for people without an account, who follow what a mail or a printed sheet gives them.

Only the hash of a token is stored. A wrong, used, revoked or outdated link answers 404 in the same words, so that it
tells nothing; and an address that guesses too often gets 429 for a while, whatever it asks for.
"""

import hashlib
import secrets
from datetime import datetime
from typing import Any, Self, TypeVar

from django.db import models
from django.http import Http404, HttpRequest
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from epi import tries

MOST_GUESSES = 20  # wrong tokens from one address in ten minutes

Link = TypeVar("Link", bound="SecretLink")


def new_token() -> str:
    return secrets.token_urlsafe(32)


def hash_of(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()


class SecretLinkQuerySet(models.QuerySet[Any]):
    def with_token(self, token: str) -> Self:
        return self.filter(token_hash=hash_of(token))

    def working(self) -> Self:
        """Neither revoked nor out of date."""
        return self.filter(revoked_at=None, expires_at__gt=timezone.now())

    def revoke(self) -> int:
        """Make these links dead; those that are dead already keep their date. Returns how many."""
        return self.filter(revoked_at=None).update(revoked_at=timezone.now())


class SecretLink(models.Model):
    """A link that is its own key. Subclasses say what it opens."""

    token_hash = models.CharField(max_length=64, unique=True)
    expires_at = models.DateTimeField(gettext_lazy("valid until"))
    revoked_at = models.DateTimeField(gettext_lazy("revoked"), null=True)

    objects = SecretLinkQuerySet.as_manager()

    class Meta:
        abstract = True

    @classmethod
    def issue(cls, *, expires_at: datetime, **fields: Any) -> tuple[Self, str]:
        """A new link and its token, which is nowhere else: give it away now or never."""
        token = new_token()
        link = cls(token_hash=hash_of(token), expires_at=expires_at, **fields)
        link.save()
        return link, token

    @property
    def is_working(self) -> bool:
        return self.revoked_at is None and self.expires_at > timezone.now()


def link_or_404(request: HttpRequest, links: "models.QuerySet[Link]", token: str) -> Link:
    """The one of `links` (narrowed to those that may be used) with this token.

    Raises Http404 for any other token, and TooManyTries (429) once this address has guessed too often.
    """
    too_many = _("Too many links that do not work were tried from here. Wait ten minutes, then try again.")
    tries.check(request, "guesses", most=MOST_GUESSES, sentence=too_many)
    found = links.filter(token_hash=hash_of(token)).first()
    if found is None:
        tries.count(request, "guesses")
        raise Http404(_("This link does not work. It was used already, withdrawn, or is out of date."))
    return found
