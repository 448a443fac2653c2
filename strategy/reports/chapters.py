"""The report's chapters on stakeholders, for settings.EPI_REPORT_CHAPTERS. None where there is nothing to tell."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.template.loader import render_to_string
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from epi import charts
from icc_index.enums import Layer
from icc_index.instrument import InstrumentIndicator
from icc_index.reports.data import Chapter, ReportInput, Section, ToldAnswer
from icc_index.reports.words import figure, told
from strategy.enums import Sector
from strategy.findings import queries, subjects
from strategy.findings.enums import JUDGING, FindingKind
from strategy.findings.figures import Figure
from strategy.findings.models import Finding
from strategy.findings.queries import RatedArea
from strategy.reports import data
from strategy.sessions.enums import SessionKind

ORDER = [*JUDGING, FindingKind.PRIORITY, FindingKind.IDEA, FindingKind.QUOTATION]


def _html(anchor: str, report_input: ReportInput, **context: Any) -> SafeString:
    context |= {"report": report_input, "city": report_input.city}
    return format_html("{}", render_to_string(f"strategy/report/{anchor}.html", context))


# Method and participation --------------------------------------------------------------------------------------------
def participation(report_input: ReportInput) -> Chapter | None:
    """Which sessions were held, how many of which group came, and how minutes were agreed. No names."""
    who = data.participation(report_input.assessment)
    if who.is_empty:
        return None
    sessions = [{"session": one, "kind": SessionKind(one.kind).label} for one in who.sessions]
    html = _html("participation", report_input, who=who, sessions=sessions)
    return Chapter(_("Method and participation"), html, "participation", data=data.plain(who))


# Findings by indicator -----------------------------------------------------------------------------------------------
@dataclass(frozen=True)
class Said:
    """One finding as it is printed."""

    kind: str
    group: str
    text: SafeString | str


@dataclass(frozen=True)
class Heard:
    """What was found of one question, or of an area as a whole (no `code`), beside what city and experts say."""

    code: str
    text: str
    answer: Sequence[str]
    verdict: str
    reason: SafeString | str
    findings: Sequence[Said]


@dataclass(frozen=True)
class HeardArea:
    """One area: its scores, what was found and how it was rated."""

    code: str
    name: str
    self_score: str
    score: str
    summary: Mapping[str, int]
    heard: Sequence[Heard]
    rated: RatedArea | None
    chart: SafeString | None

    @property
    def anchor(self) -> str:
        return f"heard-{self.code}"


def findings(report_input: ReportInput) -> Chapter | None:
    """Area by area: where stakeholders agree, nuance and contradict; priorities, ideas, quotations; ratings."""
    heard = data.heard(report_input.assessment)
    rated = {area.subject: area for area in queries.rated_areas(report_input.instrument, heard.cells)}
    areas = [
        _area(report_input, indicator, heard.findings, rated.get(indicator.code))
        for indicator in report_input.instrument.indicators
        if _is_told(indicator, heard.findings, rated.get(indicator.code))
    ]
    if not areas:
        return None
    return Chapter(
        title=_("Findings by indicator"),
        html=_html("findings", report_input, areas=areas),
        anchor="findings",
        sections=[Section(area.name, area.anchor) for area in areas],
        data=_plain(heard.findings, rated),
    )


def _is_told(indicator: InstrumentIndicator, found: Mapping[str, Any], rated: RatedArea | None) -> bool:
    is_found = any(subject in found for subject in subjects.all_of(indicator))
    return is_found or (rated is not None and rated.whole.is_shown)


def _area(
    report_input: ReportInput,
    indicator: InstrumentIndicator,
    found: Mapping[str, Sequence[Finding]],
    rated: RatedArea | None,
) -> HeardArea:
    about = {subject: found[subject] for subject in subjects.all_of(indicator) if subject in found}
    kinds = [finding.kind for some in about.values() for finding in some]
    is_shown = rated is not None and rated.whole.is_shown
    return HeardArea(
        code=indicator.code,
        name=indicator.name,
        self_score=figure(report_input.score(indicator.code, Layer.SELF)),
        score=figure(report_input.score(indicator.code)),
        summary={kind.value: kinds.count(kind) for kind in JUDGING},
        heard=[_heard(report_input, subject, some) for subject, some in about.items()],
        rated=rated if is_shown else None,
        chart=_chart(report_input, rated) if rated and is_shown else None,
    )


def _heard(report_input: ReportInput, subject: str, some: Sequence[Finding]) -> Heard:
    said = [
        Said(one.get_kind_display(), one.get_sector_display(), told(one.text))
        for one in sorted(some, key=lambda one: ORDER.index(FindingKind(one.kind)))
    ]
    answer = report_input.answers.get(subject)
    if answer is None:
        return Heard("", _("The area as a whole"), (), "", "", said)
    return Heard(
        code=subject,
        text=answer.question.text,
        answer=answer.question.labels(answer.self_score.value) if answer.is_asked else [_("Not asked")],
        verdict=_verdict(answer),
        reason=told(answer.reason) if answer.is_adjusted else "",
        findings=said,
    )


def _verdict(answer: ToldAnswer) -> str:
    if not answer.is_asked:
        return ""
    if answer.is_adjusted:
        return _("Adjusted to: %(answer)s") % {"answer": answer.question.label(answer.score.value)}
    return _("Confirmed")


def _chart(report_input: ReportInput, rated: RatedArea) -> SafeString:
    """Practice and importance by group, with the city's own score as a tick."""
    score = report_input.score(rated.subject, Layer.SELF)
    shown = [("", rated.whole), *((group.group, group.line) for group in rated.groups if group.line.is_shown)]
    return charts.bars(
        [
            charts.Bar(
                str(Sector(sector).label) if sector else _("All groups shown"),
                float(line.practice.value) if line.practice else None,
                marker=None if score is None else float(score),
                second=float(line.importance.value) if line.importance else None,
            )
            for sector, line in shown
        ],
        title=_("Ratings by group: %(area)s") % {"area": rated.name},
        description=_("From 0 to 100; the same figures stand in the table beneath."),
        chart_id=f"ratings-{rated.subject}",
        value_label=_("So in practice"),
        second_label=_("How much it matters"),
        marker_label="" if score is None else _("The city's own score"),
    )


def _plain(found: Mapping[str, Sequence[Finding]], rated: Mapping[str, RatedArea]) -> dict[str, Any]:
    """What the chapter shows, as JSON values: figures, not the votes behind those that are hidden."""
    lines = {
        subject: [
            [group, _figure(line.practice), _figure(line.importance)]
            for group, line in [("", area.whole), *((one.group, one.line) for one in area.groups)]
        ]
        for subject, area in rated.items()
    }
    return {
        "findings": {
            subject: [[one.kind, one.sector, one.text] for one in some] for subject, some in sorted(found.items())
        },
        "ratings": lines,
    }


def _figure(one: Figure | None) -> list[Any] | None:
    return [one.votes, str(one.value)] if one else None
