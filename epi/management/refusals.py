"""How a command says no: what a person can mend goes to standard error, one line a fault, with exit code 2."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from epi.errors import CannotBeDone, NotAllowed


@contextmanager
def refusals(command: BaseCommand, *with_faults: Any) -> Iterator[None]:
    """End `command` with exit code 2 on a refused action, or on an error of `with_faults`, whose faults are listed.

    Errors of `with_faults` hold `faults`, each of which reads as one line. Anything else is a bug and passes through.
    """
    try:
        yield
    except (CannotBeDone, NotAllowed) as error:
        raise CommandError(str(error), returncode=2) from None
    except with_faults as error:
        if len(error.faults) == 1:
            raise CommandError(str(error.faults[0]), returncode=2) from None
        for fault in error.faults:
            command.stderr.write(str(fault))
        raise CommandError(f"{len(error.faults)} faults; nothing was written.", returncode=2) from None
