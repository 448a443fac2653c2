"""Addresses of programmes' events."""

from django.urls import include, path

from strategy.events.views import events, feedback, materials, meeting, people, tasks

_of_one_event = [
    path("", events.event, name="event"),
    path("edit/", events.event_edit, name="event_edit"),
    path("cancel/", events.event_cancel, name="event_cancel"),
    path("agenda/add/", events.agenda_add, name="agenda_add"),
    path("agenda/<int:item_pk>/", events.agenda_edit, name="agenda_edit"),
    path("agenda/<int:item_pk>/remove/", events.agenda_remove, name="agenda_remove"),
    path("materials/add/", materials.material_add, name="material_add"),
    path("materials/<int:material_pk>/", materials.material_download, name="material_download"),
    path("materials/<int:material_pk>/remove/", materials.material_remove, name="material_remove"),
    path("people/", people.event_people, name="event_people"),
    path("people/add/", people.attendee_add, name="attendee_add"),
    path("people/attendance/", people.attendance, name="attendance"),
    path("people/<int:attendee_pk>/", people.attendee_edit, name="attendee_edit"),
    path("people/<int:attendee_pk>/remove/", people.attendee_remove, name="attendee_remove"),
    path("tasks/", tasks.event_tasks, name="event_tasks"),
    path("tasks/add/", tasks.task_add, name="task_add"),
    path("tasks/<int:task_pk>/", tasks.task_edit, name="task_edit"),
    path("tasks/<int:task_pk>/remove/", tasks.task_remove, name="task_remove"),
    path("tasks/of-cities/<int:row_pk>/", tasks.city_task, name="city_task"),
    path("tasks/of-cities/<int:row_pk>/reopen/", tasks.city_task_reopen, name="city_task_reopen"),
    path("feedback/", feedback.event_feedback, name="event_feedback"),
    path("feedback/again/", feedback.feedback_again, name="feedback_again"),
    path("feedback/close/", feedback.feedback_close, name="feedback_close"),
    path("notes/", meeting.event_notes, name="event_notes"),
    path("conclusions/add/", meeting.conclusion_add, name="conclusion_add"),
    path("conclusions/<int:conclusion_pk>/", meeting.conclusion_edit, name="conclusion_edit"),
    path("conclusions/<int:conclusion_pk>/withdraw/", meeting.conclusion_withdraw, name="conclusion_withdraw"),
]

urlpatterns = [
    path("programmes/<slug:slug>/events/", events.events, name="events"),
    path("programmes/<slug:slug>/events/add/", events.event_add, name="event_add"),
    path("programmes/<slug:slug>/events/<int:pk>/", include(_of_one_event)),
    path("feedback/<str:token>/", feedback.feedback_give, name="feedback_give"),
]
