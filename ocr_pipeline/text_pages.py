"""Text without page images, laid out in pages: at the breaks it has, else at about 3,000 characters."""

import unicodedata
from collections.abc import Iterable, Iterator

from dms.errors import Invalid
from ocr_pipeline.limits import Limits
from ocr_pipeline.refusals import TooManyPages

PAGE_CHARS = 3_000
LINE_CHARS = 2 * PAGE_CHARS  # a longer line is cut
PAGE_BREAK = "\f"


class TooMuchText(Invalid):
    """The file unpacks to far more text than a document holds."""

    code = "bomb"


def paginate(lines: Iterable[str], *, limits: Limits, page_chars: int = PAGE_CHARS) -> list[str]:
    """Pages of text in NFC; a line that is a form feed begins a page; at least one page.

    Raises: TooManyPages.
    """
    pages: list[str] = []
    page: list[str] = []
    size = 0
    for line in cut(lines):
        if line == PAGE_BREAK or size + len(line) > page_chars:
            if any(page):
                pages.append(joined(page))
                page, size = [], 0
            if len(pages) >= limits.pages:
                raise TooManyPages
        if line != PAGE_BREAK:
            page.append(line)
            size += len(line) + 1
    if any(page) or not pages:
        pages.append(joined(page))
    return pages


def joined(lines: list[str]) -> str:
    """One page: without blank lines at its ends and spaces at the ends of lines."""
    text = "\n".join(line.rstrip() for line in lines).strip("\n")
    return unicodedata.normalize("NFC", text)


def cut(lines: Iterable[str]) -> Iterator[str]:
    """Lines of bearable length."""
    for line in lines:
        for start in range(0, max(len(line), 1), LINE_CHARS):
            yield line[start : start + LINE_CHARS]


def bounded(lines: Iterable[str], limits: Limits) -> Iterator[str]:
    """The same lines, until there are more characters than pages could hold. Raises: TooMuchText."""
    left = limits.pages * PAGE_CHARS
    for line in lines:
        left -= len(line) + 1
        if left < 0:
            raise TooMuchText
        yield line
