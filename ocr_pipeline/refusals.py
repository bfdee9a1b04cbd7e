"""Why inspection refuses a file of any kind; each code stands in `ocr_pipeline.problems`."""

from dms.errors import Invalid


class Encrypted(Invalid):
    """The file is protected by a password."""

    code = "encrypted"


class Truncated(Invalid):
    """The file is incomplete; its end is missing."""

    code = "truncated"


class Damaged(Invalid):
    """The file is damaged and cannot be opened."""

    code = "damaged"


class Contradictory(Invalid):
    """Two readers disagree on what this file holds."""

    code = "contradictory"


class NoPages(Invalid):
    """The file holds no pages."""

    code = "empty"


class TooManyPages(Invalid):
    """The file has more pages than are read here."""

    code = "too_many_pages"


class PageTooLarge(Invalid):
    """A page is larger than what is read here."""

    code = "page_too_large"


class BadPageSize(Invalid):
    """A page has no size that makes sense."""

    code = "bad_page_size"


class Bomb(Invalid):
    """The file unpacks to far more than its size."""

    code = "bomb"


def check_count(count: int, limit: int) -> None:
    """Raises: NoPages, TooManyPages."""
    if count < 1:
        raise NoPages
    if count > limit:
        raise TooManyPages


def check_pixels(width_px: int, height_px: int, limit: int) -> None:
    """Raises: BadPageSize, PageTooLarge."""
    if width_px < 1 or height_px < 1:
        raise BadPageSize
    if width_px * height_px > limit:
        raise PageTooLarge
