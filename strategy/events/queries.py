"""Reads about a programme's events: agenda by day, people by place, cities x tasks, feedback. Few queries each."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from itertools import groupby
from typing import Any

from django.utils.translation import gettext as _

from cities.models import City, Organisation, Programme, User
from icc_index.instrument import Instrument, instrument_for
from icc_index.models import Edition
from strategy.events.enums import FeedbackQuestion
from strategy.events.models import (
    AgendaItem,
    Attendee,
    CityTask,
    Conclusion,
    EventTask,
    Feedback,
    Material,
    ProgrammeEvent,
)


def instrument_of(programme: Programme) -> Instrument | None:
    """The questionnaire that the programme's cities answer: of their newest assessment, else the one loaded last."""
    used = Edition.objects.filter(assessments__city__programmes=programme).order_by("-assessments__year")
    edition = used.first() or Edition.objects.order_by("-loaded_at").first()
    return instrument_for(edition) if edition else None


def agenda_by_day(event: ProgrammeEvent) -> list[tuple[date, list[AgendaItem]]]:
    """One query."""
    return [(day, list(items)) for day, items in groupby(event.agenda.all(), lambda item: item.day)]


def materials_by_title(event: ProgrammeEvent) -> list[tuple[str, list[Material]]]:
    """The same material in several languages stands together, whatever its languages. One query."""
    return [(title, list(same)) for title, same in groupby(event.materials.all(), lambda one: one.title)]


# People ---------------------------------------------------------------------------------------------------------------
@dataclass(frozen=True)
class Delegation:
    """Those who come from one city, one organisation, or from neither."""

    place: City | Organisation | None
    people: Sequence[Attendee]

    @property
    def name(self) -> str:
        return self.place.name if self.place else _("Others")


def delegations(event: ProgrammeEvent) -> list[Delegation]:
    """Who takes part: cities first, then organisations, then others, each by name. One query."""
    people = sorted(event.attendees.coming().for_list(), key=_place_order)
    return [Delegation(group[0].place, group) for _key, group in _grouped(people)]


def _place_order(attendee: Attendee) -> tuple[int, str, int, str, int]:
    kind = 0 if attendee.city_id else 1 if attendee.organisation_id else 2
    name = attendee.place.name if attendee.place else ""
    return (kind, name, not attendee.is_known, attendee.name.casefold(), attendee.pk)


def _grouped(people: Sequence[Attendee]) -> list[tuple[tuple[int, str], list[Attendee]]]:
    return [(key, list(group)) for key, group in groupby(people, lambda one: _place_order(one)[:2])]


# Tasks ----------------------------------------------------------------------------------------------------------------
@dataclass(frozen=True)
class Overview:
    """Cities x tasks; a cell is None where a city does not have the task."""

    tasks: Sequence[EventTask]
    rows: Sequence[tuple[City, Sequence[CityTask | None]]]

    @property
    def done(self) -> int:
        return sum(bool(cell and cell.is_done) for _city, cells in self.rows for cell in cells)

    @property
    def total(self) -> int:
        return sum(cell is not None for _city, cells in self.rows for cell in cells)


def overview(event: ProgrammeEvent) -> Overview:
    """What every city took home and how far it is. Two queries."""
    tasks = list(event.tasks.all())
    cells: dict[City, dict[int, CityTask]] = {}
    for row in CityTask.objects.for_list().filter(task__event=event):
        cells.setdefault(row.city, {})[row.task_id] = row
    ordered = sorted(cells.items(), key=lambda one: one[0].name)
    return Overview(tasks, [(city, [theirs.get(task.pk) for task in tasks]) for city, theirs in ordered])


def tasks_of(user: User, event: ProgrammeEvent) -> list[CityTask]:
    """What this person's own cities took home. One query."""
    mine = [city.pk for city in user.cities]
    return list(CityTask.objects.visible_to(user).for_list().filter(task__event=event, city__in=mine))


# What is said ---------------------------------------------------------------------------------------------------------
@dataclass(frozen=True)
class ToldConclusion:
    """A conclusion with the name of what it is about; nothing for the whole."""

    conclusion: Conclusion
    about: str


def conclusions(event: ProgrammeEvent) -> list[ToldConclusion]:
    """On the whole first, then by indicator in the questionnaire's order. Four queries."""
    instrument = instrument_of(event.programme)
    names = {area.code: (area.number, area.name) for area in instrument.indicators} if instrument else {}
    found = event.conclusions.select_related("by").prefetch_related("cities")
    ordered = sorted(found, key=lambda one: (bool(one.subject), names.get(one.subject, (0, ""))[0], one.pk))
    return [ToldConclusion(one, names.get(one.subject, (0, one.subject))[1]) for one in ordered]


def feedback_of(event: ProgrammeEvent) -> Feedback | None:
    feedback = Feedback.objects.filter(event=event).first()
    if feedback:
        feedback.event = event
    return feedback


def feedback_rows(feedback: Feedback) -> list[dict[str, Any]]:
    """Each question with how many gave each mark; what the page shows of closed feedback."""
    marks = feedback.figures["marks"] if feedback.figures else {}
    return [
        {"question": question.words(at_launch=feedback.event.is_launch), "marks": marks[question.value]}
        for question in FeedbackQuestion
        if question.value in marks
    ]
