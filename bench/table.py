"""What was measured, as JSON for programs and as a table for people."""

import json
import os
import platform
from dataclasses import asdict
from datetime import date
from pathlib import Path
from typing import Any

from django.db import connection

from bench.measure import cores
from bench.rows import Row

RESULTS = Path(__file__).parent / "results"
HEAD = ("What", "Target", "Queries", "ms", "Ratio", "Met", "More")


def machine() -> dict[str, Any]:
    """What the figures were measured on."""
    with connection.cursor() as cursor:
        cursor.execute("SHOW server_version")
        version = cursor.fetchone()[0].split()[0]
    return {
        "date": date.today().isoformat(),
        "cores": cores(),
        "system": f"{platform.system()} {platform.machine()}",
        "python": platform.python_version(),
        "postgresql": version,
        "load_at_start": round(os.getloadavg()[0], 1),
    }


def as_markdown(facts: dict[str, Any], rows: list[Row]) -> str:
    lines = [
        "# Benchmarks",
        "",
        f"Made by `make bench` on {facts['date']}: {facts['cores']} cores, {facts['system']},",
        f"Python {facts['python']}, PostgreSQL {facts['postgresql']}; load at the start {facts['load_at_start']}.",
        "Trust the ratios: both sides of one were measured in the same run. Milliseconds are medians of this machine.",
        "Queries are all SQL statements of a request, those of session and user too; BEGIN and COMMIT are not counted.",
        "",
        "| " + " | ".join(HEAD) + " |",
        "|" + "---|" * len(HEAD),
    ]
    lines += ["| " + " | ".join(_cells(row)) + " |" for row in rows]
    return "\n".join(lines) + "\n"


def _cells(row: Row) -> list[str]:
    return [
        row.what,
        row.target,
        "" if row.queries is None else str(row.queries),
        "" if row.milliseconds is None else f"{row.milliseconds:,.{0 if row.milliseconds >= 100 else 1}f}",
        "" if row.ratio is None else f"{row.ratio:.2f}x {row.baseline}",
        {True: "met", False: "**not met**", None: ""}[row.met],
        row.detail,
    ]


def write(facts: dict[str, Any], rows: list[Row]) -> None:
    RESULTS.mkdir(exist_ok=True)
    content = {**facts, "rows": [_rounded(row) for row in rows]}
    (RESULTS / "latest.json").write_text(json.dumps(content, indent=2) + "\n")
    (RESULTS / "latest.md").write_text(as_markdown(facts, rows))


def _rounded(row: Row) -> dict[str, Any]:
    return {name: round(value, 2) if isinstance(value, float) else value for name, value in asdict(row).items()}
