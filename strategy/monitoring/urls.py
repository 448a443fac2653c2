"""Addresses of the timeline, the network board, feeds and digests."""

from django.urls import URLPattern, URLResolver

urlpatterns: list[URLPattern | URLResolver] = []
