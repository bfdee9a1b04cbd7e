"""What harmful files are built from, and the table they are entered in.

`expected` is a code of `ocr_pipeline.problems`, several where either is right, or READ for a file that is
harmless once nothing in it is run or fetched.
"""

import io
import zipfile
import zlib
from collections.abc import Callable, Mapping
from dataclasses import dataclass

import pikepdf
from PIL import Image

READ = "read"
MIB = 1024**2


@dataclass(frozen=True, slots=True)
class Case:
    """One file: how to make it, under which name it is sent, and the outcomes that are right."""

    make: Callable[[], bytes]
    filename: str
    expected: frozenset[str]


CASES: dict[str, Case] = {}


def case(filename: str, *expected: str) -> Callable[[Callable[[], bytes]], Callable[[], bytes]]:
    """Enter a maker into the table under its own name."""

    def enter(make: Callable[[], bytes]) -> Callable[[], bytes]:
        CASES[make.__name__] = Case(make, filename, frozenset(expected))
        return make

    return enter


# Parts to build from


def saved(document: pikepdf.Pdf, **options: object) -> bytes:
    out = io.BytesIO()
    document.save(out, static_id=True, **options)
    return out.getvalue()


def letter(pages: int = 1) -> pikepdf.Pdf:
    """A harmless PDF."""
    document = pikepdf.new()
    for _ in range(pages):
        document.add_blank_page(page_size=(595, 842))
    return document


def written(objects: Mapping[int, bytes], *, root: int = 1, more: bytes = b"") -> bytes:
    """A PDF by hand, so that it may say what no library would."""
    out = bytearray(b"%PDF-1.7\n")
    offsets = {}
    for number, body in objects.items():
        offsets[number] = len(out)
        out += b"%d 0 obj\n%s\nendobj\n" % (number, body)
    start = len(out)
    out += b"xref\n0 1\n0000000000 65535 f \n"
    for number, offset in offsets.items():
        out += b"%d 1\n%010d 00000 n \n" % (number, offset)
    out += b"trailer\n<</Root %d 0 R/Size %d%s>>\nstartxref\n%d\n%%%%EOF\n" % (
        root, max(objects) + 1, more, start,
    )  # fmt: skip
    return bytes(out)


def one_page(
    page: bytes = b"/MediaBox[0 0 595 842]",
    tree: bytes = b"/Count 1",
    objects: Mapping[int, bytes] | None = None,
) -> bytes:
    """A page whose dictionary and page tree say what they are told."""
    return written({
        1: b"<</Type/Catalog/Pages 2 0 R>>",
        2: b"<</Type/Pages/Kids[3 0 R]%s>>" % tree,
        3: b"<</Type/Page/Parent 2 0 R%s>>" % page,
        **(objects or {}),
    })  # fmt: skip


def stream(data: bytes, entries: bytes = b"") -> bytes:
    return b"<</Length %d%s>>\nstream\n%s\nendstream" % (len(data), entries, data)


def zeros(size: int) -> bytes:
    """So many zeros, packed, made without holding them."""
    packer = zlib.compressobj(9)
    parts = [packer.compress(bytes(MIB)) for _ in range(size // MIB)]
    return b"".join([*parts, packer.flush()])


def picture(kind: str, size: tuple[int, int] = (80, 60), **options: object) -> bytes:
    out = io.BytesIO()
    Image.new("RGB", size, "white").save(out, kind, **options)
    return out.getvalue()


def archive(parts: Mapping[str, bytes | str], *, stored: bool = False) -> bytes:
    out = io.BytesIO()
    method = zipfile.ZIP_STORED if stored else zipfile.ZIP_DEFLATED
    with zipfile.ZipFile(out, "w", method) as made:
        for name, content in parts.items():
            made.writestr(name, content)
    return out.getvalue()


WORD = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
SHEET = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
RELATIONS = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"


def docx(
    body: str = "<w:p><w:r><w:t>Kính gửi</w:t></w:r></w:p>",
    before: str = "",
    parts: Mapping[str, bytes | str] | None = None,
) -> bytes:
    """A DOCX with this body; `before` stands ahead of its root, `parts` beside it."""
    document = f'<?xml version="1.0"?>{before}<w:document xmlns:w="{WORD}"><w:body>{body}</w:body></w:document>'
    return archive(
        {"[Content_Types].xml": "<Types/>", "word/document.xml": document, **(parts or {})}
    )


def xlsx(rows: str, strings: str = "") -> bytes:
    """An XLSX with one sheet of these rows."""
    return archive({
        "[Content_Types].xml": "<Types/>",
        "xl/workbook.xml": f'<workbook xmlns="{SHEET}" xmlns:r="{RELATIONS}"><sheets><sheet name="S" r:id="r1"/></sheets></workbook>',
        "xl/_rels/workbook.xml.rels": '<Relationships><Relationship Id="r1" Target="worksheets/sheet1.xml"/></Relationships>',
        "xl/sharedStrings.xml": f'<sst xmlns="{SHEET}">{strings}</sst>',
        "xl/worksheets/sheet1.xml": f'<worksheet xmlns="{SHEET}"><sheetData>{rows}</sheetData></worksheet>',
    })  # fmt: skip


def odt(body: str) -> bytes:
    """An ODT with this body."""
    office = "urn:oasis:names:tc:opendocument:xmlns"
    content = f'<office:document-content xmlns:office="{office}:office:1.0" xmlns:text="{office}:text:1.0"><office:body>{body}</office:body></office:document-content>'
    return archive({"mimetype": "application/vnd.oasis.opendocument.text", "content.xml": content})
