"""Where the people of a city write freely about its engagement: the places that a name must go from."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.db import models
from django.db.models import F, Value
from django.utils import translation
from django.utils.translation import gettext

from cities.models import City
from strategy.findings.models import ChosenArea, Finding
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
    rows = place.model._default_manager.filter(**{place.city: city}).annotate(written_in=language)
    changed = [row for row in rows.select_for_update(of=("self",), no_key=True) if _replace(row, place, finder)]
    fields = list(place.fields)
    if changed and hasattr(changed[0], "version"):
        fields.append("version")
    if changed:
        place.model._default_manager.bulk_update(changed, fields, batch_size=100)


def _replace(row: Any, place: Place, finder: Finder) -> bool:
    """True if something was replaced on `row`, whose version then counts one more."""
    words = words_instead(row.written_in)
    is_changed = False
    for name in place.fields:
        before = getattr(row, name)
        after = finder.taken_out_of(before, words)
        if after != before:
            setattr(row, name, _fitting(row, name, after))
            is_changed = True
    if is_changed and hasattr(row, "version"):
        row.version += 1
    return is_changed


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
