"""Addresses."""

from django.urls import include, path

from dms.documents.views import access, lists, secrecy, upload

app_name = "documents"
urlpatterns = [
    path("", lists.documents, name="list"),
    path("withdraw/", lists.withdraw, name="withdraw-selected"),
    path("restore/", lists.restore, name="restore-selected"),
    path("statuses/", lists.statuses, name="statuses"),
    path("upload/", upload.upload, name="upload"),
    path("access/", access.take_access, name="take-access"),
    path("judge/", secrecy.judge, name="judge"),
    path("versions/<uuid:version_id>/", include("dms.documents.version_urls")),
    path("<uuid:document_id>/", include("dms.documents.document_urls")),
]
