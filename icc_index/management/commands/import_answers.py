"""`manage.py import_answers SHEET --city lublin --year 2021 --edition icc-2019`: a sheet becomes a city's answers."""

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import transaction

from cities.enums import Role
from cities.models import City, User
from epi.errors import CannotBeDone
from epi.management.refusals import refusals
from icc_index import sheets
from icc_index.actions.importing import Change, Imported, import_sheet
from icc_index.instrument import instrument_for
from icc_index.models import Assessment, Edition


class Command(BaseCommand):
    help = (
        "Shows what an answer sheet (CSV or XLSX: question,answer,explanation,evidence) changes in an assessment. "
        "With --commit it is saved, all of it or nothing. Questions that the sheet leaves out stay as they are."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("sheet", type=Path, help="the answer sheet, .csv or .xlsx")
        parser.add_argument("--city", required=True, metavar="SLUG", help="such as lublin")
        parser.add_argument("--year", required=True, type=int)
        parser.add_argument("--edition", required=True, metavar="CODE", help="such as icc-2019")
        parser.add_argument("--by", metavar="EMAIL", help="whose answers they are (default: the city's first lead)")
        parser.add_argument("--commit", action="store_true", help="save; without it nothing is written")

    def handle(self, *, sheet: Path, commit: bool, by: str | None, **options: Any) -> None:
        with refusals(self, sheets.BadSheet):
            city, edition, year = _city(options["city"]), _edition(options["edition"]), _year(options["year"])
            person = _person(by, city)
            content = sheets.read(sheet, sheet.name, instrument_for(edition))
            with transaction.atomic():
                imported = import_sheet(city=city, edition=edition, year=year, sheet=content, by=person)
                # The trial does everything and takes it back: it meets whatever the saving would meet.
                transaction.set_rollback(not commit)
        self._tell(imported, len(content.rows))
        if commit:
            self.stdout.write(self.style.SUCCESS(f"Saved, as {person.email}."))
        else:
            self.stdout.write("Nothing was written. Repeat with --commit to save.")

    def _tell(self, imported: Imported, rows: int) -> None:
        if imported.is_new:
            self.stdout.write(f"{imported.assessment} starts with this sheet.")
        for change in imported.changes:
            self.stdout.write(_line(change))
        self.stdout.write(f"{rows} questions in the sheet, {len(imported.changes)} of them change.")


def _line(change: Change) -> str:
    parts = []
    if change.before != change.after:
        parts.append(f"{change.question.label(change.before)} -> {change.question.label(change.after)}")
    if change.explanation_changes:
        parts.append("the explanation changes")
    if change.evidence:
        parts.append("new evidence: " + ", ".join(entry.title for entry in change.evidence))
    return f"{change.question.code}: {'; '.join(parts)}"


def _city(slug: str) -> City:
    city = City.objects.filter(slug=slug).first()
    if city is None:
        known = ", ".join(City.objects.order_by("slug").values_list("slug", flat=True)[:20]) or "none yet"
        raise CannotBeDone(f"There is no city {slug!r}. Known: {known}.")
    return city


def _edition(code: str) -> Edition:
    edition = Edition.objects.filter(code=code).first()
    if edition is None:
        raise CannotBeDone(f"The edition {code!r} is not loaded. Load it first: manage.py load_edition {code}")
    return edition


def _year(year: int) -> int:
    validators = Assessment._meta.get_field("year").validators
    first = max(int(v.limit_value) for v in validators if isinstance(v, MinValueValidator))
    last = min(int(v.limit_value) for v in validators if isinstance(v, MaxValueValidator))
    if not first <= year <= last:
        raise CannotBeDone(f"The year {year} is not between {first} and {last}.")
    return year


def _person(email: str | None, city: City) -> User:
    """The person named, or the city's first lead. What they may do is for the action to check."""
    if email:
        person = User.objects.filter(email=email.lower()).first()
        if person is None:
            raise CannotBeDone(f"There is no person with the address {email}.")
        return person
    lead = city.memberships.filter(role=Role.LEAD, user__is_active=True).select_related("user").first()
    if lead is None:
        raise CannotBeDone(f"{city.name} has no lead whose answers these could be. Name a person with --by.")
    return lead.user
