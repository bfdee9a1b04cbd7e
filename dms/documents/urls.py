"""Addresses."""

from django.urls import include, path

from dms.documents.views import access

app_name = "documents"
urlpatterns = [
    path("access/", access.take_access, name="take-access"),
    path("versions/<uuid:version_id>/", include("dms.documents.version_urls")),
    path("<uuid:document_id>/", include("dms.documents.document_urls")),
]
