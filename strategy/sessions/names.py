"""Finding names in what is written: notes of a session carry none. Plain values in, plain values out."""

from collections.abc import Iterable

from strategy.stakeholders.names import plain


def names_in(text: str, names: Iterable[str]) -> list[str]:
    """Those of `names` that stand in `text` in full, in either order ("Anna Nowak", "Nowak Anna"), however written.

    Case, accents and line breaks make no difference. A first name alone is not found: many people share one.
    """
    said = f" {plain(text)} "
    return [name for name in names if any(f" {written} " in said for written in _orders(name))]


def _orders(name: str) -> set[str]:
    words = plain(name).split()
    if len(words) < 2:
        return {" ".join(words)} - {""} if len(name.strip()) > 3 else set()
    return {" ".join(words), " ".join([words[-1], *words[:-1]])}
