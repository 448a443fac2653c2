"""`manage.py load_milestones`: the milestones of the programme that the platform comes with. Safe to repeat.

It runs at every start, so what people have changed since the first time stays, unless `--update` is given. Milestones
that cities have already are never moved by it.
"""

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand
from django.db import transaction

from cities.resources import BadRegister
from epi.management.refusals import refusals
from strategy.milestones import resources
from strategy.models import MilestoneTemplate

PROGRAMME = "epi-2020-2022"


class Command(BaseCommand):
    help = "Loads the milestone templates of the programme that comes with the platform, once."
    requires_system_checks = ()

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--update", action="store_true", help="bring what is there already to what the file says")

    def handle(self, *, update: bool, verbosity: int, **options: Any) -> None:
        if MilestoneTemplate.objects.filter(programme__slug=PROGRAMME).exists() and not update:
            outcome = "The templates are there already; --update brings them to what the file says."
        else:
            with refusals(self, BadRegister), transaction.atomic():
                outcome = f"{resources.TEMPLATES.name}: {resources.load_templates(resources.TEMPLATES)}."
        if verbosity:
            self.stdout.write(outcome)
