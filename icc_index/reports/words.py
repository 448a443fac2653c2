"""Figures and texts as the report prints them, in the language that is active."""

import unicodedata
from decimal import Decimal
from fractions import Fraction

from django.utils.formats import number_format
from django.utils.html import format_html, linebreaks
from django.utils.safestring import SafeString

from icc_index import scoring

NOTHING = "–"


def figure(value: Fraction | None, places: int = 0) -> str:
    """A score rounded half up to `places`, with the language's own decimal sign; a dash when there is none."""
    rounded = scoring.rounded(value, places)
    return NOTHING if rounded is None else number_format(Decimal(rounded), places)


def difference(new: Fraction | None, old: Fraction | None, places: int = 0) -> str:
    """How far `new` is from `old`, with its sign, between the figures as they are printed; a dash without either."""
    printed = [scoring.rounded(value, places) for value in (new, old)]
    if None in printed:
        return NOTHING
    change = Decimal(str(printed[0])) - Decimal(str(printed[1]))
    if not change:
        return "0"
    return ("+" if change > 0 else "−") + number_format(abs(change), places)


def points(value: Fraction) -> str:
    """Points as they stand in the edition: whole where they are whole, two places otherwise."""
    return figure(value, 0 if value.denominator == 1 else 2)


def quantity(value: Decimal, unit: str = "") -> str:
    """A figure of the city's profile: thousands apart, no zeros behind, with its unit."""
    plain = value.normalize()
    places = max(0, -int(plain.as_tuple().exponent))
    number = number_format(value, places, use_l10n=True, force_grouping=True)
    return f"{number}\u00a0{unit}" if unit else number


def told(text: str) -> SafeString | str:
    """What somebody wrote, as paragraphs in the direction that its first letter has; nothing for nothing."""
    if not text.strip():
        return ""
    paragraphs = SafeString(linebreaks(text.strip(), autoescape=True))
    return format_html('<div class="told" dir="{}">{}</div>', _direction(text), paragraphs)


def _direction(text: str) -> str:
    kinds = (unicodedata.bidirectional(character) for character in text)
    first = next((kind for kind in kinds if kind in {"L", "R", "AL"}), "L")
    return "ltr" if first == "L" else "rtl"
