"""The lit words of a page as an image to lay over the scan: it needs no script, and selects nothing."""

import json
from uuid import UUID

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.views.decorators.http import require_safe

from dms.accounts.models import User
from dms.accounts.requiring import signed_in
from dms.documents.models import Page, Rendition
from dms.documents.queries import visible_version
from dms.errors import NotFound
from dms.storage.default import store
from search.lighting import Rectangle, asked, rectangles

HIGHLIGHT = "#ffe58a"
OPACITY = "0.55"  # the print shows through
KEPT = "private, max-age=60"


@require_safe
def svg(request: HttpRequest, version_id: UUID, page: int) -> HttpResponse:
    """An SVG in pixels of the page image, transparent but for the words of `q`."""
    found, lit = lit_page(version_id, page, request.GET.get("q", ""), user=signed_in(request))
    drawn = "".join(map(rect, lit))
    size = f'width="{found.width_px}" height="{found.height_px}" viewBox="0 0 {found.width_px} {found.height_px}"'
    body = f'<svg xmlns="http://www.w3.org/2000/svg" {size}>{drawn}</svg>'
    return HttpResponse(body, content_type="image/svg+xml", headers={"Cache-Control": KEPT})


def rect(lit: Rectangle) -> str:
    """One word or phrase on one line."""
    return (
        f'<rect class="lit" x="{lit.left}" y="{lit.top}" width="{lit.width}" height="{lit.height}"'
        f' rx="3" fill="{HIGHLIGHT}" fill-opacity="{OPACITY}"/>'
    )


@require_safe
def boxes(request: HttpRequest, version_id: UUID, page: int) -> HttpResponse:
    """The same for programs: `[left, top, width, height]` in pixels of the page image."""
    found, lit = lit_page(version_id, page, request.GET.get("q", ""), user=signed_in(request))
    told = [[one.left, one.top, one.width, one.height] for one in lit]
    facts = {"width": found.width_px, "height": found.height_px, "boxes": told}
    return JsonResponse(facts, headers={"Cache-Control": KEPT})


def lit_page(
    version_id: UUID, number: int, query: str, *, user: User
) -> tuple[Page, tuple[Rectangle, ...]]:
    """The page of a visible version, and what the query lights on it. Raises: NotFound."""
    version = visible_version(version_id, user=user)
    found = Page.objects.filter(version=version, number=number).first()
    if found is None:
        raise NotFound
    clauses = asked(query)
    stored = Rendition.objects.filter(version=version, kind="words", page=number).first()
    if stored is None or not clauses:
        return found, ()
    words = json.loads(store().read(stored.sha256))["words"]
    return found, rectangles(clauses, words)
