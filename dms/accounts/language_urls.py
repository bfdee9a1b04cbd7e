"""Addresses of what a reader chooses for this browser: language and look."""

from django.urls import path

from dms.accounts import preferences

app_name = "language"
urlpatterns = [
    path("", preferences.choose_language, name="language"),
    path("theme/", preferences.choose_theme, name="theme"),
]
