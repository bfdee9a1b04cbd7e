"""The job `read`: the text of pages, with words and boxes, from the text layer or from the page image.

For each page: the embedded text where it can be trusted; else the page image, cleaned where it shows the
need, read once; read another way only when the first reading is doubtful, and the better one kept.
"""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import replace
from functools import partial
from importlib import import_module
from pathlib import Path
from typing import Any

import cv2
import numpy as np

from ocr_pipeline import office, plain_text
from ocr_pipeline.arrays import Grey, Pixels
from ocr_pipeline.confidence import Quality, confidence_of, quality_of, text_of, worthwhile
from ocr_pipeline.embedded_text import EmbeddedText
from ocr_pipeline.engines.base import EngineMissing, Layout, Recogniser
from ocr_pipeline.engines.tesseract import TesseractRecogniser
from ocr_pipeline.page_images import open_pages
from ocr_pipeline.prepare import Prepared, plain, prepared
from ocr_pipeline.secrecy import secret_mark, with_mark
from ocr_pipeline.types import Box, Kind, PageReading, Source, Word

MOSTLY_SHOWN = 0.5  # an invisible layer under a scan is another tool's guess
PART_MARGIN_PX = 12
BLANK_LETTERS = 3  # fewer marks than this in the shape of letters are dirt


def warm() -> None:
    """Before any job: ask the recogniser for its version, and import what numpy would import in each job."""
    import_module("numpy.ma")  # numpy.unique looks for it
    with suppress(EngineMissing):  # the first job says so
        _ = TesseractRecogniser().version


def read_pages(path: Path, arguments: Mapping[str, Any], files: Path) -> dict[str, Any]:
    """Read the pages that `arguments` name.

    Args:
        path: The original.
        arguments: kind, media_type, numbers (pages, from 1), languages (as `vie+eng`).
        files: A directory for files to bring home; reading makes none.

    Returns:
        `pages`: each as `PageReading.to_json`.

    Raises: PageUnreadable, PageTooLarge, EngineCrashed and the other errors of a recogniser.
    """
    kind, numbers = Kind(arguments["kind"]), arguments["numbers"]
    if kind in {Kind.TEXT, Kind.OFFICE}:
        readings = written(path, kind, numbers, media_type=arguments["media_type"])
    else:
        languages, engine = arguments["languages"], TesseractRecogniser()
        readings = scanned(path, kind, numbers, languages=languages, engine=engine)
    return {"pages": [with_mark(reading).to_json() for reading in readings]}


def written(
    path: Path, kind: Kind, numbers: Sequence[int], *, media_type: str
) -> Iterator[PageReading]:
    """Pages of text that have no image."""
    pages = plain_text.pages_of(path) if kind is Kind.TEXT else office.pages_of(path, media_type)
    for number in numbers:
        yield PageReading(
            number, pages[number - 1], (), 1.0, Source.WRITTEN, "none", "", 0, 0, readings=0
        )


def scanned(
    path: Path, kind: Kind, numbers: Sequence[int], *, languages: str, engine: Recogniser
) -> Iterator[PageReading]:
    """Pages that have an image, one at a time."""
    with open_pages(path, kind) as pages, EmbeddedText.of(path, kind) as embedded:
        for number in numbers:
            reading = None
            if pages.shown_text(number) > MOSTLY_SHOWN:
                reading = embedded.reading(number, pages.size(number))
            if reading is None:
                image, dpi = pages.image(number), pages.dpi(number)
                reading = read_image(image, dpi, number, languages=languages, engine=engine)
            yield reading


def read_image(
    image: Pixels, dpi: float, number: int, *, languages: str, engine: Recogniser
) -> PageReading:
    """One page by its image (HxWx3 uint8 RGB): at most two runs of the recogniser."""
    ready = prepared(image, dpi)
    upright = np.rot90(image, -ready.turn_deg // 90)
    height_px, width_px = upright.shape[:2]
    look = partial(
        secret_mark, width_px=width_px, height_px=height_px, image=np.ascontiguousarray(upright)
    )
    blank = PageReading(
        number, "", (), 1.0, Source.BLANK, "none", "", width_px, height_px, readings=0
    )
    if len(ready.letters) < BLANK_LETTERS:
        return replace(blank, secret_mark=look(()))  # red print is no letter to the recogniser
    words, quality = attempt(ready, first_layout(ready), languages, engine)
    readings = 1
    if quality.doubtful:
        readings = 2
        other, other_layout = another_way(image, dpi, ready, quality)
        again, second = attempt(other, other_layout, languages, engine)
        if second.weight > quality.weight:
            words = again
    return replace(
        blank, text=text_of(words), words=tuple(words), confidence=confidence_of(words),
        source=Source.OCR, engine=engine.name, engine_version=engine.version,
        turn_deg=ready.turn_deg, readings=readings, secret_mark=look(words),
    )  # fmt: skip


def attempt(
    ready: Prepared, layout: Layout, languages: str, engine: Recogniser
) -> tuple[list[Word], Quality]:
    """One run: the words that are worth keeping, on the upright page image, and how good they are."""
    parts = ready.parts if layout is Layout.BLOCK else ()
    images = [part_of(ready.grey, part) for part in parts] or [ready.grey]
    found = engine.recognise(images, languages=languages, layout=layout)
    words = worthwhile(joined(found, parts))
    quality = quality_of(words, ready.letters)
    return [replace(word, box=ready.on_page(word.box)) for word in words], quality


def another_way(
    image: Pixels, dpi: float, ready: Prepared, first: Quality
) -> tuple[Prepared, Layout]:
    """What to try when a reading is doubtful: another layout where letters were left out, else no clean-up."""
    if ready.table:
        return ready, Layout.PAGE
    if first.coverage < first.confidence:
        return ready, Layout.SCATTERED
    return plain(image, dpi, ready.turn_deg), Layout.PAGE


def first_layout(ready: Prepared) -> Layout:
    """How to read a page at first: by its parts, else whole."""
    if ready.parts:
        return Layout.BLOCK
    return Layout.SCATTERED if ready.table else Layout.PAGE


def part_of(grey: Grey, part: Box) -> Grey:
    """A part with a white margin, without which the recogniser misses letters at its edge."""
    inside = grey[part.top : part.top + part.height, part.left : part.left + part.width]
    padded: Grey = cv2.copyMakeBorder(
        inside, *(PART_MARGIN_PX,) * 4, cv2.BORDER_CONSTANT, value=255
    )
    return padded


def joined(found: Sequence[Sequence[Word]], parts: Sequence[Box]) -> list[Word]:
    """The words of all parts, placed on the whole and their lines counted through."""
    words: list[Word] = []
    for inside, part in zip(
        found, parts or [Box(PART_MARGIN_PX, PART_MARGIN_PX, 0, 0)], strict=True
    ):
        lines = words[-1].line + 1 if words else 0
        left, top = part.left - PART_MARGIN_PX, part.top - PART_MARGIN_PX
        words += [
            replace(
                word,
                box=replace(word.box, left=word.box.left + left, top=word.box.top + top),
                line=word.line + lines,
            )
            for word in inside
        ]
    return words
