"""What is left of a person in a city's texts: their full name, address and telephone, as people write them.

A nickname, a first name alone or an inflected form ("Annę Nowak") is not found; ADR 10 says so.
"""

import re
import unicodedata
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

_MARKS = "\u0300-\u036f"  # that stand after a letter and belong to it
# A word also ends where a hyphen does not lead on: "Nowak-Kowalska" is somebody else.
_BEGIN = rf"(?<!\w)(?<!\w-)(?<![{_MARKS}])"
_END = rf"(?![\w{_MARKS}]|-\w)"
_SHORTEST_NAME = 3  # letters of a name of one word: a shorter one would take half the text with it
_SHORTEST_NUMBER = 6  # digits of a telephone number: a shorter one may be a year or a count
_LEAST_DOMESTIC = 7  # digits of a number without the code of its country


@dataclass(frozen=True)
class Traces:
    """Who is looked for."""

    name: str
    email: str = ""
    phone: str = ""


def pattern_of(persons: Iterable[Traces]) -> re.Pattern[str] | None:
    """What finds every one of these persons in a text; None when there is nothing to look for."""
    parts = [part for person in persons for part in _parts(person)]
    longest_first = sorted(set(parts), key=len, reverse=True)
    return re.compile("|".join(longest_first), re.IGNORECASE) if longest_first else None


def _parts(person: Traces) -> Iterator[str]:
    if person.email:
        yield rf"(?<![\w.+%-]){re.escape(person.email)}(?![\w-]|\.\w)"
    yield from _names(person.name)
    yield from _numbers(re.sub(r"\D", "", person.phone), is_international=person.phone.startswith("+"))


def _names(name: str) -> Iterator[str]:
    """The name in its order, and with each of its last words first ("Nowak Anna", "Nowak, Anna")."""
    words = [word for word in re.split(r"[\s,]+", name) if word]
    if len(words) == 1 and len(words[0]) < _SHORTEST_NAME:
        return
    for first in range(len(words)):
        turned = [_word(word) for word in words[first:]], [_word(word) for word in words[:first]]
        yield _BEGIN + r"(?:\s*,\s*|\s+)".join(r"\s+".join(part) for part in turned if part) + _END


def _word(word: str) -> str:
    """A word however its letters are stored ("ö" in one sign or two) and however it is written large ("ß", "SS")."""
    spellings = {word, word.upper(), word.casefold()}
    stored = {unicodedata.normalize(form, spelling) for spelling in spellings for form in ("NFC", "NFD")}
    return "(?:" + "|".join(sorted(map(re.escape, stored), key=len, reverse=True)) + ")"


def _numbers(digits: str, *, is_international: bool) -> Iterator[str]:
    """A telephone number with any blanks and strokes in it, with and without the code of its country."""
    if len(digits) < _SHORTEST_NUMBER:
        return
    yield _number(digits)
    for length in (1, 2, 3) if is_international else ():
        domestic = digits[length:]
        if len(domestic) >= _LEAST_DOMESTIC:
            yield _number(domestic)


def _number(digits: str) -> str:
    return r"(?<![\d+])(?:\+|0{1,2})?" + r"[\s()./-]*".join(digits) + r"(?!\d)"
