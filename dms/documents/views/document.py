"""The document page: the scan in the middle, its pages at one side, what is known of it at the other."""

from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_safe

from dms.audit.operations import record_view
from dms.documents import panel, viewer
from dms.documents.lighting import lit_pieces, next_lit_page
from dms.documents.queries import visible_document
from dms.documents.views.files import store
from dms.documents.views.people import signed_in

LARGEST = 1_000_000
FRAGMENTS = {
    "viewer": "documents/detail_viewer.html",
    "panel": "documents/detail_panel.html",
    "status": "documents/detail_status.html",
}


@dataclass(frozen=True, slots=True)
class Address:
    """What the address names: version, page, words to light, tab."""

    document: UUID
    page: int
    q: str
    tab: str
    version: str

    @classmethod
    def of(cls, request: HttpRequest, document_id: UUID) -> "Address":
        """Whatever is wrong in it means the default."""
        tab = request.GET.get("tab", "")
        return cls(
            document=document_id,
            page=max(1, number(request.GET.get("page", ""))),
            q=request.GET.get("q", "").strip()[:500],
            tab=tab if tab in panel.TABS else "info",
            version=request.GET.get("version", ""),
        )

    def to(self, **changes: object) -> str:
        """The address of this page with something changed."""
        values = {
            "page": self.page if self.page > 1 else "", "q": self.q,
            "tab": self.tab if self.tab != "info" else "", "version": self.version,
        }  # fmt: skip
        values |= {name: str(value) for name, value in changes.items()}
        query = urlencode({name: value for name, value in values.items() if value})
        path = reverse("documents:document", args=[self.document])
        return f"{path}?{query}" if query else path


def number(untrusted: str) -> int:
    """A whole number within bounds; 0 for anything else."""
    if not (untrusted.isascii() and untrusted.isdecimal()):
        return 0
    return min(int(untrusted[:18]), LARGEST)


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
    viewed, address = context["viewed"], context["address"]
    number = viewed.sheet.number if viewed.sheet else 0
    last = viewed.version.page_count
    links = {
        "first": address.to(page="") if number > 1 else "",
        "previous": address.to(page=number - 1) if number > 1 else "",
        "next": address.to(page=number + 1) if 0 < number < last else "",
        "last": address.to(page=last) if 0 < number < last else "",
        "plain": address.to(q=""),
        "current": address.to(version=""),
        "info": address.to(tab=""),
        "edit": address.to(tab="", edit=1),
        "versions": address.to(tab="versions"),
        "access": address.to(tab="access"),
        "history": address.to(tab="history"),
        "readings": address.to(tab="history", readings=1),
    }
    if viewed.sheet and not viewed.sheet.pictures:
        context["pieces"] = lit_pieces(address.q, viewed.sheet.text)
    response = render(
        request, FRAGMENTS.get(target, "documents/detail.html"), context | {"links": links},
        status=status,
    )  # fmt: skip
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
