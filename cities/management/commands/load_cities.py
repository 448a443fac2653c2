"""`manage.py load_cities`: the cities, partners, figures and programme that the platform comes with. Safe to repeat.

It runs at every start, so what people have changed since the first time stays, unless `--update` is given.
"""

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand
from django.db import transaction

from cities import resources
from cities.models import Programme
from epi.management.refusals import refusals

DATA = Path(__file__).resolve().parent.parent.parent / "data"
PROGRAMME = "epi-2020-2022"
REGISTERS: dict[str, type[resources.Register]] = {
    "cities.csv": resources.CityResource,
    "organisations.csv": resources.OrganisationResource,
    "figures.csv": resources.ProfileFigureResource,
    "programmes.csv": resources.ProgrammeResource,
    "programme_steps.csv": resources.ProgrammeStepResource,
}


class Command(BaseCommand):
    help = "Loads the seven EPI cities, their sourced figures, the six technical partners and the programme, once."
    requires_system_checks = ()

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--update", action="store_true", help="bring what is there already to what the files say")

    def handle(self, *, update: bool, verbosity: int, **options: Any) -> None:
        if Programme.objects.filter(slug=PROGRAMME).exists() and not update:
            outcomes = ["The cities are there already; --update brings them to what the files say."]
        else:
            with refusals(self, resources.BadRegister), transaction.atomic():
                outcomes = [f"{file}: {resources.load(register, DATA / file)}." for file, register in REGISTERS.items()]
        if verbosity:
            self.stdout.write("\n".join(outcomes))
