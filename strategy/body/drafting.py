"""A first text of a meeting's minutes: how many were there, the agenda with its decisions, the tasks. Without names."""

from collections.abc import Sequence

from django.utils.formats import date_format
from django.utils.translation import gettext as _

from strategy.body import queries
from strategy.body.enums import Presence
from strategy.body.models import BodyDecision, BodyMeeting, BodyTask, MeetingItem


def draft_of(meeting: BodyMeeting) -> str:
    """The text, in the active language, which should be the city's. Four queries.

    Members stand in it by number and by office: what is kept of a person ends, and minutes stay.
    """
    items, others = queries.agenda(meeting)
    parts = [_presence(meeting)]
    parts += [_item(number, item, decisions) for number, (item, decisions) in enumerate(items, 1)]
    parts += [_part(_("Other decisions"), map(_decision, others))] if others else []
    tasks = list(meeting.tasks.select_related("owner"))
    parts += [_part(_("Tasks"), map(_task, tasks))] if tasks else []
    return "\n\n".join(parts)


def _presence(meeting: BodyMeeting) -> str:
    numbers = queries.counted(queries.presences(meeting))
    return _part(_("Attendance"), [f"{kind.label}: {numbers[kind]}" for kind in Presence])


def _item(number: int, item: MeetingItem, decisions: Sequence[BodyDecision]) -> str:
    text = [item.text] if item.text else []
    return _part(f"{number}. {item.title}", [*text, *map(_decision, decisions)])


def _decision(decision: BodyDecision) -> str:
    return _("Decision %(number)d: %(text)s") % {"number": decision.number, "text": decision.text}


def _task(task: BodyTask) -> str:
    words = {"task": task.title, "who": task.owner.office or task.owner, "day": date_format(task.due_on, "j E Y")}
    return _("– %(task)s (%(who)s, until %(day)s)") % words


def _part(heading: str, lines) -> str:
    return "\n".join([heading, *lines])
