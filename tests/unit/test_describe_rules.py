"""The rules behind the suggestions, and what is never suggested."""

from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ocr_pipeline.letters import distance, is_near
from ocr_pipeline.metadata import describe_pages
from ocr_pipeline.metadata.kinds import KINDS, kind_in_notation, kind_of
from ocr_pipeline.types import PageReading, Source
from tests.page_layouts import reading

MOTTO = ("CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM", "Độc lập - Tự do - Hạnh phúc")


def suggested(
    *, number: str = "Số: 12/KH-UBND", issued: str = "", kind: str = "KẾ HOẠCH", confidence: float = 0.93
) -> dict[str, dict[str, Any]]:  # fmt: skip
    """What a page with such a head gives."""
    head = [("UBND HUYỆN KIẾN THỤY", MOTTO[0]), ("PHÒNG NỘI VỤ", MOTTO[1]), (number, issued)]
    page = reading(head=head, middle=[kind, "Chuyển đổi số"], body=["x " * 40] * 6, confidence=confidence)  # fmt: skip
    found = describe_pages(None, {"pages": [page]}, Path())["suggestions"]
    return {one["name"]: one for one in found}


@pytest.mark.parametrize(
    ("issued", "expected"),
    [
        ("Hà Nội, ngày 05 tháng 3 năm 2020", "2020-03-05"),
        ("Hà Nội, ngày 5 tháng 03 năm 2020", "2020-03-05"),
        ("Hà Nội, ngày05 tháng3 năm2020", "2020-03-05"),
        ("Hà Nội, ngay 05 thang 3 nam 2020", "2020-03-05"),
        ("Hà Nội, ngày 05 thảng 3 năm 2020.", "2020-03-05"),
        ("Hà Nội, ngày 29 tháng 02 năm 2020", "2020-02-29"),
        ("Hà Nội, ngày 29 tháng 02 năm 2021", None),
        ("Hà Nội, ngày 31 tháng 4 năm 2020", None),
        ("Hà Nội, ngày 05 tháng 13 năm 2020", None),
        ("Hà Nội, ngày      tháng 3 năm 2020", None),
        ("Hà Nội, ngày 05 tháng     năm 2020", None),
        ("Hà Nội, ngày 05 tháng 3 năm 20", None),
        ("Hà Nội, ngày 05 tháng 3 năm 202", None),
        ("Hà Nội, ngày 05 tháng 3 năm 20200", None),
        ("Hà Nội, ngày 05 tháng 3 năm 1820", None),
        ("Hà Nội, ngày O5 tháng 3 năm 2020", None),
        ("Hà Nội, ngày ... tháng ... năm 2020", None),
        ("Hà Nội, tháng 3 năm 2020", None),
        ("Hà Nội, 05/3/2020", None),
        ("Luật ngày 05 tháng 3 năm 2020 của Quốc hội", None),
        ("Căn cứ Luật ngày 05 tháng 3 năm 2020", None),
        ("", None),
    ],
)
def test_a_date_is_complete_and_plausible_or_not_suggested(
    issued: str, expected: str | None
) -> None:
    found = suggested(issued=issued)
    assert found.get("issued_on", {}).get("value") == expected
    if expected is None:
        assert "place" not in found
    else:
        assert found["place"]["value"] == "Hà Nội"


@settings(deadline=None)
@given(day=st.dates(), dropped=st.integers(0, 5))
def test_a_date_with_a_part_missing_is_never_made_up(day: Any, dropped: int) -> None:
    parts = ["ngày", f"{day.day:02}", "tháng", f"{day.month:02}", "năm", f"{day.year:04}"]
    whole = suggested(issued=" ".join(["Huế,", *parts])).get("issued_on", {}).get("value")
    assert whole == (day.isoformat() if 1945 <= day.year <= 2099 else None)
    del parts[dropped]
    assert "issued_on" not in suggested(issued=" ".join(["Huế,", *parts]))


@pytest.mark.parametrize(
    ("line", "number", "notation"),
    [
        ("Số: 1335/HD-PTP", "1335", "HD-PTP"),
        ("Số:1335/HD-PTP", "1335", "HD-PTP"),
        ("Số: 05 / BNV-VP", None, "BNV-VP"),
        ("Số: 12a/QĐ-UBND", "12a", "QĐ-UBND"),
        ("Số: 30/2020/NĐ-CP", "30", "2020/NĐ-CP"),
        ("Số: 12/QD-UBND", "12", "QĐ-UBND"),
        ("Số: 12/QÐ-HÐND", "12", "QĐ-HĐND"),
        ("S6: 12/CTr-UBND", "12", "CTr-UBND"),
        ("Số: 12/QĐĐ-HĐDND", "12", "QĐ-HĐND"),
        ("Sô 36-HD/HU", "36", "HD/HU"),
        ("Số: 445/TB-CAH-QLHC", "445", "TB-CAH-QLHC"),
        ("Số:      /QĐ-UBND", None, "QĐ-UBND"),
        ("Số: ....../QĐ-UBND", None, "QĐ-UBND"),
        ("Số: 4Á5/QĐ-UBND", None, "QĐ-UBND"),
        ("Số: Z21/BC-UBND", None, "BC-UBND"),
        ("Số: 25 //BC-UBND", None, "BC-UBND"),
        ("Số: 00123", None, None),
        ("Số điện thoại: 0225", None, None),
    ],
)
def test_number_and_notation(line: str, number: str | None, notation: str | None) -> None:
    found = {name: one["value"] for name, one in suggested(number=line, kind="x").items() if one["confidence"] >= 0.5}  # fmt: skip
    assert found.get("code_number") == number
    assert found.get("code_notation") == notation


def test_a_faint_number_is_not_trusted() -> None:
    assert suggested(confidence=0.4)["code_number"]["confidence"] < 0.5


def test_a_notation_that_fits_the_kind_is_trusted_though_faint() -> None:
    found = suggested(confidence=0.4)
    assert found["code_notation"]["confidence"] >= 0.5


@pytest.mark.parametrize("kind", KINDS)
def test_every_kind_is_known_by_its_headline(kind: str) -> None:
    assert kind_of(kind.upper()) == (kind, 1.0)
    assert kind_of(" ".join(kind.upper().replace(" ", ""))) == (kind, 1.0)


@pytest.mark.parametrize(
    ("heading", "kind"),
    [
        ("QUYÉT ĐỊNH", "Quyết định"),
        ("QUYETĐỊNH", "Quyết định"),
        ("QUYT ĐỊNH", None),
        ("THÔNG BẢO", "Thông báo"),
        ("KẺ HOẠCI", "Kế hoạch"),
        ("HƯỚNG DẤN", "Hướng dẫn"),
        ("PHẦN MỞ ĐẦU", None),
        ("ĐIỀU LỆ", None),
        ("NƯỚC", None),
    ],
)
def test_a_misread_kind_is_repaired(heading: str, kind: str | None) -> None:
    found = kind_of(heading)
    assert (found[0] if found else None) == kind


@pytest.mark.parametrize(
    ("notation", "kind"),
    [("QĐ-UBND", "Quyết định"), ("2020/NĐ-CP", "Nghị định"), ("UBND-TC", None), ("STP-HCTP", None)],
)
def test_the_kind_that_a_notation_tells(notation: str, kind: str | None) -> None:
    assert kind_in_notation(notation) == kind


def test_papers_of_another_layout_give_nothing_to_trust() -> None:
    body = [
        "Khách hàng Nguyễn Văn An mua ngày 05/3/2020 tổng tiền 1.250.000 đồng",
        "Căn cứ Quyết định số 12/QĐ-UBND ngày 05 tháng 3 năm 2020 của Ủy ban nhân dân huyện",
        "Cảm ơn quý khách đã mua hàng và xin vui lòng không đổi trả",
    ]
    page = reading(head=(), middle=["HÓA ĐƠN BÁN HÀNG", "Số: 00123"], body=body)
    found = describe_pages(None, {"pages": [page]}, Path())["suggestions"]
    assert {one["name"] for one in found if one["confidence"] >= 0.5} == {"language"}


@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("Căn cứ Luật Tổ chức chính quyền địa phương ngày 19 tháng 6 năm 2015 của Quốc hội về nhà nước", "Tiếng Việt"),
        ("This agreement is made by and between the parties and is to be governed by the laws of the place", "Tiếng Anh"),
        ("Le présent accord est conclu entre les parties et sera régi par les lois du pays où il est signé", None),
        ("123 456", None),
    ],
)  # fmt: skip
def test_language(text: str, language: str | None) -> None:
    page = {"number": 1, "text": text, "words": [], "width_px": 0, "height_px": 0}
    found = describe_pages(None, {"pages": [page]}, Path())["suggestions"]
    assert next((one["value"] for one in found if one["name"] == "language"), None) == language


def test_no_pages_and_empty_pages() -> None:
    for pages in ([], [{"number": 1, "text": "", "words": [], "width_px": 0, "height_px": 0}]):
        assert describe_pages(None, {"pages": pages}, Path()) == {"suggestions": []}


words = st.lists(
    st.fixed_dictionaries(
        {
            "text": st.text(min_size=1, max_size=12) | st.sampled_from(["Số:", "/", "ngày", "CỘNG", "HÒA", "Nơi", "nhận:", "KT."]),
            "box": st.fixed_dictionaries({name: st.integers(0, 2000) for name in ("left", "top", "width", "height")}),
            "confidence": st.floats(0, 1),
            "line": st.integers(0, 9),
        }
    ),
    max_size=25,
)  # fmt: skip


@settings(deadline=None)
@given(words)
def test_no_page_upsets_it(words: list[dict[str, Any]]) -> None:
    page = {**reading(head=()), "words": words}
    for one in describe_pages(None, {"pages": [page]}, Path())["suggestions"]:
        assert one["value"]
        assert 0.0 <= one["confidence"] <= 1.0


@settings(deadline=None)
@given(st.text(alphabet="ABC", max_size=6), st.text(alphabet="ABC", max_size=6))
def test_distance_is_a_distance(one: str, other: str) -> None:
    assert distance(one, other) == distance(other, one) >= abs(len(one) - len(other))
    assert (distance(one, other) == 0) == (one == other)
    assert is_near(one, other) <= (distance(one, other) <= 1)


@pytest.mark.parametrize("line", ["Số tờ/Số trang", "Số: …/Số lượng"])
def test_the_first_letter_of_a_word_is_no_notation(line: str) -> None:
    assert "code_notation" not in suggested(number=line)


def test_capitals_that_ran_together_are_no_agency() -> None:
    text = (
        "SỔ ĐĂNG KÝ VĂN BẢN ĐI\nII. MẪU BÌ VĂN BẢN\nTÊN CƠ QUAN, TỔ CHỨC\n"
        "CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM\nĐộc lập - Tự do - Hạnh phúc\nNội dung"
    )
    page = PageReading(1, text, (), 1.0, Source.WRITTEN, "none", "", 0, 0, readings=0)
    found = describe_pages(None, {"pages": [page.to_json()]}, Path())["suggestions"]
    sure = {one["name"]: one["confidence"] for one in found}
    assert sure.get("organ_name", 0.0) < 0.5
