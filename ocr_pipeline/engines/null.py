"""A recogniser that reads nothing, or what it was told: for tests of everything around it."""

from collections.abc import Mapping, Sequence

from ocr_pipeline.arrays import Grey
from ocr_pipeline.engines.base import LanguageMissing, Layout
from ocr_pipeline.types import Box, Word

KNOWN = frozenset({"vie", "eng"})


class NullRecogniser:
    """Gives the text it was told, laid out evenly over each part, one box a word."""

    name = "null"
    version = "1"

    def __init__(self, texts: Mapping[int, str] | None = None) -> None:
        """`texts` are what it reads, by the number of the part in a run (from 0)."""
        self.texts = texts or {}

    def recognise(
        self, parts: Sequence[Grey], *, languages: str, layout: Layout = Layout.PAGE, dpi: int = 0
    ) -> list[list[Word]]:
        if not set(languages.split("+")) <= KNOWN:
            raise LanguageMissing(languages=languages)
        return [self._words(self.texts.get(n, ""), part) for n, part in enumerate(parts)]

    def _words(self, text: str, part: Grey) -> list[Word]:
        height, width = part.shape
        lines = [line.split() for line in text.splitlines() if line.strip()]
        words = []
        for n, line in enumerate(lines):
            top, tall = height * n // len(lines), max(1, height // len(lines))
            wide = max(1, width // len(line))
            words += [
                Word(word, Box(wide * k, top, wide, tall), 1.0, n) for k, word in enumerate(line)
            ]
        return words
