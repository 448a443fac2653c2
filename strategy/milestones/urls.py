"""Addresses of milestones and their templates."""

from django.urls import include, path

from strategy.milestones.views import milestones, moving, templates, timeline

_of_a_city = [
    path("", milestones.milestones, name="milestones"),
    path("export/", milestones.milestones_export, name="milestones_export"),
    path("add/", milestones.milestone_add, name="milestone_add"),
    path("<int:pk>/", milestones.milestone, name="milestone"),
    path("<int:pk>/edit/", milestones.milestone_edit, name="milestone_edit"),
    path("<int:pk>/date/", milestones.milestone_date, name="milestone_date"),
    path("<int:pk>/delete/", milestones.milestone_delete, name="milestone_delete"),
    path("<int:pk>/begin/", moving.milestone_begin, name="milestone_begin"),
    path("<int:pk>/reach/", moving.milestone_reach, name="milestone_reach"),
    path("<int:pk>/proof/", moving.milestone_proof, name="milestone_proof"),
    path("<int:pk>/drop/", moving.milestone_drop, name="milestone_drop"),
    path("<int:pk>/reopen/", moving.milestone_reopen, name="milestone_reopen"),
]
_of_a_programme = [
    path("", templates.milestone_templates, name="milestone_templates"),
    path("add/", templates.template_add, name="template_add"),
    path("lay-out/", templates.templates_lay_out, name="templates_lay_out"),
    path("<int:pk>/", templates.template_edit, name="template_edit"),
    path("<int:pk>/apply/", templates.template_apply, name="template_apply"),
    path("<int:pk>/order/", templates.template_order, name="template_order"),
    path("<int:pk>/remove/", templates.template_remove, name="template_remove"),
]

urlpatterns = [
    path("strategy/<slug:slug>/milestones/", include(_of_a_city)),
    path("strategy/<slug:slug>/timeline/", timeline.timeline, name="timeline"),
    path("programmes/<slug:slug>/milestones/", include(_of_a_programme)),
]
