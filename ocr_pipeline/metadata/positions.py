"""Positions of signers, and the surnames by which a person's name is known."""

import re

TITLES = (
    "TỔNG GIÁM ĐỐC", "PHÓ GIÁM ĐỐC", "GIÁM ĐỐC", "PHÓ CHỦ TỊCH", "CHỦ TỊCH", "PHÓ TRƯỞNG PHÒNG",
    "TRƯỞNG PHÒNG", "PHÓ TRƯỞNG BAN", "TRƯỞNG BAN", "PHÓ CỤC TRƯỞNG", "CỤC TRƯỞNG",
    "PHÓ VỤ TRƯỞNG", "VỤ TRƯỞNG", "BỘ TRƯỞNG", "THỨ TRƯỞNG", "PHÓ CHÁNH VĂN PHÒNG",
    "CHÁNH VĂN PHÒNG", "CHÁNH THANH TRA", "PHÓ CHÁNH THANH TRA", "CHÁNH ÁN", "PHÓ BÍ THƯ", "BÍ THƯ",
    "PHÓ VIỆN TRƯỞNG", "VIỆN TRƯỞNG", "PHÓ HIỆU TRƯỞNG", "HIỆU TRƯỞNG", "CHỈ HUY TRƯỞNG",
    "TỔNG CỤC TRƯỞNG", "CHI CỤC TRƯỞNG", "ĐỘI TRƯỞNG", "TRẠM TRƯỞNG", "HẠT TRƯỞNG", "TỔ TRƯỞNG",
    "THỦ TƯỚNG", "CHỦ NHIỆM", "CHỦ TỌA", "THƯ KÝ", "KẾ TOÁN TRƯỞNG", "ỦY VIÊN", "THẨM PHÁN",
    "TRƯỞNG CÔNG AN", "TRƯỞNG TRẠM", "TRƯỞNG ĐOÀN", "TƯ LỆNH", "CHÍNH ỦY", "TRƯỞNG THÔN",
    "THƯỜNG TRỰC", "PHỤ TRÁCH", "ĐẠI DIỆN", "NGƯỜI",
)  # fmt: skip
POSITION = re.compile(
    r"\b(?:CHU TICH|GIAM DOC|TRUONG|CHANH|CHI HUY|BI THU|KIEM TOAN|THU TUONG|CHU TOA|THU KY|UY VIEN"
    r"|THAM PHAN|CHU NHIEM|CONG CHUC|THUONG TRUC|TU LENH|CHINH UY|KE TOAN|PHU TRACH|THANH TRA)\b"
)
SURNAMES = frozenset({
    "NGUYEN", "TRAN", "LE", "PHAM", "HOANG", "HUYNH", "PHAN", "VU", "VO", "DANG", "BUI", "DO",
    "HO", "NGO", "DUONG", "LY", "DAO", "DOAN", "VUONG", "TRINH", "DINH", "LAM", "PHUNG", "MAI",
    "TO", "TRUONG", "HA", "TA", "CAO", "LUONG", "LUU", "CHU", "CHAU", "QUACH", "THAI", "TANG",
    "KIEU", "DAM", "NGHIEM", "VAN", "LA", "BACH", "TONG", "TRIEU", "HUA", "UNG", "MAC", "KHUONG",
    "QUAN", "DIEP", "TIEU", "THACH", "SON", "DANH", "KIM", "LAI", "NONG", "MA", "GIANG", "GIAP",
    "NINH", "CU", "LO", "QUANG", "HAU", "BE", "SAM", "PHI", "VI", "LUC", "CAN", "AN", "TU",
})  # fmt: skip
