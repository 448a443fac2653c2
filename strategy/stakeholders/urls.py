"""Addresses of a city's stakeholders."""

from django.urls import path

from strategy.stakeholders.views import persons, register, tables

urlpatterns = [
    path("", register.stakeholders, name="stakeholders"),
    path("add/", register.stakeholder_add, name="stakeholder_add"),
    path("export/", tables.stakeholders_export, name="stakeholders_export"),
    path("import/", tables.stakeholders_import, name="stakeholders_import"),
    path("import/save/", tables.stakeholders_import_save, name="stakeholders_import_save"),
    path("import/template/", tables.stakeholders_template, name="stakeholders_template"),
    path("<int:pk>/", register.stakeholder, name="stakeholder"),
    path("<int:pk>/edit/", register.stakeholder_edit, name="stakeholder_edit"),
    path("<int:pk>/remove/", register.stakeholder_remove, name="stakeholder_remove"),
    path("<int:pk>/merge/", register.stakeholder_merge, name="stakeholder_merge"),
    path("<int:pk>/persons/add/", persons.contact_add, name="contact_add"),
    path("persons/<int:pk>/", persons.contact_edit, name="contact_edit"),
]
