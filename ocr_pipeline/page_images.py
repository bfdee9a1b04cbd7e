"""Page images: what the viewer shows of a page before any turn, taken out of PDF, JPEG, PNG and TIFF files.

Sizes and resolutions are told without decoding an image. Open files only inside the sandbox.
"""

from collections.abc import Callable, Mapping
from pathlib import Path

from ocr_pipeline.image_pages import ImagePages
from ocr_pipeline.limits import Limits
from ocr_pipeline.page_base import (
    PageImages,
    PageTooLarge,
    PageUnreadable,
    believable_dpi,
)
from ocr_pipeline.pdf_pages import PdfPages
from ocr_pipeline.types import Kind

__all__ = [
    "ImagePages", "PageImages", "PageTooLarge", "PageUnreadable", "PdfPages",
    "believable_dpi", "open_pages",
]  # fmt: skip


def open_pages(path: Path, kind: Kind | str, *, limits: Limits | None = None) -> PageImages:
    """Open a file of a kind with page images, to be used as a context manager. Raises: PageUnreadable."""
    openers: Mapping[Kind, Callable[[Path, Limits], PageImages]] = {
        Kind.PDF: PdfPages,
        Kind.IMAGE: ImagePages,
    }
    return openers[Kind(kind)](path, limits or Limits())
