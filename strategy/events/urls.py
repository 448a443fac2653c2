"""Addresses of programmes' events."""

from django.urls import URLPattern

urlpatterns: list[URLPattern] = []
