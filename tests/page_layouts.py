"""Page readings in the layout of Decree 30, made of lines and columns, as a recogniser would give them."""

from collections.abc import Sequence
from typing import Any

WIDTH, HEIGHT = 1654, 2339  # A4 at 200 dpi
LEFT, RIGHT = 236, 1536  # of the body
LETTER, LINE, PITCH = 15, 34, 52
LEFT_COLUMN, RIGHT_COLUMN, CENTRE = 500, 1170, (LEFT + RIGHT) // 2
INDENT = 100

Columns = Sequence[tuple[str, str]]


def reading(
    *,
    head: Columns,
    middle: Sequence[str] = (),
    body: Sequence[str] = (),
    foot: Columns = (),
    number: int = 1,
    confidence: float = 0.95,
) -> dict[str, Any]:
    """A page: the head's two columns, centred lines, the body's full lines, the foot's two columns."""
    words: list[dict[str, Any]] = []
    top = 180
    for left, right in head:
        centred(words, left, LEFT_COLUMN, top, confidence)
        centred(words, right, RIGHT_COLUMN, top, confidence)
        top += PITCH
    top += PITCH // 2
    for line in middle:
        centred(words, line, CENTRE, top, confidence)
        top += PITCH
    top += PITCH // 2
    for line in body:
        justified(words, line, top, confidence)
        top += PITCH
    top += PITCH // 2
    for left, right in foot:
        spread(words, left, LEFT, top, LETTER, confidence)
        centred(words, right, RIGHT_COLUMN + 30, top, confidence)
        top += PITCH
    return as_reading(words, number, confidence)


def as_reading(words: list[dict[str, Any]], number: int, confidence: float) -> dict[str, Any]:
    lines: dict[int, list[str]] = {}
    for word in words:
        lines.setdefault(word["line"], []).append(word["text"])
    return {
        "number": number, "text": "\n".join(map(" ".join, lines.values())), "words": words,
        "confidence": confidence, "source": "text_layer" if confidence == 1 else "ocr",
        "engine": "", "engine_version": "", "width_px": WIDTH, "height_px": HEIGHT, "turn_deg": 0,
        "readings": 1, "secret_mark": None,
    }  # fmt: skip


def centred(
    words: list[dict[str, Any]], text: str, middle: int, top: int, confidence: float
) -> None:
    """A line centred on a column; three spaces or more are a gap as wide."""
    spread(words, text, middle - len(text) * LETTER // 2, top, LETTER, confidence)


def justified(words: list[dict[str, Any]], text: str, top: int, confidence: float) -> None:
    """A body line from the indent to the right margin."""
    spread(
        words, text, LEFT + INDENT, top, (RIGHT - LEFT - INDENT) // max(len(text), 1), confidence
    )


def spread(
    words: list[dict[str, Any]], text: str, left: int, top: int, letter: int, confidence: float
) -> None:
    """A line's words at the places of their letters."""
    at, line = 0, words[-1]["line"] + 1 if words else 0
    for part in text.split(" "):
        if part:
            box = {
                "left": left + at * letter,
                "top": top,
                "width": len(part) * letter,
                "height": LINE,
            }
            words.append({"text": part, "box": box, "confidence": confidence, "line": line})
        at += len(part) + 1
