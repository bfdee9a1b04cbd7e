"""Files that mean harm or are broken, made in code: all cases in one table, and harmful names."""

from tests.resources import hostile_images, hostile_pdfs, hostile_texts
from tests.resources.hostile_parts import CASES, READ, Case

__all__ = ["CASES", "HARMFUL_NAMES", "READ", "Case"]
SOURCES = (hostile_pdfs, hostile_images, hostile_texts)  # importing them fills the table

HARMFUL_NAMES = {
    "bidi": "b\u202egpj.exe",
    "null": "a\x00b.pdf",
    "separators": "../../etc/passwd",
    "windows": "..\\..\\autoexec.bat",
    "long": "đ" * 300 + ".pdf",
    "newline": "a\nb\r\n.pdf",
    "nothing": " .. ",
    "surrogate": "a\udcffb.pdf",
}
