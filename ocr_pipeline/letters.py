"""Comparing words that a recogniser may have misread: without accents, one letter off."""

import re
import unicodedata
from collections.abc import Sequence

from dms.lib.text import fold, nfc

SHORTEST_FORGIVEN = 4  # a word shorter than this must agree letter by letter


def plain(text: str) -> str:
    """Capitals without accents, letter for letter; the Icelandic Ð is taken for the Đ that it looks like."""
    return fold(nfc(text.replace("Ð", "Đ"))).upper()


def letters(text: str) -> str:
    """Only the letters and digits of the plain form, so that spacing does not matter."""
    return re.sub(r"[^A-Z0-9]", "", plain(text))


def distance(one: str, other: str) -> int:
    """How many letters must be put in, left out or exchanged to make one of the other."""
    row: Sequence[int] = range(len(other) + 1)
    for i, a in enumerate(one, start=1):
        above, row = row, [i]
        for j, b in enumerate(other, start=1):
            row.append(min(above[j] + 1, row[j - 1] + 1, above[j - 1] + (a != b)))
    return row[-1]


def is_near(word: str, wanted: str, *, allowed: int = 1) -> bool:
    """Whether a plain word is the wanted one, give or take misread letters."""
    if word == wanted:
        return True
    if len(wanted) < SHORTEST_FORGIVEN or abs(len(word) - len(wanted)) > allowed:
        return False
    return distance(word, wanted) <= allowed


def is_capitals(text: str) -> bool:
    """Whether a line is printed in capitals, a misread letter or two apart."""
    found = [c for c in text if c.isalpha()]
    return len(found) > 1 and sum(c.isupper() for c in found) >= 0.8 * len(found)


def spelt(text: str, phrases: Sequence[str]) -> str:
    """Capitals with known phrases as they are written: accents that were misread, a space that was lost."""
    for phrase in phrases:
        text = re.sub(rf"\b{phrase}(?=[^\W\d_])", f"{phrase} ", text)
    words = text.split()
    for phrase in phrases:
        wanted, known = plain(phrase).split(), phrase.split()
        for at in range(len(words) - len(wanted) + 1):
            if [plain(word) for word in words[at : at + len(wanted)]] == wanted and not_respelt(
                words[at : at + len(wanted)], known
            ):
                words[at : at + len(wanted)] = known
    return " ".join(words)


def not_respelt(words: Sequence[str], known: Sequence[str]) -> bool:
    """Whether words differ by more than the place of the tone (UỶ and ỦY are both written)."""
    marks = [sorted(unicodedata.normalize("NFD", "".join(some))) for some in (words, known)]
    return marks[0] != marks[1]
