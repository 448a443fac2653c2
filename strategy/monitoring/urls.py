"""Addresses of the timeline, the network board, feeds and digests."""

from django.urls import path

from strategy.monitoring.views import board, digest, feeds, nudging

urlpatterns = [
    path("programmes/<slug:slug>/board/", board.board, name="board"),
    path("programmes/<slug:slug>/board.xlsx", board.board_sheet, name="board_sheet"),
    path("programmes/<slug:slug>/board/<slug:city>/", board.board_city, name="board_city"),
    path("programmes/<slug:slug>/remind/", nudging.nudge, name="nudge"),
    path("strategy/<slug:slug>/reminders/", nudging.nudges, name="nudges"),
    path("account/calendars/", feeds.feeds, name="feeds"),
    path("account/calendars/<int:pk>/revoke/", feeds.feed_revoke, name="feed_revoke"),
    path("calendars/<str:token>.ics", feeds.feed, name="feed"),
    path("account/digest/", digest.digest_choice, name="digest_choice"),
    path("digest/off/<str:token>/", digest.digest_off, name="digest_off"),
]
