"""Addresses of resumable uploads."""

from django.urls import path

from dms.documents.views import tus

app_name = "uploads"
urlpatterns = [
    path("", tus.uploads, name="uploads"),
    path("<uuid:upload_id>/", tus.upload, name="upload"),
]
