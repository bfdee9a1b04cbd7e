"""The text that a PDF page carries, where it can be trusted; by pdfplumber.

Not trusted, so that the page image is read instead:

- an invisible layer, or one beneath a scan: another tool's recogniser left it, of unknown quality and
  without confidence; our own reading is judged and repeatable;
- a stray stamp or header over a scan: an image covers the page and the text is short;
- a broken encoding: glyphs without Unicode, private use, mojibake, or the old one-byte fonts
  (.VnTime, VNI) whose codes show as other letters;
- text that stands sideways, as the page does.
"""

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path
from typing import Any, Self

import pdfplumber
from pdfminer.pdfexceptions import PDFException
from pdfminer.psexceptions import PSException

from ocr_pipeline.confidence import text_of
from ocr_pipeline.types import Box, Kind, PageReading, Source, Word

BROKEN = (PDFException, PSException, ValueError, TypeError, KeyError, IndexError, AttributeError, RecursionError)  # fmt: skip
"""What pdfminer raises on files that pdfium opens."""

LETTERS = (
    "aàáảãạăằắẳẵặâầấẩẫậbcdđeèéẻẽẹêềếểễệfghiìíỉĩịjklmnoòóỏõọôồốổỗộơờớởỡợpqrstuùúủũụưừứửữựvwxyỳýỷỹỵz"
)
PLAUSIBLE_WORD = re.compile(f"[{LETTERS}]+(?:['’][a-z]{{1,2}})?", re.IGNORECASE)
OLD_FONT = re.compile(r"^(?:[A-Z]{6}\+)?(?:\.?vn[a-z]|vni[-_ ])", re.IGNORECASE)
"""Source: fonts of TCVN 5712:1993 are named `.VnTime` and the like, those of VNI `VNI-Times`."""
MARKED = re.compile(r"[^\W\d_]", re.UNICODE)
UNMAPPED = re.compile(r"\(cid:\d+\)")

SCAN_SHARE = 0.5  # images over more of the page than this make it a scan
STRAY_WORDS = 60  # so few words over a scan are a stamp or a header
# of words; born-digital text has 0.98 and more, text in a broken encoding below 0.6
PLAUSIBLE_SHARE = 0.8
STRANGE_SHARE = 0.02  # of letters
OLD_FONT_SHARE = 0.2
UPRIGHT_SHARE = 0.5
SAME_LINE = 0.6  # of the lower word's height: tops or bottoms nearer than this share a line


@dataclass(frozen=True, slots=True)
class Layer:
    """A page's text with what is known of its making; shares are of letters or of the page's area."""

    words: tuple[Word, ...]
    image_share: float
    upright_share: float
    old_font_share: float


class EmbeddedText:
    """The text layers of one open file; a file that can have none has none."""

    def __init__(self, document: Any | None) -> None:
        self._document = document

    @classmethod
    def of(cls, path: Path, kind: Kind) -> Self:
        """Open a PDF; where the parser cannot follow there is no text layer."""
        try:
            return cls(pdfplumber.open(path) if kind is Kind.PDF else None)
        except BROKEN:
            return cls(None)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *exc: object) -> None:
        if self._document is not None:
            self._document.close()

    def reading(self, number: int, size: tuple[int, int]) -> PageReading | None:
        """The page as its text layer has it, in pixels of the page image; None where it is not trusted."""
        if self._document is None:
            return None
        try:
            page = self._document.pages[number - 1]
            layer = _layer(page, size)
            page.close()
        except BROKEN:
            return None
        if not trusted(layer):
            return None
        return PageReading(
            number, text_of(layer.words), layer.words, 1.0, Source.TEXT_LAYER,
            "pdfplumber", str(pdfplumber.__version__), *size,
        )  # fmt: skip


def trusted(layer: Layer) -> bool:
    """Whether a layer is the page's text, whole and in Unicode."""
    if not layer.words:
        return False
    text = " ".join(word.text for word in layer.words)
    return (
        not (layer.image_share > SCAN_SHARE and len(layer.words) < STRAY_WORDS)
        and layer.upright_share >= UPRIGHT_SHARE
        and layer.old_font_share <= OLD_FONT_SHARE
        and strange_share(text) <= STRANGE_SHARE
        and plausible_share(text) >= PLAUSIBLE_SHARE
    )


def strange_share(text: str) -> float:
    """Share of characters that no Vietnamese or English text has: unmapped, private, control, replaced."""
    letters = [sign for sign in UNMAPPED.sub("\ufffd", text) if not sign.isspace()]
    strange = sum(
        sign == "\ufffd" or unicodedata.category(sign) in ("Co", "Cn", "Cc") for sign in letters
    )
    return strange / max(len(letters), 1)


def plausible_share(text: str) -> float:
    """Share of words with letters that are spelt in the letters of Vietnamese alone; 1.0 without words."""
    words = [
        word for word in re.split(r"[\s\d.,;:!?()/\-–…“”\"'‘’*+=%]+", text) if MARKED.search(word)
    ]
    good = sum(bool(PLAUSIBLE_WORD.fullmatch(word)) for word in words)
    return good / len(words) if words else 1.0


def _layer(page: Any, size: tuple[int, int]) -> Layer:
    left, top, right, bottom = page.cropbox
    scale_x, scale_y = size[0] / (right - left), size[1] / (bottom - top)
    letters = [char for char in page.chars if char["text"].strip()]
    upright = [char for char in letters if char["upright"]]
    old = sum(bool(OLD_FONT.match(char["fontname"])) for char in letters)
    covered = sum(
        max(0.0, min(image["x1"], right) - max(image["x0"], left))
        * max(0.0, min(image["bottom"], bottom) - max(image["top"], top))
        for image in page.images
    )
    found = page.filter(lambda item: item.get("upright", True)).extract_words(
        x_tolerance_ratio=0.15, use_text_flow=False
    )
    placed = [
        (
            unicodedata.normalize("NFC", word["text"]),
            Box(
                max(0, round((word["x0"] - left) * scale_x)), max(0, round((word["top"] - top) * scale_y)),
                max(1, round((word["x1"] - word["x0"]) * scale_x)),
                max(1, round((word["bottom"] - word["top"]) * scale_y)),
            ),
        )
        for word in found
    ]  # fmt: skip
    return Layer(
        words=tuple(_in_lines(placed)),
        image_share=covered / max((right - left) * (bottom - top), 1.0),
        upright_share=len(upright) / max(len(letters), 1),
        old_font_share=old / max(len(letters), 1),
    )


def _in_lines(placed: Sequence[tuple[str, Box]]) -> list[Word]:
    """Words from top to bottom and left to right; those whose bottoms nearly agree share a line."""
    ordered = sorted(placed, key=lambda item: item[1].top + item[1].height)
    breaks = {
        n
        for n, ((_, above), (_, below)) in enumerate(pairwise(ordered), start=1)
        if (below.top + below.height) - (above.top + above.height)
        > (1 - SAME_LINE) * min(above.height, below.height)
    }
    lines: list[list[tuple[str, Box]]] = []
    for n, item in enumerate(ordered):
        if n == 0 or n in breaks:
            lines.append([])
        lines[-1].append(item)
    return [
        Word(text, box, 1.0, number)
        for number, line in enumerate(lines)
        for text, box in sorted(line, key=lambda item: item[1].left)
    ]
