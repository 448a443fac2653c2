"""What stands in the database: to show that something was written, or that nothing was."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from django.apps import apps
from django.db import transaction

from epi.models import Event

APPS = ("epi", "cities", "icc_index", "strategy")


@contextmanager
def undone() -> Iterator[None]:
    """Whatever is written in here is taken back at the end."""
    with transaction.atomic():
        yield
        transaction.set_rollback(True)


def all_rows() -> dict[str, list[tuple[Any, ...]]]:
    """All rows of our apps, but for the record that an administrator looked, which a refused request may leave."""
    rows = {}
    for app in APPS:
        for model in apps.get_app_config(app).get_models():
            found = model._default_manager.order_by("pk")
            if model is Event:
                found = found.exclude(kind="assessment.looked_at")
            rows[model._meta.label] = list(found.values_list())
    return rows
