"""What a topic, note or finding is about: an indicator or a question of the questionnaire, by its code."""

from dataclasses import dataclass

from django.utils.text import Truncator
from django.utils.translation import gettext as _

from icc_index.instrument import Instrument, InstrumentIndicator, InstrumentQuestion

Group = tuple[str, list[tuple[str, str]]]


@dataclass(frozen=True)
class Subject:
    """A subject in words. `text` is what the questionnaire says or asks, `why` the reason why it asks."""

    code: str
    name: str
    text: str
    why: str
    is_question: bool

    @property
    def short(self) -> str:
        """The name, short enough to be tapped on while people talk."""
        return Truncator(self.name).chars(60)


def subject_of(instrument: Instrument, code: str) -> Subject:
    """The subject with that code; one that the edition does not know stands by its code alone."""
    if code in instrument.by_code:
        return _indicator(instrument.by_code[code])
    if code in instrument.questions:
        return _question(instrument.questions[code])
    return Subject(code, code, "", "", is_question=False)


def _indicator(indicator: InstrumentIndicator) -> Subject:
    return Subject(indicator.code, indicator.name, indicator.texts["about"], indicator.texts["why"], is_question=False)


def _question(question: InstrumentQuestion) -> Subject:
    name = f"{question.code}: {question.text}"
    return Subject(question.code, name, question.text, question.texts["why"], is_question=True)


def is_known(instrument: Instrument, code: str) -> bool:
    return code in instrument.by_code or code in instrument.questions


def choices(instrument: Instrument) -> list[Group]:
    """Every subject as a select offers them: each indicator first in a group of its own, then its questions."""
    groups = []
    for indicator in instrument.indicators:
        whole = (indicator.code, _("%(indicator)s as a whole") % {"indicator": indicator.name})
        questions = [(question.code, f"{question.code}: {question.text}") for question in indicator.questions]
        groups.append((indicator.name, [whole, *questions]))
    return groups


def prompt_for(instrument: Instrument, code: str) -> str:
    """What to ask about a subject, to begin with: neutral, from the questionnaire's own words, no answer in it.

    In the language of `instrument` and of the active translation, which should be the session's.
    """
    subject = subject_of(instrument, code)
    if subject.is_question:  # its text stands above, as the topic's name
        parts = [_("How is it in practice? What have you seen or heard yourself?"), subject.why]
    else:
        opening = _("How do you see this in our city? What works, what does not, and for whom?")
        parts = [subject.text, opening, subject.why]
    return "\n\n".join(part for part in parts if part)
