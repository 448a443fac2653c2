"""Taking a file over into a city's register, all or nothing.

Between preview and saving the file is nowhere: its rows travel in the page, signed, for one person, one city and one
hour. When saving, they are planned anew on the register as it is then.
"""

from collections.abc import Mapping, Sequence
from typing import Any

from django.core import signing
from django.db import models, transaction
from django.utils.translation import gettext as _

from cities.models import City, User
from epi.errors import CannotBeDone
from strategy.stakeholders.actions._common import open_register, record
from strategy.stakeholders.models import Contact, Stakeholder
from strategy.stakeholders.planning import Entry, Plan, plan
from strategy.stakeholders.resources import SheetRow

SALT = "strategy.stakeholders.import"
VALID_FOR = 60 * 60  # seconds from preview to saving


class Stale(CannotBeDone):
    """The register is no longer the one that the preview was made on; `plan` is what the file would do now."""

    def __init__(self, plan: Plan) -> None:
        super().__init__(_("The register changed since this preview was made. Look through it again, then save."))
        self.plan = plan


class Undecided(CannotBeDone):
    """The plan has faults or open doubts; `plan` tells which."""

    def __init__(self, plan: Plan) -> None:
        super().__init__(_("Nothing was saved yet."))
        self.plan = plan


def seal(*, rows: Sequence[SheetRow], stamp: str, city: City, by: User) -> str:
    """The rows as a signed text that only this person can save, in this city."""
    content = {"city": city.pk, "by": by.pk, "stamp": stamp, "rows": [row.packed() for row in rows]}
    return signing.dumps(content, salt=SALT, compress=True)


def unseal(sealed: str, *, city: City, by: User) -> tuple[list[SheetRow], str]:
    """The rows, and the stamp of the register they were planned on. Raises CannotBeDone with the reason."""
    again = _("Choose the file again.")
    try:
        content: dict[str, Any] = signing.loads(sealed, salt=SALT, max_age=VALID_FOR)
    except signing.SignatureExpired:
        raise CannotBeDone(_("This preview is older than an hour.") + " " + again) from None
    except signing.BadSignature:
        raise CannotBeDone(_("This preview was changed or did not arrive whole.") + " " + again) from None
    if (content["city"], content["by"]) != (city.pk, by.pk):
        raise CannotBeDone(_("This preview is of another person or another city.") + " " + again)
    return [SheetRow.unpacked(row) for row in content["rows"]], content["stamp"]


@transaction.atomic
def save(*, city: City, rows: Sequence[SheetRow], stamp: str, decisions: Mapping[str, str], by: User) -> Plan:
    """Do what the rows say, all of it or nothing. Raises Stale or Undecided with the plan as it is now."""
    open_register(city, by)
    now = plan(city, rows, by=by, decisions=decisions)
    if now.stamp != stamp:
        raise Stale(now)
    if not now.is_ready:
        raise Undecided(now)
    _save_organisations(now)
    _save_persons(now)
    if now.changes_something:
        counts = {name: len(entries) for name, entries in now.outcome.items()}
        record("stakeholders.imported", city, by=by, rows=len(rows), **counts)
    return now


def _save_organisations(plan: Plan) -> None:
    changed = _changed(plan.organisations)
    Stakeholder.objects.bulk_update(changed, ["sector", "website", "languages", "interests", "version"])
    Stakeholder.objects.bulk_create([entry.row for entry in plan.organisations if entry.is_new])


def _save_persons(plan: Plan) -> None:
    """Those of the register first: one may give an address free that a new one has."""
    for person in plan.persons:
        if person.is_new:
            assert person.organisation is not None
            person.row.stakeholder = person.organisation.row
            person.row.version += 1 if person.row.pk else 0
    again = [person.row for person in plan.persons if person.is_new and person.row.pk]
    Contact.objects.bulk_update(_changed(plan.persons) + again, _FACTS_OF_PERSON)
    Contact.objects.bulk_create([person.row for person in plan.persons if person.is_new and not person.row.pk])


_FACTS_OF_PERSON = [
    field.name
    for field in Contact._meta.concrete_fields
    if field.name not in ("id", "stakeholder", "forgotten_at", "forgotten_because")
]


def _changed(entries: Sequence[Entry]) -> list[Any]:
    rows: list[models.Model] = [entry.row for entry in entries if entry.changes]
    for row in rows:
        row.version += 1  # type: ignore[attr-defined]
    return rows
