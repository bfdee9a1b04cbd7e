"""Which text layers are believed."""

import pytest

from ocr_pipeline.embedded_text import Layer, plausible_share, strange_share, trusted
from ocr_pipeline.types import Box, Word
from tests.resources.scans import PARAGRAPHS

GOOD = " ".join(PARAGRAPHS)
ENGLISH = "The committee approved the annual report on records management, and it's filed under the agency's code."
TCVN3 = "Céng hßa x· héi chñ nghÜa ViÖt Nam §éc lËp - Tù do - H¹nh phóc QuyÕt ®Þnh vÒ viÖc ban hµnh quy chÕ"
VNI = "Coäng hoøa xaõ hoäi chuû nghóa Vieät Nam Ñoäc laäp - Töï do - Haïnh phuùc Quyeát ñònh veà vieäc ban haønh"
MOJIBAKE = GOOD.encode().decode("latin-1")
UNMAPPED = " ".join(f"(cid:{n})" for n in range(3, 60))
PRIVATE = "".join(chr(0xE000 + n) if n % 6 else " " for n in range(1, 200))


def layer(text: str, **facts: float) -> Layer:
    words = tuple(Word(word, Box(0, 0, 9, 9), 1.0, 0) for word in text.split())
    return Layer(
        words, **{"image_share": 0.0, "upright_share": 1.0, "old_font_share": 0.0, **facts}
    )


@pytest.mark.parametrize("text", [GOOD, ENGLISH, "TỔNG CỘNG 1.203 96,4 %", "Số: 05/QĐ-UBND"])
def test_real_text_is_believed(text: str) -> None:
    assert trusted(layer(text))


@pytest.mark.parametrize("text", [TCVN3, VNI, MOJIBAKE, UNMAPPED, PRIVATE, ""])
def test_broken_encodings_are_not(text: str) -> None:
    assert not trusted(layer(text))


@pytest.mark.parametrize(
    "facts", [{"image_share": 0.9}, {"upright_share": 0.2}, {"old_font_share": 0.5}]
)
def test_what_is_known_of_its_making_may_speak_against_it(facts: dict[str, float]) -> None:
    short = " ".join(GOOD.split()[:20])
    assert trusted(layer(short))
    assert not trusted(layer(short, **facts))


def test_print_over_a_background_picture_is_believed_when_it_is_the_page() -> None:
    assert trusted(layer(GOOD, image_share=1.0))


def test_shares_are_of_letters_and_words() -> None:
    assert strange_share("ab(cid:7)\ue001") == 0.5
    assert plausible_share("đúng §óng 123") == 0.5
    assert plausible_share("123 - 45") == 1.0
