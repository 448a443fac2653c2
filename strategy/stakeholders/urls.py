"""Addresses of a city's stakeholders."""

from django.urls import path

from strategy.stakeholders import views

urlpatterns = [
    path("", views.stakeholders, name="stakeholders"),
]
