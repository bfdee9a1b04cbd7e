"""In which language a record is written."""

import re
import unicodedata
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from ocr_pipeline.types import Suggestion

WORD = re.compile(r"[^\W\d_]+")
ONLY_VIETNAMESE = re.compile(r"[đĐơƠưƯăĂ\u0323\u0309]")  # letters, the dot below, the hook above
FEWEST_WORDS = 15
VIETNAMESE_SHARE, ENGLISH_SHARE = 0.2, 0.15
ENGLISH = frozenset({"the", "of", "and", "to", "in", "for", "is", "on", "by", "with", "this", "be"})


def language_of(pages: Sequence[Mapping[str, Any]]) -> Iterator[Suggestion]:
    """Vietnamese by its letters, English by its small words; nothing said of other languages."""
    words = [word for page in pages for word in WORD.findall(page["text"])]
    if len(words) < FEWEST_WORDS:
        return
    number = pages[0]["number"]
    marked = [word for word in words if ONLY_VIETNAMESE.search(unicodedata.normalize("NFD", word))]
    if len(marked) >= VIETNAMESE_SHARE * len(words):
        yield Suggestion("language", "Tiếng Việt", 0.97, number)
    elif sum(word.lower() in ENGLISH for word in words) >= ENGLISH_SHARE * len(words):
        yield Suggestion("language", "Tiếng Anh", 0.9, number)
