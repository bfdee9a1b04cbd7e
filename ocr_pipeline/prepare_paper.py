"""The paper made white: shading, tint, inverted pages, and the specks of a fax."""

import cv2
import numpy as np

from ocr_pipeline.arrays import Grey

EVEN = 0.94  # paper whose darkest tenth is at least so bright as its brightest needs no flattening
DARK_PAPER, MARK_CONTRAST = 110, 60
BETWEEN, BETWEEN_SHARE = (
    (64, 192),
    0.05,
)  # tones between black and white, and their share of the black
SPECK_PX = 2
PAPER_DPI = 25  # paper is estimated on so small a copy …
PAPER_WINDOW_IN = 0.8  # … in windows wider than the boldest heading


def dark_on_light(grey: Grey) -> Grey:
    """An inverted page turned round: most of it is dark, and the marks on it are lighter."""
    shares = np.cumsum(np.bincount(grey[::4, ::4].ravel(), minlength=256)) / grey[::4, ::4].size
    low, middle, high = np.searchsorted(shares, (0.02, 0.5, 0.98))
    lighter, darker = high - middle, middle - low
    inverted = middle < DARK_PAPER and lighter > max(2 * darker, MARK_CONTRAST)
    return cv2.bitwise_not(grey) if inverted else grey


def flattened(grey: Grey, dpi: float) -> Grey:
    """Divided by the paper where light or tint is uneven; else only brought to white."""
    factor = min(1.0, PAPER_DPI / dpi)
    small = cv2.resize(grey, None, fx=factor, fy=factor, interpolation=cv2.INTER_AREA)
    window = round(PAPER_WINDOW_IN * PAPER_DPI) | 1
    paper = cv2.medianBlur(small, window)
    dark, light = np.percentile(paper, (10, 90))
    if dark >= EVEN * light:
        table = (np.arange(256) * (255 / max(float(np.median(paper)), 1.0))).clip(0, 255)
        level: Grey = cv2.LUT(grey, table.astype(np.uint8))
        return level
    paper = cv2.resize(paper, grey.shape[::-1], interpolation=cv2.INTER_LINEAR)
    flat: Grey = cv2.divide(grey, paper, scale=255)
    return flat


def is_bilevel(grey: Grey) -> bool:
    """Whether a page is black and white with nothing between, as a fax is."""
    counts = np.bincount(grey[::4, ::4].ravel(), minlength=256)
    low, high = BETWEEN
    return bool(counts[low:high].sum() < BETWEEN_SHARE * counts[:low].sum())


def without_specks(grey: Grey) -> Grey:
    """A bilevel page without the single pixels of a bad line."""
    dark = (grey < BETWEEN[1]).astype(np.uint8)
    _, labels, marks, _ = cv2.connectedComponentsWithStats(dark, connectivity=8)
    specks = marks[:, cv2.CC_STAT_AREA] <= SPECK_PX
    specks[0] = False
    clean = grey.copy()
    clean[specks[labels]] = 255
    return clean
