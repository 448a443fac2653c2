"""Voices on one line: the city, the experts, and whoever settings.EPI_VOICES lets speak; and where they contradict."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass

from django.conf import settings
from django.db.models import BooleanField, ExpressionWrapper, F, Q
from django.utils.module_loading import import_string
from django.utils.translation import gettext as _

from icc_index import scoring
from icc_index.actions.reviewing import is_settled, stands
from icc_index.enums import Ruling, Stance
from icc_index.instrument import Instrument, InstrumentIndicator, InstrumentQuestion, instrument_for
from icc_index.models import Answer, Assessment
from icc_index.voices import Answers, Voice, out_of_100

SETTLED = Q(verdict__ruling__in=[Ruling.CONFIRMED, Ruling.ADJUSTED], verdict__answer_version=F("version"))


def voices_on(
    assessment: Assessment, subjects: Collection[str], values: Answers | None = None
) -> dict[str, list[Voice]]:
    """What settings.EPI_VOICES say beside questions and indicators, by their codes. A fixed few queries a voice.

    `values` are the city's answers as they stand, where the caller has read all that these subjects need.
    """
    said: dict[str, list[Voice]] = {}
    for path in settings.EPI_VOICES if subjects else ():
        for subject, voices in import_string(path)(assessment, subjects, values).items():
            said.setdefault(subject, []).extend(voices)
    return said


# The city and the experts as voices -----------------------------------------------------------------------------------
def city_voice(question: InstrumentQuestion, answer: Answer) -> Voice:
    """The city's own answer, with its explanation as the reason."""
    says, whole = question.brief(answer.value), question.label(answer.value)
    reason = answer.explanation if says == whole else f"{whole}\n{answer.explanation}".strip()
    return Voice(_("The city"), says, reason)


def experts_voice(question: InstrumentQuestion, answer: Answer) -> Voice:
    """What the experts have made of the answer so far."""
    source = _("The experts")
    verdict = getattr(answer, "verdict", None)
    if verdict is None:
        return Voice(source, _("Not judged yet"))
    if not stands(answer):
        return Voice(source, _("Changed since judged"))
    if verdict.ruling == Ruling.ADJUSTED:
        says = _("Adjusted: %(answer)s") % {"answer": question.brief(verdict.value)}
        return Voice(source, says, verdict.reason, Stance.CONTRADICTS)
    return Voice(source, verdict.get_ruling_display())


def scores_as_voices(
    rule: scoring.Indicator, answers: Mapping[str, Answer], values: Mapping[str, str], *, with_experts: bool
) -> list[Voice]:
    """The city's score of one indicator, and the experts' once each answer is settled; how far they are until then."""
    asked = [answers[question.code] for question in rule.questions if scoring.is_asked(question, values)]
    given = sum(bool(answer.value) for answer in asked)
    says = _("%(answered)d of %(asked)d answered") % {"answered": given, "asked": len(asked)}
    if given == len(asked):
        says = out_of_100(scoring.score_indicator(rule, values).score)
    voices = [Voice(_("The city"), says)]
    if with_experts:
        settled = sum(is_settled(answer) for answer in asked)
        says = _("%(settled)d of %(asked)d judged") % {"settled": settled, "asked": len(asked)}
        if settled == len(asked):
            adjusted = {code: _validated(answer) for code, answer in answers.items()}
            says = out_of_100(scoring.score_indicator(rule, {**values, **adjusted}).score)
        voices.append(Voice(_("The experts"), says))
    return voices


def _validated(answer: Answer) -> str:
    is_adjusted = stands(answer) and answer.verdict.ruling == Ruling.ADJUSTED
    return answer.verdict.value if is_adjusted else answer.value


# All voices of an assessment ------------------------------------------------------------------------------------------
@dataclass(frozen=True)
class VoiceLine:
    """Everybody who speaks about one question or indicator; the city is the first."""

    subject: str
    title: str
    voices: Sequence[Voice]

    @property
    def is_contradicted(self) -> bool:
        return any(voice.is_contradiction for voice in self.voices)

    @property
    def differs(self) -> bool:
        """True if somebody says something else than the city."""
        other = (Stance.NUANCES, Stance.CONTRADICTS)
        return self.is_contradicted or any(voice.stance in other for voice in self.voices)


@dataclass(frozen=True)
class VoiceSection:
    """One indicator's line of scores and the lines of its questions."""

    indicator: InstrumentIndicator
    line: VoiceLine
    questions: list[VoiceLine]

    @property
    def differing(self) -> list[VoiceLine]:
        return [line for line in self.questions if line.differs]


def voice_sections(assessment: Assessment, instrument: Instrument, *, with_experts: bool) -> list[VoiceSection]:
    """All voices on every indicator and every question that is asked. One query, and those of the voices.

    `with_experts` says if the reader may know the verdicts as they are now.
    """
    rows = Answer.objects.filter(assessment=assessment).order_by().select_related("verdict")
    answers = {instrument.codes[answer.question_id]: answer for answer in rows}
    values = {code: answer.value for code, answer in answers.items()}
    others = voices_on(assessment, [*instrument.by_code, *instrument.questions], values)
    sections = []
    for indicator in instrument.indicators:
        rule = instrument.rule_of(indicator.code)
        ours = {question.code: answers[question.code] for question in indicator.questions}
        scores = scores_as_voices(rule, ours, values, with_experts=with_experts)
        line = VoiceLine(indicator.code, indicator.name, [*scores, *others.get(indicator.code, [])])
        asked = [question for question in indicator.questions if scoring.is_asked(question.rule, values)]
        lines = [_line(question, answers[question.code], others, with_experts) for question in asked]
        sections.append(VoiceSection(indicator, line, lines))
    return sections


def _line(
    question: InstrumentQuestion, answer: Answer, others: Mapping[str, list[Voice]], with_experts: bool
) -> VoiceLine:
    own = [city_voice(question, answer)]
    if with_experts:
        own.append(experts_voice(question, answer))
    return VoiceLine(question.code, question.text, [*own, *others.get(question.code, [])])


@dataclass(frozen=True)
class VoiceRow:
    """A line with what each source says, as (source, voices); nothing for one that is silent here."""

    line: VoiceLine
    cells: list[tuple[str, list[Voice]]]


@dataclass(frozen=True)
class VoiceTable:
    """Lines as a table: a column for whoever speaks anywhere, the city first; by indicator, each itself on top."""

    sources: list[str]
    sections: list[tuple[InstrumentIndicator, list[VoiceRow]]]


def voice_table(sections: Sequence[VoiceSection], *, only_differing: bool) -> VoiceTable:
    """The lines as a table; with `only_differing` without the questions on which all agree."""
    lines = [line for section in sections for line in (section.line, *section.questions)]
    sources = list(dict.fromkeys(voice.source for line in lines for voice in line.voices))
    shown = []
    for section in sections:
        questions = section.differing if only_differing else section.questions
        if questions or section.line.is_contradicted:
            shown.append((section.indicator, [_row(line, sources) for line in (section.line, *questions)]))
    return VoiceTable(sources, shown)


def _row(line: VoiceLine, sources: Iterable[str]) -> VoiceRow:
    return VoiceRow(line, [(source, [one for one in line.voices if one.source == source]) for source in sources])


# Contradictions -------------------------------------------------------------------------------------------------------
def contradictions(assessments: Collection[Assessment]) -> dict[int, set[str]]:
    """What is contradicted in each assessment, judged or not, as settings.EPI_CONTRADICTIONS say. One query each."""
    found: dict[int, set[str]] = {}
    for path in settings.EPI_CONTRADICTIONS if assessments else ():
        for pk, subjects in import_string(path)(assessments).items():
            found.setdefault(pk, set()).update(subjects)
    return found


def open_contradictions(assessments: Collection[Assessment]) -> dict[int, int]:
    """How many contradictions of each assessment wait for a verdict. One query more than `contradictions`.

    That of a question is open until its answer is settled, that of an indicator until all its answers are. What is not
    asked waits for nothing.
    """
    contradicted = {pk: subjects for pk, subjects in contradictions(assessments).items() if subjects}
    if not contradicted:
        return {}
    settled: dict[int, dict[int, tuple[str, bool]]] = {}
    rows = Answer.objects.filter(assessment__in=list(contradicted)).annotate(
        is_settled=ExpressionWrapper(SETTLED, output_field=BooleanField())
    )
    for pk, question, value, done in rows.order_by().values_list("assessment_id", "question_id", "value", "is_settled"):
        settled.setdefault(pk, {})[question] = (value, bool(done))
    return {
        one.pk: _count_open(instrument_for(one.edition), settled[one.pk], contradicted[one.pk])
        for one in assessments
        if one.pk in contradicted
    }


def _count_open(instrument: Instrument, answers: Mapping[int, tuple[str, bool]], contradicted: Collection[str]) -> int:
    values = {instrument.codes[pk]: value for pk, (value, _done) in answers.items()}
    unsettled = {instrument.codes[pk] for pk, (_value, done) in answers.items() if not done}
    waiting = {code for code in unsettled if scoring.is_asked(instrument.rules.questions[code], values)}
    waiting |= {instrument.indicator_of[code].code for code in waiting}
    return len(waiting.intersection(contradicted))
