"""Reads that several pages use: progress, question cards, the desk, the queue. Constant numbers of queries."""

from icc_index.queries.cards import Card, Opened, cards
from icc_index.queries.checking import CheckRow, CheckSection, check_sections
from icc_index.queries.lists import Line, OnDesk, board, desk, lines, programmes_of
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
from icc_index.queries.review import Contradicted, Judged, judged, next_to_judge, review_queue, told_contradictions
from icc_index.queries.voices import (
    VoiceLine,
    VoiceSection,
    VoiceTable,
    contradictions,
    open_contradictions,
    voice_sections,
    voice_table,
    voices_on,
)

__all__ = [
    "Card",
    "CheckRow",
    "CheckSection",
    "Contradicted",
    "Judged",
    "Line",
    "Listed",
    "OnDesk",
    "Opened",
    "Progress",
    "Totals",
    "VoiceLine",
    "VoiceSection",
    "VoiceTable",
    "board",
    "cards",
    "check_sections",
    "contradictions",
    "desk",
    "judged",
    "last_saved",
    "lines",
    "listed",
    "named_areas",
    "next_to_judge",
    "open_clarification_codes",
    "open_contradictions",
    "people_by_indicator",
    "programmes_of",
    "progress_of",
    "register",
    "review_queue",
    "sources_on",
    "told_contradictions",
    "totals",
    "values_of",
    "voice_sections",
    "voice_table",
    "voices_on",
]
