"""Mail about milestones: one function a message, in the reader's language.

Addresses of pages are written by the templates, since a milestone's page stands in another part of the site.
"""

from collections.abc import Sequence
from datetime import date

from django.conf import settings
from django.urls import reverse
from django.utils import translation

from cities.models import User
from epi import mail
from strategy.milestones.models import Milestone
from strategy.milestones.queries import Judged
from strategy.monitoring.models import Nudge
from strategy.monitoring.news import News
from strategy.monitoring.nudges import prepared_text


def milestone_due(milestone: Milestone, address: str, language: str, *, is_owner: bool) -> None:
    """To the owner of a milestone or, without one, to a coordinator of its city."""
    mail.send(
        "strategy/monitoring/mail/reminder",
        to=address,
        language=language,
        milestone=milestone,
        city=milestone.city,
        days=(milestone.due_on - milestone.today).days,
        late=(milestone.today - milestone.due_on).days,
        is_owner=is_owner,
    )


def nudged(nudge: Nudge, text: str, late: Sequence[Judged], reader: User) -> None:
    """To one who leads or coordinates the city. `text` is empty for the prepared one, which each reads translated."""
    language = reader.language or nudge.city.language_of_mail
    with translation.override(language):
        words = text or prepared_text()
    mail.send(
        "strategy/monitoring/mail/nudge",
        to=reader.email,
        language=language,
        city=nudge.city,
        programme=nudge.programme,
        by=nudge.by,
        text=words,
        late=late,
    )


def weekly_digest(news: News, reader: User, language: str, *, monday: date, token: str) -> None:
    """With the address, and the header, by which a mail program switches it off (RFC 8058)."""
    off = settings.SITE_URL + reverse("digest_off", args=[token])
    mail.send(
        "strategy/monitoring/mail/digest",
        to=reader.email,
        language=language,
        headers={"List-Unsubscribe": f"<{off}>", "List-Unsubscribe-Post": "List-Unsubscribe=One-Click"},
        news=news,
        monday=monday,
        off_url=off,
        choice_url=settings.SITE_URL + reverse("digest_choice"),
    )
