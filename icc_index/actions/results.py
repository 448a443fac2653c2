"""Freezing, publishing and withdrawing results, and the means that follow from what is published."""

from collections.abc import Iterable
from decimal import Decimal
from fractions import Fraction
from typing import Any

from django.db import transaction
from django.db.models import Avg, Count, OuterRef, Subquery
from django.utils import timezone

from cities.models import User
from icc_index import scoring
from icc_index.actions._common import lock, move
from icc_index.enums import Layer, Ruling, Status
from icc_index.instrument import Instrument, instrument_for
from icc_index.models import Answer, Assessment, Benchmark, Edition, Result, Score


def freeze(*, assessment: Assessment, answers: Iterable[Answer], by: User) -> Result:
    """Compute both layers from answers (with their verdicts and `links`) and store them. The earlier result is kept.

    Called by `validate` inside its transaction. Five queries, whatever the size.
    """
    instrument = instrument_for(assessment.edition)
    frozen = {instrument.codes[answer.question_id]: _frozen(answer) for answer in answers}
    number = assessment.results.count() + 1
    assessment.results.current().update(superseded_at=timezone.now())
    scores = {layer: scores_of(instrument, frozen, layer) for layer in Layer}
    result = Result.objects.create(
        assessment=assessment,
        number=number,
        answers=frozen,
        core_index=stored(scores[Layer.VALIDATED].core_index.score),
        frozen_by=by,
    )
    Score.objects.bulk_create(
        [
            Score(
                result=result,
                layer=layer,
                subject=subject,
                exact="" if score is None else str(score),
                value=stored(score),
            )
            for layer in Layer
            for subject, score in scores[layer].by_subject().items()
        ]
    )
    return result


def scores_of(instrument: Instrument, frozen: dict[str, dict[str, Any]], layer: Layer) -> scoring.Scores:
    """The scores of one layer of frozen answers."""
    return scoring.score(instrument.rules, {code: values[layer] for code, values in frozen.items()})


def stored(score: Fraction | None) -> Decimal | None:
    """A score to six places, as the database keeps it for sorting and means."""
    text = scoring.rounded(score, 6)
    return None if text is None else Decimal(text)


def _frozen(answer: Any) -> dict[str, Any]:
    """One answer as a result keeps it; `links` comes from the query that read the answer."""
    verdict = getattr(answer, "verdict", None)
    if verdict is not None and verdict.answer_version != answer.version:
        verdict = None  # the answer changed since and is no longer asked
    validated = verdict.value if verdict and verdict.ruling == Ruling.ADJUSTED else answer.value
    return {Layer.SELF: answer.value, Layer.VALIDATED: validated, "evidence": answer.links}


@transaction.atomic
def publish(*, assessment: Assessment, by: User) -> None:
    """Make the result public."""
    assessment = lock(assessment)
    move(assessment, Status.PUBLISHED, by=by, published_at=timezone.now(), published_by=by)
    refresh_benchmarks(assessment)


@transaction.atomic
def withdraw(*, assessment: Assessment, by: User) -> None:
    """Take the result off the public pages."""
    assessment = lock(assessment, at=Status.PUBLISHED)
    move(assessment, Status.VALIDATED, by=by, published_at=None, published_by=None)
    refresh_benchmarks(assessment)


def refresh_benchmarks(assessment: Assessment) -> None:
    """Store anew the means over each city's newest published result of the same edition; sample apart from real.

    The edition is locked, so that two cities that publish at once are both counted.
    """
    Edition.objects.select_for_update(no_key=True).get(pk=assessment.edition_id)
    published = Result.objects.public().filter(
        assessment__edition=assessment.edition, assessment__is_sample=assessment.is_sample
    )
    newest = published.filter(assessment__city=OuterRef("assessment__city")).order_by("-assessment__year")
    published = published.filter(pk=Subquery(newest.values("pk")[:1]))
    means = (
        Score.objects.filter(result__in=published, layer=Layer.VALIDATED, value__isnull=False)
        .values("subject")
        .annotate(mean=Avg("value"), cities=Count("pk"))
    )
    Benchmark.objects.filter(edition=assessment.edition, is_sample=assessment.is_sample).delete()
    Benchmark.objects.bulk_create(
        [
            Benchmark(
                edition=assessment.edition,
                is_sample=assessment.is_sample,
                subject=row["subject"],
                mean=row["mean"],
                cities=row["cities"],
            )
            for row in means
        ]
    )
