"""Addresses about people."""

from django.urls import path

from cities.views import people

urlpatterns = [
    path("account/", people.account, name="account"),
    path("cities/<slug:slug>/people/", people.city_people, name="city_people"),
    path("memberships/<int:pk>/remove/", people.membership_remove, name="membership_remove"),
    path("invitations/<int:pk>/withdraw/", people.invitation_withdraw, name="invitation_withdraw"),
    path("invitations/<str:token>/", people.invitation, name="invitation"),
]
