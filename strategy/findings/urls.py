"""Addresses of findings, ratings and priorities."""

from django.urls import path

from strategy.findings import views

urlpatterns = [
    path("engagement/<slug:slug>/priorities/", views.priorities, name="priorities"),
    path("engagement/<slug:slug>/sessions/<int:pk>/findings/", views.session_findings, name="session_findings"),
    path("engagement/<slug:slug>/sessions/<int:pk>/ratings/", views.session_ratings, name="session_ratings"),
]
