"""Findings and ratings as tables for a spreadsheet. What may not be shown on a page stands in no table either."""

from collections.abc import Iterable

from django.utils.formats import date_format
from django.utils.timezone import localtime
from django.utils.translation import gettext as _

from cities.models import City
from icc_index.instrument import instrument_for
from icc_index.reports.words import figure as in_figures
from strategy.enums import Sector
from strategy.findings import figures, queries
from strategy.findings.figures import Figure
from strategy.findings.models import Rating, RatingRound
from strategy.sessions.models import EngagementSession

Table = list[list[str]]


def findings_table(rows: Iterable[queries.FindingRow]) -> Table:
    """One row a finding."""
    head = [
        _("Session"),
        _("Date"),
        _("Area"),
        _("Question"),
        _("What it does"),
        _("Group"),
        _("What was found, and why"),
        _("The city said"),
        _("The city says now"),
        _("Minutes are final"),
    ]
    return [head, *(_finding(row) for row in rows)]


def _finding(row: queries.FindingRow) -> list[str]:
    finding = row.finding
    return [
        str(finding.session),
        _day(finding.session),
        row.area,
        row.about,
        finding.get_kind_display(),
        finding.get_sector_display(),
        finding.text,
        row.said,
        row.now,
        _("yes") if row.is_told else _("no"),
    ]


def ratings_table(city: City) -> Table:
    """One row a group and area in a closed round: only those with a figure. Two queries."""
    head = [
        _("Session"),
        _("Date"),
        _("Round"),
        _("Group"),
        _("Area"),
        _("Practice, of 100"),
        _("Votes on practice"),
        _("Importance, of 100"),
        _("Votes on importance"),
    ]
    rounds = {
        one.pk: one
        for one in RatingRound.objects.closed()
        .filter(session__city=city)
        .select_related("session__assessment__edition")
    }
    cells = queries.cells(Rating.objects.filter(round__session__city=city))
    lines = figures.lines(cells, lambda cell: (cell.round, cell.group, cell.subject))
    return [
        head,
        *(_rating(rounds[pk], group, subject, line) for (pk, group, subject), line in lines.items() if line.is_shown),
    ]


def _rating(round: RatingRound, group: str, subject: str, line: figures.Line) -> list[str]:
    instrument = instrument_for(round.session.assessment.edition)
    return [
        str(round.session),
        _day(round.session),
        str(round.pk),
        str(Sector(group).label),
        instrument.by_code[subject].name,
        *_both(line.practice),
        *_both(line.importance),
    ]


def _both(figure: Figure | None) -> list[str]:
    return [in_figures(figure.value), str(figure.votes)] if figure else [_("fewer than five"), ""]


def _day(session: EngagementSession) -> str:
    return date_format(localtime(session.starts_at), "Y-m-d")
