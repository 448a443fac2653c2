"""Addresses of PDFs of strategies, pacts, minutes and programmes."""

from django.urls import URLPattern, URLResolver

urlpatterns: list[URLPattern | URLResolver] = []
