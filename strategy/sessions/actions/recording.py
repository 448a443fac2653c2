"""What is written down while one listens: who came, and what was said."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from cities.models import User
from epi.errors import CannotBeDone
from strategy.access import still_there
from strategy.sessions import queries, rules
from strategy.sessions.actions._common import lock, record
from strategy.sessions.models import EngagementSession, Note, Participant, Presence, Tally
from strategy.sessions.names import names_in

MOST_OF_A_GROUP = 5000  # an open day has many guests, a slip of the finger more


@dataclass(frozen=True)
class Change:
    """A number that somebody changed: what they saw, and what they want. None for none, which of a tally is not 0."""

    seen: int | None
    wanted: int | None


@dataclass(frozen=True)
class Attendance:
    """Only what was changed on a page, so that two who tick at once do not undo each other.

    `came` goes by the participant's primary key, `presences` by group, `tallies` by kind of figure.
    """

    came: Mapping[int, bool] = field(default_factory=dict)
    presences: Mapping[str, Change] = field(default_factory=dict)
    tallies: Mapping[str, Change] = field(default_factory=dict)


class CountedMeanwhile(CannotBeDone):
    """Somebody saved another number for `name` (a group or a figure) in between; `theirs` is what is stored now."""

    def __init__(self, name: str, theirs: int | None) -> None:
        super().__init__(
            _("Somebody saved %(number)s here meanwhile. Save again to put your number in its place.")
            % {"number": "–" if theirs is None else theirs}
        )
        self.name = name
        self.theirs = theirs


@transaction.atomic
def record_attendance(*, session: EngagementSession, attendance: Attendance, by: User) -> None:
    """Write who came, how many more of each group, and how many are what a figure of the city counts.

    Raises CountedMeanwhile when a number was changed by two, CannotBeDone when more are counted than came.
    """
    session = lock(session)
    rules.check_can_write(by, session)
    for attended in (True, False):
        pks = [pk for pk, came in attendance.came.items() if came == attended]
        session.participants.filter(pk__in=pks).update(attended=attended)
    _count(session, Presence, "sector", attendance.presences)
    _count(session, Tally, "kind", attendance.tallies)
    _check_tallies(session)
    record("attendance.recorded", session, by=by, present=queries.present(session))


def _count(
    session: EngagementSession, model: type[Presence] | type[Tally], name: str, changes: Mapping[str, Change]
) -> None:
    """Store the numbers that changed. Nobody more of a group is no row; of a tally no row means that nobody asked."""
    stored = {getattr(row, name): row for row in model.objects.filter(session=session)}
    for key, change in changes.items():
        row = stored.get(key)
        if (row.count if row else 0) not in (change.seen or 0, change.wanted or 0):
            raise CountedMeanwhile(key, row.count if row else None)
        if change.wanted or (change.wanted == 0 and model is Tally):
            row = row or model(session=session, **{name: key})
            row.count = change.wanted
            row.save()
        elif row:
            row.delete()


def _check_tallies(session: EngagementSession) -> None:
    present = queries.present(session)
    for tally in session.tallies.all():
        if tally.count > present:
            raise CannotBeDone(
                _("%(figure)s: %(count)d are counted, and only %(present)d came.")
                % {"figure": tally.get_kind_display(), "count": tally.count, "present": present}
            )


# Notes ----------------------------------------------------------------------------------------------------------------
@transaction.atomic
def add_note(*, session: EngagementSession, key: UUID, subject: str, sector: str, text: str, by: User) -> Note:
    """Write down what was said. The same `key` sent twice is one note: a lost answer is no lost note, nor two.

    Raises CannotBeDone when the note names somebody who is invited.
    """
    session = lock(session)
    rules.check_can_write(by, session)
    there = session.notes.filter(key=key, by=by).first()
    if there:
        return there
    check_no_names(session, text)
    return Note.objects.create(session=session, key=key, subject=subject, sector=sector, text=text.strip(), by=by)


@transaction.atomic
def change_note(*, note: Note, subject: str, sector: str, text: str, by: User) -> None:
    """Change one's own note. Raises CannotBeDone when it was deleted in between, in another tab perhaps."""
    session = lock(note.session)
    note = still_there(session.notes.all(), note.pk)
    note.session = session
    rules.check_can_change_note(by, note)
    check_no_names(note.session, text)
    note.subject, note.sector, note.text = subject, sector, text.strip()
    note.save(update_fields=["subject", "sector", "text"])


@transaction.atomic
def delete_note(*, note: Note, by: User) -> None:
    note.session = lock(note.session)
    rules.check_can_change_note(by, note)
    note.delete()


def check_no_names(session: EngagementSession, text: str) -> None:
    """Raise CannotBeDone when `text` has the full name of somebody who is invited."""
    invited = Participant.objects.filter(session=session).known().values_list("contact__name", flat=True)
    found = names_in(text, invited)
    if found:
        raise CannotBeDone(
            _(
                "The note names %(name)s. Notes carry no names: people speak freely when nobody can look up who said "
                "what. Write the group instead."
            )
            % {"name": found[0]}
        )
