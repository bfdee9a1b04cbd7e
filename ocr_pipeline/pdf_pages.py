"""Pages of a PDF: a page that is one full-page image gives that image's own pixels, every other is rendered.

The decoders are pdfium's: open files only inside the sandbox.
"""

from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import cv2
import numpy as np
import pikepdf
import pypdfium2 as pdfium
from numpy.typing import NDArray
from pypdfium2 import raw

from ocr_pipeline.arrays import Pixels
from ocr_pipeline.limits import Limits
from ocr_pipeline.page_base import Closing, PageUnreadable, believable_dpi, checked_size

RENDER_DPI = 200  # a page that is not a scan; enough for 9 pt type and for reading on a screen
RENDER_DPI_MAX = 300  # scans in strips or layers are rendered as finely as they are, up to this
SCAN_WIDTH_PT = 300  # a narrower image on a page is a picture or a seal, not a part of a scan
EDGE_SLACK = 0.01  # of a side: a full-page image may miss the page's edges by so much
QUARTERS = {0: 0, 90: -1, 180: -2, 270: -3}  # clockwise degrees as np.rot90 counts


@dataclass(frozen=True, slots=True)
class Layout:
    """How a PDF page becomes an image: `taken_out` when it is one full-page image, else rendered."""

    width_px: int
    height_px: int
    dpi: float
    taken_out: bool
    shown_text: float


class PdfPages(Closing):
    """Pages of a PDF by pdfium; annotations and form fields (visible signatures) are drawn."""

    def __init__(self, path: Path, limits: Limits) -> None:
        self.limits = limits
        self._layouts: dict[int, Layout] = {}
        with (
            ExitStack() as opened
        ):  # open files: pdfium would resolve the sandbox's path to one that is not there
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
    place = (
        bitmap,
        page,
        0,
        0,
        width_px,
        height_px,
        0,
        raw.FPDF_ANNOT | raw.FPDF_REVERSE_BYTE_ORDER,
    )
    raw.FPDF_RenderPageBitmap(*place)
    if page.formenv:
        raw.FPDF_FFLDraw(page.formenv, *place)
    pixels: Pixels = bitmap.to_numpy().copy()
    bitmap.close()
    return pixels
