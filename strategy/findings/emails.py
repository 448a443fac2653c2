"""Mail to those who are asked to rate, in their own language."""

from django.conf import settings
from django.urls import reverse
from django.utils import timezone

from epi import mail
from strategy.findings.models import RatingRound
from strategy.stakeholders.models import Contact


def ballot(round: RatingRound, contact: Contact, token: str) -> None:
    """The link that votes once. A job that is done keeps nothing of it, so nobody can tell later whose it was."""
    known = dict(settings.LANGUAGES)
    language = next((one for one in (contact.language, round.session.language) if one in known), None)
    with timezone.override(round.session.zone):
        mail.send(
            "strategy/mail/ballot",
            to=contact.email,
            language=language or round.session.city.language_of_mail,
            session=round.session,
            round=round,
            url=settings.SITE_URL + reverse("rate", args=[token]),
        )
