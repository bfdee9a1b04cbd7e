"""A page image made ready for the recogniser: each step only where the page shows the need."""

from dataclasses import dataclass, field

import cv2
import numpy as np
from numpy.typing import NDArray

from ocr_pipeline.arrays import Grey, Points
from ocr_pipeline.prepare_ink import without_coloured_ink
from ocr_pipeline.prepare_lines import rules_of, without_edges, without_rules
from ocr_pipeline.prepare_pale import (
    Beside,
    marks_beside_ink,
    pale_among,
    with_even_print,
    without_show_through,
)
from ocr_pipeline.prepare_paper import dark_on_light, flattened, is_bilevel, without_specks
from ocr_pipeline.prepare_parts import cells, parts_of
from ocr_pipeline.prepare_skew import Lie, letters_of, lie_of
from ocr_pipeline.types import Box

SKEW_WORTH_DEG = 0.2  # less does not disturb reading, and turning softens small letters
SURE_OF_TURN = 1.12  # the right edges win by 1.15 to 1.9 on pages of any kind
LETTERS_FOR_TURN = 60
SPECKS_DPI = 140  # on a coarser page a full stop is no larger than a speck
WORKING_DPI = 330  # a finer scan is halved first: slower, and not read better


@dataclass(frozen=True, slots=True)
class Prepared:
    """What the recogniser gets, and how to find back to the page image."""

    grey: Grey
    dpi: float
    turn_deg: int  # clockwise; the page image is upright after it
    level: NDArray[np.float64]  # 2x3, from this image to the upright page image
    letters: Points  # Nx4 boxes of what looks like letters, on this image
    parts: tuple[Box, ...]  # of one column each, in reading order; none to read it whole
    table: bool
    steps: tuple[str, ...] = field(default=())

    def on_page(self, box: Box) -> Box:
        """A box found on this image as the box around it on the upright page image."""
        xs, ys = (box.left, box.left + box.width), (box.top, box.top + box.height)
        corners = np.array([(x, y, 1.0) for x in xs for y in ys]) @ self.level.T
        left, top = np.floor(corners.min(axis=0)).astype(int)
        right, bottom = np.ceil(corners.max(axis=0)).astype(int)
        left, top = max(left, 0), max(top, 0)
        return Box(int(left), int(top), max(int(right - left), 1), max(int(bottom - top), 1))


def prepared(rgb: NDArray[np.uint8], dpi: float) -> Prepared:
    """Clean a page image (HxWx3 uint8 RGB): ink, paper, pale print, turn, edges, skew, ruled lines."""
    steps = []
    rgb, dpi, shrunk = _coarser(rgb, dpi)
    inked = without_coloured_ink(rgb, dpi)
    if inked.removed:
        steps.append("ink")
    grey = dark_on_light(inked.grey)
    if dpi >= SPECKS_DPI and is_bilevel(grey):
        steps.append("specks")
        grey = without_specks(grey)
    grey, seen, letters = _print_of(flattened(grey, dpi), dpi)
    steps += seen
    lie = lie_of(letters)
    turn_deg = _turn_of(lie)
    found = len(steps)
    if turn_deg:
        steps.append("turn")
        grey = np.ascontiguousarray(np.rot90(grey, -turn_deg // 90))
    grey, had_edges = without_edges(grey, dpi)
    if had_edges:
        steps.append("edges")
    level = np.array([[1.0, 0.0, 0.0], [0.0, 1.0, 0.0]])
    if turn_deg == lie.turn_deg and abs(lie.skew_deg) >= SKEW_WORTH_DEG:
        steps.append("skew")
        grey, level = _levelled(grey, lie.skew_deg)
    rules = rules_of(grey, dpi)
    if rules is not None:
        steps.append("rules")
        grey = without_rules(grey, rules)
    if len(steps) > found:  # the letters moved, or lost what touched them
        letters = letters_of(grey, dpi)
    strips = [] if rules is None else cells(rules, dpi)
    parts = tuple(parts_of(letters, strips, (grey.shape[1], grey.shape[0]), dpi))
    table = bool(strips)
    return Prepared(grey, dpi, turn_deg, level * shrunk, letters, parts, table, tuple(steps))


def _print_of(grey: Grey, dpi: float) -> tuple[Grey, list[str], Points]:
    """The page with show-through white and pale print dark, what was done, and its letters."""
    seen = marks_beside_ink(grey, dpi)
    if seen is Beside.SHOW_THROUGH:
        grey = without_show_through(grey)
    letters = letters_of(grey, dpi)
    if seen is Beside.PALE_PRINT or pale_among(letters, grey, dpi):
        grey = with_even_print(grey, dpi)
        return grey, ["pale"], letters_of(grey, dpi)
    return grey, [str(seen)] if seen is Beside.SHOW_THROUGH else [], letters


def plain(rgb: NDArray[np.uint8], dpi: float, turn_deg: int) -> Prepared:
    """The page turned upright and grey, nothing else done: the other way to try."""
    rgb, dpi, shrunk = _coarser(rgb, dpi)
    grey: Grey = np.ascontiguousarray(
        np.rot90(cv2.cvtColor(rgb, cv2.COLOR_RGB2GRAY), -turn_deg // 90)
    )
    level = np.array([[1.0, 0.0, 0.0], [0.0, 1.0, 0.0]]) * shrunk
    return Prepared(grey, dpi, turn_deg, level, letters_of(grey, dpi), (), table=False)


def _turn_of(lie: Lie) -> int:
    sure = lie.sure >= SURE_OF_TURN and lie.letters >= LETTERS_FOR_TURN
    return lie.turn_deg if sure else 0


def _coarser(rgb: Grey, dpi: float) -> tuple[Grey, float, int]:
    """Halved (or more) where it is finer than the recogniser can use; the factor it shrank by."""
    shrunk = max(1, round(dpi / WORKING_DPI))
    if shrunk == 1:
        return rgb, dpi, 1
    height, width = rgb.shape[:2]
    size = (width // shrunk, height // shrunk)
    return cv2.resize(rgb, size, interpolation=cv2.INTER_AREA), dpi / shrunk, shrunk


def _levelled(grey: Grey, skew_deg: float) -> tuple[Grey, NDArray[np.float64]]:
    """Turned clockwise by a small angle about its middle, and the way back."""
    height, width = grey.shape
    matrix = cv2.getRotationMatrix2D((width / 2, height / 2), -skew_deg, 1)
    turned = cv2.warpAffine(grey, matrix, (width, height), flags=cv2.INTER_CUBIC, borderValue=255)
    return turned, cv2.invertAffineTransform(matrix)
