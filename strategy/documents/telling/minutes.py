"""The minutes of one meeting of a coordinating body: who was there, what was said and decided, who does what."""

from typing import Any

from django.utils.formats import date_format
from django.utils.translation import gettext as _

from epi.errors import CannotBeDone
from strategy.body.enums import Presence
from strategy.body.models import BodyMeeting
from strategy.documents.models import Document
from strategy.documents.told import Told, chapter


def tell(document: Document) -> Told:
    """Raises CannotBeDone for a meeting whose minutes are not final: nothing goes on paper that may still change."""
    meeting = BodyMeeting.objects.for_list().filter(pk=document.subject_id, minutes_final_at__isnull=False).first()
    if meeting is None:
        raise CannotBeDone(_("The minutes of this meeting are not final."))
    assert meeting.minutes_final_at
    zone = meeting.zone
    begins, ends = meeting.starts_at.astimezone(zone), meeting.ends_at.astimezone(zone)
    facts = [
        (_("Coordinating body"), meeting.body.name),
        (_("When"), f"{date_format(begins, 'j E Y, H:i')} – {date_format(ends, 'H:i')}"),
        (_("Where"), meeting.place),
    ]
    return Told(
        kind=_("Minutes of the coordinating body"),
        title=meeting.title,
        place=meeting.body.city.name,
        as_of=meeting.minutes_final_at.astimezone(zone).date(),
        is_sample=meeting.body.is_sample,
        facts=[(name, said) for name, said in facts if said],
        chapters=[chapter(_("Minutes"), "minutes", **_context(meeting))],
        language=meeting.body.city.language,
        has_cover=False,
    )


def _context(meeting: BodyMeeting) -> dict[str, Any]:
    there = list(meeting.presences.select_related("member").exclude(presence=""))
    return {
        "meeting": meeting,
        "present": [(kind.label, [one.member for one in there if one.presence == kind]) for kind in Presence],
        "items": list(meeting.items.all()),
        "decisions": list(meeting.decisions.select_related("item")),
        "tasks": list(meeting.tasks.select_related("owner")),
        "written_in": meeting.body.city.language,
    }
