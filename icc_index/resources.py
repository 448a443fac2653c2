"""Scores that others published, in and out; answers with verdicts, and registers of research, out only."""

from collections.abc import Iterator
from typing import Any

from django.core.exceptions import ValidationError
from django.db.models import QuerySet
from import_export import fields

from cities.models import City
from cities.resources import SEPARATOR, Export, Register, reference
from icc_index.enums import Composite, Ruling
from icc_index.models import Answer, Evidence, Indicator, PublishedScore, ResearchSource, Verdict
from icc_index.sheets import EvidenceEntry


class PublishedScoreResource(Register):
    """city (slug), year and subject (code of an indicator, or core_index; together the key), score 0 to 100,
    index_version, source_url."""

    city = reference("city", City, "slug")

    class Meta(Register.Meta):
        model = PublishedScore
        import_id_fields = ("city", "year", "subject")
        fields = ("city", "year", "subject", "score", "index_version", "source_url")

    def before_import(self, dataset: Any, **kwargs: Any) -> None:
        codes = Indicator.objects.order_by("code").values_list("code", flat=True).distinct()
        self.subjects = {*Composite.values, *codes}

    def before_import_row(self, row: dict[str, Any], **kwargs: Any) -> None:
        super().before_import_row(row, **kwargs)
        subject = row.get("subject")
        if subject not in self.subjects:
            raise ValidationError({"subject": f"No edition that is loaded has an indicator {subject!r}."})


class AnswerResource(Export):
    """Answers for other programs; export only, without names of people.

    city (slug), year, edition, indicator, question (codes), answer (as in an answer sheet), explanation, evidence (one
    link a line), verdict (confirmed, adjusted, asked, or nothing: also when the answer changed since), validated_answer
    (what stands after a verdict; nothing before it). Two queries for up to 10,000 answers.
    """

    city = fields.Field(column_name="city", attribute="assessment__city__slug")
    year = fields.Field(column_name="year", attribute="assessment__year")
    edition = fields.Field(column_name="edition", attribute="assessment__edition__code")
    indicator = fields.Field(column_name="indicator", attribute="question__indicator__code")
    question = fields.Field(column_name="question", attribute="question__code")
    answer = fields.Field(column_name="answer", attribute="value")
    explanation = fields.Field(column_name="explanation", attribute="explanation")
    evidence = fields.Field(column_name="evidence")
    verdict = fields.Field(column_name="verdict")
    validated_answer = fields.Field(column_name="validated_answer")

    class Meta:
        model = Answer
        fields = (
            "city",
            "year",
            "edition",
            "indicator",
            "question",
            "answer",
            "explanation",
            "evidence",
            "verdict",
            "validated_answer",
        )

    def get_queryset(self) -> QuerySet[Answer]:
        return (
            Answer.objects.select_related("assessment__city", "assessment__edition", "question__indicator", "verdict")
            .prefetch_related("evidence")
            .order_by("assessment__city__slug", "assessment__year", "assessment_id", *Answer._meta.ordering)
        )

    def iter_queryset(self, queryset: QuerySet[Answer]) -> Iterator[Answer]:
        yield from queryset.iterator(chunk_size=10_000)

    def dehydrate_evidence(self, answer: Answer) -> str:
        return "\n".join(_line(evidence) for evidence in answer.evidence.all())

    def dehydrate_verdict(self, answer: Answer) -> str:
        verdict = _verdict_that_stands(answer)
        return verdict.ruling if verdict else ""

    def dehydrate_validated_answer(self, answer: Answer) -> str:
        verdict = _verdict_that_stands(answer)
        if verdict is None or verdict.ruling == Ruling.ASKED:
            return ""
        return verdict.value if verdict.ruling == Ruling.ADJUSTED else answer.value


class ResearchSourceResource(Export):
    """A city's register for other programs and for reading in a spreadsheet; export only, without names of people.

    title, year, kind, level, publisher, language, url, summary, indicators (codes, joined by |), is_sample (0 or 1).
    """

    indicators = fields.Field(column_name="indicators")

    class Meta:
        model = ResearchSource
        fields = (
            "title",
            "year",
            "kind",
            "level",
            "publisher",
            "language",
            "url",
            "summary",
            "indicators",
            "is_sample",
        )

    def iter_queryset(self, queryset: QuerySet[ResearchSource]) -> Iterator[ResearchSource]:
        yield from queryset  # in the register's order; a city has hundreds at most

    def dehydrate_indicators(self, source: ResearchSource) -> str:
        return SEPARATOR.join(source.codes)


def _line(evidence: Evidence) -> str:
    return str(EvidenceEntry(evidence.title, evidence.url, evidence.page, evidence.quote))


def _verdict_that_stands(answer: Answer) -> Verdict | None:
    """The verdict on the answer as it is now, if there is one."""
    verdict = getattr(answer, "verdict", None)
    return verdict if verdict and verdict.answer_version == answer.version else None
