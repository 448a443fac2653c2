"""The text of a pact as plain data: built from rows, in one canonical form, with its hash, and compared.

Plain values in, plain values out: no database, no request, no clock. Who checks a published pact needs `canonical` and
SHA-256, nothing else.
"""

import hashlib
import json
import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from difflib import SequenceMatcher
from typing import Any, Literal

from strategy.sessions.comparing import Piece, differences

Content = dict[str, Any]
Order = tuple[int, int]  # position and primary key: rows come in any order

HOW_TO_CHECK = (
    "Write `content` as JSON in UTF-8 with sorted keys, no spaces and no escaped letters, all text in Unicode's "
    "normalisation form C; its SHA-256, in hexadecimal, is `hash`. In Python: json.dumps(content, sort_keys=True, "
    'separators=(",", ":"), ensure_ascii=False).'
)


# Building -------------------------------------------------------------------------------------------------------------
@dataclass(frozen=True)
class CommitmentRow:
    order: Order
    text: str
    signatory: str = ""
    actions: Sequence[str] = ()
    subjects: Sequence[str] = ()


@dataclass(frozen=True)
class ArticleRow:
    order: Order
    title: str
    text: str
    commitments: Sequence[CommitmentRow] = ()


@dataclass(frozen=True)
class SignatoryRow:
    order: Order
    name: str
    represented_by: str = ""
    function: str = ""


@dataclass(frozen=True)
class LastingRow:
    """Who carries an action on after the project, with what. `budget` is euros a year, as a decimal number in words."""

    action: str
    owner: str = ""
    budget: str = ""
    source: str = ""


def build(
    *,
    title: str,
    preamble: str,
    sustainability: str,
    articles: Iterable[ArticleRow],
    signatories: Iterable[SignatoryRow],
    lasting: Iterable[LastingRow],
) -> Content:
    """The text as data, the same for the same text in whatever order its rows come."""
    content = {
        "title": title,
        "preamble": preamble,
        "sustainability": sustainability,
        "articles": [_article(row) for row in sorted(articles, key=_order)],
        "signatories": [
            {"name": row.name, "represented_by": row.represented_by, "function": row.function}
            for row in sorted(signatories, key=_order)
        ],
        "lasting": [
            {"action": row.action, "owner": row.owner, "budget": row.budget, "source": row.source}
            for row in sorted(lasting, key=lambda row: (row.action, row.owner, row.budget, row.source))
        ],
    }
    return normal(content)


def _order(row: ArticleRow | CommitmentRow | SignatoryRow) -> Order:
    return row.order


def _article(row: ArticleRow) -> Content:
    commitments = [
        {
            "text": commitment.text,
            "signatory": commitment.signatory,
            "actions": sorted(commitment.actions),
            "subjects": sorted(commitment.subjects),
        }
        for commitment in sorted(row.commitments, key=_order)
    ]
    return {"title": row.title, "text": row.text, "commitments": commitments}


# Canonical form and hash ----------------------------------------------------------------------------------------------
def normal(value: Any) -> Any:
    """`value` with every text in normalisation form C and with one sign for a line break, whatever typed it."""
    if isinstance(value, str):
        return unicodedata.normalize("NFC", value.replace("\r\n", "\n").replace("\r", "\n"))
    if isinstance(value, Mapping):
        return {normal(key): normal(one) for key, one in value.items()}
    if isinstance(value, list | tuple):
        return [normal(one) for one in value]
    return value


def canonical(content: Mapping[str, Any]) -> str:
    """The one way to write `content` down."""
    return json.dumps(normal(content), sort_keys=True, separators=(",", ":"), ensure_ascii=False)


def hash_of(content: Mapping[str, Any]) -> str:
    """SHA-256 of the canonical form, in hexadecimal: what a signature covers."""
    return hashlib.sha256(canonical(content).encode()).hexdigest()


def short(digest: str) -> str:
    """The beginning of a hash in groups of four, for people to compare."""
    return " ".join(digest[start : start + 4] for start in range(0, 16, 4))


# Comparing ------------------------------------------------------------------------------------------------------------
Kind = Literal["same", "changed", "new", "gone"]
ALIKE = 0.5  # from this share of common words on, two articles or commitments are one that was changed


@dataclass(frozen=True)
class TextChange:
    """A text before and after, word by word."""

    pieces: list[Piece]

    @property
    def is_change(self) -> bool:
        return any(piece.kind != "same" for piece in self.pieces)


@dataclass(frozen=True)
class CommitmentChange:
    """One commitment: its text, who promises it, its actions and its indicators."""

    kind: Kind
    text: TextChange
    signatory: TextChange
    actions: TextChange
    subjects: TextChange


@dataclass(frozen=True)
class ArticleChange:
    """One article. Its numbers count from 1; None in the version where it is not."""

    kind: Kind
    was: int | None
    now: int | None
    title: TextChange
    text: TextChange
    commitments: list[CommitmentChange] = field(default_factory=list)

    @property
    def has_moved(self) -> bool:
        return bool(self.was and self.now and self.was != self.now)


@dataclass(frozen=True)
class LineChange:
    """A signatory, or a line of the sustainability plan: as one line before and after."""

    kind: Kind
    line: TextChange


@dataclass(frozen=True)
class Changes:
    """What is different between two contents. Articles, signatories and lines that are the same stand there, too."""

    title: TextChange
    preamble: TextChange
    sustainability: TextChange
    articles: list[ArticleChange]
    signatories: list[LineChange]
    lasting: list[LineChange]
    is_new_order: bool  # of the signatories

    @property
    def are_none(self) -> bool:
        texts = (self.title, self.preamble, self.sustainability)
        rows: list[Any] = [*self.articles, *self.signatories, *self.lasting]
        is_text = any(text.is_change for text in texts)
        is_row = any(row.kind != "same" for row in rows) or any(article.has_moved for article in self.articles)
        return not (is_text or is_row or self.is_new_order)


def changes_between(before: Content, after: Content) -> Changes:
    """What somebody who read `before` must know of `after`."""
    signatories = _lines(before["signatories"], after["signatories"], _signatory_line, "name")
    return Changes(
        title=_text(before["title"], after["title"]),
        preamble=_text(before["preamble"], after["preamble"]),
        sustainability=_text(before["sustainability"], after["sustainability"]),
        articles=_articles(before["articles"], after["articles"]),
        signatories=signatories,
        lasting=_lines(before.get("lasting", []), after.get("lasting", []), _lasting_line, "action"),
        is_new_order=_is_new_order(before["signatories"], after["signatories"]),
    )


def _text(before: str, after: str) -> TextChange:
    return TextChange(differences(before, after))


def _articles(before: Sequence[Content], after: Sequence[Content]) -> list[ArticleChange]:
    found = []
    nothing: Content = {"title": "", "text": "", "commitments": []}
    for was, now in _in_reading_order(_pairs(before, after, "title", _whole_article)):
        old = before[was] if was is not None else nothing
        new = after[now] if now is not None else nothing
        kind = _kind(was, now, is_same=old == new)
        commitments = _commitments(old["commitments"], new["commitments"])
        numbers = (None if was is None else was + 1, None if now is None else now + 1)
        texts = (_text(old["title"], new["title"]), _text(old["text"], new["text"]))
        found.append(ArticleChange(kind, *numbers, *texts, commitments))
    return found


def _commitments(before: Sequence[Content], after: Sequence[Content]) -> list[CommitmentChange]:
    found = []
    nothing: Content = {"text": "", "signatory": "", "actions": [], "subjects": []}
    for was, now in _in_reading_order(_pairs(before, after, "text", lambda one: one["text"])):
        old = before[was] if was is not None else nothing
        new = after[now] if now is not None else nothing
        found.append(
            CommitmentChange(
                _kind(was, now, is_same=old == new),
                _text(old["text"], new["text"]),
                _text(old["signatory"], new["signatory"]),
                _text("; ".join(old["actions"]), "; ".join(new["actions"])),
                _text("; ".join(old["subjects"]), "; ".join(new["subjects"])),
            )
        )
    return found


def _lines(before: Sequence[Content], after: Sequence[Content], line: Any, key: str) -> list[LineChange]:
    """Rows that are known by one field, such as signatories by their names."""
    found = []
    for was, now in _in_reading_order(_same(before, after, key)):
        old = line(before[was]) if was is not None else ""
        new = line(after[now]) if now is not None else ""
        found.append(LineChange(_kind(was, now, is_same=old == new), _text(old, new)))
    return found


def _signatory_line(row: Content) -> str:
    return ", ".join(part for part in (row["name"], row["represented_by"], row["function"]) if part)


def _lasting_line(row: Content) -> str:
    return ", ".join(part for part in (row["action"], row["owner"], row["budget"], row["source"]) if part)


def _is_new_order(before: Sequence[Content], after: Sequence[Content]) -> bool:
    """True if those who are in both sign in another order."""
    old, new = [one["name"] for one in before], [one["name"] for one in after]
    return [name for name in old if name in new] != [name for name in new if name in old]


def _whole_article(article: Content) -> str:
    return "\n".join([article["title"], article["text"], *(one["text"] for one in article["commitments"])])


def _kind(was: int | None, now: int | None, *, is_same: bool) -> Kind:
    if was is None:
        return "new"
    if now is None:
        return "gone"
    return "same" if is_same else "changed"


Pair = tuple[int | None, int | None]


def _pairs(before: Sequence[Content], after: Sequence[Content], key: str, whole: Any) -> list[Pair]:
    """Which item became which: by `key` first, then by what their texts have in common; the rest are gone or new."""
    pairs = _same(before, after, key)
    gone = [was for was, now in pairs if was is not None and now is None]
    new = [now for was, now in pairs if was is None and now is not None]
    alike = sorted(
        ((_likeness(whole(before[was]), whole(after[now])), -was, -now) for was in gone for now in new), reverse=True
    )
    for likeness, was, now in ((likeness, -was, -now) for likeness, was, now in alike):
        if likeness >= ALIKE and was in gone and now in new:
            gone.remove(was)
            new.remove(now)
            pairs = [pair for pair in pairs if pair not in ((was, None), (None, now))] + [(was, now)]
    return pairs


def _same(before: Sequence[Content], after: Sequence[Content], key: str) -> list[Pair]:
    """Items with the same `key` belong together, the first with the first."""
    free = list(range(len(after)))
    pairs: list[Pair] = []
    for was, old in enumerate(before):
        now = next((one for one in free if after[one][key] == old[key]), None)
        if now is not None:
            free.remove(now)
        pairs.append((was, now))
    return [*pairs, *((None, now) for now in free)]


def _likeness(before: str, after: str) -> float:
    return SequenceMatcher(None, before.split(), after.split(), autojunk=False).ratio()


def _in_reading_order(pairs: list[Pair]) -> list[Pair]:
    """As the later version is read; what is gone stands after what it came after."""
    places = {was: now for was, now in pairs if was is not None and now is not None}

    def place(pair: Pair) -> tuple[int, int]:
        was, now = pair
        if now is not None:
            return now, -1
        earlier = [places[one] for one in range(was or 0) if one in places]
        return (earlier[-1] if earlier else -1), was or 0

    return sorted(pairs, key=place)
