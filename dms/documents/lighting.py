"""Words of a query in the text of a page: which pieces to light, and on which page the next one stands."""

import re
import unicodedata
from dataclasses import dataclass

from dms.documents.models import Page, Version

WORD = re.compile(r"\w+")
PART = re.compile(r'-?(?:\w+:)?(?:"[^"]*"|\S+)')


@dataclass(frozen=True, slots=True)
class Lit:
    """A piece of text; `on` where a word of the query stands."""

    text: str
    on: bool


def folded(text: str) -> str:
    """Lower case without accents, one character for one, so that offsets stay."""
    return "".join(fold_one(char) for char in text)


def fold_one(char: str) -> str:
    """A character's base letter; đ becomes d."""
    base = unicodedata.normalize("NFD", char.lower())[0]
    return "d" if base == "đ" else base


def wanted(query: str) -> frozenset[str]:
    """The folded words to light: those that must stand in the text, not those that must not."""
    words: set[str] = set()
    for part in PART.findall(unicodedata.normalize("NFC", query)):
        if part.startswith("-"):
            continue
        head, colon, tail = part.partition(":")
        words.update(WORD.findall(folded(tail if colon and head.isalpha() else part)))
    return frozenset(words)


def lit_pieces(query: str, text: str) -> tuple[Lit, ...]:
    """The text in pieces, those of the query lit."""
    words = wanted(query)
    pieces, place = [], 0
    for match in WORD.finditer(text) if words else ():
        if folded(match[0]) not in words:
            continue
        pieces += [Lit(text[place : match.start()], on=False), Lit(match[0], on=True)]
        place = match.end()
    pieces.append(Lit(text[place:], on=False))
    return tuple(piece for piece in pieces if piece.text)


def next_lit_page(version: Version, query: str, *, after: int) -> int:
    """The next page with a word of the query, going round; the same page where no other has one."""
    words = wanted(query)
    pages = Page.objects.filter(version=version).exclude(text="").order_by("number")
    for part in (pages.filter(number__gt=after), pages.filter(number__lt=after)):
        for number, text in part.values_list("number", "text").iterator(chunk_size=20):
            if words.intersection(WORD.findall(folded(text))):
                return int(number)
    return after
