"""Addresses of the index. An indicator's code comes last: the words before it are reserved (edition_files.py)."""

from django.urls import path

from icc_index.views import answering, desk, public, reports, results, reviewing

urlpatterns = [
    path("", public.overview, name="overview"),
    path("home/", desk.home, name="home"),
    path("programmes/<slug:slug>/", desk.programme, name="programme"),
    path("cities/<slug:slug>/", public.city, name="city"),
    path("cities/<slug:slug>/start/", answering.assessment_start, name="assessment_start"),
    path("cities/<slug:slug>/<int:year>/<slug:subject>/", public.city_explanation, name="city_explanation"),
    path("review/", reviewing.review_queue, name="review_queue"),
    path("reports/<uuid:report_id>/", reports.report_status, name="report"),
    path("reports/<uuid:report_id>/download/", reports.report_download, name="report_download"),
    path("evidence/<int:pk>/remove/", answering.evidence_remove, name="evidence_remove"),
    path("assessments/<int:pk>/", answering.assessment, name="assessment"),
    path("assessments/<int:pk>/check/", answering.check, name="check"),
    path("assessments/<int:pk>/clarification/", answering.send_replies, name="send_replies"),
    path("assessments/<int:pk>/people/", answering.assignments, name="assignments"),
    path("assessments/<int:pk>/experts/", reviewing.experts, name="assessment_experts"),
    path("assessments/<int:pk>/result/", results.result, name="result"),
    path("assessments/<int:pk>/result/publish/", results.publish, name="publish"),
    path("assessments/<int:pk>/result/withdraw/", results.withdraw, name="withdraw"),
    path("assessments/<int:pk>/result/<slug:subject>/", results.explanation, name="explanation"),
    path("assessments/<int:pk>/reports/", reports.reports, name="reports"),
    path("assessments/<int:pk>/review/", reviewing.review, name="review"),
    path("assessments/<int:pk>/review/start/", reviewing.review_start, name="review_start"),
    path("assessments/<int:pk>/review/questions/", reviewing.review_questions, name="review_questions"),
    path("assessments/<int:pk>/review/send-back/", reviewing.review_send_back, name="review_send_back"),
    path("assessments/<int:pk>/review/validate/", reviewing.review_validate, name="review_validate"),
    path("assessments/<int:pk>/review/reopen/", reviewing.review_reopen, name="review_reopen"),
    path("assessments/<int:pk>/review/comment/", reviewing.commentary, name="commentary"),
    path("assessments/<int:pk>/review/area/<slug:code>/", reviewing.review_indicator, name="review_indicator"),
    path("assessments/<int:pk>/review/area/<slug:code>/rest/", reviewing.confirm_rest, name="confirm_rest"),
    path("assessments/<int:pk>/review/area/<slug:code>/comment/", reviewing.commentary, name="indicator_commentary"),
    path("assessments/<int:pk>/<slug:code>/", answering.indicator, name="indicator"),
    path("assessments/<int:pk>/<slug:code>/<slug:question>/evidence/", answering.evidence, name="evidence"),
    path("assessments/<int:pk>/<slug:code>/<slug:question>/history/", answering.history, name="history"),
]
