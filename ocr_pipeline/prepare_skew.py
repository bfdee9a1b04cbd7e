"""Which way a page lies, told by where its letters stand: quarter turns and the angle of a crooked scan.

Most letters stand on the baseline while their tops differ (capitals, ascenders, the many accents of
Vietnamese). So of the four edges of the letters, the lower ones line up most sharply, along straight
lines at the angle of the text.
"""

from dataclasses import dataclass

import cv2
import numpy as np

from ocr_pipeline.arrays import Grey, Points

SKEW_REACH_DEG = 6.0
LETTER_HEIGHT_IN = (0.035, 0.35)
LETTER_TONE = 225  # on white paper; lighter is grain
LETTERS_DPI = 120  # letters are found on so small a copy
ENOUGH_LETTERS = 25


@dataclass(frozen=True, slots=True)
class Lie:
    """How a page lies.

    `turn_deg` clockwise makes it upright and then `skew_deg` clockwise level; `sure` tells how much
    sharper the chosen edges line up than the next best (1.0 is not at all).
    """

    turn_deg: int
    skew_deg: float
    sure: float
    letters: int


def lie_of(boxes: Points) -> Lie:
    """How a page with these letters (Nx4: left, top, width, height) lies."""
    if len(boxes) < ENOUGH_LETTERS:
        return Lie(0, 0.0, 1.0, len(boxes))
    x, y, wide, tall = boxes.T
    across, down = x + wide / 2, y + tall / 2
    edges = {
        0: (across, y + tall),
        180: (-across, -y),
        90: (-down, x + wide),
        270: (down, -x),
    }  # turned to the reading direction, each is (along the line, across the lines)
    bin_px = max(1.0, float(np.median(tall)) / 8)
    found = {turn: _sharpest(*edge, bin_px) for turn, edge in edges.items()}
    (turn, (best, angle)), (_, (second, _)) = sorted(
        found.items(), key=lambda item: item[1][0], reverse=True
    )[:2]
    return Lie(turn, angle, best / max(second, 1e-9), len(boxes))


def letters_of(flat: Grey, dpi: float) -> Points:
    """Boxes (left, top, width, height) of marks that may be letters, Nx4; accents and specks are not."""
    scale = min(1.0, LETTERS_DPI / dpi)
    small = cv2.resize(flat, None, fx=scale, fy=scale, interpolation=cv2.INTER_AREA)
    threshold, _ = cv2.threshold(cv2.blur(small, (3, 3)), 0, 255, cv2.THRESH_OTSU)
    dark = (small < min(threshold, LETTER_TONE)).astype(np.uint8)
    _, _, boxes, _ = cv2.connectedComponentsWithStats(dark, connectivity=8)
    low, high = (side * dpi * scale for side in LETTER_HEIGHT_IN)
    _, _, wide, tall, area = boxes[1:].T
    letter = (
        (np.maximum(wide, tall) >= low)
        & (tall <= high)
        & (wide <= 3 * high)
        & (area > 0.1 * wide * tall)
    )
    found: Points = boxes[1:][letter, :4].astype(np.float64)
    if len(found):
        sides = np.maximum(found[:, 2], found[:, 3])
        found = found[sides > 0.55 * np.median(sides)]
    return found / scale


def _sharpest(along: Points, across: Points, bin_px: float) -> tuple[float, float]:
    """The score and the angle, clockwise in degrees, at which the edges line up best."""
    along = along - along.mean()
    best = (-1.0, 0.0)
    for reach, step in ((SKEW_REACH_DEG, 0.25), (0.25, 0.05)):
        centre = best[1]
        for angle in np.arange(centre - reach, centre + reach + step / 2, step):
            rows = ((across + along * np.tan(np.radians(angle))) / bin_px).astype(np.int64)
            counts = np.bincount(rows - rows.min())
            pairs = counts[1:] + counts[:-1]
            best = max(best, (float((pairs.astype(np.float64) ** 2).sum()), float(angle)))
    return best
