"""What a file is, before anything of it is read: kind, pages, sizes, and every reason not to go on."""

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from dms.errors import DmsError
from ocr_pipeline import image_inspection, office, pdf_inspection, plain_text, sniff
from ocr_pipeline.limits import Limits
from ocr_pipeline.types import Inspection, Kind, PageInfo

TEXT_KINDS = (Kind.TEXT, Kind.OFFICE)


def inspect(path: Path | None, arguments: Mapping[str, Any], files: Path) -> dict[str, Any]:
    """The job: an `Inspection` as JSON, within `arguments["limits"]`. The file's name plays no part."""
    if path is None:
        raise FileNotFoundError
    found = inspection(path, Limits(**arguments.get("limits", {})))
    return {
        "kind": found.kind.value,
        "media_type": found.media_type,
        "problem": found.problem,
        "signed": found.signed,
        "pages": [
            {"number": page.number, "width_px": page.width_px, "height_px": page.height_px}
            for page in found.pages
        ],
    }


def inspection(path: Path, limits: Limits) -> Inspection:
    """Look at a file; a problem found on the way ends it."""
    sniffed = sniff.sniff(path)
    if sniffed.problem is not None:
        return Inspection(sniffed.kind, sniffed.media_type, problem=sniffed.problem)
    try:
        pages = pages_of(path, sniffed, limits)
        signed = sniffed.kind is Kind.PDF and pdf_inspection.is_signed(path)
    except DmsError as error:
        return Inspection(sniffed.kind, sniffed.media_type, problem=error.code)
    return Inspection(sniffed.kind, sniffed.media_type, pages=pages, signed=signed)


def pages_of(path: Path, sniffed: sniff.Sniffed, limits: Limits) -> tuple[PageInfo, ...]:
    """The pages with the sizes of their images; text has none. Raises: DmsError with a problem's code."""
    if sniffed.kind in TEXT_KINDS:
        return tuple(
            PageInfo(number, 0, 0)
            for number, _text in enumerate(text(path, sniffed, limits), start=1)
        )
    sizers: Mapping[Kind, Callable[[Path, Limits], list[tuple[int, int]]]] = {
        Kind.PDF: pdf_inspection.page_sizes,
        Kind.IMAGE: image_inspection.page_sizes,
    }
    sizes = sizers[sniffed.kind](path, limits)
    return tuple(PageInfo(number, *size) for number, size in enumerate(sizes, start=1))


def text(path: Path, sniffed: sniff.Sniffed, limits: Limits) -> list[str]:
    """The pages as reading will find them: the same code, so the same number."""
    if sniffed.kind is Kind.TEXT:
        return plain_text.pages_of(path, limits=limits)
    return office.pages_of(path, sniffed.media_type, limits=limits)
