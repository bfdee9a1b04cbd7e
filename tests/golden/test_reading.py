"""Pages through the whole reading, with the real recogniser: few, because each costs a second."""

import io
import unicodedata
from pathlib import Path

import numpy as np
import pikepdf
import pytest
from PIL import Image

from ocr_pipeline.engines.null import NullRecogniser
from ocr_pipeline.engines.tesseract import TesseractRecogniser
from ocr_pipeline.pipeline import read_image, read_pages
from ocr_pipeline.types import Box, PageReading, Source
from tests.bench.ocr import word_f1
from tests.resources import scans

DPI = 150


def read(image: scans.Pixels, dpi: int = DPI) -> PageReading:
    return read_image(image, dpi, 1, languages="vie", engine=TesseractRecogniser())


@pytest.fixture(scope="module")
def sheet() -> scans.Sheet:
    return scans.letter(scans.PARAGRAPHS[:3])


@pytest.fixture(scope="module")
def hard(sheet: scans.Sheet) -> tuple[scans.Sheet, PageReading]:
    """Skewed, stamped, written on, shaded, upside down; and how it was read."""
    skewed = sheet.skewed(1.6)
    damages = (
        scans.seal(0.5, 0.4),
        scans.pen_note(),
        scans.shade(0.4),
        scans.noise(6),
        scans.jpeg(60),
    )
    return skewed, read(skewed.damaged(*damages, scans.turned(180)))


def test_a_hard_page_is_read_whole_in_one_run(hard: tuple[scans.Sheet, PageReading]) -> None:
    sheet, reading = hard
    assert word_f1(reading.text, " ".join(sheet.words)) > 0.97
    assert reading.readings == 1
    assert reading.turn_deg == 180
    assert reading.source is Source.OCR
    assert reading.text == unicodedata.normalize("NFC", reading.text)
    assert 0.9 < reading.confidence <= 1.0


def test_words_stand_where_they_were_written(hard: tuple[scans.Sheet, PageReading]) -> None:
    sheet, reading = hard
    found: dict[str, list[Box]] = {}
    for word in reading.words:
        found.setdefault(word.text, []).append(word.box)
    long = [
        (text, box) for text, box in zip(sheet.words, sheet.boxes, strict=True) if len(text) >= 4
    ]
    overlaps = [
        max((iou(box, other) for other in found.get(text, ())), default=0.0) for text, box in long
    ]
    assert np.mean([overlap > 0.5 for overlap in overlaps]) > 0.9


def iou(a: Box, b: Box) -> float:
    across = min(a.left + a.width, b.left + b.width) - max(a.left, b.left)
    down = min(a.top + a.height, b.top + b.height) - max(a.top, b.top)
    both = max(across, 0) * max(down, 0)
    return both / (a.width * a.height + b.width * b.height - both)


def test_a_table_under_poor_light_is_read_to_its_narrow_columns() -> None:
    table = scans.table(rows=12)
    reading = read(table.damaged(scans.shade(0.4), scans.noise(6)))
    assert word_f1(reading.text, " ".join(table.words)) > 0.95
    assert len({str(number) for number in range(1, 12)} & set(reading.text.split())) >= 9


def test_a_blank_page_runs_no_recogniser() -> None:
    paper = scans.noise(6)(np.full((1754, 1240, 3), 235, np.uint8), np.random.default_rng(1))
    engine = NullRecogniser({0: "never read"})
    reading = read_image(paper, DPI, 1, languages="vie", engine=engine)
    assert (reading.source, reading.text, reading.readings) == (Source.BLANK, "", 0)


def test_a_doubtful_page_is_read_once_more_and_no_oftener(sheet: scans.Sheet) -> None:
    reading = read_image(sheet.image, DPI, 1, languages="vie", engine=NullRecogniser())
    assert reading.readings == 2


def arguments(numbers: list[int]) -> dict[str, object]:
    return {"kind": "pdf", "media_type": "application/pdf", "numbers": numbers, "languages": "vie"}


def layered(
    path: Path, text: str, *, scan: scans.Pixels | None = None, mode: int = 0, map_: bool = True
) -> Path:
    """A PDF page with text in a simple font, over a scan or not; `map_` tells what the codes mean."""
    codes = {
        sign: code for code, sign in enumerate(dict.fromkeys(text.replace("\n", "")), start=33)
    }
    with pikepdf.new() as document:
        page = document.add_blank_page(page_size=(595, 842))
        font = pikepdf.Dictionary(
            Type=pikepdf.Name.Font, Subtype=pikepdf.Name.TrueType, BaseFont=pikepdf.Name("/Body"),
            FirstChar=33, LastChar=255, Widths=pikepdf.Array([500] * 223), Encoding=pikepdf.Name.WinAnsiEncoding,
        )  # fmt: skip
        if map_:
            pairs = "".join(f"<{code:02x}> <{ord(sign):04x}>\n" for sign, code in codes.items())
            table = f"begincmap 1 begincodespacerange <00> <ff> endcodespacerange {len(codes)} beginbfchar\n{pairs}endbfchar endcmap"
            font.ToUnicode = document.make_stream(table.encode())
        resources = pikepdf.Dictionary(Font=pikepdf.Dictionary(F=document.make_indirect(font)))
        content = b""
        if scan is not None:
            data = io.BytesIO()
            Image.fromarray(scan).save(data, "JPEG", quality=85)
            image = document.make_stream(
                data.getvalue(), Type=pikepdf.Name.XObject, Subtype=pikepdf.Name.Image, Width=scan.shape[1],
                Height=scan.shape[0], BitsPerComponent=8, ColorSpace=pikepdf.Name.DeviceRGB, Filter=pikepdf.Name.DCTDecode,
            )  # fmt: skip
            resources.XObject = pikepdf.Dictionary(Scan=image)
            content = b"q 595 0 0 842 0 0 cm /Scan Do Q "
        for n, line in enumerate(text.splitlines()):
            shown = bytes(codes[sign] for sign in line).hex()
            content += f"BT /F 11 Tf {mode} Tr 50 {780 - 16 * n} Td <{shown}> Tj ET ".encode()
        page.obj.Resources = resources
        page.obj.Contents = document.make_stream(content)
        document.save(path)
    return path


BODY = "\n".join(
    " ".join(text.split()[k : k + 12]) for text in scans.PARAGRAPHS for k in range(0, 36, 12)
)


def test_a_true_text_layer_is_taken_with_its_words_in_lines(tmp_path: Path) -> None:
    page = read_pages(layered(tmp_path / "a.pdf", BODY), arguments([1]), tmp_path)["pages"][0]
    assert page["source"] == "text_layer"
    assert page["text"] == unicodedata.normalize("NFC", BODY)
    first = page["words"][0]["box"]
    assert first["left"] == pytest.approx(50 / 72 * 200, abs=3)
    assert first["top"] == pytest.approx((842 - 780 - 11) / 72 * 200, abs=15)


@pytest.mark.parametrize(
    ("name", "text", "mode"),
    [
        ("a stray stamp over the scan", "Quét bởi máy số 3\nTrang 1", 0),
        ("another tool's invisible layer", BODY, 3),
    ],
)
def test_text_over_a_scan_that_is_not_the_page_is_not_taken(
    tmp_path: Path, sheet: scans.Sheet, name: str, text: str, mode: int
) -> None:
    path = layered(tmp_path / "a.pdf", text, scan=sheet.image, mode=mode)
    page = read_pages(path, arguments([1]), tmp_path)["pages"][0]
    assert page["source"] == "ocr"
    assert word_f1(page["text"], " ".join(sheet.words)) > 0.9
