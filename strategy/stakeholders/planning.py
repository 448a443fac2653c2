"""What a file would do to a city's register: what is new, what changes, what cannot be, and what a person must decide.

Organisations are found again by their name, persons by their address at the organisation, or by their name there when
the row has no address. What is nearly the same is asked, row by row. Three reads, whatever the size of the file.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from hashlib import sha256
from typing import Any

from django.core.exceptions import NON_FIELD_ERRORS, ValidationError
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from cities.models import City, User
from epi import languages
from strategy.enums import Sector
from strategy.stakeholders import names
from strategy.stakeholders.enums import GivenBy, Purpose
from strategy.stakeholders.models import CONSENT, Contact, Stakeholder, Withdrawal, hashes_of, kept_by_default
from strategy.stakeholders.resources import ORGANISATION, PERSON, Fault, SheetRow

NEW = "new"


@dataclass(frozen=True)
class Change:
    """One cell that says something else than the register."""

    number: int
    column: str
    before: Any
    after: Any


@dataclass(frozen=True)
class Doubt:
    """Something nearly the same: a person says which it is. `name` is that of the field in the form."""

    name: str
    question: str
    choices: tuple[tuple[str, str], ...]
    chosen: str


@dataclass(eq=False)
class Entry:
    """An organisation or a person as it will be, of the register (`is_new` false) or of the file."""

    row: Any
    key: str
    is_new: bool = False
    number: int = 0  # of the row that told of it first
    told: dict[str, Any] = field(default_factory=dict)
    changes: list[Change] = field(default_factory=list)
    is_doubtful: bool = False

    @property
    def is_told(self) -> bool:
        return self.number > 0


@dataclass(eq=False)
class Organisation(Entry):
    persons: list["Person"] = field(default_factory=list)


@dataclass(eq=False)
class Person(Entry):
    organisation: Organisation | None = None


@dataclass(frozen=True)
class Plan:
    """What would be done. Nothing may be while there are faults or open doubts."""

    organisations: Sequence[Organisation]
    persons: Sequence[Person]
    doubts: Sequence[Doubt]
    faults: Sequence[Fault]
    unchanged: int  # rows
    stamp: str  # of the register that this was planned on

    @property
    def is_ready(self) -> bool:
        return not self.faults and all(doubt.chosen for doubt in self.doubts)

    @property
    def outcome(self) -> dict[str, list[Any]]:
        """What is new and what changes; nothing about which there is a doubt."""
        return {
            "new_organisations": [entry for entry in self.organisations if entry.is_new and not entry.is_doubtful],
            "new_persons": [entry for entry in self.persons if entry.is_new and not entry.is_doubtful],
            "changed_organisations": [entry for entry in self.organisations if entry.changes],
            "changed_persons": [entry for entry in self.persons if entry.changes],
        }

    @property
    def changes_something(self) -> bool:
        return any(self.outcome.values())


def plan(city: City, rows: Iterable[SheetRow], *, by: User, decisions: Mapping[str, str] | None = None) -> Plan:
    """What `rows` would do. `decisions` answers doubts by their names. Writes nothing."""
    planner = _Planner(city, by, decisions or {})
    numbers = [planner.take(row) for row in rows]
    planner.check()
    busy = {entry.number for entry in planner.entries if entry.is_new}
    busy |= {change.number for entry in planner.entries for change in entry.changes}
    return Plan(
        organisations=[entry for entry in planner.organisations if entry.is_told],
        persons=[entry for entry in planner.persons if entry.is_told],
        doubts=planner.doubts,
        faults=sorted(planner.faults, key=lambda fault: fault.number),
        unchanged=len(set(numbers) - busy),
        stamp=planner.stamp,
    )


class _Planner:
    """The register of a city in memory, to which rows are told one by one."""

    def __init__(self, city: City, by: User, decisions: Mapping[str, str]) -> None:
        self.city, self.by, self.decisions = city, by, decisions
        self.doubts: list[Doubt] = []
        self.faults: list[Fault] = []
        self.withdrawn = set(Withdrawal.objects.filter(city=city).values_list("person_hash", flat=True))
        self.organisations = [Organisation(row, f"s{row.pk}") for row in city.stakeholders.order_by("pk")]
        self.by_name = {names.key(entry.row.name): entry for entry in self.organisations}
        self.plain = {entry: names.plain(entry.row.name) for entry in self.organisations}
        self.by_address: dict[str, list[Person]] = defaultdict(list)
        self.out_of_time: dict[tuple[int, str], Contact] = {}
        self.persons: list[Person] = []
        self._read_persons()

    def _read_persons(self) -> None:
        places = {entry.row.pk: entry for entry in self.organisations}
        contacts = Contact.objects.filter(stakeholder__city=self.city, forgotten_at=None).order_by("pk")
        versions = [(entry.row.pk, entry.row.version) for entry in self.organisations]
        for contact in contacts:
            versions.append((contact.pk, contact.version))
            if contact.is_known:
                self._seat(Person(contact, f"p{contact.pk}"), places[contact.stakeholder_id])
            elif contact.email:
                self.out_of_time[contact.stakeholder_id, contact.email.lower()] = contact
        self.stamp = sha256(repr(versions).encode()).hexdigest()

    def _seat(self, person: Person, organisation: Organisation) -> None:
        person.organisation = organisation
        organisation.persons.append(person)
        self.persons.append(person)
        if person.row.email:
            self.by_address[person.row.email.lower()].append(person)

    @property
    def entries(self) -> list[Entry]:
        return [*self.organisations, *self.persons]

    def take(self, row: SheetRow) -> int:
        """Tell the register one row. Returns its number."""
        organisation = self._organisation(row)
        self._tell_organisation(organisation, row)
        if row.person:
            self._take_person(row, organisation)
        return row.number

    # Organisations
    def _organisation(self, row: SheetRow) -> Organisation:
        key = names.key(row.organisation)
        if key not in self.by_name:
            self.by_name[key] = self._decided_organisation(row)
        return self.by_name[key]

    def _decided_organisation(self, row: SheetRow) -> Organisation:
        """One that has nearly this name, if the person said so; else a new one."""
        likely = names.alike(names.plain(row.organisation), self.plain)
        new = Organisation(Stakeholder(city=self.city, name=row.organisation, added_by=self.by), f"r{row.number}", True)
        chosen = self._ask(
            f"organisation-{row.number}",
            _("Row %(row)d: is “%(name)s” …") % {"row": row.number, "name": row.organisation},
            {entry.key: _organisation_label(entry) for entry in likely},
            new,
        )
        for entry in likely:
            if entry.key == chosen:
                return entry
        self.organisations.append(new)
        self.plain[new] = names.plain(row.organisation)
        return new

    def _tell_organisation(self, entry: Organisation, row: SheetRow) -> None:
        for column, name in ORGANISATION.items():
            value = getattr(row, column)
            if column == "organisation" or not value:
                continue
            if entry.told.setdefault(column, value) != value:
                message = _("Row %(row)d says something else of this organisation.") % {"row": entry.number}
                self.faults.append(Fault(row.number, column, message))
                continue
            _write(entry, column, name, value, row.number)
        entry.number = entry.number or row.number

    # Persons
    def _take_person(self, row: SheetRow, organisation: Organisation) -> None:
        person = self._person(row, organisation)
        if person.is_told:
            if f"person-{row.number}" not in self.decisions:
                self.faults.append(Fault(row.number, "person", _already_told(person)))
            return
        person.number = row.number
        for column, name in PERSON.items():
            value = getattr(row, column)
            if value:
                _write(person, column, name, value, row.number)
        self._set_end(person, row)
        if any(PERSON[change.column] in CONSENT for change in person.changes):
            person.row.consent_recorded_by = self.by
        self._refuse_withdrawn(person, row)

    def _person(self, row: SheetRow, organisation: Organisation) -> Person:
        for person in organisation.persons:
            if _is_the_same(person, row):
                return person
        likely = self._likely_persons(row, organisation)
        new = self._new_person(row, organisation)
        chosen = self._ask(
            f"person-{row.number}",
            _("Row %(row)d: is %(name)s of “%(organisation)s” …")
            % {"row": row.number, "name": row.person, "organisation": organisation.row.name},
            {person.key: _person_label(person) for person in likely},
            new,
        )
        for person in likely:
            if person.key == chosen:
                return person
        self._seat(new, organisation)
        return new

    def _likely_persons(self, row: SheetRow, organisation: Organisation) -> list[Person]:
        """Those with the same address elsewhere in the city, and those with nearly the same name here."""
        here = {person: names.plain(person.row.name) for person in organisation.persons}
        likely = self.by_address.get(row.email.lower(), []) if row.email else []
        return list(dict.fromkeys([*likely, *names.alike(names.plain(row.person), here, names.ALIKE_PERSONS)]))

    def _new_person(self, row: SheetRow, organisation: Organisation) -> Person:
        """A new one; the row of somebody at this address whose time is over is taken again."""
        contact = self.out_of_time.get((organisation.row.pk, row.email.lower())) if organisation.row.pk else None
        contact = contact or Contact()
        for name in PERSON.values():
            setattr(contact, name, None if name in ("consent_given_on", "keep_until") else "")
        contact.name, contact.email, contact.purpose = row.person, row.email, Purpose.SESSIONS
        contact.consent_recorded_by = self.by
        return Person(contact, f"r{row.number}", is_new=True)

    def _set_end(self, person: Person, row: SheetRow) -> None:
        """Without a day of its own, a newer consent holds as long as the next one."""
        given_on = person.row.consent_given_on
        is_renewed = person.is_new or any(change.column == "consent_given_on" for change in person.changes)
        if given_on and is_renewed and not row.kept_until:
            _write(person, "kept_until", "keep_until", kept_by_default(given_on), row.number)

    def _refuse_withdrawn(self, person: Person, row: SheetRow) -> None:
        if not person.is_new and not any(change.column == "email" for change in person.changes):
            return
        assert person.organisation is not None
        for organisation in {row.organisation, person.organisation.row.name}:
            hashes = hashes_of(self.city.pk, organisation=organisation, name=row.person, email=row.email)
            if self.withdrawn.intersection(hashes):
                message = _("This person withdrew their consent. If they agreed anew, add them by hand.")
                self.faults.append(Fault(row.number, "person", message))
                return

    # Doubts and faults
    def _ask(self, name: str, question: str, offered: Mapping[str, str], new: Entry) -> str:
        """What the person chose of what is offered, or NEW; without an answer it counts as new until there is one."""
        if not offered:
            return NEW
        choices = [(key, _("the same as %(name)s") % {"name": label}) for key, label in offered.items()]
        chosen = self.decisions.get(name, "")
        chosen = chosen if chosen in (*offered, NEW) else ""
        self.doubts.append(Doubt(name, question, (*choices, (NEW, _("a new one"))), chosen))
        new.is_doubtful = not chosen
        return chosen or NEW

    def check(self) -> None:
        """Hold everything that is new or changed against the models' own rules."""
        for entry in self.organisations:
            if entry.is_new or entry.changes:
                self._check(entry, ORGANISATION, {"city", "added_by"}, _missing_of_organisation(entry))
        for person in self.persons:
            if person.is_new or person.changes:
                self._check(person, PERSON, _NOT_OF_THE_FILE, _missing_of_person(person))

    def _check(self, entry: Entry, columns: Mapping[str, str], exclude: set[str], missing: Mapping[str, str]) -> None:
        column_of = {name: column for column, name in columns.items()}
        self.faults += [Fault(entry.number, column_of[name], message) for name, message in missing.items()]
        try:
            entry.row.clean_fields(exclude=exclude | missing.keys() | ({"keep_until"} if missing else set()))
            if entry.is_new or any(columns[change.column] in CONSENT for change in entry.changes):
                entry.row.clean()
        except ValidationError as error:
            for name, messages in error.message_dict.items():
                column = "" if name == NON_FIELD_ERRORS else column_of.get(name, name)
                self.faults.append(Fault(entry.number, column, " ".join(messages)))


_NOT_OF_THE_FILE = {"stakeholder", "consent_recorded_by", "forgotten_at"}


def _write(entry: Entry, column: str, name: str, value: Any, number: int) -> None:
    """Set a fact; where the register says something else, note what changes."""
    before = getattr(entry.row, name)
    if _same(column, before, value):
        return
    setattr(entry.row, name, value)
    if not entry.is_new:
        entry.changes.append(Change(number, column, shown(column, before), shown(column, value)))


def _same(column: str, before: Any, value: Any) -> bool:
    if isinstance(value, list):
        return set(before) == set(value)
    if column == "email":
        return before.lower() == value.lower()
    return names.key(before) == names.key(value) if column == "person" else before == value


def _is_the_same(person: Person, row: SheetRow) -> bool:
    if row.email:
        return person.row.email.lower() == row.email.lower()
    return names.key(person.row.name) == names.key(row.person)


def _already_told(person: Person) -> str:
    return _("Row %(row)d tells of this person already.") % {"row": person.number}


def _organisation_label(entry: Organisation) -> str:
    name = {"name": entry.row.name, "row": entry.number}
    return _("“%(name)s” in row %(row)d") % name if entry.is_new else _("“%(name)s”") % name


def _person_label(person: Person) -> str:
    assert person.organisation is not None
    who = {
        "name": person.row.name,
        "address": person.row.email or _("no address"),
        "organisation": person.organisation.row.name,
    }
    return _("%(name)s (%(address)s) of “%(organisation)s”") % who


def _missing_of_organisation(entry: Organisation) -> dict[str, str]:
    return {} if entry.row.sector else {"sector": _("A new organisation needs its group.")}


def _missing_of_person(person: Person) -> dict[str, str]:
    missing = {}
    if not person.row.consent_given_on:
        missing["consent_given_on"] = _("A new person needs the day of their consent.")
    if not person.row.consent_given_by:
        missing["consent_given_by"] = _("A new person needs how they gave their consent.")
    return missing


def shown(column: str, value: Any) -> str:
    """A value in the reader's words."""
    words = {"group": Sector, "purpose": Purpose, "consent_given_by": GivenBy}
    if isinstance(value, date):
        return date_format(value, "j E Y")
    if column in words and value:
        return str(words[column](value).label)
    if column in ("language", "languages") and value:
        return languages.names([value] if isinstance(value, str) else value)
    return ", ".join(value) if isinstance(value, list) else str(value or "")
