"""Inspection of JPEG, PNG and TIFF files by their headers; no pixel is decoded."""

from pathlib import Path

from PIL import Image, TiffImagePlugin

from ocr_pipeline.limits import Limits
from ocr_pipeline.page_images import ImagePages, PageUnreadable
from ocr_pipeline.refusals import Damaged, Truncated, check_count, check_pixels
from ocr_pipeline.sniff import holds

FORMATS = ("JPEG", "PNG", "TIFF", "MPO")  # MPO is the JPEG of phones with two lenses
ENDS = {"JPEG": b"\xff\xd9", "MPO": b"\xff\xd9", "PNG": b"IEND"}
OFFSETS_AND_LENGTHS = ((273, 279), (324, 325))  # of strips, of tiles (TIFF 6.0)


def page_sizes(path: Path, limits: Limits) -> list[tuple[int, int]]:
    """Width and height of each frame in pixels.

    Raises: Damaged, Truncated, NoPages, TooManyPages, BadPageSize, PageTooLarge.
    """
    check_complete(path, limits)
    try:
        with ImagePages(path, Limits()) as pages:
            sizes = [pages.size(number) for number in range(1, pages.count + 1)]
    except (PageUnreadable, OSError, ValueError, SyntaxError) as error:
        raise Damaged from error
    return sizes


def check_complete(path: Path, limits: Limits) -> None:
    """See that the end is there, and no more pixels than allowed, before anything is decoded.

    Raises: Damaged, Truncated, NoPages, TooManyPages, BadPageSize, PageTooLarge.
    """
    Image.MAX_IMAGE_PIXELS = None  # pixels are checked by page, in words of our own
    try:
        with Image.open(path, formats=FORMATS) as image:
            if isinstance(image, TiffImagePlugin.TiffImageFile):
                check_frames(image, path.stat().st_size, limits)
            else:
                check_pixels(*image.size, limits.page_pixels)
                if not holds(path, ENDS[str(image.format)]):
                    raise Truncated
    except (OSError, ValueError, SyntaxError, EOFError, TypeError, KeyError) as error:
        raise Damaged from error


def check_frames(image: TiffImagePlugin.TiffImageFile, file_bytes: int, limits: Limits) -> None:
    """See that all pixels of all frames lie within the file, and are not too many."""
    number = 0
    while True:
        check_count(number + 1, limits.pages)
        check_pixels(*image.size, limits.page_pixels)
        for offsets, lengths in OFFSETS_AND_LENGTHS:
            starts, sizes = (image.tag_v2.get(tag, ()) for tag in (offsets, lengths))
            if any(start + size > file_bytes for start, size in zip(starts, sizes, strict=False)):
                raise Truncated
        number += 1
        try:
            image.seek(number)
        except EOFError:
            return
