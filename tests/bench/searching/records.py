"""Synthetic records: seeded, in Vietnamese syllables whose frequencies fall as in real text."""

import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from uuid import UUID

import numpy as np

HEADS = ("", "b", "c", "ch", "d", "đ", "g", "gi", "h", "k", "kh", "l", "m", "n", "ng", "nh", "ph", "qu", "r", "s", "t", "th", "tr", "v", "x")  # fmt: skip
RHYMES = ["a", "ai", "an", "ang", "anh", "ao", "ap", "at", "au", "ay", "ăc", "ăn", "ăng", "ăt", "âm", "ân", "âng", "ât", "âu", "ây", "e", "em", "en", "eo", "et", "ê", "êm", "ên", "êt", "êu", "i", "ia", "iêm", "iên", "iêng", "iêt", "iêu", "in", "inh", "it", "iu", "o", "oa", "oai", "oan", "oang", "oanh", "oi", "om", "on", "ong", "op", "ot", "ô", "ôc", "ôi", "ôm", "ôn", "ông", "ôp", "ôt", "ơ", "ơi", "ơm", "ơn", "ơp", "ơt", "u", "ua", "uân", "uât", "uê", "ui", "um", "un", "ung", "up", "ut", "uy", "uyên", "uyêt", "ư", "ưa", "ưc", "ưng", "ươc", "ươi", "ươm", "ươn", "ương", "ươt"]  # fmt: skip
TONES = ("", "\u0300", "\u0301", "\u0309", "\u0303", "\u0323")
COMMON = ["các", "của", "và", "về", "theo", "quyết", "định", "thủ", "tục", "hành", "chính", "ủy", "ban", "nhân", "dân", "xã", "huyện", "phòng", "công", "chức", "hồ", "sơ", "quy", "trình", "nội", "bộ", "giải", "quyết", "thực", "hiện", "năm", "số", "ngày", "tháng", "điều", "khoản", "cộng", "hòa", "hội", "chủ", "nghĩa", "việt", "nam", "độc", "lập", "tự", "do", "hạnh", "phúc", "kết", "quả", "tiêu", "chuẩn", "quốc", "gia", "tcvn", "iso", "9001", "2015", "chất", "lượng"]  # fmt: skip
KINDS = ("Quyết định", "Công văn", "Báo cáo", "Kế hoạch", "Thông báo", "Tờ trình", "Biên bản", "Giấy mời", "Hướng dẫn", "Chỉ thị")  # fmt: skip
NOTATIONS = ("QĐ-UBND", "UBND-VP", "BC-UBND", "KH-UBND", "TB-UBND", "TTr-UBND", "BB", "GM-UBND", "HD-PTP", "CT-UBND")  # fmt: skip
COMMUNES = (
    "Tú Sơn",
    "Đại Hợp",
    "Đoàn Xá",
    "Tân Phong",
    "Ngũ Đoan",
    "Du Lễ",
    "Kiến Quốc",
    "Thụy Hương",
)
AGENCIES = (*(f"UBND xã {name}" for name in COMMUNES), "Sở Nội vụ", "Văn phòng Chính phủ")
UNITS = 12
MEAN_WORDS, SPREAD = 150, 0.6
EPOCH = datetime(2015, 1, 1, tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Record:
    """One record, as plain values."""

    id: UUID
    text: str
    kind: int
    number: int
    issued_on: date
    agency: str
    subject: str
    signer: str
    unit: int  # 0 … UNITS - 1
    mode: str  # 01 open, 02 conditional, 03 secret
    created_at: datetime


def vocabulary(rng: np.random.Generator) -> list[str]:
    """Common words first, then syllables in a random order of rarity."""
    made = {
        unicodedata.normalize("NFC", head + rhyme[0] + tone + rhyme[1:])
        for head in HEADS
        for rhyme in RHYMES
        for tone in TONES
    }
    rare = sorted(made - set(COMMON))
    rng.shuffle(rare)
    return [*COMMON, *rare]


def records(count: int, seed: int = 1) -> Iterator[Record]:
    """The same records for the same seed; word number n is drawn about 1/n as often as the first."""
    rng = np.random.default_rng(seed)
    known = np.array(vocabulary(rng), dtype=object)
    weights = 1.0 / (np.arange(len(known)) + 3.0)
    heap = np.cumsum(weights / weights.sum())
    lengths = np.maximum(20, rng.lognormal(np.log(MEAN_WORDS), SPREAD, count)).astype(int)
    for n in range(count):
        words = known[np.searchsorted(heap, rng.random(int(lengths[n]) + 12))]
        kind, agency, signer = rng.integers(0, (len(KINDS), len(AGENCIES), 400))
        issued = EPOCH + timedelta(days=int(rng.integers(0, 365 * 10)))
        created = EPOCH + timedelta(minutes=50 * n)
        milliseconds = int(created.timestamp() * 1000)
        yield Record(
            id=UUID(int=milliseconds << 80 | 7 << 76 | n),
            text=" ".join(words[12:]),
            kind=int(kind),
            number=int(rng.integers(1, 3000)),
            issued_on=issued.date(),
            agency=AGENCIES[agency],
            subject=" ".join(words[:12]),
            signer=f"Nguyễn Văn {known[200 + signer]}",
            unit=int(rng.integers(0, UNITS)),
            mode=str(rng.choice(["01", "02", "03"], p=[0.3, 0.6, 0.1])),
            created_at=created,
        )
