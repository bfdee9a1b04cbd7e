"""Red stamps and red print are seen on the page image; seals, signatures and other red are not read."""

import math

import numpy as np
import pytest
from PIL import Image, ImageDraw, ImageFont

from ocr_pipeline import red_stamps
from ocr_pipeline.red_stamps import Image as Pixels
from ocr_pipeline.secrecy import secret_mark

DPI = 200
WIDTH, HEIGHT = 1654, 2339
RED = (200, 30, 40)
FONT = "DejaVuSerif-Bold.ttf"


def mm(length: float) -> int:
    return round(length / 25.4 * DPI)


def paper() -> Image.Image:
    """A page of black print on greyish paper."""
    page = Image.new("RGB", (WIDTH, HEIGHT), (240, 238, 230))
    pen, font = ImageDraw.Draw(page), ImageFont.truetype(FONT, 36)
    for number in range(12):
        pen.text((240, 700 + 60 * number), "Căn cứ Luật Bảo vệ bí mật nhà nước năm 2018;", fill=(40, 40, 40), font=font)  # fmt: skip
    return page


def stamp(text: str, *, width_mm: float, framed: bool = True, colour: tuple[int, int, int] = RED) -> Image.Image:  # fmt: skip
    """A stamp as cut by law: 8 mm high, 20 to 40 mm wide, letters in a frame."""
    mark = Image.new("RGBA", (mm(width_mm) + 8, mm(8) + 8), (0, 0, 0, 0))
    pen, font = ImageDraw.Draw(mark), ImageFont.truetype(FONT, mm(4.6))
    if framed:
        pen.rectangle((2, 2, mark.width - 3, mark.height - 3), outline=colour, width=3)
    pen.text((mark.width / 2, mark.height / 2), text, fill=colour, font=font, anchor="mm")
    return mark


def stamped(mark: Image.Image, *, turn_deg: float = 0, noise: float = 0) -> Pixels:
    page = paper()
    turned = mark.rotate(turn_deg, expand=True, resample=Image.Resampling.BICUBIC)
    page.paste(turned, (260, 420), turned)
    pixels = np.asarray(page, dtype=float)
    if noise:
        pixels = pixels + np.random.default_rng(7).normal(0, noise, pixels.shape)
    return pixels.clip(0, 255).astype(np.uint8)


def seal() -> Image.Image:
    """A round seal of 36 mm with letters along its edge and a star."""
    size = mm(36)
    mark = Image.new("RGBA", (size, size), (0, 0, 0, 0))
    pen, font = ImageDraw.Draw(mark), ImageFont.truetype(FONT, 26)
    pen.ellipse((3, 3, size - 4, size - 4), outline=RED, width=5)
    pen.ellipse((50, 50, size - 51, size - 51), outline=RED, width=3)
    for number, letter in enumerate("ỦY BAN NHÂN DÂN XÃ TÚ SƠN HUYỆN KIẾN THỤY "):
        angle = 2 * math.pi * number / 42
        spot = (size / 2 + (size / 2 - 27) * math.sin(angle), size / 2 - (size / 2 - 27) * math.cos(angle))  # fmt: skip
        pen.text(spot, letter, fill=RED, font=font, anchor="mm")
    pen.regular_polygon((size / 2, size / 2, 40), 5, fill=RED)
    return mark


@pytest.mark.parametrize(
    ("text", "width_mm", "framed", "turn_deg", "noise"),
    [
        ("MẬT", 20, True, 0, 0),
        ("MẬT", 20, True, -7, 12),
        ("MẬT", 20, False, 0, 0),
        ("MẬT", 20, False, 4, 12),
        ("TỐI MẬT", 30, True, 4, 12),
        ("TỐI MẬT", 30, False, -7, 0),
        ("TUYỆT MẬT", 40, True, 0, 0),
        ("TUYỆT MẬT", 40, False, 4, 12),
    ],
)
def test_a_red_mark(
    text: str, width_mm: float, framed: bool, turn_deg: float, noise: float
) -> None:
    mark = stamp(text, width_mm=width_mm, framed=framed)
    image = stamped(mark, turn_deg=turn_deg, noise=noise)
    assert secret_mark([], width_px=WIDTH, height_px=HEIGHT, image=image) == text


def test_a_faded_mark() -> None:
    image = stamped(stamp("TUYỆT MẬT", width_mm=40, colour=(215, 130, 130)))
    assert secret_mark([], width_px=WIDTH, height_px=HEIGHT, image=image) == "TUYỆT MẬT"


@pytest.mark.parametrize("text", ["HỎA TỐC", "THƯỢNG KHẨN", "ĐẾN"])
def test_other_red_stamps_are_no_secret(text: str) -> None:
    image = stamped(stamp(text, width_mm=40))
    assert secret_mark([], width_px=WIDTH, height_px=HEIGHT, image=image) is None


def test_a_mark_beside_a_seal() -> None:
    page = Image.fromarray(stamped(stamp("MẬT", width_mm=20)))
    page.paste(seal(), (1000, 1500), seal())
    assert secret_mark([], width_px=WIDTH, height_px=HEIGHT, image=np.asarray(page)) == "MẬT"


@pytest.mark.parametrize("turn_deg", [0, 33, 120])
def test_sealed_and_plain_pages_are_not_read(
    turn_deg: float, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(red_stamps, "read", lambda crops: pytest.fail("a seal was read"))
    for image in (np.asarray(paper()), stamped(seal(), turn_deg=turn_deg, noise=8)):
        assert secret_mark([], width_px=WIDTH, height_px=HEIGHT, image=image) is None


def test_grey_and_tiny_images_have_no_red() -> None:
    for shape in ((300, 200, 3), (1, 1, 3)):
        image = np.full(shape, 128, np.uint8)
        assert secret_mark([], width_px=shape[1], height_px=shape[0], image=image) is None
