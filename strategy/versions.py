"""Two people, one text: a row is changed only as the version that was edited (ADR 5)."""

from typing import Any, Protocol

from epi.errors import Conflict


class Versioned(Protocol):
    version: int

    def save(self) -> None: ...


def change(row: Versioned, *, base_version: int, **facts: Any) -> None:
    """Set `facts` of a row that the caller has locked, itself or through what it belongs to.

    Raises Conflict, and writes nothing, when it is no longer the version that was edited.
    """
    if row.version != base_version:
        raise Conflict(row)
    for name, value in facts.items():
        setattr(row, name, value)
    row.version += 1
    row.save()
