"""Addresses of what follows a strategy."""

from django.urls import include, path

from strategy.whatnext.views import carrying, overview, replication

_of_one_proposal = [
    path("", carrying.carry, name="carry"),
    path("set-aside/", carrying.set_aside, name="set_aside"),
    path("bring-back/", carrying.bring_back, name="bring_back"),
]

urlpatterns = [
    path("strategy/<slug:slug>/next/", overview.whatnext, name="whatnext"),
    path("strategy/<slug:slug>/moved/", overview.moved, name="moved"),
    path("strategy/<slug:slug>/next/<int:pk>/", carrying.delivered, name="delivered"),
    path("strategy/<slug:slug>/next/<int:pk>/<slug:code>/<slug:thing>/", include(_of_one_proposal)),
    path("programmes/<slug:slug>/replicate/", replication.replicate, name="replicate"),
    path("programmes/<slug:slug>/cities/add/", replication.programme_city_add, name="programme_city_add"),
]
