"""`manage.py render_report --city lublin --year 2021 --language pl --output FILE.pdf`: the report, made at once."""

import os
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from cities.models import City
from icc_index.models import Assessment, Result
from icc_index.reports.render import render

USAGE_ERROR = 2


class Command(BaseCommand):
    help = "Renders the assessment report of a city's validated assessment as a PDF."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--city", required=True, help="short name of the city, as in addresses")
        parser.add_argument("--year", required=True, type=int)
        parser.add_argument("--language", required=True, help="two letters, such as pl")
        parser.add_argument("--output", required=True, help="the PDF to write; an old one is replaced")
        parser.add_argument("--edition", help="code of the edition, when the city has several in that year")

    def handle(
        self, *, city: str, year: int, language: str, output: str | Path, edition: str | None, **options: Any
    ) -> None:
        if language not in dict(settings.LANGUAGES):
            known = ", ".join(dict(settings.LANGUAGES))
            raise _refusal(f"There is no report in the language {language!r}. Known: {known}.")
        result = _result(_assessment(city, year, edition))
        _check_writable(Path(output))
        rendered = render(result, language)
        _write(Path(output), rendered.content)
        self.stdout.write(f"{output}: {rendered.pages} pages, data {rendered.data_hash[:16]}")


def _refusal(sentence: str) -> CommandError:
    return CommandError(sentence, returncode=USAGE_ERROR)


def _assessment(slug: str, year: int, edition: str | None) -> Assessment:
    city = City.objects.filter(slug=slug).first()
    if city is None:
        raise _refusal(f"There is no city {slug!r}.")
    found = Assessment.objects.for_list().filter(city=city, year=year)
    if edition:
        found = found.filter(edition__code=edition)
    assessments = list(found)
    if not assessments:
        raise _refusal(f"{city.name} has no assessment of {year}{f' by {edition}' if edition else ''}.")
    if len(assessments) > 1:
        codes = ", ".join(sorted(assessment.edition.code for assessment in assessments))
        raise _refusal(f"{city.name} has several assessments of {year}. Choose one with --edition: {codes}.")
    return assessments[0]


def _result(assessment: Assessment) -> Result:
    result = Result.objects.current().filter(assessment=assessment).first()
    if result is None or not assessment.has_result:
        raise _refusal(f"{assessment} is not validated, so there is no report yet.")
    return result


def _check_writable(output: Path) -> None:
    """Say before the work that its fruit could not be stored."""
    if output.is_dir():
        raise _refusal(f"Cannot write {output}: it is a folder.")
    if not os.access(output.parent, os.W_OK | os.X_OK):
        raise _refusal(f"Cannot write {output}: there is no folder {output.parent} to write into.")


def _write(output: Path, content: bytes) -> None:
    """All or nothing: the file appears under its name when it is whole."""
    partial = output.with_name(f".{output.name}.{os.getpid()}")
    try:
        partial.write_bytes(content)
        partial.replace(output)
    except OSError as error:
        partial.unlink(missing_ok=True)
        raise _refusal(f"Cannot write {output}: {error.strerror}.") from None
