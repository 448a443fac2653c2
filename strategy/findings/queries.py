"""Reads about findings, ratings and priorities that several pages use. Constant numbers of queries."""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

from django.db.models import Count, Q, QuerySet

from icc_index import scoring
from icc_index.enums import Layer
from icc_index.instrument import Instrument, InstrumentIndicator, instrument_for
from icc_index.models import Answer, Assessment, Score
from icc_index.queries import values_of
from strategy.enums import Sector
from strategy.findings import figures, subjects
from strategy.findings.enums import FindingKind
from strategy.findings.figures import Cell, Figure, Line
from strategy.findings.models import Ballot, ChosenArea, Finding, Rating, RatingRound
from strategy.findings.rules import is_final
from strategy.sessions.models import EngagementSession, Note

Values = Mapping[str, str]


# Findings ------------------------------------------------------------------------------------------------------------
@dataclass(frozen=True)
class FindingRow:
    """A finding in the reader's words. `said` is what the city said when it was written, `now` what it says today."""

    finding: Finding
    area: str
    about: str
    said: str
    now: str

    @property
    def kind(self) -> FindingKind:
        return FindingKind(self.finding.kind)

    @property
    def has_changed(self) -> bool:
        return self.said != self.now

    @property
    def is_told(self) -> bool:
        return is_final(self.finding.session)

    @property
    def state(self) -> str:
        """The kind's mark, as templates/_state.html names them."""
        marks = {FindingKind.CONFIRMS: "done", FindingKind.NUANCES: "part", FindingKind.CONTRADICTS: "late"}
        return marks.get(self.kind, "wait" if self.kind == FindingKind.PRIORITY else "none")


def finding_rows(findings: Iterable[Finding]) -> list[FindingRow]:
    """Findings (of `for_list`) with the city's answers beside them. One query beyond theirs."""
    findings = list(findings)
    values = values_by_assessment({one.session.assessment_id for one in findings})
    return [_finding_row(one, values[one.session.assessment_id]) for one in findings]


def _finding_row(finding: Finding, by_question: Mapping[int, str]) -> FindingRow:
    instrument = instrument_for(finding.session.assessment.edition)
    values = by_code(instrument, by_question)
    is_area = finding.subject in instrument.by_code
    return FindingRow(
        finding=finding,
        area=subjects.indicator_of(instrument, finding.subject).name,
        about="" if is_area else subjects.name(instrument, finding.subject),
        said=subjects.said(instrument, finding.subject, finding.about_value),
        now=subjects.said(instrument, finding.subject, subjects.value_of(instrument, finding.subject, values)),
    )


def values_by_assessment(pks: Iterable[int]) -> dict[int, dict[int, str]]:
    """The values of all answers, by assessment and primary key of the question. One query."""
    values: dict[int, dict[int, str]] = {pk: {} for pk in pks}
    rows = Answer.objects.filter(assessment__in=list(values)).order_by()
    for assessment, question, value in rows.values_list("assessment_id", "question_id", "value"):
        values[assessment][question] = value
    return values


def by_code(instrument: Instrument, by_question: Mapping[int, str]) -> dict[str, str]:
    return {instrument.codes[pk]: value for pk, value in by_question.items()}


@dataclass(frozen=True)
class NoteRow:
    """A note beside the form. `is_used` says that a finding of its session is about its subject."""

    note: Note
    about: str
    is_used: bool


def note_rows(session: EngagementSession, found: Iterable[Finding]) -> list[NoteRow]:
    """The notes of a session, the coded ones first. One query."""
    instrument = instrument_for(session.assessment.edition)
    used = {finding.subject for finding in found}
    notes = sorted(session.notes.all(), key=lambda note: (not note.subject, note.pk))
    return [
        NoteRow(
            note=note,
            about=subjects.name(instrument, note.subject) if subjects.is_known(instrument, note.subject) else "",
            is_used=bool(note.subject) and note.subject in used,
        )
        for note in notes
    ]


# Ratings -------------------------------------------------------------------------------------------------------------
def cells(ratings: QuerySet[Rating]) -> list[Cell]:
    """What was rated in closed rounds: others have no figures, not even for us. One query."""
    rows = ratings.filter(round__closed_at__isnull=False).order_by("round", "subject", "sector")
    return [Cell(*row) for row in rows.values_list("round_id", "sector", "subject", "practice", "importance")]


def cells_of(assessment: Assessment) -> list[Cell]:
    return cells(Rating.objects.filter(round__session__assessment=assessment))


@dataclass(frozen=True)
class GroupLine:
    """The figures of one group, or of all groups that are shown ("")."""

    group: str
    line: Line

    @property
    def name(self) -> str:
        return str(Sector(self.group).label) if self.group else ""


@dataclass(frozen=True)
class RatedArea:
    """One indicator as the groups rated it: all shown ones together, then each."""

    subject: str
    name: str
    whole: Line
    groups: list[GroupLine]


def rated_areas(instrument: Instrument, rated: Iterable[Cell]) -> list[RatedArea]:
    """Figures by indicator and group, in the order of the questionnaire. No query."""
    rated = list(rated)
    whole = figures.lines(rated, lambda cell: cell.subject)
    by_group = figures.lines(rated, lambda cell: (cell.subject, cell.group))
    return [
        RatedArea(
            subject=indicator.code,
            name=indicator.name,
            whole=whole[indicator.code],
            groups=[
                GroupLine(sector, by_group[indicator.code, sector])
                for sector in Sector.values
                if (indicator.code, sector) in by_group
            ],
        )
        for indicator in instrument.indicators
        if indicator.code in whole
    ]


@dataclass(frozen=True)
class GroupBallots:
    """How many ballots of a group there are, how many were used, and how many still work. Numbers, nothing else."""

    group: str
    made: int
    used: int
    working: int

    @property
    def name(self) -> str:
        return str(Sector(self.group).label)


@dataclass(frozen=True)
class RoundView:
    """One round as its page shows it: ballots while it is open, figures once it is closed."""

    round: RatingRound
    areas: list[str]
    ballots: list[GroupBallots]
    rated: list[RatedArea]

    @property
    def used(self) -> int:
        return sum(group.used for group in self.ballots)

    @property
    def working(self) -> int:
        return sum(group.working for group in self.ballots)


def rounds_of(session: EngagementSession) -> list[RoundView]:
    """The rounds of a session, newest first. Three queries."""
    instrument = instrument_for(session.assessment.edition)
    ballots: dict[int, list[GroupBallots]] = {}
    for row in _ballot_numbers(session):
        ballots.setdefault(row["round"], []).append(
            GroupBallots(row["sector"], row["made"], row["used"], row["working"])
        )
    rated: dict[int, list[Cell]] = {}
    for cell in cells(Rating.objects.filter(round__session=session)):
        rated.setdefault(cell.round, []).append(cell)
    return [
        RoundView(
            round=one,
            areas=[instrument.by_code[code].name for code in one.subjects],
            ballots=sorted(ballots.get(one.pk, []), key=lambda group: Sector.values.index(group.group)),
            rated=rated_areas(instrument, rated.get(one.pk, [])),
        )
        for one in session.rounds.order_by("-pk")
    ]


def _ballot_numbers(session: EngagementSession) -> Iterable[Mapping[str, Any]]:
    works = Q(is_used=False, pk__in=Ballot.objects.working().values("pk"))
    return (
        Ballot.objects.filter(round__session=session)
        .values("round", "sector")
        .annotate(made=Count("pk"), used=Count("pk", filter=Q(is_used=True)), working=Count("pk", filter=works))
    )


# Priorities ----------------------------------------------------------------------------------------------------------
@dataclass(frozen=True)
class Scores:
    """The scores that priorities rest on, by indicator, and whose they are."""

    layer: Layer
    by_indicator: Mapping[str, Fraction | None]


def scores_for(assessment: Assessment) -> Scores:
    """The validated scores if there are such, else the city's own by its answers as they stand. One query."""
    instrument = instrument_for(assessment.edition)
    if not assessment.has_result:
        return Scores(Layer.SELF, subjects.own_scores(instrument, values_of(assessment, instrument)))
    rows = Score.objects.filter(
        result__assessment=assessment, result__superseded_at=None, layer=Layer.VALIDATED, subject__in=instrument.by_code
    )
    return Scores(
        Layer.VALIDATED,
        {subject: Fraction(exact) if exact else None for subject, exact in rows.values_list("subject", "exact")},
    )


@dataclass(frozen=True)
class Priority:
    """One indicator: how it scores, how much it matters to stakeholders, and if the city chose it."""

    indicator: InstrumentIndicator
    score: Fraction | None
    importance: Figure | None
    practice: Figure | None
    named: int
    area: ChosenArea | None

    @property
    def need(self) -> Fraction | None:
        return figures.need(self.score, self.importance.value if self.importance else None)

    @property
    def whole_need(self) -> str | None:
        return scoring.rounded(self.need, 0)

    @property
    def whole_score(self) -> str | None:
        return scoring.rounded(self.score, 0)

    @property
    def whole_importance(self) -> str | None:
        return self.importance.whole if self.importance else None

    @property
    def whole_practice(self) -> str | None:
        return self.practice.whole if self.practice else None

    @property
    def votes(self) -> int | None:
        """How many said how much it matters."""
        return self.importance.votes if self.importance else None


def priorities(assessment: Assessment, scores: Scores) -> list[Priority]:
    """Every indicator, those that need most first; those without ratings after them, the lowest scores first.

    Three queries: what was rated, what told sessions named a priority, what the city chose.
    """
    instrument = instrument_for(assessment.edition)
    lines = figures.lines(cells_of(assessment), lambda cell: cell.subject)
    named = _named(assessment, instrument)
    chosen = {area.subject: area for area in chosen_areas(assessment)}
    rows = [
        Priority(
            indicator=indicator,
            score=scores.by_indicator.get(indicator.code),
            importance=lines.get(indicator.code, figures.HIDDEN).importance,
            practice=lines.get(indicator.code, figures.HIDDEN).practice,
            named=named[indicator.code],
            area=chosen.get(indicator.code),
        )
        for indicator in instrument.indicators
    ]
    return sorted(rows, key=_by_need)


def _by_need(row: Priority) -> tuple[bool, Fraction, bool, Fraction]:
    nothing = Fraction(0)
    return (row.need is None, -(row.need or nothing), row.score is None, row.score or nothing)


def _named(assessment: Assessment, instrument: Instrument) -> Counter[str]:
    """How many findings of told sessions name each indicator, or one of its questions, a priority."""
    told = Finding.objects.told().filter(session__assessment=assessment, kind=FindingKind.PRIORITY)
    return Counter(
        subjects.indicator_of(instrument, subject).code for subject in told.values_list("subject", flat=True)
    )


def chosen_areas(assessment: Assessment) -> list[ChosenArea]:
    """The areas that the city's strategy concentrates on, in the order in which they were chosen. One query."""
    return list(ChosenArea.objects.filter(assessment=assessment).select_related("chosen_by").order_by("pk"))
