"""Addresses of findings, ratings and priorities; and of the ballot, which needs no account."""

from django.urls import include, path

from strategy.findings.views import findings, priorities, rate, ratings

_session = [
    path("findings/", findings.session_findings, name="session_findings"),
    path("findings/<int:number>/", findings.finding, name="finding"),
    path("findings/<int:number>/delete/", findings.finding_delete, name="finding_delete"),
    path("ratings/", ratings.session_ratings, name="session_ratings"),
    path("ratings/<int:number>/ballots/", ratings.ballots, name="ballots"),
    path("ratings/<int:number>/mail/", ratings.ballots_mail, name="ballots_mail"),
    path("ratings/<int:number>/revoke/", ratings.ballots_revoke, name="ballots_revoke"),
    path("ratings/<int:number>/close/", ratings.round_close, name="round_close"),
]

urlpatterns = [
    path("engagement/<slug:slug>/sessions/<int:pk>/", include(_session)),
    path("engagement/<slug:slug>/findings/", findings.findings, name="findings"),
    path("engagement/<slug:slug>/findings.xlsx", findings.findings_export, name="findings_export"),
    path("engagement/<slug:slug>/ratings.xlsx", findings.ratings_export, name="ratings_export"),
    path("engagement/<slug:slug>/priorities/", priorities.priorities, name="priorities"),
    path("engagement/<slug:slug>/priorities/<int:number>/", priorities.chosen_area, name="chosen_area"),
    path(
        "engagement/<slug:slug>/priorities/<int:number>/take-back/",
        priorities.chosen_area_take_back,
        name="chosen_area_take_back",
    ),
    path("rate/<str:token>/", rate.rate, name="rate"),
]
