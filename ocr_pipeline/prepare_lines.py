"""What is not text: ruled lines of tables and dark edges, which break the recogniser's layout."""

import cv2
import numpy as np
from numpy.typing import NDArray

Grey = NDArray[np.uint8]
Mask = NDArray[np.uint8]

LINE_IN = 0.35  # a straight mark of this length is no letter
THICK_IN = 0.06  # … if it is no thicker than this
TABLE_LINES = 3
EDGE_IN = 0.5


def dark_of(grey: Grey) -> Mask:
    """1 where there is ink, by Otsu's threshold of the softened page; HxW uint8."""
    threshold, _ = cv2.threshold(cv2.blur(grey, (3, 3))[::2, ::2], 0, 255, cv2.THRESH_OTSU)
    dark: Mask = (grey < min(threshold, 235)).astype(np.uint8)
    return dark


def without_rules(grey: Grey, dpi: float) -> tuple[Grey, bool]:
    """Take the ruled lines out where they make a table: at least three, in both directions."""
    dark = dark_of(grey)
    length, thick = round(dpi * LINE_IN), max(3, round(dpi * THICK_IN))
    found, counts = np.zeros_like(dark), []
    for shape in ((length, 1), (1, length)):
        lines = cv2.morphologyEx(dark, cv2.MORPH_OPEN, np.ones(shape[::-1], np.uint8))
        _, labels, boxes, _ = cv2.connectedComponentsWithStats(lines, connectivity=8)
        thin = boxes[:, 2:4].min(axis=1) <= thick
        thin[0] = False
        found |= thin[labels].astype(np.uint8)
        counts.append(int(thin.sum()))
    if sum(counts) < TABLE_LINES or min(counts) < 1:
        return grey, False
    clean = grey.copy()
    clean[cv2.dilate(found, np.ones((3, 3), np.uint8)) > 0] = 255
    return clean, True


def without_edges(grey: Grey, dpi: float) -> tuple[Grey, bool]:
    """White where a dark edge of the copy or the desk behind the page reaches into the image."""
    dark = dark_of(grey)[::2, ::2]
    dark = cv2.morphologyEx(dark, cv2.MORPH_OPEN, np.ones((3, 3), np.uint8))
    _, labels, boxes, _ = cv2.connectedComponentsWithStats(dark, connectivity=8)
    height, width = dark.shape
    left, top, wide, tall, _ = boxes.T
    at_edge = (left <= 1) | (top <= 1) | (left + wide >= width - 1) | (top + tall >= height - 1)
    edge = at_edge & (np.maximum(wide, tall) > dpi * EDGE_IN / 2)
    edge[0] = False
    if not edge.any():
        return grey, False
    mask = cv2.dilate(edge[labels].astype(np.uint8), np.ones((5, 5), np.uint8))
    clean = grey.copy()
    clean[cv2.resize(mask, grey.shape[::-1], interpolation=cv2.INTER_NEAREST) > 0] = 255
    return clean, True
