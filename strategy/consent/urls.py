"""The way out of a city's register, for a person without an account."""

from django.urls import path

from strategy.consent import views

urlpatterns = [
    path("consent/<str:token>/", views.consent_withdraw, name="consent_withdraw"),
]
