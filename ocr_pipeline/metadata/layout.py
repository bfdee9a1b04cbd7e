"""Where words stand on a page: runs of words, set upright, in the columns of the head."""

import math
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from statistics import median
from typing import Any

from ocr_pipeline.letters import is_near, letters, plain
from ocr_pipeline.types import Box

COLUMN_GAP = 1.8  # heights of a letter between two columns
CROSSING_GAP = 0.6  # heights between the columns where they are known to part
HEAD_LINES = 14  # the head may reach so many heights of a letter below the motto
FEWEST_WORDS_OF_SLOPE = 5
MOTTOES = (
    ("CONG", "HOA", "XA", "HOI", "CHU", "NGHIA"),
    ("DOC", "LAP", "TU", "DO", "HANH", "PHUC"),
    ("DANG", "CONG", "SAN", "VIET", "NAM"),
)
MISREAD_OF_MOTTO = 2  # so many of its words may be illegible
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


@dataclass(frozen=True, slots=True)
class Divide:
    """Where the right column of the head begins, and how far down the head may reach."""

    left: float
    until: float
    by_motto: bool


@dataclass(frozen=True)
class Layout:
    """A page as runs of words from top to bottom."""

    number: int
    runs: tuple[Run, ...]
    width: float
    height: float
    divide: Divide
    flows: bool  # made from plain text: a paragraph is one line, and nothing is known of centring

    @cached_property
    def line_height(self) -> float:
        """The usual height of a line of letters."""
        return median([run.height for run in self.runs] or [LINE_PX])

    @cached_property
    def text_left(self) -> float:
        """Left edge of the body."""
        return margin([run.left for run in self.body], share=0.1)

    @cached_property
    def text_right(self) -> float:
        """Right edge of the body."""
        return margin([run.right for run in self.body], share=0.9)

    @cached_property
    def body(self) -> Sequence[Run]:
        """Long lines; all lines on a page that has none."""
        return [run for run in self.runs if run.right - run.left > self.width / 2] or self.runs


def margin(edges: Sequence[float], *, share: float) -> float:
    """An edge that all but a few lines keep."""
    return sorted(edges)[int(share * (len(edges) - 1))] if edges else 0.0


def confidence_of(tokens: Sequence[Token]) -> float:
    """Mean over the words, weighted by length."""
    length = sum(len(token.text) for token in tokens)
    return sum(token.confidence * len(token.text) for token in tokens) / max(length, 1)


def layout_of(page: Mapping[str, Any]) -> Layout:
    """A page reading as runs; a page without positions gets those of its letters in the text."""
    flows = not page["words"]
    tokens = tokens_of_text(page["text"]) if flows else straightened(page["words"])
    lines = by_line(tokens)
    width = page["width_px"] or widest(tokens)
    divide = divide_of(lines, width=width)
    runs = [run for line in lines for run in runs_of(line, divide=divide)]
    runs.sort(key=lambda run: (run.level, run.left))
    return Layout(
        number=page["number"],
        runs=tuple(runs),
        width=width,
        height=page["height_px"] or max((token.bottom for token in tokens), default=1.0),
        divide=divide,
        flows=flows,
    )


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


def by_line(tokens: Iterable[Token]) -> list[list[Token]]:
    """Words of each line from left to right."""
    lines: dict[int, list[Token]] = {}
    for token in tokens:
        lines.setdefault(token.line, []).append(token)
    return [sorted(line, key=lambda token: token.left) for line in lines.values()]


def divide_of(lines: Sequence[Sequence[Token]], *, width: float) -> Divide:
    """Left of the motto, else in the middle."""
    starts = [
        line[start] for line in lines for start in [start_of_motto(line)] if start is not None
    ]
    if not starts:
        return Divide(width * 0.46, width * 0.5, by_motto=False)
    first = min(starts, key=lambda token: token.top)
    until = first.bottom + HEAD_LINES * (first.bottom - first.top)
    near = [token.left for token in starts if token.top <= until]
    return Divide(min(near) - 1, until, by_motto=True)


def start_of_motto(line: Sequence[Token]) -> int | None:
    """At which word of a line the motto (or the Party's name) begins."""
    words = [(at, letters(token.text)) for at, token in enumerate(line)]
    words = [(at, word) for at, word in words if word]
    for motto in MOTTOES:
        for first in range(len(words) - len(motto) + 1):
            here = [word for _, word in words[first:]]
            agreeing = sum(is_near(word, one) for word, one in zip(here, motto, strict=False))
            if agreeing >= len(motto) - MISREAD_OF_MOTTO and is_near(here[0][:4], motto[0][:4]):
                return words[first][0]
    return None


def runs_of(line: Sequence[Token], *, divide: Divide) -> Iterator[Run]:
    """A line cut at wide gaps, and at the divide of the columns where a smaller gap lies there."""
    held: list[Token] = []
    for token in line:
        if held and is_cut(held[-1], token, divide=divide):
            yield Run(tuple(held))
            held = []
        held.append(token)
    if held:
        yield Run(tuple(held))


def is_cut(left: Token, right: Token, *, divide: Divide) -> bool:
    """Whether two neighbours on a line stand in different columns."""
    gap = right.left - left.right
    height = max(left.bottom - left.top, right.bottom - right.top)
    crosses = (
        right.top <= divide.until
        and left.right <= divide.left + height / 4
        and right.left >= divide.left - height
    )
    return gap > COLUMN_GAP * height or (crosses and gap > CROSSING_GAP * height)
