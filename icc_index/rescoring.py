"""Computing every score again: that the stored figures follow from the frozen answers, years and releases later."""

from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from functools import partial
from itertools import islice
from multiprocessing import get_context

from django.db import connections

from icc_index import scoring
from icc_index.actions.results import scores_of, stored
from icc_index.enums import Layer
from icc_index.instrument import FALLBACK_LANGUAGE, Instrument, instrument_for
from icc_index.models import Answer, Assessment, Edition, Result, Score

CHUNK = 250  # assessments in memory at a time

Faults = list[str]


@dataclass(frozen=True)
class Rescored:
    """How many were computed again, and a line on each that is not as it should be."""

    count: int
    faults: Faults

    @property
    def faulty(self) -> int:
        return len(self.faults)


def rescore(*, live: bool = False, processes: int = 1) -> Rescored:
    """Recompute every current result from its frozen answers and compare; nothing is written.

    `live`: score every assessment from its present answers instead. At most three queries a chunk of `CHUNK`. With more
    than one of `processes`, call it outside a transaction.
    """
    everything = Assessment.objects.order_by("pk") if live else Result.objects.current().order_by("pk")
    pks = list(everything.values_list("pk", flat=True))
    work = score_present_answers if live else compare_results
    if processes == 1:
        found = map(work, _chunks(pks))
        return Rescored(len(pks), [fault for faults in found for fault in faults])
    connections.close_all()  # a connection cannot be shared between processes
    with ProcessPoolExecutor(processes, mp_context=get_context("fork")) as pool:
        return Rescored(len(pks), [fault for faults in pool.map(work, _chunks(pks)) for fault in faults])


def _chunks(pks: Iterable[int]) -> Iterator[list[int]]:
    rest = iter(pks)
    return iter(lambda: list(islice(rest, CHUNK)), [])


def compare_results(pks: list[int]) -> Faults:
    """A line on each result of `pks` whose stored scores do not follow from its frozen answers. Two queries."""
    kept: dict[int, dict[tuple[str, str], tuple[str, object]]] = {pk: {} for pk in pks}
    scores = Score.objects.filter(result__in=pks).values_list("result_id", "layer", "subject", "exact", "value")
    for pk, layer, subject, exact, value in scores.iterator():
        kept[pk][layer, subject] = exact, value
    faults = []
    for result in Result.objects.filter(pk__in=pks).select_related("assessment__city", "assessment__edition"):
        fault = _fault(partial(_compare, result, kept[result.pk]))
        if fault:
            faults.append(f"{result}: {fault}")
    return faults


def _compare(result: Result, kept: dict[tuple[str, str], tuple[str, object]]) -> str:
    """What differs between the stored scores and those of the frozen answers, in words; nothing if they agree."""
    instrument = _instrument(result.assessment.edition)
    computed: dict[tuple[str, str], tuple[str, object]] = {
        (layer, subject): ("" if score is None else str(score), stored(score))
        for layer in Layer
        for subject, score in scores_of(instrument, result.answers, layer).by_subject().items()
    }
    differing = [key for key in {**kept, **computed} if kept.get(key) != computed.get(key)]
    lines = [
        f"{subject} ({layer}) is stored as {_words(kept, layer, subject)}, computed {_words(computed, layer, subject)}"
        for layer, subject in differing
    ]
    if result.core_index != computed[Layer.VALIDATED, "core_index"][1]:
        lines.append(f"the index for lists is {result.core_index}")
    return "; ".join(lines)


def _words(scores: dict[tuple[str, str], tuple[str, object]], layer: str, subject: str) -> str:
    exact, value = scores.get((layer, subject), ("nothing", "no row"))
    return f"{exact or 'no score'} ({value})"


def score_present_answers(pks: list[int]) -> Faults:
    """Score the assessments of `pks` from their answers as they are; a line on each that cannot be. Three queries."""
    editions = dict(Assessment.objects.filter(pk__in=pks).order_by().values_list("pk", "edition_id"))
    instruments = {pk: _instrument(edition) for pk, edition in Edition.objects.in_bulk(set(editions.values())).items()}
    values: dict[int, dict[str, str]] = {pk: {} for pk in editions}
    codes = {pk: instruments[edition].codes for pk, edition in editions.items()}
    rows = Answer.objects.filter(assessment__in=pks).order_by().values_list("assessment_id", "question_id", "value")
    for pk, question, value in rows.iterator():
        values[pk][codes[pk][question]] = value
    faults = []
    for pk, answers in values.items():
        fault = _fault(partial(_score, instruments[editions[pk]], answers))
        if fault:
            faults.append(f"{Assessment.objects.for_list().get(pk=pk)}: {fault}")
    return faults


def _score(instrument: Instrument, answers: dict[str, str]) -> str:
    scoring.score(instrument.rules, answers)
    return ""


def _fault(work: Callable[[], str]) -> str:
    """What `work` says, or that the answers do not fit the edition."""
    try:
        return work()
    except ValueError as error:
        return str(error)


def _instrument(edition: Edition) -> Instrument:
    return instrument_for(edition, FALLBACK_LANGUAGE)
