"""What a text recogniser is: grey images in, words with boxes and confidence out, errors by their fate."""

from collections.abc import Sequence
from enum import StrEnum
from typing import Protocol

from dms.errors import Invalid, Unavailable
from ocr_pipeline.arrays import Grey
from ocr_pipeline.types import Word


class Layout(StrEnum):
    """How the marks on a part of a page are arranged."""

    PAGE = "page"  # columns and paragraphs, to be found
    BLOCK = "block"  # one column of lines
    SCATTERED = "scattered"  # words here and there, as in the cells of a table


class EngineCrashed(Unavailable):
    """The text recogniser stopped unexpectedly; the page will be tried again."""

    code = "ocr_engine_crashed"


class EngineKilled(Unavailable):
    """The text recogniser needed more memory than it may use; the page will be tried again."""

    code = "ocr_engine_killed"


class EngineSlow(Unavailable):
    """The text recogniser took too long over a page; it will be tried again."""

    code = "ocr_engine_slow"


class EngineMissing(Unavailable):
    """The text recogniser is not installed on this machine; tell the operator."""

    code = "ocr_engine_missing"


class LanguageMissing(Invalid):
    """The text recogniser has no data for the language “{languages}”; tell the operator."""

    code = "ocr_language_missing"


class Recogniser(Protocol):
    """One text recogniser. `tests/contracts` holds every one to the same suite."""

    name: str

    @property
    def version(self) -> str:
        """The recogniser's own version. Raises: EngineMissing."""
        ...

    def recognise(
        self, parts: Sequence[Grey], *, languages: str, layout: Layout = Layout.PAGE, dpi: int = 0
    ) -> list[list[Word]]:
        """The words of each part of a page, in one run.

        Words are NFC and not empty, in reading order; boxes lie within their part, in its pixels;
        confidence is 0.0-1.0; lines count from 0 in each part.

        Args:
            parts: HxW uint8 images, dark on light.
            languages: As `vie` or `vie+eng`.
            layout: How the marks are arranged.
            dpi: Pixels per inch where known, else 0.

        Raises: EngineCrashed, EngineKilled, EngineSlow, EngineMissing, LanguageMissing.
        """
        ...
