"""The document page: the scan in the middle, its pages at one side, what is known of it at the other."""

from typing import Any
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_safe

from dms.accounts.requiring import signed_in
from dms.audit.operations import record_view
from dms.documents import panel, viewer
from dms.documents.lighting import next_lit_page
from dms.documents.queries import visible_document
from dms.documents.views.address import Address, number
from dms.documents.views.dressing import Dressed
from dms.storage.default import store

FRAGMENTS = {
    "viewer": "documents/detail_viewer.html",
    "panel": "documents/detail_panel.html",
    "status": "documents/detail_status.html",
}


@require_safe
def document(request: HttpRequest, document_id: UUID) -> HttpResponse:
    """The page; htmx asks for the viewer, the panel or the status alone."""
    user, address = signed_in(request), Address.of(request, document_id)
    viewed = viewer.viewed(
        document_id, label=address.version, number=address.page, user=user, store=store()
    )
    target = request.headers.get("HX-Target", "")
    if target != "status":
        record_view("documents.version.viewed", target=viewed.version, by=user, at=timezone.now())
    context: dict[str, Any] = {"viewed": viewed, "address": address, "document": viewed.document}
    if target not in {"viewer", "status"}:
        asked = panel.Asked(
            editing=request.GET.get("edit") == "1",
            readings=request.GET.get("readings") == "1",
            before=number(request.GET.get("before", "")),
        )
        context["panel"] = panel.TABS[address.tab](viewed, asked, user=user)
    return page(request, context, target=target)


def page(
    request: HttpRequest, context: dict[str, Any], *, target: str, status: int = 200
) -> HttpResponse:
    """The template for what is asked, with everything that the templates link to."""
    dressed = Dressed(context["viewed"], context["address"])
    context |= {
        "q": dressed.address.q,
        "target": target,
        "dressed": dressed,
        "links": dressed.links,
    }
    template = FRAGMENTS.get(target, "documents/detail.html")
    response = render(request, template, context, status=status)
    response.headers["Vary"] = "HX-Request, HX-Target, Cookie, Accept-Language"
    response.headers["Cache-Control"] = "private, no-store"
    return response


@require_safe
def next_hit(request: HttpRequest, document_id: UUID) -> HttpResponse:
    """On to the next page that holds the words, and round again at the end."""
    address = Address.of(request, document_id)
    found = visible_document(document_id, user=signed_in(request))
    version = viewer.version_named(found, address.version)
    return redirect(address.to(page=next_lit_page(version, address.q, after=address.page)))
