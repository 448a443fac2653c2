"""Words about the coordinating body."""

from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy


class MemberKind(models.TextChoices):
    """Of whom the body is made (S18)."""

    STAFF = "staff", _("City staff")
    PARTNER = "partner", _("Technical partner")
    EXPERT = "expert", pgettext_lazy("member of the coordinating body", "Expert")


class MeetingState(models.TextChoices):
    PLANNED = "planned", pgettext_lazy("meeting", "Planned")
    HELD = "held", pgettext_lazy("meeting", "Held")
    CANCELLED = "cancelled", pgettext_lazy("meeting", "Cancelled")


class Presence(models.TextChoices):
    PRESENT = "present", _("Present")
    EXCUSED = "excused", _("Excused")
    ABSENT = "absent", _("Absent")
