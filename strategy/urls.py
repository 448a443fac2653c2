"""Addresses of engagement, of programmes' events, of strategies, and of the links that need no account."""

from django.urls import include, path

from strategy.overview import views

urlpatterns = [
    path("engagement/<slug:slug>/", views.engagement, name="engagement"),
    path("engagement/<slug:slug>/stakeholders/", include("strategy.stakeholders.urls")),
    path("engagement/<slug:slug>/sessions/", include("strategy.sessions.urls")),
    path("", include("strategy.sessions.link_urls")),
    path("", include("strategy.findings.urls")),
    path("", include("strategy.consent.urls")),
    path("", include("strategy.events.urls")),
    path("", include("strategy.plan.urls")),
    path("", include("strategy.body.urls")),
    path("", include("strategy.launch.urls")),
    path("", include("strategy.pact.urls")),
    path("", include("strategy.milestones.urls")),
    path("", include("strategy.monitoring.urls")),
    path("", include("strategy.whatnext.urls")),
    path("", include("strategy.documents.urls")),
]
