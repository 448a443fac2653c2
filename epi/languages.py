"""Names of languages, in the reader's own: stakeholders speak many more than the platform does."""

from collections.abc import Iterable, Mapping
from functools import lru_cache

from babel import Locale
from django.conf import settings
from django.utils.translation import get_language

# Where the usual table has a word that those named do not want to be called by.
_BETTER = {"pl": {"rom": "romski"}, "lv": {"rom": "romu"}}


class UnknownLanguage(ValueError):
    """A text names no language. `text` is what was typed."""

    def __init__(self, text: str) -> None:
        super().__init__(text)
        self.text = text


def name(code: str) -> str:
    """The name of the language with this ISO 639 code; the code itself when it has none."""
    return _names(get_language() or "en").get(code) or _names("en").get(code, code)


def names(codes: Iterable[str]) -> str:
    """Several languages in one line, in the order of the alphabet."""
    return ", ".join(sorted((name(code) for code in codes), key=str.casefold))


def code_of(text: str) -> str:
    """The code of the language that `text` names: a code, or a name in any language of the platform or its own.

    Raises UnknownLanguage.
    """
    typed = text.strip().casefold()
    for known in _known_to(get_language() or "en"):
        if typed in known:
            return known[typed]
    own = _own_name_of(typed)
    if own is None:
        raise UnknownLanguage(text.strip())
    return own


def _known_to(reader: str) -> list[Mapping[str, str]]:
    """What texts mean, the reader's own words first."""
    others = [code for code, _label in settings.LANGUAGES if code != reader]
    return [_meanings(language) for language in [reader, *others]]


@lru_cache(maxsize=16)
def _names(language: str) -> Mapping[str, str]:
    """Names by code, without what is a language of one country only (such as Austrian German)."""
    locale = Locale.parse(language, sep="-")
    return {code: label for code, label in locale.languages.items() if "_" not in code} | _BETTER.get(language, {})


@lru_cache(maxsize=16)
def _meanings(language: str) -> Mapping[str, str]:
    known = _names(language)
    return {label.casefold(): code for code, label in known.items()} | {code: code for code in known}


@lru_cache(maxsize=256)
def _own_name_of(typed: str) -> str | None:
    """The language that calls itself so ("українська"), among those of the larger ones."""
    for code in _OWN_NAMES_OF:
        own = Locale.parse(code).languages.get(code, "")
        if own.casefold() == typed:
            return code
    return None


_OWN_NAMES_OF = (
    *("ar", "be", "bg", "bn", "bs", "cs", "da", "de", "el", "en", "es", "et", "fa", "fi", "fr", "hi", "hr", "hu"),
    *("hy", "it", "ka", "ku", "lt", "lv", "mk", "nl", "pl", "ps", "pt", "ro", "ru", "sk", "sl", "so", "sq", "sr"),
    *("sv", "ti", "tr", "uk", "ur", "vi", "zh"),
)
