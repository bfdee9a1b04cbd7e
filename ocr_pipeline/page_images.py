"""Page images: what the viewer shows of a page before any turn, taken out of PDF, JPEG, PNG and TIFF files.

A PDF page that is one full-page image gives that image's own pixels; every other page is rendered.
Sizes and resolutions are told without decoding an image. All decoders are pdfium's and pillow's:
open files only inside the sandbox.
"""

from collections.abc import Callable, Mapping
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Protocol, Self

import cv2
import numpy as np
import pikepdf
import pypdfium2 as pdfium
from numpy.typing import NDArray
from PIL import ExifTags, Image
from pypdfium2 import raw

from dms.errors import Invalid
from ocr_pipeline.arrays import Pixels
from ocr_pipeline.limits import Limits
from ocr_pipeline.types import Kind

RENDER_DPI = 200  # a page that is not a scan; enough for 9 pt type and for reading on a screen
RENDER_DPI_MAX = 300  # scans in strips or layers are rendered as finely as they are, up to this
SCAN_WIDTH_PT = 300  # a narrower image on a page is a picture or a seal, not a part of a scan
EDGE_SLACK = 0.01  # of a side: a full-page image may miss the page's edges by so much
A4_WIDTH_IN = 8.27
BELIEVABLE_DPI = range(90, 1300)
BELIEVABLE_SHORT_SIDE_IN = (3.0, 35.0)  # from a receipt to an A0 plan
UPRIGHT = {
    2: Image.Transpose.FLIP_LEFT_RIGHT, 3: Image.Transpose.ROTATE_180,
    4: Image.Transpose.FLIP_TOP_BOTTOM, 5: Image.Transpose.TRANSPOSE,
    6: Image.Transpose.ROTATE_270, 7: Image.Transpose.TRANSVERSE, 8: Image.Transpose.ROTATE_90,
}  # fmt: skip
SIDEWAYS = (5, 6, 7, 8)
"""Source: Exif 2.32, tag 274 Orientation."""
QUARTERS = {0: 0, 90: -1, 180: -2, 270: -3}  # clockwise degrees as np.rot90 counts


class PageTooLarge(Invalid):
    """Page {page} is {width_px} × {height_px} pixels; that is more than this system reads."""

    code = "page_too_large"


class PageUnreadable(Invalid):
    """Page {page} cannot be opened as an image; the file is damaged. Scan or export it again."""

    code = "page_unreadable"


class PageImages(Protocol):
    """The pages of one open file. Numbers start at 1."""

    @property
    def count(self) -> int:
        """How many pages (or TIFF frames) there are."""
        ...

    def size(self, number: int) -> tuple[int, int]:
        """Width and height of the page image in pixels, without decoding it. Raises: PageUnreadable."""
        ...

    def dpi(self, number: int) -> float:
        """Pixels per inch: by the file where believable, else as if the short side were A4's."""
        ...

    def image(self, number: int) -> Pixels:
        """The page image, HxWx3 uint8 RGB. Raises: PageTooLarge, PageUnreadable."""
        ...

    def shown_text(self, number: int) -> float:
        """Share of the page's embedded text that shows: 0.0 where there is none or a scan hides it."""
        ...

    def close(self) -> None:
        """Let the file go."""
        ...

    def __enter__(self) -> Self: ...

    def __exit__(self, *exc: object) -> None: ...


def open_pages(path: Path, kind: Kind | str, *, limits: Limits | None = None) -> PageImages:
    """Open a file of a kind with page images, to be used as a context manager. Raises: PageUnreadable."""
    openers: Mapping[Kind, Callable[[Path, Limits], PageImages]] = {
        Kind.PDF: PdfPages,
        Kind.IMAGE: ImagePages,
    }
    return openers[Kind(kind)](path, limits or Limits())


def believable_dpi(dpi: float, width_px: int, height_px: int) -> float:
    """A stated resolution, unless it implies an absurd page: then that of A4. Phones state 72 or 1."""
    short_px = min(width_px, height_px)
    low, high = BELIEVABLE_SHORT_SIDE_IN
    if round(dpi) in BELIEVABLE_DPI and low <= short_px / dpi <= high:
        return dpi
    return max(short_px / A4_WIDTH_IN, 1.0)


def checked_size(number: int, width_px: int, height_px: int, limits: Limits) -> None:
    """Refuse to decode more pixels than allowed. Raises: PageTooLarge, PageUnreadable."""
    if width_px < 1 or height_px < 1:
        raise PageUnreadable(page=number)
    if width_px * height_px > limits.page_pixels:
        raise PageTooLarge(page=number, width_px=width_px, height_px=height_px)


@dataclass(frozen=True, slots=True)
class Layout:
    """How a PDF page becomes an image: `taken_out` when it is one full-page image, else rendered."""

    width_px: int
    height_px: int
    dpi: float
    taken_out: bool
    shown_text: float


class _Closing:
    """A context manager by its `close`."""

    def close(self) -> None:
        raise NotImplementedError

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *exc: object) -> None:
        self.close()


class PdfPages(_Closing):
    """Pages of a PDF by pdfium; annotations and form fields (visible signatures) are drawn."""

    def __init__(self, path: Path, limits: Limits) -> None:
        self.limits = limits
        self._layouts: dict[int, Layout] = {}
        with ExitStack() as opened:
            # open files: pdfium would resolve the sandbox's path to one that is not there
            try:
                file = opened.enter_context(path.open("rb"))
                self._document = opened.enter_context(pdfium.PdfDocument(file))
                file = opened.enter_context(path.open("rb"))
                self._objects = opened.enter_context(pikepdf.open(file))
            except (pdfium.PdfiumError, pikepdf.PdfError, pikepdf.PasswordError) as error:
                raise PageUnreadable(page=1) from error
            self._opened = opened.pop_all()
        if self._document.get_formtype() != raw.FORMTYPE_NONE:
            self._document.init_forms()

    @property
    def count(self) -> int:
        return len(self._document)

    def size(self, number: int) -> tuple[int, int]:
        layout = self._layout(number)
        return layout.width_px, layout.height_px

    def dpi(self, number: int) -> float:
        return self._layout(number).dpi

    def shown_text(self, number: int) -> float:
        return self._layout(number).shown_text

    def image(self, number: int) -> Pixels:
        layout = self._layout(number)
        checked_size(number, layout.width_px, layout.height_px, self.limits)
        page = self._page(number)
        try:
            pixels = _own_pixels(page) if layout.taken_out else None
            if pixels is None or pixels.shape[:2] != (layout.height_px, layout.width_px):
                pixels = _rendered(page, layout.width_px, layout.height_px)
            return pixels
        finally:
            page.close()

    def close(self) -> None:
        self._opened.close()

    def _page(self, number: int) -> Any:
        try:
            return self._document[number - 1]
        except pdfium.PdfiumError as error:
            raise PageUnreadable(page=number) from error

    def _layout(self, number: int) -> Layout:
        if number not in self._layouts:
            page = self._page(number)
            try:
                masked = _has_masks(self._objects, number)
                self._layouts[number] = _layout(page, masked=masked, limits=self.limits)
            finally:
                page.close()
        return self._layouts[number]


def _layout(page: Any, *, masked: bool, limits: Limits) -> Layout:
    """The page's own image where there is just one, it covers the page, and nothing is drawn over it."""
    width_pt, height_pt = page.get_size()
    images, shown = _images(page), _shown_text(page, masked=masked)
    if len(images) == 1 and _covers(images[0], page):
        across, down = images[0].get_px_size()
        if _quarter_turned(_matrix(images[0])) != (page.get_rotation() in (90, 270)):
            across, down = down, across
        if across and down:
            dpi = believable_dpi(across / (width_pt / 72), across, down)
            alone = not masked and not _drawn_over(page)
            return Layout(across, down, dpi, alone, shown)
    dpi = min(max([RENDER_DPI, *map(_image_dpi, images)]), RENDER_DPI_MAX)
    dpi = min(dpi, 72 * (limits.page_pixels / max(width_pt * height_pt, 1.0)) ** 0.5)
    width_px, height_px = (max(1, round(side * dpi / 72)) for side in (width_pt, height_pt))
    return Layout(width_px, height_px, dpi, taken_out=False, shown_text=shown)


def _images(page: Any) -> list[Any]:
    return [item for item in page.get_objects() if isinstance(item, pdfium.PdfImage)]


def _matrix(item: Any) -> Any:
    """From the unit square of an image to the page, through the forms that hold it."""
    matrix, container = item.get_matrix(), item.container
    while container is not None:
        matrix, container = matrix.multiply(container.get_matrix()), container.container
    return matrix


def _quarter_turned(matrix: Any) -> bool:
    return bool(abs(matrix.b) + abs(matrix.c) > abs(matrix.a) + abs(matrix.d))


def _covers(image: Any, page: Any) -> bool:
    """Whether an image lies square on the whole page, give or take a hundredth of its sides."""
    m = _matrix(image)
    left, bottom, right, top = page.get_bbox()
    width_pt, height_pt = right - left, top - bottom
    if _quarter_turned(m):
        slant, across, down = abs(m.a) + abs(m.d), m.c, m.b
    else:
        slant, across, down = abs(m.b) + abs(m.c), m.a, m.d
    edges = (
        (min(m.e, m.e + across) - left) / width_pt,
        (max(m.e, m.e + across) - right) / width_pt,
        (min(m.f, m.f + down) - bottom) / height_pt,
        (max(m.f, m.f + down) - top) / height_pt,
        slant / min(width_pt, height_pt),
    )
    return bool(max(map(abs, edges)) < EDGE_SLACK)


def _shown_text(page: Any, *, masked: bool) -> float:
    """By the width of the text objects: neither invisible nor painted over by a full-page opaque image."""
    shown = hidden = 0.0
    for item in page.get_objects():
        if isinstance(item, pdfium.PdfImage) and not masked and _covers(item, page):
            shown, hidden = 0.0, shown + hidden
        elif item.type == raw.FPDF_PAGEOBJ_TEXT:
            left, _, right, _ = item.get_bounds()
            if _invisible(item):
                hidden += right - left
            else:
                shown += right - left
    return shown / (shown + hidden) if shown else 0.0


def _invisible(text: Any) -> bool:
    mode = raw.FPDFTextObj_GetTextRenderMode(text)
    return bool(mode == raw.FPDF_TEXTRENDERMODE_INVISIBLE)


def _image_dpi(image: Any) -> float:
    """The resolution at which an image lies on the page; small ones (logos, seals) do not count."""
    m, (across, down) = _matrix(image), image.get_px_size()
    width_pt, height_pt = max(abs(m.a), abs(m.b)), max(abs(m.c), abs(m.d))
    if width_pt < SCAN_WIDTH_PT or min(width_pt, height_pt) <= 0:
        return 0.0
    return float(max(across / width_pt, down / height_pt) * 72)


def _drawn_over(page: Any) -> bool:
    """Whether anything but the image shows: text that is not invisible, lines, visible annotations."""
    for item in page.get_objects():
        if item.type in (raw.FPDF_PAGEOBJ_IMAGE, raw.FPDF_PAGEOBJ_FORM):
            continue
        if item.type != raw.FPDF_PAGEOBJ_TEXT or not _invisible(item):
            return True
    return _shows_annotations(page)


def _shows_annotations(page: Any) -> bool:
    silent = (raw.FPDF_ANNOT_LINK, raw.FPDF_ANNOT_POPUP)
    for index in range(raw.FPDFPage_GetAnnotCount(page)):
        annotation = raw.FPDFPage_GetAnnot(page, index)
        if not annotation:
            continue
        kind = raw.FPDFAnnot_GetSubtype(annotation)
        hidden = raw.FPDFAnnot_GetFlags(annotation) & raw.FPDF_ANNOT_FLAG_HIDDEN
        raw.FPDFPage_CloseAnnot(annotation)
        if kind not in silent and not hidden:
            return True
    return False


def _has_masks(objects: pikepdf.Pdf, number: int) -> bool:
    """Whether an image on the page is partly transparent; such pages are composed by rendering."""
    try:
        images = objects.pages[number - 1].get_images(recursive=True).values()
        return any("/SMask" in image or "/Mask" in image for image in images)
    except (pikepdf.PdfError, IndexError, ValueError, TypeError, AttributeError):
        return True  # what the second parser cannot follow is not taken apart


def _own_pixels(page: Any) -> Pixels | None:
    """The pixels of the page's one image, turned and mirrored as the page shows them; none of a stencil."""
    image = _images(page)[0]
    facts = image.get_metadata()
    if facts.bits_per_pixel == 1 and facts.colorspace == raw.FPDF_COLORSPACE_UNKNOWN:
        return None
    try:
        found = image.get_bitmap(render=False).to_numpy()
    except pdfium.PdfiumError:
        return None
    m = _matrix(image)
    if _quarter_turned(m):
        found = np.rot90(found)
        flip_rows, flip_columns = m.b < 0, m.c > 0
    else:
        flip_rows, flip_columns = m.d < 0, m.a < 0
    found = found[:: -1 if flip_rows else 1, :: -1 if flip_columns else 1]
    return _rgb(np.ascontiguousarray(np.rot90(found, QUARTERS[page.get_rotation()])))


def _rgb(found: NDArray[np.uint8]) -> Pixels:
    """Grey, BGR or BGRx as RGB; a copy, so that pdfium may free its bitmap."""
    channels = found.shape[2:] or (1,)  # pdfium drops the axis of a grey image
    codes = {1: cv2.COLOR_GRAY2RGB, 3: cv2.COLOR_BGR2RGB, 4: cv2.COLOR_BGRA2RGB}
    converted: Pixels = cv2.cvtColor(found, codes[channels[0]])
    return converted


def _rendered(page: Any, width_px: int, height_px: int) -> Pixels:
    """Draw the page, with annotations and form fields, at an exact size on white."""
    bitmap = pdfium.PdfBitmap.new_native(
        width_px, height_px, raw.FPDFBitmap_BGR, rev_byteorder=True
    )
    bitmap.fill_rect((255, 255, 255, 255), 0, 0, width_px, height_px)
    flags = raw.FPDF_ANNOT | raw.FPDF_REVERSE_BYTE_ORDER
    place = (bitmap, page, 0, 0, width_px, height_px, 0, flags)
    raw.FPDF_RenderPageBitmap(*place)
    if page.formenv:
        raw.FPDF_FFLDraw(page.formenv, *place)
    pixels: Pixels = bitmap.to_numpy().copy()
    bitmap.close()
    return pixels


class ImagePages(_Closing):
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
    if frame.format == "PNG" and "exif" not in frame.info:
        return 1  # it would decode all to look for a late one
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
