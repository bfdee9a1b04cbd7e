"""Plain text files: found by their bytes, decoded without loss or not at all."""

import codecs
from collections.abc import Iterator
from pathlib import Path

from dms.errors import Invalid
from ocr_pipeline import vietnamese_encodings
from ocr_pipeline.limits import Limits
from ocr_pipeline.text_pages import PAGE_BREAK, TooMuchText, bounded, paginate

BYTE_ORDER_MARKS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
LAYOUT = frozenset("\t\n\r\f\v\x1a\x85")  # 1A ended files under DOS
CONTROLS = frozenset(range(0x20)) - frozenset(map(ord, LAYOUT))
SAMPLE_BYTES = 65_536
ZEROS = 0.2  # of every other byte, where each letter takes two


class UnknownEncoding(Invalid):
    """The bytes look like text, but in no encoding that is known here."""

    code = "binary_text"


def pages_of(path: Path, *, limits: Limits | None = None) -> list[str]:
    """The text of a file in pages. Raises: UnknownEncoding, TooManyPages, TooMuchText."""
    limits = limits or Limits()
    if path.stat().st_size > limits.unpacked_bytes:
        raise TooMuchText
    return paginate(bounded(lines(decode(path.read_bytes())), limits), limits=limits)


def lines(text: str) -> Iterator[str]:
    """Lines, with page breaks between them."""
    for at, part in enumerate(text.rstrip("\x1a").split(PAGE_BREAK)):
        if at:
            yield PAGE_BREAK
        yield from part.splitlines()


def decode(data: bytes) -> str:
    """The text that the bytes are. Raises: UnknownEncoding."""
    text = decoded(data)
    if text is None:
        raise UnknownEncoding
    return text


def looks_like_text(data: bytes) -> bool:
    """Whether the beginning of a file can be text in some encoding: no control characters."""
    sample = data[:SAMPLE_BYTES]
    if wide_encoding(sample):
        return True
    return bool(sample) and CONTROLS.isdisjoint(sample)


def wide_encoding(data: bytes) -> str | None:
    """The encoding a byte order mark tells, or UTF-16 by its zeros."""
    for mark, name in BYTE_ORDER_MARKS:
        if data.startswith(mark):
            return name
    sample = data[:SAMPLE_BYTES]
    pairs = len(sample) // 2
    for name, zeros, letters in (("utf-16-le", 1, 0), ("utf-16-be", 0, 1)):
        if pairs and sample[zeros::2].count(0) >= ZEROS * pairs and not sample[letters::2].count(0):
            return name
    return None


def decoded(data: bytes) -> str | None:
    """The text, or None when no encoding fits."""
    name = wide_encoding(data) or "utf-8"
    try:
        text = data.decode(name)
    except UnicodeDecodeError:
        if name != "utf-8":
            return None
        found = vietnamese_encodings.decode(data)
        return None if found is None else printable(found[0])
    return printable(text)


def printable(text: str) -> str | None:
    """The text, unless it holds control characters that text does not have."""
    return text if all(char >= " " or char in LAYOUT for char in text) else None
