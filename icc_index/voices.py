"""Voices: what others say beside a question or an indicator of one city's assessment.

A voice is a callable that settings.EPI_VOICES names: it takes an assessment, subjects (codes of questions, such as
"COM1", and of indicators, such as "commitment") and, where the caller has read them, the city's answers as they stand
(all that these subjects need); it gives what it says of each subject, in one query or a fixed few, whatever their
number. Other apps offer theirs in the same way and import this module for the protocol.

settings.EPI_CONTRADICTIONS names callables that take assessments and give, by primary key, the subjects in which
somebody contradicts the city far enough to be looked at first; one query each.
"""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction

from django.utils.translation import gettext as _

from icc_index import scoring
from icc_index.enums import Layer, Stance
from icc_index.instrument import InstrumentQuestion, instrument_for
from icc_index.models import Answer, Assessment, Result

Answers = Mapping[str, str]  # question code to value


@dataclass(frozen=True)
class Voice:
    """What one source says beside a question or an indicator."""

    source: str  # who speaks, in the reader's words: "Stakeholders", "2018"
    says: str  # in a few words: "2 of 3 groups doubt it", "Yes, general"
    reason: str = ""  # why, as it was said; no names of persons
    stance: Stance = Stance.NEUTRAL
    is_contradiction: bool = False  # far enough from the answer to be looked at first
    parts: Sequence["Voice"] = ()  # the single sessions or groups behind it


def out_of_100(score: Fraction | None) -> str:
    """A score in a few words; `score` is what scoring gives, exact, or None."""
    rounded = scoring.rounded(score, 0)
    return _("no score") if rounded is None else _("%(score)s of 100") % {"score": rounded}


# The last round -------------------------------------------------------------------------------------------------------
Values = Mapping[Layer, Mapping[str, str]]  # question code to value, of each layer of a result


def last_round(
    assessment: Assessment, subjects: Collection[str], values: Answers | None = None
) -> dict[str, list[Voice]]:
    """What the city's latest earlier result by the same edition says of `subjects`.

    One query; one more where there is such a result and `values` are not given.
    """
    earlier = Result.objects.before(assessment).first()
    if earlier is None:
        return {}
    instrument = instrument_for(assessment.edition)
    then = {layer: {code: frozen[layer] for code, frozen in earlier.answers.items()} for layer in Layer}
    questions = [instrument.questions[code] for code in subjects if code in instrument.questions]
    asked = [question for question in questions if scoring.is_asked(question.rule, then[Layer.VALIDATED])]
    now = values if values is not None else _values_now(assessment, questions)
    year = str(earlier.assessment.year)
    answers = {question.code: [_earlier_answer(year, question, then, now[question.code])] for question in asked}
    areas = [code for code in subjects if code in instrument.by_code]
    return answers | {code: [_earlier_score(year, instrument.rule_of(code), then)] for code in areas}


def _values_now(assessment: Assessment, questions: Iterable[InstrumentQuestion]) -> Answers:
    """The city's present answers by the questions' codes."""
    codes = {question.pk: question.code for question in questions}
    rows = Answer.objects.filter(assessment=assessment, question__in=list(codes))
    return {codes[pk]: value for pk, value in rows.order_by().values_list("question_id", "value")}


def _earlier_answer(year: str, question: InstrumentQuestion, then: Values, now: str) -> Voice:
    validated, by_city = then[Layer.VALIDATED][question.code], then[Layer.SELF][question.code]
    reason = _("Confirmed by the experts.")
    if validated != by_city:
        reason = _("Adjusted by the experts. The city had said: %(answer)s.") % {"answer": question.label(by_city)}
    says, whole = question.brief(validated), question.label(validated)
    if says != whole:
        reason = f"{whole}\n{reason}"
    stance = Stance.CONFIRMS if now == validated else Stance.CONTRADICTS
    return Voice(year, says, reason, stance if now else Stance.NEUTRAL)


def _earlier_score(year: str, indicator: scoring.Indicator, then: Values) -> Voice:
    scores = {layer: scoring.score_indicator(indicator, then[layer]).score for layer in Layer}
    reason = ""
    if scores[Layer.SELF] != scores[Layer.VALIDATED]:
        reason = _("By the city's own answers: %(score)s.") % {"score": out_of_100(scores[Layer.SELF])}
    return Voice(year, out_of_100(scores[Layer.VALIDATED]), reason)
