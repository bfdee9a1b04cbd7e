"""What is a mark of secrecy among words and lines, and what only speaks of secrecy."""

from dataclasses import replace

import pytest

from ocr_pipeline.secrecy import secret_mark, secret_mark_in_text, with_mark
from ocr_pipeline.types import Box, PageReading, Source, Word

WIDTH, HEIGHT = 1240, 1754
LETTER = 16  # width of a letter in the tables below
PROSE = "Căn cứ Luật Bảo vệ bí mật nhà nước số 29/2018/QH14;"


def page(*lines: tuple[int, int, str], confidence: float = 0.9) -> list[Word]:
    """Words of lines given as (left, top, text); lines at the same height are one line."""
    words = []
    tops = sorted({top for _, top, _ in lines})
    for left, top, text in sorted(lines, key=lambda line: (line[1], line[0])):
        x = left
        for part in text.split():
            box = Box(x, top, LETTER * len(part), 24)
            words.append(Word(part, box, confidence, tops.index(top)))
            x += LETTER * (len(part) + 1)
    return words


HEAD = (
    (120, 100, "ỦY BAN NHÂN DÂN"),
    (680, 100, "CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM"),
    (160, 140, "XÃ TÚ SƠN"),
    (200, 200, "Số: 12/KH-UBND"),
    (700, 200, "Tú Sơn, ngày 05 tháng 3 năm 2020"),
)


@pytest.mark.parametrize(
    ("lines", "expected"),
    [
        ([(220, 250, "MẬT")], "MẬT"),
        ([(220, 250, "TỐI MẬT")], "TỐI MẬT"),
        ([(220, 250, "TUYỆT MẬT")], "TUYỆT MẬT"),
        ([(220, 250, "| MẬT |")], "MẬT"),
        ([(220, 250, "[TUYỆT MẬT]")], "TUYỆT MẬT"),
        ([(220, 250, "M Ậ T")], "MẬT"),
        ([(220, 250, "MẶT")], "MẬT"),
        ([(220, 250, "MÂT")], "MẬT"),
        ([(220, 250, "TOI MAT")], "TỐI MẬT"),
        ([(220, 250, "|TUYẾT MẬT|")], "TUYỆT MẬT"),
        ([(220, 250, "MẬT"), (700, 250, "Độc lập - Tự do - Hạnh phúc")], "MẬT"),
        ([(220, 250, "TUYỆT"), (220, 285, "MẬT")], "TUYỆT MẬT"),
        ([(220, 250, "TUYỆT")], "TUYỆT MẬT"),
        ([(220, 250, "|TUYỆT M")], "TUYỆT MẬT"),
        ([(220, 250, "TUYỆT ĐỐI")], None),
        ([(500, 1600, "TỐI MẬT")], "TỐI MẬT"),
        ([(220, 250, PROSE)], None),
        ([(500, 300, "QUY CHẾ BẢO MẬT")], None),
        ([(500, 300, "QUY CHẾ BẢO VỆ BÍ MẬT NHÀ NƯỚC")], None),
        ([(220, 250, "Mật")], None),
        ([(220, 250, "bảo mật")], None),
        ([(220, 250, "mật")], None),
        ([(420, 300, "QUY CHẾ CÔNG TÁC BẢO"), (560, 335, "MẬT")], None),
        ([(420, 300, "DANH MỤC BÍ"), (460, 335, "MẬT NHÀ NƯỚC")], None),
        ([(460, 300, "MẬT"), (420, 335, "KHẨU DÙNG CHUNG")], None),
        ([(220, 1200, "MAT")], None),
        ([(220, 900, "Độ mật"), (500, 900, "TUYỆT MẬT"), (800, 900, "TỐI MẬT")], None),
    ],
)
def test_mark_on_a_page(lines: list[tuple[int, int, str]], expected: str | None) -> None:
    words = page(*HEAD, *lines)
    assert secret_mark(words, width_px=WIDTH, height_px=HEIGHT, image=None) == expected


def test_a_text_layer_is_taken_at_its_word() -> None:
    words = page(*HEAD, (220, 250, "MẶT"), confidence=1.0)
    assert secret_mark(words, width_px=WIDTH, height_px=HEIGHT, image=None) is None


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("ỦY BAN NHÂN DÂN XÃ TÚ SƠN\nSố: 12/KH-UBND\nMẬT\n\nKẾ HOẠCH", "MẬT"),
        ("TUYỆT MẬT\nKẾ HOẠCH", "TUYỆT MẬT"),
        ("KẾ HOẠCH\n  TỐI MẬT  \n", "TỐI MẬT"),
        ("TOI MAT\nKE HOACH", "TỐI MẬT"),
        ("MAT\nKE HOACH", None),
        ("QUY CHẾ BẢO\nMẬT\nĐiều 1", None),
        ("QUY CHẾ BẢO MẬT", None),
        (PROSE, None),
        ("\n".join(["Điều khoản"] * 40 + ["MẬT"]), None),
        ("", None),
    ],
)
def test_mark_in_plain_text(text: str, expected: str | None) -> None:
    assert secret_mark_in_text(text) == expected


def test_a_reading_of_any_source_takes_its_mark() -> None:
    words = tuple(page(*HEAD, (220, 250, "TỐI MẬT"), confidence=1.0))
    by_words = PageReading(1, "", words, 1.0, Source.TEXT_LAYER, "", "", WIDTH, HEIGHT)
    by_text = PageReading(1, "Số: 12/KH\nMẬT\n", (), 1.0, Source.WRITTEN, "", "", 0, 0)
    plain = PageReading(1, PROSE, (), 1.0, Source.WRITTEN, "", "", 0, 0)
    stamped = replace(plain, secret_mark="TUYỆT MẬT")
    marks = [with_mark(one).secret_mark for one in (by_words, by_text, plain, stamped)]
    assert marks == ["TỐI MẬT", "MẬT", None, "TUYỆT MẬT"]
