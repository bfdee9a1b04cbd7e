"""Marks of state secrecy: MẬT, TỐI MẬT, TUYỆT MẬT on a line of its own or stamped in red.

Such records do not belong on this machine; one mark locks the upload. Prose about secrecy
("bảo mật", "bí mật nhà nước") and headings that contain the word are no marks.

Source: Decree 30/2020/NĐ-CP, annex I, part I, III.2a and box 10a.
"""

import re
import unicodedata
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace

import numpy as np

from ocr_pipeline.letters import distance, plain
from ocr_pipeline.red_stamps import red_lines
from ocr_pipeline.types import PageReading, Word

MARKS = {
    "MAT": "MẬT", "TOIMAT": "TỐI MẬT", "TUYETMAT": "TUYỆT MẬT",
    "TUYET": "TUYỆT MẬT", "TUYETM": "TUYỆT MẬT",  # a frame that crosses a letter hides what follows
}  # fmt: skip
LONGEST = "TUYETMAT"  # long enough to be known with a letter misread
BEFORE = frozenset({"BAO", "BI", "CO", "DO", "THAN", "TUI", "TRU", "CAN", "KIN", "NOI"})
AFTER = frozenset({"MA", "KHAU", "DO", "ONG", "VU", "THU", "THIET", "NHA", "DANH", "LENH"})
FRAME = re.compile(r"^[\W_lI1]+|[\W_lI1]+$")
HEAD_SHARE = 0.5  # where a mark stands that the recogniser may have misread
FIRST_LINES = 25


@dataclass(frozen=True, slots=True)
class Run:
    """Words of one line without a wide gap between them; pixels of the page image."""

    text: str
    line: int
    left: int
    top: int
    right: int
    bottom: int
    certain: bool  # not guessed by a recogniser

    @property
    def height(self) -> int:
        """Height of the tallest word."""
        return self.bottom - self.top


def secret_mark(
    words: Sequence[Word], *, width_px: int, height_px: int, image: np.ndarray | None
) -> str | None:
    """The mark of secrecy that stands on a page: MẬT, TỐI MẬT or TUYỆT MẬT.

    Args:
        words: The page's words in reading order.
        width_px: Width of the page image, in which the words' boxes are given.
        height_px: Its height.
        image: The page image, HxWx3 uint8 RGB with its colours, where there is one: red ink is
            taken away before recognition, so a red stamp is looked for here.
    """
    found = mark_in_words(words, height_px=height_px)
    if found is None and image is not None:
        found = next(filter(None, map(mark_of, red_lines(image))), None)
    return found


def secret_mark_in_text(text: str) -> str | None:
    """The mark among the first lines of a page that has text but no positions."""
    lines = [line for line in text.splitlines() if line.strip()][:FIRST_LINES]
    for before, line, after in neighbours(lines):
        mark = mark_of(line)
        if mark and (has_accents(line) or mark != "MẬT") and not is_broken_word(before, after):
            return mark
    return None


def with_mark(reading: PageReading) -> PageReading:
    """A reading of any source with the mark that its words, or without words its text, bear."""
    if reading.secret_mark is not None:
        return reading
    mark = (
        secret_mark(
            reading.words, width_px=reading.width_px, height_px=reading.height_px, image=None
        )
        if reading.words
        else secret_mark_in_text(reading.text)
    )
    return replace(reading, secret_mark=mark)


def mark_of(text: str) -> str | None:
    """The mark that a line consists of, framed or spaced or without its accents."""
    letters = FRAME.sub("", re.sub(r"\s+", "", text))
    if not letters.isupper():
        return None
    found = plain(letters)
    if abs(len(found) - len(LONGEST)) <= 1 and distance(found, LONGEST) <= 1:
        return MARKS[LONGEST]
    return MARKS.get(found)


def mark_in_words(words: Sequence[Word], *, height_px: int) -> str | None:
    """The mark that stands alone on a line or in a column of it."""
    runs = list(runs_of(words))
    for run in runs:
        mark = mark_of(run.text)
        if mark and is_mark(run, runs, mark=mark, height_px=height_px):
            above = (mark_of(f"{upper.text} {run.text}") for upper in runs if is_close(upper, run))
            return next(filter(None, above), mark)
    return None


def is_mark(run: Run, runs: Sequence[Run], *, mark: str, height_px: int) -> bool:
    """Whether a run reading like a mark is one: no part of a heading, nor a table's column head."""
    beside = [other for other in runs if other.line == run.line and other is not run]
    if any(mark_of(other.text) for other in beside):
        return False
    guessed = mark == "MẬT" and not has_accents(run.text)
    if guessed and (run.certain or run.top > height_px * HEAD_SHARE):
        return False
    above = [r.text for r in runs if is_close(r, run)]
    below = [r.text for r in runs if is_close(run, r)]
    return not is_broken_word(" ".join(above), " ".join(below))


def is_close(upper: Run, lower: Run) -> bool:
    """Whether one run stands directly beneath another."""
    gap = lower.top - upper.bottom
    overlaps = min(upper.right, lower.right) > max(upper.left, lower.left)
    return overlaps and upper.top < lower.top and gap < 1.2 * max(upper.height, lower.height)


def is_broken_word(before: str, after: str) -> bool:
    """Whether the neighbouring lines make a compound of it ("BẢO | MẬT", "MẬT | KHẨU")."""
    last, first = before.split()[-1:], after.split()[:1]
    return any(plain(word) in BEFORE for word in last) or any(
        plain(word.strip(".,;:")) in AFTER for word in first
    )


def has_accents(text: str) -> bool:
    """Whether the word MẬT is written in full."""
    return "MẬT" in unicodedata.normalize("NFC", re.sub(r"\s+", "", text))


def neighbours(lines: Sequence[str]) -> Iterator[tuple[str, str, str]]:
    """Each line with those before and after it."""
    padded = ["", *lines, ""]
    return zip(padded, padded[1:], padded[2:], strict=False)


def runs_of(words: Iterable[Word]) -> Iterator[Run]:
    """Lines split where a gap is wider than two letters are high: a two-column head is two runs."""
    held: list[Word] = []
    for word in words:
        if held and (word.line != held[-1].line or is_apart(held[-1], word)):
            yield run_of(held)
            held = []
        held.append(word)
    if held:
        yield run_of(held)


def is_apart(left: Word, right: Word) -> bool:
    """Whether a column gap lies between two words of a line."""
    gap = right.box.left - (left.box.left + left.box.width)
    return gap < -left.box.width or gap > 2 * max(left.box.height, right.box.height)


def run_of(words: Sequence[Word]) -> Run:
    """Words joined, with the box around them."""
    boxes = [word.box for word in words]
    return Run(
        text=" ".join(word.text for word in words),
        line=words[0].line,
        left=min(box.left for box in boxes),
        top=min(box.top for box in boxes),
        right=max(box.left + box.width for box in boxes),
        bottom=max(box.top + box.height for box in boxes),
        certain=all(word.confidence >= 1.0 for word in words),
    )
