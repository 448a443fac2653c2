"""What changed between two versions of the minutes, word by word: plain values in, plain values out."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from difflib import SequenceMatcher
from typing import Literal

Kind = Literal["same", "gone", "new"]
MOST_PAIRS = 250_000  # of words to be compared with each other: beyond, it takes seconds, and at 50,000 letters minutes


@dataclass(frozen=True)
class Piece:
    """A run of text: in both versions, in the earlier one only (gone), or in the later one only (new)."""

    kind: Kind
    text: str


def differences(before: str, after: str) -> list[Piece]:
    """The pieces of both texts in reading order; what is gone stands before what came in its place.

    Lines are compared first, word by word only those that changed. Where these are very long, they stand as a whole.
    """
    pieces: list[Piece] = []
    for kind, gone, new in _runs(before.splitlines(keepends=True), after.splitlines(keepends=True)):
        old_words, new_words = _words(gone), _words(new)
        if kind == "same" or len(old_words) * len(new_words) > MOST_PAIRS:
            pieces += _pieces(kind, gone, new)
            continue
        for inner_kind, inner_gone, inner_new in _runs(old_words, new_words):
            pieces += _pieces(inner_kind, inner_gone, inner_new)
    return _joined(pieces)


def _words(text: str) -> list[str]:
    """Words and what stands between them, so that joined together they are the text again."""
    return re.findall(r"\s+|[^\s]+", text)


def _runs(before: list[str], after: list[str]) -> Iterator[tuple[Kind, str, str]]:
    """What is the same and what is not, in order: as ("same", text, text) or ("gone", earlier text, later text)."""
    matcher = SequenceMatcher(None, before, after, autojunk=False)
    for tag, start, end, new_start, new_end in matcher.get_opcodes():
        yield "same" if tag == "equal" else "gone", "".join(before[start:end]), "".join(after[new_start:new_end])


def _pieces(kind: Kind, gone: str, new: str) -> list[Piece]:
    pieces = [Piece("same", gone)] if kind == "same" else [Piece("gone", gone), Piece("new", new)]
    return [piece for piece in pieces if piece.text]


def _joined(pieces: list[Piece]) -> list[Piece]:
    """Neighbours of one kind as one."""
    joined: list[Piece] = []
    for piece in pieces:
        if joined and joined[-1].kind == piece.kind:
            joined[-1] = Piece(piece.kind, joined[-1].text + piece.text)
        else:
            joined.append(piece)
    return joined
