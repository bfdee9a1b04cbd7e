"""What any IIIF viewer reads: a manifest of the pages and, for each page, the sizes of its image.

Source: IIIF Presentation API 3.0; IIIF Image API 3.0, compliance level 0.
"""

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import Any

from django.db.models import QuerySet

from dms.documents.models import Page, Rendition, Version
from dms.documents.models.document import METADATA
from dms.documents.revisions import label_of, shown
from dms.errors import NotFound

PRESENTATION = "http://iiif.io/api/presentation/3/context.json"
IMAGE = "http://iiif.io/api/image/3/context.json"
SIZE = re.compile(r"(\d{1,5}),(\d{0,5})\Z")
PAGE_WITHOUT_IMAGE = (1240, 1754)  # an A4 page at 150 dpi: a canvas must have a size


class NoSuchSize(NotFound):
    """This page image is not made at that size; its info.json lists the sizes."""

    code = "no_such_size"


@dataclass(frozen=True, slots=True)
class Addresses:
    """How the caller builds absolute addresses: of the manifest, of an image service, of the file."""

    manifest: str
    download: str
    service: Callable[[int], str]  # of a page's number


def page_images(version: Version, number: int) -> list[Rendition]:
    """A page's images from narrow to wide. Raises: NotFound when there is none."""
    found = list(images(version).filter(page=number))
    if not found:
        raise NotFound
    return found


def images(version: Version) -> QuerySet[Rendition]:
    """All page images, page by page, from narrow to wide."""
    return Rendition.objects.filter(version=version, kind="image").order_by("page", "width_px")


def image_of_size(made: Sequence[Rendition], untrusted_size: str) -> Rendition:
    """The image that a size parameter names: `max`, `800,` or `800,1131`. Raises: NoSuchSize."""
    if untrusted_size in {"max", "full"}:  # version 2 of the Image API said full
        return made[-1]
    match = SIZE.match(untrusted_size)
    if match is None:
        raise NoSuchSize
    width, height = match[1], match[2]
    for image in made:
        if str(image.width_px) == width and height in {"", str(image.height_px)}:
            return image
    raise NoSuchSize


def info(made: Sequence[Rendition], service: str) -> dict[str, Any]:
    """The image's info.json: level 0, so only the listed sizes can be asked for."""
    return {
        "@context": IMAGE,
        "id": service,
        "type": "ImageService3",
        "protocol": "http://iiif.io/api/image",
        "profile": "level0",
        "width": made[-1].width_px,
        "height": made[-1].height_px,
        "sizes": [{"width": image.width_px, "height": image.height_px} for image in made],
        "preferredFormats": ["jpg"],
    }


def manifest(version: Version, addresses: Addresses) -> dict[str, Any]:
    """The pages of a version in order, each a canvas with its image."""
    document = version.document
    by_page = {page: list(group) for page, group in groupby(images(version), lambda i: i.page)}
    pages = Page.objects.filter(version=version).values_list("number", flat=True)
    return {
        "@context": PRESENTATION,
        "id": addresses.manifest,
        "type": "Manifest",
        "label": {"none": [document.title]},
        "metadata": [*described(document)],
        "rendering": [
            {
                "id": addresses.download,
                "type": "Text" if version.kind == "pdf" else "Dataset",
                "label": {"none": [version.filename]},
                "format": version.media_type or "application/octet-stream",
            }
        ],
        "items": [
            canvas(number, by_page.get(number, []), addresses) for number in pages or [1]
        ],
    }  # fmt: skip


def described(document: Any) -> Iterator[Mapping[str, Any]]:
    """The fields that are filled in."""
    for name in METADATA:
        if value := shown(getattr(document, name)):
            yield {"label": {"none": [label_of(name)]}, "value": {"none": [value]}}


def canvas(number: int, made: Sequence[Rendition], addresses: Addresses) -> dict[str, Any]:
    """One page; without an image it is an empty canvas of an A4 page."""
    width, height = (made[-1].width_px, made[-1].height_px) if made else PAGE_WITHOUT_IMAGE
    here = f"{addresses.manifest}#page-{number}"
    shape = {
        "id": here, "type": "Canvas", "label": {"none": [str(number)]},
        "width": width, "height": height,
    }  # fmt: skip
    if not made:
        return shape
    service = addresses.service(number)
    body = {
        "id": f"{service}/full/max/0/default.jpg", "type": "Image", "format": "image/jpeg",
        "width": width, "height": height,
        "service": [{"id": service, "type": "ImageService3", "profile": "level0"}],
    }  # fmt: skip
    painting = {
        "id": f"{here}-image", "type": "Annotation", "motivation": "painting", "target": here,
        "body": body,
    }  # fmt: skip
    return shape | {
        "items": [{"id": f"{here}-images", "type": "AnnotationPage", "items": [painting]}],
        "thumbnail": [body | {"id": f"{service}/full/{made[0].width_px},/0/default.jpg",
                              "width": made[0].width_px, "height": made[0].height_px}],
    }  # fmt: skip
