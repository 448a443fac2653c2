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


class Finder:
    """Finds traces of some persons in texts. It is false when there is nothing to look for."""

    def __init__(self, persons: Iterable[Traces]) -> None:
        persons = list(persons)
        parts = {part for person in persons for part in _parts(person)}
        longest_first = sorted(parts, key=lambda part: (-len(part), part))
        self._pattern = re.compile("|".join(longest_first) or "(?!)", re.IGNORECASE)
        self._names = {_in_one_way(person.name) for person in persons}
        self._is_idle = not parts

    def __bool__(self) -> bool:
        return not self._is_idle

    def taken_out_of(self, text: str, instead: str) -> str:
        """`text` with `instead` in the place of every trace."""
        kept, begin, search_from = [], 0, 0
        while found := self._pattern.search(text, search_from):
            if self._is_of_two_persons(found):
                search_from = found.start() + 1
                continue
            kept += [text[begin : found.start()], instead]
            begin = search_from = found.end()
        return "".join([*kept, text[begin:]])

    def _is_of_two_persons(self, found: re.Match[str]) -> bool:
        """True for the "Nowak, Anna" in "Jan Nowak, Anna Lis": a list of others, not a name turned round."""
        if _in_one_way(found[0]) in self._names and "\n" not in found[0]:
            return False
        before = re.search(r"(\w)[\w'’-]*[ \t]$", found.string[: found.start()])
        after = re.match(r"[ \t](\w)", found.string[found.end() :])
        return bool(before and after and before[1].isupper() and after[1].isupper())


def _in_one_way(name: str) -> str:
    return " ".join(unicodedata.normalize("NFC", name).casefold().split())


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
    return "(?:" + "|".join(sorted(map(re.escape, spellings | stored), key=lambda found: (-len(found), found))) + ")"


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
