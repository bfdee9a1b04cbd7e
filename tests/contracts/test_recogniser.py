"""What every text recogniser owes; each is held to the same suite."""

import stat
import unicodedata
from pathlib import Path

import numpy as np
import pytest

from ocr_pipeline.engines.base import (
    EngineCrashed,
    EngineKilled,
    EngineMissing,
    LanguageMissing,
    Layout,
    Recogniser,
)
from ocr_pipeline.engines.null import NullRecogniser
from ocr_pipeline.engines.tesseract import TesseractRecogniser
from ocr_pipeline.types import Word
from tests.resources.scans import PARAGRAPHS, Pixels, letter


@pytest.fixture(scope="module")
def part() -> Pixels:
    sheet = letter(PARAGRAPHS[:1], dpi=150)
    return np.ascontiguousarray(sheet.image[340:640, :, 0])


@pytest.fixture(scope="module", params=["null", "tesseract"])
def engine(request: pytest.FixtureRequest) -> Recogniser:
    if request.param == "null":
        return NullRecogniser({0: "Thực hiện\nkế hoạch", 2: "kế hoạch"})
    return TesseractRecogniser()


@pytest.fixture(scope="module")
def found(engine: Recogniser, part: Pixels) -> list[list[Word]]:
    return engine.recognise(
        [part, np.full((40, 60), 255, np.uint8), part], languages="vie", layout=Layout.BLOCK
    )


def test_each_part_has_its_own_words(found: list[list[Word]]) -> None:
    assert [bool(words) for words in found] == [True, False, True]
    assert {"kế", "hoạch"} <= {word.text.lower().strip(",.") for word in found[0]}


def test_words_are_nfc_and_lie_within_their_part(found: list[list[Word]], part: Pixels) -> None:
    height, width = part.shape
    for word in found[0]:
        assert word.text.strip() == word.text == unicodedata.normalize("NFC", word.text) != ""
        assert 0 <= word.box.left < word.box.left + word.box.width <= width
        assert 0 <= word.box.top < word.box.top + word.box.height <= height
        assert 0.0 <= word.confidence <= 1.0


def test_lines_count_from_zero_in_each_part(found: list[list[Word]]) -> None:
    for words in (found[0], found[2]):
        lines = [word.line for word in words]
        assert lines == sorted(lines)
        assert set(lines) == set(range(lines[-1] + 1))


def test_no_parts_no_words(engine: Recogniser) -> None:
    assert engine.recognise([], languages="vie") == []


def test_an_unknown_language_is_told(engine: Recogniser, part: Pixels) -> None:
    with pytest.raises(LanguageMissing):
        engine.recognise([part], languages="xyz")


def test_it_tells_its_version(engine: Recogniser) -> None:
    assert engine.version


FAILING = {
    "crash": ("exit 3", EngineCrashed),
    "killed": ("kill -9 $$", EngineKilled),
    "bad utf-8": ("printf 'level\\n5\\t1\\t1\\t1\\t1\\t1\\t0\\t0\\t9\\t9\\t90\\t\\377\\n' > $2.tsv", EngineCrashed),
    "nothing written": ("exit 0", EngineCrashed),
    "no numbers": ("printf 'level\\n5\\tx\\t1\\t1\\t1\\t1\\t0\\t0\\t9\\t9\\t90\\tword\\n' > $2.tsv", EngineCrashed),
}  # fmt: skip


@pytest.mark.parametrize("name", FAILING)
def test_tesseract_that_fails_is_an_error_by_its_fate(
    name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, part: Pixels
) -> None:
    body, error = FAILING[name]
    program = tmp_path / "tesseract"
    program.write_text(f"#!/bin/sh\n{body}\n")
    program.chmod(program.stat().st_mode | stat.S_IXUSR)
    monkeypatch.setenv("PATH", f"{tmp_path}:/usr/bin:/bin")
    with pytest.raises(error) as caught:
        TesseractRecogniser().recognise([part], languages="vie")
    assert caught.value.retryable


def test_tesseract_that_is_not_installed_is_told(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, part: Pixels
) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(EngineMissing):
        TesseractRecogniser().recognise([part], languages="vie")
