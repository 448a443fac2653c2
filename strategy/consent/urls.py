"""The ways out of a city's register: for a person without an account, and for who notes it for them."""

from django.urls import path

from strategy.consent import views

urlpatterns = [
    path("consent/<str:token>/", views.consent_withdraw, name="consent_withdraw"),
    path(
        "engagement/<slug:slug>/stakeholders/persons/<int:pk>/withdraw/",
        views.contact_withdraw,
        name="contact_withdraw",
    ),
]
