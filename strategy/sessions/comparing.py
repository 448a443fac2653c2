"""What changed between two versions of the minutes, word by word: plain values in, plain values out."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from difflib import SequenceMatcher
from typing import Literal

Kind = Literal["same", "gone", "new"]


@dataclass(frozen=True)
class Piece:
    """A run of text: in both versions, in the earlier one only (gone), or in the later one only (new)."""

    kind: Kind
    text: str


def differences(before: str, after: str) -> list[Piece]:
    """The pieces of both texts in reading order; what is gone stands before what came in its place."""
    return list(_pieces(_words(before), _words(after)))


def _words(text: str) -> list[str]:
    """Words and what stands between them, so that joined together they are the text again."""
    return re.findall(r"\s+|[^\s]+", text)


def _pieces(before: list[str], after: list[str]) -> Iterator[Piece]:
    matcher = SequenceMatcher(None, before, after, autojunk=False)
    for tag, start, end, new_start, new_end in matcher.get_opcodes():
        if tag == "equal":
            yield Piece("same", "".join(before[start:end]))
            continue
        if start < end:
            yield Piece("gone", "".join(before[start:end]))
        if new_start < new_end:
            yield Piece("new", "".join(after[new_start:new_end]))
