"""Which page answers, and which part of it to show: ours, the same for all engines."""

from collections.abc import Sequence
from itertools import pairwise

from dms.lib.text import nfc, plain, words
from search.base import Clause, pairs
from search.lighting import Match, Span, merged, placed
from search.matching import places

SNIPPET_CHARS = 240
LEAD_CHARS = 60
GAP = 2  # characters between words that stand side by side
COMPARED = 40
MANY = 5  # more occurrences do not make a page better
_SPACES = dict.fromkeys(map(ord, "\n\r\t\f\v\u2028\u2029"), " ")


def best_page(pages: Sequence[tuple[int, str]], clauses: Sequence[Clause]) -> tuple[int, str]:
    """The number and text of the page that answers best: most clauses, most of them side by side, as typed, often.

    Of a long document only the first pages with as many clauses are compared further.
    """
    if len(pages) <= 1 or not clauses:
        return pages[0] if pages else (1, "")
    counted = [counts(text, clauses) for _, text in pages]
    most = max(map(stand, counted))
    side_by_side = pairs(clauses)
    best = [
        (page, found) for page, found in zip(pages, counted, strict=True) if stand(found) == most
    ]

    def worth(rated: tuple[tuple[int, str], list[int]]) -> tuple[int, ...]:
        (number, text), found = rated
        near = stand(counts(text, side_by_side))
        return (near, as_typed(text, clauses), sum(min(count, MANY) for count in found), -number)

    return max(best[:COMPARED], key=worth)[0]


def stand(found: Sequence[int]) -> int:
    """How many clauses stand on a page at all."""
    return sum(map(bool, found))


def counts(text: str, clauses: Sequence[Clause]) -> list[int]:
    """How often each clause stands on a page."""
    folded = f" {plain(text)} "
    return [
        folded.count(" " + " ".join(clause.folded) + ("" if clause.prefix else " "))
        for clause in clauses
    ]


def as_typed(text: str, clauses: Sequence[Clause]) -> int:
    """How many clauses stand on a page accents and all."""
    exact = words(text)
    return sum(bool(places(clause, exact, folded=False)) for clause in clauses)


def snippet(text: str, clauses: Sequence[Clause]) -> tuple[str, tuple[Span, ...]]:
    """The part of a page that shows most of what was asked for, on one line, and what to light in it."""
    text = nfc(text)
    lit = placed(clauses, text)
    start = next_word(text, window(lit))
    end = last_word(text, start + SNIPPET_CHARS)
    head = "… " if start > 0 else ""
    tail = " …" if end < len(text) else ""
    shift = len(head) - start
    inside = [(m.first + shift, m.last + shift) for m in lit if start <= m.first and m.last <= end]
    return head + text[start:end].translate(_SPACES) + tail, merged(inside)


def window(lit: Sequence[Match]) -> int:
    """Where to begin so that most clauses are seen, the earliest such place."""
    best, best_worth = 0, (0, 0, 0)
    for number, mark in enumerate(lit):
        end = mark.first + SNIPPET_CHARS - LEAD_CHARS
        seen: list[Match] = []
        for other in lit[number:]:
            if other.first >= end:
                break
            if other.last <= end:
                seen.append(other)
        near = sum(b.clause == a.clause + 1 and b.first - a.last <= GAP for a, b in pairwise(seen))
        worth_here = (len({match.clause for match in seen}), near, min(len(seen), MANY))
        if worth_here > best_worth:
            best, best_worth = max(0, mark.first - LEAD_CHARS), worth_here
    return best


def next_word(text: str, at: int) -> int:
    """The beginning of a word at or after this place."""
    while 0 < at < len(text) and not text[at - 1].isspace():
        at += 1
    return min(at, len(text))


def last_word(text: str, at: int) -> int:
    """The end of a word at or before this place."""
    if at >= len(text):
        return len(text)
    cut = at
    while cut > 0 and not text[cut].isspace():
        cut -= 1
    return cut or at
