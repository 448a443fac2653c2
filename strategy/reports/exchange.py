"""The report's chapter on exchange meetings: what the experts concluded for this city and others."""

from dataclasses import dataclass
from itertools import groupby
from typing import Any

from django.template.loader import render_to_string
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from icc_index.reports.data import Chapter, ReportInput
from icc_index.reports.words import told
from strategy.events.enums import EventKind
from strategy.events.models import Conclusion, ProgrammeEvent


@dataclass(frozen=True)
class Printed:
    """One conclusion: what it is about (nothing for the whole), its text, and the cities that it names."""

    about: str
    text: SafeString | str
    cities: str


def exchange_meeting(report_input: ReportInput) -> Chapter | None:
    """What the cities concluded together. None where no meeting concluded anything for this city."""
    found = _conclusions(report_input)
    if not found:
        return None
    meetings = [
        {"event": event, "conclusions": [_printed(report_input, one) for one in theirs]}
        for event, theirs in ((event, list(group)) for event, group in groupby(found, lambda one: one.event))
    ]
    html = render_to_string("strategy/report/exchange_meeting.html", {"meetings": meetings})
    title = _("What the cities concluded together")
    return Chapter(title, html, "exchange-meeting", data={"conclusions": [_plain(one) for one in found]})


def _conclusions(report_input: ReportInput) -> list[Conclusion]:
    """Those that hold for the city, by meeting; sample data stay with sample data. Two queries."""
    found = (
        Conclusion.objects.about(report_input.city)
        .filter(
            event__kind=EventKind.EXCHANGE_MEETING,
            event__cancelled_at=None,
            event__is_sample=report_input.assessment.is_sample,
        )
        .select_related("event__programme")
        .prefetch_related("cities")
    )
    order = {area.code: area.number for area in report_input.instrument.indicators}
    return sorted(
        found,
        key=lambda one: (one.event.starts_on, one.event_id, bool(one.subject), order.get(one.subject, 0), one.pk),
    )


def _printed(report_input: ReportInput, one: Conclusion) -> Printed:
    area = report_input.instrument.by_code.get(one.subject)
    return Printed(area.name if area else one.subject, told(one.text), ", ".join(map(str, one.named_cities)))


def _plain(one: Conclusion) -> list[Any]:
    event: ProgrammeEvent = one.event
    meeting = [event.title, event.starts_on.isoformat(), event.ends_on.isoformat(), event.place, event.programme.name]
    return [*meeting, one.subject, one.text, [city.slug for city in one.named_cities]]
