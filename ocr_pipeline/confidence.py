"""How well a page was read: the words' own confidence, and the letters that no word accounts for."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from ocr_pipeline.types import Word

WORTH = 0.3  # a word below this confidence is a stamp, a stroke or dirt, and is dropped
DOUBTFUL_CONFIDENCE = 0.86
DOUBTFUL_COVERAGE = 0.80


@dataclass(frozen=True, slots=True)
class Quality:
    """What speaks for a reading."""

    confidence: float  # mean over words, weighted by length
    coverage: float  # share of the page's letters inside a word
    weight: float  # letters read surely, less those read badly

    @property
    def doubtful(self) -> bool:
        """Whether another reading is worth its time."""
        return self.confidence < DOUBTFUL_CONFIDENCE or self.coverage < DOUBTFUL_COVERAGE


def confidence_of(words: Sequence[Word]) -> float:
    """Mean confidence weighted by length; 0.0 without words."""
    length = sum(len(word.text) for word in words)
    return sum(word.confidence * len(word.text) for word in words) / max(length, 1)


def quality_of(words: Sequence[Word], letters: NDArray[np.float64]) -> Quality:
    """Judge words against the letters (Nx4: left, top, width, height) on the image they were read from."""
    weight = sum(len(word.text) * (word.confidence - 0.5) for word in words)
    return Quality(confidence_of(words), coverage_of(words, letters), weight)


def coverage_of(words: Sequence[Word], letters: NDArray[np.float64]) -> float:
    """Share of letters whose middle lies in the box of a word; 1.0 without letters."""
    if not len(letters):
        return 1.0
    x = letters[:, 0] + letters[:, 2] / 2
    y = letters[:, 1] + letters[:, 3] / 2
    inside = np.zeros(len(letters), bool)
    for word in words:
        box = word.box
        inside |= (
            (x >= box.left)
            & (x <= box.left + box.width)
            & (y >= box.top)
            & (y <= box.top + box.height)
        )
    return float(inside.mean())


def worthwhile(words: Sequence[Word]) -> list[Word]:
    """The words that are not noise, lines counted anew."""
    kept = [word for word in words if word.confidence >= WORTH]
    numbers = {line: n for n, line in enumerate(dict.fromkeys(word.line for word in kept))}
    return [Word(word.text, word.box, word.confidence, numbers[word.line]) for word in kept]


def text_of(words: Sequence[Word]) -> str:
    """Words of a line joined by spaces, lines by newlines."""
    lines: dict[int, list[str]] = {}
    for word in words:
        lines.setdefault(word.line, []).append(word.text)
    return "\n".join(" ".join(line) for line in lines.values())
