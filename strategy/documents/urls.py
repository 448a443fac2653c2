"""Addresses of PDFs of strategies, pacts, minutes and programmes."""

from django.urls import path

from strategy.documents import views

urlpatterns = [
    path("strategy/<slug:slug>/documents/", views.documents, name="documents"),
    path("programmes/<slug:slug>/documents/", views.programme_documents, name="programme_documents"),
    path("documents/<uuid:document_id>/", views.document, name="document"),
    path("documents/<uuid:document_id>/download/", views.document_download, name="document_download"),
    path("cities/<slug:slug>/pact/<slug:language>.pdf", views.pact_pdf, name="pact_pdf"),
]
