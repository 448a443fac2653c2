"""Administration of people, cities, organisations and programmes."""

from typing import Any

from django import forms
from django.contrib import admin
from django.contrib.auth.admin import UserAdmin as DjangoUserAdmin
from django.contrib.auth.forms import AdminUserCreationForm, UserChangeForm
from django.contrib.auth.models import Group
from django.db.models import QuerySet
from django.forms import BaseModelFormSet
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from cities.models import City, Membership, Organisation, ProfileFigure, Programme, ProgrammeStep, User
from cities.resources import (
    CityResource,
    MembershipResource,
    OrganisationResource,
    ProfileFigureResource,
    ProgrammeResource,
    ProgrammeStepResource,
    record,
)
from epi.admin import HTTPS_BY_DEFAULT, RegisterAdmin

admin.site.unregister(Group)  # what people may do comes from their memberships


class LowerCaseEmail(forms.EmailField):
    """An address in lower case, so that it is one person's however it is typed."""

    def to_python(self, value: Any) -> str:
        return super().to_python(value).lower()


class NewUserForm(AdminUserCreationForm):
    class Meta:
        model = User
        fields = ("email", "name", "language")
        field_classes = {"email": LowerCaseEmail}


class UserForm(UserChangeForm):
    class Meta:
        model = User
        fields = ("email", "name", "language", "is_active", "is_staff", "is_superuser")
        field_classes = {"email": LowerCaseEmail}


class MembershipInline(admin.TabularInline):
    """Roles are given and ended, not rewritten: the record says since when somebody had which."""

    model = Membership
    extra = 0
    fields = ("role", "city", "programme", "organisation", "since")
    readonly_fields = ("since",)
    autocomplete_fields = ("city", "programme", "organisation")

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def get_queryset(self, request: HttpRequest) -> QuerySet[Membership]:
        return super().get_queryset(request).select_related("user", "city", "programme", "organisation")


@admin.register(User)
class UserAdmin(DjangoUserAdmin):
    form = UserForm
    add_form = NewUserForm
    inlines = (MembershipInline,)
    list_display = ("email", "name", "language", "is_active", "is_staff", "is_superuser", "last_login")
    list_filter = ("is_active", "is_staff", "is_superuser", "memberships__role")
    search_fields = ("email", "name")
    ordering = ("email",)
    filter_horizontal = ()
    readonly_fields = ("last_login", "date_joined")
    fieldsets = (
        (None, {"fields": ("email", "password", "name", "language")}),
        (_("Rights on the platform"), {"fields": ("is_active", "is_staff", "is_superuser")}),
        (_("Dates"), {"fields": ("last_login", "date_joined")}),
    )
    add_fieldsets = ((None, {"fields": ("email", "name", "language", "usable_password", "password1", "password2")}),)

    def save_formset(self, request: HttpRequest, form: Any, formset: BaseModelFormSet, change: bool) -> None:
        ended = Membership.objects.filter(pk__in=[row.instance.pk for row in formset.deleted_forms])
        for membership in ended.select_related("user", "city"):
            record("membership.ended", membership, by=request.user)
        super().save_formset(request, form, formset, change)
        for membership in formset.new_objects:
            record("membership.started", membership, by=request.user)


@admin.register(Membership)
class MembershipAdmin(RegisterAdmin):
    resource_classes = (MembershipResource,)
    list_display = ("user", "role", "city", "programme", "organisation", "since")
    list_select_related = ("user", "city", "programme", "organisation")
    list_filter = ("role",)
    search_fields = ("user__email", "user__name", "city__name")
    autocomplete_fields = ("user", "city", "programme", "organisation")

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def save_model(self, request: HttpRequest, obj: Membership, form: Any, change: bool) -> None:
        super().save_model(request, obj, form, change)
        record("membership.started", obj, by=request.user)

    def delete_model(self, request: HttpRequest, obj: Membership) -> None:
        record("membership.ended", obj, by=request.user)
        super().delete_model(request, obj)

    def delete_queryset(self, request: HttpRequest, queryset: QuerySet[Membership]) -> None:
        for membership in queryset.select_related("user", "city"):
            record("membership.ended", membership, by=request.user)
        super().delete_queryset(request, queryset)


class ProfileFigureInline(admin.TabularInline):
    model = ProfileFigure
    extra = 0
    formfield_overrides = HTTPS_BY_DEFAULT


@admin.register(City)
class CityAdmin(RegisterAdmin):
    resource_classes = (CityResource,)
    inlines = (ProfileFigureInline,)
    list_display = ("name", "slug", "country", "language", "is_sample")
    list_filter = ("is_sample", "country")
    search_fields = ("name", "slug")


@admin.register(ProfileFigure)
class ProfileFigureAdmin(RegisterAdmin):
    resource_classes = (ProfileFigureResource,)
    list_display = ("city", "kind", "year", "value", "is_approximate", "definition")
    list_select_related = ("city",)
    list_filter = ("kind",)
    search_fields = ("city__name",)
    autocomplete_fields = ("city",)


@admin.register(Organisation)
class OrganisationAdmin(RegisterAdmin):
    resource_classes = (OrganisationResource,)
    list_display = ("name", "kind", "country", "is_network_coordinator")
    list_filter = ("kind", "country")
    search_fields = ("name",)


class ProgrammeStepInline(admin.TabularInline):
    model = ProgrammeStep
    extra = 0


@admin.register(Programme)
class ProgrammeAdmin(RegisterAdmin):
    resource_classes = (ProgrammeResource,)
    inlines = (ProgrammeStepInline,)
    list_display = ("name", "slug", "starts_on", "ends_on", "shares_results")
    search_fields = ("name", "slug")
    filter_horizontal = ("cities", "partners")


@admin.register(ProgrammeStep)
class ProgrammeStepAdmin(RegisterAdmin):
    resource_classes = (ProgrammeStepResource,)
    list_display = ("programme", "position", "name", "starts_on", "ends_on")
    list_select_related = ("programme",)
