"""Bytes out: the untouched file, the searchable PDF/A, the text, and small pictures of pages."""

from uuid import UUID

from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.utils import timezone
from django.utils.html import format_html
from django.utils.http import content_disposition_header
from django.views.decorators.http import require_safe

from dms.accounts.requiring import signed_in
from dms.audit.operations import record_alone, record_view
from dms.documents.models import Rendition, Version
from dms.documents.pictures import mark
from dms.documents.queries import page_texts, visible_version
from dms.errors import NotFound
from dms.lib.http import SEALED, file_answer, is_known, not_modified
from dms.storage.default import store

DOWNLOADED = "documents.version.downloaded"
FOR_EVER = "private, max-age=31536000, immutable"  # the address names the content
ASK_AGAIN = "private, no-cache"


@require_safe
def download(request: HttpRequest, version_id: UUID) -> HttpResponseBase:
    """The original, byte for byte, to be saved."""
    version = visible_version(version_id, user=signed_in(request))
    return saved(
        request, version, sha256=version.sha256, media_type="application/octet-stream",
        filename=version.filename,
    )  # fmt: skip


@require_safe
def pdfa(request: HttpRequest, version_id: UUID) -> HttpResponseBase:
    """The searchable PDF/A made of a scan."""
    version = visible_version(version_id, user=signed_in(request))
    made = version.renditions.filter(kind="pdfa").first()
    if made is None:
        raise NotFound
    return saved(
        request, version, sha256=made.sha256, media_type="application/pdf",
        filename=f"{stem(version.filename)}.pdfa.pdf",
    )  # fmt: skip


@require_safe
def text(request: HttpRequest, version_id: UUID) -> HttpResponseBase:
    """What was read, page after page, as a text file."""
    user = signed_in(request)
    version = visible_version(version_id, user=user)
    pages = page_texts(version)
    if not pages:
        raise NotFound
    if request.method == "GET":
        record_alone(DOWNLOADED, target=version, by=user, at=timezone.now(), form="text")
    response = HttpResponse(
        "\f".join(page for _number, page in pages), content_type="text/plain; charset=utf-8",
        headers={
            "X-Content-Type-Options": "nosniff", "Content-Security-Policy": SEALED,
            "Cache-Control": ASK_AGAIN, "Vary": "Cookie",
        },
    )  # fmt: skip
    response.headers["Content-Disposition"] = content_disposition_header(
        as_attachment=True, filename=f"{stem(version.filename)}.txt"
    )
    return response


@require_safe
def thumbnail(request: HttpRequest, version_id: UUID, page: int) -> HttpResponseBase:
    """A page in small; a drawn sheet with the kind of file where there is no picture (yet)."""
    version = visible_version(version_id, user=signed_in(request))
    made = version.renditions.filter(kind="thumb", page=page).first()
    return picture(request, made) if made else sheet_of_paper(version)


def saved(
    request: HttpRequest, version: Version, *, sha256: str, media_type: str, filename: str
) -> HttpResponseBase:
    """A file to be saved, and the reading of it in the ledger: each whole one, and parts once an hour."""
    etag = f'"{sha256}"'
    if is_known(request, etag):
        return not_modified(etag)
    size_bytes = store().size_bytes(sha256)
    answer = file_answer(
        request, store().open(sha256), etag=etag, size_bytes=size_bytes, media_type=media_type,
        filename=filename,
    )  # fmt: skip
    if request.method == "GET":
        user, at = signed_in(request), timezone.now()
        if answer.status_code == 200:  # noqa: PLR2004  # the whole
            record_alone(DOWNLOADED, target=version, by=user, at=at)
        elif answer.status_code == 206:  # noqa: PLR2004  # a download that goes on after a break
            record_view(DOWNLOADED, target=version, by=user, at=at)
    return answer


def picture(request: HttpRequest, made: Rendition) -> HttpResponseBase:
    """A rendition shown in a page. Under an address that names its content a browser may keep it."""
    etag = f'"{made.sha256}"'
    cache = FOR_EVER if request.GET.get("v") == mark(made.sha256) else ASK_AGAIN
    if is_known(request, etag):
        return not_modified(etag, cache=cache)
    return file_answer(
        request, store().open(made.sha256), etag=etag, size_bytes=made.size_bytes,
        media_type=made.media_type, cache=cache,
    )  # fmt: skip


def sheet_of_paper(version: Version) -> HttpResponse:
    """A drawing in place of a thumbnail; never kept, since the picture may come any moment."""
    _, _, ending = version.filename.rpartition(".")
    label = ending[:4].upper() if 0 < len(ending) <= 5 else ""  # noqa: PLR2004  # such as docx
    drawing = format_html(
        '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 120 160" role="img">'
        '<rect x="0.5" y="0.5" width="119" height="159" rx="4" fill="#fff" stroke="#dfe4ea"/>'
        '<path d="M20 34h80M20 48h80M20 62h56" stroke="#dfe4ea" stroke-width="5"/>'
        '<text x="60" y="124" text-anchor="middle" font-family="sans-serif" font-size="24"'
        ' font-weight="600" fill="#5b6675">{}</text></svg>',
        label,
    )
    return HttpResponse(
        drawing, content_type="image/svg+xml",
        headers={
            "Cache-Control": "no-store", "Content-Security-Policy": SEALED,
            "X-Content-Type-Options": "nosniff",
        },
    )  # fmt: skip


def stem(filename: str) -> str:
    """A file's name without its ending."""
    head, dot, _ending = filename.rpartition(".")
    return head if dot and head else filename
