"""The words of a page as lines that can be laid over its image, selected and copied in reading order."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby
from statistics import median
from typing import Any

from dms.documents.models import Rendition
from dms.storage.base import ObjectStore

RAISED = 0.32  # from the middle of a line down to its baseline, in font sizes


@dataclass(frozen=True, slots=True)
class PlacedWord:
    """One word: where its baseline begins and how wide it is, in pixels of the page image."""

    text: str
    x: int
    y: int
    width: int


@dataclass(frozen=True, slots=True)
class Line:
    """One line of a page; `size` is its font size in pixels of the page image."""

    size: int
    words: tuple[PlacedWord, ...]


@dataclass(frozen=True, slots=True)
class Extent:
    """A word's rectangle as numbers."""

    text: str
    left: int
    top: int
    width: int
    height: int

    @property
    def middle(self) -> tuple[float, float]:
        """The centre."""
        return self.left + self.width / 2, self.top + self.height / 2


def page_lines(rendition: Rendition | None, *, store: ObjectStore) -> tuple[Line, ...]:
    """The lines out of the stored words of a page; none for a page that has no words."""
    if rendition is None:
        return ()
    return lines(json.loads(store.read(rendition.sha256))["words"])


def lines(words: Sequence[Mapping[str, Any]]) -> tuple[Line, ...]:
    """Words as read, grouped by their line, in reading order."""
    grouped = groupby(words, key=lambda word: word["line"])
    return tuple(line([extent(word) for word in group]) for _number, group in grouped)


def extent(word: Mapping[str, Any]) -> Extent:
    """A stored word."""
    box = word["box"]
    return Extent(word["text"], box["left"], box["top"], box["width"], box["height"])


def line(words: Sequence[Extent]) -> Line:
    """One line: its words stand on one slope, however high each of them is."""
    size = max(1, round(median(word.height for word in words) * 1.15))
    rise, start = slope([word.middle for word in words])
    placed = (
        PlacedWord(
            word.text, word.left, round(start + rise * word.middle[0] + RAISED * size),
            max(1, word.width),
        )
        for word in words
    )  # fmt: skip
    return Line(size, tuple(placed))


def slope(points: Sequence[tuple[float, float]]) -> tuple[float, float]:
    """The straight line through points by least squares: rise per pixel, and height at 0."""
    mean_x = sum(x for x, _ in points) / len(points)
    mean_y = sum(y for _, y in points) / len(points)
    spread = sum((x - mean_x) ** 2 for x, _ in points)
    rise = sum((x - mean_x) * (y - mean_y) for x, y in points) / spread if spread else 0.0
    return rise, mean_y - rise * mean_x
