"""Reads that several pages use: progress, question cards, the desk, the queue. Constant numbers of queries."""

from icc_index.queries.cards import Card, cards, voices_on
from icc_index.queries.checking import CheckRow, CheckSection, check_sections
from icc_index.queries.lists import Line, OnDesk, board, desk, lines
from icc_index.queries.progress import (
    Progress,
    Totals,
    last_saved,
    open_clarification_codes,
    people_by_indicator,
    progress_of,
    totals,
    values_of,
)
from icc_index.queries.research import Listed, listed, named_areas, register, sources_on
from icc_index.queries.review import Judged, judged, review_queue

__all__ = [
    "Card",
    "CheckRow",
    "CheckSection",
    "Judged",
    "Line",
    "Listed",
    "OnDesk",
    "Progress",
    "Totals",
    "board",
    "cards",
    "check_sections",
    "desk",
    "judged",
    "last_saved",
    "lines",
    "listed",
    "named_areas",
    "open_clarification_codes",
    "people_by_indicator",
    "progress_of",
    "register",
    "review_queue",
    "sources_on",
    "totals",
    "values_of",
    "voices_on",
]
