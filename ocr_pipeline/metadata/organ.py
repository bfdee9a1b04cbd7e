"""Tên cơ quan ban hành: the issuing agency, beneath the agency over it.

Source: Decree 30/2020/NĐ-CP, annex I, part I, II.2.
"""

import re
from collections.abc import Sequence

from ocr_pipeline.letters import is_capitals, plain, spelt
from ocr_pipeline.metadata.layout import Layout
from ocr_pipeline.metadata.runs import Run, Token

# How names of agencies begin; a line that begins so starts a new name.
BEGINNINGS = (
    "UY BAN", "UBND", "HOI DONG", "HDND", "SO", "PHONG", "BAN", "CUC", "TONG CUC", "VU", "CHI CUC",
    "TRUNG TAM", "TRUONG", "VAN PHONG", "DANG BO", "DANG UY", "HUYEN UY", "TINH UY", "QUAN UY",
    "THANH UY", "THI UY", "CHI BO", "THANH TRA", "CONG AN", "TOA AN", "TAND", "VIEN", "VKSND",
    "NGAN HANG", "TONG CONG TY", "TAP DOAN", "CONG TY", "BO", "TRAM", "CHI NHANH", "HOI",
    "LIEN DOAN", "DOAN", "TINH DOAN", "HUYEN DOAN", "QUY", "KHO BAC", "BAO HIEM", "HOC VIEN",
    "DAI HOC", "BENH VIEN", "LIEN MINH", "UBMTTQ", "MAT TRAN", "CHINH PHU", "QUOC HOI",
    "THU TUONG", "CHU TICH", "CONG DOAN", "HAT", "DOI", "XI NGHIEP", "THU VIEN", "BAO TANG",
    "KIEM TOAN", "THONG TAN", "DAI", "BCH", "BTV", "DANG", "TONG LIEN DOAN", "HIEP HOI",
    "DAN QUAN", "BCHQS", "BAN CHI HUY", "QUAN KHU", "BO TU LENH", "NHA XUAT BAN", "CHI HOI",
)  # fmt: skip
WHOLE = {"CHINH PHU", "QUOC HOI", "THU TUONG CHINH PHU", "HUYEN UY", "TINH UY", "THANH UY"}
UNFINISHED = re.compile(
    r"(?:[,&–-]|\b(?:VA|CUA|VE|CHO|CAC|UY|BAN QUAN LY|BAN CHI DAO|MOI|XA|NHA|THI|CAN|DAN)"
    r"|^VAN PHONG|^TRUNG TAM|^BAN QUAN LY|^CHI CUC|^TRUONG|^CHU TICH|^GIAM DOC|^THU TUONG)$"
)
NOT_A_NAME = re.compile(r"^(?:CONG VAN DEN|DEN|SAO Y|SAO LUC|TRICH SAO|MAT|TOI MAT|TUYET MAT|HOA TOC|KHAN|THUONG KHAN)\b")  # fmt: skip
# Words of agencies' names that have one spelling, by which misread accents are set right.
PHRASES = (
    "ỦY BAN NHÂN DÂN", "HỘI ĐỒNG NHÂN DÂN", "ĐẢNG ỦY", "HUYỆN ỦY", "TỈNH ỦY", "THÀNH ỦY",
    "VĂN PHÒNG", "THÀNH PHỐ", "CHÍNH PHỦ", "CHỦ TỊCH", "NỘI VỤ", "TƯ PHÁP", "GIÁO DỤC VÀ ĐÀO TẠO",
    "TÀI CHÍNH", "TÀI NGUYÊN VÀ MÔI TRƯỜNG", "XÂY DỰNG", "NÔNG NGHIỆP", "CÔNG THƯƠNG",
    "GIAO THÔNG VẬN TẢI", "LAO ĐỘNG", "THƯƠNG BINH", "XÃ HỘI", "Y TẾ", "KẾ HOẠCH", "ĐẦU TƯ",
    "KHOA HỌC VÀ CÔNG NGHỆ", "THÔNG TIN VÀ TRUYỀN THÔNG", "NGOẠI VỤ", "DÂN TỘC", "THANH TRA",
    "TRUNG TÂM", "QUẢN LÝ", "DỰ ÁN", "KINH TẾ", "HẠ TẦNG", "LƯU TRỮ", "VĂN THƯ", "TIỂU HỌC",
    "TRUNG HỌC CƠ SỞ", "TRUNG HỌC PHỔ THÔNG", "MẦM NON", "HẢI QUAN", "KIỂM LÂM", "BẢO HIỂM",
    "KHO BẠC", "NHÀ NƯỚC", "DU LỊCH", "PHÁT TRIỂN", "NÔNG THÔN",
)  # fmt: skip
FEWEST_LETTERS = 3
DOUBTFUL = 0.35  # a mean confidence below this is a scribble or a seal


def organ_lines(layout: Layout, *, above: float) -> list[Run]:
    """Lines in capitals in the left column, above a level."""
    lines = [
        run
        for run in layout.runs
        if run.level < above
        and (layout.flows or run.middle < layout.divide.left)
        and is_capitals(run.text)
        and sum(c.isalpha() for c in run.text) >= FEWEST_LETTERS
        and run.confidence >= DOUBTFUL
        and not NOT_A_NAME.match(run.plain)
    ]
    if layout.flows:
        lines = [run for run in lines if not is_motto(run)]
    return lines


def is_motto(run: Run) -> bool:
    """Whether a line is of the national motto."""
    return run.plain.startswith(("CONG HOA XA HOI", "DOC LAP", "DANG CONG SAN", "VIET NAM"))


def agencies(lines: Sequence[Run]) -> list[list[Run]]:
    """Lines grouped into names, a new one where a line begins as names do."""
    groups: list[list[Run]] = []
    for line in lines:
        if groups and not begins(line, after=groups[-1][-1]):
            groups[-1].append(line)
        else:
            groups.append([line])
    return groups


def begins(line: Run, *, after: Run) -> bool:
    """Whether a line is the start of a name and not the rest of the one above it."""
    words = line.plain.split()
    if UNFINISHED.search(after.plain) and after.plain not in WHOLE:
        return False
    if line.plain in WHOLE:
        return True
    return len(words) > 1 and f"{line.plain} ".startswith(tuple(f"{b} " for b in BEGINNINGS))


def name_of(group: Sequence[Run]) -> tuple[str, tuple[Token, ...]]:
    """A name's words and hyphens, without specks."""
    tokens = [token for run in group for token in run.tokens if is_of_name(token)]
    name = spelt(" ".join(token.text for token in tokens).strip(" -–_.,:;|"), PHRASES)
    return name, tuple(tokens)


def is_of_name(token: Token) -> bool:
    """Whether a word is more than a speck."""
    return any(map(str.isalnum, token.text)) or token.text in {"-", "–", "&"}


def spelt_like(name: str, place: str) -> str:
    """The name with its last words accented as the place of issue is, where only accents differ."""
    own, wanted = name.split(), place.upper().split()
    tail = own[len(own) - len(wanted) :]
    if wanted and len(own) > len(wanted) and plain(" ".join(tail)) == plain(" ".join(wanted)):
        return " ".join(own[: len(own) - len(wanted)] + wanted)
    return name
