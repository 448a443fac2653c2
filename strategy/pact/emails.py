"""Mail to those who sign a pact: one function a message, in the signatory's language."""

from datetime import timedelta
from typing import Any

from django.conf import settings
from django.urls import reverse
from django.utils import timezone

from epi import mail
from strategy.pact.models import Signatory, SignatureLink

LINK_WORKS_FOR = timedelta(days=30)


def your_turn(signatory: Signatory) -> None:
    """Ask for the signature: by the account, or by a new link, which makes those sent before useless."""
    signatory.links.revoke()
    if signatory.account:
        path, expires_at = reverse("pact_sign_own", args=[signatory.pact_id]), None
    else:
        expires_at = timezone.now() + LINK_WORKS_FOR
        _link, token = SignatureLink.issue(signatory=signatory, expires_at=expires_at)
        path = reverse("pact_sign", args=[token])
    _send("your_turn", signatory, url=settings.SITE_URL + path, expires_at=expires_at)


def taken_back(signatory: Signatory, reason: str) -> None:
    """To one who had signed: the signature is void, and why."""
    _send("taken_back", signatory, reason=reason)


def _send(message: str, signatory: Signatory, **context: Any) -> None:
    city = signatory.pact.city
    if not signatory.address:
        return
    with timezone.override(city.zone):
        mail.send(
            f"strategy/pact/mail/{message}",
            to=signatory.address,
            language=signatory.language,
            signatory=signatory,
            pact=signatory.pact,
            city=city,
            **context,
        )
