"""A font without ink, for text that is searched and copied but not seen.

Its one glyph is half an em wide and as tall as the font, so that a word set at the height of its box
and stretched to its width covers exactly the box. The outline is a stroke there and back that encloses
nothing: a glyph without any has no extent, and some readers leave out turned text without extent.

Source: OpenType 1.9 (tables head, hhea, maxp, hmtx, loca, glyf); ISO 32000-1, 9.7.4 and 9.10.3.
"""

import struct
from collections.abc import Mapping

from pikepdf import Array, Dictionary, Name, Pdf, Stream

NAME = "Khuat"  # the font's name in the file: "hidden"
EM = 1000
ADVANCE = 500
CODES_PER_BLOCK = 100  # a ToUnicode block holds at most so many


def invisible_font(pdf: Pdf, codes: Mapping[str, int]) -> Dictionary:
    """The font as a PDF object; `codes` numbers the characters in use from 1."""
    name = Name(f"/{NAME}")
    program = Stream(pdf, true_type())
    program["/Length1"] = len(program.read_bytes())
    descriptor = Dictionary(
        Type=Name.FontDescriptor, FontName=name, Flags=4, FontBBox=Array([0, 0, ADVANCE, EM]),
        ItalicAngle=0, Ascent=EM, Descent=0, CapHeight=EM, StemV=80,
        FontFile2=pdf.make_indirect(program),
    )  # fmt: skip
    to_first_glyph = struct.pack(">H", 0) + struct.pack(">H", 1) * len(codes)
    descendant = Dictionary(
        Type=Name.Font, Subtype=Name.CIDFontType2, BaseFont=name, DW=ADVANCE,
        CIDSystemInfo=Dictionary(Registry=b"Adobe", Ordering=b"Identity", Supplement=0),
        FontDescriptor=pdf.make_indirect(descriptor),
        CIDToGIDMap=pdf.make_indirect(Stream(pdf, to_first_glyph)),
    )  # fmt: skip
    return Dictionary(
        Type=Name.Font, Subtype=Name.Type0, BaseFont=name, Encoding=Name("/Identity-H"),
        DescendantFonts=Array([pdf.make_indirect(descendant)]),
        ToUnicode=pdf.make_indirect(Stream(pdf, to_unicode(codes))),
    )  # fmt: skip


def to_unicode(codes: Mapping[str, int]) -> bytes:
    """The map by which a reader finds the characters behind the codes."""
    pairs = [
        f"<{code:04X}> <{char.encode('utf-16-be').hex().upper()}>" for char, code in codes.items()
    ]
    blocks = [pairs[at : at + CODES_PER_BLOCK] for at in range(0, len(pairs), CODES_PER_BLOCK)]
    lines = [
        "/CIDInit /ProcSet findresource begin", "12 dict begin", "begincmap",
        "/CIDSystemInfo << /Registry (Adobe) /Ordering (UCS) /Supplement 0 >> def",
        "/CMapName /Adobe-Identity-UCS def", "/CMapType 2 def",
        "1 begincodespacerange", "<0000> <FFFF>", "endcodespacerange",
    ]  # fmt: skip
    for block in blocks:
        lines += [f"{len(block)} beginbfchar", *block, "endbfchar"]
    lines += ["endcmap", "CMapName currentdict /CMap defineresource pop", "end", "end"]
    return "\n".join(lines).encode("ascii")


def true_type() -> bytes:
    """The font program: an empty glyph for what is missing, and the one without ink."""
    glyph = struct.pack(
        ">hhhhhHH3B3h3hx", 1, 0, 0, ADVANCE, EM, 2, 0, 1, 1, 1,
        0, ADVANCE, -ADVANCE // 2, 0, EM, -EM // 2,
    )  # fmt: skip
    tables = {
        b"glyf": glyph,
        b"head": struct.pack(
            ">IIIIHHQQhhhhHHhhh",
            0x00010000, 0x00010000, 0, 0x5F0F3CF5, 0, EM, 0, 0, 0, 0, ADVANCE, EM, 0, 8, 2, 0, 0,
        ),
        b"hhea": struct.pack(
            ">IhhhHhhhhhhhhhhhH", 0x00010000, EM, 0, 0, ADVANCE, 0, 0, ADVANCE, 1, 0, 0, 0, 0, 0, 0, 0, 2
        ),
        b"hmtx": struct.pack(">HhHh", ADVANCE, 0, ADVANCE, 0),
        b"loca": struct.pack(">HHH", 0, 0, len(glyph) // 2),
        b"maxp": struct.pack(">IHHHHHHHHHHHHHH", 0x00010000, 2, 3, 1, 0, 0, 2, *[0] * 8),
    }  # fmt: skip
    return assembled(tables)


def assembled(tables: Mapping[bytes, bytes]) -> bytes:
    """Tables with their directory and checksums."""
    directory = struct.pack(">IHHHH", 0x00010000, len(tables), 64, 2, len(tables) * 16 - 64)
    offset, body = 12 + 16 * len(tables), b""
    for tag, data in sorted(tables.items()):
        padded = data + b"\0" * (-len(data) % 4)
        directory += struct.pack(">4sIII", tag, checksum(padded), offset + len(body), len(data))
        body += padded
    font = directory + body
    adjustment = (0xB1B0AFBA - checksum(font)) & 0xFFFFFFFF
    at = offset + body.index(tables[b"head"]) + 8
    return font[:at] + struct.pack(">I", adjustment) + font[at + 4 :]


def checksum(data: bytes) -> int:
    """The sum of a table's 32-bit numbers."""
    numbers: tuple[int, ...] = struct.unpack(f">{len(data) // 4}I", data)
    return sum(numbers) & 0xFFFFFFFF
