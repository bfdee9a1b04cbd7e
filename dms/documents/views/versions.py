"""Versions: check in, check in again after a lost race, restore; withdraw and undo."""

from uuid import UUID

from django.contrib import messages
from django.core.files.uploadedfile import UploadedFile
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.translation import gettext
from django.views.decorators.http import require_POST

from dms.accounts.requiring import signed_in
from dms.documents import operations
from dms.documents.checking_in import Sent, check_in, check_in_held, drop_held
from dms.documents.intake import EmptyFile
from dms.documents.queries import visible_document, visible_version
from dms.documents.uploading import own_upload
from dms.documents.views.address import Address
from dms.storage.default import store


@require_POST
def add(request: HttpRequest, document_id: UUID) -> HttpResponse:
    """Check in a file on top of the version that the person saw."""
    user = signed_in(request)
    document = visible_document(document_id, user=user)
    file = request.FILES.get("file")
    if not isinstance(file, UploadedFile):
        raise EmptyFile
    tab = redirect(Address.of(request, document_id).to(tab="versions", version="", page=""))
    try:
        check_in(
            document, Sent(file.chunks(), file.size or 0, file.name or ""),
            parent=request.POST.get("parent", ""), major=request.POST.get("major") == "1",
            comment=request.POST.get("comment", ""), by=user, at=timezone.now(), store=store(),
        )  # fmt: skip
    except operations.StaleVersion:
        messages.warning(request, gettext("Somebody was faster. Your file is kept below."))
        return tab
    messages.success(request, gettext("The new version is checked in and is being read."))
    return tab


@require_POST
def add_held(request: HttpRequest, document_id: UUID, upload_id: UUID) -> HttpResponse:
    """Check the held file in on top of the newest version, or forget it."""
    user, at = signed_in(request), timezone.now()
    document = visible_document(document_id, user=user)
    upload = own_upload(upload_id, user=user)
    if request.POST.get("decision") == "drop":
        drop_held(document, upload)
    else:
        parent = visible_version(request.POST.get("parent", ""), user=user)
        check_in_held(document, upload, parent=parent, at=at, store=store())
        messages.success(request, gettext("The new version is checked in and is being read."))
    return redirect(Address.of(request, document_id).to(tab="versions", version="", page=""))


@require_POST
def restore_version(request: HttpRequest, document_id: UUID, version_id: UUID) -> HttpResponse:
    """Make an old content state current again, as a new version."""
    user = signed_in(request)
    document = visible_document(document_id, user=user)
    version = visible_version(version_id, user=user)
    parent = visible_version(request.POST.get("parent", ""), user=user)
    operations.restore_version(document, version, parent=parent, by=user, at=timezone.now())
    messages.success(
        request,
        gettext("Version {label} is current again, as a new version.").format(label=version.label),
    )
    return redirect(Address.of(request, document_id).to(tab="versions", version="", page=""))


@require_POST
def withdraw(request: HttpRequest, document_id: UUID) -> HttpResponse:
    """Take a wrong upload out of lists and search."""
    user = signed_in(request)
    document = visible_document(document_id, user=user)
    reason = request.POST.get("reason", "")
    operations.withdraw(document, reason=reason, by=user, at=timezone.now())
    messages.success(
        request,
        gettext("The document is withdrawn: out of lists and search, nothing is purged."),
    )
    return redirect(Address.of(request, document_id).to())


@require_POST
def restore(request: HttpRequest, document_id: UUID) -> HttpResponse:
    """Undo a withdrawal."""
    user = signed_in(request)
    document = visible_document(document_id, user=user)
    operations.restore(document, by=user, at=timezone.now())
    messages.success(request, gettext("The document is back in lists and search."))
    return redirect(Address.of(request, document_id).to())
