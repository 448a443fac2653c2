"""`manage.py export_edition icc-2019 --format json`: the questionnaire for other programs, straight from its files."""

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from epi.management.refusals import refusals
from icc_index import exports
from icc_index.edition_files import BadEdition
from icc_index.instrument import instrument_from_files


class Command(BaseCommand):
    help = "Writes an edition of the questionnaire as JSON, or as CSV or XLSX with one row an option."
    requires_system_checks = ()

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("code", help="name of the edition's folder, such as icc-2019")
        parser.add_argument("--format", choices=["json", "csv", "xlsx"], default="json")
        parser.add_argument("--language", default="en", help="of the texts in CSV and XLSX (default: en)")
        parser.add_argument("--output", type=Path, metavar="FILE", help="write here rather than on standard output")

    def handle(self, *, code: str, format: str, language: str, output: Path | None, **options: Any) -> None:
        with refusals(self, BadEdition):
            instrument = instrument_from_files(code, language)
        if format == "json":
            content = exports.edition_as_json(instrument.rules).encode()
        else:
            content = exports.edition_as_table(instrument, format)
        if output:
            self._write_file(output, content)
        elif format == "xlsx":
            self._write_bytes(content)
        else:
            self.stdout.write(content.decode(), ending="")

    def _write_file(self, output: Path, content: bytes) -> None:
        try:
            output.write_bytes(content)
        except OSError as error:
            raise CommandError(f"{output} cannot be written: {error.strerror}.", returncode=2) from None

    def _write_bytes(self, content: bytes) -> None:
        out = getattr(self.stdout, "buffer", None)
        if out is None or self.stdout.isatty():
            raise CommandError("XLSX is no text: give --output FILE, or send it to a file.", returncode=2)
        out.write(content)
