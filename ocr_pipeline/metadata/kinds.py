"""Kinds of administrative documents and the abbreviations that stand for them in a notation.

Source: Decree 30/2020/NĐ-CP, article 7 and annex III, part I; Law 80/2015/QH13, article 4.
"""

import re
from collections.abc import Mapping

from ocr_pipeline.letters import distance, letters, plain

OFFICIAL_LETTER = "Công văn"
KINDS: Mapping[str, str] = {
    "Nghị quyết": "NQ", "Quyết định": "QĐ", "Chỉ thị": "CT", "Quy chế": "QC", "Quy định": "QyĐ",
    "Thông cáo": "TC", "Thông báo": "TB", "Hướng dẫn": "HD", "Chương trình": "CTr",
    "Kế hoạch": "KH", "Phương án": "PA", "Đề án": "ĐA", "Dự án": "DA", "Báo cáo": "BC",
    "Biên bản": "BB", "Tờ trình": "TTr", "Hợp đồng": "HĐ", "Công điện": "CĐ",
    "Bản ghi nhớ": "BGN", "Bản thỏa thuận": "BTT", "Giấy ủy quyền": "GUQ", "Giấy mời": "GM",
    "Giấy giới thiệu": "GGT", "Giấy nghỉ phép": "GNP", "Phiếu gửi": "PG", "Phiếu chuyển": "PC",
    "Phiếu báo": "PB", "Thư công": "",
    "Bản sao y": "SY", "Bản trích sao": "TrS", "Bản sao lục": "SL",
    "Hiến pháp": "", "Luật": "", "Pháp lệnh": "PL", "Lệnh": "L", "Nghị định": "NĐ",
    "Thông tư liên tịch": "TTLT", "Thông tư": "TT",
    "Kết luận": "KL", "Quy trình": "QT", "Giấy chứng nhận": "GCN", "Giấy phép": "GP",
    "Giấy xác nhận": "GXN", "Phiếu trình": "PTr", "Công bố": "CB",
}  # fmt: skip
LETTERS = {letters(kind): kind for kind in KINDS}
ABBREVIATIONS = {plain(short): kind for kind, short in KINDS.items() if short}
YEAR = re.compile(r"^\d{4}/")
LETTERS_PER_ERROR = 6
SHORTEST_MISREAD = 7  # letters; a shorter heading must agree exactly


def kind_of(heading: str) -> tuple[str, float] | None:
    """The kind that a heading in capitals names, and how sure that is."""
    found = letters(heading)
    if found in LETTERS:
        return LETTERS[found], 1.0
    if len(found) < SHORTEST_MISREAD:
        return None
    nearest = sorted((distance(found, known), known) for known in LETTERS)
    off, near = nearest[0]
    if off > max(1, len(near) // LETTERS_PER_ERROR) or nearest[1][0] == off:
        return None  # too far, or as near to another
    return LETTERS[near], 0.85 if off == 1 else 0.7


def kind_before(heading: str) -> tuple[str, str] | None:
    """The kind with which a longer heading begins ("BÁO CÁO kết quả …"), and what follows it."""
    words = heading.split()
    for count in (4, 3, 2):
        found = LETTERS.get(letters(" ".join(words[:count]))) if len(words) > count else None
        if found and " ".join(words[:count]).isupper():
            return found, " ".join(words[count:])
    return None


def kind_in_notation(notation: str) -> str | None:
    """The kind that a notation abbreviates: QĐ-UBND is a Quyết định."""
    first = re.split(r"[-/]", YEAR.sub("", plain(notation)))[0]
    return ABBREVIATIONS.get(first)
