"""Taking over an answer sheet: what people have filled in elsewhere becomes the city's answers, all or nothing."""

from dataclasses import dataclass

from django.db import transaction

from cities.models import City, User
from epi import audit
from epi.errors import Conflict
from epi.spreadsheets import one_line_break
from icc_index import rules
from icc_index.actions import assessments
from icc_index.actions._common import lock
from icc_index.actions.answering import Draft, add_evidence, save_answers
from icc_index.instrument import Instrument, InstrumentQuestion, instrument_for
from icc_index.models import Answer, Assessment, Edition
from icc_index.sheets import EvidenceEntry, Row, Sheet


@dataclass(frozen=True)
class Change:
    """What a sheet changes in the answer to one question: values before and after, and evidence that is new."""

    question: InstrumentQuestion
    before: str
    after: str
    explanation_changes: bool
    evidence: tuple[EvidenceEntry, ...]

    @property
    def changes_answer(self) -> bool:
        return self.before != self.after or self.explanation_changes


@dataclass(frozen=True)
class Imported:
    """What became of a sheet. `changes` has no entry for a question of which the sheet says what is stored already."""

    assessment: Assessment
    is_new: bool
    changes: list[Change]


@transaction.atomic
def import_sheet(*, city: City, edition: Edition, year: int, sheet: Sheet, by: User) -> Imported:
    """Save a sheet's answers in the city's assessment of that year, which is started when there is none.

    A question in the sheet becomes what its row says, evidence is added and never removed, and questions that the sheet
    leaves out stay as they are. Raises NotAllowed for a person who may not answer everything, or out of turn.
    """
    assessment = Assessment.objects.filter(city=city, edition=edition, year=year).first()
    is_new = assessment is None
    assessment = lock(assessment or assessments.start(city=city, edition=edition, year=year, by=by))
    rules.check_can_answer(by, assessment, is_assigned=False)
    instrument = instrument_for(edition)
    answers = _stored(assessment, instrument)
    compared = {row.question: _compare(instrument, row, answers[row.question]) for row in sheet.rows}
    changes = {code: change for code, change in compared.items() if change.changes_answer or change.evidence}
    _save(assessment, [row for row in sheet.rows if compared[row.question].changes_answer], answers, instrument, by)
    for code, change in changes.items():
        for entry in change.evidence:
            add_evidence(answer=answers[code], by=by, is_assigned=False, **vars(entry))
    if changes:
        audit.record("answers.imported", assessment, by=by, questions=list(changes))
    return Imported(assessment, is_new, list(changes.values()))


def _stored(assessment: Assessment, instrument: Instrument) -> dict[str, Answer]:
    answers = Answer.objects.filter(assessment=assessment).select_related("assessment").prefetch_related("evidence")
    return {instrument.codes[answer.question_id]: answer for answer in answers}


def _compare(instrument: Instrument, row: Row, answer: Answer) -> Change:
    known = {(evidence.url, evidence.page, evidence.quote) for evidence in answer.evidence.all()}
    return Change(
        question=instrument.questions[row.question],
        before=answer.value,
        after=row.value,
        explanation_changes=one_line_break(answer.explanation) != row.explanation,
        evidence=tuple(entry for entry in row.evidence if (entry.url, entry.page, entry.quote) not in known),
    )


def _save(
    assessment: Assessment, rows: list[Row], answers: dict[str, Answer], instrument: Instrument, by: User
) -> None:
    drafts = [
        Draft(instrument.questions[row.question], row.value, row.explanation, answers[row.question].version)
        for row in rows
    ]
    saved = save_answers(assessment=assessment, drafts=drafts, by=by)
    for theirs in saved.conflicts.values():  # cannot be while the assessment is locked; then nothing may be lost
        raise Conflict(theirs)
