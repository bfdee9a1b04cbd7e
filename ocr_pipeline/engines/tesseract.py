"""Tesseract by pytesseract: handed the path of a PGM, one run for all parts of a page."""

import os
import unicodedata
from collections.abc import Iterator, Sequence
from functools import cached_property
from pathlib import Path
from tempfile import TemporaryDirectory

import cv2
import pytesseract

from ocr_pipeline.arrays import Grey
from ocr_pipeline.engines.base import (
    EngineCrashed,
    EngineKilled,
    EngineMissing,
    EngineSlow,
    LanguageMissing,
    Layout,
)
from ocr_pipeline.types import Box, Word

SEGMENTATION = {Layout.PAGE: 3, Layout.BLOCK: 6, Layout.SCATTERED: 11}
WORD_LEVEL = "5"
COLUMNS = 12
SIGKILL = -9
TIMEOUT_S = 180


class TesseractRecogniser:
    """Reads with the LSTM models that are installed."""

    name = "tesseract"

    @cached_property
    def version(self) -> str:
        try:  # asked once in a process and in those forked from it: a run of its own, 30 ms
            return str(pytesseract.get_tesseract_version(cached=True)).splitlines()[0]
        except (pytesseract.TesseractNotFoundError, SystemExit) as error:
            raise EngineMissing from error

    def recognise(
        self, parts: Sequence[Grey], *, languages: str, layout: Layout = Layout.PAGE, dpi: int = 0
    ) -> list[list[Word]]:
        if not parts:
            return []
        with TemporaryDirectory(prefix="read-") as directory:
            source = _written(parts, Path(directory))
            table = _run(source, languages, f"--psm {SEGMENTATION[layout]}", dpi)
        found: list[list[Word]] = [[] for _ in parts]
        for part, word in _words(table):
            if 0 <= part < len(found):
                found[part].append(word)
        return found


def _written(parts: Sequence[Grey], directory: Path) -> Path:
    """The image, or the list of images, that Tesseract opens."""
    paths = [directory / f"{n}.pgm" for n in range(len(parts))]
    for path, part in zip(paths, parts, strict=True):
        cv2.imwrite(str(path), part)
    if len(paths) == 1:
        return paths[0]
    listed = directory / "parts.txt"
    listed.write_text("".join(f"{path}\n" for path in paths))
    return listed


def _run(source: Path, languages: str, config: str, dpi: int) -> str:
    """The TSV of one run. Raises: EngineCrashed, EngineKilled, EngineSlow, EngineMissing, LanguageMissing."""
    # one process per core reads more pages than one page's threads
    os.environ["OMP_THREAD_LIMIT"] = "1"
    if dpi:
        config += f" --dpi {dpi}"
    try:
        data: bytes = pytesseract.image_to_data(
            str(source),
            lang=languages,
            config=config,
            output_type=pytesseract.Output.BYTES,
            timeout=TIMEOUT_S,
        )
        return data.decode()
    except pytesseract.TesseractNotFoundError as error:
        raise EngineMissing from error
    except pytesseract.TesseractError as error:
        raise _fate(error, languages) from error
    except (UnicodeDecodeError, FileNotFoundError) as error:
        raise EngineCrashed(detail=str(error)) from error
    except RuntimeError as error:  # pytesseract's own for a timeout
        raise EngineSlow(detail=str(error)) from error


def _fate(error: pytesseract.TesseractError, languages: str) -> Exception:
    if "Failed loading language" in error.message:
        return LanguageMissing(languages=languages)
    if error.status == SIGKILL:
        return EngineKilled(detail=error.message)
    return EngineCrashed(status=error.status, detail=error.message)


def _words(table: str) -> Iterator[tuple[int, Word]]:
    """Part and word, line by line, from TSV. Raises: EngineCrashed."""
    lines: dict[int, dict[tuple[str, ...], int]] = {}
    try:
        for row in table.splitlines()[1:]:
            cells = row.split("\t")
            if len(cells) != COLUMNS or cells[0] != WORD_LEVEL or not cells[11].strip():
                continue
            part = int(cells[1]) - 1
            seen = lines.setdefault(part, {})
            line = seen.setdefault(tuple(cells[2:5]), len(seen))
            left, top, width, height = map(int, cells[6:10])
            text = unicodedata.normalize("NFC", cells[11].strip())
            confidence = min(max(float(cells[10]) / 100, 0.0), 1.0)
            yield part, Word(text, Box(left, top, width, height), confidence, line)
    except ValueError as error:
        raise EngineCrashed(detail=str(error)) from error
