"""A first text of the minutes from the notes: by subject, in the order of the guide, without names."""

from collections.abc import Iterable

from django.utils.translation import gettext as _

from icc_index.instrument import Instrument
from strategy.sessions import subjects
from strategy.sessions.models import EngagementSession, Note


def draft_from_notes(session: EngagementSession, instrument: Instrument) -> str:
    """The notes as a text with a heading for each subject. Empty without notes. Two queries.

    In the language of `instrument` and of the active translation, which should be the session's.
    """
    notes: dict[str, list[Note]] = {}
    for note in session.notes.all():
        notes.setdefault(note.subject, []).append(note)
    order = [topic.subject for topic in session.topics.all()]
    ordered = [*(code for code in order if code in notes), *(code for code in notes if code and code not in order)]
    parts = [_part(subjects.subject_of(instrument, code).name, notes[code]) for code in ordered]
    if "" in notes:
        parts.append(_part(_("What else was said"), notes[""]))
    return "\n\n".join(parts)


def _part(heading: str, notes: Iterable[Note]) -> str:
    return "\n".join([heading, *(_line(note) for note in notes)])


def _line(note: Note) -> str:
    return f"– {note.text} ({note.get_sector_display()})" if note.sector else f"– {note.text}"
