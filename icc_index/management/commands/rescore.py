"""`manage.py rescore`: compute every current result again from its frozen answers, and compare. Nothing is written."""

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from icc_index.rescoring import rescore


class Command(BaseCommand):
    help = "Recomputes every current result from its frozen answers; exit code 1 if one differs from what is stored."

    requires_system_checks = ()

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--live", action="store_true", help="score all assessments from their present answers")
        parser.add_argument("--processes", type=int, choices=range(1, 9), default=1, help="default: 1")

    def handle(self, *, live: bool, processes: int, **options: Any) -> None:
        rescored = rescore(live=live, processes=processes)
        for fault in rescored.faults:
            self.stderr.write(fault)
        good = rescored.count - rescored.faulty
        if live:
            summary = f"Assessments scored from their present answers: {good}; not fit to score: {rescored.faulty}."
        else:
            summary = f"Results recomputed from their frozen answers: {good} agree, {rescored.faulty} differ."
        if rescored.faulty:
            raise CommandError(summary, returncode=1)
        self.stdout.write(summary)
