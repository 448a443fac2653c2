"""Words of engagement that several parts use."""

from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy


class Sector(models.TextChoices):
    """What kind of stakeholder: also the group in which ratings are shown and a voice is heard."""

    CITY = "city", _("City departments and services")
    AUTHORITY = "authority", _("Other public authorities")
    BUSINESS = "business", _("Businesses and employers")
    CIVIL_SOCIETY = "civil_society", _("Civil society organisations")
    COMMUNITY = "community", _("Migrant and minority communities")
    FAITH = "faith", _("Faith communities")
    EDUCATION = "education", _("Education and research")
    MEDIA = "media", _("Media")
    CULTURE = "culture", _("Culture and sport")
    RESIDENTS = "residents", _("Residents")
    OTHER = "other", pgettext_lazy("kind of stakeholder", "Others")
