"""Addresses of findings, ratings and priorities."""

from django.urls import path

from strategy.findings import views

urlpatterns = [
    path("engagement/<slug:slug>/priorities/", views.priorities, name="priorities"),
]
