"""Addresses of a city's strategy, its objectives and pilot actions."""

from django.urls import include, path

from strategy.plan.views import objectives, public, strategy

_one_strategy = [
    path("", strategy.strategy_earlier, name="strategy_earlier"),
    path("edit/", strategy.strategy_edit, name="strategy_edit"),
    path("publish/", strategy.strategy_publish, name="strategy_publish"),
    path("withdraw/", strategy.strategy_withdraw, name="strategy_withdraw"),
    path("close/", strategy.strategy_close, name="strategy_close"),
    path("narratives/<slug:language>/", strategy.narrative, name="narrative"),
    path("narratives/<slug:language>/remove/", strategy.narrative_remove, name="narrative_remove"),
]
_objectives = [
    path("add/", objectives.objective_add, name="objective_add"),
    path("<int:pk>/", objectives.objective, name="objective"),
    path("<int:pk>/edit/", objectives.objective_edit, name="objective_edit"),
    path("<int:pk>/remove/", objectives.objective_remove, name="objective_remove"),
    path("<int:pk>/gaps/", objectives.gap_add, name="gap_add"),
    path("<int:pk>/gaps/<int:gap_pk>/remove/", objectives.gap_remove, name="gap_remove"),
    path("<int:pk>/up/", objectives.objective_move, {"up": True}, name="objective_up"),
    path("<int:pk>/down/", objectives.objective_move, {"up": False}, name="objective_down"),
]

urlpatterns = [
    path("strategy/<slug:slug>/", strategy.strategy, name="strategy"),
    path("strategy/<slug:slug>/begin/", strategy.strategy_begin, name="strategy_begin"),
    path("strategy/<slug:slug>/features/", strategy.strategy_features, name="strategy_features"),
    path("strategy/<slug:slug>/<int:pk>/", include(_one_strategy)),
    path("strategy/<slug:slug>/objectives/", include(_objectives)),
    path("cities/<slug:slug>/strategy/", public.strategy_public, name="strategy_public"),
    path("", include("strategy.plan.pilot_urls")),
]
