"""Who may see a document: mode, grants, and an administrator's access with a reason."""

from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext
from django.views.decorators.http import require_http_methods, require_POST

from dms.accounts.permissions import check_may
from dms.accounts.requiring import signed_in
from dms.accounts.roles import Verb
from dms.documents import sharing
from dms.documents.queries import visible_document
from dms.documents.views.address import Address
from dms.errors import NotFound


@require_POST
def set_mode(request: HttpRequest, document_id: UUID) -> HttpResponse:
    """Open, conditional or secret."""
    user = signed_in(request)
    document = visible_document(document_id, user=user)
    sharing.set_mode(document, request.POST.get("mode", ""), by=user, at=timezone.now())
    messages.success(request, gettext("Who may see the document is changed, at once."))
    return redirect(Address.of(request, document_id).to(tab="access"))


@require_POST
def grant(request: HttpRequest, document_id: UUID) -> HttpResponse:
    """Let a person, a unit or a role read."""
    user = signed_in(request)
    document = visible_document(document_id, user=user)
    subject, _, name = request.POST.get("to", "").partition(":")
    sharing.grant(document, subject, name, by=user, at=timezone.now())
    messages.success(request, gettext("Access is granted."))
    return redirect(Address.of(request, document_id).to(tab="access"))


@require_POST
def revoke(request: HttpRequest, document_id: UUID, grant_id: int) -> HttpResponse:
    """Take a grant back. One who so loses sight of the document is led to the list."""
    user = signed_in(request)
    document = visible_document(document_id, user=user)
    given = document.grants.filter(pk=grant_id).first()
    if given is None:
        raise NotFound
    sharing.revoke(given, by=user, at=timezone.now())
    messages.success(request, gettext("Access is taken back."))
    return redirect(Address.of(request, document_id).to(tab="access"))


@require_http_methods(["GET", "HEAD", "POST"])
def take_access(request: HttpRequest) -> HttpResponse:
    """An administrator opens a document whose id he was told, and says why."""
    user = signed_in(request)
    check_may(user, Verb.TAKE_ACCESS)
    document_id = request.POST.get("document", request.GET.get("id", "")).strip()[:40]
    shown = {"document_id": document_id, "reason": request.POST.get("reason", "")}
    if request.method != "POST":
        return render(request, "documents/take_access.html", shown)
    try:
        wanted = str(UUID(document_id))
        document = sharing.take_access(wanted, reason=shown["reason"], by=user, at=timezone.now())
    except (ValueError, NotFound):
        shown["problem"] = gettext(
            "There is no document with this id. Copy it whole from its page."
        )
        return render(request, "documents/take_access.html", shown, status=404)
    return redirect(Address.of(request, document.pk).to())
