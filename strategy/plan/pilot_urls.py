"""Addresses of pilot actions: what they are, how they were designed, what they bring, who answers for them."""

from django.urls import URLPattern, URLResolver, include, path

from strategy.plan.views import codesign, duties, measures, pilots

_of_one_measure = [
    path("edit/", measures.measure_edit, name="measure_edit"),
    path("remove/", measures.measure_remove, name="measure_remove"),
    path("readings/add/", measures.reading_add, name="reading_add"),
    path("readings/<int:reading_pk>/", measures.reading_edit, name="reading_edit"),
    path("readings/<int:reading_pk>/remove/", measures.reading_remove, name="reading_remove"),
]
_of_one_action: list[URLPattern | URLResolver] = [
    path("", pilots.action, name="action"),
    path("edit/", pilots.action_edit, name="action_edit"),
    path("remove/", pilots.action_remove, name="action_remove"),
    path("to/<slug:state>/", pilots.action_move, name="action_move"),
    path("learnt/", pilots.action_learnt, name="action_learnt"),
    path("responsibilities/", duties.action_duties, name="action_duties"),
    path("co-design/add/", codesign.codesign_add, name="codesign_add"),
    path("co-design/<int:codesign_pk>/", codesign.codesign_edit, name="codesign_edit"),
    path("co-design/<int:codesign_pk>/remove/", codesign.codesign_remove, name="codesign_remove"),
    path("measures/add/", measures.measure_add, name="measure_add"),
    path("measures/<int:measure_pk>/", include(_of_one_measure)),
]

urlpatterns = [
    path("strategy/<slug:slug>/actions/", pilots.actions, name="actions"),
    path("strategy/<slug:slug>/actions/add/", pilots.action_add, name="action_add"),
    path("strategy/<slug:slug>/actions/export/", pilots.actions_export, name="actions_export"),
    path("strategy/<slug:slug>/actions/<int:pk>/", include(_of_one_action)),
    path("strategy/<slug:slug>/responsibilities/", duties.responsibilities, name="responsibilities"),
]
