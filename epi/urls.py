"""Every address of the site."""

from django.contrib import admin
from django.urls import include, path

from epi import views

urlpatterns = [
    path("method/", views.method, name="method"),
    path("accessibility/", views.accessibility, name="accessibility"),
    path("privacy/", views.privacy, name="privacy"),
    path("components/", views.components, name="components"),
    path("language/", views.set_language, name="set_language"),
    path("healthz", views.healthz, name="healthz"),
    path("readyz", views.readyz, name="readyz"),
    path("accounts/", include("allauth.urls")),
    path("administration/", admin.site.urls),
    path("", include("cities.urls")),
    path("", include("icc_index.urls")),
    path("", include("strategy.urls")),
]
