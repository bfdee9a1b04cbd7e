"""A leader judges a secrecy mark: opens the locked document by its number, and releases it if the mark is none."""

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
from dms.documents import secrecy
from dms.documents.queries import visible_version
from dms.documents.views.address import Address
from dms.errors import NotFound


@require_http_methods(["GET", "HEAD", "POST"])
def judge(request: HttpRequest) -> HttpResponse:
    """Open a locked document whose number he was told."""
    user = signed_in(request)
    check_may(user, Verb.JUDGE_SECRECY)
    document_id = request.POST.get("document", request.GET.get("id", "")).strip()[:40]
    if request.method != "POST":
        return render(request, "documents/judge.html", {"document_id": document_id})
    try:
        wanted = UUID(document_id)
    except ValueError as error:
        raise NotFound from error
    reason = request.POST.get("reason", "")
    document = secrecy.open_to_judge(wanted, reason=reason, by=user, at=timezone.now())
    return redirect(Address.of(request, document.pk).to())


@require_POST
def clear_mark(request: HttpRequest, document_id: UUID, version_id: UUID) -> HttpResponse:
    """Release a version on which the mark is none."""
    user = signed_in(request)
    check_may(user, Verb.JUDGE_SECRECY)
    version = visible_version(version_id, user=user)
    if version.document_id != document_id:
        raise NotFound
    reason = request.POST.get("reason", "")
    secrecy.clear_mark(version, reason=reason, by=user, at=timezone.now())
    messages.success(request, gettext("The document is released and is being read again."))
    return redirect(Address.of(request, document_id).to())
