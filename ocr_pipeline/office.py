"""Text of DOCX, XLSX and ODT files, in pages; without an office suite, following no reference."""

from collections.abc import Callable, Mapping
from pathlib import Path

from ocr_pipeline import office_sheets, office_text
from ocr_pipeline.limits import Limits
from ocr_pipeline.refusals import Damaged
from ocr_pipeline.zip_parts import Parts

OPEN_XML = "application/vnd.openxmlformats-officedocument."
DOCX = OPEN_XML + "wordprocessingml.document"
XLSX = OPEN_XML + "spreadsheetml.sheet"
ODT = "application/vnd.oasis.opendocument.text"

READERS: Mapping[str, Callable[[Parts, Limits], list[str]]] = {
    DOCX: office_text.docx_pages,
    XLSX: office_sheets.pages,
    ODT: office_text.odt_pages,
}


def media_type(path: Path) -> str | None:
    """Which of the three a ZIP archive is, by its parts; None for any other archive.

    Macros make no difference: they are kept in the original and never run.
    """
    try:
        with Parts(path, Limits(unpacked_bytes=2**63)) as parts:
            names = set(parts.names)
            kind = parts.head("mimetype", 100).decode("ascii", "replace").strip()
    except Damaged:
        return None
    if "word/document.xml" in names:
        return DOCX
    if "xl/workbook.xml" in names:
        return XLSX
    return ODT if kind == ODT and "content.xml" in names else None


def pages_of(path: Path, media_type: str, *, limits: Limits | None = None) -> list[str]:
    """The pages of an office file.

    Raises: Bomb, Damaged, Encrypted, ForbiddenXml, TooDeep, TooManyPages, TooMuchText.
    """
    limits = limits or Limits()
    with Parts(path, limits) as parts:
        return READERS[media_type](parts, limits)
