"""Image files that are cut off, oversized, endless, or something else."""

import io
import struct
import zlib

from PIL import Image

from tests.resources.hostile_parts import MIB, READ, archive, case, picture, zeros


@case("half.png", "truncated")
def half_a_png() -> bytes:
    return picture("PNG", (500, 500))[:200]


@case("half.jpg", "truncated")
def half_a_jpeg() -> bytes:
    whole = picture("JPEG", (500, 500))
    return whole[: len(whole) - 40]


@case("half.tif", "truncated", "damaged")
def half_a_tiff() -> bytes:
    whole = bytearray(picture("TIFF", (500, 500)))
    return bytes(whole[:8]) + bytes(whole[8:])[: len(whole) // 2]


@case("strips.tif", "truncated")
def tiff_with_pixels_outside_the_file() -> bytes:
    whole = picture("TIFF", (40, 40))
    at = whole.index(struct.pack("<HHI", 279, 4, 1))
    return whole[: at + 8] + struct.pack("<I", 2**31) + whole[at + 12 :]


@case("sky.png", "page_too_large")
def png_of_65000_squared() -> bytes:
    whole = picture("PNG")
    header = b"IHDR" + struct.pack(">IIBBBBB", 65_000, 65_000, 8, 2, 0, 0, 0)
    return whole[:12] + header + struct.pack(">I", zlib.crc32(header)) + whole[33:]


@case("zero.png", "damaged", "bad_page_size")
def png_of_no_size() -> bytes:
    whole = picture("PNG")
    header = b"IHDR" + struct.pack(">IIBBBBB", 0, 0, 8, 2, 0, 0, 0)
    return whole[:12] + header + struct.pack(">I", zlib.crc32(header)) + whole[33:]


@case("sky.tif", "page_too_large", "truncated")
def tiff_of_a_million_squared() -> bytes:
    whole = picture("TIFF")
    for tag in (256, 257):
        at = whole.index(
            struct.pack("<HH", tag, 4)
            if struct.pack("<HH", tag, 4) in whole
            else struct.pack("<HH", tag, 3)
        )
        whole = whole[: at + 2] + struct.pack("<HII", 4, 1, 1_000_000) + whole[at + 12 :]
    return whole


@case("frames.tif", "too_many_pages")
def tiff_of_300_frames() -> bytes:
    frames = [Image.new("1", (8, 8)) for _ in range(300)]
    out = io.BytesIO()
    frames[0].save(out, "TIFF", save_all=True, append_images=frames[1:])
    return out.getvalue()


@case("loop.tif", "too_many_pages", "damaged", READ)
def tiff_whose_frames_are_a_ring() -> bytes:
    whole = bytearray(picture("TIFF"))
    first = struct.unpack("<I", whole[4:8])[0]
    count = struct.unpack("<H", whole[first : first + 2])[0]
    at = first + 2 + 12 * count
    whole[at : at + 4] = struct.pack("<I", first)
    return bytes(whole)


@case("chunk.png", READ, "damaged", "bomb")
def png_with_a_packed_comment_of_64_megabytes() -> bytes:
    whole = picture("PNG")
    body = b"zTXt" + b"Comment\x00\x00" + zeros(64 * MIB)
    chunk = struct.pack(">I", len(body) - 4) + body + struct.pack(">I", zlib.crc32(body))
    return whole[:33] + chunk + whole[33:]


@case("both.png", "polyglot")
def png_that_is_an_archive() -> bytes:
    return picture("PNG") + archive({"evil.jar": "x"})


@case("script.gif", "unsupported")
def gif_that_is_a_script() -> bytes:
    return b"GIF89a/*" + b"\x00" * 10 + b"*/=alert(1);"


@case("letter.jpg", "unsupported")
def program_called_jpeg() -> bytes:
    return b"\x7fELF\x02\x01\x01" + bytes(200)


@case("letter.png", "unsupported")
def archive_called_png() -> bytes:
    return archive({"../../../etc/passwd": "x", "/absolute": "y", "a\\b": "z"})
