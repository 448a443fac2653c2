"""Names as people type them: which are the same, which are nearly the same, which hold what is searched for."""

import re
import unicodedata
from collections.abc import Hashable, Mapping
from typing import TypeVar

from rapidfuzz import fuzz, process

Key = TypeVar("Key", bound=Hashable)

# Of 100: letters that two names share in the same order, their words sorted. Persons of a house may share a surname.
ALIKE = 84
ALIKE_PERSONS = 89
MOST_ALIKE = 3  # so many are offered
_SHORTEST = 8  # letters of a name that is looked for inside another: "Caritas" stands in too many

# Letters that Unicode does not take apart into a plain letter and a mark.
_PLAIN = str.maketrans({"ł": "l", "đ": "d", "ð": "d", "ø": "o", "æ": "ae", "œ": "oe", "ı": "i", "þ": "th"})


def key(name: str) -> str:
    """What two names have in common that are the same but for case, blanks, and how letters are stored."""
    return " ".join(unicodedata.normalize("NFKC", name).casefold().split())


def plain(text: str) -> str:
    """`text` as one searches for it: small letters without marks ("Łódź" is "lodz"), words with one blank between."""
    apart = unicodedata.normalize("NFKD", text.casefold())
    letters = "".join(letter for letter in apart if not unicodedata.combining(letter))
    return " ".join(re.findall(r"\w+", letters.translate(_PLAIN)))


def alike(name: str, others: Mapping[Key, str], least: int = ALIKE) -> list[Key]:
    """The keys of those of `others` that are nearly `name`, likest first. Both must be `plain` already.

    Names with other numbers in them are never nearly the same: "School 5" and "School 7".
    """
    numbers = re.findall(r"\d+", name)
    others = {key: other for key, other in others.items() if re.findall(r"\d+", other) == numbers}
    found = process.extract(name, others, scorer=fuzz.token_sort_ratio, score_cutoff=least, limit=MOST_ALIKE)
    likest = {key: score for _other, score, key in found}
    within = process.extract(name, others, scorer=fuzz.token_set_ratio, score_cutoff=100, limit=MOST_ALIKE)
    for other, _score, key in within:  # one name holds the other: "Open House" and "Open House Foundation"
        if min(len(name), len(other)) >= _SHORTEST:
            likest.setdefault(key, least)
    return sorted(likest, key=lambda found: -likest[found])[:MOST_ALIKE]
