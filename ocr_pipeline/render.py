"""Page images for the viewer: a thumbnail and the widths that a IIIF Image service of level 0 offers."""

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import cv2
import numpy as np
from PIL import Image

from ocr_pipeline.arrays import Pixels
from ocr_pipeline.page_images import open_pages

THUMB_WIDTH_PX = 240
WIDTHS_PX = (800, 1600)  # and the page image's own
THUMB_QUALITY, QUALITY = 70, 80
NEARLY_FULL = 1.1  # a width within a tenth of the page image's own is not made beside it
TURNS = {90: cv2.ROTATE_90_CLOCKWISE, 180: cv2.ROTATE_180, 270: cv2.ROTATE_90_COUNTERCLOCKWISE}


def render_pages(path: Path, arguments: Mapping[str, Any], files: Path) -> dict[str, Any]:
    """Make the images of some pages, each decoded once, one at a time.

    Args:
        path: The original.
        arguments: `kind`, and `pages`: readings with number, width_px, height_px, turn_deg.
        files: Where the images go.

    Returns:
        `files`, each with name, kind (`thumb` or `image`), page, width_px, height_px, media_type.
    """
    made = []
    with open_pages(path, arguments["kind"]) as images:
        for page in arguments["pages"]:
            upright = turned(images.image(page["number"]), page["turn_deg"])
            made += list(sizes_of(upright, page["number"], files))
    return {"files": made}


def sizes_of(upright: Pixels, page: int, files: Path) -> Iterator[dict[str, Any]]:
    """Every size of one page, from the largest down: each is made of the one before."""
    full = upright.shape[1]
    widths = [
        full,
        *(width for width in sorted(WIDTHS_PX, reverse=True) if width * NEARLY_FULL < full),
    ]
    for width in widths:
        upright = shrunk(upright, width)
        yield written(upright, "image", page, files)
    yield written(shrunk(upright, min(THUMB_WIDTH_PX, full)), "thumb", page, files)


def turned(pixels: Pixels, turn_deg: int) -> Pixels:
    """Turned clockwise by quarters; HxWx3 uint8 RGB."""
    if turn_deg not in TURNS:
        return pixels
    upright: Pixels = cv2.rotate(pixels, TURNS[turn_deg])
    return upright


def shrunk(pixels: Pixels, width: int) -> Pixels:
    """At a smaller width, in proportion; every pixel counts."""
    if width >= pixels.shape[1]:
        return pixels
    height = max(1, round(pixels.shape[0] * width / pixels.shape[1]))
    smaller: Pixels = cv2.resize(pixels, (width, height), interpolation=cv2.INTER_AREA)
    return smaller


def written(pixels: Pixels, kind: str, page: int, files: Path) -> dict[str, Any]:
    """The image as a progressive JPEG; grey where the page has no colour."""
    height, width = pixels.shape[:2]
    name = f"{kind}-{page}-{width}.jpg"
    image = Image.fromarray(pixels)
    if is_grey(pixels):
        image = image.convert("L")
    quality = THUMB_QUALITY if kind == "thumb" else QUALITY
    image.save(files / name, "JPEG", quality=quality, progressive=True, optimize=True)
    return {
        "name": name, "kind": kind, "page": page, "width_px": width, "height_px": height,
        "media_type": "image/jpeg",
    }  # fmt: skip


def is_grey(pixels: Pixels) -> bool:
    """Whether all three channels are the same."""
    red, green, blue = pixels[..., 0], pixels[..., 1], pixels[..., 2]
    return bool(np.array_equal(red, green) and np.array_equal(green, blue))
