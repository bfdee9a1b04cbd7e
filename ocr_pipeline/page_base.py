"""What page images are: the seam between the kinds of files that have them and all who look at pages."""

from typing import Protocol, Self

from dms.errors import Invalid
from ocr_pipeline.arrays import Pixels
from ocr_pipeline.limits import Limits

A4_WIDTH_IN = 8.27
BELIEVABLE_DPI = range(90, 1300)
BELIEVABLE_SHORT_SIDE_IN = (3.0, 35.0)  # from a receipt to an A0 plan


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


class Closing:
    """A context manager by its `close`."""

    def close(self) -> None:
        raise NotImplementedError

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *exc: object) -> None:
        self.close()


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
