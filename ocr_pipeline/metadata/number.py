"""Số, ký hiệu: the number and the notation beneath the agency's name.

Source: Decree 30/2020/NĐ-CP, annex I, part I, II.3.
"""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from ocr_pipeline.letters import plain
from ocr_pipeline.metadata.kinds import KINDS
from ocr_pipeline.metadata.layout import Layout
from ocr_pipeline.metadata.runs import Run

ANCHOR = re.compile(r"^\W*S[O06ÓÔ]\s*[:;.,]*\s*", re.IGNORECASE)
PART = r"[A-ZĐƯÐ][A-Za-zĐđƯưÐ0-9]*(?:\([A-ZĐ0-9]+\))?"
NOTATION = re.compile(rf"(?:(?:19|20)\d\d/)?{PART}(?:[-–—.,/&+]{PART})*")
BY_SLASH = re.compile(r"^(?P<number>[^/]*)/+(?P<rest>.*)$")
BY_HYPHEN = re.compile(r"^(?P<number>\d+)[-–](?P<rest>[A-ZĐ][A-Za-zĐ]*/.*)$")
NUMBER = re.compile(r"^\d{1,7}[a-zA-ZđĐ]{0,2}$")
UNANCHORED = re.compile(r"^\W*\d{1,6}[a-z]?\s*/\s*[A-ZĐ]{2}")
AROUND_MARKS = re.compile(r"\s*([-–—/])\s*")
ABBREVIATIONS = (
    "UBND", "HĐND", "MTTQ", "TTg", "HĐQT", "HĐTV", "BGDĐT", "BLĐTBXH", "SLĐTBXH", "LĐTBXH",
    "SGDĐT", "PGDĐT", "GDĐT", "VPĐP", "BCĐ", "ĐTN", "VPĐK", "BVĐK", "CP", "VPCP",
)  # fmt: skip
DOUBLED = re.compile(r"([A-Z])\1")
HEAD_SHARE = 0.5
SHORTEST_NOTATION = 3
PEN = 0.45  # how sure a number is that may have been written by hand
TALL = 1.4


def only_spellings(words: Iterable[str]) -> Mapping[str, str]:
    """The written form of each abbreviation that has only one: HD may be HD or HĐ and stays as read."""
    forms: dict[str, set[str]] = {}
    for word in words:
        forms.setdefault(plain(word), set()).add(word)
    return {key: next(iter(found)) for key, found in forms.items() if len(found) == 1}


SPELLINGS = only_spellings([*filter(None, KINDS.values()), *ABBREVIATIONS])


@dataclass(frozen=True, slots=True)
class NumberLine:
    """The line that holds number and notation; either may be missing."""

    run: Run
    number: str
    notation: str
    number_sure: float
    notation_sure: float


def number_line(layout: Layout) -> NumberLine | None:
    """The first line of the left column that begins with "Số", or reads like a number and notation."""
    head = [
        run
        for run in layout.runs
        if layout.flows or (run.top < layout.height * HEAD_SHARE and run.left < layout.divide.left)
    ]
    anchored = [run for run in head if ANCHOR.match(run.plain)]
    bare = [run for run in head if UNANCHORED.match(run.text)]
    for run in (*anchored, *(whole(run, head) for run in anchored), *bare):
        found = parts_of(run)
        if found:
            return found
    return None


def whole(run: Run, head: Sequence[Run]) -> Run:
    """The line with what stands beyond a gap left for a number to be written by hand."""
    rest = [
        other
        for other in head
        if run.left < other.left and abs(other.level - run.level) < run.height / 2
    ]
    return Run(run.tokens + tuple(token for other in rest for token in other.tokens))


def parts_of(run: Run) -> NumberLine | None:
    """Number and notation of a line; a number that is not plainly digits is left out."""
    rest = run.text[len(anchor_of(run)) :].replace("Ð", "Đ").replace("⁄", "/")
    rest = AROUND_MARKS.sub(r"\1", rest)
    split = BY_HYPHEN.match(rest) or BY_SLASH.match(rest)
    if split is None:
        return None
    raw, tail = split["number"].strip(".…_:;, "), split["rest"]
    notation = NOTATION.match(tail)
    if notation is None or len(notation.group()) == 1:  # the S of "Số tờ/Số trang"
        return None
    number = raw if NUMBER.match(raw) else ""
    return NumberLine(
        run=run,
        number=number,
        notation=spelt(notation.group().replace("–", "-").replace("—", "-")),
        number_sure=PEN if by_pen(run, number) else 1.0,
        notation_sure=1.0 if len(notation.group()) >= SHORTEST_NOTATION else 0.5,
    )


def by_pen(run: Run, number: str) -> bool:
    """Whether a number was probably written by hand: apart from the notation, or taller than the line.

    A recogniser makes digits of strokes; a text layer is taken at its word.
    """
    if not number or run.confidence >= 1.0:
        return False
    holder = next((token for token in run.tokens if number in token.text), run.tokens[0])
    return "/" not in holder.text or holder.bottom - holder.top > TALL * run.height


def anchor_of(run: Run) -> str:
    """The word "Số" with what separates it, as read."""
    anchor = ANCHOR.match(run.plain)
    return run.text[: anchor.end()] if anchor else ""


def spelt(notation: str) -> str:
    """The notation with the accents and the small letters that its known abbreviations have."""
    return "".join(map(spelt_part, re.split(r"([-/.,&+])", notation)))


def spelt_part(part: str) -> str:
    """An abbreviation as it is written; one that a letter read twice hides, too."""
    found = plain(part)
    once = DOUBLED.sub(r"\1", found)
    return SPELLINGS.get(found) or SPELLINGS.get(once) or part if part.isalpha() else part


def agrees(notation: str, organ_lines: Sequence[str], kind: str | None) -> bool:
    """Whether the notation abbreviates the kind and ends in the agency's initials."""
    parts = plain(notation).split("-")
    by_kind = kind is not None and bool(KINDS.get(kind)) and plain(KINDS[kind]) in parts[0]
    initials = {plain("".join(word[0] for word in line.split())) for line in organ_lines if line}
    return by_kind or any(part and any(own.startswith(part) for own in initials) for part in parts)
