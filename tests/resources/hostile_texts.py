"""Office and text files that unpack, nest, repeat or reach out, and files that are not what they are called."""

import struct

from tests.resources.hostile_parts import MIB, READ, archive, case, docx, odt, xlsx


@case("empty.pdf", "empty")
def nothing() -> bytes:
    return b""


@case("blank.pdf", "empty")
def only_blanks() -> bytes:
    return b"\n \r\n\t\x00" * 100


@case("half.docx", "truncated")
def half_a_docx() -> bytes:
    whole = docx("<w:p/>" * 5_000)
    return whole[: len(whole) // 2]


@case("bomb.docx", "bomb")
def docx_bomb() -> bytes:
    text = "<w:p><w:r><w:t>" + " " * (40 * MIB) + "</w:t></w:r></w:p>"
    return docx(text)


@case("parts.docx", "bomb")
def docx_of_30000_parts() -> bytes:
    return archive({"word/document.xml": "<d/>", **{f"word/{n}.xml": "" for n in range(30_000)}})


@case("overlap.docx", "bomb", "damaged")
def docx_whose_parts_overlap() -> bytes:
    """Many directory entries that lead to the same packed bytes."""
    whole = docx("<w:p/>" * 100_000)
    end = whole.rindex(b"PK\x05\x06")
    start = struct.unpack("<I", whole[end + 16 : end + 20])[0]
    directory = whole[start:end]
    entry = directory[directory.index(b"PK\x01\x02", 4) :]
    copies = b"".join(
        entry.replace(b"word/document.xml", b"word/document.%03d" % n) for n in range(900)
    )
    size = len(directory) + len(copies)
    record = struct.pack("<4s4H2LH", b"PK\x05\x06", 0, 0, 902, 902, size, start, 0)
    return whole[:end] + copies + record


@case("laughs.docx", "forbidden_xml")
def docx_with_a_billion_laughs() -> bytes:
    names = "".join(f'<!ENTITY a{n} "{f"&a{n - 1};" * 10}">' for n in range(1, 10))
    return docx(
        "<w:p><w:r><w:t>&a9;</w:t></w:r></w:p>", before=f'<!DOCTYPE d [<!ENTITY a0 "ha">{names}]>'
    )


@case("entity.docx", "forbidden_xml")
def docx_that_reads_the_password_file() -> bytes:
    before = '<!DOCTYPE d [<!ENTITY x SYSTEM "file:///etc/passwd">]>'
    return docx("<w:p><w:r><w:t>&x;</w:t></w:r></w:p>", before=before)


@case("dtd.docx", "forbidden_xml")
def docx_with_a_document_type_elsewhere() -> bytes:
    return docx(before='<!DOCTYPE d SYSTEM "http://127.0.0.1:9/evil.dtd">')


@case("deep.docx", "too_deep")
def docx_nested_100000_deep() -> bytes:
    return docx("<w:sdt>" * 100_000 + "</w:sdt>" * 100_000)


@case("echo.xlsx", "bomb")
def xlsx_that_says_one_string_a_million_times() -> bytes:
    row = "<row>" + '<c t="s"><v>0</v></c>' * 1_000 + "</row>"
    return xlsx(row * 100, f"<si><t>{'ha' * 16_000}</t></si>")


@case("columns.xlsx", READ)
def xlsx_with_cells_beyond_the_sheet() -> bytes:
    return xlsx(
        '<row r="1"><c r="ZZZZZZZZZ1" t="s"><v>-5</v></c><c r="XFD9999999999"><v>1e999</v></c></row>'
    )


@case("spaces.odt", READ)
def odt_with_a_billion_spaces() -> bytes:
    return odt('<text:p>a<text:s text:c="999999999"/>b</text:p>')


@case("locked.docx", "encrypted")
def docx_with_a_password() -> bytes:
    return (
        b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
        + bytes(504)
        + "EncryptedPackage".encode("utf-16-le")
        + bytes(500)
    )


@case("lockedparts.docx", "encrypted")
def docx_whose_parts_are_locked() -> bytes:
    whole = bytearray(docx())
    at = whole.index(b"PK\x01\x02")
    whole[at + 8] |= 1
    return bytes(whole)


@case("letter.docx", READ)
def text_called_docx() -> bytes:
    return "Kính gửi ông Nguyễn Văn A".encode()


@case("letter.doc", "unsupported")
def old_word_document() -> bytes:
    return b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(2000)


@case("macro.docm", READ)
def docx_with_macros() -> bytes:
    return docx(parts={"word/vbaProject.bin": b"\xd0\xcf\x11\xe0" + bytes(500)})


@case("template.docx", READ)
def docx_with_a_template_elsewhere() -> bytes:
    target = "http://127.0.0.1:9/evil.dotm"
    relations = f'<Relationships><Relationship Id="r" TargetMode="External" Target="{target}"/></Relationships>'
    return docx(parts={"word/_rels/settings.xml.rels": relations})


@case("broken.docx", "damaged")
def docx_of_broken_xml() -> bytes:
    return docx("<w:p><w:r>")


@case("checksum.docx", "damaged")
def docx_with_a_wrong_checksum() -> bytes:
    whole = archive({"word/document.xml": "<d>" + "văn bản " * 500 + "</d>"}, stored=True)
    return whole.replace("văn bản ".encode(), "vàn bản ".encode(), 1)


@case("script.txt", READ)
def text_that_is_a_script() -> bytes:
    return b"#!/bin/sh\nrm -rf /\n"


@case("bidi.txt", READ)
def text_that_turns_round() -> bytes:
    return "quyết định \u202etxet nedrow\u202c\n".encode()


@case("line.txt", READ, "too_many_pages", "bomb")
def text_of_one_long_line() -> bytes:
    return b"a" * (400 * 1024)


@case("wide.txt", READ)
def text_in_utf16_without_a_mark() -> bytes:
    return "Quyết định số 5 của Chủ tịch".encode("utf-16-le")


@case("french.txt", "binary_text")
def text_in_an_encoding_nobody_told() -> bytes:
    return "Déjà vu, élève, façon, naïveté, garçon".encode("latin-1")


@case("zeros.txt", "unsupported", "empty")
def text_with_zeros() -> bytes:
    return b"abc\x00\x01\x02def" * 100
