"""Names of those who were at an event, in what was written about it: they go when the time of their person is over."""

from collections.abc import Iterable

from django.utils import translation
from django.utils.translation import gettext

from strategy.events.models import AgendaItem, Attendee, ProgrammeEvent
from strategy.traces import Finder, Traces


def take_out(event: ProgrammeEvent, persons: Iterable[Attendee]) -> None:
    """Put "[name removed]" where one of them stands as a speaker or in the notes. Two queries, and those that change.

    Only full names and addresses are found, as ADR 10 says. Whoever has such a text open is told when they save.
    """
    finder = Finder(Traces(person.name, person.email) for person in persons)
    if not finder:
        return
    with translation.override(event.city.language_of_mail if event.city else "en"):
        instead = gettext("[name removed]")
    _from_agenda(event, finder, instead)
    notes = finder.taken_out_of(event.notes, instead)
    if notes != event.notes:
        event.notes, event.notes_version = notes, event.notes_version + 1
        event.save(update_fields=["notes", "notes_version"])


def _from_agenda(event: ProgrammeEvent, finder: Finder, instead: str) -> None:
    longest = AgendaItem._meta.get_field("speaker").max_length
    for item in event.agenda.exclude(speaker=""):
        speaker = finder.taken_out_of(item.speaker, instead)[:longest]
        if speaker != item.speaker:
            item.speaker, item.version = speaker, item.version + 1
            item.save(update_fields=["speaker", "version"])
