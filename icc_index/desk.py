"""What other apps lay on a person's desk: callables in settings.EPI_DESK, from a user to lines."""

from collections.abc import Sequence
from dataclasses import dataclass

from django.conf import settings
from django.utils.module_loading import import_string

from cities.models import User


@dataclass(frozen=True)
class DeskItem:
    """One line on the desk: what it is about, where it leads, what stands there, and what waits for this person."""

    title: str
    url: str
    lines: Sequence[str] = ()
    to_do: str = ""  # in a few words; nothing when nothing waits


def items_for(user: User) -> list[DeskItem]:
    """What all of settings.EPI_DESK lay there; a fixed few queries each."""
    return [item for path in settings.EPI_DESK for item in import_string(path)(user)]
