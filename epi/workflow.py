"""Workflows as tables: the allowed moves and whose turn it is, in one place, with a diagram made from them."""

from collections.abc import Hashable, Mapping
from dataclasses import dataclass
from typing import Any, Generic, TypeVar

Status = TypeVar("Status", bound=Hashable)


@dataclass(frozen=True)
class Move:
    """One allowed change of status: the permission that it needs, and whether it must say why."""

    permission: str
    event: str
    needs_comment: bool = False


@dataclass(frozen=True)
class Workflow(Generic[Status]):
    """Statuses and turns are choices with labels. `title`, `about` and `rules` (English, Markdown) tell of it in
    docs/workflow.md, for the workflows that settings.EPI_WORKFLOWS lists."""

    moves: Mapping[tuple[Status, Status], Move]
    turns: Mapping[Status, Any]
    title: str = ""
    about: str = ""
    rules: str = ""

    def move(self, source: Status, target: Status) -> Move | None:
        """The move from `source` to `target`, or None when the table does not allow it."""
        return self.moves.get((source, target))

    def diagram(self) -> str:
        """A Mermaid state diagram of the table, for the documentation."""
        lines = ["stateDiagram-v2"]
        for (source, target), move in self.moves.items():
            why = ", with a comment" if move.needs_comment else ""
            lines.append(f"    {source} --> {target}: {move.event.split('.')[-1]} ({move.permission}{why})")
        return "\n".join(lines)
