"""Text of office and plain files, in the pages that inspection counts."""

import io
import unicodedata
import zipfile
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ocr_pipeline import office, plain_text
from ocr_pipeline.inspection import inspection
from ocr_pipeline.limits import Limits
from ocr_pipeline.office_sheets import EPOCH_1900, column, day
from ocr_pipeline.refusals import TooManyPages
from ocr_pipeline.text_pages import LINE_CHARS, PAGE_CHARS, paginate
from ocr_pipeline.vietnamese_encodings import TCVN3, VNI_ALONE, VNI_MARKS, likeness
from tests.resources.hostile_parts import docx, odt, xlsx

LETTER = "Ủy ban nhân dân phường Thuỵ Khuê quyết định phê duyệt kế hoạch sử dụng đất năm 2020"


def pages(path: Path, content: bytes, limits: Limits | None = None) -> list[str]:
    """The pages of a file, which are as many as inspection counts."""
    path.write_bytes(content)
    limits = limits or Limits()
    kind = office.media_type(path) if zipfile.is_zipfile(path) else None
    if kind is None:
        found = plain_text.pages_of(path, limits=limits)
    else:
        found = office.pages_of(path, kind, limits=limits)
    inspected = inspection(path, limits)
    assert inspected.problem is None
    assert [page.number for page in inspected.pages] == list(range(1, len(found) + 1))
    return found


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "file"


def paragraph(*texts: str) -> str:
    return "<w:p>" + "".join(f"<w:r><w:t>{text}</w:t></w:r>" for text in texts) + "</w:p>"


def table(*rows: tuple[str, ...]) -> str:
    cells = ("".join(f"<w:tc>{cell}</w:tc>" for cell in row) for row in rows)
    return "<w:tbl>" + "".join(f"<w:tr>{row}</w:tr>" for row in cells) + "</w:tbl>"


def test_docx_paragraphs_and_tables(path: Path) -> None:
    body = paragraph("Kính ", "gửi") + table(
        (paragraph("STT"), paragraph("Tên")), (paragraph("1"), paragraph("Đất"))
    )
    assert pages(path, docx(body)) == ["Kính gửi\nSTT\tTên\n1\tĐất"]


def test_docx_layout_table_reads_cell_by_cell(path: Path) -> None:
    left = paragraph("CHÍNH PHỦ") + paragraph("Số: 30/2020/NĐ-CP")
    right = paragraph("CỘNG HÒA") + paragraph("Độc lập")
    assert pages(path, docx(table((left, right)))) == [
        "CHÍNH PHỦ\nSố: 30/2020/NĐ-CP\nCỘNG HÒA\nĐộc lập"
    ]


def test_docx_breaks_tabs_and_what_is_not_text(path: Path) -> None:
    body = (
        '<w:p><w:r><w:t>một</w:t><w:tab/><w:t>hai</w:t><w:br/><w:t>ba</w:t><w:br w:type="page"/>'
        "<w:t>bốn</w:t><w:instrText>PAGE</w:instrText></w:r>"
        "<w:del><w:r><w:delText>xóa</w:delText></w:r></w:del></w:p>"
        "<w:p><w:r><w:AlternateContent><w:Choice><w:p><w:r><w:t>khung</w:t></w:r></w:p></w:Choice>"
        "<w:Fallback><w:p><w:r><w:t>khung</w:t></w:r></w:p></w:Fallback></w:AlternateContent></w:r></w:p>"
    )
    assert pages(path, docx(body)) == ["một\thai\nba", "bốn\nkhung"]


def test_docx_headers_and_notes_once(path: Path) -> None:
    def part(text: str) -> str:
        return f'<w:x xmlns:w="w">{paragraph(text)}{paragraph("12")}</w:x>'

    parts = {"word/header1.xml": part("TỜ TRÌNH"), "word/header2.xml": part("TỜ TRÌNH"), "word/footnotes.xml": part("Chú thích")}  # fmt: skip
    assert pages(path, docx(paragraph("Nội dung"), parts=parts)) == [
        "TỜ TRÌNH\nNội dung\nChú thích"
    ]


def test_xlsx_sheets(path: Path) -> None:
    rows = (
        '<row><c r="A1" t="s"><v>0</v></c><c r="C1" t="inlineStr"><is><t>ở đây</t></is></c></row>'
        '<row><c r="A2"><v>12.5</v></c><c r="B2" t="b"><v>1</v></c><c r="C2" t="str"><f>A1</f><v>công thức</v></c></row>'
    )
    assert pages(
        path, xlsx(rows, "<si><r><t>Số </t></r><r><t>liệu</t></r><rPh><t>x</t></rPh></si>")
    ) == ["S\nSố liệu\t\tở đây\n12.5\tTRUE\tcông thức"]


@pytest.mark.parametrize(
    ("value", "shown"),
    [("43895", "05/03/2020"), ("43895.5", "05/03/2020 12:00"), ("0.25", "06:00"), ("x", "x"), ("1e99", "1e99"), ("nan", "nan")],
)  # fmt: skip
def test_xlsx_dates(value: str, shown: str) -> None:
    assert day(value, EPOCH_1900) == shown


@pytest.mark.parametrize(("reference", "left"), [("A1", 0), ("C7", 2), ("AA1", 26), ("XFD1", 16383), ("ZZZZ1", 0), ("", 0), ("1", 0)])  # fmt: skip
def test_xlsx_columns(reference: str, left: int) -> None:
    assert column(reference) == left


def test_odt_text(path: Path) -> None:
    body = '<text:h>Đề mục</text:h><text:p>một <text:span>hai</text:span> ba<text:tab/>bốn<text:s text:c="3"/>năm</text:p>'
    assert pages(path, odt(body)) == ["Đề mục\nmột hai ba\tbốn   năm"]


def as_vni(text: str) -> bytes:
    """Text as offices typed it with VNI fonts."""
    alone = {letter: code for code, letter in VNI_ALONE.items()}
    marks = {tuple(sorted(mark)): code for code, mark in VNI_MARKS.items()}
    out = []
    for char in unicodedata.normalize("NFC", text):
        low = char.lower()
        if low not in alone and not low.isascii():
            spread = unicodedata.normalize("NFD", low)
            base = unicodedata.normalize("NFC", spread[0] + "\u031b" * ("\u031b" in spread))
            tones = tuple(sorted(mark for mark in spread[1:] if mark != "\u031b"))
            coded = alone.get(base, base) + (marks[tones] if tones else "")
        else:
            coded = alone.get(low, low)
        out.append(coded.upper() if char != low else coded)
    return "".join(out).encode("latin-1")


def as_tcvn3(text: str) -> bytes:
    codes = {letter: code for code, letter in TCVN3.items()}
    return bytes(codes.get(char, codes.get(char.lower(), ord(char) & 0xFF)) for char in text)


def as_1258(text: str) -> bytes:
    out = b""
    for char in text:
        try:
            out += char.encode("cp1258")
        except UnicodeEncodeError:
            spread = unicodedata.normalize("NFD", char)
            tone = next(mark for mark in spread if mark in "\u0300\u0301\u0303\u0309\u0323")
            out += unicodedata.normalize("NFC", spread.replace(tone, "")).encode("cp1258") + tone.encode("cp1258")  # fmt: skip
    return out


@pytest.mark.parametrize(
    "encode",
    [as_vni, as_1258, *(lambda text, name=name: text.encode(name) for name in ("utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "utf-32"))],
    ids=["vni", "1258", "utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "utf-32"],
)  # fmt: skip
def test_text_in_every_known_encoding(path: Path, encode: object) -> None:
    assert callable(encode)
    assert pages(path, encode(LETTER)) == [LETTER]


def test_tcvn3_lacks_some_capitals_and_keeps_every_other_letter(path: Path) -> None:
    small = LETTER.lower()
    assert pages(path, as_tcvn3(small)) == [small]


def test_vietnamese_is_told_from_other_languages() -> None:
    assert likeness(LETTER) == 1.0
    assert likeness("Déjà vu, élève, façon, naïveté, garçon") < 0.5


@given(st.lists(st.text(st.characters(exclude_categories=["Cs", "Cc", "Zl", "Zp"]))))
def test_pages_keep_every_word(lines: list[str]) -> None:
    found = paginate(lines, limits=Limits())
    assert all(len(page) <= max(PAGE_CHARS, LINE_CHARS) * 3 for page in found)
    whole = unicodedata.normalize("NFC", " ".join(lines))
    assert " ".join(found).split() == whole.split()


def test_pages_have_a_limit() -> None:
    with pytest.raises(TooManyPages):
        paginate(["x" * PAGE_CHARS] * 5, limits=Limits(pages=4))
    assert len(paginate(["x" * PAGE_CHARS] * 4, limits=Limits(pages=4))) == 4


def test_macros_are_kept_and_read_as_text(path: Path) -> None:
    made = io.BytesIO(docx(paragraph("văn bản")))
    with zipfile.ZipFile(made, "a") as archive:
        archive.writestr("word/vbaProject.bin", b"Sub AutoOpen()")
    assert pages(path, made.getvalue()) == ["văn bản"]
