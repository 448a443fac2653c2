"""Addresses of a city's sessions."""

from django.urls import path

from strategy.sessions.views import guiding, minutes, people, planning, recording

urlpatterns = [
    path("", planning.sessions, name="sessions"),
    path("new/", planning.session_plan, name="session_plan"),
    path("<int:pk>/", planning.session, name="session"),
    path("<int:pk>/edit/", planning.session_edit, name="session_edit"),
    path("<int:pk>/held/", planning.session_hold, name="session_hold"),
    path("<int:pk>/cancel/", planning.session_cancel, name="session_cancel"),
    path("<int:pk>/delete/", planning.session_delete, name="session_delete"),
    path("<int:pk>/guide/", guiding.session_guide, name="session_guide"),
    path("<int:pk>/guide/sheet/", guiding.guide_print, name="guide_print"),
    path("<int:pk>/guide/facilitator/", guiding.guide_facilitator, name="guide_facilitator"),
    path("<int:pk>/guide/<int:topic>/", guiding.session_topic, name="session_topic"),
    path("<int:pk>/guide/<int:topic>/move/", guiding.session_topic_move, name="session_topic_move"),
    path("<int:pk>/people/", people.session_people, name="session_people"),
    path("<int:pk>/people/invite/", people.session_invite, name="session_invite"),
    path("<int:pk>/people/remind/", people.session_remind, name="session_remind"),
    path("<int:pk>/people/<int:participant>/remove/", people.participant_remove, name="participant_remove"),
    path("<int:pk>/attendance/", people.session_attendance, name="session_attendance"),
    path("<int:pk>/notes/", recording.session_notes, name="session_notes"),
    path("<int:pk>/notes/<int:note>/", recording.session_note, name="session_note"),
    path("<int:pk>/notes/<int:note>/delete/", recording.note_delete, name="note_delete"),
    path("<int:pk>/minutes/", minutes.session_minutes, name="session_minutes"),
    path("<int:pk>/minutes/edit/", minutes.minutes_edit, name="minutes_edit"),
    path("<int:pk>/minutes/circulate/", minutes.minutes_circulate, name="minutes_circulate"),
    path("<int:pk>/minutes/back/", minutes.minutes_take_back, name="minutes_take_back"),
    path("<int:pk>/minutes/final/", minutes.minutes_final, name="minutes_final"),
    path("<int:pk>/minutes/<int:number>/", minutes.minutes_version, name="minutes_version"),
    path("<int:pk>/minutes/amendments/<int:amendment>/", minutes.amendment_decide, name="amendment_decide"),
]
