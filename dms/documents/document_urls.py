"""Addresses of one document: its page, and what is done to it. Bytes and pictures are under `versions/`."""

from django.urls import path

from dms.documents.views import access, description, document, secrecy, versions

urlpatterns = [
    path("", document.document, name="document"),
    path("next-hit/", document.next_hit, name="next-hit"),
    path("edit/", description.edit, name="edit"),
    path("suggestions/<int:suggestion_id>/", description.decide, name="decide"),
    path("revisions/<int:revision_id>/revert/", description.go_back, name="revert"),
    path("check-in/", versions.add, name="check-in"),
    path("check-in/<uuid:upload_id>/", versions.add_held, name="check-in-held"),
    path("restore/<uuid:version_id>/", versions.restore_version, name="restore-version"),
    path("withdraw/", versions.withdraw, name="withdraw"),
    path("restore/", versions.restore, name="restore"),
    path("clear-mark/<uuid:version_id>/", secrecy.clear_mark, name="clear-mark"),
    path("mode/", access.set_mode, name="mode"),
    path("grants/", access.grant, name="grant"),
    path("grants/<int:grant_id>/revoke/", access.revoke, name="revoke"),
]
