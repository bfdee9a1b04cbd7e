"""A page cut into parts that each have one column: two-column heads and signature blocks, tables.

Left whole, a recogniser runs lines of two columns together, loses the accents of the larger one, and
drops the narrow columns of tables.
"""

from collections.abc import Iterator, Sequence

import cv2
import numpy as np

from ocr_pipeline.arrays import Flags, Mask, Points
from ocr_pipeline.types import Box

GRID_IN = 0.03
GAP_IN = 0.25  # wider than any space between words
MIDDLE = (0.22, 0.78)  # of the page's width, where the gap of two columns lies
COLUMN_LINES = 2  # on either side of a gap …
COLUMN_HEIGHT_IN = 0.4  # … which is at least so tall
ABOVE = 0.4  # of the white between two lines; accents above the lower line need the rest
CELLS = 4  # make a table
COVERED = 0.97  # of the letters stand in a part, or the page is read whole
MARGIN_IN = 0.15  # kept around the letters of a part
MOST_PARTS = 60
CELL_IN = 0.12
CELL_FILLED = 0.8  # a region enclosed by lines is a cell if it is so nearly a rectangle


def columns(letters: Points, top: int, bottom: int, width: int, dpi: float) -> list[Box]:
    """A band of the page from top to bottom, cut where two columns stand side by side."""
    band = letters[(letters[:, 1] >= top) & (letters[:, 1] + letters[:, 3] <= bottom)]
    gap = _widest_gap(band, top, bottom, width, dpi)
    if gap is None:
        return [Box(0, top, width, bottom - top)] if bottom > top else []
    x, upper, lower = gap
    return [
        *columns(letters, top, upper, width, dpi),
        Box(0, upper, x, lower - upper),
        Box(x, upper, width - x, lower - upper),
        *columns(letters, lower, bottom, width, dpi),
    ]


def _widest_gap(
    band: Points, top: int, bottom: int, width: int, dpi: float
) -> tuple[int, int, int] | None:
    """(x, upper, lower) of the white strip with the most lines on both sides, if there is one."""
    cell = GRID_IN * dpi
    rows, across = int((bottom - top) / cell) + 1, int(width / cell) + 1
    if not len(band) or rows < COLUMN_LINES:
        return None
    taken = np.zeros((rows, across), bool)
    left, right = (band[:, 0] / cell).astype(int), ((band[:, 0] + band[:, 2]) / cell).astype(int)
    upper = ((band[:, 1] - top) / cell).astype(int)
    lower = ((band[:, 1] + band[:, 3] - top) / cell).astype(int)
    for a, b, c, d in zip(upper, lower, left, right, strict=True):
        taken[a : b + 1, c : d + 1] = True
    wide, blank = round(GAP_IN / GRID_IN), np.asarray(~taken.any(axis=1))
    best: tuple[int, int, int, int] | None = None
    gaps = [(a, b, a + round(ABOVE * (b - a))) for a, b in _runs(blank)]
    least = round(COLUMN_HEIGHT_IN / GRID_IN)
    for column in range(int(MIDDLE[0] * across), int(MIDDLE[1] * across) - wide, 3):
        free = np.asarray(~taken[:, column : column + wide].any(axis=1))
        for first, last in _between_lines(free, gaps, least):
            beside = taken[first:last]
            lines = min(_lines(beside[:, :column]), _lines(beside[:, column + wide :]))
            if lines >= COLUMN_LINES and (best is None or (lines, last - first) > best[:2]):
                best = (lines, last - first, column, first)
    if best is None:
        return None
    _, length, column, first = best
    middle = round((column + wide / 2) * cell)
    return middle, top + round(first * cell), min(bottom, top + round((first + length) * cell))


def _lines(taken: Flags) -> int:
    """How many lines of text stand in a block of the grid."""
    marked = np.asarray(taken.any(axis=1))
    return int(marked[0]) + int(np.count_nonzero(marked[1:] > marked[:-1]))


def _runs(flags: Flags) -> Iterator[tuple[int, int]]:
    """Half-open ranges where flags hold."""
    edges = np.flatnonzero(np.diff(np.concatenate(([0], flags.astype(np.int8), [0]))))
    yield from zip(edges[::2].tolist(), edges[1::2].tolist(), strict=True)


def _between_lines(
    free: Flags, gaps: Sequence[tuple[int, int, int]], least: int
) -> Iterator[tuple[int, int]]:
    """Runs of at least so many free rows, shortened to begin and end in the white between two lines.

    Args:
        free: One flag a row.
        gaps: Runs of rows without any ink, and where each is best cut.
        least: Rows.
    """
    for first, last in _runs(free):
        if last - first < least:
            continue
        cuts = [min(max(cut, first), last) for a, b, cut in gaps if a < last and b > first]
        if cuts:
            upper = first if first == 0 else cuts[0]
            lower = last if last == len(free) else cuts[-1]
            if lower - upper >= least:
                yield upper, lower


def cells(rules: Mask, dpi: float) -> list[Box]:
    """The cells of a ruled table, those of a column joined; none where the lines enclose no clear grid.

    Args:
        rules: HxW, 1 on ruled lines.
        dpi: Pixels per inch.
    """
    left, top, width, height = cv2.boundingRect(rules)
    place = cv2.dilate(rules[top : top + height, left : left + width], np.ones((3, 3), np.uint8))
    _, _, boxes, _ = cv2.connectedComponentsWithStats(1 - place, connectivity=4)
    x, y, wide, tall, area = boxes[1:].T
    least = CELL_IN * dpi
    inside = (x > 0) & (y > 0) & (x + wide < width) & (y + tall < height)
    room = inside & (wide >= least) & (tall >= least) & (area >= CELL_FILLED * wide * tall)
    found = [Box(left + int(a), top + int(b), int(c), int(d)) for a, b, c, d in boxes[1:][room, :4]]
    return _joined(found, round(0.05 * dpi)) if len(found) >= CELLS else []


def _joined(found: Sequence[Box], slack: int) -> list[Box]:
    """Cells one below the other with the same sides as one strip."""
    strips: list[Box] = []
    for box in sorted(found, key=lambda box: (box.top, box.left)):
        for n, strip in enumerate(strips):
            if (
                abs(strip.left - box.left) <= slack
                and abs(strip.width - box.width) <= slack
                and 0 <= box.top - strip.top - strip.height <= slack
            ):
                strips[n] = Box(
                    strip.left,
                    strip.top,
                    max(strip.width, box.width),
                    box.top + box.height - strip.top,
                )
                break
        else:
            strips.append(box)
    return strips


def parts_of(
    letters: Points, strips: Sequence[Box], size: tuple[int, int], dpi: float
) -> list[Box]:
    """The parts of a page of (width, height) with these table cells, in reading order; [] to read it whole."""
    width, height = size
    if strips:
        top, bottom = min(box.top for box in strips), max(box.top + box.height for box in strips)
        above = columns(letters, 0, top, width, dpi)
        parts = [*above, *strips, *columns(letters, bottom, height, width, dpi)]
    else:
        parts = columns(letters, 0, height, width, dpi)
    if not 1 < len(parts) <= MOST_PARTS or _inside(letters, parts).mean() < COVERED:
        return []
    tight = (_tight(letters, part, round(MARGIN_IN * dpi)) for part in parts)
    return [part for part in tight if part is not None]


def _tight(letters: Points, part: Box, margin: int) -> Box | None:
    """A part drawn in to its letters and a margin; None without any."""
    inside = letters[_inside(letters, [part])]
    if not len(inside):
        return None
    left, top = (inside[:, :2].min(axis=0) - margin).astype(int)
    right, bottom = ((inside[:, :2] + inside[:, 2:]).max(axis=0) + margin).astype(int)
    left, top = max(left, part.left), max(top, part.top)
    right, bottom = min(right, part.left + part.width), min(bottom, part.top + part.height)
    return Box(int(left), int(top), int(right - left), int(bottom - top))


def _inside(letters: Points, parts: Sequence[Box]) -> Flags:
    """Which letters have their middle in one of the parts."""
    x, y = letters[:, 0] + letters[:, 2] / 2, letters[:, 1] + letters[:, 3] / 2
    inside = np.zeros(len(letters), bool)
    for box in parts:
        right, bottom = box.left + box.width, box.top + box.height
        inside |= (x >= box.left) & (x < right) & (y >= box.top) & (y < bottom)
    return inside
