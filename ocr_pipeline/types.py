"""The values of the reading pipeline. Plain, frozen, without Django; all lengths in pixels of the page image.

The page image is the page as the viewer shows it: upright (turned by `turn_deg`), never deskewed or cleaned.
Boxes found on a deskewed or cleaned image are mapped back to it before they leave the pipeline.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any, Self


class Kind(StrEnum):
    """What the bytes are, by content and never by name."""

    PDF = "pdf"
    IMAGE = "image"  # JPEG, PNG, TIFF (each frame of a TIFF is a page)
    TEXT = "text"
    OFFICE = "office"  # DOCX, XLSX, ODT
    OTHER = "other"  # kept, not readable


class Source(StrEnum):
    """Where the text of a page came from."""

    TEXT_LAYER = "text_layer"
    OCR = "ocr"
    WRITTEN = "written"  # text or office files, which have no page images
    BLANK = "blank"


@dataclass(frozen=True, slots=True)
class Box:
    """A rectangle on the page image, in pixels from the upper left corner."""

    left: int
    top: int
    width: int
    height: int


@dataclass(frozen=True, slots=True)
class Word:
    """One word in reading order; `line` counts lines on the page from 0; confidence 0.0-1.0."""

    text: str
    box: Box
    confidence: float
    line: int

    def to_json(self) -> dict[str, Any]:
        """As stored: text, box (left, top, width, height), confidence, line."""
        box = self.box
        place = {"left": box.left, "top": box.top, "width": box.width, "height": box.height}
        confidence = round(self.confidence, 3)
        return {"text": self.text, "box": place, "confidence": confidence, "line": self.line}

    @classmethod
    def from_json(cls, stored: Mapping[str, Any]) -> Self:
        """The word that `to_json` wrote."""
        box = Box(**stored["box"])
        return cls(stored["text"], box, stored["confidence"], stored["line"])


@dataclass(frozen=True, slots=True)
class PageInfo:
    """A page before it is read; width and height of the page image (0 where there is no image)."""

    number: int  # from 1
    width_px: int
    height_px: int


@dataclass(frozen=True, slots=True)
class Inspection:
    """What a file is. `problem` is a code of `ocr_pipeline.problems` when it cannot be read further."""

    kind: Kind
    media_type: str
    pages: tuple[PageInfo, ...] = ()
    problem: str | None = None
    signed: bool = False


@dataclass(frozen=True, slots=True)
class PageReading:
    """One page read: its text (NFC, lines joined by newlines) and its words (none for office pages)."""

    number: int
    text: str
    words: tuple[Word, ...]
    confidence: float  # mean over words, weighted by length; 1.0 for a text layer
    source: Source
    engine: str  # "tesseract", "pdfplumber", "none"
    engine_version: str
    width_px: int
    height_px: int
    turn_deg: int = 0  # clockwise turn that made the page image upright: 0, 90, 180 or 270
    readings: int = 1  # OCR runs it took
    secret_mark: str | None = None  # MẬT, TỐI MẬT or TUYỆT MẬT stamped on the page

    def to_json(self) -> dict[str, Any]:
        """As a job answers and as the object store keeps it: these names, words as `Word.to_json`."""
        return {
            "number": self.number, "text": self.text, "words": [word.to_json() for word in self.words],
            "confidence": round(self.confidence, 4), "source": self.source.value,
            "engine": self.engine, "engine_version": self.engine_version,
            "width_px": self.width_px, "height_px": self.height_px, "turn_deg": self.turn_deg,
            "readings": self.readings, "secret_mark": self.secret_mark,
        }  # fmt: skip

    @classmethod
    def from_json(cls, stored: Mapping[str, Any]) -> Self:
        """The reading that `to_json` wrote."""
        words = tuple(map(Word.from_json, stored["words"]))
        return cls(**{**stored, "words": words, "source": Source(stored["source"])})


@dataclass(frozen=True, slots=True)
class Suggestion:
    """One field of Decree 30/2020 read off the first and last page.

    Fields: code_number, code_notation, issued_on (ISO date), type_name, organ_name, subject, place,
    signing_capacity, signer_position, signer_name, language.
    """

    name: str
    value: str
    confidence: float
    page: int
    boxes: tuple[Box, ...] = field(default=())
