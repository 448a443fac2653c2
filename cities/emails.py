"""Mail about people and roles: one function a message, in the reader's language."""

from django.conf import settings
from django.urls import reverse

from cities.models import Invitation, User
from epi import mail


def invitation(invitation: Invitation, token: str) -> None:
    known = User.objects.filter(email=invitation.email).first()
    mail.send(
        "cities/mail/invitation",
        to=invitation.email,
        language=known.language if known else invitation.city.language_of_mail,
        invitation=invitation,
        url=settings.SITE_URL + reverse("invitation", args=[token]),
    )
