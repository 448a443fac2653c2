"""Where the people of a city write freely about its engagement: the places that a name must go from."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.db import models
from django.db.models import F, Value
from django.utils import translation
from django.utils.translation import gettext

from cities.models import City
from strategy.body.models import BodyDecision, BodyMeeting, BodyTask, CoordinatingBody, MeetingItem
from strategy.events.models import AgendaItem, CityTask, EventTask, Material, ProgrammeEvent
from strategy.findings.models import ChosenArea, Finding
from strategy.milestones.models import Milestone, MilestoneMove, Promise
from strategy.monitoring.models import Nudge
from strategy.pact.models import ConsultationLink, PactComment
from strategy.plan.models import CityStrategy, CoDesign, Gap, Measure, Narrative, Objective, PilotAction, Reading
from strategy.sessions.models import Amendment, EngagementSession, MinutesVersion, Note, Topic
from strategy.stakeholders.models import Contact, Stakeholder
from strategy.traces import Finder, Traces


@dataclass(frozen=True)
class Place:
    """Some texts of one model: the way from it to its city, and to the language in which they are written."""

    model: type[models.Model]
    city: str
    language: str  # empty: in the language of the city
    fields: tuple[str, ...]


PLACES = (
    Place(
        EngagementSession,
        "city",
        "language",
        ("title", "purpose", "place", "state_reason", "minutes", "minutes_comment"),
    ),
    Place(Topic, "session__city", "session__language", ("prompt",)),
    Place(Note, "session__city", "session__language", ("text",)),
    Place(MinutesVersion, "session__city", "session__language", ("text",)),
    Place(Amendment, "session__city", "session__language", ("text", "reason")),
    Place(Finding, "session__city", "session__language", ("text",)),
    Place(ChosenArea, "assessment__city", "", ("reason",)),
    # A launch event is its city's; other events of a programme belong to no city, and are not touched.
    Place(ProgrammeEvent, "city", "", ("title", "place", "summary", "notes", "cancel_reason")),
    Place(AgendaItem, "event__city", "", ("title", "speaker")),
    Place(Material, "event__city", "", ("title",)),
    Place(EventTask, "event__city", "", ("title",)),
    Place(CityTask, "city", "", ("note",)),
    Place(CoordinatingBody, "city", "", ("name", "mandate")),
    Place(BodyMeeting, "body__city", "", ("title", "place", "cancel_reason", "minutes")),
    Place(MeetingItem, "meeting__body__city", "", ("title", "text")),
    Place(BodyDecision, "meeting__body__city", "", ("text",)),
    Place(BodyTask, "body__city", "", ("title", "note")),
    Place(CityStrategy, "city", "", ("title", "vision", "decision", "leader", "resources")),
    Place(Narrative, "strategy__city", "language", ("text",)),
    Place(Objective, "strategy__city", "", ("title", "description", "root_cause")),
    Place(Gap, "objective__strategy__city", "", ("words",)),
    Place(
        PilotAction,
        "objective__strategy__city",
        "",
        (
            "title",
            "description",
            "target_group",
            "budget_source",
            "outputs",
            "learnt",
            "state_reason",
            "after_owner",
            "after_source",
        ),
    ),
    Place(CoDesign, "action__objective__strategy__city", "", ("outcome",)),
    Place(Measure, "action__objective__strategy__city", "", ("name", "source")),
    Place(Reading, "measure__action__objective__strategy__city", "", ("note",)),
    Place(PactComment, "version_read__pact__city", "", ("text", "answer")),
    Place(ConsultationLink, "pact__city", "", ("label",)),
    Place(Milestone, "city", "", ("title", "description", "proof", "drop_reason")),
    Place(Promise, "milestone__city", "", ("reason",)),
    Place(MilestoneMove, "milestone__city", "", ("reason",)),
    Place(Nudge, "city", "", ("text",)),
    Place(Contact, "stakeholder__city", "", ("function",)),
    Place(Stakeholder, "city", "", ("name",)),
)


def remove(city: City, persons: Iterable[Traces]) -> None:
    """Put "[name removed]" where one of `persons` stands in the texts of this city, two queries a model at most.

    Whoever has one of these texts open for editing is told of the change when they save.
    """
    finder = Finder(persons)
    for place in PLACES if finder else ():
        _remove_from(place, city, finder)


def _remove_from(place: Place, city: City, finder: Finder) -> None:
    language = F(place.language) if place.language else Value(city.language_of_mail)
    rows = place.model._default_manager.filter(**{place.city: city}).annotate(text_language=language)
    changed = [row for row in rows.select_for_update(of=("self",), no_key=True) if _replace(row, place, finder)]
    if changed:
        place.model._default_manager.bulk_update(changed, [*place.fields, *_versions(changed[0])], batch_size=100)


def _replace(row: Any, place: Place, finder: Finder) -> bool:
    """True if something was replaced on `row`, whose versions then count one more."""
    words = words_instead(row.text_language)
    is_changed = False
    for name in place.fields:
        before = getattr(row, name)
        after = finder.taken_out_of(before, words)
        if after != before:
            setattr(row, name, _fitting(row, name, after))
            is_changed = True
    for version in _versions(row) if is_changed else ():
        setattr(row, version, getattr(row, version) + 1)
    return is_changed


def _versions(row: Any) -> list[str]:
    """The fields of `row` that count its versions: minutes and notes have one of their own."""
    return [name for name in ("version", "minutes_revision", "minutes_version", "notes_version") if hasattr(row, name)]


def words_instead(language: str) -> str:
    """What stands where a name was."""
    with translation.override(language):
        return gettext("[name removed]")


def _fitting(row: Any, name: str, text: str) -> str:
    """`text` as long as its column takes it; for the name of an organisation, one that no other has."""
    field = row._meta.get_field(name)
    if isinstance(row, Stakeholder):
        text = f"{text[: field.max_length - 12]} ({row.pk})"
    return text[: field.max_length] if isinstance(field, models.CharField) else text
