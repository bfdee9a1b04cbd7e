"""Pages of JPEG, PNG and TIFF files. The decoders are pillow's: open files only inside the sandbox."""

from pathlib import Path

import numpy as np
from PIL import ExifTags, Image

from ocr_pipeline.arrays import Pixels
from ocr_pipeline.limits import Limits
from ocr_pipeline.page_base import Closing, PageUnreadable, believable_dpi, checked_size

UPRIGHT = {
    2: Image.Transpose.FLIP_LEFT_RIGHT, 3: Image.Transpose.ROTATE_180,
    4: Image.Transpose.FLIP_TOP_BOTTOM, 5: Image.Transpose.TRANSPOSE,
    6: Image.Transpose.ROTATE_270, 7: Image.Transpose.TRANSVERSE, 8: Image.Transpose.ROTATE_90,
}  # fmt: skip
SIDEWAYS = (5, 6, 7, 8)
"""Source: Exif 2.32, tag 274 Orientation."""


class ImagePages(Closing):
    """JPEG, PNG, and each frame of a TIFF, by pillow, upright by their EXIF orientation."""

    def __init__(self, path: Path, limits: Limits) -> None:
        self.limits = limits
        Image.MAX_IMAGE_PIXELS = None  # `checked_size` is the limit here
        try:
            self._image = Image.open(path)
        except (OSError, ValueError, SyntaxError) as error:
            raise PageUnreadable(page=1) from error

    @property
    def count(self) -> int:
        return int(getattr(self._image, "n_frames", 1))

    def size(self, number: int) -> tuple[int, int]:
        frame = self._frame(number)
        width_px, height_px = frame.size
        return (height_px, width_px) if _orientation(frame) in SIDEWAYS else (width_px, height_px)

    def dpi(self, number: int) -> float:
        stated = self._frame(number).info.get("dpi", (0, 0))
        return believable_dpi(float(stated[0] or 0), *self.size(number))

    def shown_text(self, number: int) -> float:
        return 0.0

    def image(self, number: int) -> Pixels:
        width_px, height_px = self.size(number)
        checked_size(number, width_px, height_px, self.limits)
        try:
            frame = self._frame(number)
            orientation = _orientation(frame)
            if orientation in UPRIGHT:
                frame = frame.transpose(UPRIGHT[orientation])
            return np.asarray(_opaque(frame), dtype=np.uint8)
        except (OSError, ValueError, SyntaxError) as error:
            raise PageUnreadable(page=number) from error

    def close(self) -> None:
        self._image.close()

    def _frame(self, number: int) -> Image.Image:
        try:
            self._image.seek(number - 1)
        except (EOFError, OSError, ValueError, SyntaxError) as error:
            raise PageUnreadable(page=number) from error
        return self._image


def _orientation(frame: Image.Image) -> int:
    """The EXIF orientation that is still to be applied, told without decoding the image."""
    if frame.format == "TIFF":  # pillow turns these itself, and tells their size as turned
        return 1
    if (
        frame.format == "PNG" and "exif" not in frame.info
    ):  # it would decode all to look for a late one
        return 1
    return int(frame.getexif().get(ExifTags.Base.Orientation, 1))


def _opaque(frame: Image.Image) -> Image.Image:
    """Any mode as RGB: transparency on white, 16 bits a sample as 8."""
    frame = eight_bits(frame)
    return on_paper(frame) if frame.has_transparency_data else frame.convert("RGB")


def eight_bits(image: Image.Image) -> Image.Image:
    """Grey of 16 bits a sample, whatever its byte order, as grey of 8; anything else as it is."""
    if not image.mode.startswith("I"):
        return image
    samples = np.asarray(image).astype(np.float32)
    deep = bool(samples.max(initial=0) > np.iinfo(np.uint8).max)
    return Image.fromarray((samples / (257 if deep else 1)).clip(0, 255).astype(np.uint8))


def on_paper(image: Image.Image) -> Image.Image:
    """What is transparent, on white."""
    layered = image.convert("RGBA")
    paper = Image.new("RGBA", layered.size, (255, 255, 255, 255))
    return Image.alpha_composite(paper, layered).convert("RGB")
