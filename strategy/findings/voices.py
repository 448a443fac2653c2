"""What stakeholders say beside a question or an indicator, for settings.EPI_VOICES and EPI_CONTRADICTIONS.

Only findings of sessions whose minutes are final speak here, and ratings of closed rounds in groups of five and more.

- A question, or an indicator, is contradicted when the findings on it that contradict outnumber those that confirm it.
- An indicator is also contradicted when its rating of practice, over all that is shown, is EPI_CONTRADICTION_STEP
  points (of 100) or more away from the city's own score of it, by the answers as they stand: in either direction, since
  stakeholders who see more than the city claims are worth a look, too. (docs/ratings.md)
"""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction

from django.conf import settings
from django.db.models import prefetch_related_objects
from django.utils.formats import date_format
from django.utils.timezone import localtime
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from icc_index import scoring
from icc_index.enums import Stance
from icc_index.instrument import Instrument, instrument_for
from icc_index.models import Assessment
from icc_index.queries import values_of
from icc_index.voices import Answers, Voice
from strategy.enums import Sector
from strategy.findings import figures, queries, subjects
from strategy.findings.enums import JUDGING, FindingKind
from strategy.findings.figures import Cell, Figure
from strategy.findings.models import Finding, Rating

STANCES = {
    FindingKind.CONFIRMS: Stance.CONFIRMS,
    FindingKind.NUANCES: Stance.NUANCES,
    FindingKind.CONTRADICTS: Stance.CONTRADICTS,
}


def stakeholders(
    assessment: Assessment, about: Collection[str], values: Answers | None = None
) -> dict[str, list[Voice]]:
    """What stakeholders say of questions and indicators (codes), by code; those of whom nothing is said are left out.

    One query for questions; with indicators among them one more for ratings, and one for the city's answers where
    there is a rating to compare and `values` are not given.
    """
    instrument = instrument_for(assessment.edition)
    voices: dict[str, list[Voice]] = {}
    for subject, found in _told(assessment, about).items():
        voices.setdefault(subject, []).append(_voice_of_findings(found))
    for rated in _rated(assessment, instrument, about, values):
        voices.setdefault(rated.subject, []).append(_voice_of_ratings(rated))
    return voices


def contradictions(assessments: Iterable[Assessment]) -> dict[int, set[str]]:
    """The contradicted questions and indicators (codes) of each assessment, by its primary key. Three queries.

    One more if the editions of the assessments are not read yet.
    """
    assessments = list(assessments)
    prefetch_related_objects(assessments, "edition")
    contradicted: dict[int, set[str]] = {one.pk: set() for one in assessments}
    for (pk, subject), kinds in _kinds(contradicted).items():
        if is_contradicted(kinds):
            contradicted[pk].add(subject)
    practice = _practice(contradicted)
    values = queries.values_by_assessment({pk for pk, _subject in practice})
    for one in assessments:
        if one.pk in values:
            instrument = instrument_for(one.edition)
            scores = subjects.own_scores(instrument, queries.by_code(instrument, values[one.pk]))
            rated = {subject: figure for (pk, subject), figure in practice.items() if pk == one.pk}
            contradicted[one.pk] |= {
                subject for subject, figure in rated.items() if is_far(figure.value, scores.get(subject))
            }
    return contradicted


def is_contradicted(kinds: Sequence[str]) -> bool:
    """True if the findings that contradict outnumber those that confirm."""
    return kinds.count(FindingKind.CONTRADICTS) > kinds.count(FindingKind.CONFIRMS)


def is_far(rated: Fraction, score: Fraction | None) -> bool:
    """True if a rating of practice is the set step or more away from the city's own score (both 0..100)."""
    return score is not None and abs(rated - score) >= settings.EPI_CONTRADICTION_STEP


def _kinds(pks: Iterable[int]) -> dict[tuple[int, str], list[str]]:
    """The kinds of all told findings, by assessment and subject."""
    kinds: dict[tuple[int, str], list[str]] = {}
    told = Finding.objects.told().filter(session__assessment__in=list(pks)).order_by()
    for pk, subject, kind in told.values_list("session__assessment", "subject", "kind"):
        kinds.setdefault((pk, subject), []).append(kind)
    return kinds


def _practice(pks: Iterable[int]) -> dict[tuple[int, str], Figure]:
    """The shown ratings of practice, by assessment and indicator."""
    rows = Rating.objects.filter(round__session__assessment__in=list(pks), round__closed_at__isnull=False).order_by()
    columns = ("round__session__assessment", "round_id", "sector", "subject", "practice", "importance")
    cells: dict[tuple[int, str], list[Cell]] = {}
    for pk, *cell in rows.values_list(*columns):
        cells.setdefault((pk, cell[2]), []).append(Cell(*cell))
    practice = {key: figures.added(cell.practice for cell in some) for key, some in cells.items()}
    return {key: figure for key, figure in practice.items() if figure}


# Findings ------------------------------------------------------------------------------------------------------------
def _told(assessment: Assessment, about: Collection[str]) -> dict[str, list[Finding]]:
    told = Finding.objects.told().filter(session__assessment=assessment, subject__in=about)
    by_subject: dict[str, list[Finding]] = {}
    for finding in told.select_related("session").order_by("session__starts_at", "pk"):
        by_subject.setdefault(finding.subject, []).append(finding)
    return by_subject


def _voice_of_findings(found: Sequence[Finding]) -> Voice:
    kinds = [finding.kind for finding in found]
    stance = _stance(kinds)
    first = next((finding for finding in found if STANCES.get(FindingKind(finding.kind)) == stance), found[0])
    return Voice(
        source=_("Stakeholders"),
        says=_in_few_words(found),
        reason=first.text,
        stance=stance,
        is_contradiction=is_contradicted(kinds),
        parts=[_part(finding) for finding in found],
    )


def _stance(kinds: Sequence[str]) -> Stance:
    """What the findings come to: contradicted, else nuanced if anybody nuances or is against, else confirmed."""
    if is_contradicted(kinds):
        return Stance.CONTRADICTS
    if FindingKind.NUANCES in kinds or FindingKind.CONTRADICTS in kinds:
        return Stance.NUANCES
    return Stance.CONFIRMS if FindingKind.CONFIRMS in kinds else Stance.NEUTRAL


def _in_few_words(found: Sequence[Finding]) -> str:
    """Who says what, by group: without a group, a session counts as one."""
    of_kind = {kind: {_speaker(one) for one in found if one.kind == kind} for kind in FindingKind}
    judging = set().union(*(of_kind[kind] for kind in JUDGING))
    sentences = {
        FindingKind.CONTRADICTS: ngettext(
            "%(some)d of %(all)d group doubts it", "%(some)d of %(all)d groups doubt it", len(judging)
        ),
        FindingKind.NUANCES: ngettext(
            "%(some)d of %(all)d group says: yes, but", "%(some)d of %(all)d groups say: yes, but", len(judging)
        ),
        FindingKind.CONFIRMS: ngettext(
            "%(some)d of %(all)d group confirms it", "%(some)d of %(all)d groups confirm it", len(judging)
        ),
    }
    for kind in JUDGING:
        if of_kind[kind]:
            return sentences[kind] % {"some": len(of_kind[kind]), "all": len(judging)}
    if named := len(of_kind[FindingKind.PRIORITY]):
        return ngettext("%(count)d group names it a priority", "%(count)d groups name it a priority", named) % {
            "count": named
        }
    return _("Ideas and quotations, no judgement")


def _speaker(finding: Finding) -> str:
    return finding.sector or f"session {finding.session_id}"


def _part(finding: Finding) -> Voice:
    day = date_format(localtime(finding.session.starts_at), "j E Y")
    who = {"kind": finding.session.get_kind_display(), "day": day, "group": finding.get_sector_display()}
    source = _("%(kind)s, %(day)s: %(group)s") if finding.sector else _("%(kind)s, %(day)s")
    return Voice(
        source=source % who,
        says=finding.get_kind_display(),
        reason=finding.text,
        stance=STANCES.get(FindingKind(finding.kind), Stance.NEUTRAL),
    )


# Ratings -------------------------------------------------------------------------------------------------------------
@dataclass(frozen=True)
class _Rated:
    """An indicator's shown rating of practice, by group too, beside the city's own score."""

    subject: str
    practice: Figure
    groups: Mapping[str, Figure]
    score: Fraction | None


def _rated(
    assessment: Assessment, instrument: Instrument, about: Collection[str], values: Answers | None
) -> list[_Rated]:
    areas = [subject for subject in about if subject in instrument.by_code]
    if not areas:
        return []
    cells = queries.cells(Rating.objects.filter(round__session__assessment=assessment, subject__in=areas))
    by_area = figures.lines(cells, lambda cell: cell.subject)
    by_group = figures.lines(cells, lambda cell: (cell.subject, cell.group))
    shown = {subject: line.practice for subject, line in by_area.items() if line.practice}
    if not shown:
        return []
    answers = values if values is not None else values_of(assessment, instrument)
    return [
        _Rated(
            subject=subject,
            practice=practice,
            groups={
                sector: figure
                for sector in Sector.values
                if (figure := by_group.get((subject, sector), figures.HIDDEN).practice)
            },
            score=scoring.score_indicator(instrument.rule_of(subject), answers).score,
        )
        for subject, practice in shown.items()
    ]


def _voice_of_ratings(rated: _Rated) -> Voice:
    is_contradiction = is_far(rated.practice.value, rated.score)
    figures_of_both = {"rated": _whole(rated.practice.value), "score": _whole(rated.score)}
    says = _("Stakeholders rate practice at %(rated)s of 100; the city's answers give %(score)s")
    if rated.score is None:
        says = _("Stakeholders rate practice at %(rated)s of 100; the city's answers give no score")
    return Voice(
        source=_("Ratings by stakeholders"),
        says=says % figures_of_both,
        stance=_stance_of(rated.score, is_contradiction),
        is_contradiction=is_contradiction,
        parts=[_group(sector, figure) for sector, figure in rated.groups.items()],
    )


def _stance_of(score: Fraction | None, is_contradiction: bool) -> Stance:
    if score is None:
        return Stance.NEUTRAL
    return Stance.CONTRADICTS if is_contradiction else Stance.CONFIRMS


def _group(sector: str, figure: Figure) -> Voice:
    says = ngettext("%(rated)s of 100, %(votes)d vote", "%(rated)s of 100, %(votes)d votes", figure.votes)
    return Voice(source=str(Sector(sector).label), says=says % {"rated": _whole(figure.value), "votes": figure.votes})


def _whole(value: Fraction | None) -> str:
    return scoring.rounded(value, 0) or ""
