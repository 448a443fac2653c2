"""What a session should look into, and why: where the answers are lowest, where the city is least sure, and what
somebody contradicted before."""

from collections.abc import Iterable
from dataclasses import dataclass
from fractions import Fraction

from django.conf import settings
from django.utils.module_loading import import_string
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from icc_index import scoring
from icc_index.enums import Aside
from icc_index.instrument import Instrument
from icc_index.models import Assessment
from icc_index.queries import CheckRow, CheckSection, check_sections
from strategy.sessions import subjects
from strategy.sessions.enums import TopicReason

MOST = 3  # proposals for each of the first two reasons: a session has time for a handful of subjects


@dataclass(frozen=True)
class Proposal:
    """A subject that a session could look into. `why` is a sentence for the city, never printed for those present."""

    code: str
    name: str
    reason: TopicReason
    why: str


@dataclass(frozen=True)
class Unsure:
    """How much of one indicator the city does not know or cannot show."""

    unknown: int
    unanswered: int
    without_evidence: int

    @property
    def total(self) -> int:
        return self.unknown + self.unanswered + self.without_evidence


def proposals_for(assessment: Assessment, instrument: Instrument) -> list[Proposal]:
    """Contradicted subjects, then the lowest indicators, then the least sure ones; each subject once.

    One query, and those of settings.EPI_CONTRADICTIONS.
    """
    sections = check_sections(assessment, instrument)
    found: dict[str, Proposal] = {}
    for proposal in [
        *_contradicted(assessment, instrument),
        *_lowest(instrument, sections),
        *_least_sure(sections),
    ]:
        found.setdefault(proposal.code, proposal)
    return list(found.values())


def _contradicted(assessment: Assessment, instrument: Instrument) -> Iterable[Proposal]:
    said: set[str] = set()
    for path in settings.EPI_CONTRADICTIONS:
        said |= set(import_string(path)([assessment]).get(assessment.pk, ()))
    for code in [*instrument.by_code, *instrument.questions]:
        if code in said:
            name = subjects.subject_of(instrument, code).name
            yield Proposal(code, name, TopicReason.CONTRADICTED, _("Stakeholders contradicted the answer before."))


def _lowest(instrument: Instrument, sections: list[CheckSection]) -> Iterable[Proposal]:
    """The lowest scores of the answers as they stand; an indicator without any answer has none to speak of."""
    values = {row.question.code: row.answer.value for section in sections for row in section.rows}
    scores = scoring.score(instrument.rules, values).indicators
    begun = [s.indicator for s in sections if any(row.answer.value for row in s.rows)]
    ranked: list[tuple[Fraction, int]] = []
    for indicator in begun:
        score = scores[indicator.code].score
        if score is not None and score < 100:
            ranked.append((score, indicator.number))
    for score, number in sorted(ranked)[:MOST]:
        indicator = instrument.indicators[number - 1]
        why = _("%(score)s of 100 as the answers stand.") % {"score": scoring.rounded(score, 0)}
        yield Proposal(indicator.code, indicator.name, TopicReason.LOWEST, why)


def _least_sure(sections: list[CheckSection]) -> Iterable[Proposal]:
    """The indicators of which the city knows or can show least, those with most gaps first."""
    counted = [(_unsure(section.rows), section.indicator) for section in sections]
    ranked = sorted((one for one in counted if one[0].total), key=lambda one: (-one[0].total, one[1].number))
    for unsure, indicator in ranked[:MOST]:
        yield Proposal(indicator.code, indicator.name, TopicReason.UNSURE, _gaps(unsure))


def _unsure(rows: Iterable[CheckRow]) -> Unsure:
    rows = list(rows)
    return Unsure(
        unknown=sum(row.answer.value == Aside.UNKNOWN for row in rows),
        unanswered=sum(not row.answer.value for row in rows),
        without_evidence=sum(
            bool(row.answer.value) and row.answer.value not in Aside.values and not row.evidence for row in rows
        ),
    )


def _gaps(unsure: Unsure) -> str:
    """The gaps as sentences; only those that there are."""
    sentences = [
        (
            unsure.unknown,
            ngettext("%(n)d question: “we do not know”.", "%(n)d questions: “we do not know”.", unsure.unknown),
        ),
        (
            unsure.unanswered,
            ngettext("%(n)d question is not answered.", "%(n)d questions are not answered.", unsure.unanswered),
        ),
        (
            unsure.without_evidence,
            ngettext("%(n)d answer has no evidence.", "%(n)d answers have no evidence.", unsure.without_evidence),
        ),
    ]
    return " ".join(sentence % {"n": count} for count, sentence in sentences if count)
