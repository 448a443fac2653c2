"""`manage.py demo`: the demo network, with accounts for every role."""

from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser

from icc_index import demo
from icc_index.models import Assessment


class Command(BaseCommand):
    help = "Make the demo network: accounts for every role, assessments in every state. Sample data, labelled as such."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--cities", type=int, default=7, help="number of cities; above seven they are made up")
        parser.add_argument("--seed", type=int, default=1, help="the same seed makes the same answers")
        parser.add_argument("--only-if-empty", action="store_true", help="do nothing when there are assessments")

    def handle(self, *args: Any, cities: int, seed: int, only_if_empty: bool, **options: Any) -> None:
        if settings.PRODUCTION and not settings.EPI_DEMO:
            raise CommandError("Demo accounts exist in demo mode only: set EPI_DEMO=1 to want them.", returncode=2)
        if cities < 0:
            raise CommandError("--cities must be 0 or more.", returncode=2)
        if not (only_if_empty and Assessment.objects.exists()):
            demo.build(seed=seed, cities=cities)
        self._print_accounts()

    def _print_accounts(self) -> None:
        self.stdout.write("Demo accounts (sample data), one password for all:")
        for address in demo.accounts():
            self.stdout.write(f"  {address}")
        self.stdout.write(f"Password: {demo.password()}")
