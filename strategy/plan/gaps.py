"""What an objective can rest on: indicators, their questions, findings, chosen areas, each with what it says now."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from functools import cached_property

from django.urls import reverse
from django.utils.translation import gettext as _

from icc_index import scoring
from icc_index.enums import Layer
from icc_index.instrument import Instrument, InstrumentIndicator, instrument_for
from icc_index.models import Assessment, Result
from icc_index.queries import values_of
from strategy.findings import subjects
from strategy.findings.models import ChosenArea, Finding
from strategy.findings.queries import chosen_areas
from strategy.plan.enums import GapKind
from strategy.plan.models import CityStrategy, Gap


@dataclass(frozen=True)
class Ground:
    """An assessment as objectives rest on it: what was answered, and what that scores.

    With a result these are the answers as the experts validated them; before it, the city's own.
    """

    assessment: Assessment
    instrument: Instrument
    values: Mapping[str, str]
    layer: Layer

    @property
    def is_validated(self) -> bool:
        return self.layer == Layer.VALIDATED

    @cached_property
    def scores(self) -> Mapping[str, scoring.IndicatorScore]:
        return scoring.score(self.instrument.rules, self.values).indicators

    def score_of(self, subject: str) -> Fraction | None:
        """From 0 to 100: of an indicator, or of one question; None where nothing could be scored."""
        if subject in self.instrument.by_code:
            return self.scores[subject].score
        indicator = self.instrument.indicator_of[subject]
        earned = {line.code: line.earned for line in self.scores[indicator.code].questions}[subject]
        return None if earned is None else 100 * earned


def ground_of(assessment: Assessment) -> Ground:
    """The ground in the reader's language. One query."""
    instrument = instrument_for(assessment.edition)
    frozen = Result.objects.current().filter(assessment=assessment).first() if assessment.has_result else None
    if frozen is None:
        return Ground(assessment, instrument, values_of(assessment, instrument), Layer.SELF)
    values = {code: answer[Layer.VALIDATED] for code, answer in frozen.answers.items()}
    return Ground(assessment, instrument, values, Layer.VALIDATED)


# What is offered -----------------------------------------------------------------------------------------------------
@dataclass(frozen=True)
class Offer:
    """Something to rest on, as it is offered: `title` names it, `words` tell what it says, on their own."""

    kind: GapKind
    subject: str
    title: str
    words: str
    score: Fraction | None = None
    finding: Finding | None = None
    chosen_area: ChosenArea | None = None

    @property
    def key(self) -> str:
        """By which a form names it: a finding by its number, anything else by its subject."""
        return f"finding-{self.finding.pk}" if self.finding else self.subject

    @property
    def lacks_something(self) -> bool:
        return self.score is not None and self.score < 100

    @property
    def whole_score(self) -> str | None:
        return scoring.rounded(self.score, 0)

    @property
    def stored_score(self) -> Decimal | None:
        rounded = scoring.rounded(self.score)
        return None if rounded is None else Decimal(rounded)

    @property
    def label(self) -> str:
        """The offer in one line, for a list of boxes to tick. An indicator's words tell its score already."""
        facts = {"kind": self.kind.label, "words": self.words, "score": self.whole_score}
        if self.score is None or self.kind == GapKind.INDICATOR:
            return _("%(kind)s – %(words)s") % facts
        return _("%(kind)s, %(score)s of 100 – %(words)s") % facts


@dataclass(frozen=True)
class Offers:
    """What a city has to rest objectives on, weakest first."""

    areas: list[Offer]
    indicators: list[Offer]
    findings: list[Offer]


def offers(strategy: CityStrategy) -> Offers:
    """What the strategy's city can begin an objective from. Three queries, one without an assessment."""
    findings = _told(strategy)
    if strategy.assessment is None:
        return Offers([], [], [_of_finding(finding) for finding in findings])
    ground = ground_of(strategy.assessment)
    chosen = {area.subject: area for area in chosen_areas(strategy.assessment)}
    whole = [_of_indicator(ground, one, chosen.get(one.code)) for one in ground.instrument.indicators]
    whole.sort(key=lambda offer: (offer.score is None, offer.score or 0))
    return Offers(
        areas=sorted((one for one in whole if one.chosen_area), key=lambda one: getattr(one.chosen_area, "pk", 0)),
        indicators=[one for one in whole if not one.chosen_area],
        findings=[_of_finding(finding) for finding in findings],
    )


def offers_about(strategy: CityStrategy, subject: str) -> list[Offer]:
    """The indicator that `subject` is or belongs to, its questions that lack something, and what sessions found of it.

    The weakest questions come first. Nothing for a subject that the strategy's edition does not know. Three queries.
    """
    if strategy.assessment is None:
        return []
    ground = ground_of(strategy.assessment)
    if not subjects.is_known(ground.instrument, subject):
        return []
    indicator = subjects.indicator_of(ground.instrument, subject)
    chosen = {area.subject: area for area in chosen_areas(strategy.assessment)}
    all_questions = [_of_question(ground, question.code) for question in indicator.questions]
    questions = [one for one in all_questions if one.lacks_something or one.subject == subject]
    questions.sort(key=lambda offer: (offer.score is None, offer.score or 0))
    findings = [_of_finding(one) for one in _told(strategy) if one.subject in set(subjects.all_of(indicator))]
    return [_of_indicator(ground, indicator, chosen.get(indicator.code)), *questions, *findings]


def finding_offers(strategy: CityStrategy, pks: Iterable[int]) -> list[Offer]:
    """Told findings of the strategy's city, by number, whatever edition they are about. One query."""
    wanted = set(pks)
    return [_of_finding(finding) for finding in _told(strategy) if finding.pk in wanted]


def _told(strategy: CityStrategy) -> list[Finding]:
    """Newest session first."""
    told = Finding.objects.told().filter(session__city=strategy.city).for_list()
    return list(told.order_by("-session__starts_at", "pk"))


def _of_indicator(ground: Ground, indicator: InstrumentIndicator, area: ChosenArea | None) -> Offer:
    score = ground.score_of(indicator.code)
    kind = GapKind.CHOSEN_AREA if area else GapKind.INDICATOR
    words = f"{indicator.name}: {area.reason}" if area else _score_in_words(ground, indicator.name, score)
    return Offer(kind, indicator.code, indicator.name, words, score, chosen_area=area)


def _score_in_words(ground: Ground, name: str, score: Fraction | None) -> str:
    facts = {"area": name, "score": scoring.rounded(score, 0), "year": ground.assessment.year}
    if score is None:
        return _("%(area)s: no score in %(year)s") % facts
    if ground.is_validated:
        return _("%(area)s: %(score)s of 100, validated in %(year)s") % facts
    return _("%(area)s: %(score)s of 100 by the city's own answers of %(year)s, not validated yet") % facts


def _of_question(ground: Ground, code: str) -> Offer:
    question = ground.instrument.questions[code]
    answer = question.label(ground.values.get(code, ""))
    words = _("%(question)s Answer: %(answer)s") % {"question": f"{code}: {question.text}", "answer": answer}
    return Offer(GapKind.QUESTION, code, f"{code}: {question.text}", words, ground.score_of(code))


def _of_finding(finding: Finding) -> Offer:
    return Offer(GapKind.FINDING, finding.subject, finding.get_kind_display(), finding.text, finding=finding)


# What is stored ------------------------------------------------------------------------------------------------------
@dataclass(frozen=True)
class GapRow:
    """A gap of an objective in the reader's words, with the way back to where it comes from ("" when that is gone)."""

    gap: Gap
    about: str
    url: str

    @property
    def kind(self) -> GapKind:
        return GapKind(self.gap.kind)


def gap_rows(strategy: CityStrategy, gaps: Iterable[Gap]) -> list[GapRow]:
    """Gaps (with their finding's session and their area's assessment) as pages show them. No query."""
    instrument = instrument_for(strategy.assessment.edition) if strategy.assessment else None
    return [GapRow(gap, _about(gap, instrument), _way_back(strategy, gap, instrument)) for gap in gaps]


def _about(gap: Gap, instrument: Instrument | None) -> str:
    """The name of the area, in the reader's language; its code if the edition does not know it."""
    if instrument is None or not subjects.is_known(instrument, gap.subject):
        return gap.subject
    return subjects.indicator_of(instrument, gap.subject).name


def _way_back(strategy: CityStrategy, gap: Gap, instrument: Instrument | None) -> str:
    city = strategy.city
    if gap.kind == GapKind.FINDING:
        found = gap.finding
        page = found and reverse("session_findings", args=[city.slug, found.session_id])
        return f"{page}#finding-{found.pk}" if found else ""
    if gap.kind == GapKind.CHOSEN_AREA:
        area = gap.chosen_area
        return f"{reverse('priorities', args=[city.slug])}?assessment={area.assessment_id}" if area else ""
    if instrument is None or not subjects.is_known(instrument, gap.subject):
        return ""
    indicator = subjects.indicator_of(instrument, gap.subject)
    page = reverse("indicator", args=[strategy.assessment_id, indicator.code])
    return page if indicator.code == gap.subject else f"{page}#{gap.subject}"
