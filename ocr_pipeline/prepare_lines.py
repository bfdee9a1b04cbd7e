"""What is not text: ruled lines of tables and dark edges, which break the recogniser's layout."""

import cv2
import numpy as np

from ocr_pipeline.arrays import Grey, Mask

LINE_IN = 0.35  # a straight mark of this length is no letter
THICK_IN = 0.06  # … if it is no thicker than this
SMALL_DPI = 75
INK_TONE = 235
TABLE_LINES = 3
EDGE_IN = 0.5


def small_dark(grey: Grey, dpi: float) -> tuple[Mask, int]:
    """1 where there is ink, on a copy of 75 to 150 dpi that keeps thin lines, and the factor it shrank by."""
    shrunk = max(1, int(dpi / SMALL_DPI))
    height, width = grey.shape
    darkest = cv2.erode(grey, np.ones((shrunk, shrunk), np.uint8), anchor=(0, 0))
    small = darkest[: height - height % shrunk : shrunk, : width - width % shrunk : shrunk]
    threshold, _ = cv2.threshold(cv2.blur(small, (3, 3)), 0, 255, cv2.THRESH_OTSU)
    dark: Mask = (small < min(threshold, INK_TONE)).astype(np.uint8)
    return dark, shrunk


def enlarged(mask: Mask, like: Grey) -> Mask:
    """A small mask at the size of the page."""
    large: Mask = cv2.resize(mask, like.shape[::-1], interpolation=cv2.INTER_NEAREST)
    return large


def rules_of(grey: Grey, dpi: float) -> Mask | None:
    """1 on the ruled lines where they make a table: at least three, in both directions."""
    dark, shrunk = small_dark(grey, dpi)
    length, thick = round(dpi / shrunk * LINE_IN), max(3, round(dpi / shrunk * THICK_IN))
    found, counts = np.zeros_like(dark), []
    for shape in ((length, 1), (1, length)):
        lines = cv2.morphologyEx(dark, cv2.MORPH_OPEN, np.ones(shape[::-1], np.uint8))
        _, labels, boxes, _ = cv2.connectedComponentsWithStats(lines, connectivity=8)
        thin = boxes[:, 2:4].min(axis=1) <= thick
        thin[0] = False
        if thin.any():
            found |= thin.astype(np.uint8)[labels]
        counts.append(int(thin.sum()))
    if sum(counts) < TABLE_LINES or min(counts) < 1:
        return None
    return enlarged(found, grey)


def without_rules(grey: Grey, rules: Mask) -> Grey:
    """The page with its ruled lines as white as paper."""
    clean = grey.copy()
    clean[cv2.dilate(rules, np.ones((3, 3), np.uint8)) > 0] = 255
    return clean


def without_edges(grey: Grey, dpi: float) -> tuple[Grey, bool]:
    """White where a dark edge of the copy or the desk behind the page reaches into the image."""
    dark, shrunk = small_dark(grey, dpi)
    if not any(side.any() for side in (dark[:2], dark[-2:], dark[:, :2], dark[:, -2:])):
        return grey, False
    dark = cv2.morphologyEx(dark, cv2.MORPH_OPEN, np.ones((3, 3), np.uint8))
    _, labels, boxes, _ = cv2.connectedComponentsWithStats(dark, connectivity=8)
    height, width = dark.shape
    left, top, wide, tall, _ = boxes.T
    at_edge = (left <= 1) | (top <= 1) | (left + wide >= width - 1) | (top + tall >= height - 1)
    edge = at_edge & (np.maximum(wide, tall) > dpi / shrunk * EDGE_IN)
    edge[0] = False
    if not edge.any():
        return grey, False
    mask = cv2.dilate(edge.astype(np.uint8)[labels], np.ones((5, 5), np.uint8))
    clean = grey.copy()
    clean[enlarged(mask, grey) > 0] = 255
    return clean, True
