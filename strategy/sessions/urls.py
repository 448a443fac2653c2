"""Addresses of a city's sessions."""

from django.urls import path

from strategy.sessions import views

urlpatterns = [
    path("", views.sessions, name="sessions"),
    path("<int:pk>/", views.session, name="session"),
]
