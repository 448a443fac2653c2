"""The address that a personal link opens, outside the city's own pages."""

from django.urls import path

from strategy.sessions.views.invited import invited

urlpatterns = [path("invited/<str:token>/", invited, name="invited")]
