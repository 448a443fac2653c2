"""Administration of the index: published scores to keep; editions and assessments to look at, answers to export."""

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext_lazy as _

from epi import audit
from epi.admin import ReadOnlyAdmin, RegisterAdmin
from icc_index.models import Assessment, Edition, PublishedScore
from icc_index.resources import AnswerResource, PublishedScoreResource

XLSX_TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


@admin.register(Edition)
class EditionAdmin(ReadOnlyAdmin):
    """Editions are loaded by `manage.py load_edition` and never edited."""

    list_display = ("code", "lens_weight", "loaded_at")


@admin.register(Assessment)
class AssessmentAdmin(ReadOnlyAdmin):
    """Where every assessment stands. Answers and the workflow have their own pages."""

    list_display = ("city", "edition", "year", "status", "status_since", "is_sample")
    list_select_related = ("city", "edition")
    list_filter = ("status", "year", "edition", "is_sample")
    search_fields = ("city__name",)
    actions = ("export_answers_as_csv", "export_answers_as_xlsx")

    @admin.action(description=_("Export the answers (CSV)"), permissions=["view"])
    def export_answers_as_csv(self, request: HttpRequest, queryset: QuerySet[Assessment]) -> HttpResponse:
        return self._export(request, queryset, "csv", "text/csv")

    @admin.action(description=_("Export the answers (XLSX)"), permissions=["view"])
    def export_answers_as_xlsx(self, request: HttpRequest, queryset: QuerySet[Assessment]) -> HttpResponse:
        return self._export(request, queryset, "xlsx", XLSX_TYPE)

    def _export(
        self, request: HttpRequest, queryset: QuerySet[Assessment], kind: str, content_type: str
    ) -> HttpResponse:
        """The answers of the chosen assessments as a file; that somebody took them is recorded."""
        resource = AnswerResource()
        dataset = resource.export(resource.get_queryset().filter(assessment__in=queryset))
        for assessment in queryset.select_related("city"):
            audit.record("assessment.exported", assessment, by=request.user)
        disposition = f'attachment; filename="answers.{kind}"'
        return HttpResponse(
            dataset.export(kind), content_type=content_type, headers={"Content-Disposition": disposition}
        )


@admin.register(PublishedScore)
class PublishedScoreAdmin(RegisterAdmin):
    resource_classes = (PublishedScoreResource,)
    list_display = ("city", "year", "subject", "score", "index_version")
    list_select_related = ("city",)
    list_filter = ("year", "subject")
    search_fields = ("city__name",)
    autocomplete_fields = ("city",)
