"""The words of a page as invisible text, each in its box."""

import struct
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import groupby
from statistics import median
from typing import Any

from ocr_pipeline.pdfa.font import ADVANCE, EM

Matrix = tuple[float, float, float, float, float, float]


@dataclass
class Codes:
    """Two-byte codes for the characters in use, given out in order of appearance."""

    of: dict[str, int] = field(default_factory=dict)

    def encoded(self, text: str) -> str:
        """The text as a hexadecimal string of codes."""
        numbers = [self.of.setdefault(char, len(self.of) + 1) for char in text]
        return struct.pack(f">{len(numbers)}H", *numbers).hex().upper()


def page_matrix(box: Sequence[float], *, turn_deg: int, width_px: int, height_px: int) -> Matrix:
    """From pixels of the upright page image to the units of an unturned page.

    Args:
        box: The page's visible box (left, bottom, right, top).
        turn_deg: By how much the viewer turns the page clockwise: its own /Rotate and the reading's.
    """
    left, bottom, right, top = box
    across, up = right - left, top - bottom
    if turn_deg in (90, 270):
        by_x, by_y = up / width_px, across / height_px
    else:
        by_x, by_y = across / width_px, up / height_px
    return {
        0: (by_x, 0.0, 0.0, -by_y, left, top),
        90: (0.0, by_x, by_y, 0.0, left, bottom),
        180: (-by_x, 0.0, 0.0, by_y, right, bottom),
        270: (0.0, -by_x, -by_y, 0.0, right, top),
    }[turn_deg]


def text_content(words: Sequence[Mapping[str, Any]], matrix: Matrix, codes: Codes) -> bytes:
    """Drawing instructions: one text object in invisible mode, line by line."""
    if not words:
        return b""
    lines = groupby(words, key=lambda word: word["line"])
    parts = [instruction for _, line in lines for instruction in set_line(list(line), codes)]
    place = " ".join(number(value) for value in matrix)
    return "\n".join([f"q {place} cm", "BT 3 Tr", *parts, "ET Q"]).encode("ascii")


def set_line(line: Sequence[Mapping[str, Any]], codes: Codes) -> Iterator[str]:
    """Each word at the foot of its box, as tall and as wide, with a space behind it.

    A hyphen or a full stop is set as tall as the line, else readers take it for a line of its own.
    The space stands in the same string: a string of one character has no width where glyphs have no
    outlines, and some readers leave out text without width.
    """
    line = [word for word in line if word["text"]]
    usual = median([word["box"]["height"] for word in line] or [1])
    foot = median([word["box"]["top"] + word["box"]["height"] for word in line] or [0])
    for word in line:
        box = word["box"]
        size, width, level = box["height"], max(box["width"], 1), box["top"] + box["height"]
        if size < usual / 2:
            size, level = usual, max(level, min(foot, level + usual / 2))
        size = max(size, 1)
        yield f"/F {number(size)} Tf 1 0 0 -1 {box['left']} {number(level)} Tm"
        yield shown(word["text"], width, size, codes)


def shown(text: str, width: float, size: float, codes: Codes) -> str:
    """Text stretched to a width."""
    natural = len(text) * size * ADVANCE / EM
    return f"{number(100 * width / natural)} Tz <{codes.encoded(text + ' ')}> Tj"


def number(value: float) -> str:
    """A number as PDF writes it: no exponent, no trailing zeros."""
    return f"{value:.6f}".rstrip("0").rstrip(".")
