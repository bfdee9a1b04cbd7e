"""What the streams of a PDF would unpack to, measured with bounds before any reader unpacks them.

Only Flate is measured: it packs up to 1,032 to 1, and packed twice a few kilobytes become gigabytes.
"""

import mmap
import re
import zlib
from pathlib import Path
from typing import Any

import pikepdf

from ocr_pipeline.limits import Limits
from ocr_pipeline.refusals import Bomb, PageTooLarge

STEP_BYTES = 1024**2
SMALL_BYTES = 4_096  # packed once, this becomes at most 4 MB
FLATE = frozenset({"/FlateDecode", "/Fl"})
TWICE_PACKED = re.compile(
    rb"/Filter\s*\[\s*/(?:FlateDecode|Fl|LZWDecode|LZW)\b[^\]]{0,40}/(?:FlateDecode|Fl|LZWDecode|LZW)\b"
)
LENGTH_WITHIN_BYTES = 512
STREAM = re.compile(rb"stream\r?\n")


def check_structure(path: Path, limits: Limits) -> None:
    """Before a parser runs: streams packed twice, wherever they stand. Raises: Bomb."""
    with path.open("rb") as file, mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ) as data:
        for found in TWICE_PACKED.finditer(data):
            start = STREAM.search(data, found.end(), found.end() + LENGTH_WITHIN_BYTES)
            if start is not None:
                end = data.find(b"endstream", start.end())
                once = unpacked(data[start.end() : end], limits.unpacked_bytes // 8)
                measure(once, limits.unpacked_bytes // 8)


def check_streams(document: pikepdf.Pdf, limits: Limits) -> None:
    """Every stream of an opened file. Raises: Bomb, PageTooLarge."""
    left = limits.unpacked_bytes
    for item in document.objects:
        if not isinstance(item, pikepdf.Stream):
            continue
        if item.get("/Subtype") == "/Image":
            check_image(item, limits)
        elif first_filter(item) in FLATE and int(item.get("/Length", 0)) > SMALL_BYTES:
            left -= measure(item.read_raw_bytes(), left)


def check_image(image: Any, limits: Limits) -> None:
    """An image inside a page has the same limit as a page. Raises: PageTooLarge."""
    try:
        pixels = int(image.get("/Width", 0)) * int(image.get("/Height", 0))
    except (TypeError, ValueError):
        return
    if pixels > limits.page_pixels:
        raise PageTooLarge


def first_filter(stream: Any) -> str:
    """The filter that is undone first."""
    found = stream.get("/Filter", "")
    if isinstance(found, pikepdf.Array):
        found = found[0] if len(found) else ""
    return str(found)


def measure(packed: bytes, limit: int) -> int:
    """How much a Flate stream unpacks to, keeping nothing. Raises: Bomb."""
    inflater = zlib.decompressobj()
    size, rest = 0, packed
    while rest and not inflater.eof:
        try:
            size += len(inflater.decompress(rest, STEP_BYTES))
        except zlib.error:
            return size
        if size > limit:
            raise Bomb
        rest = inflater.unconsumed_tail
    return size


def unpacked(packed: bytes, limit: int) -> bytes:
    """The bytes of a Flate stream. Raises: Bomb."""
    try:
        found = zlib.decompressobj().decompress(packed, limit + 1)
    except zlib.error:
        return b""
    if len(found) > limit:
        raise Bomb
    return found
