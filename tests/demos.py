"""The demo network, made once for all tests of a module: what each of them changes is undone, the network stays.

It takes seconds to make. A module that asks for it must hold no test that wants an empty platform.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from io import StringIO
from unittest import mock

from django.core.management import call_command
from django.db import connection, transaction
from django.test import override_settings
from django.utils import translation
from pytest_django import DjangoDbBlocker

from icc_index import demo, edition_files
from icc_index.actions import editions

PASSWORD = "a password for the demo"
# The demo with answers, but without the experts' work on them, which takes long.
ONLY_ANSWERED = dict.fromkeys(demo.STEPS, ("answer",))


def load(content: edition_files.EditionFiles) -> None:
    """What `make run` finds before the demo: cities, partners, programme, edition."""
    editions.store(content)
    call_command("load_cities", verbosity=0)


@contextmanager
def network(blocker: DjangoDbBlocker, content: edition_files.EditionFiles, steps: dict | None = None) -> Iterator[str]:
    """The network in a transaction that is rolled back at the end; gives what the command printed."""
    out = StringIO()
    with (
        blocker.unblock(),
        override_settings(EPI_DEMO_PASSWORD=PASSWORD),
        translation.override("en"),
        transaction.atomic(),
    ):
        load(content)
        with mock.patch.object(demo, "STEPS", steps or demo.STEPS):
            call_command("demo", stdout=out)
        if connection.vendor == "postgresql":  # it knows nothing yet of rows that came within the transaction
            connection.cursor().execute("ANALYZE")
        yield out.getvalue()
        transaction.set_rollback(True)
