"""Inspection of PDF files: two parsers must agree, and nothing may unpack to more than a page can hold."""

import mmap
import re
from collections.abc import Iterator
from contextlib import closing
from itertools import islice
from pathlib import Path
from typing import Any

import pikepdf
import pypdfium2 as pdfium
from pypdfium2 import raw

from ocr_pipeline import pdf_streams
from ocr_pipeline.limits import Limits
from ocr_pipeline.page_images import PageUnreadable, PdfPages
from ocr_pipeline.refusals import (
    BadPageSize,
    Contradictory,
    Damaged,
    Encrypted,
    PageTooLarge,
    Truncated,
    check_count,
    check_pixels,
)

END_WITHIN_BYTES = 8_192
LARGEST_SIDE_PT = 20_000.0  # PDF 1.7, annex C: 14,400; a little is forgiven
BYTE_RANGE = re.compile(rb"/ByteRange\s*\[")


def page_sizes(path: Path, limits: Limits) -> list[tuple[int, int]]:
    """Width and height of each page image in pixels.

    Raises: Truncated, Damaged, Encrypted, Contradictory, NoPages, TooManyPages, BadPageSize, PageTooLarge, Bomb.
    """
    check_end(path)
    pdf_streams.check_structure(path, limits)
    count = agreed_count(path, limits)
    try:
        with PdfPages(path, Limits()) as pages:  # the sizes that reading and rendering will find
            sizes = [pages.size(number) for number in range(1, count + 1)]
    except PageUnreadable as error:
        raise Damaged from error
    for width_px, height_px in sizes:
        check_pixels(width_px, height_px, limits.page_pixels)
    return sizes


def is_signed(path: Path) -> bool:
    """Whether the file holds a signature: its byte range stands outside all compression (PDF 1.7, 12.8.1)."""
    with path.open("rb") as file, mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ) as data:
        return BYTE_RANGE.search(data) is not None


def check_end(path: Path) -> None:
    """A PDF that was cut off has lost its end mark. Raises: Truncated."""
    with path.open("rb") as file:
        file.seek(max(0, path.stat().st_size - END_WITHIN_BYTES))
        tail = file.read()
    if b"%%EOF" not in tail and b"startxref" not in tail:
        raise Truncated


def agreed_count(path: Path, limits: Limits) -> int:
    """How many pages both parsers count.

    Raises: Damaged, Encrypted, Contradictory, NoPages, TooManyPages, BadPageSize, PageTooLarge, Bomb.
    """
    count = pdfium_count(path)
    check_count(count, limits.pages)
    try:
        with pikepdf.open(path) as second:
            second_count = sum(1 for _page in islice(second.pages, limits.pages + 1))
            if second_count != count:
                raise Contradictory
            check_boxes(second)
            pdf_streams.check_streams(second, limits)
    except pikepdf.PasswordError as error:
        raise Encrypted from error
    except pikepdf.PdfError as error:
        raise Damaged from error
    return count


def pdfium_count(path: Path) -> int:
    """How many pages pdfium counts. Raises: Encrypted, Damaged."""
    try:
        with closing(pdfium.PdfDocument(path.open("rb"), autoclose=True)) as document:
            return len(document)
    except pdfium.PdfiumError as error:
        if error.err_code in {raw.FPDF_ERR_PASSWORD, raw.FPDF_ERR_SECURITY}:
            raise Encrypted from error
        raise Damaged from error


def check_boxes(document: pikepdf.Pdf) -> None:
    """Every page has a size that paper could have. Raises: BadPageSize, PageTooLarge."""
    for page in document.pages:
        left, bottom, right, top = numbers(page.mediabox)
        width, height = abs(right - left), abs(top - bottom)
        if not (width > 0 and height > 0):
            raise BadPageSize
        if max(width, height) > LARGEST_SIDE_PT:
            raise PageTooLarge


def numbers(box: Any) -> Iterator[float]:
    """The four numbers of a box. Raises: BadPageSize."""
    try:
        found = [float(item) for item in box]
    except (TypeError, ValueError) as error:
        raise BadPageSize from error
    if len(found) != 4:  # noqa: PLR2004  # two corners
        raise BadPageSize
    return iter(found)
