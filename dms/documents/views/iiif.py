"""The IIIF addresses of a version: its manifest, and its page images at the sizes that were made."""

from functools import partial
from typing import Any
from uuid import UUID

from django.http import HttpRequest, HttpResponse, HttpResponseBase, JsonResponse
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_safe

from dms.accounts.requiring import signed_in
from dms.audit.operations import record_view
from dms.documents import iiif
from dms.documents.queries import visible_version
from dms.documents.views.files import picture


@require_safe
def manifest(request: HttpRequest, version_id: UUID) -> HttpResponse:
    """IIIF Presentation 3; to open it is to read the version."""
    user = signed_in(request)
    version = visible_version(version_id, user=user)
    record_view("documents.version.viewed", target=version, by=user, at=timezone.now())
    addresses = iiif.Addresses(
        manifest=absolute(request, "iiif-manifest", version_id),
        download=absolute(request, "download", version_id),
        service=partial(absolute, request, "iiif-image", version_id),
    )
    return linked_data(iiif.manifest(version, addresses), iiif.PRESENTATION)


@require_safe
def image_info(request: HttpRequest, version_id: UUID, page: int) -> HttpResponse:
    """IIIF Image 3, level 0."""
    version = visible_version(version_id, user=signed_in(request))
    made = iiif.page_images(version, page)
    service = absolute(request, "iiif-image", version_id, page)
    return linked_data(iiif.info(made, service), iiif.IMAGE)


@require_safe
def image(request: HttpRequest, version_id: UUID, page: int, size: str) -> HttpResponseBase:
    """A page image at one of its sizes."""
    version = visible_version(version_id, user=signed_in(request))
    return picture(request, iiif.image_of_size(iiif.page_images(version, page), size))


def absolute(request: HttpRequest, name: str, *args: object) -> str:
    """A full address; an image service's has no slash at its end."""
    return request.build_absolute_uri(reverse(f"documents:{name}", args=args)).removesuffix("/")


def linked_data(content: dict[str, Any], context: str) -> HttpResponse:
    """JSON-LD under its context."""
    return JsonResponse(
        content, content_type=f'application/ld+json;profile="{context}"',
        headers={"Cache-Control": "private, no-cache", "Vary": "Cookie"},
        json_dumps_params={"ensure_ascii": False},
    )  # fmt: skip
