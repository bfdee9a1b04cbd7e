"""A page as runs of words from top to bottom, cut at the columns of the head."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from statistics import median
from typing import Any

from ocr_pipeline.letters import is_near, letters
from ocr_pipeline.metadata.runs import LINE_PX, Run, Token, straightened, tokens_of_text, widest

COLUMN_GAP = 1.8  # heights of a letter between two columns
CROSSING_GAP = 0.6  # heights between the columns where they are known to part
HEAD_LINES = 14  # the head may reach so many heights of a letter below the motto
MOTTOES = (
    ("CONG", "HOA", "XA", "HOI", "CHU", "NGHIA"),
    ("DOC", "LAP", "TU", "DO", "HANH", "PHUC"),
    ("DANG", "CONG", "SAN", "VIET", "NAM"),
)
MISREAD_OF_MOTTO = 2  # so many of its words may be illegible


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
