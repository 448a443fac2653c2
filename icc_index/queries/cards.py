"""The questions of one indicator with everything that stands beside them: for the city and for the experts."""

from dataclasses import dataclass, field, replace
from typing import Any

from django.db.models import Prefetch

from icc_index import scoring
from icc_index.actions.reviewing import is_settled, stands
from icc_index.enums import Ruling
from icc_index.forms import AnswerForm
from icc_index.instrument import Instrument, InstrumentIndicator, InstrumentQuestion
from icc_index.models import Answer, Assessment, Clarification, Evidence, Verdict
from icc_index.queries.voices import city_voice, experts_voice, scores_as_voices, voices_on
from icc_index.voices import Voice


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
    voices: list[Voice] = field(default_factory=list)
    shows_verdict: bool = False  # whether the reader may know the experts' verdict as it is now
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
    def is_contradicted(self) -> bool:
        return any(voice.is_contradiction for voice in self.voices)

    @property
    def line(self) -> list[Voice]:
        """Everybody on this question, the city first unless it is writing; nothing while nobody but the city speaks.

        The city's explanation is left out: it stands below, or in the form.
        """
        others = [*([experts_voice(self.question, self.answer)] if self.shows_verdict else []), *self.voices]
        if not others:
            return []
        city = replace(city_voice(self.question, self.answer), reason="")
        return [*([] if self.is_open else [city]), *others]

    @property
    def open_clarification(self) -> Clarification | None:
        """What was sent to the city and is not closed."""
        return next((one for one in self.clarifications if one.sent_at and not one.closed_at), None)

    @property
    def noted_question(self) -> Clarification | None:
        """What an expert noted to ask and has not sent yet."""
        return next((one for one in self.clarifications if not one.sent_at and not one.closed_at), None)


@dataclass(frozen=True)
class Opened:
    """One indicator as it is opened for answering or judging: its cards, and who says what about it as a whole."""

    cards: list[Card]
    city: Voice
    experts: Voice
    voices: list[Voice]

    def line(self, *, with_experts: bool) -> list[Voice]:
        """Everybody on the indicator itself; nothing while only the city and the experts have spoken."""
        if not self.voices:
            return []
        return [self.city, *([self.experts] if with_experts else []), *self.voices]


def cards(assessment: Assessment, indicator: InstrumentIndicator, instrument: Instrument) -> Opened:
    """An indicator and its questions with all that stands beside them.

    Three queries (two before the experts had it), those of the voices, and one more if a condition rests on another
    indicator's question.
    """
    found = Answer.objects.filter(assessment=assessment, question__in=[question.pk for question in indicator.questions])
    asked = Clarification.objects.select_related("asked_by", "replied_by")
    was_submitted = assessment.submitted_at is not None  # before that nothing can have been asked
    beside: list[Any] = ["evidence", *([Prefetch("clarifications", asked)] if was_submitted else [])]
    answers = {
        instrument.codes[answer.question_id]: answer
        for answer in found.select_related("verdict__by", "saved_by").prefetch_related(*beside)
    }
    values = _values_around(assessment, indicator, instrument, answers)
    voices = voices_on(assessment, [indicator.code, *answers], values)
    own = scores_as_voices(instrument.rule_of(indicator.code), answers, values, with_experts=True)
    made = [
        Card(
            question=question,
            answer=answers[question.code],
            is_asked=scoring.is_asked(question.rule, values),
            evidence=list(answers[question.code].evidence.all()),
            clarifications=list(answers[question.code].clarifications.all()) if was_submitted else [],
            voices=voices.get(question.code, []),
        )
        for question in indicator.questions
    ]
    return Opened(made, city=own[0], experts=own[1], voices=voices.get(indicator.code, []))


def _values_around(
    assessment: Assessment, indicator: InstrumentIndicator, instrument: Instrument, answers: dict[str, Answer]
) -> dict[str, str]:
    """The values of an indicator's questions, and of those elsewhere that their conditions rest on."""
    values = {code: answer.value for code, answer in answers.items()}
    conditions = [question.rule.condition for question in indicator.questions if question.rule.condition]
    elsewhere = [instrument.questions[one.question].pk for one in conditions if one.question not in values]
    if elsewhere:
        rows = Answer.objects.filter(assessment=assessment, question__in=elsewhere)
        values |= {instrument.codes[pk]: value for pk, value in rows.values_list("question_id", "value")}
    return values
