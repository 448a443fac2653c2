"""`manage.py load_published_scores`: scores of the EPI cities that others published, with source. Safe to repeat.

What people have changed since the first time stays, unless `--update` is given.
"""

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand

from cities.resources import BadRegister, load
from epi.management.refusals import refusals
from icc_index.models import PublishedScore
from icc_index.resources import PublishedScoreResource

FILE = Path(__file__).resolve().parent.parent.parent / "data" / "published_scores.csv"


class Command(BaseCommand):
    help = "Loads the published scores of the EPI cities, once. Cities and an edition of the questionnaire come first."
    requires_system_checks = ()

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--update", action="store_true", help="bring what is there already to what the file says")

    def handle(self, *, update: bool, verbosity: int, **options: Any) -> None:
        if PublishedScore.objects.exists() and not update:
            outcome = "Published scores are there already; --update brings them to what the file says."
        else:
            with refusals(self, BadRegister):
                outcome = f"{FILE.name}: {load(PublishedScoreResource, FILE)}."
        if verbosity:
            self.stdout.write(outcome)
