"""Addresses of a city's coordinating body."""

from django.urls import include, path

from strategy.body.views import bodies, holding, meetings, members, tasks

_of_one_meeting = [
    path("", meetings.body_meeting, name="body_meeting"),
    path("edit/", meetings.body_meeting_edit, name="body_meeting_edit"),
    path("cancel/", meetings.body_meeting_cancel, name="body_meeting_cancel"),
    path("invite/", meetings.body_meeting_invite, name="body_meeting_invite"),
    path("hold/", meetings.body_meeting_hold, name="body_meeting_hold"),
    path("agenda/add/", meetings.body_item_add, name="body_item_add"),
    path("agenda/<int:item_pk>/", meetings.body_item_edit, name="body_item_edit"),
    path("agenda/<int:item_pk>/move/", meetings.body_item_move, name="body_item_move"),
    path("agenda/<int:item_pk>/remove/", meetings.body_item_remove, name="body_item_remove"),
    path("attendance/", holding.body_attendance, name="body_attendance"),
    path("decisions/add/", holding.body_decision_add, name="body_decision_add"),
    path("decisions/<int:decision_pk>/", holding.body_decision_edit, name="body_decision_edit"),
    path("decisions/<int:decision_pk>/remove/", holding.body_decision_remove, name="body_decision_remove"),
    path("tasks/add/", tasks.body_meeting_task_add, name="body_meeting_task_add"),
    path("minutes/", holding.body_minutes, name="body_minutes"),
    path("minutes/final/", holding.body_minutes_final, name="body_minutes_final"),
]

_of_one_body = [
    path("", bodies.body, name="body"),
    path("set-up/", bodies.body_set_up, name="body_set_up"),
    path("edit/", bodies.body_edit, name="body_edit"),
    path("export/", bodies.body_export, name="body_export"),
    path("decisions/", bodies.body_decisions, name="body_decisions"),
    path("members/add/", members.member_add, name="member_add"),
    path("members/<int:member_pk>/", members.member_edit, name="member_edit"),
    path("members/<int:member_pk>/chair/", members.member_chair, name="member_chair"),
    path("members/<int:member_pk>/leave/", members.member_leave, name="member_leave"),
    path("meetings/", meetings.body_meetings, name="body_meetings"),
    path("meetings/plan/", meetings.body_meeting_plan, name="body_meeting_plan"),
    path("meetings/<int:pk>/", include(_of_one_meeting)),
    path("tasks/", tasks.body_tasks, name="body_tasks"),
    path("tasks/add/", tasks.body_task_add, name="body_task_add"),
    path("tasks/<int:task_pk>/", tasks.body_task, name="body_task"),
    path("tasks/<int:task_pk>/edit/", tasks.body_task_edit, name="body_task_edit"),
    path("tasks/<int:task_pk>/remove/", tasks.body_task_remove, name="body_task_remove"),
    path("tasks/<int:task_pk>/reopen/", tasks.body_task_reopen, name="body_task_reopen"),
]

urlpatterns = [path("strategy/<slug:slug>/body/", include(_of_one_body))]
