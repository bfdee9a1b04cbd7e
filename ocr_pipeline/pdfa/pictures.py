"""Pictures as PDF images: a JPEG as it is, anything else without loss, a rendered page as JPEG."""

import io
import struct
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
from pikepdf import Dictionary, Name, Pdf, Stream
from PIL import ExifTags, Image

from ocr_pipeline.image_pages import eight_bits, on_paper

RENDERED_QUALITY = 85
AGAIN_QUALITY = 90  # of a picture that was lossy in a form PDF does not take
DEVICE = {"1": Name.DeviceGray, "L": Name.DeviceGray, "RGB": Name.DeviceRGB}
BITS = {"1": 1, "L": 8, "RGB": 8}
PNG_HEAD = 8

# How an image of EXIF orientation 1 to 8 lies in a unit square shown upright.
UPRIGHT = {
    1: (1, 0, 0, 1, 0, 0), 2: (-1, 0, 0, 1, 1, 0), 3: (-1, 0, 0, -1, 1, 1), 4: (1, 0, 0, -1, 0, 1),
    5: (0, -1, -1, 0, 1, 1), 6: (0, -1, 1, 0, 0, 1), 7: (0, 1, 1, 0, 0, 0), 8: (0, 1, -1, 0, 1, 0),
}  # fmt: skip


def image_of_file(pdf: Pdf, path: Path, frame: int) -> tuple[Stream, tuple[int, ...]]:
    """A frame (from 0) of an image file, and how it lies in the upright unit square."""
    with Image.open(path) as opened:
        opened.seek(frame)
        orientation = opened.getexif().get(ExifTags.Base.Orientation, 1)
        if opened.format == "JPEG" and opened.mode in ("L", "RGB"):
            return as_it_is(pdf, path.read_bytes(), opened), UPRIGHT.get(orientation, UPRIGHT[1])
        lossy = opened.format == "MPO" or opened.info.get("compression") == "jpeg"
        turned = opened.format != "TIFF"  # pillow turns a TIFF itself
        place = UPRIGHT.get(orientation, UPRIGHT[1]) if turned else UPRIGHT[1]
        plain = plain_mode(opened)
        return (jpeg(pdf, plain, AGAIN_QUALITY) if lossy else lossless(pdf, plain)), place


def image_of_pixels(pdf: Pdf, pixels: npt.NDArray[np.uint8]) -> Stream:
    """A rendered page, HxWx3 uint8 RGB."""
    return jpeg(pdf, Image.fromarray(pixels), RENDERED_QUALITY)


def plain_mode(image: Image.Image) -> Image.Image:
    """Bilevel, grey or RGB, transparency on white."""
    if image.mode in DEVICE and "transparency" not in image.info:
        return image
    if image.has_transparency_data:
        return on_paper(image)
    return eight_bits(image) if image.mode.startswith("I") else image.convert("RGB")


def as_it_is(pdf: Pdf, data: bytes, image: Image.Image) -> Stream:
    """The JPEG's own bytes."""
    return Stream(pdf, data, **image_keys(image), Filter=Name.DCTDecode)


def jpeg(pdf: Pdf, image: Image.Image, quality: int) -> Stream:
    """Encoded as JPEG."""
    held = io.BytesIO()
    image = image.convert("L") if image.mode == "1" else image
    image.save(held, "JPEG", quality=quality, optimize=True)
    return Stream(pdf, held.getvalue(), **image_keys(image), Filter=Name.DCTDecode)


def lossless(pdf: Pdf, image: Image.Image) -> Stream:
    """Compressed as PNG compresses, whose data PDF reads by its predictor 15."""
    held = io.BytesIO()
    image.save(held, "PNG")
    parameters = Dictionary(
        Predictor=15, Colors=len(image.getbands()), BitsPerComponent=BITS[image.mode],
        Columns=image.width,
    )  # fmt: skip
    data = b"".join(png_data(held.getvalue()))
    return Stream(
        pdf, data, **image_keys(image), Filter=Name.FlateDecode, DecodeParms=parameters
    )  # fmt: skip


def image_keys(image: Image.Image) -> dict[str, Any]:
    """What every image says of itself."""
    return {
        "Type": Name.XObject, "Subtype": Name.Image, "Width": image.width, "Height": image.height,
        "ColorSpace": DEVICE[image.mode], "BitsPerComponent": BITS[image.mode],
    }  # fmt: skip


def png_data(png: bytes) -> Iterator[bytes]:
    """The compressed rows of a PNG."""
    at = PNG_HEAD
    while at < len(png):
        length, name = struct.unpack(">I4s", png[at : at + 8])
        if name == b"IDAT":
            yield png[at + 8 : at + 8 + length]
        at += 12 + length
