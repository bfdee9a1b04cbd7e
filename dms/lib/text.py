"""Vietnamese text as search compares it: one way to split it into words, one to forget accents.

A word is a run of letters and digits; everything else separates. So `9001:2015` is two words in a row and
`123/QĐ-UBND` three: each part is found alone, the whole is found as a phrase, and a space that OCR put
between them does no harm.
"""

import re
import unicodedata
from collections.abc import Set
from functools import lru_cache
from typing import NamedTuple

MAX_WORD_CHARS = 64
WORDS_REMEMBERED = 200_000
_STRAY = "\u0300-\u036f"  # marks that no letter before them takes up in NFC
_WORD = re.compile(rf"[^\W_]+(?:[{_STRAY}]+[^\W_]*)*")
_MARKS = re.compile(rf"[{_STRAY}]+")
_JOINER = "\u034f"  # stands for a stray mark in folded text: it keeps the length and joins nothing
_ZEROS = re.compile(r"^0+(?=\d)")
_WORD_ZEROS = re.compile(r"(?<![^ ])0+(?=\d)")
_EARLY_TONE = re.compile("[òóỏõọ][ae]|[ùúủũụ]y")
_LATE = {
    early + second: first + late
    for first, earlies, seconds in (
        ("o", "òóỏõọ", {"a": "àáảãạ", "e": "èéẻẽẹ"}),
        ("u", "ùúủũụ", {"y": "ỳýỷỹỵ"}),
    )
    for second, lates in seconds.items()
    for early, late in zip(earlies, lates, strict=True)
}


class Token(NamedTuple):
    """A word in its exact form, and where it stands in the NFC text."""

    text: str
    start: int
    end: int


def nfc(text: str) -> str:
    """The one composed form; offsets of everything here refer to it."""
    return unicodedata.normalize("NFC", text)


class _Folds(dict[int, str]):
    """Code point to folded character, found on first use."""

    def __missing__(self, point: int) -> str:
        self[point] = folded = _fold_point(chr(point))
        return folded


def _fold_point(char: str) -> str:
    """One character for one: without accents, in lower case, đ as d."""
    if unicodedata.category(char) == "Mn":
        return _JOINER
    base, *marks = list(unicodedata.normalize("NFD", char))
    if any(unicodedata.category(mark) != "Mn" for mark in marks):
        return char  # composed of letters, not of a letter and accents
    lower = base.casefold()
    if len(lower) > 1:
        return base
    if lower == "đ":
        return "d"
    return lower if lower == char else _fold_point(lower)


class _Plain(dict[int, str | None]):
    """Code point to folded character, space, or nothing, found on first use."""

    def __missing__(self, point: int) -> str | None:
        char = chr(point)
        stray = bool(_MARKS.fullmatch(char))
        self[point] = plain = None if stray else _fold_point(char) if char.isalnum() else " "
        return plain


_FOLDS = _Folds()
_PLAIN = _Plain()


def fold(text: str) -> str:
    """Without accents and case, character by character, so that offsets into the NFC text hold."""
    return nfc(text).translate(_FOLDS)


@lru_cache(maxsize=WORDS_REMEMBERED)
def exact(word: str) -> str:
    """A word as written but for case and the place of the tone: hòa as hoà, THỤY as thuỵ."""
    lower = nfc(_MARKS.sub("", nfc(word).lower()))[:MAX_WORD_CHARS]
    return _EARLY_TONE.sub(lambda found: _LATE[found.group()], lower)


@lru_cache(maxsize=WORDS_REMEMBERED)
def folded(token: str) -> str:
    """A token without accents and leading zeros: 05 as 5, qđ as qd."""
    return _ZEROS.sub("", fold(token).replace(_JOINER, ""))


def tokens(text: str) -> list[Token]:
    """The words of a text with their places, for lighting them."""
    return [
        Token(exact(word.group()), word.start(), word.end()) for word in _WORD.finditer(nfc(text))
    ]


def spans(text: str, wanted: Set[int]) -> dict[int, tuple[int, int]]:
    """Where the words with these numbers stand in the NFC text; the fast way, when few are wanted."""
    found = enumerate(_WORD.finditer(nfc(text)))
    return {number: word.span() for number, word in found if number in wanted}


def words(text: str) -> list[str]:
    """The words of a text in their exact form, for indexing them."""
    return [exact(word) for word in _WORD.findall(nfc(text))]


def plain(text: str) -> str:
    """The folded words of a text with one space between them; the fast way, for long texts."""
    joined = " ".join(nfc(text).translate(_PLAIN).split())
    return _WORD_ZEROS.sub("", joined)


def number_form(number: str) -> str:
    """A number in the form in which numbers are compared: `05/QĐ-UBND` and `5/qd-ubnd` are one."""
    return plain(number)
