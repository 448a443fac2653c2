"""Addresses of a city's strategy, its objectives and pilot actions."""

from django.urls import URLPattern, URLResolver

urlpatterns: list[URLPattern | URLResolver] = []
