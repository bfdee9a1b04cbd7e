"""Coloured ink off the page: red seals and blue pens turn as light as paper, printed colour stays."""

from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from ocr_pipeline.arrays import Grey

MASK_DPI = 75  # colour is looked for on a copy at least so fine
COLOURED_CHROMA = 40  # difference of the strongest and the weakest channel, paper made neutral
COLOURED_SATURATION = 0.25
NEUTRAL_GAIN = 1.02  # paper so nearly white needs no balance
COLOURED_SHARE = 2e-4  # of the page; less is noise
BLACK, INK = 80, 150  # strongest channel of black print under the ink, and of the ink alone
LIFTED = np.interp(np.arange(256), (0, BLACK, INK, 255), (0, BLACK, 255, 255)).astype(np.uint8)
PRINT_HEIGHT_IN = (0.05, 0.40)  # a line of print, from 6 pt to a heading
PRINT_ASPECT = 2.5
PRINT_LETTERS = 0.45  # per height of the line; a stroke of the pen is one mark, however long


@dataclass(frozen=True, slots=True)
class Inked:
    """A page as grey, and whether coloured ink was taken off."""

    grey: Grey
    removed: bool


def without_coloured_ink(rgb: NDArray[np.uint8], dpi: float) -> Inked:
    """HxWx3 uint8 RGB as HxW uint8 grey: the strongest channel where there is coloured ink.

    A line of coloured print (a red letterhead, a page printed in blue) is told from seals and
    handwriting by its many separate letters of one height, and stays as dark as it is.
    """
    grey: Grey = cv2.cvtColor(rgb, cv2.COLOR_RGB2GRAY)
    neutral = _neutral(rgb)
    shrunk = max(1, int(dpi / MASK_DPI))
    small = cv2.resize(neutral, None, fx=1 / shrunk, fy=1 / shrunk, interpolation=cv2.INTER_AREA)
    soft, low = _extremes(cv2.blur(small, (3, 3)))
    chroma = cv2.subtract(soft, low)
    coloured = ((chroma > COLOURED_CHROMA) & (chroma > soft * COLOURED_SATURATION)).astype(np.uint8)
    if cv2.countNonZero(coloured) < COLOURED_SHARE * coloured.size:
        return Inked(grey, removed=False)
    high, _ = _extremes(neutral)
    around = cv2.dilate(coloured, np.ones((3, 3), np.uint8))
    around = cv2.resize(around, grey.shape[::-1], interpolation=cv2.INTER_NEAREST)
    clean: Grey = np.where(around > 0, cv2.LUT(high, LIFTED), high)
    for left, top, width, height in _printed(coloured, dpi / shrunk):
        place = np.s_[
            top * shrunk : (top + height) * shrunk, left * shrunk : (left + width) * shrunk
        ]
        clean[place] = grey[place]
    return Inked(clean, removed=True)


def _extremes(rgb: NDArray[np.uint8]) -> tuple[Grey, Grey]:
    """The strongest and the weakest channel of each pixel."""
    red, green, blue = cv2.split(rgb)
    return cv2.max(cv2.max(red, green), blue), cv2.min(cv2.min(red, green), blue)


def _neutral(rgb: NDArray[np.uint8]) -> NDArray[np.uint8]:
    """White balance by the paper, the brighter half of the page."""
    sample = rgb[::8, ::8].reshape(-1, 3)
    bright = sample[sample.sum(axis=1) >= np.median(sample.sum(axis=1))]
    tint = np.median(bright, axis=0).clip(1, 255)
    gain = tint.max() / tint
    if gain.max() < NEUTRAL_GAIN:
        return rgb
    table = (np.arange(256)[:, None] * gain[None, :]).clip(0, 255).astype(np.uint8)
    balanced: NDArray[np.uint8] = cv2.LUT(rgb, table[:, None, :].transpose(1, 0, 2))
    return balanced


def _printed(coloured: NDArray[np.uint8], dpi: float) -> list[tuple[int, int, int, int]]:
    """Boxes (left, top, width, height) of coloured lines that are print and stand in no seal."""
    low, high = (round(side * dpi) for side in PRINT_HEIGHT_IN)
    _, _, marks, _ = cv2.connectedComponentsWithStats(coloured, connectivity=8)
    marks = marks[1:]
    seals = marks[marks[:, 3] > high]
    joined = cv2.morphologyEx(
        coloured, cv2.MORPH_CLOSE, np.ones((1, max(3, round(dpi * 0.12))), np.uint8)
    )
    _, _, lines, _ = cv2.connectedComponentsWithStats(joined, connectivity=4)
    return [
        # with its accents
        (int(left), max(0, int(top - height / 2)), int(width), int(1.8 * height))
        for left, top, width, height, _ in lines[1:]
        if low <= height <= high
        and width >= PRINT_ASPECT * height
        and not _centre_in(seals, left + width / 2, top + height / 2)
        and _letters(marks, left, top, width, height) >= PRINT_LETTERS * width / height
    ]


def _centre_in(boxes: NDArray[np.int32], x: float, y: float) -> bool:
    left, top, width, height = boxes[:, :4].T
    return bool(((left < x) & (x < left + width) & (top < y) & (y < top + height)).any())


def _letters(marks: NDArray[np.int32], left: int, top: int, width: int, height: int) -> int:
    """How many marks in a line are about as tall as letters and no wider than three of them."""
    x, y, wide, tall, _ = marks.T
    inside = (x >= left) & (x < left + width) & (y >= top) & (y < top + height)
    return int((inside & (tall > 0.3 * height) & (wide < 2 * height)).sum())
