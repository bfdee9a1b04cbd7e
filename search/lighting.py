"""What to light: the places of a query's words in a text, or on the image of a page."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import Any

from dms.errors import Invalid
from dms.lib.text import Token, folded, spans, tokens, words
from search.base import Clause
from search.matching import places
from search.parse import parse

Span = tuple[int, int]


@dataclass(frozen=True, slots=True)
class Match:
    """What a clause asks for, from `first` to `last`: numbers of words, or offsets into the text."""

    first: int
    last: int
    clause: int


@dataclass(frozen=True, slots=True)
class Rectangle:
    """What is lit on a page image, in its pixels."""

    left: int
    top: int
    width: int
    height: int


@dataclass(frozen=True, slots=True)
class Piece:
    """A token as printed: a part of a word on a line."""

    token: str
    line: int
    left: float
    top: int
    right: float
    bottom: int


def lit_clauses(clauses: Iterable[Clause]) -> tuple[Clause, ...]:
    """The clauses that can be seen on a page."""
    return tuple(clause for clause in clauses if not clause.negated)


def asked(query: str) -> tuple[Clause, ...]:
    """What a query wants to see lit; nothing where it cannot be understood."""
    try:
        return lit_clauses(parse(query).clauses)
    except Invalid:
        return ()


def matches(clauses: Sequence[Clause], exact: Sequence[str]) -> list[Match]:
    """Where the clauses stand; where a phrase stands nowhere whole, its words do for themselves."""
    plain = [folded(token) for token in exact]
    found = []
    for number, clause in enumerate(clauses):
        length = len(clause.tokens)
        begins = places(clause, plain)
        if not begins and length > 1:
            length = 1
            begins = [at for word in singly(clause) for at in places(word, plain)]
        found += [Match(at, at + length - 1, number) for at in begins]
    return sorted(found, key=lambda match: (match.first, match.last))


def singly(clause: Clause) -> list[Clause]:
    """The words of a phrase, each for itself."""
    *firsts, last = clause.tokens
    return [*(Clause((word,)) for word in firsts), Clause((last,), prefix=clause.prefix)]


def merged(spans: Iterable[Span]) -> tuple[Span, ...]:
    """Ranges without overlaps, in order."""
    whole: list[Span] = []
    for start, end in sorted(spans):
        if whole and start <= whole[-1][1]:
            whole[-1] = (whole[-1][0], max(whole[-1][1], end))
        else:
            whole.append((start, end))
    return tuple(whole)


def lit_spans(query: str, text: str) -> tuple[Span, ...]:
    """The ranges of an NFC text in which words of the query stand."""
    return merged((match.first, match.last) for match in placed(asked(query), text))


def placed(clauses: Sequence[Clause], text: str) -> list[Match]:
    """Where the clauses stand in an NFC text, as offsets: `last` is the end of the last word."""
    if not clauses:
        return []
    found = matches(clauses, words(text))
    at = spans(text, {end for match in found for end in (match.first, match.last)})
    return [Match(at[match.first][0], at[match.last][1], match.clause) for match in found]


def rectangles(
    clauses: Sequence[Clause], words: Iterable[Mapping[str, Any]]
) -> tuple[Rectangle, ...]:
    """What to light on a page, one rectangle for each line that a match touches.

    Args:
        words: words as stored by the reading step, in reading order, with boxes in pixels.
    """
    printed = pieces(words)
    lit = matches(clauses, [piece.token for piece in printed])
    found = []
    for match in lit:
        for _, row in groupby(printed[match.first : match.last + 1], key=lambda piece: piece.line):
            found.append(around(list(row)))
    return tuple(dict.fromkeys(found))


def pieces(words: Iterable[Mapping[str, Any]]) -> list[Piece]:
    """Words cut into tokens; a part of a word gets its share of the width, by characters."""
    return [piece(word, token) for word in words for token in tokens(word["text"])]


def piece(word: Mapping[str, Any], token: Token) -> Piece:
    """One token of a stored word."""
    box, width = word["box"], word["box"]["width"] / len(word["text"])
    left, right = box["left"] + width * token.start, box["left"] + width * token.end
    return Piece(token.text, word["line"], left, box["top"], right, box["top"] + box["height"])


def around(row: Sequence[Piece]) -> Rectangle:
    """The smallest rectangle around pieces of one line."""
    left, right = min(piece.left for piece in row), max(piece.right for piece in row)
    top, bottom = min(piece.top for piece in row), max(piece.bottom for piece in row)
    return Rectangle(round(left), top, max(1, round(right) - round(left)), max(1, bottom - top))
