"""In which order what is measured: public pages over few cities, then everything over many."""

import sys
import time
import traceback
from collections.abc import Callable, Iterable
from typing import Any

from bench import data, rows
from bench.officials import officials
from bench.rows import Row, Size


def measure(size: Size, only: str = "") -> list[Row]:
    """All rows, or those of steps with `only` in their name. What cannot be measured says why, and is not met."""
    started = time.perf_counter()
    data.begin()
    volume = data.Volume()
    volume.fill_to(size.few)
    few = data.copy_of_database()
    volume.fill_to(size.many)
    _say(f"{size.many} cities filled in", started)
    steps: list[tuple[str, Callable[[], Row | Iterable[Row]]]] = [
        ("indicator", lambda: rows.open_indicator(size)),
        ("save", lambda: rows.save_answer(size)),
        ("expert", lambda: rows.expert_page(size)),
        ("assessment", lambda: rows.whole_assessment(size)),
        ("export", lambda: rows.export_answers(size)),
        ("snapshot", lambda: rows.snapshot(size)),
        ("board", lambda: rows.boards(size, volume.cities)),
        ("milestones", lambda: rows.milestone_boards(size, volume.cities)),
        ("timeline of milestones", lambda: rows.timelines(size, volume.cities)),
        ("public", lambda: rows.public_pages(size, few)),
        ("trends", lambda: rows.trends(size, few, volume.cities)),
        ("rescoring", lambda: rows.rescoring(size)),
        ("officials", lambda: officials(size, volume)),
        ("report", lambda: rows.report(size)),
    ]
    measured: list[Row] = []
    for name, step in steps:
        if only in name:
            begun = time.perf_counter()
            measured += _rows_of(name, step)
            _say(name, begun)
    return measured


def _rows_of(name: str, step: Callable[[], Any]) -> list[Row]:
    try:
        found = step()
        return [found] if isinstance(found, Row) else list(found)
    except Exception as error:  # the other rows are worth having
        traceback.print_exc()
        return [Row(name, "", met=False, detail=f"Could not be measured: {type(error).__name__}: {error}"[:300])]


def _say(what: str, since: float) -> None:
    print(f"{what}: {time.perf_counter() - since:.1f} s", file=sys.stderr)
