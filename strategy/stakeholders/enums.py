"""Words about stakeholders and their consent."""

from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy


class Purpose(models.TextChoices):
    """What a contact person agreed to. The wider one holds the narrower one."""

    SESSIONS = "sessions", _("Invitations to sessions, and their minutes")
    SESSIONS_AND_NEWS = "sessions_and_news", _("Sessions, and news of the city's strategy and pact")


class GivenBy(models.TextChoices):
    """How the consent was given."""

    FORM = "form", _("On a signed form")
    MAIL = "mail", _("By e-mail")
    SPOKEN = "spoken", _("Spoken, noted at once")


class ForgottenBecause(models.TextChoices):
    """Why a person's data were deleted."""

    WITHDRAWN = "withdrawn", pgettext_lazy("consent", "Withdrawn by the person")
    RETENTION = "retention", _("The time that they may be kept was over")
