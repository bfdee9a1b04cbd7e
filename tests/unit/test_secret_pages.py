"""A mark of secrecy is found on every kind of page that is read."""

from pathlib import Path

import numpy as np
import pikepdf
import pytest
from pikepdf import Array, Dictionary, Name, Pdf, Stream
from PIL import Image, ImageDraw, ImageFont

from ocr_pipeline.pipeline import read_pages

PROSE = "The committee met on Monday to discuss the plan and its budget for the coming year."


def text_layer(path: Path) -> None:
    pdf = Pdf.new()
    font = Dictionary(Type=Name.Font, Subtype=Name.Type1, BaseFont=Name.Helvetica, Encoding=Name.WinAnsiEncoding)  # fmt: skip
    lines = [(90, 760, "TOI MAT"), *((72, 700 - 20 * n, PROSE) for n in range(8))]
    content = "".join(f"BT /F 12 Tf {x} {y} Td ({text}) Tj ET\n" for x, y, text in lines)
    page = Dictionary(Type=Name.Page, MediaBox=Array([0, 0, 595, 842]), Resources=Dictionary(Font=Dictionary(F=font)), Contents=Stream(pdf, content.encode()))  # fmt: skip
    pdf.pages.append(pikepdf.Page(pdf.make_indirect(page)))
    pdf.save(path)


def red_on_white(path: Path) -> None:
    page = Image.new("RGB", (1240, 1754), "white")
    pen = ImageDraw.Draw(page)
    pen.rectangle((200, 200, 436, 262), outline=(200, 30, 40), width=3)
    pen.text((318, 231), "TỐI MẬT", fill=(200, 30, 40), anchor="mm", font=ImageFont.truetype("DejaVuSerif-Bold.ttf", 36))  # fmt: skip
    page.save(path, "PNG")


def plain(path: Path) -> None:
    path.write_text(f"Số: 12/KH-UBND\nTỐI MẬT\n\n{PROSE}\n")


@pytest.mark.parametrize(
    ("kind", "media_type", "write", "source"),
    [
        ("pdf", "application/pdf", text_layer, "text_layer"),
        ("image", "image/png", red_on_white, "blank"),
        ("text", "text/plain", plain, "written"),
    ],
)
def test_marked(kind: str, media_type: str, write: object, source: str, tmp_path: Path) -> None:
    assert callable(write)
    write(tmp_path / "original")
    how = {"kind": kind, "media_type": media_type, "numbers": [1], "languages": "vie"}
    (page,) = read_pages(tmp_path / "original", how, tmp_path)["pages"]
    assert (page["source"], page["secret_mark"]) == (source, "TỐI MẬT")


def test_an_empty_page_is_no_secret(tmp_path: Path) -> None:
    Image.fromarray(np.full((900, 700, 3), 255, np.uint8)).save(tmp_path / "original", "PNG")
    how = {"kind": "image", "media_type": "image/png", "numbers": [1], "languages": "vie"}
    (page,) = read_pages(tmp_path / "original", how, tmp_path)["pages"]
    assert page["secret_mark"] is None
