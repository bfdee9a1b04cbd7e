"""Addresses of people, units, and one's own account."""

from django.urls import path

from dms.accounts.views import me, people, units

app_name = "people"
urlpatterns = [
    path("", people.people, name="list"),
    path("new/", people.new, name="new"),
    path("<int:user_id>/", people.edit, name="edit"),
    path("<int:user_id>/password/", people.new_password, name="new-password"),
    path("units/", units.units, name="units"),
    path("units/<int:unit_id>/", units.unit, name="unit"),
    path("me/", me.me, name="me"),
    path("me/password/", me.change_password, name="my-password"),
    path("me/tokens/", me.new_token, name="new-token"),
    path("me/tokens/<int:token_id>/revoke/", me.drop_token, name="revoke-token"),
]
