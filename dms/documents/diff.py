"""Two short texts told apart word by word."""

import re
from dataclasses import dataclass
from difflib import SequenceMatcher
from enum import StrEnum

ALIKE = 0.6  # texts with less in common are shown one after the other, not woven together
WORDS = re.compile(r"\w+|\s+|[^\w\s]")


class Side(StrEnum):
    """Where a piece stands."""

    BOTH = "both"
    OLD = "old"
    NEW = "new"


@dataclass(frozen=True, slots=True)
class Piece:
    """A run of words that was kept, taken out or put in."""

    side: Side
    text: str


def compare(old: str, new: str) -> tuple[Piece, ...]:
    """The pieces in order; those of OLD and BOTH make the old text, those of NEW and BOTH the new one."""
    left, right = WORDS.findall(old), WORDS.findall(new)
    matcher = SequenceMatcher(None, left, right, autojunk=False)
    if matcher.ratio() < ALIKE:
        return tuple(Piece(side, text) for side, text in ((Side.OLD, old), (Side.NEW, new)) if text)
    pieces: list[Piece] = []
    for _tag, i1, i2, j1, j2 in matcher.get_opcodes():
        gone, come = "".join(left[i1:i2]), "".join(right[j1:j2])
        if gone == come:
            pieces.append(Piece(Side.BOTH, gone))
            continue
        pieces += [Piece(side, text) for side, text in ((Side.OLD, gone), (Side.NEW, come)) if text]
    return tuple(pieces)
