"""What is read off the layouts of Annex I and III: a table of records and what they say of themselves."""

from collections.abc import Mapping, Sequence
from itertools import zip_longest
from pathlib import Path
from typing import Any

import pytest

from ocr_pipeline.metadata import describe_pages
from tests.page_layouts import Columns, reading

MOTTO = ("CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM", "Độc lập - Tự do - Hạnh phúc")
BODY = (
    "Căn cứ Nghị định số 30/2020/NĐ-CP ngày 05 tháng 3 năm 2020 của Chính phủ về văn thư;",
    "Theo đề nghị của Trưởng phòng Nội vụ tại Tờ trình số 45/TTr-PNV ngày 12 tháng 02 năm 2021.",
    "Các cơ quan, đơn vị căn cứ chức năng, nhiệm vụ được giao tổ chức thực hiện nghiêm túc kế hoạch.",
)
TO = ("Nơi nhận:", "- Như Điều 3;", "- Sở Nội vụ;", "- Lưu: VT, NV.")


def head(*left: str, issued: str = "", motto: Sequence[str] = MOTTO) -> Columns:
    """Agencies, number (and V/v) at the left; motto, place and date at the right."""
    lines = list(left)
    number = next(at for at, line in enumerate(lines) if line.startswith(("Số", "Sô")))
    lines[number:number] = [""] * (len(motto) - number)
    number = max(number, len(motto))
    right = [*motto, *[""] * (number - len(motto)), issued]
    return list(zip_longest(lines, right, fillvalue=""))


def foot(*titles: str, name: str, to: Sequence[str] = TO) -> Columns:
    return list(zip_longest(to, [*titles, "", "", name], fillvalue=""))


def described(*pages: Mapping[str, Any]) -> dict[str, str]:
    found = describe_pages(None, {"pages": list(pages)}, Path())["suggestions"]
    assert len({one["name"] for one in found}) == len(found)
    return {one["name"]: one["value"] for one in found if one["confidence"] >= 0.5}


RECORDS: Mapping[str, tuple[dict[str, Any], dict[str, str]]] = {
    "quyết định": (
        {
            "head": head("ỦY BAN NHÂN DÂN", "TỈNH HẢI DƯƠNG", "Số: 1276/QĐ-UBND", issued="Hải Dương, ngày 05 tháng 5 năm 2022"),
            "middle": ["QUYẾT ĐỊNH", "Về việc phê duyệt kết quả rà soát thủ tục hành chính", "thuộc phạm vi quản lý của tỉnh", "", "ỦY BAN NHÂN DÂN TỈNH HẢI DƯƠNG"],
            "foot": foot("TM. ỦY BAN NHÂN DÂN", "KT. CHỦ TỊCH", "PHÓ CHỦ TỊCH", name="Lưu Văn Bản"),
        },
        {"type_name": "Quyết định", "code_number": "1276", "code_notation": "QĐ-UBND", "issued_on": "2022-05-05", "organ_name": "ỦY BAN NHÂN DÂN TỈNH HẢI DƯƠNG", "subject": "phê duyệt kết quả rà soát thủ tục hành chính thuộc phạm vi quản lý của tỉnh", "place": "Hải Dương", "signing_capacity": "KT.", "signer_position": "PHÓ CHỦ TỊCH", "signer_name": "Lưu Văn Bản"},
    ),
    "nghị quyết": (
        {
            "head": head("HỘI ĐỒNG NHÂN DÂN", "THÀNH PHỐ HÀ NỘI", "Số: 08/2019/NQ-HĐND", issued="Hà Nội, ngày 04 tháng 12 năm 2019"),
            "middle": ["NGHỊ QUYẾT", "Về việc thông qua một số quy định về phí, lệ phí", "HỘI ĐỒNG NHÂN DÂN THÀNH PHỐ HÀ NỘI"],
            "foot": foot("CHỦ TỊCH", name="Nguyễn Thị Bích Ngọc"),
        },
        {"type_name": "Nghị quyết", "code_number": "08", "code_notation": "2019/NQ-HĐND", "issued_on": "2019-12-04", "organ_name": "HỘI ĐỒNG NHÂN DÂN THÀNH PHỐ HÀ NỘI", "subject": "thông qua một số quy định về phí, lệ phí", "place": "Hà Nội", "signer_position": "CHỦ TỊCH", "signer_name": "Nguyễn Thị Bích Ngọc"},
    ),
    "công văn": (
        {
            "head": head("ỦY BAN NHÂN DÂN THÀNH PHỐ", "SỞ TƯ PHÁP", "Số: 05/STP-VP", "V/v nâng bậc lương", "năm 2019", issued="Hải Phòng, ngày 05 tháng 01 năm 2020"),
            "middle": ["Kính gửi: Ủy ban nhân dân các quận, huyện"],
            "foot": foot("TL. GIÁM ĐỐC", "CHÁNH VĂN PHÒNG", name="Vũ Đăng Minh"),
        },
        {"type_name": "Công văn", "code_number": "05", "code_notation": "STP-VP", "issued_on": "2020-01-05", "organ_name": "SỞ TƯ PHÁP", "subject": "nâng bậc lương năm 2019", "place": "Hải Phòng", "signing_capacity": "TL.", "signer_position": "CHÁNH VĂN PHÒNG", "signer_name": "Vũ Đăng Minh"},
    ),
    "thông báo": (
        {
            "head": head("ỦY BAN NHÂN DÂN HUYỆN", "KIẾN THỤY", "PHÒNG TƯ PHÁP", "Số: 325/TB-PTP", issued="Kiến Thụy, ngày 03 tháng 5 năm 2016"),
            "middle": ["THÔNG BÁO", "Kết luận của Trưởng phòng tại cuộc họp giao ban"],
            "foot": foot("KT. TRƯỞNG PHÒNG", "PHÓ TRƯỞNG PHÒNG", name="Ngô Quang Dũng"),
        },
        {"type_name": "Thông báo", "code_number": "325", "code_notation": "TB-PTP", "issued_on": "2016-05-03", "organ_name": "PHÒNG TƯ PHÁP", "subject": "Kết luận của Trưởng phòng tại cuộc họp giao ban", "place": "Kiến Thụy", "signing_capacity": "KT.", "signer_position": "PHÓ TRƯỞNG PHÒNG", "signer_name": "Ngô Quang Dũng"},
    ),
    "tờ trình": (
        {
            "head": head("UBND TỈNH BẮC NINH", "SỞ LAO ĐỘNG - THƯƠNG BINH", "VÀ XÃ HỘI", "Số: 112/TTr-SLĐTBXH", issued="Bắc Ninh, ngày 17 tháng 11 năm 2021"),
            "middle": ["TỜ TRÌNH", "Về việc ban hành chính sách hỗ trợ người lao động", "", "Kính gửi: Ủy ban nhân dân tỉnh Bắc Ninh"],
            "foot": foot("Q. GIÁM ĐỐC", name="Đỗ Thị Thu Hà"),
        },
        {"type_name": "Tờ trình", "code_number": "112", "code_notation": "TTr-SLĐTBXH", "issued_on": "2021-11-17", "organ_name": "SỞ LAO ĐỘNG - THƯƠNG BINH VÀ XÃ HỘI", "subject": "ban hành chính sách hỗ trợ người lao động", "place": "Bắc Ninh", "signing_capacity": "Q.", "signer_position": "GIÁM ĐỐC", "signer_name": "Đỗ Thị Thu Hà"},
    ),
    "biên bản": (
        {
            "head": head("UBND HUYỆN KIẾN THỤY", "PHÒNG NỘI VỤ", "Số: 07/BB-PNV"),
            "middle": ["BIÊN BẢN", "Họp xét nâng bậc lương trước thời hạn", "", "Thời gian bắt đầu: 8 giờ 00 phút, ngày 12 tháng 4 năm 2023"],
            "foot": foot("CHỦ TỌA", name="Bùi Văn Hòa", to=("THƯ KÝ", "", "", "Phạm Thu Trang")),
        },
        {"type_name": "Biên bản", "code_number": "07", "code_notation": "BB-PNV", "organ_name": "PHÒNG NỘI VỤ", "subject": "Họp xét nâng bậc lương trước thời hạn", "signer_position": "CHỦ TỌA", "signer_name": "Bùi Văn Hòa"},
    ),
    "giấy mời": (
        {
            "head": head("ỦY BAN NHÂN DÂN QUẬN 12", "BAN QUẢN LÝ DỰ ÁN", "ĐẦU TƯ XÂY DỰNG", "Số: 91/GM-BQLDA", "HỎA TỐC", issued="Thành phố Hồ Chí Minh, ngày 29 tháng 6 năm 2019"),
            "middle": ["GIẤY MỜI", "Họp thẩm định hồ sơ thiết kế"],
            "foot": foot("KT. GIÁM ĐỐC", "PHÓ GIÁM ĐỐC", name="Huỳnh Ngọc Ánh"),
        },
        {"type_name": "Giấy mời", "code_number": "91", "code_notation": "GM-BQLDA", "issued_on": "2019-06-29", "organ_name": "BAN QUẢN LÝ DỰ ÁN ĐẦU TƯ XÂY DỰNG", "subject": "Họp thẩm định hồ sơ thiết kế", "place": "Thành phố Hồ Chí Minh", "signing_capacity": "KT.", "signer_position": "PHÓ GIÁM ĐỐC", "signer_name": "Huỳnh Ngọc Ánh"},
    ),
    "báo cáo by order of": (
        {
            "head": head("UBND HUYỆN KIẾN THỤY", "VĂN PHÒNG", "HỘI ĐỒNG NHÂN DÂN VÀ", "ỦY BAN NHÂN DÂN", "Số: 15/BC-VP", issued="Kiến Thụy, ngày 30 tháng 9 năm 2021"),
            "middle": ["BÁO CÁO", "Kết quả công tác văn thư, lưu trữ 9 tháng đầu năm 2021"],
            "foot": foot("TUQ. CHỦ TỊCH", "CHÁNH VĂN PHÒNG", name="Đoàn Thị Mai Anh"),
        },
        {"type_name": "Báo cáo", "code_number": "15", "code_notation": "BC-VP", "issued_on": "2021-09-30", "organ_name": "VĂN PHÒNG HỘI ĐỒNG NHÂN DÂN VÀ ỦY BAN NHÂN DÂN", "subject": "Kết quả công tác văn thư, lưu trữ 9 tháng đầu năm 2021", "place": "Kiến Thụy", "signing_capacity": "TUQ.", "signer_position": "CHÁNH VĂN PHÒNG", "signer_name": "Đoàn Thị Mai Anh"},
    ),
    "of the Party": (
        {
            "head": head("THÀNH ỦY HẢI PHÒNG", "HUYỆN ỦY KIẾN THỤY", "Số 36-HD/HU", issued="Kiến Thụy, ngày 03 tháng 4 năm 2018", motto=("ĐẢNG CỘNG SẢN VIỆT NAM",)),
            "middle": ["HƯỚNG DẪN", "Thể thức và kỹ thuật trình bày văn bản của Đảng"],
            "foot": foot("T/M BAN THƯỜNG VỤ", "PHÓ BÍ THƯ", name="Trần Quốc Vượng"),
        },
        {"type_name": "Hướng dẫn", "code_number": "36", "code_notation": "HD/HU", "issued_on": "2018-04-03", "organ_name": "HUYỆN ỦY KIẾN THỤY", "subject": "Thể thức và kỹ thuật trình bày văn bản của Đảng", "place": "Kiến Thụy", "signing_capacity": "TM.", "signer_position": "PHÓ BÍ THƯ", "signer_name": "Trần Quốc Vượng"},
    ),
    "number and day left open": (
        {
            "head": head("ỦY BAN NHÂN DÂN HUYỆN", "KIẾN THỤY", "ỦY BAN NHÂN DÂN XÃ TÚ", "SƠN", "Số:        /QĐ-UBND", issued="Tú Sơn, ngày      tháng 3 năm 2024"),
            "middle": ["QUYẾT ĐỊNH", "Về việc thành lập Tổ công nghệ số cộng đồng"],
            "foot": foot("CHỦ TỊCH", name="Ngô Minh Đức"),
        },
        {"type_name": "Quyết định", "code_notation": "QĐ-UBND", "organ_name": "ỦY BAN NHÂN DÂN XÃ TÚ SƠN", "subject": "thành lập Tổ công nghệ số cộng đồng", "signer_position": "CHỦ TỊCH", "signer_name": "Ngô Minh Đức"},
    ),
    "accents and letters misread": (
        {
            "head": head("UY BAN NHÂN DÂN HUYỆN", "KIÊN THỤY", "PHÒNG TƯ PHÁP", "Sô: 44/KH-PTP", issued="Kiến Thụy, ngay 03 thảng 5 nẵm 2016", motto=("CỌNG HÒA XÃ HỌI CHỦ NGHĨA VIET NAM", "Đọc lập - Tự do - Hạnh phức")),
            "middle": ["KẺ HOACH", "Kiểm tra công tác văn thư"],
            "foot": foot("KT. TRƯƠNG PHÒNG", "PHÓ TRƯỜNG PHONG", name="~ Ngô Quang Dũng -", to=("Noi nhân:", "- Như trên;")),
        },
        {"type_name": "Kế hoạch", "code_number": "44", "code_notation": "KH-PTP", "issued_on": "2016-05-03", "organ_name": "PHÒNG TƯ PHÁP", "subject": "Kiểm tra công tác văn thư", "place": "Kiến Thụy", "signing_capacity": "KT.", "signer_position": "PHÓ TRƯỞNG PHÒNG", "signer_name": "Ngô Quang Dũng"},
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", RECORDS)
@pytest.mark.parametrize("confidence", [1.0, 0.9])
def test_a_record_describes_itself(name: str, confidence: float) -> None:
    lines, expected = RECORDS[name]
    found = described(reading(body=BODY, confidence=confidence, **lines))
    assert found == {**expected, "language": "Tiếng Việt"}


def test_the_signature_stands_on_a_later_page_before_an_annex() -> None:
    lines, expected = RECORDS["tờ trình"]
    pages = [
        reading(head=lines["head"], middle=lines["middle"], body=BODY * 6),
        reading(head=(), body=BODY, foot=lines["foot"], number=2),
        reading(
            head=(),
            middle=["Phụ lục", "DANH MỤC CHỈ TIÊU"],
            body=BODY * 3,
            number=3,
            foot=[("", "KẾ TOÁN TRƯỞNG"), ("", ""), ("", "Trần Văn Bình")],
        ),
    ]
    found = describe_pages(None, {"pages": pages}, Path())["suggestions"]
    by_name = {one["name"]: one for one in found}
    assert {name: by_name[name]["value"] for name in expected} == expected
    assert by_name["signer_name"]["page"] == 2
    assert by_name["code_number"]["page"] == 1


def test_a_name_that_a_page_break_moved_overleaf() -> None:
    lines, _ = RECORDS["thông báo"]
    first = reading(head=lines["head"], middle=lines["middle"], body=BODY * 9, foot=lines["foot"][:3])  # fmt: skip
    second = reading(head=[("", "Ngô Quang Dũng")], number=2)
    assert described(first, second)["signer_name"] == "Ngô Quang Dũng"


def test_a_deputy_whose_title_lost_a_word_under_the_seal() -> None:
    lines, _ = RECORDS["thông báo"]
    for title in ("TRƯƠNG PHÒNG", "PHO TRƯỞNG PHÒNG", "0 PHÓ TRƯỞNG PHÒNG"):
        page = reading(body=BODY, **{**lines, "foot": foot("KT. TRƯỞNG PHÒNG", title, name="Ngô Quang Dũng")})  # fmt: skip
        assert described(page)["signer_position"] == "PHÓ TRƯỞNG PHÒNG"


def test_columns_read_as_one_line() -> None:
    organ = "BAN CHẤP HÀNH ĐOÀN THANH NIÊN THÀNH PHỐ HẢI PHÒNG"
    lines, _ = RECORDS["thông báo"]
    page = reading(body=BODY, **{**lines, "head": head(organ, "Số: 325/TB-ĐTN", issued="Hải Phòng, ngày 03 tháng 5 năm 2016")})  # fmt: skip
    for word in page["words"]:  # left and right column of a row stand on one line
        word["line"] = word["box"]["top"]
    found = described(page)
    assert found["organ_name"] == organ
    assert found["code_notation"] == "TB-ĐTN"
    assert found["place"] == "Hải Phòng"


@pytest.mark.parametrize(
    ("organ", "expected"),
    [
        (("HỘI ĐỒNG NHÂN DÂN", "THANH PHO HÀ NỘI"), "HỘI ĐỒNG NHÂN DÂN THÀNH PHỐ HÀ NỘI"),
        (("SỞ KÊ HOẠCH VÀ ĐẤU TƯ",), "SỞ KẾ HOẠCH VÀ ĐẦU TƯ"),
        (("UỶ BAN NHÂN DÂN XÃ",), "UỶ BAN NHÂN DÂN XÃ"),
        (("ỦY BAN NHÂN DÂNXÃ TÂN TIẾN",), "ỦY BAN NHÂN DÂN XÃ TÂN TIẾN"),
        (("PHÒNG TƯ PHÁP", "HUYỆN KIÊN THUY"), "PHÒNG TƯ PHÁP HUYỆN KIẾN THỤY"),
    ],
)
def test_misread_accents_of_agencies_are_set_right(organ: tuple[str, ...], expected: str) -> None:
    issued = "Kiến Thụy, ngày 03 tháng 5 năm 2016"
    page = reading(head=head(*organ, "Số: 1/KH-X", issued=issued), middle=["KẾ HOẠCH"], body=BODY)
    assert described(page)["organ_name"] == expected


def test_a_name_without_surname_is_shown_and_not_filled_in() -> None:
    lines, _ = RECORDS["thông báo"]
    page = reading(body=BODY, **{**lines, "foot": foot("CHỦ TỊCH", name="Bích Ngọc")})
    found = describe_pages(None, {"pages": [page]}, Path())["suggestions"]
    (name,) = (one for one in found if one["name"] == "signer_name")
    assert name["value"] == "Bích Ngọc"
    assert name["confidence"] < 0.5


def test_a_subject_with_a_hole_is_shown_and_not_filled_in() -> None:
    lines, _ = RECORDS["thông báo"]
    page = reading(body=BODY, **lines)
    page["words"] = [word for word in page["words"] if word["text"] not in ("Trưởng", "phòng", "tại")]  # fmt: skip
    assert "subject" not in described(page)


def test_boxes_are_those_of_the_words() -> None:
    lines, _ = RECORDS["công văn"]
    page = reading(body=BODY, **lines)
    boxes = {tuple(word["box"].values()): word["text"] for word in page["words"]}
    for one in describe_pages(None, {"pages": [page]}, Path())["suggestions"]:
        said = [boxes[tuple(box)] for box in one["boxes"]]
        if one["name"] == "place":
            assert said == ["Hải", "Phòng,"]
        if one["name"] == "subject":
            assert said == ["V/v", "nâng", "bậc", "lương", "năm", "2019"]
        if one["name"] == "signer_name":
            assert said == ["Vũ", "Đăng", "Minh"]


def test_text_without_positions() -> None:
    text = "\n".join(
        [
            "ỦY BAN NHÂN DÂN XÃ TÚ SƠN", "CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM",
            "Độc lập - Tự do - Hạnh phúc", "Số: 12/KH-UBND", "Tú Sơn, ngày 05 tháng 3 năm 2020",
            "KẾ HOẠCH", "Chuyển đổi số năm 2020", *BODY, "Nơi nhận:", "- Lưu: VT.",
            "TM. ỦY BAN NHÂN DÂN", "CHỦ TỊCH", "Bùi Minh Sơn",
        ]
    )  # fmt: skip
    page = {
        "number": 1,
        "text": text,
        "words": [],
        "source": "office",
        "width_px": 0,
        "height_px": 0,
    }
    assert described(page) == {
        "type_name": "Kế hoạch", "code_number": "12", "code_notation": "KH-UBND",
        "issued_on": "2020-03-05", "organ_name": "ỦY BAN NHÂN DÂN XÃ TÚ SƠN",
        "subject": "Chuyển đổi số năm 2020", "place": "Tú Sơn", "signing_capacity": "TM.",
        "signer_position": "CHỦ TỊCH", "signer_name": "Bùi Minh Sơn", "language": "Tiếng Việt",
    }  # fmt: skip
