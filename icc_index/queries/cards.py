"""The questions of one indicator with everything that stands beside them: for the city and for the experts."""

from dataclasses import dataclass, field
from typing import Any

from django.conf import settings
from django.db.models import Prefetch
from django.utils.module_loading import import_string

from icc_index import scoring
from icc_index.actions.reviewing import is_settled, stands
from icc_index.enums import Ruling
from icc_index.forms import AnswerForm
from icc_index.instrument import Instrument, InstrumentIndicator, InstrumentQuestion
from icc_index.models import Answer, Assessment, Clarification, Evidence, Verdict
from icc_index.queries.progress import values_of


@dataclass
class Card:
    """One question as a page shows it, with everything that stands beside it."""

    question: InstrumentQuestion
    answer: Answer
    is_asked: bool
    is_open: bool = False
    form: AnswerForm | None = None
    evidence: list[Evidence] = field(default_factory=list)
    clarifications: list[Clarification] = field(default_factory=list)
    voices: list[Any] = field(default_factory=list)
    conflict: Answer | None = None

    @property
    def code(self) -> str:
        return self.question.code

    @property
    def said(self) -> list[str]:
        return self.question.labels(self.answer.value)

    @property
    def conflict_said(self) -> str:
        return self.question.label(self.conflict.value) if self.conflict else ""

    @property
    def verdict(self) -> Verdict | None:
        return getattr(self.answer, "verdict", None)

    @property
    def adjusted(self) -> str:
        """The expert's value in words, if the verdict is an adjustment."""
        verdict = self.verdict
        return self.question.label(verdict.value) if verdict and verdict.ruling == Ruling.ADJUSTED else ""

    @property
    def is_stale(self) -> bool:
        """True if the city changed the answer after the verdict."""
        return self.verdict is not None and not stands(self.answer)

    @property
    def is_settled(self) -> bool:
        return is_settled(self.answer)

    @property
    def open_clarification(self) -> Clarification | None:
        """What was sent to the city and is not closed."""
        return next((one for one in self.clarifications if one.sent_at and not one.closed_at), None)

    @property
    def noted_question(self) -> Clarification | None:
        """What an expert noted to ask and has not sent yet."""
        return next((one for one in self.clarifications if not one.sent_at and not one.closed_at), None)


def cards(assessment: Assessment, indicator: InstrumentIndicator, instrument: Instrument) -> list[Card]:
    """The questions of an indicator with all that stands beside them. Four queries, and one a voice."""
    values = values_of(assessment, instrument)
    answers = {
        answer.question_id: answer
        for answer in Answer.objects.filter(
            assessment=assessment, question__in=[question.pk for question in indicator.questions]
        )
        .select_related("verdict__by", "saved_by")
        .prefetch_related(
            "evidence", Prefetch("clarifications", Clarification.objects.select_related("asked_by", "replied_by"))
        )
    }
    voices = voices_on(assessment, indicator)
    return [
        Card(
            question=question,
            answer=answers[question.pk],
            is_asked=scoring.is_asked(question.rule, values),
            evidence=list(answers[question.pk].evidence.all()),
            clarifications=list(answers[question.pk].clarifications.all()),
            voices=voices.get(question.code, []),
        )
        for question in indicator.questions
    ]


def voices_on(assessment: Assessment, indicator: InstrumentIndicator) -> dict[str, list[Any]]:
    """What other apps' voices (settings.EPI_VOICES) say beside the questions, by question code."""
    said: dict[str, list[Any]] = {}
    for path in settings.EPI_VOICES:
        for code, voice in import_string(path)(assessment, [question.code for question in indicator.questions]).items():
            said.setdefault(code, []).append(voice)
    return said
