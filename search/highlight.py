"""Which page answers, which part of it to show, and what to light: ours, the same for all engines."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from dms.lib.text import folded, nfc, tokens, words
from search.base import Clause
from search.matching import places

SNIPPET_CHARS = 240
LEAD_CHARS = 60
MANY = 5  # more occurrences on a page do not make it better
_SPACES = dict.fromkeys(map(ord, "\n\r\t\f\v\u2028\u2029"), " ")
Span = tuple[int, int]


@dataclass(frozen=True, slots=True)
class Mark:
    """A range of a text that a clause (by its place in the query) lights."""

    start: int
    end: int
    clause: int


def to_light(clauses: Iterable[Clause]) -> list[Clause]:
    """The clauses that can be seen on a page."""
    return [clause for clause in clauses if not clause.negated]


def best_page(pages: Sequence[tuple[int, str]], clauses: Sequence[Clause]) -> tuple[int, str]:
    """The number and text of the page that answers best: most clauses, most of them as typed, then often."""
    if not pages:
        return (1, "")
    return max(pages, key=lambda page: (*worth(page[1], clauses), -page[0]))


def worth(text: str, clauses: Sequence[Clause]) -> tuple[int, int, int]:
    """How many clauses stand on a page, how many exactly, and how often."""
    exact = words(text)
    plain = [folded(word) for word in exact]
    counts = [len(places(clause, plain)) for clause in clauses]
    as_typed = [bool(n) and bool(places(c, exact, folded=False)) for n, c in zip(counts, clauses, strict=True)]  # fmt: skip
    return (sum(map(bool, counts)), sum(as_typed), sum(min(n, MANY) for n in counts))


def marks(text: str, clauses: Sequence[Clause]) -> list[Mark]:
    """What to light in an NFC text; where a phrase stands nowhere whole, its words are lit."""
    found = tokens(text)
    plain = [folded(token.text) for token in found]
    lit: list[Mark] = []
    for number, clause in enumerate(clauses):
        length = len(clause.tokens)
        begins = places(clause, plain)
        if not begins and length > 1:
            length = 1
            begins = [at for word in singly(clause) for at in places(word, plain)]
        lit += [Mark(found[at].start, found[at + length - 1].end, number) for at in begins]
    return sorted(lit, key=lambda mark: (mark.start, mark.end))


def singly(clause: Clause) -> list[Clause]:
    """The words of a phrase, each for itself."""
    *firsts, last = clause.tokens
    return [*(Clause((word,)) for word in firsts), Clause((last,), prefix=clause.prefix)]


def merged(lit: Iterable[Mark]) -> tuple[Span, ...]:
    """The ranges without overlaps, in order."""
    spans: list[Span] = []
    for mark in lit:
        if spans and mark.start <= spans[-1][1]:
            spans[-1] = (spans[-1][0], max(spans[-1][1], mark.end))
        else:
            spans.append((mark.start, mark.end))
    return tuple(spans)


def snippet(text: str, clauses: Sequence[Clause]) -> tuple[str, tuple[Span, ...]]:
    """The part of a page that shows most of what was asked for, on one line, and what to light in it."""
    text = nfc(text)
    lit = marks(text, clauses)
    start = beginning(text, window(lit))
    end = ending(text, start + SNIPPET_CHARS)
    head = "… " if start > 0 else ""
    tail = " …" if end < len(text) else ""
    shift = len(head) - start
    inside = [Mark(m.start + shift, m.end + shift, 0) for m in lit if start <= m.start and m.end <= end]  # fmt: skip
    return head + text[start:end].translate(_SPACES) + tail, merged(inside)


def window(lit: Sequence[Mark]) -> int:
    """Where to begin so that most clauses are seen, the earliest such place."""
    best, best_worth = 0, (0, 0)
    for mark in lit:
        seen = [m for m in lit if mark.start <= m.start and m.end <= mark.start + SNIPPET_CHARS - LEAD_CHARS]  # fmt: skip
        worth_here = (len({m.clause for m in seen}), min(len(seen), MANY))
        if worth_here > best_worth:
            best, best_worth = max(0, mark.start - LEAD_CHARS), worth_here
    return best


def beginning(text: str, at: int) -> int:
    """The beginning of a word at or after this place."""
    while 0 < at < len(text) and not text[at - 1].isspace():
        at += 1
    return min(at, len(text))


def ending(text: str, at: int) -> int:
    """The end of a word at or before this place."""
    if at >= len(text):
        return len(text)
    cut = at
    while cut > 0 and not text[cut].isspace():
        cut -= 1
    return cut or at
