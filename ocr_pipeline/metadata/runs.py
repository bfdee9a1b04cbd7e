"""Words and runs of words, and where they stand once the page is set straight."""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from statistics import median
from typing import Any

from ocr_pipeline.letters import plain
from ocr_pipeline.types import Box

FEWEST_WORDS_OF_SLOPE = 5
LETTER_PX, LINE_PX = 10, 20  # of a page that has text but no positions


@dataclass(frozen=True, slots=True)
class Token:
    """A word, its box on the page image, and where it stands once the page is set straight."""

    text: str
    confidence: float
    box: Box
    line: int
    left: float
    top: float
    right: float
    bottom: float

    @property
    def middle(self) -> float:
        """Half way between left and right."""
        return (self.left + self.right) / 2


@dataclass(frozen=True)
class Run:
    """Words that stand together on one line."""

    tokens: tuple[Token, ...]

    @cached_property
    def text(self) -> str:
        """The words, one space apart."""
        return " ".join(token.text for token in self.tokens)

    @cached_property
    def plain(self) -> str:
        """The words in capitals without accents."""
        return plain(self.text)

    @cached_property
    def left(self) -> float:
        """Left edge."""
        return min(token.left for token in self.tokens)

    @cached_property
    def right(self) -> float:
        """Right edge."""
        return max(token.right for token in self.tokens)

    @cached_property
    def top(self) -> float:
        """Upper edge of the middle word, which a misread speck does not move."""
        return median(token.top for token in self.tokens)

    @cached_property
    def bottom(self) -> float:
        """Lower edge of the middle word."""
        return median(token.bottom for token in self.tokens)

    @cached_property
    def confidence(self) -> float:
        """Mean over the words, weighted by length."""
        return confidence_of(self.tokens)

    @property
    def height(self) -> float:
        """Height of a letter with its accents."""
        return self.bottom - self.top

    @property
    def middle(self) -> float:
        """Half way between left and right."""
        return (self.left + self.right) / 2

    @property
    def level(self) -> float:
        """Half way between top and bottom."""
        return (self.top + self.bottom) / 2

    def tokens_at(self, start: int, end: int) -> tuple[Token, ...]:
        """The words that touch a stretch of the text."""
        found, at = [], 0
        for token in self.tokens:
            if at < end and at + len(token.text) > start:
                found.append(token)
            at += len(token.text) + 1
        return tuple(found)


def confidence_of(tokens: Sequence[Token]) -> float:
    """Mean over the words, weighted by length."""
    length = sum(len(token.text) for token in tokens)
    return sum(token.confidence * len(token.text) for token in tokens) / max(length, 1)


def widest(tokens: Sequence[Token]) -> float:
    """The right edge of the rightmost word."""
    return max((token.right for token in tokens), default=1.0)


def tokens_of_text(text: str) -> list[Token]:
    """Words of plain text at the places of their letters."""
    tokens = []
    for line, content in enumerate(text.splitlines()):
        at = 0
        for word in content.expandtabs(8).split(" "):
            if word:
                box = Box(at * LETTER_PX, line * LINE_PX, len(word) * LETTER_PX, LINE_PX * 3 // 4)
                edges = (box.left, box.top, box.left + box.width, box.top + box.height)
                tokens.append(Token(word, 1.0, box, line, *map(float, edges)))
            at += len(word) + 1
    return tokens


def straightened(words: Sequence[Mapping[str, Any]]) -> list[Token]:
    """Words with their boxes turned about the page's corner, so that lines lie level."""
    slope = slope_of(words)
    turn = math.atan(slope)
    cos, sin = math.cos(turn), math.sin(turn)
    tokens = []
    for word in words:
        box = Box(**word["box"])
        x, y = box.left + box.width / 2, box.top + box.height / 2
        middle, level = x * cos + y * sin, y * cos - x * sin
        half, rise = box.width / 2, box.height / 2
        tokens.append(
            Token(
                word["text"], word["confidence"], box, word["line"],
                middle - half, level - rise, middle + half, level + rise,
            )
        )  # fmt: skip
    return tokens


def slope_of(words: Sequence[Mapping[str, Any]]) -> float:
    """How much lines fall to the right: the middle one of the slopes of long lines."""
    lines: dict[int, list[tuple[float, float]]] = {}
    for word in words:
        box = word["box"]
        place = (box["left"] + box["width"] / 2, box["top"] + box["height"] / 2)
        lines.setdefault(word["line"], []).append(place)
    slopes = [
        slope_through(places) for places in lines.values() if len(places) >= FEWEST_WORDS_OF_SLOPE
    ]
    return median(slopes) if slopes else 0.0


def slope_through(places: Sequence[tuple[float, float]]) -> float:
    """Least squares through points."""
    mean_x = sum(x for x, _ in places) / len(places)
    mean_y = sum(y for _, y in places) / len(places)
    spread = sum((x - mean_x) ** 2 for x, _ in places)
    return sum((x - mean_x) * (y - mean_y) for x, y in places) / spread if spread else 0.0
