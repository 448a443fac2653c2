"""The administration's own pages: decisions and jobs, to read only; signing in as everywhere, with a second factor."""

from typing import Any

from allauth.account.decorators import secure_admin_login
from django.contrib import admin
from django.db import models
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _
from import_export.admin import ImportExportModelAdmin
from import_export.formats.base_formats import CSV, XLSX

from epi.models import Event, Job

HTTPS_BY_DEFAULT: dict[Any, dict[str, Any]] = {models.URLField: {"assume_scheme": "https"}}

admin.site.site_header = admin.site.site_title = _("EPI administration")
admin.site.login = secure_admin_login(admin.site.login)  # type: ignore[method-assign]


class ReadOnlyAdmin(admin.ModelAdmin):
    """A page of the administration that shows and never changes."""

    show_full_result_count = False

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False


class RegisterAdmin(ImportExportModelAdmin):
    """A page of the administration with import (previewed before anything is written) and export."""

    formats = (CSV, XLSX)
    show_full_result_count = False
    formfield_overrides = HTTPS_BY_DEFAULT


@admin.register(Event)
class EventAdmin(ReadOnlyAdmin):
    list_display = ("at", "kind", "subject_label", "by", "comment")
    list_select_related = ("by",)
    list_filter = ("kind",)
    search_fields = ("subject_label", "by__email")


@admin.register(Job)
class JobAdmin(ReadOnlyAdmin):
    """Without the payload: that of a mail holds links that are somebody's secret."""

    list_display = ("created_at", "kind", "state", "progress", "attempts", "finished_at")
    list_filter = ("state", "kind")
    ordering = ("-created_at",)
    exclude = ("payload",)
