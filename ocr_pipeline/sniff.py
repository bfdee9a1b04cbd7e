"""What a file is by its bytes, never by its name."""

import mmap
import zipfile
from dataclasses import dataclass
from pathlib import Path

from ocr_pipeline import office, plain_text
from ocr_pipeline.types import Kind

HEAD_BYTES = 65_536
TAIL_BYTES = 66_000  # the end record of a ZIP archive stands in these
HEADER_WITHIN = 1024  # readers of PDF accept its header so far in
END_RECORD = b"PK\x05\x06"
END_RECORD_BYTES = 22
OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
ENCRYPTED_PACKAGE = "EncryptedPackage".encode("utf-16-le")

IMAGES = {
    b"\xff\xd8\xff": "image/jpeg",
    b"\x89PNG\r\n\x1a\n": "image/png",
    b"II*\x00": "image/tiff",
    b"MM\x00*": "image/tiff",
    b"II+\x00": "image/tiff",
    b"MM\x00+": "image/tiff",
}
ARCHIVES = (b"PK\x03\x04", b"PK\x05\x06")
KEPT = {
    b"GIF87a": "image/gif",
    b"GIF89a": "image/gif",
    b"BM": "image/bmp",
    b"{\\rtf": "application/rtf",
    b"7z\xbc\xaf\x27\x1c": "application/x-7z-compressed",
    b"Rar!\x1a\x07": "application/vnd.rar",
    b"\x1f\x8b": "application/gzip",
    b"MZ\x90\x00": "application/vnd.microsoft.portable-executable",
    b"\x7fELF": "application/x-executable",
    OLE: "application/x-ole-storage",
}
UNKNOWN = "application/octet-stream"
ACTIVE = (b"<script", b"<html", b"<!doctype", b"<svg")  # what a browser would run


@dataclass(frozen=True, slots=True)
class Sniffed:
    """The kind and media type, and a problem that shows in the bytes alone."""

    kind: Kind
    media_type: str
    problem: str | None = None


def sniff(path: Path) -> Sniffed:
    """The kind of a file, and whether it is two kinds at once."""
    size = path.stat().st_size
    with path.open("rb") as file:
        head = file.read(HEAD_BYTES)
        file.seek(max(0, size - TAIL_BYTES))
        tail = file.read()
    if not head.strip(b"\x00\t\n\r \xef\xbb\xbf"):
        return Sniffed(Kind.OTHER, UNKNOWN, "empty")
    header = head[:HEADER_WITHIN].find(b"%PDF-")
    if header >= 0:
        return pdf(head[:header], tail)
    for magic, media_type in IMAGES.items():
        if head.startswith(magic):
            return Sniffed(Kind.IMAGE, media_type, "polyglot" if ends_as_archive(tail) else None)
    if head.startswith(ARCHIVES):
        return archive(path)
    return other(path, head)


def pdf(before: bytes, tail: bytes) -> Sniffed:
    """A PDF; what stands before its header or closes it as an archive makes it something else too."""
    starts = (*IMAGES, *ARCHIVES, *KEPT)
    lowered = before.lower()
    double = before.startswith(starts) or any(word in lowered for word in ACTIVE)
    return Sniffed(
        Kind.PDF, "application/pdf", "polyglot" if double or ends_as_archive(tail) else None
    )


def ends_as_archive(tail: bytes) -> bool:
    """Whether the end record of a ZIP archive closes the file, so that unpackers open it."""
    at = tail.rfind(END_RECORD)
    if at < 0 or len(tail) - at < END_RECORD_BYTES:
        return False
    comment = int.from_bytes(tail[at + 20 : at + 22], "little")
    return at + END_RECORD_BYTES + comment == len(tail)


def archive(path: Path) -> Sniffed:
    """An office file, or an archive that is kept."""
    found = office.media_type(path)
    if found is not None:
        return Sniffed(Kind.OFFICE, found)
    if not zipfile.is_zipfile(path):
        return Sniffed(Kind.OTHER, "application/zip", "truncated")
    return Sniffed(Kind.OTHER, "application/zip", "unsupported")


def other(path: Path, head: bytes) -> Sniffed:
    """Kept kinds, text, and what is not known."""
    if head.startswith(OLE) and holds(path, ENCRYPTED_PACKAGE):
        return Sniffed(Kind.OFFICE, "application/x-ole-storage", "encrypted")
    for magic, media_type in KEPT.items():
        if head.startswith(magic) and (magic != b"BM" or not plain_text.looks_like_text(head)):
            return Sniffed(Kind.OTHER, media_type, "unsupported")
    if plain_text.looks_like_text(head):
        return Sniffed(Kind.TEXT, "text/plain")
    return Sniffed(Kind.OTHER, UNKNOWN, "unsupported")


def holds(path: Path, wanted: bytes) -> bool:
    """Whether bytes stand anywhere in a file."""
    with path.open("rb") as file, mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ) as data:
        return data.find(wanted) >= 0
