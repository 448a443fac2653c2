"""Milestones as a calendar (RFC 5545) that calendar programs read again and again.

The same data make the same bytes: every moment in it comes from the data, none from the clock. It names no person.
"""

from collections.abc import Iterable
from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.parse import urlsplit

from django.conf import settings
from django.db.models import Max, QuerySet
from django.utils import translation
from django.utils.translation import gettext as _
from icalendar import Calendar, Event

from strategy.milestones.enums import MilestoneState
from strategy.milestones.models import Milestone
from strategy.milestones.queries import Judged, judged
from strategy.monitoring.models import CalendarFeed

DAY = timedelta(days=1)
READ_AGAIN_AFTER = timedelta(hours=6)


def calendar_of(feed: CalendarFeed) -> bytes:
    """What this feed shows now, in the language of its person. Three queries, whatever the number of milestones."""
    language = feed.user.language or (feed.city.language_of_mail if feed.city else settings.LANGUAGE_CODE)
    rows = judged(_milestones(feed).annotate(promised_at=Max("promises__at")).order_by("pk"))
    with translation.override(language):
        return _calendar(feed, rows).to_ical()


def _milestones(feed: CalendarFeed) -> QuerySet[Milestone]:
    if feed.city_id:
        return Milestone.objects.filter(city=feed.city_id)
    return Milestone.objects.filter(programme=feed.programme_id)


def _calendar(feed: CalendarFeed, rows: Iterable[Judged]) -> Calendar:
    file = Calendar()
    file.add("prodid", "-//EPI//Milestones//EN")
    file.add("version", "2.0")
    file.add("calscale", "GREGORIAN")
    file.add("method", "PUBLISH")
    file.add("x-wr-calname", _("Milestones: %(name)s") % {"name": feed})
    file.add("refresh-interval", READ_AGAIN_AFTER, parameters={"VALUE": "DURATION"})
    for row in rows:
        file.add_component(_event(feed, row))
    return file


def uid_of(milestone: Milestone) -> str:
    """The name by which calendars know the milestone, whatever changes."""
    return f"milestone-{milestone.pk}@{urlsplit(settings.SITE_URL).hostname}"


def _event(feed: CalendarFeed, row: Judged) -> Event:
    milestone = row.milestone
    event = Event()
    event.add("uid", uid_of(milestone))
    event.add("sequence", max(len(row.promised) - 1, 0))
    event.add("dtstamp", _last_touched(milestone))
    event.add("dtstart", milestone.due_on)
    event.add("dtend", milestone.due_on + DAY)
    event.add("summary", _summary(feed, row))
    event.add("status", "CANCELLED" if milestone.state == MilestoneState.DROPPED else "CONFIRMED")
    event.add("transp", "TRANSPARENT")  # a date to keep takes up nobody's day
    return event


def _summary(feed: CalendarFeed, row: Judged) -> str:
    milestone = row.milestone
    is_dropped = milestone.state == MilestoneState.DROPPED
    words = {
        "title": milestone.title,
        "light": milestone.get_state_display() if is_dropped else row.light.label,
        "city": milestone.city.name,
    }
    if feed.programme_id:
        return _("%(title)s (%(light)s), %(city)s") % words
    return _("%(title)s (%(light)s)") % words


def _last_touched(milestone: Any) -> datetime:
    """When its date was promised or its state changed last: what the standard calls its last revision."""
    moments = [milestone.created_at, milestone.state_since, milestone.promised_at]
    return max(moment for moment in moments if moment).astimezone(UTC).replace(microsecond=0)
