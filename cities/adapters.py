"""allauth in EPI: accounts are by invitation, and an invitation proves its own e-mail address."""

from allauth.account.adapter import DefaultAccountAdapter
from allauth.core import context
from allauth.socialaccount.adapter import DefaultSocialAccountAdapter
from allauth.socialaccount.models import SocialLogin
from django.core.exceptions import ValidationError
from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext as _

from cities.models import Invitation, User

SESSION_KEY = "invitation"


def invitation_in(request: HttpRequest) -> Invitation | None:
    """The open invitation whose link this browser followed, if any."""
    token = request.session.get(SESSION_KEY)
    return Invitation.objects.open().with_token(token).select_related("city").first() if token else None


class AccountAdapter(DefaultAccountAdapter):
    def is_open_for_signup(self, request: HttpRequest) -> bool:
        return invitation_in(request) is not None

    def clean_email(self, email: str) -> str:
        """A new account takes the invited address, which its invitation has proved."""
        email = super().clean_email(email).lower()
        request = context.request
        invitation = None if request.user.is_authenticated else invitation_in(request)
        if invitation and invitation.email != email:
            raise ValidationError(_("Use the e-mail address that the invitation was sent to."))
        return email

    def get_signup_redirect_url(self, request: HttpRequest) -> str:
        token = request.session.get(SESSION_KEY)
        return reverse("invitation", args=[token]) if token else super().get_signup_redirect_url(request)


class SocialAccountAdapter(DefaultSocialAccountAdapter):
    """Single sign-on signs in people who are known or invited; it opens no account for others."""

    def is_open_for_signup(self, request: HttpRequest, sociallogin: SocialLogin) -> bool:
        address = (sociallogin.user.email or "").lower()
        known = User.objects.filter(email=address).exists()
        return known or Invitation.objects.open().filter(email=address).exists()
