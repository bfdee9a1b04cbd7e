"""The words of a page as SVG over its image: attributes only, so that a strict content policy holds."""

from collections.abc import Iterable

from django.utils.html import escape
from django.utils.safestring import SafeString, mark_safe

from dms.documents.words import Line, PlacedWord


def svg_text(lines: Iterable[Line]) -> SafeString:
    """One `<text>` a line, so that copying gives lines in order; each word drawn as wide as it is on the scan."""
    return mark_safe("".join(svg_line(line) for line in lines))  # noqa: S308  # every word is escaped


def svg_line(line: Line) -> str:
    """A line, its words divided by spaces."""
    words = " ".join(svg_word(word) for word in line.words)
    return f'<text font-size="{line.size}">{words}</text>'


def svg_word(word: PlacedWord) -> str:
    """A word at its place."""
    return (
        f'<tspan x="{word.x}" y="{word.y}" textLength="{word.width}" lengthAdjust="spacingAndGlyphs">'
        f"{escape(word.text)}</tspan>"
    )
