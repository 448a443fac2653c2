"""`manage.py load_edition icc-2019`: put an edition of the questionnaire into the database. Safe to repeat."""

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand

from epi.management.refusals import refusals
from icc_index.actions import editions
from icc_index.edition_files import BadEdition


class Command(BaseCommand):
    help = "Loads an edition of the questionnaire from icc_index/editions/. An edition with answers never changes."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("code", help="name of the edition's folder, such as icc-2019")

    def handle(self, *, code: str, verbosity: int, **options: Any) -> None:
        with refusals(self, BadEdition):
            loaded = editions.load(code=code)
        if verbosity:
            self.stdout.write(f"{code}: {'loaded' if loaded.changed else 'nothing to change'}.")
