"""What a document tells, before it is typeset."""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from django.template.loader import render_to_string
from django.utils.html import format_html

from icc_index.reports.data import Chapter, Section


@dataclass(frozen=True)
class Told:
    """One document in words. `facts` are pairs for the cover; `as_of` is the day whose state it tells."""

    kind: str
    title: str
    place: str  # the city or the programme
    chapters: Sequence[Chapter]
    as_of: date
    is_sample: bool = False
    facts: Sequence[tuple[str, str]] = field(default_factory=list)
    language: str = ""  # in which most of it is written, where that is not the language of the headings
    has_cover: bool = True

    @property
    def fingerprint(self) -> str:
        """SHA-256 of all that it says."""
        said = [self.kind, self.title, self.place, str(self.as_of), str(self.is_sample), repr(list(self.facts))]
        said += [f"{chapter.title}\n{chapter.html}" for chapter in self.chapters]
        return hashlib.sha256("\0".join(said).encode()).hexdigest()


def chapter(title: str, anchor: str, *, sections: Sequence[Section] = (), **context: Any) -> Chapter:
    """One chapter from `templates/strategy/documents/<anchor>.html`."""
    html = render_to_string(f"strategy/documents/{anchor.replace('-', '_')}.html", context)
    return Chapter(title, format_html("{}", html), anchor, sections)
