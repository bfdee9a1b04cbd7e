"""The encodings in which Vietnamese offices wrote before Unicode: TCVN3 (ABC fonts), VNI, windows-1258.

Source: TCVN 5712:1993 (VN3); the table of VNI for Windows; Microsoft code page 1258.
"""

import re
import unicodedata
from collections.abc import Callable, Mapping

_TCVN3_FROM_A1 = "ĂÂÊÔƠƯĐăâêôơưđ"
_TCVN3_REST = (
    "B5à B6ả B7ã B8á B9ạ BBằ BCẳ BDẵ BEắ C6ặ C7ầ C8ẩ C9ẫ CAấ CBậ CCè CEẻ CFẽ D0é D1ẹ D2ề D3ể D4ễ D5ế "
    "D6ệ D7ì D8ỉ DCĩ DDí DEị DFò E1ỏ E2õ E3ó E4ọ E5ồ E6ổ E7ỗ E8ố E9ộ EAờ EBở ECỡ EDớ EEợ EFù F1ủ F2ũ "
    "F3ú F4ụ F5ừ F6ử F7ữ F8ứ F9ự FAỳ FBỷ FCỹ FDý FEỵ"
)
TCVN3: Mapping[int, str] = {
    **{0xA1 + at: char for at, char in enumerate(_TCVN3_FROM_A1)},
    **{int(item[:2], 16): item[2:] for item in _TCVN3_REST.split()},
}

GRAVE, ACUTE, HOOK, TILDE, DOT, ROOF, BOWL, HORN = map(chr, (0x300, 0x301, 0x309, 0x303, 0x323, 0x302, 0x306, 0x31B))  # fmt: skip
VNI_MARKS: Mapping[str, str] = {
    "ù": ACUTE, "ø": GRAVE, "û": HOOK, "õ": TILDE, "ï": DOT,
    "â": ROOF, "á": ROOF + ACUTE, "à": ROOF + GRAVE, "å": ROOF + HOOK, "ã": ROOF + TILDE, "ä": ROOF + DOT,
    "ê": BOWL, "é": BOWL + ACUTE, "è": BOWL + GRAVE, "ú": BOWL + HOOK, "ü": BOWL + TILDE, "ë": BOWL + DOT,
}  # fmt: skip
VNI_ALONE: Mapping[str, str] = {
    "ñ": "đ", "ô": "ơ", "ö": "ư", "í": "í", "ì": "ì", "æ": "ỉ", "ó": "ĩ", "ò": "ị", "î": "ỵ",
}  # fmt: skip
_VNI_PAIR = re.compile(f"([aeouyôö])([{''.join(VNI_MARKS)}])", re.IGNORECASE)

_ONSET = "(?:b|ch|c|d|đ|gh|gi|g|h|kh|k|l|m|ngh|ng|nh|n|ph|p|qu|q|r|s|th|tr|t|v|x)?"
_NUCLEUS = "(?:iê|yê|uyê|uya|uâ|uô|ươ|ưa|ưu|ua|ia|ya|oa|oă|oe|uê|uy|uơ|[aăâeêioôơuưy])"
_CODA = "(?:ch|c|m|ng|nh|n|p|t|i|y|o|u)?"
SYLLABLE = re.compile(f"{_ONSET}{_NUCLEUS}{_CODA}")
_TONES = dict.fromkeys(map(ord, (GRAVE, ACUTE, HOOK, TILDE, DOT)))
_WORD = re.compile(r"[^\W\d_]+")
ENOUGH_WORDS = 3
SURE = 0.9  # share of the accented words that are Vietnamese syllables


def decode_tcvn3(data: bytes) -> str:
    """Bytes of TCVN3 as text. Raises: UnicodeDecodeError."""
    unknown = {byte for byte in data if byte >= 0x80} - set(TCVN3) - {0xA0}  # noqa: PLR2004  # below stands ASCII
    if unknown:
        raise UnicodeDecodeError("tcvn3", data, 0, 1, f"no letter for {sorted(unknown)}")
    return data.decode("latin-1").translate(TCVN3)


def decode_vni(data: bytes) -> str:
    """Bytes of VNI as text: a letter, then a letter that stands for its marks."""
    parts = []
    end = 0
    text = data.decode("latin-1")
    for found in _VNI_PAIR.finditer(text):
        base, mark = found.groups()
        parts += [alone(text[end : found.start()]), alone(base) + VNI_MARKS[mark.lower()]]
        end = found.end()
    parts.append(alone(text[end:]))
    return unicodedata.normalize("NFC", "".join(parts))


def alone(text: str) -> str:
    """Letters of VNI that take no second one."""
    return "".join(
        VNI_ALONE[char] if char in VNI_ALONE
        else VNI_ALONE[char.lower()].upper() if char.lower() in VNI_ALONE
        else char
        for char in text
    )  # fmt: skip


def decode_1258(data: bytes) -> str:
    """Bytes of windows-1258, whose tones are marks of their own. Raises: UnicodeDecodeError."""
    return unicodedata.normalize("NFC", data.decode("cp1258"))


DECODERS: Mapping[str, Callable[[bytes], str]] = {
    "windows-1258": decode_1258, "tcvn3": decode_tcvn3, "vni": decode_vni,
}  # fmt: skip


def likeness(text: str) -> float:
    """The share of accented words that could be Vietnamese, 0.0-1.0; 0.0 when there are too few to tell."""
    words = [word for word in _WORD.findall(text) if not word.isascii()]
    if len(words) < ENOUGH_WORDS:
        return 0.0
    return sum(map(is_syllable, words)) / len(words)


def is_syllable(word: str) -> bool:
    """Whether a word is built as Vietnamese syllables are."""
    spread = unicodedata.normalize("NFD", word.lower())
    bare = unicodedata.normalize("NFC", spread.translate(_TONES))
    return SYLLABLE.fullmatch(bare) is not None


def decode(data: bytes) -> tuple[str, str] | None:
    """The text and the encoding that make the best Vietnamese, or None when none is sure."""
    candidates = []
    for name, decoder in DECODERS.items():
        try:
            text = decoder(data)
        except UnicodeDecodeError:
            continue
        candidates.append((likeness(text), text, name))
    best = max(candidates, default=(0.0, "", ""))
    return (best[1], best[2]) if best[0] >= SURE else None
