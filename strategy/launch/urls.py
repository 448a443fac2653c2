"""Addresses of launch events: of the city's people, of everybody, and of those who registered."""

from django.urls import include, path

from strategy.launch.views import inviting, planning, public, registrations

_of_one = [
    path("", planning.launch_event, name="launch_event"),
    path("edit/", planning.launch_edit, name="launch_edit"),
    path("publish/", planning.launch_publish, name="launch_publish"),
    path("cancel/", planning.launch_cancel, name="launch_cancel"),
    path("invitations/", inviting.launch_invite, name="launch_invite"),
    path("registrations/", registrations.registrations, name="registrations"),
    path("registrations/add/", registrations.registration_add, name="registration_add"),
    path("registrations/export/", registrations.registrations_export, name="registrations_export"),
    path("registrations/<int:number>/place/", registrations.registration_place, name="registration_place"),
    path("registrations/<int:number>/cancel/", registrations.registration_cancel, name="registration_cancel"),
    path("registrations/<int:number>/delete/", registrations.registration_delete, name="registration_delete"),
]

urlpatterns = [
    path("strategy/<slug:slug>/launch/", planning.launch, name="launch"),
    path("strategy/<slug:slug>/launch/start/", planning.launch_start, name="launch_start"),
    path("strategy/<slug:slug>/launch/<int:pk>/", include(_of_one)),
    path("cities/<slug:slug>/launch/", public.launch_public, name="launch_public"),
    path("cities/<slug:slug>/launch/calendar.ics", public.launch_calendar, name="launch_calendar"),
    path("cities/<slug:slug>/launch/materials/<int:pk>/", public.launch_material, name="launch_material"),
    path("registration/<str:token>/", public.registration, name="registration"),
]
