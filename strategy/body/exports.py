"""Decisions and tasks of a coordinating body as tables for a spreadsheet."""

from django.utils.formats import date_format
from django.utils.timezone import localtime
from django.utils.translation import gettext as _

from strategy.body import queries
from strategy.body.models import BodyDecision, BodyTask, CoordinatingBody

Table = list[list[str]]


def book(body: CoordinatingBody) -> dict[str, Table]:
    """A sheet of all decisions, the newest first, and one of all tasks. Two queries."""
    return {_("Decisions"): _decisions(body), _("Tasks"): _tasks(body)}


def _decisions(body: CoordinatingBody) -> Table:
    head = [_("Meeting"), _("Date"), _("Number"), _("Agenda item"), _("Decision")]
    return [head, *(_decision(one) for one in queries.decisions_of(body))]


def _decision(one: BodyDecision) -> list[str]:
    day = date_format(localtime(one.meeting.starts_at), "Y-m-d")
    return [one.meeting.title, day, str(one.number), one.item.title if one.item else "", one.text]


def _tasks(body: CoordinatingBody) -> Table:
    head = [_("What is to be done"), _("Who does it"), _("Due"), _("State"), _("Done on"), _("Note"), _("Meeting")]
    return [head, *(_task(one) for one in queries.tasks_of(body, queries.Shown.ALL))]


def _task(one: BodyTask) -> list[str]:
    done = date_format(localtime(one.done_at), "Y-m-d") if one.done_at else ""
    meeting = one.meeting.title if one.meeting else ""
    return [one.title, str(one.owner), one.due_on.isoformat(), one.state[1], done, one.note, meeting]
