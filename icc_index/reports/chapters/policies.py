"""The policy context: what the city's register of policies and data sources holds, by level."""

from collections.abc import Sequence
from typing import Any

from django.utils.translation import gettext as _

from icc_index.actions.research import entry_of
from icc_index.enums import Level
from icc_index.models import ResearchSource
from icc_index.queries import named_areas
from icc_index.reports.chapters._common import chapter
from icc_index.reports.data import Chapter, ReportInput, Section
from icc_index.reports.words import told


def policy_context(report_input: ReportInput) -> Chapter | None:
    """Local, regional, national and European policies and data; nothing while the register is empty. Two queries."""
    sources = list(ResearchSource.objects.about(report_input.assessment).for_list())
    if not sources:
        return None
    levels = [_level(report_input, level, sources) for level in Level if any(one.level == level for one in sources)]
    return chapter(
        _("Policy context"),
        "policy-context",
        report_input,
        [Section(one["title"], one["anchor"]) for one in levels],
        data={"sources": [_plain(source) for source in sources]},
        levels=levels,
        silent=", ".join(_without_source(report_input, sources)),
    )


def _level(report_input: ReportInput, level: Level, sources: Sequence[ResearchSource]) -> dict[str, Any]:
    titles = {
        Level.LOCAL: _("Local policies and data"),
        Level.REGIONAL: _("Regional policies and data"),
        Level.NATIONAL: _("National policies and data"),
        Level.EUROPEAN: _("European policies and data"),
    }
    rows = [_row(report_input, source) for source in sources if source.level == level]
    return {"title": titles[level], "anchor": f"context-{level.value}", "rows": rows}


def _row(report_input: ReportInput, source: ResearchSource) -> dict[str, Any]:
    areas = [name for _code, name in named_areas(source.codes, report_input.instrument)]
    return {"source": source, "summary": told(source.summary), "areas": ", ".join(areas)}


def _without_source(report_input: ReportInput, sources: Sequence[ResearchSource]) -> list[str]:
    covered = {code for source in sources for code in source.codes}
    return [one.name for one in report_input.instrument.indicators if one.code not in covered]


def _plain(source: ResearchSource) -> dict[str, Any]:
    entry = entry_of(source)
    return {**entry.fields, "indicators": sorted(entry.indicators)}
