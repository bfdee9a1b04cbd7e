"""Pale marks beside black print: the other side of the sheet shows through, or print is pale itself.

Show-through is soft, for the paper spreads it; pale print (a grey head, a worn ribbon) is as sharp as the
black. A recogniser takes one threshold for the whole page, and loses what is paler than that.
"""

from dataclasses import dataclass
from enum import StrEnum

import cv2
import numpy as np
from numpy.typing import NDArray

Grey = NDArray[np.uint8]
Points = NDArray[np.float64]
Flags = NDArray[np.bool_]

MARK_TONE = 215  # a mark is darker than this, once the paper is white
GHOST_SHARE = 0.06  # of the ink; less show-through disturbs no reading
PRINT_SHARE = 0.01
PRINT_LETTERS = 25  # marks in the shape of letters
PRINT_HEIGHT_IN = (0.035, 0.35)
PRINT_FILLED = 0.1
PRINT_SHARPNESS = 0.88  # of that of the ink; print has 1.0, show-through 0.75 and less
SMALL_DPI = 75
PALE_DEPTH = 0.65  # of the depth of most letters …
PALE_SHARE = 0.025  # … in so many of them; below 0.017 on pages of one tone
LETTER_WINDOW_IN = 0.1
EVEN_WINDOW_IN = 0.2
LEAST_DEPTH, MOST_GAIN = 35, 3.0


class Beside(StrEnum):
    """What stands beside the ink, paler than it."""

    NOTHING = "nothing"
    SHOW_THROUGH = "show-through"
    PALE_PRINT = "pale"


@dataclass(frozen=True, slots=True)
class Marks:
    """Pale marks, and where they may be: `away` from all ink; HxW."""

    soft: Grey
    ink: Flags
    away: Flags

    @property
    def pale(self) -> Flags:
        """Where they are."""
        return np.asarray(self.away & (self.soft < MARK_TONE))


def marks_of(grey: Grey) -> Marks:
    """Ink by a threshold for the whole page, as a recogniser takes it, and what it leaves out."""
    soft: Grey = cv2.blur(grey, (3, 3))
    threshold, _ = cv2.threshold(soft[::2, ::2], 0, 255, cv2.THRESH_OTSU)
    ink = (soft < threshold).astype(np.uint8)
    return Marks(soft, ink > 0, cv2.dilate(ink, np.ones((7, 7), np.uint8)) == 0)


def marks_beside_ink(grey: Grey, dpi: float) -> Beside:
    """Whether there are pale marks away from the ink, and what they are."""
    marks = marks_of(grey)
    pale = marks.pale
    share = cv2.countNonZero(pale.astype(np.uint8)) / max(
        cv2.countNonZero(marks.ink.astype(np.uint8)), 1
    )
    if share <= PRINT_SHARE:
        return Beside.NOTHING
    if _letters(pale, dpi) >= PRINT_LETTERS:
        sharpness = _sharpness(marks.soft)
        if np.median(sharpness[pale]) >= PRINT_SHARPNESS * np.median(sharpness[marks.ink]):
            return Beside.PALE_PRINT
    return Beside.SHOW_THROUGH if share > GHOST_SHARE else Beside.NOTHING


def without_show_through(grey: Grey) -> Grey:
    """White wherever there is no ink nearby."""
    clean = grey.copy()
    clean[marks_of(grey).away] = 255
    return clean


def pale_among(letters: Points, grey: Grey, dpi: float) -> bool:
    """Whether some letters (Nx4) are much paler than most."""
    if len(letters) < PRINT_LETTERS:
        return False
    depth, shrunk = _depth(grey, dpi, LETTER_WINDOW_IN)
    x = ((letters[:, 0] + letters[:, 2] / 2) / shrunk).astype(int).clip(0, depth.shape[1] - 1)
    y = ((letters[:, 1] + letters[:, 3] / 2) / shrunk).astype(int).clip(0, depth.shape[0] - 1)
    found = depth[y, x]
    pale = np.count_nonzero(found < PALE_DEPTH * np.percentile(found, 75))
    return bool(pale >= max(PRINT_LETTERS, PALE_SHARE * len(letters)))


def with_even_print(grey: Grey, dpi: float) -> Grey:
    """Pale print made as dark as the darkest: marks are deepened by what their neighbourhood lacks."""
    depth, _ = _depth(grey, dpi, EVEN_WINDOW_IN)
    marked = depth[depth >= LEAST_DEPTH]
    if not len(marked):
        return grey
    gain = np.percentile(marked, 90) / np.maximum(depth, LEAST_DEPTH).astype(np.float32)
    gain = cv2.blur(
        np.where(depth >= LEAST_DEPTH, gain.clip(1, MOST_GAIN), 1).astype(np.float32), (3, 3)
    )
    large = cv2.resize(gain, grey.shape[::-1], interpolation=cv2.INTER_LINEAR)
    deeper = cv2.multiply(cv2.bitwise_not(grey), large, dtype=cv2.CV_8U)
    even: Grey = cv2.bitwise_not(deeper)
    return even


def _depth(grey: Grey, dpi: float, window_in: float) -> tuple[Grey, int]:
    """How far below white the darkest is within a window, on a small copy; and the factor it shrank by."""
    shrunk = max(1, int(dpi / SMALL_DPI))
    darkest = cv2.erode(grey, np.ones((shrunk, shrunk), np.uint8))[::shrunk, ::shrunk]
    side = round(window_in * dpi / shrunk) | 1
    depth: Grey = cv2.dilate(cv2.bitwise_not(darkest), np.ones((side, side), np.uint8))
    return depth, shrunk


def _letters(pale: Flags, dpi: float) -> int:
    """How many marks have the shape of letters."""
    _, _, boxes, _ = cv2.connectedComponentsWithStats(pale.astype(np.uint8), connectivity=8)
    _, _, wide, tall, area = boxes[1:].T
    low, high = (side * dpi for side in PRINT_HEIGHT_IN)
    letters = (
        (tall >= low) & (tall <= high) & (wide <= 3 * high) & (area > PRINT_FILLED * wide * tall)
    )
    return int(np.count_nonzero(letters))


def _sharpness(soft: Grey) -> NDArray[np.float32]:
    """How steep the edges of marks are for their depth."""
    steep = cv2.dilate(
        cv2.morphologyEx(soft, cv2.MORPH_GRADIENT, np.ones((3, 3), np.uint8)),
        np.ones((5, 5), np.uint8),
    )
    depth = cv2.bitwise_not(cv2.erode(soft, np.ones((7, 7), np.uint8)))
    sharpness: NDArray[np.float32] = steep.astype(np.float32) / np.maximum(depth, 1)
    return sharpness
